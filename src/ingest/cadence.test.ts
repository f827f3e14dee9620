import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { town } from "../../test/support/given.js";
import { STATUSES, SUB_STATUSES, type SubStatus, subStatusRow } from "../domain/status.js";
import { offsetAt } from "../domain/zones.js";
import { type PollSubject, planPoll } from "./cadence.js";
import { CADENCE } from "./cadence-table.js";

// Wednesday noon in Berlin.
const NOW = Date.parse("2026-03-04T11:00:00Z");
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const BERLIN = town("Berlin", { country: "DE" });

/** Scanned an hour ago, registered two days ago, no EDD, on its way to nobody knows where. */
const subject = (subStatus: SubStatus | null, more: Partial<PollSubject> = {}): PollSubject => ({
  status: subStatus && subStatusRow(subStatus).status,
  subStatus,
  edd: null,
  destination: null,
  lastScanAtMs: subStatus === null ? null : NOW - HOUR_MS,
  registeredAtMs: NOW - 2 * DAY_MS,
  notFound: false,
  pushed: false,
  ...more,
});
const plan = (of: PollSubject, nowMs = NOW, baseMinutes = 60, spread = 0) =>
  planPoll(of, nowMs, { baseMinutes, spread });
const minutes = (of: PollSubject, nowMs = NOW) => {
  const planned = plan(of, nowMs);
  return planned && (planned.atMs - nowMs) / 60_000;
};
const edd = (from: string, to = from) => ({ edd: { from, to } });
const quiet = (days: number) => ({ lastScanAtMs: NOW - days * DAY_MS });

