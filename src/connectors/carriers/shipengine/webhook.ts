import { createHash } from "node:crypto";
import type { Credentials } from "../../../runtime/credentials.js";
import type { HttpResponse } from "../../../runtime/http-client.js";
import { listAt, readJson, recordAt, textAt } from "../../../runtime/json.js";
import { CarrierCallError, type SubscribeContext } from "../contract.js";
import { callShipEngine, failureOf } from "./call.js";
import { settingOf } from "./credentials.js";

const MAX_LIST_BYTES = 256 * 1024;
const PATH = "/environment/webhooks";
/** How often to look whether somebody has removed or turned the webhook. */
const LOOK_EVERY_MS = 24 * 60 * 60 * 1_000;

/**
 * Makes sure that ShipEngine sends news of parcels to this connection's address, with its push secret. One webhook serves all
 * numbers of an account, so it is looked at once a day and when address or secret change, not for every number: that it
 * was there is kept in the connection's token cache, which ShipEngine has no other use for and all processes share.
 * @throws CarrierCallError
 */
export async function ensureWebhook(context: SubscribeContext): Promise<void> {
  const wanted = fingerprintOf(context);
  const look = async () => {
    await setWebhook(context);
    return { value: wanted, expiresAt: context.now() + LOOK_EVERY_MS };
  };
  const known = await context.tokens.get(look);
  if (known.value !== wanted) await context.tokens.refresh(known, look);
}

/** Of the address and the header, so that no secret is kept a second time. */
function fingerprintOf({ hookUrl, credentials }: SubscribeContext): string {
  const wanted = JSON.stringify([hookUrl, headersOf(credentials)]);
  return `webhook:${createHash("sha256").update(wanted).digest("base64url")}`;
}

interface Webhook {
  readonly id: string;
  readonly url: string;
  readonly headers: readonly unknown[];
}

async function setWebhook(context: SubscribeContext): Promise<void> {
  if (await settle(await listWebhooks(context), context)) return;
  const created = await callShipEngine(
    { method: "POST", path: PATH, body: { event: "track", ...contentOf(context) }, maxBytes: MAX_LIST_BYTES },
    context,
  );
  if (created.status === 200 || created.status === 201) return checkCreated(created);
  if (created.status !== 409) throw refused(created, context);
  // There is one for this kind of news: made meanwhile by another process of ours, or by somebody else.
  const webhooks = await listWebhooks(context);
  const [other] = webhooks;
  if (await settle(webhooks, context)) return;
  if (other === undefined) throw refused(created, context);
  // No number is at fault, so the whole connection waits for the operator.
  if (settingOf(context.credentials, "takeOverWebhook").toLowerCase() !== "yes")
    throw new CarrierCallError(
      "unauthorized",
      "ShipEngine sends tracking news of this account to another address. Remove that webhook, or set takeOverWebhook to yes.",
    );
  await update(other, context);
}

/** Whether one of the webhooks is ours; it is mended where its address or its secret have changed. */
async function settle(webhooks: readonly Webhook[], context: SubscribeContext): Promise<boolean> {
  const { hookUrl, credentials } = context;
  const ours =
    webhooks.find(({ url }) => url === hookUrl) ?? webhooks.find(({ url }) => pathOf(url) === pathOf(hookUrl));
  if (ours === undefined) return false;
  const wanted = headersOf(credentials);
  const hasSecret = wanted.every(({ key, value }) =>
    ours.headers.some(
      (header) => textAt(header, "key")?.toLowerCase() === key.toLowerCase() && textAt(header, "value") === value,
    ),
  );
  if (ours.url !== hookUrl || !hasSecret) await update(ours, context);
  return true;
}

async function listWebhooks(context: SubscribeContext): Promise<readonly Webhook[]> {
  const response = await callShipEngine({ method: "GET", path: PATH, maxBytes: MAX_LIST_BYTES }, context);
  if (response.status !== 200) throw refused(response, context);
  const reading = readJson(response.body, MAX_LIST_BYTES);
  if (!reading.ok || !Array.isArray(reading.value))
    throw new CarrierCallError("unreadable", "ShipEngine answered without a list of webhooks.");
  return listAt({ webhooks: reading.value }, "webhooks").flatMap(readWebhook);
}

/** Of the webhooks for news of parcels; the id goes into a path, so it may hold nothing else. */
function readWebhook(listed: unknown): Webhook[] {
  const id = textAt(listed, "webhook_id") ?? "";
  const url = textAt(listed, "url");
  if (recordAt(listed) === null || textAt(listed, "event") !== "track" || url === null) return [];
  return /^[\w-]{1,100}$/.test(id) ? [{ id, url, headers: listAt(listed, "headers") }] : [];
}

/** @throws CarrierCallError where something else than ShipEngine answered */
function checkCreated({ body }: HttpResponse): void {
  const reading = readJson(body, MAX_LIST_BYTES);
  if (!reading.ok || textAt(reading.value, "webhook_id") === null)
    throw new CarrierCallError("unreadable", "ShipEngine answered without the webhook that it was to make.");
}

async function update({ id }: Webhook, context: SubscribeContext): Promise<void> {
  const response = await callShipEngine(
    { method: "PUT", path: `${PATH}/${id}`, body: contentOf(context), maxBytes: MAX_LIST_BYTES },
    context,
  );
  if (response.status !== 200 && response.status !== 204) throw refused(response, context);
}

function contentOf({ hookUrl, credentials }: SubscribeContext) {
  return { url: hookUrl, name: "Waybill", headers: headersOf(credentials) };
}

function headersOf(credentials: Credentials): readonly { readonly key: string; readonly value: string }[] {
  const value = settingOf(credentials, "pushSecret");
  return value === "" ? [] : [{ key: settingOf(credentials, "pushHeader"), value }];
}

function pathOf(url: string): string | null {
  return URL.canParse(url) ? new URL(url).pathname : null;
}

function refused(response: HttpResponse, context: SubscribeContext): CarrierCallError {
  return failureOf(response, context.now(), "ShipEngine refused to set up the webhook for tracking news");
}
