/** What the world remembers from one order to the next. */
export interface WorldMemory {
  readonly random: () => number;
  readonly newId: (prefix: string, atMs: number) => string;
  /** Customers who may come again, by store. */
  readonly customers: readonly { readonly id: string; readonly email: string }[][];
  /** The last serial number by `<store> <carrier>`, of parcels, and by store, of orders and customers. */
  readonly serials: Map<string, number>;
  readonly nowMs: number;
  /** Of the parcels that are polled, the share whose poll is due; the others are due later. */
  readonly dueShare: number;
  /** Orders, parcels and subscriptions alone. */
  readonly bare: boolean;
}
