import { describe, expect, test } from "vitest";
import type { StartTimer } from "./timer.js";
import { createWorkTracker } from "./work-tracker.js";

const never: StartTimer = () => () => {};
const atOnce: StartTimer = (callback) => {
  callback();
  return () => {};
};

describe("the work tracker", () => {
  test("passes results and failures through", async () => {
    const tracker = createWorkTracker(never);
    await expect(tracker.track(Promise.resolve(5))).resolves.toBe(5);
    await expect(tracker.track(Promise.reject(new Error("x")))).rejects.toThrow("x");
  });

  test("drains when nothing is under way any more, also what was begun meanwhile", async () => {
    const tracker = createWorkTracker(never);
    const finish: (() => void)[] = [];
    const begin = () => tracker.track(new Promise<void>((resolve) => finish.push(resolve)));
    const first = begin();
    const drained = tracker.drain(1000);
    void begin();
    finish[0]?.();
    await first;
    expect(tracker.size).toBeGreaterThan(0);
    finish[1]?.();
    expect(await drained).toBe(0);
  });

  test("a failure does not end the drain early", async () => {
    const tracker = createWorkTracker(never);
    const failing = tracker.track(Promise.reject(new Error("x")));
    expect(await tracker.drain(1000)).toBe(0);
    await expect(failing).rejects.toThrow("x");
  });

  test("says how much is left when time is over", async () => {
    const tracker = createWorkTracker(atOnce);
    void tracker.track(new Promise(() => {}));
    expect(await tracker.drain(1000)).toBe(1);
  });
});
