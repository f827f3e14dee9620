import type { Queryable } from "./database.js";
import { firstOfMonth } from "./partitions.js";

/** Tables that are kept for one purpose. */
export const TABLE_FAMILIES = ["raw bodies", "timelines", "orders", "messages", "jobs", "the rest"] as const;

export type TableFamily = (typeof TABLE_FAMILIES)[number];

/** How large a family is, indexes included. */
export interface FamilySize {
  readonly family: TableFamily;
  readonly bytes: number;
  /** As PostgreSQL last estimated. */
  readonly rows: number;
  /** What a month adds at present, before anything of it goes; null where that says nothing. */
  readonly bytesPerMonth: number | null;
}

const FAMILY = `case
  when n.nspname = 'graphile_worker' then 'jobs'
  when c.relname ~ '^(carrier_messages(_\\d{4}_\\d{2})?|carrier_message_queue|parked_messages)$' then 'raw bodies'
  when c.relname ~ '^(scan_events(_\\d{4}_\\d{2})?|edd_statements|transitions)$' then 'timelines'
  when c.relname in ('customers', 'orders', 'line_items', 'shipments', 'shipment_items', 'shipment_subscriptions', 'short_links') then 'orders'
  when c.relname in ('messages', 'message_events') then 'messages'
  else 'the rest' end`;

interface MeasuredRow {
  readonly family: TableFamily;
  readonly bytes: number;
  readonly rows: number;
  /** Of partitions alone: all of them, last month's, this month's. */
  readonly partitions: number;
  readonly lastMonth: number;
  readonly thisMonth: number;
}

/**
 * Measures every family. What a month adds is read off last month's partition, or off this month's so far where there is none yet; for
 * families without partitions it is their share of the orders that came in the last 30 days.
 */
export async function readFamilySizes(db: Queryable, nowMs: number): Promise<FamilySize[]> {
  const suffix = (offset: number) => `_${firstOfMonth(nowMs, offset).slice(0, 7).replace("-", "_")}`;
  const { rows } = await db.query<MeasuredRow>(
    `with measured as (
       select ${FAMILY} as family, c.relname, pg_total_relation_size(c.oid) as bytes, greatest(c.reltuples, 0) as rows, c.relispartition
       from pg_class c join pg_namespace n on n.oid = c.relnamespace
       where c.relkind = 'r' and n.nspname in (current_schema(), 'graphile_worker')
     )
     select family, sum(bytes)::bigint as bytes, sum(rows)::bigint as rows,
       coalesce(sum(bytes) filter (where relispartition), 0)::bigint as partitions,
       coalesce(sum(bytes) filter (where relispartition and right(relname, 8) = $1), 0)::bigint as "lastMonth",
       coalesce(sum(bytes) filter (where relispartition and right(relname, 8) = $2), 0)::bigint as "thisMonth"
     from measured group by family`,
    [suffix(-1), suffix(0)],
  );
  const young = await readYoungShare(db);
  const monthPart = partOfMonth(nowMs);
  return TABLE_FAMILIES.flatMap((family) => {
    const row = rows.find((measured) => measured.family === family);
    return row === undefined
      ? []
      : [{ family, bytes: row.bytes, rows: row.rows, bytesPerMonth: growthOf(row, young, monthPart) }];
  });
}

/** An empty partition with its indexes has some pages already. */
const EMPTY_PARTITION_BYTES = 100_000;

function growthOf(row: MeasuredRow, youngShare: number, monthPart: number): number | null {
  if (row.family === "jobs" || row.family === "the rest") return null;
  if (row.family === "orders" || row.family === "messages") return Math.round(row.bytes * youngShare);
  const month = row.lastMonth > EMPTY_PARTITION_BYTES ? row.lastMonth : row.thisMonth / monthPart;
  // What is not partitioned grows with what is.
  return Math.round(row.partitions === 0 ? 0 : (row.bytes * month) / row.partitions);
}

/** How much of this month has gone by; at least a day, or the first minutes would be taken for a flood. */
function partOfMonth(nowMs: number): number {
  const from = Date.parse(firstOfMonth(nowMs));
  const length = Date.parse(firstOfMonth(nowMs, 1)) - from;
  return Math.max(nowMs - from, 86_400_000) / length;
}

/** Which part of all orders came in the last 30 days. */
async function readYoungShare(db: Queryable): Promise<number> {
  const { rows } = await db.query<{ young: number; all: number }>(
    `select (select count(*) from orders where created_at > now() - interval '30 days') as young,
       (select greatest(reltuples, 0)::bigint from pg_class where oid = 'orders'::regclass) as all`,
  );
  const { young, all } = rows[0] ?? { young: 0, all: 0 };
  return young === 0 ? 0 : young / Math.max(young, all);
}
