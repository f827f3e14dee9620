import type { Meaning } from "../../../domain/scan.js";
import { PLAIN_SUB_STATUS, type SubStatus, subStatusRow } from "../../../domain/status.js";
import type { StatusCode } from "../contract.js";
import { SHIPENGINE_STATUS_CODES } from "./codes.js";
import { readWords } from "./words.js";

/** What ShipEngine says about an event or in a headline; codes upper case, `""` for what is missing. */
export interface ShipEngineStatus {
  readonly statusCode: string;
  readonly detailCode: string;
  /** Our code of the carrier that has the parcel, and its own code for what happened. */
  readonly carrier: string;
  readonly eventCode: string;
  readonly text: string;
  readonly signed: boolean;
}

const CODES: ReadonlyMap<string, StatusCode> = new Map(SHIPENGINE_STATUS_CODES.map((code) => [code.key, code]));
const UNMAPPED: Meaning = { kind: "unmapped" };

/**
 * What ShipEngine says, in our words: the detail where there is one, else the status, which the carrier's code and words
 * sharpen; where both are empty, the carrier's code and words alone. Being out for delivery has no status of its own. A
 * code that ShipEngine does not document stays unmapped, whatever stands beside it.
 */
export function meaningOf(said: ShipEngineStatus): Meaning {
  const stated = said.detailCode || said.statusCode;
  const hint = hintOf(said);
  if (stated === "") return hint === null ? UNMAPPED : statusMeaning(signedFor(hint, said));
  const known = CODES.get(stated);
  if (known === undefined) return UNMAPPED;
  if (known.status === "information" || known.subStatus === "") return { kind: "information" };
  const { subStatus } = known;
  const sharper = hint !== null && mayMean(stated, subStatus, hint) ? hint : subStatus;
  if (sharper === subStatus && subStatus !== PLAIN_SUB_STATUS.delivered)
    return statusMeaning(subStatus, known.revokesDelivery === true);
  return statusMeaning(signedFor(sharper, said));
}

/** What the carrier's own code and words say; null where we read neither. */
function hintOf({ carrier, eventCode, text }: ShipEngineStatus): SubStatus | null {
  const byCode = CODES.get(`${carrier}:${eventCode}`)?.subStatus ?? "";
  return byCode === "" ? readWords(text) : byCode;
}

/**
 * Which hints a code leaves room for. Beside a detail, only where the detail says no more than its status. A label is
 * `AC`; what is brought to the sender is `DE`.
 */
function mayMean(stated: string, subStatus: SubStatus, hint: SubStatus): boolean {
  const { status } = subStatusRow(subStatus);
  const alike = subStatusRow(hint).status === status && hint !== PLAIN_SUB_STATUS[status];
  switch (stated) {
    case "AC":
      return hint === "label_created";
    case "IT":
      return alike || FURTHER.has(hint);
    case "DE":
    case "DELIVERED":
      return alike || hint === "returned_to_sender";
    case "AT":
      return ["business_closed", "access_problem", "address_issue", "refused"].includes(hint);
    case "EX":
    case "UNSPECIFIED_EXCEPTION":
      return alike;
    default:
      return false;
  }
}

/** What ShipEngine has no status for, or calls a movement like any other. */
const FURTHER: ReadonlySet<SubStatus> = new Set(["out_for_delivery", "available_for_pickup", "returning_to_sender"]);

function signedFor(subStatus: SubStatus, { signed }: ShipEngineStatus): SubStatus {
  return signed && subStatus === PLAIN_SUB_STATUS.delivered ? "signed_for" : subStatus;
}

function statusMeaning(subStatus: SubStatus, revokes = REVOKING.has(subStatus)): Meaning {
  const { status } = subStatusRow(subStatus);
  return { kind: "status", status, subStatus, ...(revokes && { revokesDelivery: true }) };
}

const REVOKING: ReadonlySet<SubStatus> = new Set(["refused", "damaged", "returning_to_sender", "returned_to_sender"]);