describe("how often a carrier is asked", () => {
  it.each<[keyof typeof CADENCE, PollSubject]>([
    ["ended", subject("delivered")],
    ["ended", subject("returned_to_sender")],
    ["ended", subject("cancelled", edd("2026-03-04"))],
    ["out_for_delivery", subject("out_for_delivery")],
    ["out_for_delivery", subject("arriving_soon", edd("2026-03-09"))],
    ["waiting_for_pickup", subject("available_for_pickup")],
    ["waiting_for_pickup", subject("pickup_reminder", edd("2026-03-01"))],
    ["edd_today", subject("moving", edd("2026-03-04"))],
    ["edd_today", subject("moving", edd("2026-03-02", "2026-03-05"))],
    ["edd_today", subject("delivery_attempted", edd("2026-03-04"))],
    ["edd_today", subject("out_for_delivery", { ...edd("2026-03-04"), ...quiet(1.1) })],
    ["returning", subject("returning_to_sender", edd("2026-03-04"))],
    ["exception", subject("customs_held")],
    ["exception", subject("delayed", edd("2026-03-09"))],
    ["edd_over", subject("moving", edd("2026-03-03"))],
    ["edd_over", subject("out_for_delivery", { ...edd("2026-03-03"), ...quiet(1.1) })],
    ["edd_tomorrow", subject("moving", edd("2026-03-05", "2026-03-07"))],
    ["edd_later", subject("moving", edd("2026-03-06"))],
    ["in_transit", subject("moving")],
    ["fresh_label", subject("label_created", edd("2026-03-04"))],
    ["fresh_label", subject(null)],
    ["label", subject(null, { registeredAtMs: NOW - 2.1 * DAY_MS })],
    ["label", subject("label_created", { registeredAtMs: NOW - 2.1 * DAY_MS })],
  ])("%s: %o", (stage, of) => {
    const { everyMinutes, rank } = CADENCE[stage];
    expect(plan(of)).toMatchObject({ atMs: NOW + everyMinutes * 60_000, rank });
  });

  it("goes by the date at the destination", () => {
    const morningInTokyo = Date.parse("2026-03-04T22:00:00Z");
    const there = {
      ...edd("2026-03-05"),
      destination: town("Tokyo", { country: "JP" }),
      lastScanAtMs: morningInTokyo,
    };
    expect(minutes(subject("moving", there), morningInTokyo)).toBe(CADENCE.edd_today.everyMinutes);
    expect(minutes(subject("moving", { ...there, destination: null }), morningInTokyo)).toBe(
      CADENCE.edd_tomorrow.everyMinutes,
    );
  });

  it("asks for two more days after the end, then never again", () => {
    expect(minutes(subject("delivered", quiet(2)))).toBe(720);
    expect(minutes(subject("delivered", quiet(2.01)))).toBeNull();
  });

  it("is stretched by silence, on delivery day only after a week, and ends after 90 days", () => {
    expect(minutes(subject("moving", quiet(3)))).toBe(120);
    expect(minutes(subject("moving", quiet(3.1)))).toBe(360);
    expect(minutes(subject("moving", { ...quiet(6.9), ...edd("2026-03-04") }))).toBe(45);
    expect(minutes(subject("moving", { ...quiet(7.1), ...edd("2026-03-04") }))).toBe(720);
    expect(minutes(subject("moving", quiet(30.1)))).toBe(1_440);
    expect(minutes(subject("moving", quiet(90)))).toBe(1_440);
    expect(minutes(subject("moving", quiet(90.1)))).toBeNull();
    expect(minutes(subject(null, { registeredAtMs: NOW - 91 * DAY_MS }))).toBeNull();
  });

  it("backs off from a number that the carrier does not know yet, up to a day, until it has a scan", () => {
    const unknown = (ageHours: number) =>
      minutes(subject(null, { notFound: true, registeredAtMs: NOW - ageHours * HOUR_MS }));
    expect([1, 8, 12, 40, 60, 100].map(unknown)).toEqual([240, 240, 360, 1_200, 1_440, 1_440]);
    expect(minutes(subject("moving", { notFound: true }))).toBe(120);
  });

  it("asks rarely about what is pushed, and lets everybody else go first", () => {
    expect(plan(subject("out_for_delivery", { pushed: true }))).toMatchObject({ atMs: NOW + 720 * 60_000, rank: 3 });
    expect(minutes(subject("moving", { pushed: true, ...quiet(31) }))).toBe(1_440);
  });

  it("knows when the delivery day begins of what is expected later than today", () => {
    const urgent = (of: PollSubject) => {
      const at = plan(of)?.urgentAtMs ?? null;
      return at === null ? null : new Date(at).toISOString();
    };
    const later = edd("2026-03-06");
    expect(urgent(subject("moving", { ...later, destination: BERLIN }))).toBe("2026-03-06T05:00:00.000Z");
    expect(urgent(subject("customs_held", later))).toBe("2026-03-06T06:00:00.000Z");
    expect(urgent(subject("moving", edd("2026-03-04")))).toBeNull();
    expect(urgent(subject("moving", edd("2026-03-03")))).toBeNull();
    expect(urgent(subject("moving"))).toBeNull();
    expect(urgent(subject("label_created", later))).toBeNull();
    expect(urgent(subject("moving", { ...later, pushed: true }))).toBeNull();
  });

  it("knows when to leave alone what has ended, pushed or not, however late its turn comes", () => {
    const ended = subject("delivered", quiet(0.5));
    const left = NOW + 1.5 * DAY_MS + 60_000;
    expect(plan(ended)?.urgentAtMs).toBe(left);
    expect(plan({ ...ended, pushed: true })?.urgentAtMs).toBe(left);
    expect(plan(ended, left)).toBeNull();
  });

  it("follows the interval of the configuration", () => {
    expect(plan(subject("moving"), NOW, 20)?.atMs).toBe(NOW + 40 * 60_000);
    expect(plan(subject("out_for_delivery"), NOW, 1)?.atMs).toBe(NOW + 60_000);
  });
});

