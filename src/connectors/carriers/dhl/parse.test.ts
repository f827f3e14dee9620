import { expect, test } from "vitest";
import { buildTimeline } from "../../../domain/timeline.js";
import { UnreadableBodyError } from "../contract.js";
import {
  address,
  bytes,
  checkpoint,
  DELIVERED_PARCEL,
  express,
  NOT_FOUND,
  NUMBER,
  OUT,
  parcelDe,
  pieceEvent,
  pushBody,
  unified,
  VALIDATION,
  WAYBILL,
} from "./fixtures/bodies.js";
import { parseDhl } from "./parse.js";

const only = (body: Uint8Array) => {
  const { trackings, notices } = parseDhl(body);
  expect(notices).toEqual([]);
  expect(trackings).toHaveLength(1);
  return trackings[0];
};
const subStatuses = (body: Uint8Array) =>
  only(body)?.scans.map(({ meaning }) => (meaning.kind === "status" ? meaning.subStatus : meaning.kind));

test("a parcel of Unified is read whole", () => {
  expect(only(unified(DELIVERED_PARCEL))).toMatchObject({
    carrier: "dhl",
    trackingNumber: NUMBER,
    carrierUniqueId: null,
    serviceLevel: "DHL PAKET",
    origin: { city: "Kiel", country: "DE", postalCode: "24103" },
    destination: { city: "Kassel", country: "DE", postalCode: "34117" },
    edd: { from: "2026-03-04", to: "2026-03-04", windowFrom: "09:30", windowTo: "12:30" },
    proof: { receivedBy: "SAMPLE", location: null, hasSignature: true, hasPhoto: false },
    linkedNumbers: [],
  });
  expect(subStatuses(unified(DELIVERED_PARCEL))).toEqual(["signed_for", "out_for_delivery", "moving", "label_created"]);
});

test("the headline does not become a second scan, with a Z or without", () => {
  const { status } = OUT;
  for (const timestamp of [OUT.timestamp, `${OUT.timestamp}Z`])
    expect(subStatuses(unified({ events: [OUT], status: { ...OUT, timestamp, status } }))).toEqual([
      "out_for_delivery",
    ]);
});

test("a headline is the scan where there are no events", () => {
  expect(
    subStatuses(pushBody({ timestamp: "2026-03-04T10:40:00", statusCode: "delivered", status: "Delivered" })),
  ).toEqual(["delivered"]);
});

test("Express events have words only, and the phase of the headline tells nothing about the older ones", () => {
  const at = { address: { addressLocality: "LISBON, LX - PORTUGAL" } };
  const body = unified({
    service: "express",
    status: {
      timestamp: "2026-03-04T09:00:00",
      statusCode: "failure",
      status: "failure",
      description: "Shipment is on hold",
    },
    events: [
      { timestamp: "2026-03-04T09:00:00", location: at, description: "Shipment is on hold" },
      { timestamp: "2026-03-04T08:00:00", location: at, description: "Processed at LISBON - PORTUGAL" },
      { timestamp: "2026-03-04T07:00:00", location: at, description: "A sentence that nobody has read before" },
    ],
  });
  expect(subStatuses(body)).toEqual(["held", "moving", "unmapped"]);
  expect(only(body)?.scans[1]).toMatchObject({
    scanCode: "processed at",
    place: { city: "LISBON", region: "LX", country: "PT" },
    carrierText: "Processed at LISBON - PORTUGAL",
  });
});

test("sentences that nobody can read yet are counted apart", () => {
  const events = ["One sentence of a new kind", "Another of its kind"].map((description, at) => ({
    timestamp: `2026-03-04T0${at}:00:00`,
    description,
  }));
  expect(only(unified({ service: "express", events }))?.scans.map((scan) => scan.carrierCode)).toEqual([
    "express/one sentence of a new kind",
    "express/another of its kind",
  ]);
});

test("a recipient's name behind the word is in no scan code", () => {
  const [scan] =
    only(
      unified({
        service: "express",
        events: [{ timestamp: "2026-03-04T09:00:00", description: "Delivered - Signed for by SAMPLE" }],
      }),
    )?.scans ?? [];
  expect(scan?.scanCode).toBe("delivered");
});

