import { createHash, timingSafeEqual } from "node:crypto";
import type { Credentials } from "../../../runtime/credentials.js";
import type { PushRequest } from "../contract.js";
import { pushHeaderOf } from "./credentials.js";

/**
 * Whether a push comes from DHL: it sends the token of the subscription in a header of our choosing. DHL signs neither
 * body nor time, so this proves the sender, not the bytes: the address must be HTTPS. Every token is compared, in a time
 * that depends on none of them.
 */
export function verifyPush(request: PushRequest, credentials: Credentials): boolean {
  const header = pushHeaderOf(credentials).toLowerCase();
  const given = Object.hasOwn(request.headers, header) ? request.headers[header] : undefined;
  let found = false;
  for (const token of [credentials.pushToken, credentials.previousPushToken]) found = isSame(given, token) || found;
  return found;
}

function isSame(given: string | undefined, token: string | undefined): boolean {
  const same = timingSafeEqual(digest(given ?? ""), digest(token ?? ""));
  return same && token !== undefined && token !== "";
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text, "utf8").digest();
}
