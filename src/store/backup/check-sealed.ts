import { type KeyRing, SealError } from "../../runtime/sealing.js";
import { listConnections } from "../connections.js";
import type { Queryable } from "../database.js";
import { openCredentials } from "../open-credentials.js";

/** How many connections have sealed credentials, and how many of those a key ring does not open. */
export async function countUnopenable(
  db: Queryable,
  ring: KeyRing | null,
): Promise<{ readonly sealed: number; readonly unopenable: number }> {
  const connections = await listConnections(db, null);
  const unopenable = connections.filter((connection) => {
    if (ring === null) return true;
    try {
      openCredentials(ring, connection);
      return false;
    } catch (error) {
      if (error instanceof SealError) return true;
      throw error;
    }
  });
  return { sealed: connections.length, unopenable: unopenable.length };
}
