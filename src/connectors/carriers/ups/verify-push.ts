import type { Credentials } from "../../../runtime/credentials.js";
import type { PushRequest } from "../contract.js";
import { isPushClient, isPushToken } from "./push-token.js";
import { isOneOfSecrets } from "./secrets.js";

/**
 * Whether a push comes from UPS. Track Alert v1 sends the subscription's secret as header `credential`; v2 sends a bearer
 * token that we gave it and its client ID as `x-api-key`. UPS signs neither body nor time, so these prove the sender,
 * not the bytes: the address must be HTTPS.
 */
export function verifyPush(request: PushRequest, credentials: Credentials, nowMs: number): boolean {
  const { headers } = request;
  const { pushSecret, previousPushSecret } = credentials;
  const v1 = isOneOfSecrets(headers.credential, [pushSecret, previousPushSecret]);
  const token = /^bearer +(\S{1,512})$/i.exec(headers.authorization?.trim() ?? "")?.[1] ?? "";
  const rightToken = isPushToken(token, credentials, nowMs);
  const rightClient = isPushClient(headers["x-api-key"], credentials);
  return v1 || (rightToken && rightClient);
}
