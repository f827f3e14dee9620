import { expect, test } from "vitest";
import { foldTimeline } from "../../../domain/fold.js";
import { buildTimeline } from "../../../domain/timeline.js";
import { UnreadableBodyError } from "../contract.js";
import { bytes, DELIVERED, event, information, type Json, NUMBER, pushBody, refusal } from "./fixtures/bodies.js";
import { parseAnswer, parsePush } from "./parse.js";

function trackingOf(report: ReturnType<typeof parseAnswer>) {
  const [tracking, ...others] = report.trackings;
  expect([others, report.notices]).toEqual([[], []]);
  if (tracking === undefined) throw new Error("The body holds no tracking.");
  return tracking;
}

const answered = (events: unknown, more: Json = {}) => trackingOf(parseAnswer(bytes(information(events, more))));
const foldOf = (events: unknown, more: Json = {}) =>
  foldTimeline(buildTimeline(answered(events, more).scans), { destination: null });

test("a delivered parcel is read whole", () => {
  const { scans, ...rest } = trackingOf(parseAnswer(bytes(DELIVERED)));
  expect(rest).toEqual({
    carrier: "usps",
    trackingNumber: NUMBER,
    carrierUniqueId: null,
    serviceLevel: null,
    shipDate: "2026-03-01",
    origin: null,
    destination: null,
    edd: { from: "2026-03-05", to: "2026-03-05", windowFrom: null, windowTo: "20:00" },
    proof: { receivedBy: "Q SAMPLE", location: "Front Door/Porch", hasSignature: true, hasPhoto: false },
    linkedNumbers: [],
  });
  expect(scans.map(({ scanCode, carrierCode, meaning }) => [scanCode, carrierCode, meaning])).toEqual([
    ["01", "DE/DELIVERED", { kind: "status", status: "delivered", subStatus: "left_in_safe_place" }],
    ["OF", "usps:OF", { kind: "status", status: "out_for_delivery", subStatus: "out_for_delivery" }],
    ["07", "usps:07", { kind: "status", status: "in_transit", subStatus: "arrived" }],
    ["GX", "usps:GX", { kind: "status", status: "label_created", subStatus: "label_created" }],
  ]);
  expect(scans.every(({ carrier, relayed }) => carrier === "shipengine" && relayed === true)).toBe(true);
  // USPS leaves the country out at home.
  expect(scans[3]?.place).toMatchObject({ city: "EL PASO", region: "TX", country: "US", postalCode: "79936" });
});

test("a push says the same as the poll, and names the carrier in its address alone", () => {
  expect(parsePush(pushBody(DELIVERED))).toEqual(parseAnswer(bytes(DELIVERED)));
});

test.each([
  ["ups", "ups"],
  ["stamps_com", "usps"],
  ["dhl_express", "dhl"],
  ["dhl_ecommerce", "dhl"],
  ["FEDEX", "fedex"],
  ["canada_post", "canada_post"],
])("the carrier that ShipEngine calls %s is %s", (theirs, ours) => {
  expect(answered([event("X1", "Arrived")], { carrier_code: theirs }).carrier).toBe(ours);
  expect(trackingOf(parsePush(pushBody(information([event("X1", "Arrived")], { carrier_code: theirs })))).carrier).toBe(
    ours,
  );
});

test("where nobody says whose parcel it is, it stays ShipEngine's", () => {
  for (const odd of [null, "", "../ups", 42.5, "__proto__"])
    expect(answered([event("X1", "Arrived")], { carrier_code: odd }).carrier).toBe("shipengine");
});

test("a body of 2019 reads like today's", () => {
  const old = bytes({
    resource_url: `https://api.shipengine.com/v1/tracking/usps/${NUMBER.toLowerCase()}`,
    resource_type: "API_TRACK",
    data: {
      links: [],
      tracking_number: null,
      status_code: "it",
      shipped_date: "2026-03-01T00:00:00",
      events: [{ ...event("OF", "Out for Delivery"), occurred_at: undefined, event_date: "2026-03-04T15:15:00Z" }],
    },
  });
  const tracking = trackingOf(parsePush(old));
  expect(tracking).toMatchObject({ carrier: "usps", trackingNumber: NUMBER, shipDate: "2026-03-01" });
  expect(tracking.scans).toEqual(answered([event("OF", "Out for Delivery")]).scans);
});

test("news of something else than a parcel is genuine and says nothing", () => {
  const batch = { resource_url: "https://api.shipengine.com/v1/batches/se-1", resource_type: "API_BATCH" };
  expect(parsePush(bytes(batch))).toEqual({ trackings: [], notices: [] });
  for (const odd of [
    { ...batch, resource_type: "x" },
    { ...batch, resource_url: null },
    { resource_type: "API_TRACK" },
  ])
    expect(() => parsePush(bytes(odd))).toThrow(UnreadableBodyError);
});

