import { openSync, writeSync } from "node:fs";
import { expect, test } from "vitest";
import { fuzzTargets } from "./corpus.js";
import { runFuzzCase } from "./fuzz-case.js";

/** The most faults that are printed: one defect makes many. */
const MAX_FAULTS = 20;

/**
 * The long run of `npm run fuzz`. Before each case its seed is written down, so that whoever watches this process knows the
 * body on which it hangs: a parser that never returns cannot be stopped from inside.
 */
test("no damaged body breaks a parser", { timeout: 3_600_000 }, async () => {
  const { FUZZ_CASES = "100000", FUZZ_SEED = "1", FUZZ_PROGRESS_FILE = "/dev/null" } = process.env;
  const [cases, firstSeed] = [Number(FUZZ_CASES), Number(FUZZ_SEED) * 1_000_000];
  const progress = openSync(FUZZ_PROGRESS_FILE, "w");
  const targets = await fuzzTargets();
  const faults: string[] = [];
  const tally = new Map<string, { cases: number; read: number; slowestMs: number }>();
  for (let index = 0; index < cases; index += 1) {
    const seed = firstSeed + index;
    writeSync(progress, `${seed}`.padEnd(16), 0);
    const { target, read, elapsedMs, fault } = runFuzzCase(targets, seed);
    const row = tally.get(target) ?? { cases: 0, read: 0, slowestMs: 0 };
    tally.set(target, {
      cases: row.cases + 1,
      read: row.read + Number(read),
      slowestMs: Math.max(row.slowestMs, elapsedMs),
    });
    if (fault !== null && faults.length < MAX_FAULTS) faults.push(`seed ${seed}, ${target}: ${fault}`);
  }
  const lines = [...tally]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, row]) => {
      return `${name.padEnd(16)} ${row.cases} cases, ${row.read} read, slowest ${row.slowestMs.toFixed(1)} ms`;
    });
  process.stdout.write(`${lines.join("\n")}\n${cases} cases from seed ${firstSeed}, ${faults.length} faults\n`);
  expect(faults).toEqual([]);
});
