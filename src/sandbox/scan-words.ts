import { dhlWords } from "./dhl/shipment.js";
import { FEDEX_CODES } from "./fedex/codes.js";
import type { DirectCarrier, ScanFact } from "./parcel.js";
import { UPS_CODES } from "./ups/codes.js";
import { uspsCode } from "./usps/codes.js";

/** What an aggregator passes on of a carrier's scan: its code, where it has one, and its words. */
export interface ScanWords {
  readonly code: string | null;
  readonly text: string;
}

export function scanWords(carrier: DirectCarrier, trackingNumber: string, scan: ScanFact): ScanWords {
  switch (carrier) {
    case "fedex":
      return { code: FEDEX_CODES[scan.what].code, text: FEDEX_CODES[scan.what].text };
    case "ups":
      return { code: UPS_CODES[scan.what].code, text: UPS_CODES[scan.what].text.trim() };
    case "usps":
      return uspsCode(scan);
    default:
      return { code: null, text: dhlWords(trackingNumber, scan) };
  }
}
