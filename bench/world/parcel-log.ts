import type { Place } from "../../src/domain/place.js";
import type { Scan } from "../../src/domain/scan.js";
import { scanDigest, scanIdentity } from "../../src/domain/scan-identity.js";
import { scanOf } from "./carrier-scan.js";
import type { LivedParcel, LivedScan } from "./parcel-life.js";
import { newsOf, type ParcelNews } from "./parcel-state.js";
import { monthOf } from "./world-clock.js";
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
    const scan = scanOf(life.carrier, lived);
    const { line, cause } = scanLine(parcel, scan, receivedAtMs, memory);
    const rows: WorldRow[] = [["scan_events", line]];
    if (eddDate !== null && eddDate !== toldDate) rows.push(["edd_statements", eddLine(parcel, lived, eddDate)]);
    toldDate = eddDate ?? toldDate;
    const told = news.get(lived);
    entries.push({
      atMs: receivedAtMs,
      rows,
      news: told === undefined ? null : newsLines(parcel, told, { scan, cause }, memory),
    });
  }
  return entries;
}

function scanLine(parcel: LoggedParcel, scan: Scan, receivedAtMs: number, { newId }: LogMemory) {
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
    placeText(scan.place),
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
  { scan, cause }: { readonly scan: Scan; readonly cause: string },
  { nowMs, newId }: LogMemory,
) {
  const at = new Date(by.receivedAtMs);
  const text = `Good news about your order: ${scan.carrierText}. Parcel ${parcel.trackingNumber}, ${scan.place?.city ?? ""}.`;
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
      `Your parcel: ${scan.carrierText}`,
      nowMs - by.receivedAtMs > KEEP_TEXTS_MS ? null : text,
      1,
      at,
      at,
    ]),
  };
}

/** Places of the world are few and the same ones. */
const placeTexts = new WeakMap<Place, string>();

function placeText(place: Place | null): string | null {
  if (place === null) return null;
  const known = placeTexts.get(place);
  if (known !== undefined) return known;
  const text = JSON.stringify(place);
  placeTexts.set(place, text);
  return text;
}
