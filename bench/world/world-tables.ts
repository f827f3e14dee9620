import { secondText } from "./world-clock.js";

/** The columns that the world writes, by table, in the order of its rows. All others keep their defaults. */
export const WORLD_TABLES = {
  customers: ["id", "store_id", "customer_key", "name", "email", "language", "created_at", "updated_at"],
  orders: [
    "id",
    "store_id",
    "number",
    "customer_id",
    "placed_at",
    "destination",
    "status",
    "closed_at",
    "view_version",
    "created_at",
    "updated_at",
  ],
  line_items: ["id", "order_id", "position", "sku", "title", "quantity"],
  shipments: [
    "id",
    "store_id",
    "order_id",
    "connection_id",
    "carrier",
    "tracking_number",
    "service_level",
    "ship_date",
    "shipment_month",
    "destination",
    "status",
    "sub_status",
    "status_since",
    "last_scan_at",
    "edd_from",
    "edd_to",
    "edd_source",
    "next_poll_at",
    "last_polled_at",
    "poll_rank",
    "poll_urgent_at",
    "created_at",
    "updated_at",
  ],
  shipment_items: ["shipment_id", "line_item_id", "quantity"],
  shipment_subscriptions: [
    "shipment_id",
    "connection_id",
    "state",
    "subscribed_at",
    "next_attempt_at",
    "reason",
    "updated_at",
  ],
  scan_events: [
    "shipment_id",
    "shipment_month",
    "identity",
    "digest",
    "carrier",
    "tracking_number",
    "scan_code",
    "carrier_code",
    "carrier_text",
    "occurred_at",
    "local_time",
    "utc_offset",
    "zone",
    "precision",
    "place",
    "meaning",
    "status",
    "sub_status",
    "message_id",
    "message_month",
    "received_at",
    "created_at",
  ],
  edd_statements: ["shipment_id", "source", "from_date", "to_date", "newest_scan_key", "received_at"],
  // The last columns of these two are written when the row's turn in the log has come.
  transitions: ["shipment_id", "status", "sub_status", "cause", "occurred_at", "announced", "learned_at", "id"],
  messages: [
    "id",
    "store_id",
    "order_id",
    "shipment_id",
    "channel",
    "status",
    "sub_status",
    "state",
    "recipient",
    "language",
    "template",
    "subject",
    "body_text",
    "attempts",
    "created_at",
    "updated_at",
    "cause",
    "transition_id",
  ],
} as const;

export type WorldTable = keyof typeof WORLD_TABLES;

/** A row on its way: text of COPY without the line's end. */
export type WorldRow = readonly [table: WorldTable, line: string];

/** What a field may be; times are ms since the epoch in a `Date`. */
export type Field = string | number | boolean | Date | null;

/** Fields as COPY's text format has them. */
export function copyLine(fields: readonly Field[]): string {
  let line = "";
  for (const [index, field] of fields.entries()) line += index === 0 ? copyField(field) : `\t${copyField(field)}`;
  return line;
}

function copyField(field: Field): string {
  if (field === null) return "\\N";
  if (typeof field === "string") return SPECIAL.test(field) ? field.replaceAll(SPECIALS, escapeCharacter) : field;
  if (field instanceof Date) return `${secondText(field.getTime())}Z`;
  return typeof field === "boolean" ? (field ? "t" : "f") : String(field);
}

const SPECIAL = /[\\\t\n\r]/;
const SPECIALS = /[\\\t\n\r]/g;

function escapeCharacter(character: string): string {
  return { "\t": "\\t", "\n": "\\n", "\r": "\\r" }[character] ?? "\\\\";
}
