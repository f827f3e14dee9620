import { exactTextAt, numberAt, readJson } from "../../../runtime/json.js";
import { type AccessToken, CarrierCallError, callCarrier, type FetchContext } from "../contract.js";
import { failureOf } from "./call.js";
import { endpointOf, settingOf } from "./credentials.js";

/**
 * How long FedEx locks an address out that asked for too many tokens; asking meanwhile makes it longer (FedEx Developer
 * Portal, API throttling).
 */
const TOKEN_PENALTY_MS = 10 * 60 * 1_000;
const MAX_TOKEN_BYTES = 64 * 1024;
const MAX_TOKEN_CHARS = 16_384;
/** FedEx grants an hour. A longer promise is not believed. */
const MAX_LIFETIME_SECONDS = 24 * 60 * 60;

/**
 * Asks FedEx for an access token (OAuth 2 client credentials, the client in the body).
 * @throws CarrierCallError
 */
export async function obtainAccessToken(context: FetchContext): Promise<AccessToken> {
  const { credentials } = context;
  const askedAt = context.now();
  const response = await callCarrier("FedEx", context, {
    method: "POST",
    url: endpointOf(credentials, "tokenPath"),
    headers: { accept: "application/json", "content-type": "application/x-www-form-urlencoded" },
    body: new URLSearchParams({
      grant_type: "client_credentials",
      client_id: settingOf(credentials, "clientId"),
      client_secret: settingOf(credentials, "clientSecret"),
    }).toString(),
    maxBytes: MAX_TOKEN_BYTES,
  });
  if (response.status === 403) {
    throw new CarrierCallError("rate_limited", "FedEx gives this address no token for ten minutes.", TOKEN_PENALTY_MS);
  }
  if (response.status !== 200) throw failureOf(response, context.now(), "FedEx refused to give an access token");
  return readToken(response.body, askedAt);
}

function readToken(body: Uint8Array, askedAt: number): AccessToken {
  const reading = readJson(body, MAX_TOKEN_BYTES);
  const answer = reading.ok ? reading.value : null;
  const value = exactTextAt(answer, MAX_TOKEN_CHARS, "access_token");
  const seconds = numberAt(answer, "expires_in");
  if (value === null || !/^[\x21-\x7e]+$/.test(value) || seconds === null || seconds <= 0) {
    throw new CarrierCallError("unreadable", "FedEx answered the token request without a token or its lifetime.");
  }
  return { value, expiresAt: askedAt + Math.min(seconds, MAX_LIFETIME_SECONDS) * 1_000 };
}
