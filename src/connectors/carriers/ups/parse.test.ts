import { expect, test } from "vitest";
import { foldTimeline } from "../../../domain/fold.js";
import type { Tracking } from "../../../domain/report.js";
import { scanIdentity } from "../../../domain/scan-identity.js";
import { buildTimeline } from "../../../domain/timeline.js";
import { UnreadableBodyError } from "../contract.js";
import { activity, bytes, DELIVERED_PARCEL, type Json, NUMBER, pushBody, trackBody } from "./fixtures/bodies.js";
import { parseUps } from "./parse.js";

const OUT_FOR_DELIVERY = { type: "I", code: "OT", statusCode: "021", description: "Out for delivery " };
const DELIVERED = { type: "D", code: "FS", statusCode: "011", description: "DELIVERED " };

function only(body: Uint8Array): Tracking {
  const { trackings, notices } = parseUps(body);
  expect(notices).toEqual([]);
  expect(trackings).toHaveLength(1);
  const [tracking] = trackings;
  if (tracking === undefined) throw new Error("no tracking");
  return tracking;
}

function statusOf({ scans, destination }: Tracking): string | null {
  const fold = foldTimeline(buildTimeline(scans), { destination });
  return fold && `${fold.status}/${fold.subStatus}`;
}

test("a delivered parcel is read whole", () => {
  const tracking = only(trackBody(DELIVERED_PARCEL));
  expect(tracking).toMatchObject({
    carrier: "ups",
    trackingNumber: NUMBER,
    carrierUniqueId: null,
    serviceLevel: "UPS Ground",
    shipDate: null,
    origin: { city: "EL PASO", region: "TX", country: "US" },
    destination: { city: "AUSTIN", region: "TX", country: "US" },
    edd: { from: "2026-03-04", to: "2026-03-04", windowFrom: null, windowTo: null },
    proof: { receivedBy: "SAMPLE", location: "Front Door", hasSignature: false, hasPhoto: true },
    linkedNumbers: [{ trackingNumber: "9261290000000000000017", relation: "next_leg", carrier: "usps" }],
  });
  expect(tracking.scans[0]).toMatchObject({
    scanCode: "D/FS",
    carrierCode: "D/FS/011",
    carrierText: "DELIVERED",
    occurredAt: Date.UTC(2026, 2, 4, 20, 31, 9),
    place: { city: "AUSTIN", region: "TX", country: "US", postalCode: null, facilityCode: "7872" },
  });
});

test("activities keep the order of the body, and a label listed last and later than the origin scan lowers nothing", () => {
  const tracking = only(trackBody({ ...DELIVERED_PARCEL, activity: (DELIVERED_PARCEL.activity as Json[]).slice(3) }));
  expect(tracking.scans.map((scan) => scan.scanCode)).toEqual(["I/OR", "M/MP"]);
  expect(statusOf(tracking)).toBe("in_transit/moving");
});

test("the place of delivery sharpens the one scan that only says delivered", () => {
  const at = (location: string) =>
    statusOf(only(trackBody({ activity: [activity(DELIVERED)], deliveryInformation: { location } })));
  expect(at("Front Door")).toBe("delivered/left_in_safe_place");
  expect(at("LOCKER")).toBe("delivered/parcel_locker");
  expect(at("Delivery Photo")).toBe("delivered/delivered");
  const waiting = activity({ type: "D", code: "2Q", statusCode: "161", description: "At Access Point" });
  const parcel = { activity: [waiting], deliveryInformation: { location: "Front Desk" } };
  expect(statusOf(only(trackBody(parcel)))).toBe("out_for_delivery/available_for_pickup");
});

test("a delivery with a signature and no known place was signed for", () => {
  const deliveryInformation = { receivedBy: "SAMPLE", location: "Somewhere", signature: { image: "aGVsbG8=" } };
  const tracking = only(trackBody({ activity: [activity(DELIVERED)], deliveryInformation }));
  expect(statusOf(tracking)).toBe("delivered/signed_for");
});

test("loaded comes before out for delivery on the same day and is not out for delivery itself", () => {
  const scans = only(trackBody(DELIVERED_PARCEL)).scans.filter(
    (scan) => scan.meaning.kind === "status" && scan.meaning.status === "out_for_delivery",
  );
  expect(scans.map((scan) => scan.scanCode)).toEqual(["I/OT"]);
});

test("what is delivered to the sender on its way back is returned, though type D says delivered", () => {
  const returning = activity({ type: "X", code: "UF", statusCode: "035", description: "Going back" });
  const delivered = activity(DELIVERED, {
    date: "20260306",
    gmtDate: "20260306",
    location: { address: { city: "EL PASO", stateProvince: "TX", country: "US" } },
  });
  const tracking = only(trackBody({ ...DELIVERED_PARCEL, deliveryInformation: {}, activity: [delivered, returning] }));
  expect(statusOf(tracking)).toBe("exception/returned_to_sender");
});

