import { exactTextAt, listAt, readJson, recordAt, textAt } from "../../runtime/json.js";
import type { LocalAnswer, LocalRequest } from "../local-server.js";
import { type EasypostDesk, type EasypostWebhook, MAX_WEBHOOKS } from "./desk.js";
import { invalid, notFound } from "./refusals.js";
import { iso } from "./tracker.js";

const MAX_BODY_BYTES = 64 * 1024;
const MAX_SECRET_CHARS = 500;

/** The collection, or one webhook. */
export const WEBHOOKS_PATH = /^\/v2\/webhooks(?:\/([\w-]+))?$/;

/**
 * Webhooks of EasyPost. Creating wraps its body in `webhook`, changing does not; making the same twice makes two. A change
 * also switches a webhook on again.
 */
export function answerWebhooks(request: LocalRequest, id: string | undefined, desk: EasypostDesk): LocalAnswer {
  if (id === undefined && request.method === "GET") {
    return { status: 200, body: { webhooks: desk.webhooks().map(describe) } };
  }
  const reading = readJson(request.body, MAX_BODY_BYTES);
  const body = reading.ok ? reading.value : null;
  if (id === undefined) return request.method === "POST" ? create(recordAt(body, "webhook"), desk) : notFound();
  const webhook = desk.webhooks().find((one) => one.id === id);
  if (webhook === undefined) return notFound();
  switch (request.method) {
    case "GET":
      return { status: 200, body: describe(webhook) };
    case "PATCH":
    case "PUT":
      return change(webhook, body);
    case "DELETE":
      desk.removeWebhook(id);
      return { status: 200, body: {} };
    default:
      return notFound();
  }
}

function create(body: unknown, desk: EasypostDesk): LocalAnswer {
  const url = textAt(body, "url");
  if (url === null || !URL.canParse(url)) return invalid("url", "The url is missing or invalid.");
  const webhook = desk.addWebhook(url, secretIn(body), headersIn(body));
  if (webhook === null) return invalid("url", `An account has at most ${MAX_WEBHOOKS} webhooks.`);
  return { status: 201, body: describe(webhook) };
}

function change(webhook: EasypostWebhook, body: unknown): LocalAnswer {
  webhook.secret = secretIn(body) ?? webhook.secret;
  if (listAt(body, "custom_headers").length > 0) webhook.headers = headersIn(body);
  webhook.disabledAt = null;
  webhook.failures = 0;
  return { status: 201, body: describe(webhook) };
}

/** As it stands: its blanks count. */
function secretIn(body: unknown): string | null {
  return exactTextAt(body, MAX_SECRET_CHARS, "webhook_secret");
}

function headersIn(body: unknown): Record<string, string> {
  return Object.fromEntries(
    listAt(body, "custom_headers")
      .slice(0, 20)
      .flatMap((one) => {
        const [name, value] = [textAt(one, "name"), textAt(one, "value")];
        return name === null || value === null || !/^[\w-]+$/.test(name) ? [] : [[name.toLowerCase(), value]];
      }),
  );
}

/** The secret is never said again. */
function describe({ id, url, headers, createdAt, disabledAt }: EasypostWebhook): object {
  return {
    id,
    object: "Webhook",
    mode: "production",
    url,
    created_at: iso(createdAt),
    disabled_at: disabledAt === null ? null : iso(disabledAt),
    custom_headers: Object.entries(headers).map(([name, value]) => ({ name, value })),
  };
}
