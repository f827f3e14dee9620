import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { scan, town } from "../../test/support/given.js";
import type { ProofOfDelivery, Tracking } from "../domain/report.js";
import type { Scan } from "../domain/scan.js";
import { scanDigest, scanIdentity } from "../domain/scan-identity.js";
import type { LockedShipment } from "../store/shipment-states.js";
import { foldShipment, type ShipmentFacts } from "./fold-shipment.js";

const NOW = Date.parse("2026-03-04T12:00:00Z");

const shipment = (more: Partial<LockedShipment> = {}): LockedShipment => ({
  id: "shp_1",
  storeId: "sto_1",
  carrier: "acme",
  trackingNumber: "N1",
  orderId: "ord_1",
  useNumber: 1,
  direction: "outbound",
  shipDate: null,
  carrierUniqueId: null,
  shipmentMonth: "2026-03-01",
  destination: null,
  serviceLevel: null,
  silent: false,
  status: null,
  subStatus: null,
  createdAt: new Date(NOW),
  voidedAt: null,
  replaced: false,
  lastScanAt: null,
  proof: null,
  edd: null,
  underlyingCarrier: null,
  legOf: null,
  legRelation: null,
  orderDestination: null,
  ...more,
});
const tracking = (more: Partial<Tracking> = {}): Tracking => ({
  carrier: "acme",
  trackingNumber: "N1",
  carrierUniqueId: null,
  serviceLevel: null,
  shipDate: null,
  origin: null,
  destination: null,
  scans: [],
  edd: null,
  proof: null,
  linkedNumbers: [],
  ...more,
});
const fold = (scans: readonly Scan[], more: Partial<ShipmentFacts> = {}) =>
  foldShipment({
    shipment: shipment(),
    scans,
    newVersions: scans.map((one) => ({ identity: scanIdentity(one), digest: scanDigest(one) })),
    last: null,
    eddStatements: [],
    trackings: [tracking({ scans })],
    commitId: "lse_1",
    receivedAtMs: NOW,
    nowMs: NOW,
    newsMaxAgeHours: 72,
    ...more,
  });
const proof = (more: Partial<ProofOfDelivery>): ProofOfDelivery => ({
  receivedBy: null,
  location: null,
  hasSignature: false,
  hasPhoto: false,
  ...more,
});

