import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { realTimeOf, simulatedTime, startClock } from "./accelerated-clock.js";

const HOUR = 3_600_000;

describe("an accelerated clock", () => {
  test("runs ahead at its speed", () => {
    const clock = startClock({ beganAt: 100 * HOUR, startAt: 60 * HOUR, speed: 3_600 });
    expect(simulatedTime(clock, 100 * HOUR + 10_000)).toBe(70 * HOUR);
  });

  test("catches up with the present and then keeps real time", () => {
    const clock = startClock({ beganAt: 100 * HOUR, startAt: 60 * HOUR, speed: 3_600 });
    expect(simulatedTime(clock, 101 * HOUR)).toBe(101 * HOUR);
    expect(simulatedTime(clock, 102 * HOUR)).toBe(102 * HOUR);
  });

  test("stands still at speed 0, and never gets anywhere", () => {
    const clock = startClock({ beganAt: 100 * HOUR, startAt: 60 * HOUR, speed: 0 });
    expect(simulatedTime(clock, 200 * HOUR)).toBe(60 * HOUR);
    expect(realTimeOf(clock, 61 * HOUR)).toBeNull();
  });

  test("cannot start in the future or run backwards", () => {
    expect(() => startClock({ beganAt: 1, startAt: 2, speed: 1 })).toThrow(RangeError);
    expect(() => startClock({ beganAt: 1, startAt: 0, speed: -1 })).toThrow(RangeError);
    expect(() => startClock({ beganAt: 1, startAt: 0, speed: Number.NaN })).toThrow(RangeError);
  });

  test("tells exactly when a simulated time is reached", () => {
    const cases = fc.record({
      startAt: fc.integer({ min: 0, max: 100 * HOUR }),
      lag: fc.integer({ min: 0, max: 60 * HOUR }),
      speed: fc.integer({ min: 1, max: 5_000 }),
      ahead: fc.integer({ min: 1, max: 60 * HOUR }),
    });
    fc.assert(
      fc.property(cases, ({ startAt, lag, speed, ahead }) => {
        const clock = startClock({ beganAt: startAt + lag, startAt, speed });
        const at = realTimeOf(clock, startAt + ahead) ?? Number.NaN;
        expect(simulatedTime(clock, at)).toBeGreaterThanOrEqual(startAt + ahead);
        expect(simulatedTime(clock, at - 1)).toBeLessThan(startAt + ahead);
      }),
    );
  });
});
