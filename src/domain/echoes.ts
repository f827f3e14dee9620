import { townKey } from "./place.js";
import type { Scan } from "./scan.js";
import { subStatusRow } from "./status.js";

/**
 * A timeline without echoes: what an aggregator relays of a fact that the carrier stated itself, or that another
 * aggregator relays too, is in the log but is shown and folded once. The same fact is the same sub-status in the same local
 * minute and city; a relayed sub-status that tells no more than its status is an echo of any sub-status of it, since
 * aggregators know fewer of them. The carrier's own scan wins; of two aggregators the lesser identity, so that the
 * choice does not depend on who came first. What has no status is nobody's echo.
 */
export function dropEchoes<Entry extends Scan & { readonly identity: string }>(
  entries: readonly Entry[],
): readonly Entry[] {
  if (!entries.some((entry) => entry.relayed)) return entries;
  const told = new Set(entries.filter((entry) => !entry.relayed).flatMap(factsOf));
  const echoes = new Set<Entry>();
  const relayed = entries.filter((entry) => entry.relayed);
  for (const entry of relayed.toSorted((a, b) => (a.identity < b.identity ? -1 : 1))) {
    if (echoOf(entry).some((fact) => told.has(fact))) echoes.add(entry);
    else for (const fact of factsOf(entry)) told.add(fact);
  }
  return entries.filter((entry) => !echoes.has(entry));
}

/** What an entry states: its sub-status, and more loosely its status, each by every clock that the scan can be read on. */
function factsOf(entry: Scan): string[] {
  const { meaning } = entry;
  if (meaning.kind !== "status") return [];
  return [meaning.subStatus, `any ${meaning.status}`].flatMap((what) => atEachClock(what, entry));
}

/** What somebody else must have stated for a relayed entry to be its echo. */
function echoOf(entry: Scan): string[] {
  const { meaning } = entry;
  if (meaning.kind !== "status") return [];
  const isGeneric = subStatusRow(meaning.subStatus).generic === true;
  return atEachClock(isGeneric ? `any ${meaning.status}` : meaning.subStatus, entry);
}

function atEachClock(what: string, { localTime, occurredAt, place }: Scan): string[] {
  const city = townKey(place?.city ?? "");
  const clocks = [
    localTime === null ? null : localTime.slice(0, MINUTE_LENGTH),
    occurredAt === null ? null : `${new Date(occurredAt).toISOString().slice(0, MINUTE_LENGTH)}Z`,
  ];
  return clocks.filter((clock) => clock !== null).map((clock) => `${what}|${clock}|${city}`);
}

const MINUTE_LENGTH = "YYYY-MM-DDTHH:mm".length;
