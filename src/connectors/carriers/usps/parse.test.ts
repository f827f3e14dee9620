import { expect, test } from "vitest";
import { foldTimeline } from "../../../domain/fold.js";
import { buildTimeline } from "../../../domain/timeline.js";
import { UnreadableBodyError } from "../contract.js";
import {
  bytes,
  DELIVERED_PIECE,
  event,
  type Json,
  NOT_FOUND_BODY,
  NUMBER,
  pushBody,
  trackBody,
} from "./fixtures/bodies.js";
import { parseUsps } from "./parse.js";

function trackingOf(body: Uint8Array) {
  const [tracking, ...others] = parseUsps(body).trackings;
  expect(others).toEqual([]);
  if (tracking === undefined) throw new Error("The body holds no tracking.");
  return tracking;
}

const eddOf = (more: Json) => trackingOf(trackBody([event("OF", "Out for Delivery")], more)).edd;

test("a delivered piece is read whole", () => {
  const tracking = trackingOf(bytes(DELIVERED_PIECE));
  expect(tracking).toMatchObject({
    carrier: "usps",
    trackingNumber: NUMBER,
    carrierUniqueId: "417000386",
    serviceLevel: "USPS Ground Advantage",
    shipDate: null,
    origin: { city: "EL PASO", region: "TX", country: "US", postalCode: "79936" },
    destination: { city: "AUSTIN", region: "TX", country: "US", postalCode: "78701" },
    edd: { from: "2026-03-04", to: "2026-03-04", windowFrom: "13:15", windowTo: "17:15" },
    proof: { receivedBy: "Q SAMPLE", location: "Front Door/Porch", hasSignature: true, hasPhoto: false },
    linkedNumbers: [{ trackingNumber: "LZ417000385US", relation: "reroute", carrier: "usps" }],
  });
  expect(
    tracking.scans.map(({ scanCode, occurredAt }) => [scanCode, occurredAt && new Date(occurredAt).toISOString()]),
  ).toEqual([
    ["01", "2026-03-04T20:31:09.000Z"],
    ["OF", "2026-03-04T15:15:20.000Z"],
    ["07", "2026-03-04T13:02:48.000Z"],
    ["TL", "2026-03-03T18:00:11.000Z"],
    ["10", "2026-03-03T01:31:21.000Z"],
    ["GX", null],
  ]);
});

test("a push says the same as the poll", () => {
  expect(parseUsps(pushBody(DELIVERED_PIECE))).toEqual(parseUsps(bytes(DELIVERED_PIECE)));
  expect(parseUsps(pushBody("", { payload: DELIVERED_PIECE }))).toEqual(parseUsps(bytes(DELIVERED_PIECE)));
});

test("a push of a single event is one scan, and everything it leaves out is null", () => {
  const { scans, ...rest } = trackingOf(pushBody({ trackingNumber: NUMBER, ...event("OF", "Out for Delivery") }));
  expect(scans).toEqual(trackingOf(trackBody([event("OF", "Out for Delivery")])).scans);
  expect(rest).toMatchObject({
    carrierUniqueId: null,
    serviceLevel: null,
    origin: null,
    destination: null,
    edd: null,
    proof: null,
  });
});

test("a push of a bare status moves nothing, because it could not be put in order", () => {
  expect(trackingOf(pushBody({ trackingNumber: NUMBER, status: "Delivered" })).scans).toEqual([]);
});

test("events may be a list or one object, and flags text or booleans", () => {
  const one = event("01", "Delivered, In/At Mailbox");
  expect(trackingOf(trackBody(one)).scans).toEqual(trackingOf(trackBody([one])).scans);
  for (const flag of [true, "true"])
    expect(trackingOf(trackBody(one, { proofOfDeliveryEnabled: flag })).proof?.hasSignature).toBe(true);
  for (const flag of [false, "false", 1, "yes", null])
    expect(trackingOf(trackBody(one, { proofOfDeliveryEnabled: flag })).proof?.hasSignature).toBe(false);
});

