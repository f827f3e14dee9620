import { expect, test } from "vitest";
import { USPS_STATUS_CODES } from "./codes.js";
import { meaningOf } from "./meaning.js";

function said(code: string, text = "", signed = false): string {
  const meaning = meaningOf({ code, text, signed });
  return meaning.kind === "status" ? `${meaning.status}/${meaning.subStatus}` : meaning.kind;
}

test("a code means in the list what it means in an event without words", () => {
  for (const { key, status, subStatus } of USPS_STATUS_CODES)
    expect(said(key), key).toBe(status === "information" ? "information" : `${status}/${subStatus}`);
});

test.each([
  ["Delivered, To Original Sender", "exception/returned_to_sender"],
  ["Delivered to Agent for Final Delivery", "in_transit/handed_to_partner"],
  ["Delivered, To Agent", "in_transit/handed_to_partner"],
  ["Delivered, Parcel Locker", "delivered/parcel_locker"],
  ["Delivered, In/At Mailbox", "delivered/in_mailbox"],
  ["Delivered, Front Door/Porch", "delivered/left_in_safe_place"],
  ["Delivered, Garage / Other Door / Other Location at Address", "delivered/left_in_safe_place"],
  ["Delivered, Front Desk/Reception/Mail Room", "delivered/to_reception"],
  ["Delivered, Neighbor as Requested", "delivered/to_neighbour"],
  ["Delivered, Individual Picked Up at Post Office", "delivered/collected"],
  ["Delivered, Left with Individual", "delivered/delivered"],
  ["Delivered, PO Box", "delivered/delivered"],
])("01 with the words %s is %s", (text, meaning) => {
  expect(said("01", text)).toBe(meaning);
});

test("a name on a plain delivery says that it was signed for", () => {
  expect(said("01", "Delivered, Left with Individual", true)).toBe("delivered/signed_for");
  expect(said("01", "Delivered, Parcel Locker", true)).toBe("delivered/parcel_locker");
  expect(said("OF", "Out for Delivery", true)).toBe("out_for_delivery/out_for_delivery");
});

test("the words say what 10 and 02 leave open", () => {
  expect(said("10", "Arrived at USPS Regional Facility")).toBe("in_transit/arrived");
  expect(said("10", "Processed Through Facility")).toBe("in_transit/moving");
  expect(said("L1", "Departed USPS Facility")).toBe("in_transit/departed");
  expect(said("02", "Notice Left (Business Closed)")).toBe("exception/business_closed");
  expect(said("02", "Notice Left")).toBe("exception/delivery_attempted");
  expect(said("16", "Reminder to pick up your item")).toBe("out_for_delivery/pickup_reminder");
});

test.each(["TL", "NT"])("the heartbeat %s moves nothing, whatever it says", (code) => {
  expect(said(code, "In Transit, Arriving Late")).toBe("information");
  expect(said(code, "Delivered")).toBe("information");
});

test("what another company scanned is still awaited by USPS", () => {
  for (const code of ["80", "81", "82"])
    expect(said(code, "Arrived Shipping Partner Facility, USPS Awaiting Item")).toBe("label_created/label_created");
});

test("refusals and returns move a parcel that was delivered, a late address note does not", () => {
  const revoking = ["04", "09", "27", "29", "31", "44"];
  for (const code of revoking)
    expect(meaningOf({ code, text: "", signed: false }), code).toMatchObject({ revokesDelivery: true });
  expect(meaningOf({ code: "01", text: "Delivered, To Original Sender", signed: false })).toMatchObject({
    revokesDelivery: true,
  });
  for (const code of ["01", "21", "52"])
    expect(meaningOf({ code, text: "", signed: false })).not.toHaveProperty("revokesDelivery");
});

test("an unknown code is unmapped, whatever is written beside it", () => {
  for (const code of ["ZZ", "1", "001", "constructor", "__PROTO__", "__proto__"])
    expect(said(code, "Delivered, In/At Mailbox"), code).toBe("unmapped");
});

test.each([
  ["Delivered, To Original Sender", "exception/returned_to_sender"],
  ["Delivered, Parcel Locker", "delivered/parcel_locker"],
  ["Unclaimed/Being Returned to Sender", "exception/returning_to_sender"],
  ["In Transit to Next Facility", "information"],
  ["Notice Left (No Authorized Recipient Available)", "exception/delivery_attempted"],
  ["Inbound Into Customs", "in_transit/customs_processing"],
  ["Shipping Label Created, USPS Awaiting Item", "label_created/label_created"],
  ["Something New at USPS", "unmapped"],
  ["", "unmapped"],
])("without any code the words %j are %s", (text, meaning) => {
  expect(said("", text)).toBe(meaning);
});
