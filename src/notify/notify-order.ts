import type { Database } from "../store/database.js";
import { addJobs } from "../store/jobs.js";
import { listQueuedMessages, markAbandonedSends, moveMessage } from "../store/messages.js";
import { findOrderOfAnyStore } from "../store/orders.js";
import { findStore } from "../store/stores.js";
import { coverNews } from "./cover-news.js";
import { type SendContext, sendMessage } from "./send-message.js";

/** The task of the job that looks for news of an order. */
export const NOTIFY_TASK = "notify";

/** How soon to look again when another process is at the same order. */
const BUSY_PAUSE_MS = 2_000;

export interface NotifyContext extends Omit<SendContext, "nowMs"> {
  readonly now: () => number;
  readonly newId: (prefix: string) => string;
  readonly newsMaxAgeHours: number;
}

/**
 * Tells the customer of an order what is new: covers every piece of news by a message row, then sends what is queued, one
 * after the other. Safe to run at any time, any number of times; what it leaves over for later is a job with a time.
 */
export async function notifyOrder(orderId: string, context: NotifyContext): Promise<void> {
  const order = await findOrderOfAnyStore(context.db.pool, orderId);
  const store = order && (await findStore(context.db.pool, order.storeId));
  if (order === null || store === null) return;
  await context.db.transaction((tx) => coverNews(tx, order, { ...context, channel: "email", nowMs: context.now() }));

  let againAt: number | null = null;
  for (const message of await listQueuedMessages(context.db.pool, orderId)) {
    const nowMs = context.now();
    const dueMs = message.nextAttemptAt?.getTime() ?? nowMs;
    if (dueMs > nowMs) {
      againAt = earlier(againAt, dueMs);
      continue;
    }
    const sent = await sendMessage(message, order, store, { ...context, nowMs });
    if (sent.result === "later") againAt = earlier(againAt, sent.retryAt.getTime());
    if (sent.result === "busy") againAt = earlier(againAt, nowMs + BUSY_PAUSE_MS);
  }
  if (againAt !== null) await addNotifyJobs(context.db, [orderId], new Date(againAt));
}

/**
 * Finds messages whose worker died while sending. They become `unknown`: listed, and sent again with the same
 * Message-ID only if the store's operator says so (`resend`). What waited behind them goes on. Returns how many.
 */
export async function recoverAbandonedSends(
  db: Database,
  { deadAfterSeconds, onUnknown }: { readonly deadAfterSeconds: number; readonly onUnknown: "keep" | "resend" },
): Promise<number> {
  const lost = await markAbandonedSends(db.pool, deadAfterSeconds);
  if (onUnknown === "resend") {
    for (const { id } of lost)
      await moveMessage(db.pool, id, "unknown", { state: "queued", reason: "resend", kind: "resend" });
  }
  await addNotifyJobs(db, [...new Set(lost.map(({ orderId }) => orderId))], null);
  return lost.length;
}

async function addNotifyJobs(db: Database, orderIds: readonly string[], runAt: Date | null): Promise<void> {
  await addJobs(
    db.pool,
    orderIds.map((orderId) => ({
      task: NOTIFY_TASK,
      key: `${NOTIFY_TASK}:${orderId}`,
      payload: { orderId },
      ...(runAt !== null && { runAt }),
    })),
  );
}

function earlier(a: number | null, b: number): number {
  return a === null ? b : Math.min(a, b);
}
