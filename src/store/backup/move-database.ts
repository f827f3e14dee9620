import type { Database } from "../database.js";
import { BackupError, type BackupHeader, type OnRows } from "./backup-source.js";
import { takeFingerprint } from "./fingerprint.js";
import { isInUse } from "./living-processes.js";
import { withLongSession } from "./long-session.js";
import { withSnapshot } from "./open-snapshot.js";
import { restoreDatabase } from "./restore-database.js";

export interface MoveOptions {
  readonly waybill: string;
  readonly nowMs: number;
  readonly deadAfterSeconds: number;
  readonly onRows: OnRows;
}

/**
 * Copies a store from one database to an empty one, straight from COPY to COPY. Before it counts, the rows of both are
 * compared as they are then: had anybody written to the old one meanwhile, the copy would be given up. The old one is only
 * read. Returns what was copied.
 * @throws BackupError when the old one is in use or was written to, or the new one is in use or not empty
 */
export async function moveDatabase(from: Database, to: Database, options: MoveOptions): Promise<BackupHeader> {
  await refuseUse(from, options);
  return withSnapshot(from, options, async (source) => {
    await restoreDatabase(to, source, {
      ...options,
      replace: false,
      force: false,
      check: async (tx) => {
        const [here, there] = await Promise.all([
          withLongSession(from, (session) => takeFingerprint(session, source.header.tables)),
          takeFingerprint(tx, source.header.tables),
        ]);
        const differing = here.filter((line, at) => line !== there[at]).map((line) => line.split(":")[0]);
        if (differing.length > 0)
          throw new BackupError(
            `What was copied differs from what the old database holds now (${differing.join(", ")}): somebody writes to it. Stop that, and run this again.`,
          );
      },
    });
    await refuseUse(from, options);
    return source.header;
  });
}

async function refuseUse({ pool }: Database, { deadAfterSeconds }: MoveOptions): Promise<void> {
  if (!(await isInUse(pool, deadAfterSeconds))) return;
  throw new BackupError(
    `A running Waybill uses the embedded database. Stop it first; one that was killed counts as running for ${deadAfterSeconds} seconds.`,
  );
}
