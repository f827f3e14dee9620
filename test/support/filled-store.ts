import { createHash } from "node:crypto";
import { type KeyRing, sealingKey } from "../../src/runtime/sealing.js";
import { buildBurst } from "../../src/sandbox/burst.js";
import { insertApiKey } from "../../src/store/api-keys.js";
import type { Database } from "../../src/store/database.js";
import { insertShortLink } from "../../src/store/short-links.js";
import { removeWorker } from "../../src/store/workers.js";
import { takeOrderOf } from "./orders.js";
import { openOutbox } from "./outbox.js";
import { mapUpsCode, upsSays } from "./replay.js";
import { addStore, intakeFor, newId, normalizerFor } from "./store-fixture.js";

/** The key under which a filled store seals. */
export const FILLED_RING: KeyRing = { current: sealingKey(Buffer.alloc(32, 7)), old: [] };

/** A store that has lived: orders, scans, news that was told and news that is still to be told, a queue, parked bodies. */
export interface FilledStore {
  readonly storeId: string;
  readonly connections: Readonly<Record<string, string>>;
  /** Orders of which nobody was told yet: their jobs wait. */
  readonly untold: readonly string[];
}

/** Fills a store through the real pipeline. Its processes are gone when it is done. */
export async function fillStore(db: Database): Promise<FilledStore> {
  const { storeId, connections } = await addStore(db, "Nördlicht & Söhne \\ 北");
  const workerId = newId("wrk");
  const outbox = await openOutbox(db, FILLED_RING, Date.now, workerId);
  await outbox.openFor(storeId);
  const hash = (text: string) => createHash("sha256").update(text).digest();
  await insertApiKey(db.pool, { id: newId("key"), storeId, keyHash: hash("key"), label: "tab\there\nand there" });
  const secret = "sandbox-secret";
  const bursts = (["fedex", "ups"] as const).map((carrier, at) => ({
    carrier,
    burst: buildBurst({ carrier, pushes: 80, parcels: 12, seed: 3 + at, secret, endAt: Date.now() }),
  }));
  const orders: string[] = [];
  for (const { carrier, burst } of bursts) {
    for (const trackingNumber of [...burst.expected.keys()].slice(0, 8)) {
      orders.push(
        await takeOrderOf(db, storeId, {
          number: `N-${orders.length + 1}`,
          customer: { name: `Åsa "${orders.length}" \\N`, email: `asa${orders.length}@example.org` },
          lineItems: [{ title: "Lamp", quantity: 2 }],
          shipments: [{ carrier, trackingNumber }],
        }),
      );
    }
  }
  await insertShortLink(db.pool, hash("link"), orders[0] ?? "");
  const intake = intakeFor(db);
  for (const { carrier, burst } of bursts)
    await Promise.all(
      burst.pushes.map(({ body }) => intake.record({ connectionId: connections[carrier] ?? "", source: "push", body })),
    );
  await intake.record({ connectionId: connections.ups ?? "", source: "push", body: Buffer.from("<html>") });
  await intake.record({ connectionId: connections.ups ?? "", source: "push", body: unknownCode("1Z") });
  await normalizerFor(db).drain();
  await mapUpsCode(db, "Q/ZZ", "held");
  const told = orders.slice(0, 6);
  for (const orderId of told) await outbox.tell(orderId);
  await db.pool.query(`delete from graphile_worker._private_jobs where key = any($1::text[])`, [
    told.map((orderId) => `notify:${orderId}`),
  ]);
  // Came in last, and was not read yet.
  await intake.record({ connectionId: connections.ups ?? "", source: "push", body: unknownCode("1Y") });
  // One of them was tried in vain, and another was in somebody's hands.
  const untold = orders.slice(6);
  await db.pool.query(`update graphile_worker._private_jobs set attempts = 2, last_error = 'no route' where key = $1`, [
    `notify:${untold[0]}`,
  ]);
  await db.pool.query(
    `update graphile_worker._private_jobs set locked_at = now(), locked_by = 'worker-of-then' where key = $1`,
    [`notify:${untold[1]}`],
  );
  await removeWorker(db.pool, workerId);
  return { storeId, connections, untold };
}

function unknownCode(trackingNumber: string): Buffer {
  return upsSays({ trackingNumber, type: "Q", code: "ZZ", minute: 1 });
}

/**
 * Everything a database holds that a backup keeps, table by table, each row as text; and how its tables are made: columns,
 * constraints, indexes, triggers.
 */
export async function readWhole(db: Database, leftOut: readonly string[]): Promise<Record<string, readonly string[]>> {
  const { rows: tables } = await db.pool.query<{ name: string }>(
    `select c.relname::text as name from pg_class c
     where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition order by 1`,
  );
  const whole: Record<string, readonly string[]> = {};
  for (const { name } of tables) {
    if (leftOut.includes(name)) continue;
    const { rows } = await db.pool.query<{ line: string }>(`select t::text as line from "${name}" as t order by 1`);
    whole[name] = rows.map(({ line }) => line);
  }
  for (const [name, query] of Object.entries(STRUCTURE)) {
    const { rows } = await db.pool.query<{ line: string }>(query);
    whole[name] = rows.map(({ line }) => line);
  }
  return whole;
}

const OURS = `select c.oid from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')`;

const STRUCTURE = {
  "#columns": `select format('%s.%s %s %s %s', attrelid::regclass, attname, atttypid::regtype, attnotnull, attcompression) as line
    from pg_attribute where attnum > 0 and not attisdropped and attrelid in (${OURS}) order by 1`,
  "#constraints": `select format('%s %s %s', conrelid::regclass, case when conparentid = 0 then conname end, pg_get_constraintdef(oid)) as line
    from pg_constraint where conrelid in (${OURS}) and contype <> 'n' order by 1`,
  // The names of partitions' indexes are PostgreSQL's own.
  "#indexes": `select format('%s %s', indrelid::regclass, regexp_replace(pg_get_indexdef(indexrelid), '^CREATE (UNIQUE )?INDEX .* ON', '\\1')) as line
    from pg_index where indrelid in (${OURS}) order by 1`,
  "#triggers": `select format('%s %s %s', pg_get_triggerdef(oid), tgenabled, tgfoid::regproc) as line
    from pg_trigger where not tgisinternal and tgrelid in (${OURS}) order by 1`,
  "#jobs": `select format('%s %s %s %s %s %s', t.identifier, j.payload, j.run_at, j.key, j.attempts, j.last_error) as line
    from graphile_worker._private_jobs j join graphile_worker._private_tasks t on t.id = j.task_id order by 1`,
} as const;
