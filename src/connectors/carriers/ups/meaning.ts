import type { Meaning } from "../../../domain/scan.js";
import { PLAIN_SUB_STATUS, type SubStatus, subStatusRow } from "../../../domain/status.js";
import { codeMeaning, INFORMATION } from "./codes.js";

/** What UPS says about a scan, read and folded: upper case, blanks trimmed, `""` for what is missing. */
export interface UpsStatus {
  /** `D`, `I`, `M`, `MV`, `P`, `U`, `X`; freight has others. */
  readonly type: string;
  /** The scan or reason code, one or two characters (`FS`, `48`). */
  readonly code: string;
  /** Three digits (`statusCode` of a poll, `descriptionCode` of a push). */
  readonly statusCode: string;
  /** The carrier's words; the weakest of the four, because they follow the `locale` of the request. */
  readonly text: string;
}

const UNMAPPED: Meaning = { kind: "unmapped" };

/**
 * What a UPS scan means, in the order in which UPS's own codes are exact: the three-digit code, else type and code, else
 * (only for a scan without any code) the words, else the type. The same two letters differ by type (`DP` is a manifest
 * under M and a departure under I) and the same type and code by the three digits (`X/RZ` waits under 012 and is
 * released under 014), so nothing is decided by one of them alone. A code that UPS does not document stays unmapped.
 */
export function meaningOf(status: UpsStatus): Meaning {
  const byDigits = status.statusCode === "" ? null : codeMeaning(`status:${status.statusCode}`);
  const byCode = typeAndCode(status);
  // An update changes an estimate or brings a photo, also days after delivery: it never moves the parcel.
  if (status.type === "U") return (byDigits ?? byCode ?? byType(status)) === null ? UNMAPPED : INFORMATION;
  if (byDigits !== null) return byCode === null ? byDigits : sharpen(byDigits, byCode);
  return byCode ?? byText(status) ?? byType(status) ?? UNMAPPED;
}

const TABLE_OF_TYPE = new Map([
  ["D", "dials"],
  ["I", "movement"],
  ["M", "manifest"],
  ["MV", "void"],
  ["P", "pickup"],
  ["U", "update"],
  ["X", "exception"],
]);

function typeAndCode({ type, code }: UpsStatus): Meaning | null {
  const table = TABLE_OF_TYPE.get(type);
  if (table === undefined || code === "") return null;
  // Reason codes are documented as `6` and printed as `06` in places.
  return codeMeaning(`${table}:${code}`) ?? codeMeaning(`${table}:${code.replace(/^0(?=.)/, "")}`);
}

/** Three digits that say only "delivered" or "label made", and codes that know of a different end. */
const OVERRULED: ReadonlyMap<SubStatus, ReadonlySet<SubStatus>> = new Map([
  [
    "delivered",
    new Set<SubStatus>(["available_for_pickup", "returned_to_sender", "handed_to_partner", "to_pickup_point"]),
  ],
  ["label_created", new Set<SubStatus>(["cancelled"])],
]);

/** The three digits decide; the code may say the same more exactly, or that "delivered" was to a counter or the sender. */
function sharpen(byDigits: Meaning, byCode: Meaning): Meaning {
  if (byDigits.kind !== "status" || byCode.kind !== "status") return byDigits;
  if (OVERRULED.get(byDigits.subStatus)?.has(byCode.subStatus)) return byCode;
  const vague = subStatusRow(byDigits.subStatus).generic === true;
  return vague && byCode.status === byDigits.status ? byCode : byDigits;
}

const WORDS: ReadonlyMap<string, SubStatus> = new Map([
  ["delivered", "delivered"],
  ["out for delivery", "out_for_delivery"],
  ["picked up", "picked_up"],
  ["in transit", "moving"],
  ["on the way", "moving"],
  ["delivery attempted", "delivery_attempted"],
  ["returning to sender", "returning_to_sender"],
  ["returned to sender", "returned_to_sender"],
]);

function byText(status: UpsStatus): Meaning | null {
  if (hasCode(status)) return null;
  const subStatus = WORDS.get(status.text.toLowerCase().replace(/[.!\s]+$/, ""));
  if (subStatus === undefined) return null;
  const revokes = subStatus === "returning_to_sender" || subStatus === "returned_to_sender";
  return {
    kind: "status",
    status: subStatusRow(subStatus).status,
    subStatus,
    ...(revokes && { revokesDelivery: true }),
  };
}

/** Only label, void, pickup and update say by their type alone what happened: D, I and X each hold their opposites. */
function byType(status: UpsStatus): Meaning | null {
  return hasCode(status) ? null : codeMeaning(`type:${status.type}`);
}

function hasCode({ code, statusCode }: UpsStatus): boolean {
  return code !== "" || statusCode !== "";
}

/** Whether a meaning says no more than its status, so that a place of delivery may sharpen it. */
export function isPlainDelivery(meaning: Meaning): boolean {
  return meaning.kind === "status" && meaning.subStatus === PLAIN_SUB_STATUS.delivered;
}
