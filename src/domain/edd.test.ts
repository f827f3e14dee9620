import { describe, expect, it } from "vitest";
import { chooseEdd, type EddStatement, previousEdd } from "./edd.js";

const stated = (day: string, receivedAtMs: number, more: Partial<EddStatement> = {}): EddStatement => ({
  claim: { from: day, to: day, windowFrom: null, windowTo: null },
  source: "carrier",
  newestScanKey: 0,
  receivedAt: new Date(receivedAtMs),
  ...more,
});
const when = (iso: string, zone: string | null = "America/Denver") => ({
  status: "in_transit" as const,
  nowMs: Date.parse(iso),
  zone,
});
const morning = when("2026-03-04T17:00:00Z");

describe("the estimate", () => {
  it("is the one that knows the newest scan, however late it came", () => {
    const newer = stated("2026-03-06", 1, { newestScanKey: 20 });
    const latecomer = stated("2026-03-05", 2, { newestScanKey: 10 });
    expect(chooseEdd([newer, latecomer], morning)).toBe(newer);
  });

  it("is the last received of those that know the same", () => {
    const last = stated("2026-03-05", 2);
    expect(chooseEdd([last, stated("2026-03-06", 1)], morning)).toBe(last);
  });

  it("is the promise until a carrier that has scanned it says otherwise", () => {
    const promise = stated("2026-03-08", 9, { source: "promised", newestScanKey: null });
    const carrier = stated("2026-03-07", 1);
    expect(chooseEdd([promise], morning)).toBe(promise);
    expect(chooseEdd([promise, carrier], morning)).toBe(carrier);
  });

  it("is none when nobody stated any, and none after delivery", () => {
    expect(chooseEdd([], morning)).toBeNull();
    expect(chooseEdd([stated("2026-03-06", 1)], { ...morning, status: "delivered" })).toBeNull();
  });

  it("is none once its day is past at the destination, and no older one takes its place", () => {
    const today = stated("2026-03-04", 2);
    const older = stated("2026-03-09", 1);
    expect(chooseEdd([today, older], when("2026-03-05T06:59:00Z"))).toBe(today);
    expect(chooseEdd([today, older], when("2026-03-05T07:00:00Z"))).toBeNull();
  });

  it("is past everywhere before it is past at a destination of unknown zone", () => {
    const today = stated("2026-03-04", 1);
    expect(chooseEdd([today], when("2026-03-05T11:59:00Z", null))).toBe(today);
    expect(chooseEdd([today], when("2026-03-05T12:00:00Z", null))).toBeNull();
  });

  it("is none once its window has closed", () => {
    const claim = { from: "2026-03-04", to: "2026-03-04", windowFrom: "10:00", windowTo: "12:00" };
    const today = stated("2026-03-04", 1, { claim });
    expect(chooseEdd([today], when("2026-03-04T19:00:00Z"))).toBe(today);
    expect(chooseEdd([today], when("2026-03-04T19:01:00Z"))).toBeNull();
  });
});

describe("the date beside it", () => {
  it("is the last other date", () => {
    const first = stated("2026-03-04", 1);
    const second = stated("2026-03-05", 2);
    expect(previousEdd([stated("2026-03-06", 4), second, stated("2026-03-06", 3), first])).toBe(second);
  });

  it("is none while only the window changed", () => {
    const narrower = stated("2026-03-04", 2, {
      claim: { from: "2026-03-04", to: "2026-03-04", windowFrom: "10:00", windowTo: "12:00" },
    });
    expect(previousEdd([stated("2026-03-04", 1), narrower])).toBeNull();
    expect(previousEdd([])).toBeNull();
  });
});
