import { fromCarrierCode } from "./carrier-codes.js";
import { readNumber } from "./fields.js";

/** What the address of a resource says about it. */
export interface Resource {
  /** Our code of the carrier. */
  readonly carrier: string | null;
  readonly trackingNumber: string | null;
}

/** A body that came without an address. */
export const NO_RESOURCE: Resource = { carrier: null, trackingNumber: null };

/**
 * Reads `resource_url` of a push: `…/v1/tracking?carrier_code=ups&tracking_number=…`, or as in 2019 `…/v1/tracking/ups/…`.
 * Nobody calls this address.
 */
export function readResource(url: string | null): Resource {
  if (url === null || !URL.canParse(url)) return NO_RESOURCE;
  const { pathname, searchParams } = new URL(url);
  const [, carrier, number] = /\/tracking\/([a-z0-9_]{1,60})\/([^/]{1,100})\/?$/i.exec(pathname) ?? [];
  return {
    carrier: fromCarrierCode(searchParams.get("carrier_code") ?? carrier ?? null),
    trackingNumber: readNumber(searchParams.get("tracking_number") ?? number ?? null),
  };
}
