import { createHash } from "node:crypto";
import { readJson, recordAt, textAt } from "../../../runtime/json.js";
import { type AccessToken, CarrierCallError, type SubscribeContext } from "../contract.js";
import { callEasypost, EASYPOST_MAX_BYTES, failureOf, isSuccess } from "./call.js";

/** EasyPost switches off webhooks that fail; this is how long one may stay so before a subscription finds it. */
const CHECK_EVERY_MS = 60 * 60_000;

/**
 * Makes sure that EasyPost pushes to this connection: its webhook exists, is switched on and signs with our secret. All
 * trackers share one webhook, so the outcome is kept for an hour in the connection's token cache, which EasyPost needs
 * for nothing else: two calls an hour instead of two for every number. A changed address or secret is seen at once.
 * @throws CarrierCallError
 */
export async function ensureWebhook(context: SubscribeContext): Promise<void> {
  const wanted = markOf(context);
  const obtain = async (): Promise<AccessToken> => {
    await setWebhook(context);
    return { value: wanted, expiresAt: context.now() + CHECK_EVERY_MS };
  };
  const kept = await context.tokens.get(obtain);
  if (kept.value !== wanted) await context.tokens.refresh(kept, obtain);
}

/** What the webhook was last set to, in a form that does not tell the secret. */
function markOf({ hookUrl, credentials }: SubscribeContext): string {
  const { apiKey = "", webhookSecret = "" } = credentials;
  const set = JSON.stringify([hookUrl, apiKey, webhookSecret]);
  return `webhook:${createHash("sha256").update(set).digest("base64url")}`;
}

/** An update also switches a webhook on again, and sets the secret, which EasyPost never shows. */
async function setWebhook(context: SubscribeContext): Promise<void> {
  const { hookUrl } = context;
  const secret = { webhook_secret: context.credentials.webhookSecret ?? "" };
  const id = await findWebhook(context);
  const response =
    id === null
      ? await callEasypost("POST", "/webhooks", context, { webhook: { url: hookUrl, ...secret } })
      : await callEasypost("PATCH", `/webhooks/${id}`, context, secret);
  if (!isSuccess(response)) throw failureOf(response, context.now(), "EasyPost refused to set the webhook");
}

async function findWebhook(context: SubscribeContext): Promise<string | null> {
  const response = await callEasypost("GET", "/webhooks", context);
  if (!isSuccess(response)) throw failureOf(response, context.now(), "EasyPost refused to list the webhooks");
  const reading = readJson(response.body, EASYPOST_MAX_BYTES);
  const webhooks = reading.ok ? recordAt(reading.value)?.webhooks : null;
  if (!Array.isArray(webhooks)) throw new CarrierCallError("unreadable", "EasyPost answered with no list of webhooks.");
  const ours = webhooks.find(
    (webhook: unknown) => sameAddress(textAt(webhook, "url"), context.hookUrl) && idOf(webhook) !== null,
  );
  return ours === undefined ? null : idOf(ours);
}

function idOf(webhook: unknown): string | null {
  const id = textAt(webhook, "id") ?? "";
  return /^[\w-]{1,80}$/.test(id) ? id : null;
}

function sameAddress(url: string | null, hookUrl: string): boolean {
  return url !== null && URL.canParse(url) && new URL(url).href === new URL(hookUrl).href;
}
