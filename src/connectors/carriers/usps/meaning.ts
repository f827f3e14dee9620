import type { Meaning } from "../../../domain/scan.js";
import { PLAIN_SUB_STATUS, type SubStatus, subStatusRow } from "../../../domain/status.js";
import type { StatusCode } from "../contract.js";
import { USPS_STATUS_CODES } from "./codes.js";
import { ATTEMPT_WORDS, CODELESS_WORDS, DELIVERY_WORDS, MOVEMENT_WORDS, PICKUP_WORDS, type Words } from "./words.js";

/** What USPS says about an event. */
export interface UspsStatus {
  /** The `eventCode`, upper case; `""` when missing. */
  readonly code: string;
  /** The `eventType`: English words, without markup. */
  readonly text: string;
  /** Whether the event names who signed. */
  readonly signed: boolean;
}

const CODES: ReadonlyMap<string, StatusCode> = new Map(USPS_STATUS_CODES.map((code) => [code.key, code]));

/**
 * What an event means: its code, which the words may sharpen (01 is any delivery, also one to the sender; 02 any notice;
 * 10 any scan in a facility). An event without code goes by its words. A code that is not known is unmapped, whatever
 * is written beside it.
 */
export function meaningOf(status: UspsStatus): Meaning {
  if (status.code === "") return byWords(status) ?? { kind: "unmapped" };
  const known = CODES.get(status.code);
  if (known === undefined) return { kind: "unmapped" };
  if (known.status === "information" || known.subStatus === "") return { kind: "information" };
  const { subStatus, revokesDelivery } = known;
  const sharper = sharpened(subStatus, status);
  return sharper === subStatus
    ? toMeaning(subStatus, revokesDelivery === true)
    : toMeaning(sharper, revokesDelivery === true || REVOKING.has(sharper));
}

const REVOKING: ReadonlySet<SubStatus> = new Set(["refused", "returning_to_sender", "returned_to_sender"]);

function byWords(status: UspsStatus): Meaning | null {
  const found = matching(CODELESS_WORDS, status.text);
  if (found === null) return null;
  if (found === "information") return { kind: "information" };
  const subStatus = sharpened(found, status);
  return toMeaning(subStatus, REVOKING.has(subStatus));
}

function sharpened(subStatus: SubStatus, { text, signed }: UspsStatus): SubStatus {
  const words = WORDS_OF.get(subStatus);
  const found = words === undefined ? null : matching(words, text);
  if (found !== null && found !== "information") return found;
  return signed && subStatus === PLAIN_SUB_STATUS.delivered ? "signed_for" : subStatus;
}

const WORDS_OF: ReadonlyMap<SubStatus, Words> = new Map([
  ["delivered", DELIVERY_WORDS],
  ["collected", DELIVERY_WORDS],
  ["moving", MOVEMENT_WORDS],
  ["delivery_attempted", ATTEMPT_WORDS],
  ["available_for_pickup", PICKUP_WORDS],
]);

function matching(words: Words, text: string): SubStatus | "information" | null {
  return words.find(([pattern]) => pattern.test(text))?.[1] ?? null;
}

function toMeaning(subStatus: SubStatus, revokesDelivery: boolean): Meaning {
  const { status } = subStatusRow(subStatus);
  return { kind: "status", status, subStatus, ...(revokesDelivery && { revokesDelivery }) };
}
