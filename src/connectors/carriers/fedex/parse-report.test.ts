import { expect, test } from "vitest";
import { foldTimeline } from "../../../domain/fold.js";
import type { Tracking } from "../../../domain/report.js";
import { buildTimeline } from "../../../domain/timeline.js";
import { UnreadableBodyError } from "../contract.js";
import { bytes, pollBody, pushBody, recycledBody, scanEvent, trackResult } from "./fixtures/bodies.js";
import { parseFedexReport } from "./parse-report.js";

const NUMBER = "568283610012000";

test("a parcel is read with places, times as printed and what each scan means", () => {
  const tracking = only(trackResult(NUMBER, { scanEvents: [scanEvent("OD", "2026-03-04T06:47:00-07:00")] }));
  expect(tracking).toMatchObject({
    carrier: "fedex",
    trackingNumber: NUMBER,
    carrierUniqueId: `61040~${NUMBER}~FDEG`,
    serviceLevel: "FedEx Home Delivery",
    shipDate: "2026-03-01",
    origin: { city: "Tacoma", region: "WA", country: "US" },
    destination: { city: "Boise" },
  });
  expect(tracking.scans).toMatchObject([
    {
      scanCode: "OD",
      carrierCode: "OD",
      carrierText: "Event OD",
      occurredAt: Date.parse("2026-03-04T13:47:00Z"),
      localTime: "2026-03-04T06:47:00",
      utcOffset: "-07:00",
      zone: "offset",
      place: { city: "BOISE", region: "ID", country: "US", postalCode: "83705", facilityCode: "0837" },
    },
  ]);
});

test("out for delivery and a return are not what derivedStatusCode makes of them", () => {
  const scans = [
    scanEvent("OD", "2026-03-04T06:47:00-07:00", { derivedStatusCode: "IT", derivedStatus: "In transit" }),
    scanEvent("RS", "2026-03-05T06:47:00-07:00", { derivedStatusCode: "DL", derivedStatus: "Delivered" }),
  ];
  expect(statusOf(only(trackResult(NUMBER, { scanEvents: scans.slice(0, 1) })))).toBe("out_for_delivery");
  expect(statusOf(only(trackResult(NUMBER, { scanEvents: scans })))).toBe("returning_to_sender");
});

test("a parcel delivered back to its shipper is returned, not delivered", () => {
  const result = trackResult(NUMBER, {
    lastUpdatedDestinationAddress: { city: "Tacoma", stateOrProvinceCode: "WA", countryCode: "US" },
    scanEvents: [
      scanEvent("DL", "2026-03-08T12:00:00-08:00", {
        scanLocation: { city: "TACOMA", stateOrProvinceCode: "WA", countryCode: "US" },
      }),
      scanEvent("RS", "2026-03-05T06:47:00-07:00"),
    ],
  });
  expect(statusOf(only(result))).toBe("returned_to_sender");
});

test("midnight without offset is a day, another clock without offset the place's, an odd blank no obstacle", () => {
  const times = ["2026-03-02T00:00:00", "2026-03-02T10:30:00", "2026-03-02T10:30:00 -0500", "tomorrow"];
  const { scans } = only(trackResult(NUMBER, { scanEvents: times.map((date) => scanEvent("PU", date)) }));
  expect(scans).toMatchObject([
    { localTime: "2026-03-02T00:00:00", occurredAt: null, precision: "day", zone: "unknown" },
    { localTime: "2026-03-02T10:30:00", precision: "second" },
    { occurredAt: Date.parse("2026-03-02T15:30:00Z"), zone: "offset" },
    { localTime: null, occurredAt: null },
  ]);
});

test("a number that was not found is a notice beside the parcels of the same answer", () => {
  const error = { code: "TRACKING.TRACKINGNUMBER.NOTFOUND", message: "Not found now." };
  const report = parseFedexReport(
    pollBody(trackResult(NUMBER, { scanEvents: [scanEvent("IT", "2026-03-04T06:47:00-07:00")] }), {
      trackingNumberInfo: { trackingNumber: "041441760228964", trackingNumberUniqueId: "" },
      error,
    }),
  );
  expect(report.trackings).toHaveLength(1);
  expect(report.notices).toEqual([
    { trackingNumber: "041441760228964", kind: "not_found", carrierCode: error.code, carrierText: error.message },
  ]);
});

test("the uses of a recycled number come apart, the newest first", () => {
  const use = (id: string, shipped: string, code: string) =>
    trackResult(NUMBER, {
      trackingNumberInfo: { trackingNumber: NUMBER, trackingNumberUniqueId: id },
      dateAndTimes: [{ type: "SHIP", dateTime: `${shipped}T00:00:00-06:00` }],
      scanEvents: [scanEvent(code, `${shipped}T15:00:00-07:00`)],
    });
  const { trackings } = parseFedexReport(
    recycledBody(NUMBER, use("old", "2023-05-02", "DL"), use("new", "2026-03-01", "PU")),
  );
  expect(trackings.map(({ carrierUniqueId, shipDate }) => [carrierUniqueId, shipDate])).toEqual([
    ["new", "2026-03-01"],
    ["old", "2023-05-02"],
  ]);
});

test("a push may leave out everything but one scan", () => {
  const { trackings } = parseFedexReport(
    pushBody({
      trackingNumberInfo: { trackingNumber: NUMBER },
      scanEvents: [{ eventType: "OD", date: "2026-03-04T06:47:00-07:00" }],
    }),
  );
  expect(trackings).toMatchObject([
    {
      trackingNumber: NUMBER,
      carrierUniqueId: null,
      serviceLevel: null,
      shipDate: null,
      edd: null,
      proof: null,
      destination: null,
    },
  ]);
});

