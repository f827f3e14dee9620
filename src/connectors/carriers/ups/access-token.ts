import { numberAt, readJson, recordAt } from "../../../runtime/json.js";
import { type AccessToken, CarrierCallError, callCarrier, type FetchContext } from "../contract.js";
import { failureOf } from "./call.js";
import { baseUrlOf } from "./credentials.js";

/** Part of its lifetime after which a token is renewed, so that none runs out on the way to UPS. */
const RENEW_AFTER = 0.9;
const MAX_TOKEN_BYTES = 64 * 1024;
/** UPS grants four hours. A longer promise is not believed. */
const MAX_LIFETIME_SECONDS = 24 * 60 * 60;

/**
 * Asks UPS for an access token with the client's credentials (UPS OAuth: Basic authorization, every value in the answer
 * is text, also `expires_in`).
 * @throws CarrierCallError
 */
export async function obtainAccessToken(context: FetchContext): Promise<AccessToken> {
  const { credentials, now } = context;
  const askedAt = now();
  const response = await callCarrier("UPS", context, {
    method: "POST",
    url: `${baseUrlOf(credentials)}/security/v1/oauth/token`,
    headers: {
      accept: "application/json",
      authorization: `Basic ${basicOf(credentials.clientId ?? "", credentials.clientSecret ?? "")}`,
      "content-type": "application/x-www-form-urlencoded",
      ...(credentials.merchantId?.trim() && { "x-merchant-id": credentials.merchantId.trim() }),
    },
    body: "grant_type=client_credentials",
    maxBytes: MAX_TOKEN_BYTES,
  });
  if (response.status === 400)
    throw new CarrierCallError("unauthorized", "UPS refused the client ID and secret (400).");
  if (response.status !== 200) throw failureOf(response, now(), "UPS refused to give an access token");
  return readToken(response.body, askedAt);
}

function basicOf(clientId: string, clientSecret: string): string {
  return Buffer.from(`${clientId}:${clientSecret}`, "utf8").toString("base64");
}

function readToken(body: Uint8Array, askedAt: number): AccessToken {
  const reading = readJson(body, MAX_TOKEN_BYTES);
  const answer = reading.ok ? reading.value : null;
  const value = tokenText(answer);
  const seconds = numberAt(answer, "expires_in");
  if (value === null || seconds === null || seconds <= 0) {
    throw new CarrierCallError("unreadable", "UPS answered the token request without a token or its lifetime.");
  }
  return { value, expiresAt: askedAt + Math.min(seconds, MAX_LIFETIME_SECONDS) * 1_000 * RENEW_AFTER };
}

/** A token goes into a header as it is, so it must be whole and printable (`textAt` would cut a long one). */
function tokenText(answer: unknown): string | null {
  const value = recordAt(answer)?.access_token;
  return typeof value === "string" && /^[\x21-\x7e]{1,16384}$/.test(value) ? value : null;
}
