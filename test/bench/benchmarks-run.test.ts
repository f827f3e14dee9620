import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const SCRIPT = fileURLToPath(new URL("../../scripts/bench.mjs", import.meta.url));
const TWO_MINUTES_MS = 120_000;
const run = promisify(execFile);

/** As far as every benchmark has it in common. */
interface Printed {
  readonly bench: string;
  readonly smoke: boolean;
  readonly machine: { readonly node: string };
  readonly tables: readonly { readonly rows: readonly Readonly<Record<string, unknown>>[] }[];
  readonly budgets: readonly { readonly figure: unknown; readonly met: unknown }[];
}

// Whether its figures are good is for a quiet machine; here it only has to run to its end and print them.
test.each(["ack", "pipeline", "queries", "page", "sweep", "footprint"])(
  "%s runs in its short form and prints one line of figures",
  async (name) => {
    const { stdout } = await run(process.execPath, [SCRIPT, name, "--smoke", "--json"], { timeout: TWO_MINUTES_MS });
    const lines = stdout.trim().split("\n");
    expect(lines).toHaveLength(1);
    const printed = JSON.parse(lines[0] ?? "") as Printed;
    expect(printed).toMatchObject({ bench: name, smoke: true, machine: { node: process.version } });
    const rows = printed.tables.flatMap((table) => table.rows);
    expect(rows).not.toEqual([]);
    // What could not be measured would be null.
    expect(rows.flatMap((row) => Object.values(row).filter((value) => value === null))).toEqual([]);
    expect(printed.budgets.filter(({ figure }) => typeof figure !== "number")).toEqual([]);
  },
  TWO_MINUTES_MS + 10_000,
);
