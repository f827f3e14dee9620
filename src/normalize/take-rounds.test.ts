import { expect, test } from "vitest";
import { createRounds } from "./take-rounds.js";

/** Rounds on a clock of their own: a batch takes 10 ms, and pauses are kept in `pauses`. */
function given() {
  let atMs = 0;
  let woken = 0;
  const pauses: number[] = [];
  const rounds = createRounds({
    batchSize: 100,
    now: () => atMs,
    wake: () => (woken += 1),
    start: (callback, delayMs) => {
      pauses.push(delayMs);
      callback();
      return () => undefined;
    },
  });
  const take = (loop: number, messages: number) =>
    rounds.take(loop, () => {
      atMs += 10;
      return Promise.resolve(messages);
    });
  return { take, pauses, woken: () => woken };
}

test("while the first loop keeps up it works alone, and rests until its round is over", async () => {
  const { take, pauses, woken } = given();
  expect(await take(0, 5)).toBe(5);
  expect(await take(1, 5)).toBe(0);
  expect(pauses).toEqual([40]);
  expect(woken()).toBe(0);
});

test("nothing to do is said at once, so that the next message waits for nobody", async () => {
  const { take, pauses } = given();
  expect(await take(0, 0)).toBe(0);
  expect(pauses).toEqual([]);
});

test("behind a backlog all loops work without a pause, until the first has caught up", async () => {
  const { take, pauses, woken } = given();
  expect(await take(0, 25)).toBe(25);
  expect(woken()).toBe(1);
  expect(await take(1, 100)).toBe(100);
  expect(await take(0, 100)).toBe(100);
  expect([pauses, woken()]).toEqual([[], 1]);
  expect(await take(0, 24)).toBe(24);
  expect(await take(1, 24)).toBe(0);
  expect(pauses).toEqual([40]);
});
