import type { Happening } from "../journey.js";
import type { Town } from "../towns.js";

/** DHL's words for a happening: the coarse status code, and the text that alone says more. */
export interface DhlCode {
  readonly statusCode: "pre-transit" | "transit" | "delivered" | "failure" | "unknown";
  readonly text: string;
}

/** eCommerce in America, from DHL's list of its event texts. A label's status code really is "unknown" there. */
export const DHL_ECOMMERCE_CODES: Readonly<Record<Happening, DhlCode>> = {
  label_created: { statusCode: "unknown", text: "LABEL CREATED" },
  picked_up: { statusCode: "transit", text: "PICKED UP FROM SENDER" },
  departed: { statusCode: "transit", text: "DEPARTED FROM FACILITY" },
  arrived: { statusCode: "transit", text: "ARRIVAL AT FACILITY" },
  arrived_at_local_facility: { statusCode: "transit", text: "ARRIVED AT DELIVERY FACILITY" },
  out_for_delivery: { statusCode: "transit", text: "OUT FOR DELIVERY" },
  delivered: { statusCode: "delivered", text: "DELIVERED" },
  delayed_by_weather: { statusCode: "failure", text: "DELAYED DUE TO WEATHER" },
  recipient_not_available: { statusCode: "failure", text: "NOTICE LEFT (NO AUTHORIZED RECIPIENT AVAILABLE)" },
  refused: { statusCode: "failure", text: "REFUSED" },
  returning_to_sender: { statusCode: "failure", text: "RETURN TO SENDER" },
  returned_to_sender: { statusCode: "failure", text: "UNDELIVERABLE - RETURNED TO SENDER" },
};

/** Express names the place in the text of most scans. */
export function expressCode(what: Happening, { city, region, country }: Town): DhlCode {
  const at = `${city.toUpperCase()}, ${region} - ${country === "US" ? "USA" : country}`;
  const texts: Readonly<Record<Happening, DhlCode>> = {
    label_created: { statusCode: "pre-transit", text: "Shipment information received" },
    picked_up: { statusCode: "transit", text: "Shipment picked up" },
    departed: { statusCode: "transit", text: `Shipment has departed from a DHL facility ${at}` },
    arrived: { statusCode: "transit", text: `Arrived at DHL Sort Facility  ${at}` },
    arrived_at_local_facility: { statusCode: "transit", text: `Arrived at DHL Delivery Facility  ${at}` },
    out_for_delivery: { statusCode: "transit", text: "Shipment is out with courier for delivery" },
    delivered: { statusCode: "delivered", text: "Delivered" },
    delayed_by_weather: { statusCode: "failure", text: "Delivery is delayed due to adverse weather" },
    recipient_not_available: { statusCode: "failure", text: "Delivery attempted; recipient not home" },
    refused: { statusCode: "failure", text: "Recipient refused delivery" },
    returning_to_sender: { statusCode: "failure", text: "Shipment is being returned to the shipper" },
    returned_to_sender: { statusCode: "failure", text: "Returned to shipper" },
  };
  return texts[what];
}
