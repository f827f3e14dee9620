import type { ChannelSender, OutgoingMessage, SendOutcome } from "../connectors/channels/contract.js";
import type { Credentials } from "../runtime/credentials.js";
import { type ConnectionRow, findStoreConnectionAmong } from "../store/connections.js";
import type { Database, Queryable } from "../store/database.js";
import {
  beginSend,
  hasAnnouncedNews,
  isSending,
  moveMessage,
  type QueuedMessage,
  readMessageShipments,
} from "../store/messages.js";
import { lockOrders } from "../store/order-states.js";
import type { OrderRow } from "../store/orders.js";
import type { StoreRow } from "../store/stores.js";
import { type ComposeContext, composeEmail } from "./compose-email.js";
import { renderEmail } from "./email/render-email.js";
import type { Suppression } from "./plan-messages.js";
import { nextAttemptAt } from "./retry-schedule.js";

/** An opened channel connection. */
export interface OpenChannel {
  readonly connection: ConnectionRow;
  readonly credentials: Credentials;
  readonly sender: ChannelSender;
}

export interface SendContext extends ComposeContext {
  readonly db: Database;
  readonly workerId: string;
  /** The connectors that can serve e-mail. */
  readonly connectors: readonly string[];
  readonly openChannel: (connection: ConnectionRow) => OpenChannel;
  readonly count: (channel: string, result: string) => void;
}

/** What came of one attempt. `busy`: another process is at this order's messages. `retryAt`: not now, but then. */
export type SendResult = { readonly result: "done" | "busy" } | { readonly result: "later"; readonly retryAt: Date };

/**
 * Sends one queued message. The intent, with the words exactly as they will go, is committed before anything leaves, so
 * that a worker which dies in between leaves a message in `sending` that nobody sends again unasked. News that has been
 * overtaken meanwhile is not told any more, which also keeps the messages of a parcel in order.
 */
export async function sendMessage(
  message: QueuedMessage,
  order: OrderRow,
  store: StoreRow,
  context: SendContext,
): Promise<SendResult> {
  const prepared = await context.db.transaction((tx) => prepare(tx, message, order, store, context));
  if (prepared === "done" || prepared === "busy") return { result: prepared };
  const outcome = await prepared.channel.sender.send(prepared.outgoing);
  context.count(message.channel, outcome.result);
  return settle(message, outcome, context);
}

async function prepare(
  tx: Queryable,
  message: QueuedMessage,
  order: OrderRow,
  store: StoreRow,
  context: SendContext,
): Promise<"done" | "busy" | { readonly outgoing: OutgoingMessage; readonly channel: OpenChannel }> {
  await lockOrders(tx, [order.id]);
  if (await isSending(tx, order.id, message.channel)) return "busy";
  const shipments = await readMessageShipments(tx, message.id);
  const shipmentIds = shipments
    .filter(({ overtaken, retired }) => !overtaken && !retired)
    .map(({ shipmentId }) => shipmentId);
  if (message.cause === "confirmed" ? await hasAnnouncedNews(tx, order.id) : shipmentIds.length === 0) {
    return suppress(tx, message, shipments.some(({ retired }) => retired) ? "shipment_retired" : "superseded");
  }
  const connection = await findStoreConnectionAmong(tx, order.storeId, context.connectors);
  if (connection === null) return suppress(tx, message, "no_connection");
  const address = order.customer?.email ?? null;
  if (address === null) return suppress(tx, message, "no_address");

  const channel = context.openChannel(connection);
  const view = await composeEmail(tx, store, order, shipmentIds, context);
  const rendered = renderEmail(view);
  const outgoing: OutgoingMessage = {
    id: message.id,
    from: { name: oneLine(channel.credentials.fromName || store.name), address: channel.credentials.fromAddress ?? "" },
    replyTo: channel.credentials.replyTo || null,
    to: { name: order.customer?.name ?? null, address },
    ...rendered,
    headers: {},
  };
  const begun = await beginSend(tx, {
    ...rendered,
    id: message.id,
    workerId: context.workerId,
    connectionId: connection.id,
    recipient: address,
    language: view.locale,
    template: "order-news",
  });
  return begun ? { outgoing, channel } : "done";
}

async function suppress(tx: Queryable, message: QueuedMessage, reason: Suppression): Promise<"done"> {
  await moveMessage(tx, message.id, "queued", { state: "suppressed", reason, kind: "suppressed" });
  return "done";
}

/** Writes down what came of it. A message that was given up for lost meanwhile still learns that it was accepted. */
async function settle(message: QueuedMessage, outcome: SendOutcome, context: SendContext): Promise<SendResult> {
  const { pool } = context.db;
  if (outcome.result === "accepted") {
    const sent = { state: "sent", reason: null, gatewayId: outcome.gatewayId, kind: "accepted" } as const;
    if (!(await moveMessage(pool, message.id, "sending", sent))) await moveMessage(pool, message.id, "unknown", sent);
    return { result: "done" };
  }
  if (outcome.result === "unknown") {
    await moveMessage(pool, message.id, "sending", { state: "unknown", reason: outcome.detail, kind: "unknown" });
    return { result: "done" };
  }
  const attempt = { attempts: message.attempts + 1, createdAtMs: message.createdAt.getTime(), nowMs: context.nowMs };
  const retryAt = nextAttemptAt(outcome, attempt);
  const reason = `${outcome.kind}: ${outcome.detail}`;
  if (retryAt === null) {
    await moveMessage(pool, message.id, "sending", { state: "failed", reason, kind: "refused" });
    return { result: "done" };
  }
  await moveMessage(pool, message.id, "sending", { state: "queued", reason, nextAttemptAt: retryAt, kind: "refused" });
  return { result: "later", retryAt };
}

function oneLine(text: string): string {
  return text.replaceAll(/[\r\n\u0000]+/g, " ");
}
