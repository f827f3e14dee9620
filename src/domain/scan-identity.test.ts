import { describe, expect, it } from "vitest";
import { scan, town } from "../../test/support/given.js";
import { timeAtInstant, timeAtPlace, UNTIMED } from "./local-time.js";
import { scanDigest, scanIdentity } from "./scan-identity.js";

const base = scan("arrived", "2026-03-02T08:00:10-06:00", { scanCode: "AR", carrierCode: "AR" });

describe("identity", () => {
  it("is carrier, raw code and wall clock to the minute", () => {
    expect(scanIdentity(base)).toBe("acme|AR|2026-03-02T08:00");
  });

  it("does not change with offset, seconds, place, words or mapping", () => {
    const floating = timeAtPlace("2026-03-02T08:00:59", null) ?? UNTIMED;
    const other = {
      ...base,
      ...floating,
      place: town("Reno"),
      carrierText: "x",
      carrierCode: "AR/1",
      meaning: { kind: "unmapped" as const },
    };
    expect(scanIdentity(other)).toBe(scanIdentity(base));
  });

  it("marks a minute that is known in UTC only, so that it is no wall clock", () => {
    const instant = timeAtInstant(Date.parse("2026-03-02T08:00:10Z")) ?? UNTIMED;
    expect(scanIdentity({ ...base, ...instant })).toBe("acme|AR|2026-03-02T08:00Z");
    expect(scanIdentity({ ...base, ...UNTIMED })).toBe("acme|AR|untimed");
  });

  it("tells carriers and codes apart", () => {
    expect(new Set([base, { ...base, carrier: "other" }, { ...base, scanCode: "AR2" }].map(scanIdentity)).size).toBe(3);
  });
});

describe("digest", () => {
  it("changes with every field, our mapping included", () => {
    const versions = [
      base,
      { ...base, carrier: "other" },
      { ...base, scanCode: "B" },
      { ...base, carrierCode: "AR/1" },
      { ...base, carrierText: "x" },
      { ...base, occurredAt: 0 },
      { ...base, localTime: null },
      { ...base, utcOffset: null },
      { ...base, zone: "place" as const },
      { ...base, precision: "minute" as const },
      { ...base, place: town("Reno") },
      { ...base, place: town("Reno", { facilityCode: "R1" }) },
      scan("departed", "2026-03-02T08:00:10-06:00", { scanCode: "AR", carrierCode: "AR" }),
      {
        ...base,
        meaning: {
          kind: "status" as const,
          status: "in_transit" as const,
          subStatus: "arrived" as const,
          revokesDelivery: true,
        },
      },
      {
        ...base,
        meaning: {
          kind: "status" as const,
          status: "in_transit" as const,
          subStatus: "arrived" as const,
          cancelsReturn: true,
        },
      },
      { ...base, meaning: { kind: "information" as const } },
      { ...base, meaning: { kind: "unmapped" as const } },
    ];
    expect(new Set(versions.map(scanDigest)).size).toBe(versions.length);
  });

  it("survives the store, which keeps flags as columns and the keys of a place in its own order", () => {
    const stored = {
      ...base,
      place: { facilityCode: null, postalCode: null, country: "US", region: null, city: "Reno" },
      meaning: {
        revokesDelivery: false,
        cancelsReturn: false,
        subStatus: "arrived" as const,
        status: "in_transit" as const,
        kind: "status" as const,
      },
    };
    expect(scanDigest(stored)).toBe(scanDigest({ ...base, place: town("Reno") }));
  });
});
