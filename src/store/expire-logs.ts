import type { Queryable } from "./database.js";
import { writeMark } from "./expire-bodies.js";
import { deleteCustomersWithoutOrders, type ExpiryBatch } from "./expire-orders.js";

const CUSTOMERS_MARK = "customers";

/** Deletes what the audit log says of the time before. Its ids grow with time, so only the oldest rows are looked at. */
export async function expireAuditLog(tx: Queryable, { before, limit }: ExpiryBatch): Promise<number> {
  const { rowCount } = await tx.query(
    `delete from audit_log a using (select id, at from audit_log order by id limit $2) as oldest
     where a.id = oldest.id and oldest.at < $1`,
    [before, limit],
  );
  return rowCount ?? 0;
}

/** Forgets unknown codes that no carrier has sent since. */
export async function expireCodeSightings(tx: Queryable, { before, limit }: ExpiryBatch): Promise<number> {
  const { rowCount } = await tx.query(
    `delete from carrier_code_sightings where (carrier, code) in (
       select carrier, code from carrier_code_sightings where last_seen_at < $1 order by carrier, code limit $2
       for update skip locked
     )`,
    [before, limit],
  );
  return rowCount ?? 0;
}

/**
 * Deletes customers without any order, whom a process left behind that died between an order and its customer. Goes round all
 * customers in small steps, one step a call. Returns how many it deleted.
 */
export async function deleteStrayCustomers(tx: Queryable, { before, limit }: ExpiryBatch): Promise<number> {
  const { rows } = await tx.query<{ last: string | null; looked: number; stray: string[] | null }>(
    `with next as (
       select c.id, c.created_at from customers c
       where c.id > coalesce((select mark from retention_marks where name = '${CUSTOMERS_MARK}'), '')
       order by c.id limit $2
     )
     select max(id) as last, count(*) as looked, array_agg(id) filter (
       where created_at < $1 and not exists (select from orders o where o.customer_id = next.id)
     ) as stray from next`,
    [before, limit],
  );
  const { last, looked, stray } = rows[0] ?? { last: null, looked: 0, stray: null };
  await writeMark(tx, CUSTOMERS_MARK, looked < limit ? "" : (last ?? ""));
  return deleteCustomersWithoutOrders(tx, stray ?? []);
}
