import type { OrdersContext } from "../orders/take-order.js";
import type { Presenter } from "./present.js";

/** What the API's routes need: the order room's context, and how to show carriers and links. */
export interface ApiContext extends OrdersContext {
  readonly presenter: Presenter;
}
