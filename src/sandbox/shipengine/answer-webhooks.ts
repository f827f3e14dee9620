import { listAt, readJson, textAt } from "../../runtime/json.js";
import type { LocalAnswer, LocalRequest } from "../local-server.js";
import type { ShipengineDesk, ShipengineWebhook } from "./desk.js";
import { notFound, refuse } from "./refusals.js";

const MAX_BODY_BYTES = 64 * 1024;
const EVENTS: readonly string[] = [
  "batch",
  "carrier_connected",
  "order_source_refresh_complete",
  "rate",
  "report_complete",
  "sales_orders_imported",
  "track",
];

/** The collection, or one webhook. */
export const WEBHOOKS_PATH = /^\/v1\/environment\/webhooks(?:\/([\w-]+))?$/;

/** Webhooks of ShipEngine: list, create (409 when the event has one), show, change and delete (204 both). */
export function answerWebhooks(request: LocalRequest, id: string | undefined, desk: ShipengineDesk): LocalAnswer {
  if (id === undefined && request.method === "GET") return { status: 200, body: desk.webhooks().map(describe) };
  if (id === undefined) return request.method === "POST" ? create(request, desk) : notFound();
  const webhook = desk.webhooks().find((one) => one.id === id);
  if (webhook === undefined) return notFound();
  switch (request.method) {
    case "GET":
      return { status: 200, body: describe(webhook) };
    case "PUT":
      return change(webhook, request);
    case "DELETE":
      desk.removeWebhook(id);
      return { status: 204 };
    default:
      return notFound();
  }
}

function create(request: LocalRequest, desk: ShipengineDesk): LocalAnswer {
  const body = bodyOf(request);
  const [event, url] = [textAt(body, "event"), textAt(body, "url")];
  if (event === null || !EVENTS.includes(event))
    return refuse(400, "invalid_field_value", "The event is unknown.", { fieldName: "event" });
  if (url === null || !URL.canParse(url))
    return refuse(400, "invalid_field_value", "The url is invalid.", { fieldName: "url" });
  const webhook = desk.addWebhook({ event, url, headers: headersIn(body), name: textAt(body, "name") ?? "" });
  return webhook === null
    ? refuse(409, "webhook_event_type_conflict", `There is a webhook for ${event} already.`, { type: "business_rules" })
    : { status: 200, body: describe(webhook) };
}

function change(webhook: ShipengineWebhook, request: LocalRequest): LocalAnswer {
  const body = bodyOf(request);
  const url = textAt(body, "url");
  if (url !== null && !URL.canParse(url))
    return refuse(400, "invalid_field_value", "The url is invalid.", { fieldName: "url" });
  webhook.url = url ?? webhook.url;
  webhook.name = textAt(body, "name") ?? webhook.name;
  if (listAt(body, "headers").length > 0) webhook.headers = headersIn(body);
  return { status: 204 };
}

function bodyOf(request: LocalRequest): unknown {
  const reading = readJson(request.body, MAX_BODY_BYTES);
  return reading.ok ? reading.value : null;
}

function headersIn(body: unknown): Record<string, string> {
  return Object.fromEntries(
    listAt(body, "headers")
      .slice(0, 20)
      .flatMap((one) => {
        const [key, value] = [textAt(one, "key"), textAt(one, "value")];
        return key === null || value === null || !/^[\w-]+$/.test(key) ? [] : [[key.toLowerCase(), value]];
      }),
  );
}

function describe({ id, url, event, headers, name }: ShipengineWebhook): object {
  const list = Object.entries(headers).map(([key, value]) => ({ key, value }));
  return { webhook_id: id, url, event, headers: list, name };
}
