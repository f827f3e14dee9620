import type { Queryable } from "./database.js";
import type { MessageState } from "./messages.js";

/** One thing that happened to a message. */
export interface MessageEventRow {
  readonly messageId: string;
  readonly kind: string;
  readonly detail: string | null;
  readonly at: Date;
}

/** What happened to the given messages, oldest first. */
export async function listMessageEvents(db: Queryable, messageIds: readonly string[]): Promise<MessageEventRow[]> {
  const { rows } = await db.query<MessageEventRow>(
    `select message_id as "messageId", kind, detail, at from message_events
     where message_id = any($1::text[]) order by message_id, id`,
    [messageIds],
  );
  return rows;
}

/** What a decision about one message needs to know of it; null when there is none. */
export async function findMessageState(
  db: Queryable,
  id: string,
): Promise<{ readonly storeId: string; readonly orderId: string; readonly state: MessageState } | null> {
  const { rows } = await db.query<{ storeId: string; orderId: string; state: MessageState }>(
    `select store_id as "storeId", order_id as "orderId", state from messages where id = $1`,
    [id],
  );
  return rows[0] ?? null;
}
