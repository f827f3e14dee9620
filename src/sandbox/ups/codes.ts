import type { Happening } from "../journey.js";

/** UPS's words for a happening: type and two-character code of the scan, and the three-digit status code. */
export interface UpsCode {
  readonly type: string;
  readonly code: string;
  readonly statusCode: string;
  readonly text: string;
  /** What the headline (`currentStatus`) says. */
  readonly headline: string;
}

const onTheWay = { type: "I", statusCode: "005", headline: "On the Way" };

/** From UPS's published tables of activity types, movement codes, reason codes and status codes. Texts end in blanks as theirs do. */
export const UPS_CODES: Readonly<Record<Happening, UpsCode>> = {
  label_created: {
    type: "M",
    code: "MP",
    statusCode: "003",
    text: "Shipper created a label, UPS has not received the package yet. ",
    headline: "Shipment Ready for UPS",
  },
  picked_up: { type: "I", code: "PU", statusCode: "038", text: "Pickup Scan ", headline: "Picked Up by UPS" },
  departed: { ...onTheWay, code: "DP", text: "Departed from Facility" },
  arrived: { ...onTheWay, code: "AR", text: "Arrived at Facility" },
  arrived_at_local_facility: { ...onTheWay, code: "DS", text: "Destination Scan" },
  out_for_delivery: {
    type: "I",
    code: "OT",
    statusCode: "021",
    text: "Out For Delivery Today",
    headline: "Out for Delivery",
  },
  delivered: { type: "D", code: "FS", statusCode: "011", text: "DELIVERED ", headline: "Delivered" },
  delayed_by_weather: {
    type: "X",
    code: "7W",
    statusCode: "052",
    text: "Severe weather conditions have delayed delivery. ",
    headline: "Delay: Severe Weather",
  },
  recipient_not_available: {
    type: "X",
    code: "48",
    statusCode: "022",
    text: "The receiver was not available for delivery. We'll make a second attempt the next business day. ",
    headline: "First Attempt Made",
  },
  refused: {
    type: "X",
    code: "AM",
    statusCode: "064",
    text: "The receiver has canceled the product order and refused delivery. ",
    headline: "Delivery Refused",
  },
  returning_to_sender: {
    type: "X",
    code: "CS",
    statusCode: "035",
    text: "Shipper Requested Return Of Package ",
    headline: "Returning to Sender",
  },
  returned_to_sender: {
    type: "D",
    code: "B0",
    statusCode: "034",
    text: "Delivered To Original Sender ",
    headline: "Returned to Sender",
  },
};
