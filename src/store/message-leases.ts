import type { Queryable } from "./database.js";

/**
 * Gives whoever works on leased messages `leaseSeconds` more from now on. Rows that are locked, since they are being finished, are
 * left out rather than waited for.
 */
export async function prolongMessageLease(db: Queryable, lease: string, leaseSeconds: number): Promise<void> {
  await db.query(
    `update carrier_message_queue set leased_until = now() + make_interval(secs => $2)
     where message_id in (select message_id from carrier_message_queue where lease = $1 for update skip locked)`,
    [lease, leaseSeconds],
  );
}
