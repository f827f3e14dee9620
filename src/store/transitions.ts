import type { Status, SubStatus } from "../domain/status.js";
import { toColumns } from "./columns.js";
import type { Queryable } from "./database.js";

/** The last thing the log says of a shipment. */
export interface LastTransition {
  readonly shipmentId: string;
  readonly status: Status;
  readonly subStatus: SubStatus;
}

/** A row to add to the log. */
export interface NewTransition extends LastTransition {
  readonly cause: string;
  readonly occurredAt: Date | null;
  readonly announced: boolean;
  readonly learnedAt: Date;
}

/** The newest transition of each of the given shipments that has one. */
export async function readLastTransitions(db: Queryable, shipmentIds: readonly string[]): Promise<LastTransition[]> {
  const { rows } = await db.query<LastTransition>(
    `select s.id as "shipmentId", last.status, last.sub_status as "subStatus"
     from unnest($1::text[]) as s (id)
     cross join lateral (
       select status, sub_status from transitions t where t.shipment_id = s.id order by t.id desc limit 1
     ) as last`,
    [shipmentIds],
  );
  return rows;
}

/** Adds to the log. The unique constraint is the last guard: a row that it refuses is a fault of ours and fails loudly. */
export async function insertTransitions(db: Queryable, transitions: readonly NewTransition[]): Promise<void> {
  if (transitions.length === 0) return;
  await db.query(
    `insert into transitions (shipment_id, status, sub_status, cause, occurred_at, announced, learned_at)
     select * from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::timestamptz[], $6::boolean[], $7::timestamptz[])`,
    toColumns(transitions, ["shipmentId", "status", "subStatus", "cause", "occurredAt", "announced", "learnedAt"]),
  );
}

/**
 * A number was claimed by an order after a carrier had spoken of it: its latest transition becomes news after all, if it
 * happened since `since`. Earlier ones stay history.
 */
export async function announceLastTransition(db: Queryable, shipmentId: string, since: Date): Promise<void> {
  await db.query(
    `update transitions set announced = true
     where id = (select max(id) from transitions where shipment_id = $1) and coalesce(occurred_at, learned_at) >= $2`,
    [shipmentId, since],
  );
}

/** A transition as the API and the notifier read it. */
export interface TransitionRow extends LastTransition {
  readonly id: number;
  readonly occurredAt: Date | null;
  readonly announced: boolean;
  readonly learnedAt: Date;
}

/** The log of the given shipments, oldest first. */
export async function readTransitions(db: Queryable, shipmentIds: readonly string[]): Promise<TransitionRow[]> {
  const { rows } = await db.query<TransitionRow>(
    `select id, shipment_id as "shipmentId", status, sub_status as "subStatus", occurred_at as "occurredAt", announced, learned_at as "learnedAt"
     from transitions where shipment_id = any($1::text[]) order by id`,
    [shipmentIds],
  );
  return rows;
}
