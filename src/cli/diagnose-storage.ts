import { statfs } from "node:fs/promises";
import { retentionPeriodsOf } from "../compose/retention-periods.js";
import { forecastStorage } from "../store/forecast-storage.js";
import { listPartitions } from "../store/partitions.js";
import { readRetentionBacklog } from "../store/retention-backlog.js";
import { type FamilySize, readFamilySizes } from "../store/table-sizes.js";
import type { Finding } from "./finding.js";
import type { Installation } from "./open-installation.js";
import { sizeText } from "./size-text.js";

/** A disk that is full sooner leaves little time to do anything about it. */
const FULL_WARN_MONTHS = 3;

/** How large everything is, what becomes of it, and whether what has served its time is gone. */
export async function diagnoseStorage(installation: Installation): Promise<Finding[]> {
  const { db, config, now } = installation;
  const sizes = await readFamilySizes(db.pool, now());
  const periods = retentionPeriodsOf(config);
  const free = await freeBytes(installation);
  return [
    ...sizes.map(sizeOf),
    forecast(forecastStorage(sizes, periods, free), free),
    await months(installation),
    backlog(await readRetentionBacklog(db.pool, periods, now())),
  ];
}

function sizeOf({ family, bytes, rows, bytesPerMonth }: FamilySize): Finding {
  const growth = bytesPerMonth === null ? "" : `, ${sizeText(bytesPerMonth)} more each month`;
  const sentence = `${capitalised(family)}: ${sizeText(bytes)} in about ${rows} rows${growth}.`;
  return { check: "size", level: "ok", sentence, figures: { bytes, rows, bytesPerMonth } };
}

function forecast(of: ReturnType<typeof forecastStorage>, free: number | null): Finding {
  const check = "forecast";
  const { bytesPerMonth, levelsOffAtBytes, monthsUntilFull } = of;
  const figures = { bytesPerMonth, levelsOffAtBytes, monthsUntilFull, freeBytes: free };
  const grows = `As things go it grows by ${sizeText(bytesPerMonth)} a month and levels off at ${sizeText(levelsOffAtBytes)}`;
  if (free === null) {
    const sentence = `${grows}. How much room its disk has cannot be seen from here.`;
    return { check, level: "ok", sentence, figures };
  }
  if (monthsUntilFull === null)
    return { check, level: "ok", sentence: `${grows}; ${sizeText(free)} are free.`, figures };
  const sentence = `${grows}; ${sizeText(free)} are free, so the disk is full in ${monthsUntilFull === 0 ? "less than a month" : `about ${monthsUntilFull} months`}. Give it more room, or keep less: docs/retention.md.`;
  return { check, level: monthsUntilFull < FULL_WARN_MONTHS ? "warn" : "ok", sentence, figures };
}

async function months({ db }: Installation): Promise<Finding> {
  const bodies = await listPartitions(db.pool, "carrier_messages");
  const scans = await listPartitions(db.pool, "scan_events");
  const ahead = bodies.at(-1)?.month.slice(0, 7) ?? "none";
  const since = (partitions: typeof bodies) => partitions[0]?.month.slice(0, 7) ?? "none";
  const sentence = `Raw bodies since ${since(bodies)} and scans of parcels since ${since(scans)} are kept; months are made up to ${ahead}.`;
  return { check: "months", level: "ok", sentence };
}

function backlog({
  ordersToAnonymise,
  ordersToDelete,
  textsToClear,
  bodyMonths,
}: Awaited<ReturnType<typeof readRetentionBacklog>>): Finding {
  const check = "retention";
  const held = bodyMonths.filter(({ parked }) => parked > 0);
  const late = [
    ...(ordersToAnonymise > 0 ? [`${ordersToAnonymise} orders with personal data`] : []),
    ...(ordersToDelete > 0 ? [`${ordersToDelete} orders`] : []),
    ...(textsToClear > 0 ? [`${textsToClear} texts of messages`] : []),
    ...bodyMonths.filter(({ parked }) => parked === 0).map(({ name }) => name),
  ];
  const figures = { ordersToAnonymise, ordersToDelete, textsToClear, bodyMonths: bodyMonths.length };
  if (late.length > 0) {
    const sentence = `Past their time for more than a day: ${late.join(", ")}. See that a process with the role sweep is running, and its log.`;
    return { check, level: "warn", sentence, figures };
  }
  if (held.length > 0) {
    const names = held.map(({ name, parked }) => `${name} (${parked})`).join(", ");
    const sentence = `Past their time, but kept because bodies of them are parked: ${names}. Look at them with waybill parked list.`;
    return { check, level: "warn", sentence, figures };
  }
  return { check, level: "ok", sentence: "Nothing is kept beyond its time.", figures };
}

/** Only the disk of our own PostgreSQL can be looked at. */
async function freeBytes({ config, databaseRole }: Installation): Promise<number | null> {
  if (databaseRole === "server") return null;
  const { bavail, bsize } = await statfs(config.dataDir);
  return bavail * bsize;
}

function capitalised(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}