test("a delivery to the original sender is a return and proves nothing", () => {
  const tracking = trackingOf(
    trackBody([event("01", "Delivered, To Original Sender", { name: "SHIPPER" })], {
      statusCategory: "Delivered",
      proofOfDeliveryEnabled: "true",
    }),
  );
  expect(tracking.scans[0]?.meaning).toMatchObject({ status: "exception", subStatus: "returned_to_sender" });
  expect(tracking.proof).toBeNull();
});

test("a heartbeat newer than the delivery attempt leaves the attempt standing", () => {
  const { scans } = trackingOf(
    trackBody([
      event("TL", "In Transit, Arriving Late", { eventTimestamp: "2026-03-04T20:00:00" }),
      event("52", "Notice Left"),
    ]),
  );
  expect(foldTimeline(buildTimeline(scans), { destination: null })).toMatchObject({
    status: "exception",
    subStatus: "delivery_attempted",
  });
});

test("a code that came as a number keeps its zero", () => {
  expect(trackingOf(trackBody([event(1, "Delivered")])).scans[0]).toMatchObject({
    scanCode: "01",
    meaning: { status: "delivered" },
  });
});

test("a facility in the place of the town is taken apart", () => {
  const placeOf = (eventCity: string) =>
    trackingOf(trackBody([event("A1", "Arrived", { eventCity, eventState: null, eventZIP: null })])).scans[0]?.place;
  expect(placeOf("OAK CREEK WI DISTRIBUTION CENTER")).toEqual({
    city: "OAK CREEK",
    region: "WI",
    country: "US",
    postalCode: null,
    facilityCode: "OAK CREEK WI DISTRIBUTION CENTER",
  });
  expect(placeOf("HYDE PARK")).toMatchObject({ city: "HYDE PARK", region: null, country: null, facilityCode: null });
});

test("a country is known by its code and by its English name, and a name we do not know is not taken for home", () => {
  const scanIn = (eventCountry: string) =>
    trackingOf(trackBody([event("A1", "Arrived", { eventCountry, eventState: null, eventZIP: null, GMTOffset: null })]))
      .scans[0];
  expect(scanIn("JAPAN")).toMatchObject({ place: { country: "JP" }, utcOffset: "+09:00", zone: "place" });
  expect(scanIn("ca")).toMatchObject({ place: { country: "CA" }, occurredAt: null });
  for (const name of ["GREAT BRITAIN AND NORTHERN IRELAND", "United Kingdom"])
    expect(scanIn(name)?.place?.country).toBe("GB");
  for (const name of ["ATLANTIS", "CONSTRUCTOR", "__proto__"])
    expect(scanIn(name)).toMatchObject({ place: { country: null }, occurredAt: null, zone: "unknown" });
});

test("the estimate is the predicted day, else the expected, else the guaranteed", () => {
  const given = {
    expectedDeliveryTimeStamp: "2026-03-06T00:00:00",
    guaranteedDeliveryTimeStamp: "2026-03-07T12:00:00Z",
  };
  const day = { windowFrom: null, windowTo: null };
  expect(eddOf({ ...given, predictedDeliveryDate: "2026-03-05" })).toEqual({
    from: "2026-03-05",
    to: "2026-03-05",
    ...day,
  });
  expect(eddOf(given)).toEqual({ from: "2026-03-06", to: "2026-03-06", ...day });
  expect(eddOf({ ...given, expectedDeliveryTimeStamp: null })).toEqual({
    from: "2026-03-07",
    to: "2026-03-07",
    windowFrom: null,
    windowTo: "12:00",
  });
  expect(eddOf({ ...given, endOfDay: "9:00 pm" })).toMatchObject({ from: "2026-03-06", windowTo: "21:00" });
});

test("an estimate that is no day of the calendar is none, and a turned window leaves the day", () => {
  for (const odd of ["2026-02-30", "soon", "", 20260305, null])
    expect(eddOf({ predictedDeliveryDate: odd })).toBeNull();
  expect(
    eddOf({
      predictedDeliveryDate: "2026-03-05",
      predictedDeliveryWindowStartTime: "18:00",
      predictedDeliveryWindowEndTime: "12:30 pm",
    }),
  ).toEqual({ from: "2026-03-05", to: "2026-03-05", windowFrom: null, windowTo: null });
});

