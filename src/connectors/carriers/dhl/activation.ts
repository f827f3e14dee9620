import type { Credentials } from "../../../runtime/credentials.js";
import type { HttpRequest } from "../../../runtime/http-client.js";
import { exactTextAt, readJson, textAt } from "../../../runtime/json.js";
import type { PushRequest } from "../contract.js";
import { pushBaseUrlOf } from "./credentials.js";

const MAX_VALIDATION_BYTES = 16 * 1024;
const MAX_SECRET_CHARS = 512;

/**
 * The call that confirms a subscription (Shipment Tracking - Unified Push v1). DHL sends a body of scope
 * `subscription.validate` with a secret, and starts to push when that secret comes back to it. Of the address in the
 * body only the subscription's id is used, on the connection's own host: whoever can send us a body must not choose
 * where our key goes. Null for every other body.
 */
export function activationOf(request: PushRequest, credentials: Credentials): HttpRequest | null {
  const reading = readJson(request.rawBody, MAX_VALIDATION_BYTES);
  if (!reading.ok || textAt(reading.value, "scope") !== "subscription.validate") return null;
  const id = /\/subscription\/([\w-]{1,100})\/?$/.exec(textAt(reading.value, "self") ?? "")?.[1];
  const secret =
    exactTextAt(reading.value, MAX_SECRET_CHARS, "secret") ?? request.headers["dhl-api-hook-secret"]?.trim() ?? "";
  if (id === undefined || !/^[\x21-\x7e]{1,512}$/.test(secret)) return null;
  return {
    method: "POST",
    url: `${pushBaseUrlOf(credentials)}/subscription/${id}`,
    headers: {
      accept: "application/json",
      "DHL-API-Key": credentials.apiKey ?? "",
      "DHL-API-Hook-Secret": secret,
    },
    maxBytes: 64 * 1024,
  };
}
