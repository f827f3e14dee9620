// What Waybill takes to start, to idle and to be installed. See README.md.
import { join } from "node:path";
import { type IdleUse, measureIdle } from "./footprint/idle-use.js";
import { type InstallSize, measureInstall } from "./footprint/install-size.js";
import { buildRelease, type Release } from "./footprint/release.js";
import { type StartTime, timeDemo, timeWaybill } from "./footprint/start-times.js";
import { type BenchReport, printReport, readFlags, say } from "./support/bench-report.js";
import { median } from "./support/quantiles.js";

const root = process.cwd();
const flags = readFlags(process.argv.slice(2));
const rounds = flags.smoke ? 1 : 5;
const idleSeconds = flags.smoke ? 1 : 30;

say("Building a release");
const release = buildRelease(root);
try {
  printReport(await measure(release), flags);
} finally {
  release.delete();
}

async function measure({ directory, buildSeconds }: Release): Promise<BenchReport> {
  const times = {
    demo: [] as StartTime[],
    demoAgain: [] as StartTime[],
    start: [] as StartTime[],
    migrate: [] as number[],
  };
  for (let round = 1; round <= rounds; round += 1) {
    const demo = await timeDemo(directory);
    times.demo.push(demo.first);
    times.demoAgain.push(demo.again);
    const { migrateSeconds, start } = await timeWaybill(directory);
    times.migrate.push(migrateSeconds);
    times.start.push(start);
    say(`Round ${round} of ${rounds}`);
  }
  say("Letting it idle");
  const idle: IdleUse[] = [];
  await timeWaybill(directory, async (nodePid, cluster) => {
    idle.push(await measureIdle(nodePid, cluster, idleSeconds));
  });
  const startRows = [
    toRow("npm run demo, empty data directory", times.demo),
    toRow("npm run demo, again", times.demoAgain),
    toRow("waybill start, all roles, until ready", times.start),
    { what: "waybill migrate, empty data directory", seconds: median(times.migrate) },
    { what: "the build that npm ci ends with", seconds: buildSeconds },
  ];
  const figure = median(times.demo.map(({ seconds }) => seconds));
  return toReport(startRows, idle, measureInstall(root, join(directory, "dist")), figure);
}

function toRow(what: string, times: readonly StartTime[]) {
  const of = (figure: keyof StartTime) => median(times.map((time) => time[figure]));
  return { what, seconds: of("seconds"), cpuSeconds: of("cpuSeconds") };
}

function toReport(
  startRows: readonly Readonly<Record<string, string | number>>[],
  idle: readonly IdleUse[],
  { largest, ...sizes }: InstallSize,
  demoSeconds: number,
): BenchReport {
  return {
    bench: "footprint",
    tables: [
      { title: "Seconds to the first page, medians", rows: startRows },
      { title: "waybill start with all roles and its PostgreSQL, idle", rows: idle.map((use) => ({ ...use })) },
      { title: "Installed without development packages", rows: [sizes] },
      { title: "The largest packages beside PostgreSQL", rows: largest.map((size) => ({ ...size })) },
    ],
    budgets: [{ what: "npm run demo to the first page, s", figure: demoSeconds, bar: 10, better: "less" }],
    notes: ["The files of the release had been read before: a disk that is slow and cold adds to the first start."],
  };
}
