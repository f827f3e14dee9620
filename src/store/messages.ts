import type { Status, SubStatus } from "../domain/status.js";
import type { Queryable } from "./database.js";

/** Where a message can stand. Part of `docs/messages.md`. */
export const MESSAGE_STATES = ["queued", "sending", "sent", "unknown", "failed", "suppressed", "merged"] as const;

export type MessageState = (typeof MESSAGE_STATES)[number];
export type Channel = "email" | "sms" | "whatsapp" | "push";

/** A row of the communication log. */
export interface MessageRow {
  readonly id: string;
  readonly storeId: string;
  readonly orderId: string;
  readonly shipmentId: string | null;
  readonly cause: string;
  readonly transitionId: number | null;
  readonly channel: Channel;
  readonly status: Status;
  readonly subStatus: SubStatus;
  readonly state: MessageState;
  readonly reason: string | null;
  readonly mergedInto: string | null;
  readonly recipient: string | null;
  readonly subject: string | null;
  readonly gatewayId: string | null;
  readonly attempts: number;
  readonly nextAttemptAt: Date | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** News that no message row covers yet. */
export interface UncoveredNews {
  readonly cause: string;
  readonly shipmentId: string | null;
  readonly transitionId: number | null;
  readonly status: Status;
  readonly subStatus: SubStatus;
}

export interface NewMessage extends UncoveredNews {
  readonly id: string;
  readonly storeId: string;
  readonly orderId: string;
  readonly channel: Channel;
  readonly state: "queued" | "suppressed" | "merged";
  readonly reason: string | null;
  readonly mergedInto: string | null;
}

const MESSAGE_COLUMNS = `m.id, m.store_id as "storeId", m.order_id as "orderId", m.shipment_id as "shipmentId", m.cause, m.transition_id as "transitionId",
  m.channel, m.status, m.sub_status as "subStatus", m.state, m.reason, m.merged_into as "mergedInto", m.recipient, m.subject,
  m.gateway_id as "gatewayId", m.attempts, m.next_attempt_at as "nextAttemptAt", m.created_at as "createdAt", m.updated_at as "updatedAt"`;

/** The announced transitions of an order's shipments that no message of this channel covers, in the order of the log. */
export async function readUncoveredNews(db: Queryable, orderId: string, channel: Channel): Promise<UncoveredNews[]> {
  const { rows } = await db.query<UncoveredNews>(
    `select 'transition:' || t.id as cause, t.shipment_id as "shipmentId", t.id as "transitionId", t.status, t.sub_status as "subStatus"
     from transitions t join shipments s on s.id = t.shipment_id
     where s.order_id = $1 and t.announced
       and not exists (select from messages m where m.order_id = $1 and m.channel = $2 and m.transition_id = t.id)
     order by t.id`,
    [orderId, channel],
  );
  return rows;
}

/** Whether a cause is covered on a channel. */
export async function isCovered(db: Queryable, orderId: string, cause: string, channel: Channel): Promise<boolean> {
  const { rowCount } = await db.query(`select from messages where order_id = $1 and cause = $2 and channel = $3`, [
    orderId,
    cause,
    channel,
  ]);
  return rowCount === 1;
}

/** Adds a row to the communication log with its first event. */
export async function insertMessage(db: Queryable, message: NewMessage): Promise<void> {
  await db.query(
    `with added as (
       insert into messages (id, store_id, order_id, shipment_id, cause, transition_id, channel, status, sub_status, state, reason, merged_into)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) returning id
     )
     insert into message_events (message_id, kind, detail) select id, $10, coalesce($11, $12) from added`,
    [
      message.id,
      message.storeId,
      message.orderId,
      message.shipmentId,
      message.cause,
      message.transitionId,
      message.channel,
      message.status,
      message.subStatus,
      message.state,
      message.reason,
      message.mergedInto,
    ],
  );
}

/** The messages of an order, oldest first. */
export async function listMessages(db: Queryable, orderId: string): Promise<MessageRow[]> {
  const { rows } = await db.query<MessageRow>(
    `select ${MESSAGE_COLUMNS} from messages m where m.order_id = $1 order by m.id`,
    [orderId],
  );
  return rows;
}

/** Messages in one state, oldest first. */
export async function listMessagesInState(db: Queryable, state: MessageState, limit: number): Promise<MessageRow[]> {
  const { rows } = await db.query<MessageRow>(
    `select ${MESSAGE_COLUMNS} from messages m where m.state = $1 order by m.id limit $2`,
    [state, limit],
  );
  return rows;
}

/** Moves a message on and writes the event beside it. `from` guards against two that decide at once: false when it had moved. */
export async function moveMessage(
  db: Queryable,
  id: string,
  from: MessageState,
  to: {
    readonly state: MessageState;
    readonly reason: string | null;
    readonly gatewayId?: string;
    readonly nextAttemptAt?: Date | null;
    readonly kind: string;
  },
): Promise<boolean> {
  const { rowCount } = await db.query(
    `with moved as (
       update messages set state = $3, reason = $4, gateway_id = coalesce($5, gateway_id), next_attempt_at = $6,
         worker_id = case when $3 = 'sending' then worker_id end, updated_at = now()
       where id = $1 and state = $2 returning id
     )
     insert into message_events (message_id, kind, detail) select id, $7, $4 from moved`,
    [id, from, to.state, to.reason, to.gatewayId ?? null, to.nextAttemptAt ?? null, to.kind],
  );
  return rowCount === 1;
}

/** What exactly will be sent, by whom. */
export interface SendIntent {
  readonly id: string;
  readonly workerId: string;
  readonly connectionId: string;
  readonly recipient: string;
  readonly language: string;
  readonly template: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

/** Commits the intent to send before anything leaves. False when the message was no longer queued. */
export async function beginSend(db: Queryable, intent: SendIntent): Promise<boolean> {
  const { rowCount } = await db.query(
    `with begun as (
       update messages set state = 'sending', worker_id = $2, connection_id = $3, recipient = $4, language = $5, template = $6, subject = $7,
         body_text = $8, body_html = $9, attempts = attempts + 1, reason = null, next_attempt_at = null, updated_at = now()
       where id = $1 and state = 'queued' returning id
     )
     insert into message_events (message_id, kind) select id, 'sending' from begun`,
    [
      intent.id,
      intent.workerId,
      intent.connectionId,
      intent.recipient,
      intent.language,
      intent.template,
      intent.subject,
      intent.text,
      intent.html,
    ],
  );
  return rowCount === 1;
}

/**
 * No send takes as long as this, so whoever has it in hand could not write down what came of it: the database was away when
 * the gateway answered.
 */
const LONGEST_SEND_MINUTES = 15;

/**
 * Messages whose worker died while sending, or never wrote down what came of it: nobody can say whether they left. They
 * become `unknown`. Returns their orders, so that what waits behind them goes on.
 */
export async function markAbandonedSends(
  db: Queryable,
  deadAfterSeconds: number,
): Promise<{ readonly id: string; readonly orderId: string }[]> {
  const { rows } = await db.query<{ id: string; orderId: string }>(
    `with lost as (
       update messages m set state = 'unknown', worker_id = null, updated_at = now(),
         reason = case when m.updated_at < now() - make_interval(mins => $2) then 'answer_not_recorded' else 'worker_died' end
       where m.state = 'sending'
         and (m.updated_at < now() - make_interval(mins => $2)
           or not exists (select from workers w where w.id = m.worker_id and w.beat_at > now() - make_interval(secs => $1)))
       returning m.id, m.order_id, m.reason
     ), noted as (
       insert into message_events (message_id, kind, detail) select id, 'unknown', reason from lost
     )
     select id, order_id as "orderId" from lost order by id`,
    [deadAfterSeconds, LONGEST_SEND_MINUTES],
  );
  return rows;
}

/** A parcel that a message was to tell of, and whether that is still worth telling. */
export interface MessageShipment {
  readonly shipmentId: string;
  /** Newer news of it was announced meanwhile. */
  readonly overtaken: boolean;
  /** It was voided or its number replaced meanwhile. */
  readonly retired: boolean;
}

/** The shipments of a message: its own and those whose news was merged into it. */
export async function readMessageShipments(db: Queryable, messageId: string): Promise<MessageShipment[]> {
  const { rows } = await db.query<MessageShipment>(
    `select m.shipment_id as "shipmentId", s.voided_at is not null or s.replaced_by is not null as retired,
       exists (select from transitions t where t.shipment_id = m.shipment_id and t.announced and t.id > m.transition_id) as overtaken
     from messages m join shipments s on s.id = m.shipment_id
     where m.id = $1 or m.merged_into = $1
     order by m.id`,
    [messageId],
  );
  return rows;
}

/** Whether any parcel of the order that still counts has made news: then its confirmation is overtaken. */
export async function hasAnnouncedNews(db: Queryable, orderId: string): Promise<boolean> {
  const { rowCount } = await db.query(
    `select from transitions t join shipments s on s.id = t.shipment_id
     where s.order_id = $1 and t.announced and s.voided_at is null and s.replaced_by is null limit 1`,
    [orderId],
  );
  return (rowCount ?? 0) > 0;
}

/** Where a message still may go from: the state a sender decides on, with what it needs for it. */
export interface QueuedMessage {
  readonly id: string;
  readonly cause: string;
  readonly channel: Channel;
  readonly attempts: number;
  readonly createdAt: Date;
  readonly nextAttemptAt: Date | null;
}

/** The queued messages of an order, oldest first. */
export async function listQueuedMessages(db: Queryable, orderId: string): Promise<QueuedMessage[]> {
  const { rows } = await db.query<QueuedMessage>(
    `select id, cause, channel, attempts, created_at as "createdAt", next_attempt_at as "nextAttemptAt"
     from messages where order_id = $1 and state = 'queued' order by id`,
    [orderId],
  );
  return rows;
}

/** Whether another process is sending a message of this order on this channel right now. */
export async function isSending(db: Queryable, orderId: string, channel: Channel): Promise<boolean> {
  const { rowCount } = await db.query(
    `select from messages where order_id = $1 and channel = $2 and state = 'sending' limit 1`,
    [orderId, channel],
  );
  return (rowCount ?? 0) > 0;
}
