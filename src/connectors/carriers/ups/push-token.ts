import type { Credentials } from "../../../runtime/credentials.js";
import type { PushRequest, TokenAnswer } from "../contract.js";
import { hmacOf, isOneOfSecrets, sameSecret } from "./secrets.js";

/** How long a token that we give to UPS is good for. */
const LIFETIME_SECONDS = 3_600;
const MAX_REQUEST_BYTES = 4_096;

/**
 * Answers UPS's token request (Track Alert v2: `client_credentials` with `client_secret_basic`) with a token or an error
 * of RFC 6749 section 5. The token needs no storage: it states its expiry and is signed with the push client secret. A
 * 401 is to be sent with `WWW-Authenticate: Basic`.
 */
export function answerTokenRequest(request: PushRequest, credentials: Credentials, nowMs: number): TokenAnswer {
  if (request.rawBody.byteLength > MAX_REQUEST_BYTES) return refuse(400, "invalid_request");
  const secret = authenticatedSecret(request.headers.authorization, credentials);
  if (secret === null) return refuse(401, "invalid_client");
  const grants = new URLSearchParams(new TextDecoder().decode(request.rawBody)).getAll("grant_type");
  if (grants.length !== 1 || grants[0] === "") return refuse(400, "invalid_request");
  if (grants[0] !== "client_credentials") return refuse(400, "unsupported_grant_type");
  const expiresAt = Math.floor(nowMs / 1_000) + LIFETIME_SECONDS;
  return {
    status: 200,
    body: {
      access_token: signToken(secret, credentials.pushClientId, expiresAt),
      token_type: "Bearer",
      expires_in: LIFETIME_SECONDS,
    },
  };
}

/** Whether a bearer token is one of ours, signed with a current secret and not expired. Constant-time. */
export function isPushToken(token: string, credentials: Credentials, nowMs: number): boolean {
  const [, expiry] = TOKEN.exec(token) ?? [];
  const expiresAt = Number(expiry ?? 0);
  const signed = activeSecrets(credentials).map((secret) => signToken(secret, credentials.pushClientId, expiresAt));
  return isOneOfSecrets(token, signed) && nowMs < expiresAt * 1_000;
}

const TOKEN = /^wb1\.(\d{1,12})\.[\w-]{43}$/;

function signToken(secret: string, clientId: string | undefined, expiresAt: number): string {
  return `wb1.${expiresAt}.${hmacOf(secret, `ups push token of ${clientId}, good until ${expiresAt}`)}`;
}

/**
 * The secret that a Basic header proves; null when it proves none. RFC 6749 section 2.3.1 has ID and secret
 * form-encoded before Base64, which many clients leave out: both readings are tried.
 */
function authenticatedSecret(authorization: string | undefined, credentials: Credentials): string | null {
  const encoded = /^basic +([\w+/=-]{1,4096})$/i.exec(authorization?.trim() ?? "")?.[1] ?? "";
  const pair = Buffer.from(encoded, "base64").toString("utf8");
  const colon = pair.indexOf(":");
  const clientId = pair.slice(0, Math.max(colon, 0));
  const clientSecret = pair.slice(colon + 1);
  const rightId = isOneOfSecrets(credentials.pushClientId, readingsOf(clientId));
  let proved: string | null = null;
  for (const secret of activeSecrets(credentials)) {
    const rightSecret = isOneOfSecrets(secret, readingsOf(clientSecret));
    if (rightSecret && rightId && colon > 0) proved = secret;
  }
  return proved;
}

function readingsOf(text: string): [string, string] {
  try {
    return [text, decodeURIComponent(text.replaceAll("+", " "))];
  } catch {
    return [text, text];
  }
}

function activeSecrets({ pushClientSecret, previousPushClientSecret }: Credentials): string[] {
  return [pushClientSecret, previousPushClientSecret].filter((secret): secret is string => Boolean(secret));
}

function refuse(status: 400 | 401, error: string): TokenAnswer {
  return { status, body: { error } };
}

/** Whether `x-api-key` names the client that we gave the token to (Track Alert v2). */
export function isPushClient(apiKey: string | undefined, credentials: Credentials): boolean {
  return sameSecret(apiKey, credentials.pushClientId);
}