describe("the night at the destination", () => {
  const at = (of: PollSubject, nowMs: number, spread = 0) =>
    new Date(plan(of, nowMs, 60, spread)?.atMs ?? 0).toISOString();
  const evening = Date.parse("2026-03-04T20:50:00Z");

  it("is waited for, and the morning's questions are spread over an hour", () => {
    const there = subject("out_for_delivery", { destination: BERLIN, lastScanAtMs: evening });
    expect(at(there, evening)).toBe("2026-03-05T05:00:00.000Z");
    expect(at(there, evening, 0.5)).toBe("2026-03-05T05:30:00.000Z");
    expect(at(there, Date.parse("2026-03-05T02:00:00Z"))).toBe("2026-03-05T05:00:00.000Z");
    expect(at(there, Date.parse("2026-03-05T04:50:00Z"))).toBe("2026-03-05T05:10:00.000Z");
  });

  it("is none where nobody knows the zone", () => {
    expect(at(subject("out_for_delivery", { lastScanAtMs: evening }), evening)).toBe("2026-03-04T21:10:00.000Z");
  });

  it("ends at six by the new time when clocks are changed in it", () => {
    const before = Date.parse("2026-03-28T22:30:00Z");
    const there = subject("moving", { destination: BERLIN, lastScanAtMs: before });
    expect(at(there, before)).toBe("2026-03-29T04:00:00.000Z");
  });
});

describe("whatever a shipment is like", () => {
  const anywhere = fc.constantFrom(
    null,
    BERLIN,
    town("Sydney", { country: "AU", region: "NSW" }),
    town("Boston", { region: "MA" }),
  );
  const anySubject = fc
    .record({
      subStatus: fc.constantFrom(null, ...(Object.keys(SUB_STATUSES) as SubStatus[])),
      edd: fc.option(
        fc.integer({ min: -10, max: 10 }).map((days) => {
          const date = new Date(NOW + days * DAY_MS).toISOString().slice(0, 10);
          return { from: date, to: date };
        }),
      ),
      destination: anywhere,
      lastScanAtMs: fc.option(fc.integer({ min: 0, max: 120 * 24 }).map((hours) => NOW - hours * HOUR_MS)),
      registeredAtMs: fc.integer({ min: 0, max: 120 * 24 }).map((hours) => NOW - hours * HOUR_MS),
      notFound: fc.boolean(),
      pushed: fc.boolean(),
    })
    .map((drawn): PollSubject => ({ ...drawn, status: drawn.subStatus && subStatusRow(drawn.subStatus).status }));

  it("is never asked about more often than every 20 minutes, nor less often than every day and a night", () => {
    fc.assert(
      fc.property(anySubject, fc.integer({ min: 0, max: 400 * 24 * 60 }), (of, later) => {
        const planned = plan(of, NOW + later * 60_000);
        if (planned === null) return;
        const waitMinutes = (planned.atMs - NOW) / 60_000 - later;
        expect(waitMinutes).toBeGreaterThanOrEqual(20);
        expect(waitMinutes).toBeLessThanOrEqual(1_440 + 9 * 60);
      }),
    );
  });

  it("is left alone in the end", () => {
    fc.assert(
      fc.property(anySubject, (of) => {
        expect(plan(of, NOW + 91 * DAY_MS)).toBeNull();
      }),
    );
  });

  it("is not asked about in the night of a known zone", () => {
    fc.assert(
      fc.property(
        anySubject,
        fc.integer({ min: 0, max: 400 * 24 }),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (of, hours, spread) => {
          const planned = plan(
            { ...of, destination: BERLIN, lastScanAtMs: NOW + hours * HOUR_MS },
            NOW + hours * HOUR_MS,
            60,
            spread,
          );
          if (planned === null) return;
          const local = new Date(planned.atMs + offsetAt("Europe/Berlin", planned.atMs) * 60_000).getUTCHours();
          expect(local).toBeGreaterThanOrEqual(6);
          expect(local).toBeLessThan(22);
        },
      ),
    );
  });

  it("is in a stage of every status", () => {
    const reached = new Set(Object.keys(SUB_STATUSES).map((subStatus) => subStatusRow(subStatus as SubStatus).status));
    expect(reached).toEqual(new Set(STATUSES));
  });
});
