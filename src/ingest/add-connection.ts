import type { Credentials } from "../runtime/credentials.js";
import type { KeyRing } from "../runtime/sealing.js";
import { attachShipments } from "../store/connection-changes.js";
import { type ConnectionRow, insertConnection } from "../store/connections.js";
import type { Queryable } from "../store/database.js";
import { sealCredentials } from "../store/open-credentials.js";

/** A connection to add, with credentials that were checked against its connector's fields. */
export type NewConnection = Pick<ConnectionRow, "id" | "storeId" | "family" | "connector" | "label"> & {
  readonly credentials: Credentials;
};

/**
 * Keeps a connection with its credentials sealed. A carrier's new connection takes over the store's shipments that it can
 * speak of, so that what was registered before the connection is asked about now. `ring` is the installation's,
 * `aggregators` the codes of those that exist. Returns how many shipments it took over.
 */
export async function addConnection(
  tx: Queryable,
  ring: KeyRing,
  connection: NewConnection,
  aggregators: readonly string[],
): Promise<number> {
  const { credentials, ...row } = connection;
  await insertConnection(tx, { ...row, credentialsSealed: sealCredentials(ring, row.id, credentials) });
  return connection.family === "carrier" ? attachShipments(tx, connection, aggregators) : 0;
}
