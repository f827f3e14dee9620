import { scanDigest, scanIdentity } from "../../src/domain/scan-identity.js";
import type { LivedParcel, LivedScan } from "./parcel-life.js";
import { newsOf, type ParcelNews } from "./parcel-state.js";
import { monthOf } from "./world-months.js";
import { copyLine, type WorldRow } from "./world-tables.js";

const KEEP_TEXTS_MS = 90 * 86_400_000;

/** A scan with what came of it, to be written when it becomes known. News gets its number in the log only then. */
export interface LogEntry {
  readonly atMs: number;
  readonly rows: readonly WorldRow[];
  readonly news: { readonly transition: string; readonly message: string } | null;
}

export interface LoggedParcel {
  readonly id: string;
  readonly storeId: string;
  readonly orderId: string;
  readonly trackingNumber: string;
  readonly registeredAtMs: number;
  readonly email: string;
}

interface LogMemory {
  readonly nowMs: number;
  readonly newId: (prefix: string, atMs: number) => string;
}

/** Scans, delivery dates, transitions and messages of a parcel, each at the moment at which it was learned. */
export function logOf(parcel: LoggedParcel, life: LivedParcel, memory: LogMemory): LogEntry[] {
  const news = new Map(newsOf(life, memory.nowMs).map((entry) => [entry.by, entry]));
  const entries: LogEntry[] = [];
  let toldDate: string | null = null;
  for (const lived of life.scans) {
    const { eddDate, receivedAtMs } = lived;
    if (receivedAtMs > memory.nowMs) continue;
    const { line, cause } = scanLine(parcel, lived, memory);
    const rows: WorldRow[] = [["scan_events", line]];
    if (eddDate !== null && eddDate !== toldDate) rows.push(["edd_statements", eddLine(parcel, lived, eddDate)]);
    toldDate = eddDate ?? toldDate;
    const told = news.get(lived);
    entries.push({
      atMs: receivedAtMs,
      rows,
      news: told === undefined ? null : newsLines(parcel, told, cause, memory),
    });
  }
  return entries;
}

function scanLine(parcel: LoggedParcel, { scan, receivedAtMs }: LivedScan, { newId }: LogMemory) {
  const identity = scanIdentity(scan);
  const digest = scanDigest(scan);
  const { meaning } = scan;
  const at = new Date(receivedAtMs);
  const line = copyLine([
    parcel.id,
    monthOf(parcel.registeredAtMs),
    identity,
    digest,
    scan.carrier,
    parcel.trackingNumber,
    scan.scanCode,
    scan.carrierCode,
    scan.carrierText,
    scan.occurredAt === null ? null : new Date(scan.occurredAt),
    scan.localTime,
    scan.utcOffset,
    scan.zone,
    scan.precision,
    JSON.stringify(scan.place),
    meaning.kind,
    meaning.kind === "status" ? meaning.status : null,
    meaning.kind === "status" ? meaning.subStatus : null,
    newId("msg", receivedAtMs),
    monthOf(receivedAtMs),
    at,
    at,
  ]);
  return { line, cause: `${identity}#${digest}` };
}

function eddLine({ id }: LoggedParcel, { atMs, receivedAtMs }: LivedScan, eddDate: string): string {
  return copyLine([id, "carrier", eddDate, eddDate, atMs, new Date(receivedAtMs)]);
}

/** One mail for each piece of news. Texts are kept as long as the product keeps them when nothing is set. */
function newsLines(
  parcel: LoggedParcel,
  { status, subStatus, by }: ParcelNews,
  cause: string,
  { nowMs, newId }: LogMemory,
) {
  const at = new Date(by.receivedAtMs);
  const text = `Good news about your order: ${by.scan.carrierText}. Parcel ${parcel.trackingNumber}, ${by.scan.place?.city ?? ""}.`;
  return {
    transition: copyLine([parcel.id, status, subStatus, cause, new Date(by.atMs), true, at]),
    message: copyLine([
      newId("msg", by.receivedAtMs),
      parcel.storeId,
      parcel.orderId,
      parcel.id,
      "email",
      status,
      subStatus,
      "sent",
      parcel.email,
      "en",
      "parcel",
      `Your parcel: ${by.scan.carrierText}`,
      nowMs - by.receivedAtMs > KEEP_TEXTS_MS ? null : text,
      1,
      at,
      at,
    ]),
  };
}
