import { groupBy } from "../domain/group-by.js";
import type { Scan } from "../domain/scan.js";
import { scanDigest } from "../domain/scan-identity.js";
import type { StoredEddStatement } from "../store/edd-statements.js";
import type { NewScanEvent, StoredScan } from "../store/scan-events.js";

/** A stored scan version with the message that first made it. */
export interface SourcedScan extends StoredScan {
  readonly messageId: string;
}

/** What has to go from the log and what has to come, so that it says what the messages say now. */
export interface VersionChange {
  readonly gone: readonly SourcedScan[];
  readonly come: readonly NewScanEvent[];
}

/**
 * Compares the stored versions of shipments with what their messages say when read again. A version goes when the message
 * that made it was read again and no message says it any more. What was made by a message that was not read again (its
 * body is gone, it cannot be read, it came meanwhile) stays, with one exception: a body kept only the first time it was
 * said, so a version of which all but our own reading of the code is said again is the old reading of the same words, and
 * must not stand beside the new one. Pure.
 */
export function compareVersions(
  stored: readonly SourcedScan[],
  said: readonly NewScanEvent[],
  readIds: ReadonlySet<string>,
): VersionChange {
  const saidNow = firstOfEach(said);
  const wordsNow = new Set(said.map((event) => `${event.shipmentId} ${event.identity} ${wordsOf(event.scan)}`));
  const known = new Set(stored.map(versionKey));
  return {
    gone: stored.filter(
      (version) =>
        !saidNow.has(versionKey(version)) &&
        (readIds.has(version.messageId) ||
          wordsNow.has(`${version.shipmentId} ${version.identity} ${wordsOf(version.scan)}`)),
    ),
    come: [...saidNow].flatMap(([key, event]) => (known.has(key) ? [] : [event])),
  };
}

/** The same for delivery dates, which know their message by the time it was received. Pure. */
export function compareEdds(
  stored: readonly StoredEddStatement[],
  said: readonly StoredEddStatement[],
  readAtMs: ReadonlySet<number>,
): { readonly gone: readonly StoredEddStatement[]; readonly come: readonly StoredEddStatement[] } {
  const saidLast = latestOfEach(said);
  const gone = stored.filter((statement) => {
    const at = statement.receivedAt.getTime();
    return statement.source === "carrier" && readAtMs.has(at) && (saidLast.get(eddKey(statement)) ?? 0) < at;
  });
  const staysLast = latestOfEach(stored.filter((statement) => !gone.includes(statement)));
  return {
    gone,
    come: said.filter((statement) => (staysLast.get(eddKey(statement)) ?? 0) < statement.receivedAt.getTime()),
  };
}

/** How many scans of the log are different: a scan that keeps a version of itself is changed, else it came or went. */
export function countScans(
  stored: readonly SourcedScan[],
  { gone, come }: VersionChange,
): { readonly added: number; readonly changed: number; readonly removed: number } {
  const scanOf = ({ shipmentId, identity }: { readonly shipmentId: string; readonly identity: string }) =>
    `${shipmentId} ${identity}`;
  const before = groupBy(stored, scanOf);
  const goneOf = groupBy(gone, scanOf);
  const comeOf = groupBy(come, scanOf);
  let [added, changed, removed] = [0, 0, 0];
  for (const scan of new Set([...goneOf.keys(), ...comeOf.keys()])) {
    const had = before.get(scan)?.length ?? 0;
    const has = had - (goneOf.get(scan)?.length ?? 0) + (comeOf.get(scan)?.length ?? 0);
    if (had === 0) added += 1;
    else if (has === 0) removed += 1;
    else changed += 1;
  }
  return { added, changed, removed };
}

/** Everything that the carrier said, without what we make of it. The code as operators look it up is ours in part. */
function wordsOf(scan: Scan): string {
  return scanDigest({ ...scan, carrierCode: "", meaning: { kind: "unmapped" } });
}

/** Of a version that several messages say, the first said makes the row, as it would have. */
function firstOfEach(said: readonly NewScanEvent[]): Map<string, NewScanEvent> {
  const first = new Map<string, NewScanEvent>();
  for (const event of said) {
    const key = versionKey(event);
    if (!first.has(key)) first.set(key, event);
  }
  return first;
}

function versionKey(version: {
  readonly shipmentId: string;
  readonly identity: string;
  readonly digest: string;
}): string {
  return `${version.shipmentId} ${version.identity} ${version.digest}`;
}

function latestOfEach(statements: readonly StoredEddStatement[]): Map<string, number> {
  const latest = new Map<string, number>();
  for (const statement of statements) {
    const key = eddKey(statement);
    latest.set(key, Math.max(latest.get(key) ?? 0, statement.receivedAt.getTime()));
  }
  return latest;
}

function eddKey({ shipmentId, source, claim, newestScanKey }: StoredEddStatement): string {
  return JSON.stringify([shipmentId, source, claim.from, claim.to, claim.windowFrom, claim.windowTo, newestScanKey]);
}
