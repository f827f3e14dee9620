import { describe, expect, it } from "vitest";
import { scan } from "../../test/support/given.js";
import type { Tracking } from "../domain/report.js";
import type { Scan } from "../domain/scan.js";
import { attributeTrackings, type NumberUse } from "./attribute.js";

const use = (useNumber: number, more: Partial<NumberUse> = {}): NumberUse => ({
  id: `shp_${useNumber}`,
  useNumber,
  carrierUniqueId: null,
  shipDate: null,
  createdAt: new Date("2026-03-01T00:00:00Z"),
  ...more,
});
const parcel = (scans: readonly Scan[], more: Partial<Tracking> = {}): Tracking => ({
  carrier: "acme",
  trackingNumber: "N1",
  carrierUniqueId: null,
  serviceLevel: null,
  shipDate: null,
  origin: null,
  destination: null,
  edd: null,
  proof: null,
  linkedNumbers: [],
  scans,
  ...more,
});
const moved = (at: string) => scan("departed", at);

const dayOf = ({ occurredAt, localTime }: Scan) =>
  (occurredAt === null ? localTime : new Date(occurredAt).toISOString())?.slice(5, 10);

/** `use <- times of its scans`, one line per attribution. */
function attribute(trackings: readonly Tracking[], uses: readonly NumberUse[]): string[] {
  return attributeTrackings(trackings, uses).map(({ use: { useNumber }, scans }) =>
    `${useNumber} <- ${scans.map(dayOf).join(" ")}`.trim(),
  );
}

describe("scans of a number with one use", () => {
  it("belong to it from three days before its ship date on, whatever the order of the body", () => {
    const tracking = parcel([
      moved("2026-03-06T00:00:00Z"),
      moved("2026-03-03T23:59:00Z"),
      moved("2026-03-04T00:00:00Z"),
    ]);
    expect(attribute([tracking], [use(1, { shipDate: "2026-03-07" })])).toEqual(["1 <- 03-06 03-04"]);
  });

  it("belong to it up to 90 days before it was registered, where nobody stated a ship date", () => {
    const tracking = parcel([moved("2025-12-01T00:00:00Z"), moved("2025-11-30T23:59:00Z")]);
    expect(attribute([tracking], [use(1)])).toEqual(["1 <- 12-01"]);
  });

  it("belong to it when nobody knows their time", () => {
    const untimed = scan("departed", "2026-03-02T08:00:00Z", {
      occurredAt: null,
      localTime: null,
      utcOffset: null,
      zone: "unknown",
    });
    expect(attribute([parcel([untimed])], [use(1, { shipDate: "2026-03-07" })])).toEqual(["1 <-"]);
  });

  it("are told by their printed day where the instant cannot be known", () => {
    const local = (day: string) =>
      scan("departed", `${day}T08:00:00Z`, {
        occurredAt: null,
        localTime: `${day}T08:00:00`,
        utcOffset: null,
        zone: "unknown",
      });
    expect(
      attribute([parcel([local("2026-03-03"), local("2026-03-05")])], [use(1, { shipDate: "2026-03-07" })]),
    ).toEqual(["1 <- 03-05"]);
  });
});

describe("scans of a recycled number", () => {
  const uses = [use(1, { shipDate: "2025-10-01" }), use(2, { shipDate: "2026-03-07" })];

  it("are split by time: the newest use gets what does not precede it, the older one the rest", () => {
    const tracking = parcel([
      moved("2025-10-02T00:00:00Z"),
      moved("2025-09-20T00:00:00Z"),
      moved("2026-03-08T00:00:00Z"),
    ]);
    expect(attribute([tracking], uses).toSorted()).toEqual(["1 <- 10-02", "2 <- 03-08"]);
  });

  it("go to the use with the carrier's own unique id, however odd their times are", () => {
    const known = [
      use(1, { shipDate: "2025-10-01", carrierUniqueId: "A" }),
      use(2, { shipDate: "2026-03-07", carrierUniqueId: "B" }),
    ];
    const odd = [moved("2026-03-08T00:00:00Z"), moved("2025-09-01T00:00:00Z")];
    expect(attribute([parcel(odd, { carrierUniqueId: "A" })], known)).toEqual(["1 <- 03-08 09-01"]);
  });

  it("of a third parcel belong to no use that has another unique id", () => {
    const known = uses.map((given, index) => ({ ...given, carrierUniqueId: `id-${index}` }));
    expect(attribute([parcel([moved("2026-03-08T00:00:00Z")], { carrierUniqueId: "C" })], known)).toEqual([]);
  });

  it("stay together under a new unique id: one parcel is never two uses", () => {
    const scans = [moved("2026-03-03T00:00:00Z"), moved("2026-03-08T00:00:00Z")];
    expect(attribute([parcel(scans, { carrierUniqueId: "B" })], uses)).toEqual(["2 <- 03-03 03-08"]);
    expect(attribute([parcel([moved("2025-10-02T00:00:00Z")], { carrierUniqueId: "A" })], uses)).toEqual([
      "1 <- 10-02",
    ]);
  });
});

describe("a body that lists several parcels under one number", () => {
  const stale = parcel([moved("2025-10-02T00:00:00Z")], { carrierUniqueId: "OLD", shipDate: "2025-10-01" });
  const fresh = parcel([moved("2026-03-02T00:00:00Z")], { carrierUniqueId: "NEW", shipDate: "2026-03-01" });

  it.each([
    ["first", [stale, fresh]],
    ["last", [fresh, stale]],
  ])("gives the one use the parcel that was shipped nearest to it, not the stale one (listed %s)", (_place, body) => {
    expect(attribute(body, [use(1, { shipDate: "2026-03-01" })])).toEqual(["1 <- 03-02"]);
    expect(attribute(body, [use(1)])).toEqual(["1 <- 03-02"]);
  });

  it("gives each use its own once both are registered", () => {
    const uses = [use(1, { carrierUniqueId: "OLD", shipDate: "2025-10-01" }), use(2, { shipDate: "2026-03-01" })];
    expect(attribute([fresh, stale], uses).toSorted()).toEqual(["1 <- 10-02", "2 <- 03-02"]);
  });

  it("gives the older of two free uses the older parcel", () => {
    const uses = [use(1, { shipDate: "2025-10-01" }), use(2, { shipDate: "2026-03-01" })];
    expect(attribute([fresh, stale], uses).toSorted()).toEqual(["1 <- 10-02", "2 <- 03-02"]);
  });

  it("says nothing about a parcel that no use is", () => {
    expect(attribute([fresh, stale], [use(1, { carrierUniqueId: "NEW" })])).toEqual(["1 <- 03-02"]);
  });
});

it("a body without any scan speaks of the newest use", () => {
  const edd = { from: "2026-03-09", to: "2026-03-09", windowFrom: null, windowTo: null };
  expect(attribute([parcel([], { edd })], [use(1), use(2)])).toEqual(["2 <-"]);
});
