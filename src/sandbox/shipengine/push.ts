import type { Hook, ParcelFacts } from "../parcel.js";
import type { SignedPush } from "../signed-push.js";
import { shipengineCarrier } from "./carrier-codes.js";
import type { ShipengineKeys } from "./signing-keys.js";
import { trackingInformation, utc } from "./tracking.js";

/** Three attempts, two hours apart, by one version of ShipEngine's documents. */
export const SHIPENGINE_RETRY_DELAYS_MS: readonly number[] = [7_200_000, 7_200_000];

/** The body of a push: everything known so far, under the address where it could be asked for. That alone names the carrier. */
export function shipenginePushBody(facts: ParcelFacts): Buffer {
  const query = new URLSearchParams({
    carrier_code: shipengineCarrier(facts) ?? "",
    tracking_number: facts.trackingNumber,
  });
  return Buffer.from(
    JSON.stringify({
      resource_url: `https://api.shipengine.com/v1/tracking?${query.toString()}`,
      resource_type: "API_TRACK",
      data: { label_url: null, ...trackingInformation(facts.trackingNumber, facts) },
    }),
  );
}

/** Signs a body over its timestamp, a dot and its bytes. Every attempt is signed anew, or it would be too old. */
export async function signShipenginePush(
  body: Buffer,
  { headers }: Extract<Hook, { kind: "shipengine" }>,
  keys: ShipengineKeys,
  nowMs: number,
): Promise<SignedPush> {
  const timestamp = utc(nowMs);
  const { keyId, signature } = await keys.sign(Buffer.concat([Buffer.from(`${timestamp}.`), body]));
  return {
    body,
    headers: {
      "content-type": "application/json",
      "user-agent": "ShipEngine/v1",
      ...headers,
      "x-shipengine-rsa-sha256-key-id": keyId,
      "x-shipengine-rsa-sha256-signature": signature,
      "x-shipengine-timestamp": timestamp,
    },
  };
}
