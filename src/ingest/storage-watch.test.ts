import { describe, expect, it } from "vitest";
import { createStorageWatch } from "./storage-watch.js";

class Away extends Error {}

function given() {
  let nowMs = 1_000_000;
  const told: unknown[] = [];
  const watch = createStorageWatch({
    isUnavailable: (error) => error instanceof Away,
    now: () => nowMs,
    slowMs: 4_000,
    onChange: (isAway, error) => told.push(isAway ? ["away", error] : ["back", error]),
  });
  return { watch, told, pass: (ms: number) => void (nowMs += ms) };
}

/** An answer that comes when the test says so. */
function pending() {
  let answer = (_with: string) => {};
  let fail = (_with: Error) => {};
  const asked = new Promise<string>((resolve, reject) => {
    answer = resolve;
    fail = reject;
  });
  return { asked, answer: (text: string) => answer(text), fail: (error: Error) => fail(error) };
}

describe("the watch over the database", () => {
  it("finds it away while the oldest answer is owed for too long, and back with the answer", async () => {
    const { watch, told, pass } = given();
    const [old, young] = [pending(), pending()];
    const first = watch.track(old.asked);
    pass(3_000);
    const second = watch.track(young.asked);
    pass(1_000);
    expect(watch.isAway()).toBe(false);
    pass(1);
    expect([watch.isAway(), watch.isAway()]).toEqual([true, true]);
    expect(told).toEqual([["away", null]]);
    old.answer("late");
    expect(await first).toBe("late");
    expect(watch.isAway()).toBe(false);
    young.answer("in time");
    await second;
    expect(told).toEqual([
      ["away", null],
      ["back", null],
    ]);
  });

  it("leaves it alone for a second after it failed, and says once that it is away, however often it fails", async () => {
    const { watch, told, pass } = given();
    const error = new Away("no connection");
    for (let round = 0; round < 3; round += 1) {
      await expect(watch.track(Promise.reject(error))).rejects.toBe(error);
      expect(watch.isAway()).toBe(true);
      pass(999);
      expect(watch.isAway()).toBe(true);
      pass(1);
      expect(watch.isAway()).toBe(false);
    }
    expect(told).toEqual([["away", error]]);
    await watch.track(Promise.resolve("fine"));
    expect(told.at(-1)).toEqual(["back", null]);
  });

  it("an answer ends the rest at once; an error about what was asked says nothing of the database", async () => {
    const { watch, told } = given();
    await expect(watch.track(Promise.reject(new Away("gone")))).rejects.toThrow("gone");
    await watch.track(Promise.resolve("back already"));
    expect(watch.isAway()).toBe(false);
    await expect(watch.track(Promise.reject(new Error("no such column")))).rejects.toThrow("no such column");
    expect([watch.isAway(), told.length]).toEqual([false, 2]);
  });
});
