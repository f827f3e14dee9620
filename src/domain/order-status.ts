import { isTerminal, STATUSES, type Status, type SubStatus, stageOf } from "./status.js";

/** What an order's status needs to know of one of its shipments. */
export interface ShipmentOfOrder {
  readonly direction: "outbound" | "return";
  /** Null before any mapped scan: a registered shipment counts as `label_created`. */
  readonly status: Status | null;
  readonly subStatus: SubStatus | null;
  readonly voided: boolean;
  /** Its number was replaced by another shipment's. */
  readonly replaced: boolean;
}

/** Where an order stands. */
export interface OrderState {
  readonly status: Status;
  /** Outbound shipments by status, those that are voided or replaced left out. */
  readonly counts: Readonly<Record<Status, number>>;
  /** Nothing more is expected: there are outbound shipments, and every one has come to its end. */
  readonly closed: boolean;
}

/**
 * The status of an order from its outbound shipments: `order_confirmed` without any, `exception` while one is in trouble,
 * `delivered` when all are, else that of the least advanced. A shipment that was returned or cancelled does not hold the
 * others back; when there are no others, the order itself is in trouble.
 */
export function orderState(shipments: readonly ShipmentOfOrder[]): OrderState {
  const outbound = shipments.filter(
    (shipment) => shipment.direction === "outbound" && !shipment.voided && !shipment.replaced,
  );
  const going = outbound.filter((shipment) => !isGivenUp(shipment)).map(statusOf);
  return {
    status: outbound.length > 0 && going.length === 0 ? "exception" : leastAdvanced(going),
    counts: countByStatus(outbound.map(statusOf)),
    closed: outbound.length > 0 && outbound.every(({ subStatus }) => subStatus !== null && isTerminal(subStatus)),
  };
}

function isGivenUp({ subStatus }: ShipmentOfOrder): boolean {
  return subStatus === "returned_to_sender" || subStatus === "cancelled";
}

function statusOf({ status }: ShipmentOfOrder): Status {
  return status ?? "label_created";
}

function leastAdvanced(statuses: readonly Status[]): Status {
  const [first, ...others] = statuses;
  if (first === undefined) return "order_confirmed";
  return others.reduce((least, status) => (rank(status) < rank(least) ? status : least), first);
}

/** Trouble goes before everything. */
function rank(status: Status): number {
  return stageOf(status) ?? -1;
}

function countByStatus(statuses: readonly Status[]): Record<Status, number> {
  const counts = Object.fromEntries(STATUSES.map((status) => [status, 0])) as Record<Status, number>;
  for (const status of statuses) counts[status] += 1;
  return counts;
}
