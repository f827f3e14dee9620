import type { Report } from "../domain/report.js";
import type { Meaning, Scan } from "../domain/scan.js";
import { isSubStatus, subStatusRow } from "../domain/status.js";
import {
  type CodeMappingRow,
  listCodeMappings,
  type MappedCode,
  readMappingsRevision,
} from "../store/code-mappings.js";
import type { Queryable } from "../store/database.js";

/** What operators say that codes mean, by carrier and code. */
export interface CodeMappings {
  readonly meaningOf: (code: MappedCode) => Meaning | null;
}

/** No operator has said anything. */
export const NO_MAPPINGS: CodeMappings = { meaningOf: () => null };

/**
 * Gives scans whose code this release does not know the meaning that an operator gave it. What the release knows is left
 * alone, so a release that learns a code wins over the mapping. Pure; a report that nothing applies to comes back as it is.
 */
export function applyMappings(report: Report, mappings: CodeMappings): Report {
  let applied = false;
  const trackings = report.trackings.map((tracking) => {
    const scans = tracking.scans.map((scan) => applyMapping(scan, mappings));
    if (scans.every((scan, index) => scan === tracking.scans[index])) return tracking;
    applied = true;
    return { ...tracking, scans };
  });
  return applied ? { ...report, trackings } : report;
}

function applyMapping(scan: Scan, mappings: CodeMappings): Scan {
  if (scan.meaning.kind !== "unmapped") return scan;
  const meaning = mappings.meaningOf({ carrier: scan.carrier, code: scan.carrierCode });
  return meaning === null ? scan : { ...scan, meaning };
}

/** Mappings from their rows. One whose sub-status this release does not have any more counts as none. Pure. */
export function codeMappings(rows: readonly CodeMappingRow[]): CodeMappings {
  const meanings = new Map(rows.map((row) => [keyOf(row), toMeaning(row)]));
  return { meaningOf: (code) => meanings.get(keyOf(code)) ?? null };
}

/**
 * Reads the mappings and keeps them until somebody changes one. Each call asks for the revision, one look at an index, so
 * what it returns is as new as the call: a batch that asks at its start is never behind by more than itself.
 */
export function createMappingReader(db: Queryable): () => Promise<CodeMappings> {
  let known = { revision: 0, mappings: NO_MAPPINGS };
  return async () => {
    const revision = await readMappingsRevision(db);
    // Read after the revision, the rows are at least that new; something newer is read again next time, to no harm.
    if (revision !== known.revision) known = { revision, mappings: codeMappings(await listCodeMappings(db)) };
    return known.mappings;
  };
}

function toMeaning({ meaning, subStatus, revokesDelivery, cancelsReturn }: CodeMappingRow): Meaning | null {
  if (meaning === "information") return { kind: "information" };
  if (meaning !== "status" || subStatus === null || !isSubStatus(subStatus)) return null;
  return {
    kind: "status",
    status: subStatusRow(subStatus).status,
    subStatus,
    ...(revokesDelivery && { revokesDelivery: true }),
    ...(cancelsReturn && { cancelsReturn: true }),
  };
}

/** Carriers' codes of ours hold no blank; what the carrier's code holds stands last. */
function keyOf({ carrier, code }: MappedCode): string {
  return `${carrier} ${code}`;
}
