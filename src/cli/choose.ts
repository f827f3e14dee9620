import type { Database } from "../store/database.js";
import { findOrdersByReference } from "../store/order-lookup.js";
import type { OrderRow } from "../store/orders.js";
import { listStores, type StoreRow } from "../store/stores.js";
import { CommandError } from "./command-error.js";

/**
 * The store that an operator names by id or exact name; without a name, the only one there is.
 * @throws CommandError which says how to name it
 */
export async function chooseStore(db: Database, reference: string | undefined): Promise<StoreRow> {
  const stores = await listStores(db.pool);
  if (stores.length === 0) throw new CommandError("There is no store yet. Add one with: waybill stores add <name>");
  const meant =
    reference === undefined ? stores : stores.filter(({ id, name }) => id === reference || name === reference);
  const [store, another] = meant;
  if (store === undefined) {
    throw new CommandError(`There is no store "${reference?.slice(0, 80)}". List them with: waybill stores list`);
  }
  if (another === undefined) return store;
  throw new CommandError(`Say which of ${meant.length} stores is meant by its id. List them with: waybill stores list`);
}

/**
 * The order that an operator names by its number or id.
 * @throws CommandError when there is none, or several stores have that number
 */
export async function chooseOrder(db: Database, reference: string, store: string | undefined): Promise<OrderRow> {
  const storeId = store === undefined ? null : (await chooseStore(db, store)).id;
  const [order, another] = await findOrdersByReference(db.pool, reference, storeId);
  if (order === undefined) {
    const where = storeId === null ? "" : " in this store";
    throw new CommandError(
      `There is no order "${reference.slice(0, 100)}"${where}. Check the number, or use its id (ord_…).`,
    );
  }
  if (another === undefined) return order;
  throw new CommandError(
    `Several stores have an order ${reference.slice(0, 100)}. Add --store <id>, or use its id (ord_…).`,
  );
}
