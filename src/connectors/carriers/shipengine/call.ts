import type { HttpRequest, HttpResponse } from "../../../runtime/http-client.js";
import {
  type CarrierCallError,
  type CarrierFailure,
  callCarrier,
  type FetchContext,
  failureKindOf,
  refusedCall,
} from "../contract.js";
import { endpointOf, settingOf } from "./credentials.js";
import { type StatedError, statedErrors } from "./notices.js";

/** A call to ShipEngine's API, apart from what every call has. */
export interface ShipEngineCall {
  readonly method: HttpRequest["method"];
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly body?: unknown;
  readonly maxBytes: number;
}

/**
 * Makes one call. Any whole answer is returned, whatever its status.
 * @throws CarrierCallError when no whole answer arrived
 */
export function callShipEngine(call: ShipEngineCall, context: FetchContext): Promise<HttpResponse> {
  const { credentials } = context;
  const url = endpointOf(credentials, call.path);
  for (const [name, value] of Object.entries(call.query ?? {})) url.searchParams.set(name, value);
  const seller = settingOf(credentials, "onBehalfOf");
  return callCarrier("ShipEngine", context, {
    method: call.method,
    url: url.href,
    headers: {
      accept: "application/json",
      "API-Key": settingOf(credentials, "apiKey"),
      ...(seller !== "" && { "On-Behalf-Of": seller }),
      ...(call.body !== undefined && { "content-type": "application/json" }),
    },
    ...(call.body !== undefined && { body: JSON.stringify(call.body) }),
    maxBytes: call.maxBytes,
  });
}

/**
 * A refused call of ShipEngine. What it passes on from a carrier (`error_source`) says nothing of our own key and quota: a
 * carrier that lets ShipEngine in no more, or asks it to wait, is away for now or refuses this number.
 */
export function failureOf(response: HttpResponse, nowMs: number, what: string): CarrierCallError {
  const errors = statedErrors(response.body);
  const codes = errors
    .filter(({ code }) => code !== "")
    .map(({ code, source }) => (source === "carrier" ? `${code} by the carrier` : code));
  return refusedCall(what, kindOf(response.status, errors), response, [...new Set(codes)], nowMs);
}

function kindOf(status: number, errors: readonly StatedError[]): CarrierFailure {
  if (errors.some(({ source }) => source === "carrier")) return status >= 429 ? "unavailable" : "rejected";
  if (errors.some(({ code }) => code === "rate_limit_exceeded")) return "rate_limited";
  if (errors.some(({ code, type }) => ACCOUNT_CODES.has(code) || type === "account_status")) return "unauthorized";
  return status === 402 ? "unauthorized" : failureKindOf(status);
}

/** About the account: no number gets through before somebody acts. */
const ACCOUNT_CODES: ReadonlySet<string> = new Set([
  "unauthorized",
  "forbidden",
  "invalid_billing_plan",
  "subscription_inactive",
  "terms_not_accepted",
  "trial_expired",
]);
