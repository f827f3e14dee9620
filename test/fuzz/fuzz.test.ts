import { expect, test } from "vitest";
import { UnreadableBodyError } from "../../src/connectors/carriers/contract.js";
import { fuzzTargets } from "./corpus.js";
import { FOUND_SEEDS } from "./found-seeds.js";
import { fuzzBody, runFuzzCase } from "./fuzz-case.js";

const CASES = 3_000;
/** Other tests run beside this one, so only what nearly hangs is a fault here; `npm run fuzz` is strict. */
const MAX_MS = 2_000;
const targets = await fuzzTargets();
const faultsOf = (seeds: readonly number[]) =>
  seeds.flatMap((seed) => {
    const { target, fault } = runFuzzCase(targets, seed, MAX_MS);
    return fault === null ? [] : [`${seed} ${target}: ${fault}`];
  });

test("the whole bodies that are damaged can be read, or are refusals", () => {
  for (const { name, parse, bodies } of targets) {
    const read = bodies.filter((body) => {
      try {
        return parse(body).trackings.length > 0;
      } catch (error) {
        expect(error, name).toBeInstanceOf(UnreadableBodyError);
        return false;
      }
    });
    expect(read.length, name).toBeGreaterThan(0);
  }
});

test("a damaged body is read or unreadable, in time, and no scan of it has an instant that is none", () => {
  expect(faultsOf(Array.from({ length: CASES }, (_, index) => index))).toEqual([]);
});

test("bodies that broke a parser once never do so again", () => {
  expect(faultsOf(FOUND_SEEDS)).toEqual([]);
});

test("the same seed damages the same body, and most damage leaves something to read", () => {
  expect(fuzzBody(targets, 7).body).toEqual(fuzzBody(targets, 7).body);
  const outcomes = Array.from({ length: 500 }, (_, seed) => runFuzzCase(targets, seed));
  expect(outcomes.filter(({ read }) => read).length).toBeGreaterThan(150);
  expect(new Set(outcomes.map(({ target }) => target)).size).toBe(targets.length);
});
