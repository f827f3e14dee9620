import { expect, test } from "vitest";
import { FEDEX_STATUS_CODES } from "./codes.js";
import { meaningOf } from "./meaning.js";

const NOTHING = { reason: null, reasonText: null, delayType: null };

function subStatusOf(code: string, statement: Partial<Parameters<typeof meaningOf>[0]> = {}): string {
  const meaning = meaningOf({ ...NOTHING, ...statement, code });
  return meaning.kind === "status" ? meaning.subStatus : meaning.kind;
}

test("every documented code means what its row says", () => {
  for (const { key, status, subStatus, revokesDelivery = false } of FEDEX_STATUS_CODES) {
    expect(subStatusOf(key), key).toBe(status === "information" ? "information" : subStatus);
    expect("revokesDelivery" in meaningOf({ ...NOTHING, code: key }), key).toBe(revokesDelivery);
  }
});

test("an undocumented code is unmapped, whatever its reason says", () => {
  for (const code of ["Q7", "dl", "constructor", "__proto__", ""]) {
    expect(subStatusOf(code, { reason: "060G", reasonText: "Returning to shipper" })).toBe("unmapped");
  }
  expect(meaningOf({ ...NOTHING, code: null })).toEqual({ kind: "unmapped" });
});

test.each([
  ["DE", "007", "delivery_attempted"],
  ["DE", "08", "delivery_attempted"],
  ["DE", "083", "delayed"],
  ["DE", "03", "address_issue"],
  ["DE", "060G", "returning_to_sender"],
  ["DE", "A13", "to_pickup_point"],
  ["DE", "015A", "available_for_pickup"],
  ["SE", "099", "problem"],
  ["DY", "A52", "delayed"],
])("%s with reason %s is %s", (code, reason, subStatus) => {
  expect(subStatusOf(code, { reason })).toBe(subStatus);
});

test.each([
  ["DE", "Package refused by recipient", "refused"],
  ["SE", "Damaged, handling per shipper instructions", "damaged"],
  ["SE", "Package is lost", "lost"],
  ["SE", "Unable to locate the package", "lost"],
  ["DE", "Severe weather", "delayed_weather"],
  ["SE", "Delay beyond our control", "delayed"],
  ["SE", "Held for regulatory review", "customs_held"],
  ["CD", "Commercial invoice missing", "customs_documents_missing"],
  ["CD", "Duties and taxes to be paid", "customs_duties_due"],
  ["DE", "Apartment number missing in address", "address_issue"],
  ["DE", "Redirected to another place", "to_pickup_point"],
  ["DE", "Package available for pickup at a counter", "available_for_pickup"],
  ["DE", "Delivery not attempted", "delayed"],
  ["DE", "Business closed", "delivery_attempted"],
])("%s with an unknown reason is read from its text: %s", (code, reasonText, subStatus) => {
  expect(subStatusOf(code, { reason: "Z99", reasonText })).toBe(subStatus);
});

test.each([
  ["DY", "WEATHER", "delayed_weather"],
  ["DD", "OPERATIONAL", "delayed_operational"],
  ["SE", "CLEARANCE", "customs_held"],
  ["DY", "GENERAL", "delayed"],
  ["DY", "constructor", "delayed"],
  ["OD", "WEATHER", "out_for_delivery"],
])("%s with a delay of type %s is %s", (code, delayType, subStatus) => {
  expect(subStatusOf(code, { delayType })).toBe(subStatus);
});

test("bad weather does not hide that a parcel is returning, but explains an attempt", () => {
  const delayType = "WEATHER";
  expect(subStatusOf("DE", { delayType, reasonText: "Returning to shipper" })).toBe("returning_to_sender");
  expect(subStatusOf("DE", { delayType, reasonText: "Unable to deliver" })).toBe("delayed_weather");
});

test("a clearance delay stays one, although the parcel is available for clearance", () => {
  expect(subStatusOf("CD", { reason: "A25", reasonText: "Package available for clearance" })).toBe("customs_held");
});

test("a reason moves only the codes that say no more than that something is wrong", () => {
  expect(subStatusOf("PU", { reason: "A25", reasonText: "Package available for clearance" })).toBe("picked_up");
  expect(subStatusOf("OD", { reason: "060G" })).toBe("out_for_delivery");
  expect(subStatusOf("RS", { reason: "007" })).toBe("returning_to_sender");
});

test.each([
  ["014", null, "left_in_safe_place"],
  [null, "Left at front door", "left_in_safe_place"],
  [null, "Left with neighbor", "to_neighbour"],
  [null, "Placed in parcel locker", "parcel_locker"],
  ["007", null, "delivered"],
  [null, null, "delivered"],
])("a delivery with reason %s and text %s is %s", (reason, reasonText, subStatus) => {
  expect(subStatusOf("DL", { reason, reasonText })).toBe(subStatus);
});

test("refused, damaged and returning parcels move even after a delivery, delays do not", () => {
  const revokes = (reasonText: string) => "revokesDelivery" in meaningOf({ ...NOTHING, code: "DE", reasonText });
  expect(["Refused", "Damaged", "Returning to shipper"].map(revokes)).toEqual([true, true, true]);
  expect(["Business closed", "Delay"].map(revokes)).toEqual([false, false]);
});