test("a number, or text, is a tracking number", () => {
  expect(only(unified({ id: 4172853064, events: [OUT] }))?.trackingNumber).toBe(WAYBILL);
});

test("one number known to two divisions is two trackings", () => {
  const shipment = { id: WAYBILL, status: OUT };
  const body = bytes({
    shipments: [
      { ...shipment, service: "express" },
      { ...shipment, service: "parcel-nl" },
    ],
  });
  expect(parseDhl(body).trackings).toHaveLength(2);
});

test("references come as a list or alone, and name the number of the last mile", () => {
  const reference = { type: "local-tracking-number", number: "9261290100417285306194" };
  const other = { type: "customer-reference", number: "SHOP-1042" };
  for (const references of [reference, [other, reference]])
    expect(only(unified({ events: [OUT], details: { references } }))?.linkedNumbers).toEqual([
      { trackingNumber: reference.number, relation: "next_leg", carrier: "usps" },
    ]);
});

test.each([
  [
    { estimatedTimeOfDelivery: "2026-03-06T00:00:00Z" },
    { from: "2026-03-06", to: "2026-03-06", windowFrom: null, windowTo: null },
  ],
  [
    { estimatedDeliveryTimeFrame: { estimatedFrom: "2026-03-06T00:00:00", estimatedThrough: "2026-03-07T18:00:00" } },
    { from: "2026-03-06", to: "2026-03-07", windowFrom: null, windowTo: "18:00" },
  ],
  [
    { estimatedDeliveryTimeFrame: { estimatedFrom: "2026-03-06T18:00:00", estimatedThrough: "2026-03-06T08:00:00" } },
    { from: "2026-03-06", to: "2026-03-06", windowFrom: null, windowTo: null },
  ],
  [
    { estimatedDeliveryTimeFrame: { estimatedFrom: "2026-03-08T08:00:00", estimatedThrough: "2026-03-06T08:00:00" } },
    null,
  ],
  [{ estimatedTimeOfDelivery: "2026-02-30T00:00:00Z" }, null],
])("the estimate %j is read as %j", (said, edd) => {
  expect(only(unified({ events: [OUT], ...said }))?.edd).toEqual(edd);
});

test("a 404 about the number is a notice, from Unified and from MyDHL", () => {
  const notice = { kind: "not_found", carrierCode: "404" };
  expect(parseDhl(bytes(NOT_FOUND)).notices).toMatchObject([{ ...notice, trackingNumber: NUMBER }]);
  const myDhl = { instance: `/expressapi/shipments/${WAYBILL}/tracking?x=1`, detail: "No data found", status: "404" };
  expect(parseDhl(bytes(myDhl)).notices).toMatchObject([{ ...notice, trackingNumber: WAYBILL }]);
  expect(parseDhl(bytes({ ...NOT_FOUND, instance: "/x" })).notices).toMatchObject([{ ...notice, trackingNumber: "" }]);
});

test.each([
  {
    status: 429,
    title: "Too many requests",
    detail: "Too many requests within defined time period, please try again later.",
  },
  { status: 404, title: "Not Found", detail: "The path does not exist." },
  { status: "400", title: "Missing parameters", detail: "Missing mandatory parameters" },
  { shipments: [] },
  { scope: "subscription.push", shipments: [{}] },
])("%j is no report", (body) => {
  expect(() => parseDhl(bytes(body))).toThrow(UnreadableBodyError);
});

test("what DHL pushes about the subscription says nothing about a parcel", () => {
  expect(parseDhl(bytes(VALIDATION))).toEqual({ trackings: [], notices: [] });
});

test("MyDHL is read by its codes, with the offset where it is stated", () => {
  const tracking = only(
    express([
      checkpoint("PU", "Shipment picked up", { GMTOffset: "+00:00" }),
      checkpoint("OK", "Delivered : SAMPLE", {
        date: "2026-03-05",
        time: "11:20:31",
        serviceArea: [{ code: "GRZ", description: "GRAZ-AT" }],
        signedBy: "",
      }),
    ]),
  );
  expect(tracking).toMatchObject({
    trackingNumber: WAYBILL,
    shipDate: "2026-03-02",
    origin: { city: "PORTO", country: "PT", facilityCode: "OPO" },
    destination: { city: "Graz", country: "AT", postalCode: "8010" },
    edd: { from: "2026-03-05", to: "2026-03-05", windowFrom: null, windowTo: null },
    proof: { receivedBy: "SAMPLE", hasSignature: false },
    scans: [
      {
        scanCode: "PU",
        carrierCode: "express/PU",
        utcOffset: "+00:00",
        zone: "offset",
        meaning: { subStatus: "picked_up" },
      },
      {
        scanCode: "OK",
        carrierText: "Delivered",
        utcOffset: "+01:00",
        zone: "place",
        meaning: { subStatus: "delivered" },
      },
    ],
  });
});

