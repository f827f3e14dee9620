import { findStoreConnectionAmong } from "../store/connections.js";
import type { Queryable } from "../store/database.js";
import {
  type Channel,
  hasAnnouncedNews,
  insertMessage,
  isCovered,
  readUncoveredNews,
  type UncoveredNews,
} from "../store/messages.js";
import { lockOrders } from "../store/order-states.js";
import type { OrderRow } from "../store/orders.js";
import { readShipments } from "../store/shipments.js";
import { type Plan, type PlanInput, planMessages } from "./plan-messages.js";

const CONFIRMED = "confirmed";

export interface CoverOptions {
  readonly channel: Channel;
  /** The connectors that can serve the channel. */
  readonly connectors: readonly string[];
  readonly newId: (prefix: string) => string;
  readonly nowMs: number;
  readonly newsMaxAgeHours: number;
}

/**
 * Gives every piece of news of an order exactly one row in the communication log for this channel: queued, merged into
 * another, or suppressed with the reason. Under the order's lock, so two workers never cover the same news twice.
 */
export async function coverNews(tx: Queryable, order: OrderRow, options: CoverOptions): Promise<void> {
  await lockOrders(tx, [order.id]);
  const news = await readUncoveredNews(tx, order.id, options.channel);
  const confirmation = await findConfirmation(tx, order, options.channel);
  if (news.length === 0 && confirmation === null) return;
  const shipments = await readShipments(tx, [order.id]);
  const plans = planMessages({
    news,
    confirmation,
    isOldOrder: options.nowMs - order.placedAt.getTime() > options.newsMaxAgeHours * 3_600_000,
    hasEarlierNews: await hasAnnouncedNews(tx, order.id),
    retiredShipmentIds: new Set(
      shipments.filter(({ voidedAt, replacedBy }) => voidedAt !== null || replacedBy !== null).map(({ id }) => id),
    ),
    obstacle: await findObstacle(tx, order, options),
  });
  await insertPlans(tx, order, plans, options);
}

/** The order's own confirmation is news once, unless the order is imported history. */
async function findConfirmation(tx: Queryable, order: OrderRow, channel: Channel): Promise<UncoveredNews | null> {
  if (order.silent || (await isCovered(tx, order.id, CONFIRMED, channel))) return null;
  return { cause: CONFIRMED, shipmentId: null, transitionId: null, status: "order_confirmed", subStatus: "confirmed" };
}

async function findObstacle(
  tx: Queryable,
  order: OrderRow,
  { channel, connectors }: CoverOptions,
): Promise<PlanInput["obstacle"]> {
  if (channel === "email" && order.customer?.email == null) return "no_address";
  return (await findStoreConnectionAmong(tx, order.storeId, connectors)) === null ? "no_connection" : null;
}

async function insertPlans(
  tx: Queryable,
  order: OrderRow,
  plans: readonly Plan[],
  { channel, newId }: CoverOptions,
): Promise<void> {
  const ids = new Map(plans.map((plan) => [plan.news, newId("msg")]));
  for (const plan of plans) {
    const id = ids.get(plan.news);
    if (id === undefined) continue;
    await insertMessage(tx, {
      ...plan.news,
      id,
      storeId: order.storeId,
      orderId: order.id,
      channel,
      state: plan.state,
      reason: plan.state === "suppressed" ? plan.reason : null,
      mergedInto: plan.state === "merged" ? (ids.get(plan.into) ?? null) : null,
    });
  }
}
