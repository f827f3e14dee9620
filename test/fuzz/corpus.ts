import type { ParseBody } from "../../src/connectors/carriers/contract.js";
import * as dhlBodies from "../../src/connectors/carriers/dhl/fixtures/bodies.js";
import * as easypostBodies from "../../src/connectors/carriers/easypost/fixtures/bodies.js";
import * as fedexBodies from "../../src/connectors/carriers/fedex/fixtures/bodies.js";
import { CARRIERS } from "../../src/connectors/carriers/registry.js";
import * as shipengineBodies from "../../src/connectors/carriers/shipengine/fixtures/bodies.js";
import * as upsBodies from "../../src/connectors/carriers/ups/fixtures/bodies.js";
import * as uspsBodies from "../../src/connectors/carriers/usps/fixtures/bodies.js";

/** A parser and whole bodies that it reads, to be damaged. */
export interface FuzzTarget {
  readonly name: string;
  readonly parse: ParseBody;
  readonly bodies: readonly Uint8Array[];
}

/** Every parser of every carrier with its bodies. @throws Error when a carrier of the registry has no bodies here */
export function fuzzTargets(): readonly FuzzTarget[] {
  return CARRIERS.flatMap(({ code, poll, push }) => {
    const bodies = bodiesOf(code);
    return [
      ...(poll === undefined ? [] : [{ name: `${code} poll`, parse: poll.parse, bodies }]),
      ...(push === undefined ? [] : [{ name: `${code} push`, parse: push.parse, bodies }]),
    ];
  });
}

/** A parser gets the other way's bodies too: connections are set up wrongly. */
function bodiesOf(code: string): readonly Uint8Array[] {
  const make = BODIES[code];
  if (make === undefined) throw new Error(`No bodies to fuzz ${code} with: add them to test/fuzz/corpus.ts.`);
  return make();
}

const BODIES: Readonly<Record<string, () => readonly Uint8Array[]>> = {
  fedex: fedexCorpus,
  ups: () => [
    upsBodies.trackBody(upsBodies.DELIVERED_PARCEL),
    upsBodies.pushBody(
      { type: "D", code: "FS", descriptionCode: "011", description: "Delivered" },
      { gmtOffset: "-06.00" },
    ),
  ],
  usps: () => [
    uspsBodies.bytes(uspsBodies.DELIVERED_PIECE),
    uspsBodies.pushBody(uspsBodies.DELIVERED_PIECE),
    uspsBodies.pushBody(uspsBodies.event("OF", "Out for Delivery")),
    uspsBodies.NOT_FOUND_BODY,
  ],
  dhl: () => [
    dhlBodies.unified(dhlBodies.DELIVERED_PARCEL),
    dhlBodies.pushBody(dhlBodies.OUT),
    dhlBodies.express([
      dhlBodies.checkpoint("PU", "Shipment picked up"),
      dhlBodies.checkpoint("OK", "Delivered", { date: "2026-03-05" }),
    ]),
    dhlBodies.parcelDe([dhlBodies.pieceEvent("ZU", "Die Sendung wurde zugestellt.")]),
    dhlBodies.bytes(dhlBodies.NOT_FOUND),
  ],
  easypost: () => [
    easypostBodies.bytes(easypostBodies.DELIVERED_TRACKER),
    easypostBodies.bytes(easypostBodies.event(easypostBodies.DELIVERED_TRACKER)),
    easypostBodies.bytes({ trackers: [easypostBodies.DELIVERED_TRACKER], has_more: false }),
    easypostBodies.bytes(easypostBodies.refusal("TRACKER.CREATE.ERROR", ["no such number"])),
  ],
  shipengine: () => [
    shipengineBodies.bytes(shipengineBodies.DELIVERED),
    shipengineBodies.pushBody(shipengineBodies.DELIVERED),
    shipengineBodies.bytes(shipengineBodies.refusal("carrier_not_supported")),
  ],
};

function fedexCorpus(): Uint8Array[] {
  const { pollBody, pushBody, recycledBody, scanEvent, trackResult } = fedexBodies;
  const result = trackResult("568283610012000", {
    latestStatusDetail: {
      code: "DE",
      derivedCode: "DE",
      ancillaryDetails: [{ reason: "007" }],
      delayDetail: { type: "WEATHER" },
    },
    dateAndTimes: [{ type: "ESTIMATED_DELIVERY", dateTime: "2026-03-05T00:00:00-06:00" }],
    estimatedDeliveryTimeWindow: { window: { begins: "2026-03-05T10:00:00-06:00", ends: "2026-03-05T14:00:00-06:00" } },
    deliveryDetails: { receivedByName: "A.RECEIVER", locationDescription: "Front Door" },
    availableImages: [{ type: "SIGNATURE_PROOF_OF_DELIVERY" }],
    additionalTrackingInfo: {
      packageIdentifiers: [{ type: "PARTNER_CARRIER_NUMBER", values: ["9261290100000000000004"] }],
    },
    scanEvents: [
      scanEvent("DE", "2026-03-04T09:12:00-07:00", { exceptionCode: "007" }),
      scanEvent("PU", "2026-03-02T00:00:00"),
    ],
  });
  return [pollBody(result), pushBody(result), recycledBody("568283610012000", result, result)];
}