test("the success of the MyDHL call is not the parcel's, and pieces speak only where the shipment is silent", () => {
  expect(only(express([]))?.scans).toEqual([]);
  const pieces = [{ trackingNumber: "JD018204465173920846", events: [checkpoint("WC", "With courier")] }];
  expect(subStatuses(express([], { pieces }))).toEqual(["out_for_delivery"]);
  expect(subStatuses(express([checkpoint("PU", "Picked up")], { pieces }))).toEqual(["picked_up"]);
});

test("an unknown checkpoint of MyDHL has no status, whatever its words", () => {
  for (const code of ["ZZ", "constructor", "__proto__"])
    expect(subStatuses(express([checkpoint(code, "Delivered")]))).toEqual(["unmapped"]);
});

test("Parcel DE's XML is read by its codes, by German clocks", () => {
  const tracking = only(
    parcelDe([
      pieceEvent("PO", "Loaded"),
      pieceEvent("ZU", "Delivered to a neighbour", { "event-timestamp": "04.08.2026 10:41" }),
    ]),
  );
  expect(tracking).toMatchObject({
    trackingNumber: NUMBER,
    serviceLevel: "DHL PAKET & Co",
    destination: { country: "DE", postalCode: "34117" },
    proof: { receivedBy: "neighbour" },
    scans: [
      {
        scanCode: "PO/DLVRD",
        utcOffset: "+01:00",
        meaning: { subStatus: "out_for_delivery" },
        place: { city: "Kassel", country: "DE" },
      },
      { carrierCode: "parcel-de/ZU/DLVRD/OTHER", utcOffset: "+02:00", meaning: { subStatus: "to_neighbour" } },
    ],
  });
});

test("Parcel DE's delivery of a return is not the shopper's", () => {
  const back = { ruecksendung: "true" };
  expect(subStatuses(parcelDe([pieceEvent("EE", "Arrived", back), pieceEvent("ZU", "Delivered", back)]))).toEqual([
    "returning_to_sender",
    "returned_to_sender",
  ]);
});

test("Parcel DE finds nothing with HTTP 200", () => {
  expect(parseDhl(bytes('<data code="100" error="No data found"/>')).notices).toMatchObject([
    { kind: "not_found", carrierCode: "100" },
  ]);
  expect(parseDhl(parcelDe([], { "error-status": "100" })).notices).toMatchObject([
    { kind: "not_found", trackingNumber: NUMBER },
  ]);
});

test.each([
  '<!DOCTYPE data [<!ENTITY a "aaaa">]><data code="0" name="&a;"/>',
  '<data code="0"><data></data>',
  '<data code="0"><data/></other>',
  `${"<data>".repeat(50)}${"</data>".repeat(50)}`,
  '<data code="0"/><data/>',
  '<data code="0"><![CDATA[x]]></data>',
  '<data code="5" error="login failed"/>',
])("the XML %s is no report", (body) => {
  expect(() => parseDhl(bytes(body))).toThrow(UnreadableBodyError);
});

test("an announcement scanned after the parcel was handed in does not lower its stage", () => {
  const body = unified({
    events: [
      {
        timestamp: "2026-03-03T16:18:00",
        location: address("DE", "Kiel"),
        statusCode: "pre-transit",
        status: "The shipment has been announced electronically; electronic data were received.",
      },
      {
        timestamp: "2026-03-03T16:14:00",
        location: address("DE", "Kiel"),
        statusCode: "transit",
        status: "The shipment has been posted by the sender at the shop.",
      },
    ],
  });
  const scans = only(body)?.scans ?? [];
  expect(buildTimeline(scans).map(({ meaning }) => meaning.kind === "status" && meaning.subStatus)).toEqual([
    "picked_up",
    "label_created",
  ]);
});
