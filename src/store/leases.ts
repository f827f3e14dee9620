import type { Database, Queryable } from "./database.js";

/** Work that one process does at a time, in the name of that process. */
export interface Lease {
  readonly name: string;
  readonly holder: string;
  /** For how long it is held from the last time that its holder was heard of. */
  readonly seconds: number;
}

/** The lease ran out and another process may have the work: nothing of the transaction was done. */
export class LeadLostError extends Error {
  override readonly name = "LeadLostError";
}

/**
 * Takes a lease, or prolongs it: false while another holds it. One that ran out, because its holder died or slept, goes to whoever
 * asks first. By the database's clock alone.
 */
export async function takeLease(db: Queryable, { name, holder, seconds }: Lease): Promise<boolean> {
  const { rowCount } = await db.query(
    `insert into leases as l (name, holder, until) values ($1, $2, now() + make_interval(secs => $3))
     on conflict (name) do update set holder = excluded.holder, until = excluded.until
     where l.holder = excluded.holder or l.until < now()`,
    [name, holder, seconds],
  );
  return rowCount === 1;
}

/** Gives a lease back, so that the next one need not wait. */
export async function releaseLease(db: Queryable, { name, holder }: Omit<Lease, "seconds">): Promise<void> {
  await db.query(`delete from leases where name = $1 and holder = $2`, [name, holder]);
}

/**
 * Does a step of leased work in a transaction that nobody can take the lease from: the lease is prolonged, and its row is held until
 * the step is committed. A process that was asleep while its lease ran out finds that here and does nothing.
 * @throws LeadLostError
 */
export function underLease<Result>(
  db: Database,
  { name, holder, seconds }: Lease,
  work: (tx: Queryable) => Promise<Result>,
): Promise<Result> {
  return db.transaction(async (tx) => {
    const { rowCount } = await tx.query(
      `update leases set until = clock_timestamp() + make_interval(secs => $3)
       where name = $1 and holder = $2 and until > clock_timestamp()`,
      [name, holder, seconds],
    );
    if (rowCount !== 1) throw new LeadLostError(`The lease "${name}" ran out; another process has it or may take it.`);
    return work(tx);
  });
}
