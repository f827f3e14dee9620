import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  anyEddStatement,
  anyMissing,
  anyScan,
  anyScans,
  DESTINATION,
  poorerVersion,
} from "../../test/support/scan-arbitraries.js";
import { ScanLog } from "../../test/support/scan-log.js";
import { chooseEdd, previousEdd } from "./edd.js";
import { foldTimeline } from "./fold.js";
import { groupBy } from "./group-by.js";
import { isNews, replayMilestones } from "./milestones.js";
import type { Scan } from "./scan.js";
import { scanIdentity } from "./scan-identity.js";
import { buildTimeline } from "./timeline.js";

/** Every law holds for at least this many stories. */
const RUNS = { numRuns: 10_000 };
/** Seconds on an idle machine; the bound is there to stop, not to judge. */
const BUSY_MACHINE = { timeout: 240_000 };
const context = { destination: DESTINATION };

/** What must not depend on how the scans came in. */
function truthOf(scans: readonly Scan[]) {
  const timeline = buildTimeline(scans);
  return { timeline, fold: foldTimeline(timeline, context), milestones: replayMilestones(timeline, context) };
}

describe("order does not matter", BUSY_MACHINE, () => {
  it("timeline, status and milestones are the same in any order and with any duplicates", () => {
    const arrival = fc.array(fc.tuple(anyScan(), fc.nat(), fc.integer({ min: 1, max: 3 })), { maxLength: 12 });
    fc.assert(
      fc.property(arrival, (arrivals) => {
        const asSent = arrivals.map(([scan]) => scan);
        const asReceived = arrivals
          .flatMap(([scan, when, copies]) =>
            Array.from({ length: copies }, (_, copy) => ({ scan, when: (when * (copy + 7)) % 1009 })),
          )
          .sort((a, b) => a.when - b.when)
          .map(({ scan }) => scan);
        expect(truthOf(asReceived)).toEqual(truthOf(asSent));
      }),
      RUNS,
    );
  });

  it("timeline and status are the same however the scans are split into deliveries", () => {
    fc.assert(
      fc.property(fc.array(anyScans(5), { maxLength: 4 }), (bodies) => {
        const log = new ScanLog(DESTINATION);
        for (const body of bodies.toReversed()) log.deliver(body);
        const { timeline, fold } = truthOf(bodies.flat());
        expect(log.timeline).toEqual(timeline);
        expect(log.fold).toEqual(fold);
      }),
      RUNS,
    );
  });

  it("a poorer push of a scan adds nothing to its richer poll, before or after it", () => {
    const polled = fc.array(fc.tuple(anyScan(), anyMissing(), fc.boolean()), { maxLength: 10 });
    fc.assert(
      fc.property(polled, (stories) => {
        const once = [...groupBy(stories, ([scan]) => scanIdentity(scan)).values()].flatMap((same) => same.slice(0, 1));
        const rich = once.map(([scan]) => scan);
        const pushed = (early: boolean) =>
          once.filter(([, , isEarly]) => isEarly === early).map(([scan, missing]) => poorerVersion(scan, missing));
        expect(truthOf([...pushed(true), ...rich, ...pushed(false)])).toEqual(truthOf(rich));
      }),
      RUNS,
    );
  });

  it("the estimate is the same in any order and with any duplicates", () => {
    const statements = fc.array(fc.tuple(anyEddStatement(), fc.nat({ max: 99 })), { maxLength: 8 });
    const asked = fc.constantFrom(...[1, 2, 3, 4, 5, 6].map((day) => Date.UTC(2026, 2, day, 20)));
    fc.assert(
      fc.property(statements, asked, fc.constantFrom(null, "Asia/Tokyo", "America/Denver"), (stated, nowMs, zone) => {
        const asSent = stated.map(([statement]) => statement);
        const asReceived = [...stated, ...stated.slice(0, 3)]
          .sort((a, b) => a[1] - b[1])
          .map(([statement]) => statement);
        const at = { status: "in_transit" as const, nowMs, zone };
        expect(chooseEdd(asReceived, at)).toEqual(chooseEdd(asSent, at));
        expect(previousEdd(asReceived)?.claim).toEqual(previousEdd(asSent)?.claim);
      }),
      RUNS,
    );
  });
});

describe("the log of what was news", BUSY_MACHINE, () => {
  const history = fc.array(fc.tuple(anyScans(5), fc.boolean()), { maxLength: 6 });

  it("ends equal to the truth after every delivery, and a delivery that changes no news adds no row", () => {
    fc.assert(
      fc.property(history, (bodies) => {
        const log = new ScanLog(DESTINATION);
        for (const [body] of bodies) {
          const before = log.fold;
          const added = log.deliver(body);
          const after = log.fold;
          const last = log.transitions.at(-1) ?? null;
          expect(last === null).toBe(after === null);
          if (after === null) continue;
          expect(isNews(last, after)).toBe(false);
          expect(added !== null).toBe(isNews(before, after));
        }
      }),
      RUNS,
    );
  });

  it("adds no row twice, not even when the fold goes back to where it was or the destination is corrected", () => {
    fc.assert(
      fc.property(history, (bodies) => {
        const log = new ScanLog(DESTINATION);
        for (const [body, corrected] of bodies) {
          if (corrected) log.destination = log.destination === null ? DESTINATION : null;
          log.deliver(body);
        }
        for (const [body] of bodies) log.deliver(body);
        const keys = log.transitions.map(({ cause, status, subStatus }) => `${cause} ${status} ${subStatus}`);
        expect(new Set(keys).size).toBe(keys.length);
      }),
      RUNS,
    );
  });

  it("equals the milestones that are news when scans arrive one by one in timeline order", () => {
    fc.assert(
      fc.property(anyScans(12), (scans) => {
        const { timeline, milestones } = truthOf(scans);
        const log = new ScanLog(DESTINATION);
        for (const entry of timeline) log.deliver([entry]);
        const told = log.transitions.map(({ status, subStatus, cause }) => ({
          status,
          subStatus,
          scan: cause.split("#")[0],
        }));
        const news = milestones.filter((milestone) => milestone.isNews);
        expect(told).toEqual(news.map(({ status, subStatus, entry }) => ({ status, subStatus, scan: entry.identity })));
      }),
      RUNS,
    );
  });
});
