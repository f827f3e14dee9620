import { exactTextAt, numberAt, readJson } from "../../../runtime/json.js";
import { type AccessToken, CarrierCallError, callCarrier, type FetchContext } from "../contract.js";
import { failureOf } from "./call.js";
import { endpointOf, settingOf } from "./credentials.js";

/** Part of its lifetime after which a token is renewed, so that none runs out on the way to USPS. */
const RENEW_AFTER = 0.9;
const MAX_TOKEN_BYTES = 64 * 1024;
const MAX_TOKEN_CHARS = 16_384;
/** USPS grants eight hours. A longer promise is not believed. */
const MAX_LIFETIME_SECONDS = 24 * 60 * 60;

/**
 * Asks USPS for an access token (OAuth 3.0 API of USPS: client credentials as JSON).
 * @throws CarrierCallError
 */
export async function obtainAccessToken(context: FetchContext): Promise<AccessToken> {
  const { credentials, now } = context;
  const askedAt = now();
  const scope = settingOf(credentials, "scope");
  const response = await callCarrier("USPS", context, {
    method: "POST",
    url: endpointOf(credentials, "tokenPath"),
    headers: { accept: "application/json", "content-type": "application/json" },
    body: JSON.stringify({
      client_id: settingOf(credentials, "clientId"),
      client_secret: settingOf(credentials, "clientSecret"),
      grant_type: "client_credentials",
      ...(scope !== "" && { scope }),
    }),
    maxBytes: MAX_TOKEN_BYTES,
  });
  if (response.status === 400)
    throw new CarrierCallError("unauthorized", "USPS refused the consumer key, its secret or the scope (HTTP 400).");
  if (response.status !== 200) throw failureOf(response, now(), "USPS refused to give an access token");
  return readToken(response.body, askedAt);
}

function readToken(body: Uint8Array, askedAt: number): AccessToken {
  const reading = readJson(body, MAX_TOKEN_BYTES);
  const answer = reading.ok ? reading.value : null;
  const value = exactTextAt(answer, MAX_TOKEN_CHARS, "access_token");
  const seconds = numberAt(answer, "expires_in");
  if (value === null || !/^[\x21-\x7e]+$/.test(value) || seconds === null || seconds <= 0) {
    throw new CarrierCallError("unreadable", "USPS answered the token request without a token or its lifetime.");
  }
  return { value, expiresAt: askedAt + Math.min(seconds, MAX_LIFETIME_SECONDS) * 1_000 * RENEW_AFTER };
}
