import type { HttpRequest, HttpResponse } from "../../../runtime/http-client.js";
import { exactTextAt, numberAt, readJson, textAt } from "../../../runtime/json.js";
import {
  type AccessToken,
  CarrierCallError,
  callCarrier,
  type FetchContext,
  failureKindOf,
  refusedCall,
} from "../contract.js";
import { settingOf } from "./credentials.js";

const MAX_TOKEN_BYTES = 64 * 1024;
const MAX_TOKEN_CHARS = 4_096;
/** Wren grants an hour. A longer promise is not believed. */
const MAX_LIFETIME_SECONDS = 86_400;

/** A call of Wren's API: its path, and what to send as JSON. */
export interface WrenCall {
  readonly method: "POST" | "DELETE";
  readonly path: string;
  readonly body?: unknown;
  readonly maxBytes: number;
}

/**
 * Makes a call with the connection's token. A refused token is renewed once and the call made once more. Any whole answer is
 * returned, whatever its status.
 * @throws CarrierCallError
 */
export async function callWren(call: WrenCall, context: FetchContext): Promise<HttpResponse> {
  const obtain = () => obtainToken(context);
  const token = await context.tokens.get(obtain);
  const response = await send(call, token, context);
  return response.status === 401 ? send(call, await context.tokens.refresh(token, obtain), context) : response;
}

/** A refused call of Wren. `what` begins the sentence. */
export function failureOf(response: HttpResponse, what: string, { now }: Pick<FetchContext, "now">): CarrierCallError {
  return refusedCall(what, failureKindOf(response.status), response, errorCodesOf(response), now());
}

/**
 * The address of a path of the connection's API.
 * @throws CarrierCallError `rejected` when the setting makes no address, so that nobody tries again before it is changed
 */
function addressOf(path: string, { credentials }: Pick<FetchContext, "credentials">): string {
  const base = settingOf(credentials, "baseUrl");
  if (!URL.canParse(path, base))
    throw new CarrierCallError("rejected", "The setting baseUrl of this Wren connection is no address.");
  return new URL(path, base).href;
}

function send(call: WrenCall, token: AccessToken, context: FetchContext): Promise<HttpResponse> {
  const request: HttpRequest = {
    method: call.method,
    url: addressOf(call.path, context),
    headers: {
      accept: "application/json",
      authorization: `Bearer ${token.value}`,
      ...(call.body !== undefined && { "content-type": "application/json" }),
    },
    ...(call.body !== undefined && { body: JSON.stringify(call.body) }),
    maxBytes: call.maxBytes,
  };
  return callCarrier("Wren", context, request);
}

/** Client credentials as JSON (Parcel API, authentication). */
async function obtainToken(context: FetchContext): Promise<AccessToken> {
  const askedAt = context.now();
  const response = await callCarrier("Wren", context, {
    method: "POST",
    url: addressOf("/v1/token", context),
    headers: { accept: "application/json", "content-type": "application/json" },
    body: JSON.stringify({
      client_id: settingOf(context.credentials, "clientId"),
      client_secret: settingOf(context.credentials, "clientSecret"),
    }),
    maxBytes: MAX_TOKEN_BYTES,
  });
  if (response.status !== 200) throw failureOf(response, "Wren refused to give an access token", context);
  const reading = readJson(response.body, MAX_TOKEN_BYTES);
  const answer = reading.ok ? reading.value : null;
  const value = exactTextAt(answer, MAX_TOKEN_CHARS, "access_token");
  const seconds = numberAt(answer, "expires_in");
  if (value === null || !/^[\x21-\x7e]+$/.test(value) || seconds === null || seconds <= 0)
    throw new CarrierCallError("unreadable", "Wren answered the token request without a token or its lifetime.");
  return { value, expiresAt: askedAt + Math.min(seconds, MAX_LIFETIME_SECONDS) * 1_000 };
}

/** Wren's codes are `WR-` and three digits; anything else might echo what we sent. */
function errorCodesOf({ body }: HttpResponse): string[] {
  const reading = readJson(body, MAX_TOKEN_BYTES);
  const code = reading.ok ? textAt(reading.value, "error", "code") : null;
  return code !== null && /^WR-\d{3}$/.test(code) ? [code] : [];
}