test("a headline without scans is the only scan; a delivery has its time", () => {
  const told = (code: string) =>
    only(
      trackResult(NUMBER, {
        latestStatusDetail: { code, derivedCode: "IN", description: "Words" },
        dateAndTimes: [{ type: "ACTUAL_DELIVERY", dateTime: "2026-03-04T13:31:00-07:00" }],
      }),
    ).scans;
  expect(told("DL")).toMatchObject([{ scanCode: "DL", occurredAt: Date.parse("2026-03-04T20:31:00Z") }]);
  expect(told("OC")).toMatchObject([{ scanCode: "OC", occurredAt: null, meaning: { subStatus: "label_created" } }]);
});

test("ready for pickup is one scan, called HP in the list and HL in the headline", () => {
  const { scans } = only(
    trackResult(NUMBER, {
      latestStatusDetail: { code: "HL", description: "Hold at location" },
      scanEvents: [scanEvent("HP", "2026-03-04T16:23:00-07:00")],
    }),
  );
  expect(scans).toMatchObject([{ scanCode: "HP", meaning: { subStatus: "available_for_pickup" } }]);
});

test.each([
  [{ locationType: "FEDEX_LOCATION" }, "collected"],
  [{ locationType: "RETAIL" }, "collected"],
  [{ locationType: "MAILROOM" }, "to_reception"],
  [{ locationType: "RESIDENCE", locationDescription: "Front Door" }, "left_in_safe_place"],
  [{ locationType: "SHIPPING_RECEIVING", signedByName: "A.RECEIVER" }, "signed_for"],
  [{ locationType: "SHIPPING_RECEIVING", receivedByName: "A.RECEIVER" }, "delivered"],
])("a delivery with details %j is %s", (deliveryDetails, subStatus) => {
  const result = trackResult(NUMBER, {
    latestStatusDetail: { code: "DL", description: "Delivered" },
    deliveryDetails,
    scanEvents: [scanEvent("DL", "2026-03-04T13:31:00-07:00"), scanEvent("OD", "2026-03-04T06:31:00-07:00")],
  });
  expect(statusOf(only(result))).toBe(subStatus);
});

test("a parcel handed in at a counter where it now waits is not delivered", () => {
  const result = trackResult(NUMBER, {
    latestStatusDetail: { code: "HL", description: "Hold at location" },
    deliveryDetails: { locationType: "FEDEX_LOCATION" },
    scanEvents: [scanEvent("DL", "2026-03-04T13:31:00-07:00")],
  });
  expect(statusOf(only(result))).toBe("available_for_pickup");
});

test("the words of another language move nothing", () => {
  const result = trackResult(NUMBER, {
    latestStatusDetail: {
      code: "DE",
      statusByLocale: "Returning to shipper refused damaged",
      description: "Excepción",
    },
    scanEvents: [scanEvent("DE", "2026-03-04T13:31:00-07:00")],
  });
  expect(statusOf(only(result))).toBe("delivery_attempted");
});

test("proof is offered once delivered, with picture and signature where there are some", () => {
  const delivered = {
    latestStatusDetail: { code: "DL" },
    deliveryDetails: { receivedByName: "A.RECEIVER", locationDescription: "Front Desk" },
    availableImages: [{ type: "SIGNATURE_PROOF_OF_DELIVERY" }, { type: "PICTURE_PROOF_OF_DELIVERY" }],
  };
  const proof = { receivedBy: "A.RECEIVER", location: "Front Desk", hasSignature: true, hasPhoto: true };
  expect(only(trackResult(NUMBER, delivered)).proof).toEqual(proof);
  expect(
    only(trackResult(NUMBER, { ...delivered, latestStatusDetail: { code: "OD" }, availableImages: [] })).proof,
  ).toBeNull();
});

test("partner, return and reroute numbers are linked, references are not", () => {
  const packageIdentifiers = [
    { type: "PARTNER_CARRIER_NUMBER", values: ["9261290100000000000004"] },
    { type: "RETURNED_TO_SHIPPER_TRACKING_NUMBER", value: "041441760228964" },
    { type: "REROUTE_TRACKING_NUMBER", values: ["986578788855", NUMBER] },
    { type: "SHIPPER_REFERENCE", values: ["order 17"] },
    { type: "constructor", values: ["x"] },
  ];
  const result = trackResult(NUMBER, {
    trackingNumberInfo: { trackingNumber: NUMBER, carrierCode: "FXSP" },
    additionalTrackingInfo: { packageIdentifiers },
  });
  expect(only(result).linkedNumbers).toEqual([
    { trackingNumber: "9261290100000000000004", relation: "next_leg", carrier: "usps" },
    { trackingNumber: "041441760228964", relation: "return", carrier: "fedex" },
    { trackingNumber: "986578788855", relation: "reroute", carrier: "fedex" },
  ]);
});

test("FedEx's error bodies are named by their code and are no report", () => {
  const error = bytes({ transactionId: "1", errors: [{ code: "FORBIDDEN.ERROR", message: "No." }] });
  expect(() => parseFedexReport(error)).toThrow(
    new UnreadableBodyError("The body is a FedEx error (FORBIDDEN.ERROR), no tracking report."),
  );
});

function only(result: Readonly<Record<string, unknown>>): Tracking {
  const { trackings, notices } = parseFedexReport(pollBody(result));
  expect(notices).toEqual([]);
  const [tracking] = trackings;
  if (tracking === undefined) throw new Error("The body has no tracking.");
  return tracking;
}

function statusOf(tracking: Tracking): string | undefined {
  return foldTimeline(buildTimeline(tracking.scans), { destination: tracking.destination })?.subStatus;
}
