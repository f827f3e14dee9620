/**
 * The six statuses and the closed list of sub-statuses. Nothing else in Waybill may invent one.
 * Customer sentences live in `sentences/`, so that the page and every message say the same thing.
 */

/** Statuses in the order in which a parcel that meets no trouble goes through them; `exception` stands outside. */
export const STATUSES = [
  "order_confirmed",
  "label_created",
  "in_transit",
  "out_for_delivery",
  "delivered",
  "exception",
] as const;

export type Status = (typeof STATUSES)[number];

/** Who has to do something before the parcel moves on. */
export type Actor = "nobody" | "shopper" | "merchant" | "carrier";

interface SubStatusRow {
  readonly status: Status;
  readonly actor: Actor;
  /** Reaching it changes what a shopper would want to know. Sub-statuses that are not news share the news of their status. */
  readonly news: boolean;
  /** Says no more than its status does; a version of the same scan with a sharper sub-status wins over it. */
  readonly generic?: true;
  /** The shipment ends here: no more scans are expected. */
  readonly terminal?: true;
}

const row = (status: Status, actor: Actor, news: boolean, extra: Partial<SubStatusRow> = {}): SubStatusRow => ({
  status,
  actor,
  news,
  ...extra,
});

/** Every sub-status with its status, who must act, and whether reaching it is news. */
export const SUB_STATUSES = {
  confirmed: row("order_confirmed", "nobody", true, { generic: true }),
  processing: row("order_confirmed", "merchant", false),

  label_created: row("label_created", "nobody", true, { generic: true }),
  pickup_scheduled: row("label_created", "carrier", false),
  pickup_failed: row("label_created", "merchant", false),

  picked_up: row("in_transit", "nobody", false),
  moving: row("in_transit", "nobody", true, { generic: true }),
  departed: row("in_transit", "nobody", false),
  arrived: row("in_transit", "nobody", false),
  at_destination_facility: row("in_transit", "nobody", false),
  handed_to_partner: row("in_transit", "nobody", false),
  to_pickup_point: row("in_transit", "nobody", false),
  customs_processing: row("in_transit", "nobody", false),
  customs_cleared: row("in_transit", "nobody", false),
  delivery_change: row("in_transit", "nobody", false),
  rescheduled: row("in_transit", "nobody", false),

  out_for_delivery: row("out_for_delivery", "nobody", true, { generic: true }),
  arriving_soon: row("out_for_delivery", "nobody", false),
  available_for_pickup: row("out_for_delivery", "shopper", true),
  pickup_reminder: row("out_for_delivery", "shopper", true),

  delivered: row("delivered", "nobody", true, { generic: true, terminal: true }),
  signed_for: row("delivered", "nobody", false, { terminal: true }),
  left_in_safe_place: row("delivered", "nobody", false, { terminal: true }),
  in_mailbox: row("delivered", "nobody", false, { terminal: true }),
  to_neighbour: row("delivered", "nobody", false, { terminal: true }),
  to_reception: row("delivered", "nobody", false, { terminal: true }),
  parcel_locker: row("delivered", "nobody", false, { terminal: true }),
  collected: row("delivered", "nobody", false, { terminal: true }),

  delivery_attempted: row("exception", "carrier", true),
  recipient_unavailable: row("exception", "shopper", true),
  business_closed: row("exception", "carrier", true),
  access_problem: row("exception", "shopper", true),
  address_issue: row("exception", "shopper", true),
  refused: row("exception", "merchant", true),
  payment_due: row("exception", "shopper", true),
  shopper_action_required: row("exception", "shopper", true),
  delayed: row("exception", "carrier", true),
  delayed_weather: row("exception", "carrier", true),
  delayed_operational: row("exception", "carrier", true),
  missorted: row("exception", "carrier", true),
  held: row("exception", "carrier", true),
  customs_held: row("exception", "carrier", true),
  customs_documents_missing: row("exception", "merchant", true),
  customs_duties_due: row("exception", "shopper", true),
  customs_rejected: row("exception", "merchant", true),
  security_hold: row("exception", "carrier", true),
  not_permitted: row("exception", "merchant", true),
  damaged: row("exception", "merchant", true),
  lost: row("exception", "merchant", true),
  under_investigation: row("exception", "carrier", true),
  returning_to_sender: row("exception", "merchant", true),
  returned_to_sender: row("exception", "merchant", true, { terminal: true }),
  cancelled: row("exception", "merchant", true, { terminal: true }),
  disposed: row("exception", "merchant", true, { terminal: true }),
  problem: row("exception", "carrier", true, { generic: true }),
} as const satisfies Record<string, SubStatusRow>;

export type SubStatus = keyof typeof SUB_STATUSES;

/** The row of a sub-status: its status, who must act, whether reaching it is news. */
export function subStatusRow(subStatus: SubStatus): SubStatusRow {
  return SUB_STATUSES[subStatus];
}

/** Whether a text is one of our sub-statuses. Prototype keys (`constructor`) are not. */
export function isSubStatus(text: string): text is SubStatus {
  return Object.hasOwn(SUB_STATUSES, text);
}

/**
 * What a sub-status counts as when news is compared: itself when reaching it is news, else the plain sub-status of
 * its status. So `departed` after `arrived` tells nobody anything, while `customs_held` after `delayed` does.
 */
export function newsSubStatus(subStatus: SubStatus): SubStatus {
  const { news, status } = subStatusRow(subStatus);
  return news ? subStatus : PLAIN_SUB_STATUS[status];
}

/** How far along a status is, 0 (confirmed) to 4 (delivered). `exception` has no stage of its own: null. */
export function stageOf(status: Status): number | null {
  return status === "exception" ? null : STATUSES.indexOf(status);
}

/** The sub-status that says no more than its status. */
export const PLAIN_SUB_STATUS: Readonly<Record<Status, SubStatus>> = {
  order_confirmed: "confirmed",
  label_created: "label_created",
  in_transit: "moving",
  out_for_delivery: "out_for_delivery",
  delivered: "delivered",
  exception: "problem",
};

/** Whether no more scans are expected after this sub-status. */
export function isTerminal(subStatus: SubStatus): boolean {
  return subStatusRow(subStatus).terminal === true;
}
