import type { HttpResponse } from "../../../runtime/http-client.js";
import { listAt, readJson, textAt } from "../../../runtime/json.js";
import { CarrierCallError, type CarrierFailure, failureKindOf, refusedCall } from "../contract.js";
import { errorCodesOf, failureOf } from "./call.js";

/** A hundred numbers and a few errors are far smaller. */
export const MAX_SUBSCRIPTION_BYTES = 256 * 1024;

/** Codes about the numbers: none given, none valid, none that UPS's test environment knows. */
const NUMBER_CODES = ["VSS200", "VSS210", "VSS215"];
/**
 * Codes about what the connection's settings put into every call (transId, transactionSrc, locale, country, destination,
 * type). No number is at fault, and none would fare better.
 */
const SETTING_CODES = /^VSS(?:00[2346]|300|310|400|500|600|610|700|800|930)$/;
/** UPS's own word for a fault that passes, in case the status in front of it was changed on the way. */
const PASSING_CODE = "VSS100";

/** What UPS said about the numbers of one call; it may leave some out. */
export interface SubscriptionVerdict {
  readonly valid: ReadonlySet<string>;
  readonly invalid: ReadonlySet<string>;
}

/**
 * Reads the answer to a Track Alert subscription of `asked`. A number in both lists counts as invalid.
 * @throws CarrierCallError `rejected` where the call failed as a whole and only some numbers are at fault
 */
export function readSubscription(response: HttpResponse, asked: readonly string[], nowMs: number): SubscriptionVerdict {
  const reading = readJson(response.body, MAX_SUBSCRIPTION_BYTES);
  const body = reading.ok ? reading.value : null;
  const invalid = numbersAt(body, "invalidTrackingNumbers");
  if (response.status === 200) {
    const valid = numbersAt(body, "validTrackingNumbers");
    if (!asked.some((number) => valid.has(number) || invalid.has(number)))
      throw new CarrierCallError("unreadable", "UPS answered the subscription without a word on any number.");
    return { valid, invalid };
  }
  const codes = errorCodesOf(response.body);
  if (response.status === 400 && NUMBER_CODES.some((code) => codes.includes(code))) {
    if (asked.every((number) => invalid.has(number))) return { valid: new Set(), invalid };
    // Without a list every number is meant, except by VSS215, which one number of several may cause.
    if (!codes.includes("VSS215") || asked.length === 1) return { valid: new Set(), invalid: new Set(asked) };
  }
  const kind = kindOf(codes, response.status);
  throw kind === null ? failureOf(response, nowMs, REFUSED) : refusedCall(REFUSED, kind, response, codes, nowMs);
}

const REFUSED = "UPS refused the subscription";

function kindOf(codes: readonly string[], status: number): CarrierFailure | null {
  if (codes.includes(PASSING_CODE)) return "unavailable";
  const isSetting = failureKindOf(status) === "rejected" && codes.some((code) => SETTING_CODES.test(code));
  return isSetting ? "unauthorized" : null;
}

function numbersAt(body: unknown, field: string): ReadonlySet<string> {
  const numbers = listAt(body, field).map((number) => textAt({ number }, "number")?.toUpperCase() ?? "");
  return new Set(numbers.filter((number) => number !== ""));
}
