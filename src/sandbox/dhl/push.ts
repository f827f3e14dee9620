import type { Hook, ParcelFacts } from "../parcel.js";
import type { SignedPush } from "../signed-push.js";
import { shipmentHead } from "./shipment.js";

type DhlHook = Extract<Hook, { kind: "dhl" }>;

/** A push of Unified Push: the shipment's new status. Nothing proves it but the subscriber's own token in its own header. */
export function dhlPush(facts: ParcelFacts, hook: DhlHook): SignedPush {
  return dhlNotice(hook, { scope: "subscription.push", self: hook.self, shipments: [shipmentHead(facts)] });
}

/** Anything that DHL posts to a hook. */
export function dhlNotice(
  { header, secret }: DhlHook,
  body: object,
  more: Readonly<Record<string, string>> = {},
): SignedPush {
  const headers = { "content-type": "application/json", [header.toLowerCase()]: secret, ...more };
  return { body: Buffer.from(JSON.stringify(body)), headers };
}
