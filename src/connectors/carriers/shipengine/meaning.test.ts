import { expect, test } from "vitest";
import { meaningOf, type ShipEngineStatus } from "./meaning.js";

const said = (status: Partial<ShipEngineStatus>) => {
  const meaning = meaningOf({
    statusCode: "",
    detailCode: "",
    carrier: "ups",
    eventCode: "",
    text: "",
    signed: false,
    ...status,
  });
  return meaning.kind === "status" ? meaning.subStatus : meaning.kind;
};

test.each([
  ["IT", "OUT_FOR_DELIVERY", "out_for_delivery"],
  ["AT", "OUT_FOR_DELIVERY", "out_for_delivery"],
  ["AC", "SHIPMENT_CREATED", "label_created"],
  ["AC", "RECEIVED_BY_CARRIER", "picked_up"],
  ["IT", "HUB_SCAN_OUT", "departed"],
  ["EX", "DUTY_NOT_PAID", "customs_duties_due"],
  ["EX", "PICKUP_FAILED", "pickup_failed"],
  ["UN", "CARRIER_STATUS_NOT_MAPPED", "information"],
  ["IT", "CARRIER_STATUS_NOT_MAPPED", "information"],
])("%s with the detail %s is %s: the detail goes first", (statusCode, detailCode, subStatus) => {
  expect(said({ statusCode, detailCode })).toBe(subStatus);
});

test.each([
  ["UN", "information"],
  ["NY", "label_created"],
  ["AC", "picked_up"],
  ["IT", "moving"],
  ["DE", "delivered"],
  ["SP", "available_for_pickup"],
  ["AT", "delivery_attempted"],
  ["EX", "problem"],
])("%s alone is %s", (statusCode, subStatus) => {
  expect(said({ statusCode })).toBe(subStatus);
});

test("a label of USPS, which arrives as accepted, is told by its code and by its words", () => {
  expect(said({ statusCode: "AC", carrier: "usps", eventCode: "GX" })).toBe("label_created");
  expect(said({ statusCode: "AC", text: "A shipping label has been prepared for your item" })).toBe("label_created");
  expect(said({ statusCode: "AC", carrier: "ups", eventCode: "GX" })).toBe("picked_up");
});

test("out for delivery, which has no status of its own, is told by USPS's code and by any carrier's words", () => {
  expect(said({ statusCode: "IT", carrier: "usps", eventCode: "OF" })).toBe("out_for_delivery");
  expect(said({ carrier: "usps", eventCode: "OF" })).toBe("out_for_delivery");
  // At UPS the same two letters also stand for a mere update.
  expect(said({ statusCode: "IT", carrier: "ups", eventCode: "OF", text: "Update" })).toBe("moving");
  for (const text of ["Out for Delivery", "Out For Delivery Today", "On FedEx vehicle for delivery"])
    expect(said({ statusCode: "IT", text }), text).toBe("out_for_delivery");
  for (const text of ["Will be out for delivery soon", "No longer out for delivery"])
    expect(said({ statusCode: "IT", text }), text).toBe("moving");
});

test("what is delivered to the sender is no delivery, and takes one back", () => {
  for (const [statusCode, detailCode] of [
    ["DE", ""],
    ["DE", "DELIVERED"],
    ["", ""],
  ])
    expect(
      meaningOf({
        statusCode: statusCode ?? "",
        detailCode: detailCode ?? "",
        carrier: "usps",
        eventCode: "01",
        text: "Delivered, To Original Sender",
        signed: true,
      }),
    ).toEqual({ kind: "status", status: "exception", subStatus: "returned_to_sender", revokesDelivery: true });
});

test("words make a status sharper, and never another one", () => {
  expect(said({ statusCode: "DE", text: "Delivered, In/At Mailbox" })).toBe("in_mailbox");
  expect(said({ statusCode: "DE", text: "Delivered", signed: true })).toBe("signed_for");
  expect(said({ statusCode: "DE", text: "Delivered, Left with Neighbor", signed: true })).toBe("to_neighbour");
  expect(said({ statusCode: "IT", text: "Arrived at Facility" })).toBe("arrived");
  expect(said({ statusCode: "IT", text: "Return to sender processed" })).toBe("returning_to_sender");
  expect(said({ statusCode: "EX", text: "Your item is being returned to the sender" })).toBe("returning_to_sender");
  expect(said({ statusCode: "EX", text: "Returned to sender" })).toBe("returned_to_sender");
  expect(said({ statusCode: "EX", text: "Severe weather conditions have delayed delivery" })).toBe("delayed_weather");
  expect(said({ statusCode: "AT", text: "Business closed" })).toBe("business_closed");
  for (const statusCode of ["IT", "EX", "AT", "NY"])
    expect(said({ statusCode, text: "Delivered" }), statusCode).not.toBe("delivered");
});

test("an event without any status goes by its words; without words that we read it is unmapped", () => {
  expect(said({ eventCode: "07", text: "Arrived at Post Office" })).toBe("arrived");
  expect(said({ eventCode: "DE", text: "Delivery exception" })).toBe("unmapped");
  expect(said({ eventCode: "07", text: "Livré" })).toBe("unmapped");
});

test("a code that ShipEngine does not document is unmapped, whatever stands beside it", () => {
  expect(said({ statusCode: "ZZ", text: "Delivered" })).toBe("unmapped");
  expect(said({ statusCode: "DE", detailCode: "TELEPORTED", text: "Delivered" })).toBe("unmapped");
});