test("damage reported after delivery reopens it; a photo, a claim or an update does not", () => {
  const after = (status: Json) => {
    const late = activity(status, { date: "20260309", gmtDate: "20260309" });
    return statusOf(only(trackBody({ activity: [late, activity(DELIVERED)] })));
  };
  expect(after({ type: "X", code: "HD", statusCode: "059" })).toBe("exception/damaged");
  expect(after({ type: "U", code: "PX", statusCode: "155" })).toBe("delivered/delivered");
  expect(after({ type: "X", code: "5A", statusCode: "130" })).toBe("delivered/delivered");
  expect(after({ type: "I", code: "AR", statusCode: "005" })).toBe("delivered/delivered");
});

test("an exception without code and with a country for a place is a scan of its own", () => {
  const customs = activity(
    { type: "X", statusCode: "092", description: "At customs" },
    { location: { address: { country: "SG" } } },
  );
  const [scan] = only(trackBody({ activity: [customs] })).scans;
  expect(scan).toMatchObject({ scanCode: "092", carrierCode: "X/092", place: { city: null, country: "SG" } });
});

test("the same scan without three digits, by push and by poll, keeps one identity", () => {
  const [byPoll] = only(trackBody({ activity: [activity(OUT_FOR_DELIVERY)] })).scans;
  const [byPush] = only(pushBody({ type: "I", code: "OT", description: "On vehicle" })).scans;
  expect(byPush && byPoll && scanIdentity(byPush)).toBe(byPoll && scanIdentity(byPoll));
});

test("a headline holds the three digits in `code` and stands for a body without activities", () => {
  const currentStatus = { code: "011", description: "Delivered" };
  const dates = { deliveryDate: [{ type: "DEL", date: "20260304" }], deliveryTime: { type: "DEL", endTime: "143109" } };
  const packageAddress = [{ type: "DESTINATION", address: { city: "LYON", countryCode: "FR" } }];
  const [scan, ...others] = only(trackBody({ currentStatus, ...dates, packageAddress })).scans;
  expect(others).toEqual([]);
  expect(scan).toMatchObject({
    scanCode: "011",
    localTime: "2026-03-04T14:31:09",
    occurredAt: Date.UTC(2026, 2, 4, 13, 31, 9),
  });
  expect(scan?.meaning).toMatchObject({ status: "delivered" });
});

test("a headline with a two-letter code and three digits is read by both", () => {
  const currentStatus = { type: "X", code: "SR", statusCode: "014", description: "Released" };
  const [scan] = only(trackBody({ currentStatus })).scans;
  expect(scan).toMatchObject({
    scanCode: "X/SR",
    occurredAt: null,
    localTime: null,
    meaning: { subStatus: "customs_cleared" },
  });
});

test("a headline never overrules activities", () => {
  const tracking = only(
    trackBody({ activity: [activity(OUT_FOR_DELIVERY)], currentStatus: { code: "011", description: "Delivered" } }),
  );
  expect(statusOf(tracking)).toBe("out_for_delivery/out_for_delivery");
});

test("a rescheduled date comes before the scheduled one", () => {
  const deliveryDate = [
    { type: "RDD", date: "20260306" },
    { type: "SDD", date: "20260304" },
  ];
  expect(only(trackBody({ deliveryDate })).edd).toEqual({
    from: "2026-03-06",
    to: "2026-03-06",
    windowFrom: null,
    windowTo: null,
  });
});

test.each([
  ["EDW", "13:00", "17:00"],
  ["CDW", "13:00", "17:00"],
  ["IDW", "13:00", "17:00"],
  ["CMT", null, "17:00"],
  ["EOD", null, null],
  ["DEL", null, null],
])("a delivery time of type %s is the window %s to %s", (type, windowFrom, windowTo) => {
  const parcel = {
    deliveryDate: [{ type: "SDD", date: "20260304" }],
    deliveryTime: { type, startTime: "130000", endTime: "170000" },
  };
  expect(only(trackBody(parcel)).edd).toEqual({ from: "2026-03-04", to: "2026-03-04", windowFrom, windowTo });
});

test("an impossible date is no estimate, and a window that ends before it begins leaves the day", () => {
  expect(only(trackBody({ deliveryDate: [{ type: "SDD", date: "20260231" }] })).edd).toBeNull();
  const turned = {
    deliveryDate: [{ type: "SDD", date: "20260304" }],
    deliveryTime: { type: "EDW", startTime: "170000", endTime: "130000" },
  };
  expect(only(trackBody(turned)).edd).toMatchObject({ from: "2026-03-04", windowFrom: null, windowTo: null });
});

