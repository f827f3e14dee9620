import type { Database, Queryable } from "./database.js";
import { expireParkedMessages, expireQuietPolls } from "./expire-bodies.js";
import { deleteStrayCustomers, expireAuditLog, expireCodeSightings } from "./expire-logs.js";
import { clearMessageLog, clearMessageTexts } from "./expire-messages.js";
import {
  anonymiseOrders,
  deleteCustomersWithoutOrders,
  type ExpiryBatch,
  expireOrders,
  expireTimelines,
} from "./expire-orders.js";
import { forgetIdempotencyKeys } from "./idempotency.js";
import { type Lease, underLease } from "./leases.js";
import { dropPartition, firstOfMonth, listPartitions, type Partition } from "./partitions.js";
import { dropUnregisteredShipments } from "./shipments.js";

const DAY_MS = 86_400_000;

/** How long each category is kept, in days. */
export interface RetentionPeriods {
  readonly bodies: number;
  readonly quietPolls: number;
  readonly parked: number;
  readonly personalData: number;
  readonly timelines: number;
  readonly orders: number;
  readonly messageTexts: number;
  readonly messageLog: number;
  readonly auditLog: number;
  readonly codeSightings: number;
}

/** What of each category went, by the name of the step. */
export type Expired = Readonly<Record<string, number>>;

/** Rows in one transaction. Orders bring some hundred rows each, the other rows only themselves. */
const ORDERS_AT_ONCE = 50;
const ROWS_AT_ONCE = 500;

/**
 * One batch of every category that is past its time, each in a transaction of its own under the lease, so that no lock is held
 * for long and a process that lost the lease deletes nothing. Call it again until nothing is left.
 * @throws LeadLostError
 */
export async function expireBatch(
  db: Database,
  lease: Lease,
  { periods, nowMs }: { readonly periods: RetentionPeriods; readonly nowMs: number },
): Promise<Expired> {
  const past = (days: number, limit: number): ExpiryBatch => ({ before: new Date(nowMs - days * DAY_MS), limit });
  const rows = (days: number) => past(days, ROWS_AT_ONCE);
  const orders = (days: number) => past(days, ORDERS_AT_ONCE);
  const step = <Result>(work: (tx: Queryable) => Promise<Result>) => underLease(db, lease, work);

  const anonymised = await step((tx) => anonymiseOrders(tx, orders(periods.personalData)));
  const done: Record<string, number> = {
    anonymisedOrders: anonymised.orders,
    customers: await step((tx) => deleteCustomersWithoutOrders(tx, anonymised.customerIds)),
    timelines: await step((tx) => expireTimelines(tx, orders(periods.timelines))),
    orders: await step((tx) => expireOrders(tx, orders(periods.orders))),
    unregistered: await step((tx) => dropUnregisteredShipments(tx, ROWS_AT_ONCE)),
    messageTexts: await step((tx) => clearMessageTexts(tx, rows(periods.messageTexts))),
    messageLog: await step((tx) => clearMessageLog(tx, rows(periods.messageLog))),
    quietPolls: await step((tx) => expireQuietPolls(tx, rows(periods.quietPolls))),
    parked: await step((tx) => expireParkedMessages(tx, rows(periods.parked))),
    auditLog: await step((tx) => expireAuditLog(tx, rows(periods.auditLog))),
    codeSightings: await step((tx) => expireCodeSightings(tx, rows(periods.codeSightings))),
    idempotencyKeys: await step((tx) => forgetIdempotencyKeys(tx, ROWS_AT_ONCE)),
    strayCustomers: await step((tx) => deleteStrayCustomers(tx, { ...rows(1), limit: 10 * ROWS_AT_ONCE })),
  };
  for (const partition of await findPastBodies(db.pool, nowMs - periods.bodies * DAY_MS)) {
    if (await step((tx) => dropBodies(tx, partition))) done.bodyMonths = (done.bodyMonths ?? 0) + 1;
  }
  for (const partition of await findPastScans(db.pool, nowMs)) {
    if (await step((tx) => dropScans(tx, partition))) done.scanMonths = (done.scanMonths ?? 0) + 1;
  }
  return Object.fromEntries(Object.entries(done).filter(([, count]) => count > 0));
}

/** The months of raw bodies whose last day is past. */
export async function findPastBodies(db: Queryable, beforeMs: number): Promise<Partition[]> {
  const before = firstOfMonth(beforeMs);
  return (await listPartitions(db, "carrier_messages")).filter(({ month }) => month < before);
}

/** A month of which something still waits or is parked is kept; whether anything does is asked again once nobody else is in it. */
async function dropBodies(tx: Queryable, partition: Partition): Promise<boolean> {
  if (await isWaitedFor(tx, partition)) return false;
  if (!(await dropPartition(tx, partition))) return false;
  if (await isWaitedFor(tx, partition))
    throw new Error(`A message of ${partition.name} was queued just now; later then.`);
  return true;
}

async function isWaitedFor(tx: Queryable, { month }: Partition): Promise<boolean> {
  const { rows } = await tx.query<{ waits: boolean }>(
    `select exists (select from carrier_message_queue where received_month = $1::date)
       or exists (select from parked_messages where received_month = $1::date) as waits`,
    [month],
  );
  return rows[0]?.waits === true;
}

/** The months of scans of which no parcel is left. A parcel's month is never a later one than that in which it was made. */
async function findPastScans(db: Queryable, nowMs: number): Promise<Partition[]> {
  const oldest = (await readOldestMonth(db)) ?? firstOfMonth(nowMs);
  const before = [oldest, firstOfMonth(nowMs, -1)].sort()[0] ?? oldest;
  return (await listPartitions(db, "scan_events")).filter(({ month }) => month < before);
}

async function dropScans(tx: Queryable, partition: Partition): Promise<boolean> {
  const oldest = await readOldestMonth(tx);
  return (oldest === null || partition.month < oldest) && (await dropPartition(tx, partition));
}

async function readOldestMonth(db: Queryable): Promise<string | null> {
  const { rows } = await db.query<{ month: string | null }>(`select min(shipment_month) as month from shipments`);
  return rows[0]?.month ?? null;
}
