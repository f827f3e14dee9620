import { DatabaseError } from "../database.js";
import type { ClusterPaths } from "./cluster-paths.js";

/** Something in the way that goes by itself or can be gone around: try once more. */
export class PassingFailure extends Error {
  override readonly name = "PassingFailure";
  constructor(readonly kind: "port is taken" | "old server is still ending") {
    super(kind);
  }
}

/**
 * Turns what PostgreSQL printed before it gave up into one sentence that says what to do. Messages are English, since
 * the server runs with LC_ALL=C.
 */
export function explainFailure(printed: string, paths: ClusterPaths): DatabaseError | PassingFailure {
  if (/could not create any TCP\/IP sockets|Address already in use/.test(printed))
    return new PassingFailure("port is taken");
  // Server processes outlive a killed postmaster by a moment, longer when a query is long.
  if (/shared memory block .* is still in use/.test(printed)) return new PassingFailure("old server is still ending");
  const known = SENTENCES.find(([pattern]) => pattern.test(printed));
  if (known !== undefined) return new DatabaseError(known[1](paths));
  const lines = printed.split("\n").filter((line) => line.trim() !== "");
  const reason = lines.filter((line) => /FATAL|PANIC|error:/.test(line)).at(-1) ?? lines.at(-1) ?? "it printed nothing";
  return new DatabaseError(
    `The embedded PostgreSQL did not start: ${reason.trim().slice(0, 400)} (see ${paths.serverLog}).`,
  );
}

const SENTENCES: readonly (readonly [RegExp, (paths: ClusterPaths) => string])[] = [
  [
    /No space left on device|ENOSPC|Disk quota exceeded|Check free disk space|wrote only \d+ of \d+ bytes/,
    ({ home }) =>
      `The disk that holds ${home} is full. Free some space (a new database takes about 100 MB) and start Waybill again.`,
  ],
  [
    /could not look up effective user ID/,
    () =>
      "PostgreSQL cannot make a database for a user without a name in /etc/passwd. Run Waybill as a named user, or set DATABASE_URL.",
  ],
  [
    /database files are incompatible with server/,
    ({ cluster }) =>
      `The database in ${cluster} was made by another version of PostgreSQL. Start the release of Waybill that made it, or set WAYBILL_DATA_DIR to another directory.`,
  ],
  [
    /error while loading shared libraries|version `GLIBC/,
    () =>
      "The PostgreSQL that comes with Waybill does not run on this system (a library is missing or too old). Set DATABASE_URL to a PostgreSQL server.",
  ],
  [
    /Read-only file system/,
    ({ home }) => `${home} is on a file system that cannot be written. Set WAYBILL_DATA_DIR to a directory that can.`,
  ],
];
