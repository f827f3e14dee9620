import type { HookConnection } from "../ingest/hooks.js";
import type { KeyRing } from "../runtime/sealing.js";
import { findConnection } from "../store/connections.js";
import type { Queryable } from "../store/database.js";
import { openCredentials } from "../store/open-credentials.js";

/** How long a connection is taken as known: a disabled one is refused after this long at the latest. */
const KNOWN_FOR_MS = 10_000;
const MAX_KNOWN = 10_000;

/**
 * Finds connections for the intake without asking the database at every push; who asks for the same at the same time waits for one
 * answer. Unknown ids are not kept, so a guesser fills nothing, and the intake learns of a new connection at once.
 */
export function createConnectionCache(
  db: Queryable,
  ring: KeyRing,
  now: () => number,
): (id: string) => Promise<HookConnection | null> {
  const known = new Map<string, { readonly connection: HookConnection; readonly until: number }>();
  const asked = new Map<string, Promise<HookConnection | null>>();

  return async (id) => {
    const hit = known.get(id);
    if (hit !== undefined && hit.until > now()) return hit.connection;
    const underWay = asked.get(id);
    if (underWay !== undefined) return underWay;
    const asking = ask(id).finally(() => asked.delete(id));
    asked.set(id, asking);
    return asking;
  };

  async function ask(id: string): Promise<HookConnection | null> {
    const row = await findConnection(db, id);
    if (row === null) return null;
    const connection = {
      id: row.id,
      connector: row.connector,
      enabled: row.enabled,
      credentials: openCredentials(ring, row),
    };
    if (known.size >= MAX_KNOWN) known.clear();
    known.set(id, { connection, until: now() + KNOWN_FOR_MS });
    return connection;
  }
}