describe("what a shipment is after a commit", () => {
  it("is what its timeline says, since when, and when it was last heard of", () => {
    const { state, transition } = fold([
      scan("departed", "2026-03-04T09:00:00Z"),
      scan("picked_up", "2026-03-04T08:00:00Z"),
    ]);
    expect(state).toMatchObject({
      status: "in_transit",
      subStatus: "departed",
      statusSince: new Date("2026-03-04T09:00:00Z"),
      lastScanAt: new Date("2026-03-04T09:00:00Z"),
    });
    expect(transition).toMatchObject({ status: "in_transit", subStatus: "departed", announced: true });
  });

  it("announces nothing for a number that nobody registered, nor for imported history, but writes it down", () => {
    const scans = [scan("departed", "2026-03-04T09:00:00Z")];
    expect(fold(scans, { shipment: shipment({ orderId: null }) }).transition?.announced).toBe(false);
    expect(fold(scans, { shipment: shipment({ silent: true }) }).transition?.announced).toBe(false);
  });

  it("knows a return by where the store said the order goes, over what the carrier says", () => {
    const back = [
      scan("returning_to_sender", "2026-03-03T09:00:00Z"),
      scan("delivered", "2026-03-04T09:00:00Z", { place: town("Memphis") }),
    ];
    expect(fold(back).state.subStatus).toBe("returned_to_sender");
    const carrierSays = tracking({ scans: back, destination: town("Memphis") });
    expect(fold(back, { trackings: [carrierSays] }).state.subStatus).toBe("delivered");
    expect(
      fold(back, { trackings: [carrierSays], shipment: shipment({ orderDestination: town("Austin") }) }).state
        .subStatus,
    ).toBe("returned_to_sender");
  });

  it("keeps the carrier's estimate while it is to come, and none after delivery", () => {
    const claim = { from: "2026-03-05", to: "2026-03-06", windowFrom: null, windowTo: null };
    const eddStatements = [{ claim, source: "carrier" as const, newestScanKey: 1, receivedAt: new Date(NOW) }];
    expect(fold([scan("departed", "2026-03-04T09:00:00Z")], { eddStatements }).state).toMatchObject({
      edd: claim,
      eddSource: "carrier",
    });
    expect(fold([scan("delivered", "2026-03-04T09:00:00Z")], { eddStatements }).state).toMatchObject({
      edd: null,
      eddSource: null,
    });
  });

  it("takes nothing back that a later body leaves out", () => {
    const known = shipment({
      carrierUniqueId: "A",
      serviceLevel: "Ground",
      destination: town("Austin"),
      proof: proof({ hasSignature: true }),
    });
    expect(fold([], { shipment: known, trackings: [tracking()] }).state).toMatchObject({
      carrierUniqueId: "A",
      serviceLevel: "Ground",
      destination: town("Austin"),
      proof: proof({ hasSignature: true }),
    });
  });

  it("brings proof and destination together the same in whatever order they came", () => {
    const text = fc.constantFrom(null, "A. Lee", "LEE", "Front Door");
    const said = fc.record({ receivedBy: text, location: text, hasSignature: fc.boolean(), hasPhoto: fc.boolean() });
    const place = fc.record({
      city: fc.constantFrom(null, "Austin", "AUSTIN"),
      postalCode: fc.constantFrom(null, "78701", "78702"),
    });
    const bodies = fc.array(
      fc.record({ proof: fc.option(said), destination: fc.option(place.map((given) => town("", given))) }),
      { minLength: 1, maxLength: 5 },
    );
    const mixed = bodies.chain((given) =>
      fc.tuple(fc.constant(given), fc.shuffledSubarray(given, { minLength: given.length })),
    );
    fc.assert(
      fc.property(mixed, fc.nat(4), ([inOrder, shuffled], cut) => {
        const atOnce = fold([], { trackings: inOrder.map((body) => tracking(body)) }).state;
        const first = fold([], { trackings: shuffled.slice(0, cut).map((body) => tracking(body)) }).state;
        const then = shipment({ proof: first.proof, destination: first.destination });
        const inTwo = fold([], { shipment: then, trackings: shuffled.slice(cut).map((body) => tracking(body)) }).state;
        expect([inTwo.proof, inTwo.destination]).toEqual([atOnce.proof, atOnce.destination]);
      }),
      { numRuns: 500 },
    );
  });
});

describe("whether a commit changed anything", () => {
  const edd = { from: "2026-03-05", to: "2026-03-06", windowFrom: null, windowTo: "12:00" };
  const known = shipment({ edd, proof: proof({ receivedBy: "LEE" }), destination: town("Austin") });
  const eddStatements = [{ claim: edd, source: "carrier" as const, newestScanKey: null, receivedAt: new Date(NOW) }];
  const again = (more: Partial<Tracking>, row = known) =>
    fold([], { shipment: row, eddStatements, trackings: [tracking(more)] }).changed;

  it("is false for a body that only repeats what is known, in whatever order the database gives the fields back", () => {
    const { to, from, windowTo, windowFrom } = edd;
    const { hasPhoto, location, hasSignature, receivedBy } = proof({ receivedBy: "LEE" });
    const fromDatabase = shipment({
      ...known,
      edd: { to, from, windowTo, windowFrom },
      proof: { hasPhoto, location, hasSignature, receivedBy },
    });
    expect(again({ proof: proof({ receivedBy: "LEE" }) }, fromDatabase)).toBe(false);
  });

  it.each([
    ["unique id", { carrierUniqueId: "A" }],
    ["service level", { serviceLevel: "Ground" }],
    ["proof", { proof: proof({ hasPhoto: true }) }],
    ["fuller destination", { destination: town("Austin", { postalCode: "78701" }) }],
  ])("is true for a body that brings nothing new but a %s", (_what, more) => {
    expect(again(more)).toBe(true);
  });
});
