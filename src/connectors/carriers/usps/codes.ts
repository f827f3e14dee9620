import { type SubStatus, subStatusRow } from "../../../domain/status.js";
import type { StatusCode } from "../contract.js";

/** What the tables of codes are, for readers of the published list. */
export const USPS_CODE_TABLES: Readonly<Record<string, string>> = {
  "": "Event codes: `eventCode` of an event.",
};

/**
 * USPS scan event codes (`eventCode`) and what they mean, after USPS Publication 199, appendix G, and the codes that its
 * API is known to send beside those. Where the words decide, `meaning.ts` reads them.
 */
export const USPS_STATUS_CODES: readonly StatusCode[] = [
  code("GX", "label_created"),
  code("MA", "label_created"),
  // Another company has it and will hand it over; USPS itself still calls it awaited.
  code("80", "label_created"),
  code("81", "label_created"),
  code("82", "label_created"),

  code("03", "picked_up"),
  code("MR", "picked_up"),
  code("OA", "picked_up"),
  code("PA", "picked_up"),
  code("TM", "picked_up"),

  code("07", "at_destination_facility"),
  code("10", "moving"),
  code("41", "moving"),
  code("42", "moving"),
  code("A1", "arrived"),
  code("AD", "at_destination_facility"),
  code("DX", "moving"),
  code("EF", "departed"),
  code("L1", "moving"),
  code("PC", "moving"),
  code("SF", "departed"),
  code("T1", "departed"),
  code("UA", "arrived"),
  code("06", "delivery_change"),
  code("17", "handed_to_partner"),

  // Made up on the way by a clock, not by a scanner: the parcel did not move by them.
  information("NT"),
  information("TL"),

  code("OF", "out_for_delivery"),
  code("14", "available_for_pickup"),
  code("16", "available_for_pickup"),

  code("01", "delivered"),
  code("43", "collected"),

  code("02", "delivery_attempted"),
  code("30", "access_problem"),
  code("51", "business_closed"),
  code("52", "delivery_attempted"),
  code("53", "access_problem"),
  code("54", "delivery_attempted"),
  code("55", "delivery_attempted"),
  code("56", "delivery_attempted"),
  code("H0", "delivery_attempted"),

  code("05", "address_issue"),
  code("21", "address_issue"),
  code("22", "address_issue"),
  code("23", "address_issue"),
  code("24", "address_issue"),
  code("25", "address_issue"),
  code("26", "address_issue"),
  code("28", "address_issue"),

  code("08", "missorted"),
  code("15", "missorted"),
  code("71", "delayed"),

  code("11", "lost"),
  code("19", "lost"),

  revoking("04", "refused"),
  revoking("09", "returning_to_sender"),
  revoking("27", "returning_to_sender"),
  revoking("29", "returning_to_sender"),
  revoking("31", "returning_to_sender"),
  revoking("44", "returning_to_sender"),
];

function code(key: string, subStatus: SubStatus): StatusCode {
  return { key, status: subStatusRow(subStatus).status, subStatus };
}

/** A code that moves a parcel which was already delivered. */
function revoking(key: string, subStatus: SubStatus): StatusCode {
  return { ...code(key, subStatus), revokesDelivery: true };
}

function information(key: string): StatusCode {
  return { key, status: "information", subStatus: "" };
}
