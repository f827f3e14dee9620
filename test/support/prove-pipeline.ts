import { expect } from "vitest";
import { findCarrier } from "../../src/connectors/carriers/registry.js";
import { foldTimeline } from "../../src/domain/fold.js";
import { groupBy } from "../../src/domain/group-by.js";
import type { Scan } from "../../src/domain/scan.js";
import { newsSubStatus, type Status, type SubStatus, stageOf } from "../../src/domain/status.js";
import { buildTimeline, type TimelineEntry } from "../../src/domain/timeline.js";
import { readTimelines } from "../../src/orders/read-orders.js";
import type { Burst } from "../../src/sandbox/burst.js";
import type { Database } from "../../src/store/database.js";
import { readTransitions } from "../../src/store/transitions.js";
import { disagreements } from "./timeline-agreement.js";

/** Waits until no message waits, no job waits and no mail is queued or in hand. */
export async function waitUntilSettled(db: Database, withinMs: number): Promise<void> {
  await expect
    .poll(
      async () => {
        const { rows } = await db.pool.query<{ messages: number; jobs: number; mails: number }>(
          `select (select count(*)::int from carrier_message_queue) as messages,
             (select count(*)::int from graphile_worker._private_jobs) as jobs,
             (select count(*)::int from messages where state in ('queued', 'sending')) as mails`,
        );
        return rows[0];
      },
      { timeout: withinMs, interval: 250 },
    )
    .toEqual({ messages: 0, jobs: 0, mails: 0 });
}

/** Every scan of the bursts is in the log once, nothing else is, and no body was put aside. */
export async function proveEveryScan(db: Database, bursts: readonly Burst[]): Promise<void> {
  const { rows } = await db.pool.query<{ number: string; minutes: number[] }>(
    `select tracking_number as number, array_agg(floor(extract(epoch from occurred_at) / 60)::int order by occurred_at) as minutes
     from scan_events group by tracking_number`,
  );
  const got = new Map(rows.map(({ number, minutes }) => [number, minutes]));
  for (const { expected } of bursts) {
    for (const [number, scans] of expected)
      expect(got.get(number)).toEqual(scans.map(({ occurredAt }) => Math.floor(occurredAt / 60_000)));
  }
  expect(got.size).toBe(bursts.reduce((sum, { expected }) => sum + expected.size, 0));
  const parked = await db.pool.query(`select reason from parked_messages`);
  expect(parked.rows).toEqual([]);
}

/**
 * Every shipment stands where the pure fold over what its carrier pushed says, and its log got there in order: from stage to
 * stage, each told once, up to the fold. For parcels that meet no trouble.
 */
export async function proveOrder(db: Database, bursts: readonly Burst[]): Promise<void> {
  const { rows: shipments } = await db.pool.query<StoredShipment>(
    `select id, shipment_month as "shipmentMonth", tracking_number as "trackingNumber", status, sub_status as "subStatus",
       status_since as "statusSince" from shipments`,
  );
  const expected = timelinesOf(bursts);
  const timelines = await readTimelines(db.pool, shipments);
  const transitions = groupBy(
    await readTransitions(
      db.pool,
      shipments.map(({ id }) => id),
    ),
    ({ shipmentId }) => shipmentId,
  );
  const faults = shipments.flatMap((shipment) => {
    const timeline = expected.get(shipment.trackingNumber) ?? [];
    const fold = foldTimeline(timeline, { destination: null });
    const log = transitions.get(shipment.id) ?? [];
    const faultsHere = [
      ...disagreements(timelines.get(shipment.id) ?? [], timeline),
      ...(standingOf(shipment, shipment.statusSince?.getTime() ?? null) ===
      standingOf(fold, fold?.entry.occurredAt ?? null)
        ? []
        : ["stands elsewhere than its fold"]),
      ...(newsOf(log.at(-1) ?? null) === newsOf(fold) ? [] : ["ends its log elsewhere than its fold"]),
      ...(isInOrder(log) ? [] : [`went ${log.map(({ status }) => status).join(", ")}`]),
    ];
    return faultsHere.map((fault) => `${shipment.trackingNumber}: ${fault}`);
  });
  expect(faults).toEqual([]);
}

interface StoredShipment {
  readonly id: string;
  readonly shipmentMonth: string;
  readonly trackingNumber: string;
  readonly status: Status | null;
  readonly subStatus: SubStatus | null;
  readonly statusSince: Date | null;
}

/** What the carrier pushed, read and put in order without a database. */
function timelinesOf(bursts: readonly Burst[]): Map<string, readonly TimelineEntry[]> {
  const parse = findCarrier("fedex")?.push?.parse;
  const scans = new Map<string, Scan[]>();
  for (const { body } of bursts.flatMap(({ pushes }) => pushes)) {
    for (const tracking of parse?.(body).trackings ?? []) {
      const known = scans.get(tracking.trackingNumber) ?? [];
      known.push(...tracking.scans);
      scans.set(tracking.trackingNumber, known);
    }
  }
  return new Map([...scans].map(([trackingNumber, known]) => [trackingNumber, buildTimeline(known)]));
}

/** Both null of a parcel of which no carrier has spoken. */
interface Standing {
  readonly status: Status | null;
  readonly subStatus: SubStatus | null;
}

function standingOf(at: Standing | null, sinceMs: number | null): string {
  return `${at?.status ?? null}/${at?.subStatus ?? null} since ${sinceMs}`;
}

function newsOf(at: Standing | null): string | null {
  if (at === null || at.status === null || at.subStatus === null) return null;
  return `${at.status}/${newsSubStatus(at.subStatus)}`;
}

/** Whether each is further along than the one before. */
export function isInOrder(steps: readonly { readonly status: Status }[]): boolean {
  const stages = steps.map(({ status }) => stageOf(status) ?? -1);
  return stages.every((stage, index) => stage > (stages[index - 1] ?? -1));
}
