import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Carrier } from "../connectors/carriers/contract.js";
import { limitsOf, pacesOf } from "./call-budget.js";

const carrier = (poll?: Pick<NonNullable<Carrier["poll"]>, "batchSize" | "budget">): Carrier => ({
  code: "acme",
  name: "Acme",
  numberFormats: [],
  statusCodes: [],
  credentials: [],
  ...(poll && {
    poll: {
      ...poll,
      maxBytes: 1,
      fetch: () => Promise.reject(new Error("No test calls out.")),
      parse: () => ({ trackings: [], notices: [] }),
    },
  }),
});
const NOTHING_SET = { callsPerSecond: null, callsPerHour: null, callsPerDay: null, pollBatchSize: null };
const ACME = carrier({ batchSize: 30, budget: { perSecond: 5, perHour: 60, perDay: null } });

describe("what a connection may do", () => {
  it("is what its carrier grants a new account, unless the account was granted something else", () => {
    expect(limitsOf(NOTHING_SET, ACME)).toEqual({ perSecond: 5, perHour: 60, perDay: null, batchSize: 30 });
    expect(limitsOf({ callsPerSecond: 0.2, callsPerHour: 600, callsPerDay: 250, pollBatchSize: 10 }, ACME)).toEqual({
      perSecond: 0.2,
      perHour: 600,
      perDay: 250,
      batchSize: 10,
    });
  });

  it("is never a batch larger than the carrier takes", () => {
    expect(limitsOf({ ...NOTHING_SET, pollBatchSize: 31 }, ACME).batchSize).toBe(30);
  });

  it("is a call a second where the carrier only pushes", () => {
    expect(limitsOf(NOTHING_SET, carrier()).perSecond).toBe(1);
  });
});

describe("the pace of calls", () => {
  it("lets a tenth of a window go at once and spreads the rest", () => {
    const { hour } = pacesOf({ perSecond: 1, perHour: 60, perDay: null });
    expect(hour).toEqual({ burst: 6, perSecond: 55 / 3_600 });
  });

  it("takes a rate below one a second as it is", () => {
    expect(pacesOf({ perSecond: 0.2, perHour: null, perDay: null }).second).toEqual({ burst: 1, perSecond: 0.2 });
  });

  it("never gives an hour more than its limit, wherever the hour begins", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 500 }),
        fc.array(fc.integer({ min: 0, max: 400 }), { minLength: 1, maxLength: 400 }),
        (perHour, pausesSeconds) => {
          const pace = pacesOf({ perSecond: 1_000, perHour, perDay: null }).hour ?? { burst: 0, perSecond: 0 };
          // The bucket as the store keeps it: the moment at which it is full again.
          let [nowSeconds, fullAt] = [0, 0];
          const made: number[] = [];
          for (const pause of pausesSeconds) {
            nowSeconds += pause;
            const ready = pace.burst - pace.perSecond * Math.max(0, fullAt - nowSeconds);
            const granted = Math.max(0, Math.floor(ready + 1e-6));
            fullAt = Math.max(fullAt, nowSeconds) + granted / pace.perSecond;
            for (let call = 0; call < granted; call++) made.push(nowSeconds);
          }
          // No call comes within an hour of the one that is `perHour` before it.
          for (let index = perHour; index < made.length; index++) {
            expect((made[index] ?? 0) - (made[index - perHour] ?? 0)).toBeGreaterThanOrEqual(3_600 - 1);
          }
        },
      ),
    );
  });
});
