import { writeAudit } from "../store/audit-log.js";
import type { Database, Queryable } from "../store/database.js";
import {
  clearMessagesTo,
  deleteBodies,
  deleteErasable,
  type ErasableFacts,
  type ErasureScope,
  findPointedBodies,
  forgetExamples,
  listOrdersOfCustomers,
  lockErasable,
  readAddresses,
  readCustomerIds,
  readErasable,
  searchBodies,
} from "../store/erasure.js";
import { deleteCustomersWithoutOrders } from "../store/expire-orders.js";
import type { StoredMessage } from "../store/shipment-legs.js";

/** What an erasure took away, or would. */
export interface Erased {
  readonly orders: number;
  readonly customers: number;
  readonly shipments: number;
  readonly scans: number;
  readonly messages: number;
  readonly bodies: number;
}

export interface ErasureOptions {
  readonly db: Database;
  /** Who does it, for the audit log. */
  readonly actor: string;
  /** Count, and change nothing. */
  readonly dryRun: boolean;
}

const NOTHING: Erased = { orders: 0, customers: 0, shipments: 0, scans: 0, messages: 0, bodies: 0 };

/** Bodies looked through in one query, which is also how many are deleted in one transaction at most. */
const BODIES_AT_ONCE = 2000;
/** Orders erased in one transaction. */
const ORDERS_AT_ONCE = 100;
/** Before every id of ours. */
const FIRST_ID = "";

/**
 * Erases an order with everything that was made of it and every raw body that speaks of its numbers, and its customer if that was
 * the last order. The bodies go first and the rows last, in one transaction: what was broken off is found and finished by asking again.
 */
export async function eraseOrder(
  order: { readonly id: string; readonly storeId: string },
  options: ErasureOptions,
): Promise<Erased> {
  const scope = { storeId: order.storeId, orderIds: [order.id] };
  const customerIds = await readCustomerIds(options.db.pool, scope.orderIds);
  const erased = await eraseScope(scope, options);
  if (options.dryRun) {
    const others = await Promise.all(customerIds.map((id) => listOrdersOfCustomers(options.db.pool, [id], 2)));
    return { ...erased, customers: others.filter((orders) => orders.length < 2).length };
  }
  const customers = await options.db.transaction((tx) => deleteCustomersWithoutOrders(tx, customerIds));
  return { ...erased, customers };
}

/** Erases the customers, all of one store, with all their orders; messages to their addresses lose what they say wherever they are. */
export async function eraseCustomers(
  { storeId, customerIds }: { readonly storeId: string; readonly customerIds: readonly string[] },
  options: ErasureOptions,
): Promise<Erased> {
  const { db, actor, dryRun } = options;
  if (dryRun) {
    const orderIds = await listOrdersOfCustomers(db.pool, customerIds, Number.MAX_SAFE_INTEGER);
    return { ...(await eraseScope({ storeId, orderIds }, options)), customers: customerIds.length };
  }
  let sum = NOTHING;
  for (;;) {
    const orderIds = await listOrdersOfCustomers(db.pool, customerIds, ORDERS_AT_ONCE);
    if (orderIds.length === 0) break;
    sum = add(sum, await eraseScope({ storeId, orderIds }, options));
  }
  return db.transaction(async (tx) => {
    const cleared = await clearMessagesTo(tx, storeId, await readAddresses(tx, customerIds));
    const customers = await deleteCustomersWithoutOrders(tx, customerIds);
    for (const id of customerIds)
      await writeAudit(tx, { storeId, actor, action: "customer.erased", subject: id, detail: { orders: sum.orders } });
    return { ...sum, customers, messages: sum.messages + cleared };
  });
}

async function eraseScope(scope: ErasureScope, options: ErasureOptions): Promise<Erased> {
  const { db, dryRun } = options;
  if (scope.orderIds.length === 0) return NOTHING;
  const facts = await readErasable(db.pool, scope);
  const swept = await sweepBodies(scope, facts, options);
  if (dryRun) return toErased(scope, facts, swept.bodies);
  return db.transaction((tx) => eraseUnderLock(tx, scope, swept, options.actor));
}

interface Sweep {
  readonly bodies: number;
  /** Everything up to here was looked through, for these numbers. */
  readonly lastId: string;
  readonly numbers: readonly string[];
}

/** Finds the bodies, and deletes them unless it is a dry run, in transactions of their own: there may be many to look through. */
async function sweepBodies(scope: ErasureScope, facts: ErasableFacts, { db, dryRun }: ErasureOptions): Promise<Sweep> {
  const { numbers } = facts;
  let bodies = 0;
  let lastId = FIRST_ID;
  for await (const stretch of stretches(db.pool, scope, facts, FIRST_ID)) {
    lastId = stretch.lastId;
    const { found } = stretch;
    bodies += dryRun || found.length === 0 ? found.length : await db.transaction((tx) => deleteStretch(tx, found));
  }
  return { bodies, lastId, numbers };
}

async function deleteStretch(tx: Queryable, found: readonly StoredMessage[]): Promise<number> {
  const deleted = await deleteBodies(tx, found);
  await forgetExamples(tx, found);
  return deleted;
}

/**
 * What came in while the bodies were looked through is looked through under the locks. A number that the order got meanwhile was
 * not looked for, so for that everything is.
 */
async function eraseUnderLock(tx: Queryable, scope: ErasureScope, swept: Sweep, actor: string): Promise<Erased> {
  await lockErasable(tx, scope);
  const facts = await readErasable(tx, scope);
  const known = facts.numbers.every((number) => swept.numbers.includes(number));
  const bodies = await findPointedBodies(tx, scope);
  for await (const { found } of stretches(tx, scope, facts, known ? swept.lastId : FIRST_ID)) bodies.push(...found);
  const deleted = await deleteBodies(tx, bodies);
  await deleteErasable(tx, scope, facts);
  await forgetExamples(tx, bodies);
  const erased = toErased(scope, facts, swept.bodies + deleted);
  const { customers: _, orders: __, ...detail } = erased;
  for (const id of scope.orderIds)
    await writeAudit(tx, {
      storeId: scope.storeId,
      actor,
      action: "order.erased",
      subject: id,
      detail: scope.orderIds.length === 1 ? detail : {},
    });
  return erased;
}

/** All bodies since the first parcel, stretch by stretch. */
async function* stretches(db: Queryable, { storeId }: ErasureScope, facts: ErasableFacts, afterId: string) {
  const { numbers, firstMonth } = facts;
  if (firstMonth === null) return;
  let last = afterId;
  for (;;) {
    const search = { storeId, numbers, firstMonth, afterId: last, limit: BODIES_AT_ONCE };
    const { lastId, found } = await searchBodies(db, search);
    if (lastId === null) return;
    last = lastId;
    yield { lastId, found };
  }
}

function toErased({ orderIds }: ErasureScope, facts: ErasableFacts, bodies: number): Erased {
  return {
    orders: orderIds.length,
    customers: 0,
    shipments: facts.shipments.length,
    scans: facts.scans,
    messages: facts.messages,
    bodies,
  };
}

function add(a: Erased, b: Erased): Erased {
  return {
    orders: a.orders + b.orders,
    customers: a.customers + b.customers,
    shipments: a.shipments + b.shipments,
    scans: a.scans + b.scans,
    messages: a.messages + b.messages,
    bodies: a.bodies + b.bodies,
  };
}