test("a push states its estimate, and a window where it has one", () => {
  const edd = (more: Json) => only(pushBody({ type: "I", code: "OT" }, more)).edd;
  const window = { deliveryStartTime: "130000", deliveryEndTime: "170000" };
  expect(edd({})).toMatchObject({ from: "2026-03-04", windowFrom: null, windowTo: null });
  expect(edd({ ...window, deliveryTimeDescription: "estimated delivery window" })).toMatchObject({
    windowFrom: "13:00",
    windowTo: "17:00",
  });
  expect(edd({ ...window, deliveryTimeDescription: "End of Day" })).toMatchObject({ windowFrom: null, windowTo: null });
  expect(edd({ scheduledDeliveryDate: "" })).toBeNull();
});

test("an update moves nothing and still states an estimate", () => {
  const update = pushBody({ type: "U", code: "UP", descriptionCode: "154" }, { scheduledDeliveryDate: "20260306" });
  const tracking = only(update);
  expect(tracking.scans.map((scan) => scan.meaning)).toEqual([{ kind: "information" }]);
  expect(tracking.edd).toMatchObject({ from: "2026-03-06" });
});

test("an enhanced push proves delivery by who received it and by a photo", () => {
  const push = pushBody(
    { type: "D", code: "FS", descriptionCode: "011" },
    { receivedBy: " SAMPLE", deliveryPhoto: "aGVsbG8=" },
  );
  expect(only(push).proof).toEqual({ receivedBy: "SAMPLE", location: null, hasSignature: false, hasPhoto: true });
  expect(only(pushBody({ type: "I", code: "OT" }, { receivedBy: "", deliveryPhoto: "" })).proof).toBeNull();
});

test("a number loses the blanks that UPS puts in front of it", () => {
  expect(only(pushBody({ type: "I", code: "OT" }, { trackingNumber: ` ${NUMBER}` })).trackingNumber).toBe(NUMBER);
});

test("a photo that UPS did not keep is none", () => {
  const deliveryInformation = {
    deliveryPhoto: { photoCaptureInd: "Y", photoDispositionCode: "U" },
    signature: { image: "aGVsbG8=" },
  };
  expect(only(trackBody({ deliveryInformation })).proof).toMatchObject({ hasPhoto: false, hasSignature: true });
});

test("an alternate number of a kind that we do not know is no link", () => {
  expect(only(trackBody({ alternateTrackingNumber: [{ number: "123456", type: "Q" }] })).linkedNumbers).toEqual([]);
});

test("several packages in one body are several trackings", () => {
  const parcels = ["1ZWB4Y720300418263", "1Z7K20FA6844019350"].map((trackingNumber) => ({
    trackingNumber,
    activity: [activity(OUT_FOR_DELIVERY)],
  }));
  const { trackings } = parseUps(trackBody({}, { package: parcels }));
  expect(trackings.map((tracking) => tracking.trackingNumber)).toEqual(["1ZWB4Y720300418263", "1Z7K20FA6844019350"]);
});

test("a package that UPS writes as an object, without its number, is the one asked about", () => {
  const tracking = only(trackBody({}, { package: { activity: activity(OUT_FOR_DELIVERY) } }));
  expect(tracking).toMatchObject({ trackingNumber: NUMBER, scans: [{ scanCode: "I/OT" }] });
});

test.each([
  ["TW0001", "not_found"],
  ["TV1002", "invalid_number"],
  ["TW9999", "not_found"],
])("the warning %s without a package is a notice %s and no tracking", (code, kind) => {
  const warnings = [{ code, message: "Nothing here " }];
  expect(parseUps(trackBody({}, { package: undefined, warnings }))).toEqual({
    trackings: [],
    notices: [{ trackingNumber: NUMBER, kind, carrierCode: code, carrierText: "Nothing here" }],
  });
});

test("a warning beside a package is no notice", () => {
  only(
    trackBody(
      { activity: [activity(OUT_FOR_DELIVERY)] },
      { warnings: [{ code: "TW9999", message: "Some details left out" }] },
    ),
  );
});

test("an error about the number is a notice without a number; an error about the call is no report", () => {
  const error = (code: string) => bytes({ response: { errors: [{ code, message: "Said by UPS" }] } });
  expect(parseUps(error("TV1002")).notices).toEqual([
    { trackingNumber: "", kind: "invalid_number", carrierCode: "TV1002", carrierText: "Said by UPS" },
  ]);
  expect(() => parseUps(error("250003"))).toThrow(
    new UnreadableBodyError("The body is an error of the UPS API (code 250003), not a report."),
  );
});

test("a report about no number at all is unreadable", () => {
  expect(() => parseUps(bytes({ trackResponse: { shipment: [] } }))).toThrow(UnreadableBodyError);
});
