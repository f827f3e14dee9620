import type { HandOver, Happening } from "../journey.js";
import type { ScanFact } from "../parcel.js";

/** USPS's words for a happening. Where one code has many texts (01, 10), the text tells what happened. */
export interface UspsCode {
  readonly code: string | null;
  readonly text: string;
  /** `statusCategory` while this is the newest event. */
  readonly category: string;
}

const moving = { category: "Moving Through Network" };

/** Event codes of USPS Publication 199 with the texts of USPS's answers. No code of it is known for weather. */
export const USPS_CODES: Readonly<Record<Happening, UspsCode>> = {
  label_created: { code: "GX", text: "Shipping Label Created, USPS Awaiting Item", category: "Pre-Shipment" },
  picked_up: { code: "03", text: "USPS in possession of item", category: "Accepted" },
  departed: { ...moving, code: "T1", text: "Departed USPS Regional Facility" },
  arrived: { ...moving, code: "A1", text: "Arrived at USPS Regional Facility" },
  arrived_at_local_facility: { ...moving, code: "07", text: "Arrived at Post Office" },
  out_for_delivery: { code: "OF", text: "Out for Delivery", category: "Out for Delivery" },
  delivered: { code: "01", text: "Delivered", category: "Delivered" },
  delayed_by_weather: { code: null, text: "Weather Delay", category: "Alert" },
  recipient_not_available: {
    code: "56",
    text: "Notice Left (No Authorized Recipient Available)",
    category: "Delivery Attempt: Action Needed",
  },
  refused: { code: "04", text: "Refused", category: "Alert" },
  returning_to_sender: { code: "09", text: "Return to Sender", category: "Alert" },
  // The same code as a delivery to the recipient, and the same category.
  returned_to_sender: { code: "01", text: "Delivered, To Original Sender", category: "Delivered" },
};

const LEFT_AT: Readonly<Record<HandOver["leftAt"], string>> = {
  front_door: "Delivered, Front Door/Porch",
  front_desk: "Delivered, Front Desk/Reception/Mail Room",
  residence: "Delivered, Left with Individual",
};

/** The code of a scan with the text that says where the parcel was left. */
export function uspsCode({ what, handOver }: ScanFact): UspsCode {
  const code = USPS_CODES[what];
  return what === "delivered" && handOver !== null ? { ...code, text: LEFT_AT[handOver.leftAt] } : code;
}
