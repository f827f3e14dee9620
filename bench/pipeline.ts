import { measureDrain } from "./pipeline/measure-drain.js";
import { startBenchDatabase } from "./support/bench-database.js";
import { printReport, readFlags, say } from "./support/bench-report.js";
import { median } from "./support/quantiles.js";

const flags = readFlags(process.argv.slice(2));
const SIZE = flags.smoke ? { parcels: 40, pushes: 400 } : { parcels: 4_000, pushes: 40_000 };
const ROUNDS = flags.smoke ? 1 : 3;

const rows: Record<string, number>[] = [];
for (let round = 1; round <= ROUNDS; round += 1) {
  for (const processes of [1, 2]) {
    const database = await startBenchDatabase();
    try {
      const drain = await measureDrain(database, { ...SIZE, processes, seed: round });
      say(`drain, round ${round}, ${processes} process(es): ${JSON.stringify(drain)}`);
      rows.push({ processes, ...drain });
    } finally {
      await database.stop();
    }
  }
}
const summary = [1, 2].map((processes) => {
  const of = (name: string) => median(rows.filter((row) => row.processes === processes).map((row) => row[name] ?? 0));
  return {
    processes,
    perSecond: of("perSecond"),
    nodeMicros: of("nodeMicros"),
    postgresMicros: of("postgresMicros"),
    peakMb: of("peakMb"),
  };
});
printReport({ bench: "pipeline", tables: [{ title: "Drain", rows: summary }], budgets: [], notes: [] }, flags);
