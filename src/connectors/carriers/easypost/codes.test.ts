import { expect, test } from "vitest";
import { EASYPOST_STATUS_CODES } from "./codes.js";
import { meaningOf } from "./meaning.js";

const STATUSES =
  "unknown pre_transit in_transit out_for_delivery delivered available_for_pickup return_to_sender failure cancelled error";
const DETAILS =
  "address_correction arrived_at_destination arrived_at_facility arrived_at_pickup_location awaiting_information cancelled " +
  "damaged delayed delivery_exception departed_facility departed_origin_facility expired failure held in_transit label_created " +
  "lost missorted out_for_delivery received_at_destination_facility received_at_origin_facility refused return " +
  "status_update transferred_to_destination_carrier transit_exception unknown weather_delay";

const subStatus = (status: string, detail = "", text = "") => {
  const meaning = meaningOf(status, detail, text);
  return meaning.kind === "status" ? meaning.subStatus : meaning.kind;
};

test("every documented status, alone and with every documented detail, has a meaning", () => {
  for (const status of STATUSES.split(" "))
    for (const detail of ["", ...DETAILS.split(" ")]) expect(subStatus(status, detail)).not.toBe("unmapped");
});

test("every documented detail of in_transit has a row of its own", () => {
  const keys = new Set(EASYPOST_STATUS_CODES.map(({ key }) => key));
  expect(DETAILS.split(" ").filter((detail) => !keys.has(`in_transit/${detail}`))).toEqual([]);
});

test("a key means in the list what it means in a scan", () => {
  for (const { key, subStatus: listed } of EASYPOST_STATUS_CODES) {
    const [status = "", detail = ""] = key.split("/");
    expect(subStatus(status, detail), key).toBe(listed === "" ? "information" : listed);
  }
});

test("every key that says that the parcel is not with the recipient takes a delivery back", () => {
  const revoking = new Set(["refused", "returning_to_sender", "returned_to_sender", "damaged"]);
  for (const { key, subStatus: listed, revokesDelivery } of EASYPOST_STATUS_CODES) {
    const [status = "", detail = ""] = key.split("/");
    expect(revokesDelivery === true, key).toBe(revoking.has(listed));
    const meaning = meaningOf(status, detail, "");
    expect(meaning.kind === "status" && meaning.revokesDelivery === true, key).toBe(revoking.has(listed));
  }
});

test.each([
  ["in_transit", "received_at_origin_facility", "picked_up"],
  ["in_transit", "weather_delay", "delayed_weather"],
  ["in_transit", "out_for_delivery", "moving"],
  ["in_transit", "arrived_at_pickup_location", "available_for_pickup"],
  ["pre_transit", "status_update", "label_created"],
  ["delivered", "arrived_at_destination", "delivered"],
  ["return_to_sender", "in_transit", "returning_to_sender"],
  ["return_to_sender", "arrived_at_destination", "returned_to_sender"],
  ["failure", "unknown", "problem"],
  ["failure", "lost", "lost"],
  ["unknown", "status_update", "information"],
  ["error", "failure", "information"],
])("%s/%s is %s", (status, detail, expected) => {
  expect(subStatus(status, detail)).toBe(expected);
});

test("a detail of a new kind leaves movement without status, and does not hide a delivery", () => {
  expect(subStatus("in_transit", "beamed_up")).toBe("unmapped");
  expect(subStatus("delivered", "beamed_up")).toBe("delivered");
  expect(subStatus("failure", "constructor")).toBe("problem");
});

test("a hold is one of customs where the carrier's words say so, and not when customs let go", () => {
  expect(subStatus("in_transit", "held", "Awaiting decision of Customs")).toBe("customs_held");
  expect(subStatus("in_transit", "held", "Held for the weekend")).toBe("held");
  expect(subStatus("in_transit", "held", "Released by customs")).toBe("held");
  expect(subStatus("in_transit", "arrived_at_facility", "Customs")).toBe("arrived");
});
