import type { HttpRequest, HttpResponse } from "../../../runtime/http-client.js";
import { readJson, textAt } from "../../../runtime/json.js";
import { CarrierCallError, callCarrier, callWithToken, type SubscribeContext } from "../contract.js";
import { obtainAccessToken } from "./access-token.js";
import { failureOf } from "./call.js";
import { endpointOf, settingOf } from "./credentials.js";

const MAX_BYTES = 512 * 1024;
const SCOPE = "subscriptions-tracking";
/** An id goes into a path. */
const ID = /^\w[\w.-]{0,99}$/;

/** What a subscription is about: a whole mailer, or one number. */
export type Filter = { readonly MID: string } | { readonly trackingNumber: string };

/** Asks for a new subscription. Any whole answer is returned. */
export function createSubscription(filter: Filter, context: SubscribeContext): Promise<HttpResponse> {
  const { credentials, hookUrl } = context;
  const email = settingOf(credentials, "notifyEmail");
  return call("", { method: "POST" }, context, {
    listenerURL: hookUrl,
    secret: settingOf(credentials, "pushSecret"),
    ...(email !== "" && { adminNotification: [{ email }] }),
    filterProperties: filter,
  });
}

/** The answer to a look at all subscriptions of a filter. */
export function listSubscriptions(filter: Filter, context: SubscribeContext): Promise<HttpResponse> {
  return call(`?${new URLSearchParams({ ...filter })}`, { method: "GET" }, context);
}

/** How one subscription stands, as far as USPS says. */
export interface Standing {
  readonly status: string;
  readonly listenerUrl: string | null;
  readonly mid: string | null;
  readonly trackingNumber: string | null;
  readonly etag: string;
}

/**
 * Looks at a subscription; null when it is gone.
 * @throws CarrierCallError
 */
export async function lookAtSubscription(id: string, context: SubscribeContext): Promise<Standing | null> {
  const response = await call(`/${encodeURIComponent(id)}`, { method: "GET" }, context);
  if (response.status === 404 || response.status === 410) return null;
  if (response.status !== 200) throw refusal(response, context);
  const body = bodyOf(response);
  if (idAt(body) === null && textAt(body, "listenerURL") === null)
    throw new CarrierCallError("unreadable", "USPS answered with something that is no subscription.");
  return {
    status: textAt(body, "status") ?? textAt(body, "subscriptionStatus") ?? "",
    listenerUrl: textAt(body, "listenerURL"),
    mid: textAt(body, "filterProperties", "MID"),
    trackingNumber: textAt(body, "filterProperties", "trackingNumber"),
    etag: response.headers.etag ?? "*",
  };
}

/** USPS deletes only what we have seen: it wants the ETag of the last look back (RFC 9110 section 13.1.1). */
export async function deleteSubscription(id: string, { etag }: Standing, context: SubscribeContext): Promise<void> {
  const response = await call(
    `/${encodeURIComponent(id)}`,
    { method: "DELETE", headers: { "if-match": etag } },
    context,
  );
  if (!isDone(response) && response.status !== 404 && response.status !== 410) throw refusal(response, context);
}

function call(
  below: string,
  request: Pick<HttpRequest, "method" | "headers">,
  context: SubscribeContext,
  body?: unknown,
): Promise<HttpResponse> {
  const url = `${endpointOf(context.credentials, "subscriptionsPath")}${below}`;
  return callWithToken(context, obtainAccessToken, (token) =>
    callCarrier("USPS", context, {
      method: request.method,
      url,
      headers: {
        accept: "application/json",
        authorization: `Bearer ${token.value}`,
        ...(body !== undefined && { "content-type": "application/json" }),
        ...request.headers,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      maxBytes: MAX_BYTES,
    }),
  );
}

/**
 * The id in the answer of a subscription that was made.
 * @throws CarrierCallError `unreadable`
 */
export function readId(response: HttpResponse): string {
  const id = idAt(bodyOf(response));
  if (id === null) throw new CarrierCallError("unreadable", "USPS answered the subscription without its id.");
  return id;
}

/** The id of a subscription that can go into a path; null where there is none. */
export function idAt(value: unknown): string | null {
  const id = textAt(value, "subscriptionId");
  return id !== null && ID.test(id) ? id : null;
}

/** An answer as JSON; null when it is none. */
export function bodyOf(response: HttpResponse): unknown {
  const reading = readJson(response.body, MAX_BYTES);
  return reading.ok ? reading.value : null;
}

/** Whether USPS did as asked. */
export function isDone({ status }: HttpResponse): boolean {
  return status >= 200 && status < 300;
}

/** A refused call. A missing scope is named. */
export function refusal(response: HttpResponse, context: SubscribeContext): CarrierCallError {
  return failureOf(response, context.now(), "USPS refused the subscription", SCOPE);
}