test("the headline gives its status to the newest event that it is about, and to no other", () => {
  const events = [event("X1", "Neuigkeit"), event("X2", "Anderes", { carrier_occurred_at: "2026-03-03T09:15:00" })];
  const headline = { status_code: "IT", status_detail_code: "HUB_SCAN_IN", carrier_status_code: "X1" };
  const { scans } = answered(events, headline);
  expect(scans[0]).toMatchObject({ scanCode: "X1", carrierCode: "IT/HUB_SCAN_IN", meaning: { subStatus: "arrived" } });
  expect(scans[1]?.meaning).toEqual({ kind: "unmapped" });
  const other = answered(events, { ...headline, carrier_status_code: "X2" });
  expect(other.scans.map(({ meaning }) => meaning.kind)).toEqual(["unmapped", "unmapped"]);
});

test("a headline with other codes is about the newest event where it has the same status or the same words", () => {
  const byWords = answered([event("IT", "Processing")], {
    status_code: "IT",
    carrier_status_code: "NT",
    status_description: "processing",
  });
  expect(byWords.scans).toMatchObject([{ scanCode: "IT", meaning: { subStatus: "moving" } }]);
  const byStatus = answered([event("X1", "", { status_code: "EX" })], {
    status_code: "EX",
    status_detail_code: "HELD_BY_CARRIER",
  });
  expect(byStatus.scans).toMatchObject([{ scanCode: "X1", meaning: { subStatus: "held" } }]);
});

test("a headline that its events do not bear out moves nothing", () => {
  expect(
    foldOf([event("OF", "Out for Delivery")], { status_code: "DE", carrier_status_code: "Delivery" }),
  ).toMatchObject({ status: "out_for_delivery" });
});

test("a headline without events is the only scan; a delivery has its own time", () => {
  const { scans } = answered([], {
    status_code: "DE",
    carrier_status_code: "D1",
    actual_delivery_date: "2026-03-04T20:31:00Z",
  });
  expect(scans).toMatchObject([
    { scanCode: "D1", carrierCode: "DE", occurredAt: Date.UTC(2026, 2, 4, 20, 31), meaning: { status: "delivered" } },
  ]);
  expect(answered([], { status_code: "NY" }).scans).toMatchObject([
    { scanCode: "NY", occurredAt: null, localTime: null, meaning: { status: "label_created" } },
  ]);
});

test("a number of which ShipEngine knows nothing is a notice, never a status", () => {
  const { trackings, notices } = parseAnswer(
    bytes(information([], { status_code: "UN", status_description: "Unknown" })),
  );
  expect([trackings, notices]).toEqual([
    [],
    [{ trackingNumber: NUMBER, kind: "not_found", carrierCode: "UN", carrierText: "Unknown" }],
  ]);
  const expired = information([], { status_code: "EX", status_detail_code: "TRACKING_EXPIRED" });
  expect(parseAnswer(bytes(expired)).notices).toMatchObject([{ kind: "too_old", carrierCode: "EX/TRACKING_EXPIRED" }]);
});

test("a status that is not known leaves what the events say", () => {
  expect(foldOf([event("OF", "Out for Delivery")], { status_code: "UN", carrier_status_code: "OF" })).toMatchObject({
    status: "out_for_delivery",
  });
});

test("scans that ShipEngine left without a code are told apart by their words", () => {
  const { scans } = answered([event(null, "Arrived at Facility"), event("", "Departed"), event(null, null)]);
  expect(scans.map(({ scanCode, carrierCode }) => [scanCode, carrierCode])).toEqual([
    ["text:arrived at facility", ""],
    ["text:departed", ""],
  ]);
});

test.each([
  ["carrier_not_connected", {}, "not_ours"],
  ["tracking_not_supported", {}, "not_ours"],
  ["invalid_field_value", { field_name: "tracking_number" }, "invalid_number"],
  ["invalid_identifier", { message: "The tracking number is not one of UPS." }, "invalid_number"],
  ["not_found", { error_source: "carrier" }, "not_found"],
])("the error %s %j is a notice about the number", (code, more, kind) => {
  expect(parseAnswer(bytes(refusal(code, more)))).toMatchObject({
    trackings: [],
    notices: [{ trackingNumber: "", kind, carrierCode: code }],
  });
});

test.each([
  ["an error about the call", refusal("unauthorized", { message: "secret" })],
  ["a wrong address", refusal("not_found", { message: "secret" })],
  ["a fault of another field", refusal("invalid_field_value", { field_name: "carrier_code" })],
  ["a report without a number", { status_code: "IT", events: [event("OF", "Out for Delivery")] }],
  ["a number and nothing about it", { tracking_number: NUMBER, events: [] }],
])("%s is unreadable", (_what, body) => {
  expect(() => parseAnswer(bytes(body))).toThrow(UnreadableBodyError);
  expect(() => parseAnswer(bytes(body))).not.toThrow(/secret/);
});
