import type { Meaning } from "../../../domain/scan.js";
import { type SubStatus, subStatusRow } from "../../../domain/status.js";
import type { StatusCode } from "../contract.js";
import { FEDEX_STATUS_CODES } from "./codes.js";
import { FEDEX_REASON_CODES } from "./reasons.js";

/** What a scan or a headline says about itself, as far as its meaning hangs on it. */
export interface FedexStatement {
  readonly code: string | null;
  readonly reason: string | null;
  /** The English text of the reason. Never `statusByLocale`, which comes in any language. */
  readonly reasonText: string | null;
  /** `WEATHER`, `OPERATIONAL`, `LOCAL`, `GENERAL` or `CLEARANCE` (FedEx Track API, delayDetail). */
  readonly delayType: string | null;
}

/**
 * What a FedEx statement means: its code, and for the codes that only say "something is wrong" also the reason, the text
 * and the kind of delay, in this order. A code that is not documented is unmapped, whatever its reason says.
 */
export function meaningOf(statement: FedexStatement): Meaning {
  const known = statement.code === null ? undefined : BY_CODE.get(statement.code);
  if (known === undefined) return { kind: "unmapped" };
  if (known.status === "information" || known.subStatus === "") return { kind: "information" };
  const refined = REFINABLE.has(known.key) ? refinedByReason(known.key, statement) : null;
  if (refined !== null) return statusMeaning(refined);
  if (known.subStatus === "delivered") return statusMeaning(leftWhere(statement));
  return statusMeaning(known.subStatus);
}

/** A status meaning of ours, with the mark that lets it move a delivered parcel. */
export function statusMeaning(subStatus: SubStatus): Meaning {
  const { status } = subStatusRow(subStatus);
  return { kind: "status", status, subStatus, ...(REVOKES_DELIVERY.has(subStatus) && { revokesDelivery: true }) };
}

/** The codes that say that something is wrong, but not what. */
const REFINABLE = new Set(["DE", "SE", "DD", "DY", "CD"]);

const REVOKES_DELIVERY = new Set<SubStatus>(["refused", "damaged", "returning_to_sender", "returned_to_sender"]);

const BY_CODE = new Map(FEDEX_STATUS_CODES.map((code) => [code.key, code]));
const BY_REASON = new Map(FEDEX_REASON_CODES.map((code) => [code.key, code]));

function refinedByReason(code: string, statement: FedexStatement): SubStatus | null {
  const refined = knownReason(statement.reason) ?? byText(statement) ?? byDelayType(statement.delayType);
  // A clearance delay stays one: its reasons ("available for clearance") tell what is done about it.
  return code === "CD" && (refined === null || !CLEARANCE_TROUBLES.has(refined)) ? null : refined;
}

const CLEARANCE_TROUBLES = new Set<SubStatus>(["customs_held", "customs_documents_missing", "customs_duties_due"]);

function knownReason(reason: string | null): SubStatus | null {
  const known: StatusCode | undefined = reason === null ? undefined : BY_REASON.get(`reason:${reason}`);
  return known === undefined || known.subStatus === "" || known.status === "delivered" ? null : known.subStatus;
}

function byText({ reasonText, delayType }: FedexStatement): SubStatus | null {
  if (reasonText === null) return null;
  const rule = TEXT_RULES.find(([pattern]) => pattern.test(reasonText));
  // The weather comes third among the rules, and is also known without words.
  const [, subStatus] = rule ?? [];
  return delayType === "WEATHER" && !BEFORE_WEATHER.has(subStatus) ? "delayed_weather" : (subStatus ?? null);
}

/** First match wins. Written for FedEx's English texts, which stay the same for years. */
const TEXT_RULES: readonly (readonly [RegExp, SubStatus])[] = [
  [/returned? .*shipper|returning/i, "returning_to_sender"],
  [/refus/i, "refused"],
  [/damag/i, "damaged"],
  [/\blost\b|unable to locate/i, "lost"],
  [/weather|natural disaster/i, "delayed_weather"],
  [
    /(clearance|customs|import).*(document|paperwork|invoice)|(document|paperwork|invoice).*(missing|required)/i,
    "customs_documents_missing",
  ],
  [/\b(duty|duties|taxes)\b/i, "customs_duties_due"],
  [/clearance|customs|regulatory|broker/i, "customs_held"],
  [/address/i, "address_issue"],
  [/(available|ready) for .*pick ?up/i, "available_for_pickup"],
  [/hold at|redirect/i, "to_pickup_point"],
  [/not attempted|delay/i, "delayed"],
  [/not available|business closed|unable to deliver|attempt/i, "delivery_attempted"],
  [/tendered|picked up/i, "picked_up"],
];

const BEFORE_WEATHER = new Set<SubStatus | undefined>(["returning_to_sender", "refused", "damaged", "lost"]);

function byDelayType(delayType: string | null): SubStatus | null {
  return (delayType === null ? undefined : DELAYS.get(delayType)) ?? null;
}

const DELAYS = new Map<string, SubStatus>([
  ["WEATHER", "delayed_weather"],
  ["OPERATIONAL", "delayed_operational"],
  ["CLEARANCE", "customs_held"],
  ["LOCAL", "delayed"],
  ["GENERAL", "delayed"],
]);

/** Left-at-the-door reasons come with the delivery and are no exception. */
function leftWhere({ reason, reasonText }: FedexStatement): SubStatus {
  const known = reason === null ? undefined : BY_REASON.get(`reason:${reason}`);
  if (known?.status === "delivered" && known.subStatus !== "") return known.subStatus;
  return reasonText === null ? "delivered" : (placeOfText(reasonText) ?? "delivered");
}

/** Where FedEx says in words that a parcel was left; null when the words name no such place. */
export function placeOfText(words: string): SubStatus | null {
  return LEFT_RULES.find(([pattern]) => pattern.test(words))?.[1] ?? null;
}

const LEFT_RULES: readonly (readonly [RegExp, SubStatus])[] = [
  [/neighbou?r/i, "to_neighbour"],
  [/locker/i, "parcel_locker"],
  [/mail ?box/i, "in_mailbox"],
  [/front desk|reception|guard|mail ?room|leasing office|apartment office/i, "to_reception"],
  [/left at|door|porch|garage|patio|release authorized|signature not required/i, "left_in_safe_place"],
];