test("the older shape reads like today's", () => {
  const older = {
    TrackResults: {
      TrackInfo: {
        "@ID": NUMBER,
        Class: "Priority Mail<SUP>&reg;</SUP>",
        MPSUFFIX: "417000386",
        DestinationCity: "AUSTIN",
        DestinationState: "TX",
        DestinationZip: "78701",
        TrackSummary: {
          EventTime: "9:15 am",
          EventDate: "March 4, 2026",
          Event: "Out for Delivery",
          EventCity: "AUSTIN",
          EventState: "TX",
          EventZIPCode: "78701",
          EventCountry: null,
          Name: null,
          EventCode: "OF",
          GMT: "15:15:20",
          GMTOffset: "-06:00",
        },
        TrackDetail: {
          EventTime: null,
          EventDate: "March 1, 2026",
          Event: "Pre-Shipment Info Sent to USPS",
          EventCode: "MA",
        },
      },
    },
  };
  const { scans, ...rest } = trackingOf(bytes(older));
  expect(rest).toMatchObject({ trackingNumber: NUMBER, carrierUniqueId: "417000386", serviceLevel: "Priority Mail" });
  expect(scans[0]).toEqual(trackingOf(trackBody([event("OF", "Out for Delivery")])).scans[0]);
  expect(scans[1]).toMatchObject({ scanCode: "MA", localTime: "2026-03-01T00:00:00", precision: "day" });
});

test("a piece of the older shape with an error is a notice, and its neighbours are read", () => {
  const { trackings, notices } = parseUsps(
    bytes({
      TrackResults: {
        TrackInfo: [
          { "@ID": "9102004170000003841200", Error: { Number: "-2147219302", Description: "Not located." } },
          { "@ID": NUMBER, TrackSummary: { Event: "Delivered", EventCode: "01", EventDate: "March 4, 2026" } },
        ],
      },
    }),
  );
  expect(trackings.map(({ trackingNumber }) => trackingNumber)).toEqual([NUMBER]);
  expect(notices).toEqual([
    {
      trackingNumber: "9102004170000003841200",
      kind: "not_found",
      carrierCode: "-2147219302",
      carrierText: "Not located.",
    },
  ]);
});

test("a number of which nothing is known yet is a notice about the number asked, never a status", () => {
  expect(parseUsps(NOT_FOUND_BODY)).toEqual({
    trackings: [],
    notices: [
      { trackingNumber: "", kind: "not_found", carrierCode: "150001", carrierText: "12: Nothing is known of it yet." },
    ],
  });
});

test("a refusal that speaks of the mailer says that the piece is not ours to track", () => {
  const refusal = (message: string) => bytes({ error: { code: "403", message, errors: [] } });
  expect(parseUsps(refusal("Your app may not track pieces of this Mailer ID.")).notices).toMatchObject([
    { trackingNumber: "", kind: "not_ours", carrierCode: "403" },
  ]);
  for (const message of ["Forbidden", "Insufficient OAuth scope for this MID."])
    expect(() => parseUsps(refusal(message))).toThrow(UnreadableBodyError);
});

test.each([
  ["an error about the call", { error: { code: "401", message: "secret", errors: [{ code: "009000" }] } }, /code 401/],
  ["an OAuth error", { error: "invalid_client", error_description: "secret" }, /code unknown/],
  ["a push whose payload is cut off", { timestamp: "x", payload: '{"trackingNumber":"94' }, /payload/],
  ["a piece without a number", { trackingEvents: [event("01", "Delivered")] }, /tracking number/],
  ["a number and nothing about it", { trackingNumber: NUMBER }, /tracking number/],
])("%s is unreadable", (_what, body, sentence) => {
  expect(() => parseUsps(bytes(body))).toThrow(UnreadableBodyError);
  expect(() => parseUsps(bytes(body))).toThrow(sentence);
  expect(() => parseUsps(bytes(body))).not.toThrow(/secret/);
});
