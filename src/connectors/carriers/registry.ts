import type { Carrier } from "./contract.js";
import { dhl } from "./dhl/dhl.js";
import { easypost } from "./easypost/easypost.js";
import { fedex } from "./fedex/fedex.js";
import { shipengine } from "./shipengine/shipengine.js";
import { ups } from "./ups/ups.js";
import { usps } from "./usps/usps.js";

/** Every carrier that Waybill can talk to. A new carrier is its folder and one line here. */
export const CARRIERS: readonly Carrier[] = [fedex, ups, usps, dhl, easypost, shipengine];

/** The carrier with a code (`fedex`), or null. */
export function findCarrier(code: string): Carrier | null {
  return CARRIERS.find((carrier) => carrier.code === code) ?? null;
}

/** The codes of the carriers that speak for others. */
export function aggregatorCodes(): string[] {
  return CARRIERS.filter(({ aggregator }) => aggregator).map(({ code }) => code);
}
