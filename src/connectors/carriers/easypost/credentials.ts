import type { CredentialField, Credentials } from "../../../runtime/credentials.js";

const BASE_URL = "https://api.easypost.com/v2";

/** What an EasyPost connection needs. Polling needs the key; pushes need `webhookSecret` besides. */
export const EASYPOST_CREDENTIALS: readonly CredentialField[] = [
  {
    name: "apiKey",
    label: "API key",
    doc: "Production API key of your EasyPost account. A test key knows only EasyPost's test numbers, EZ1000000001 to EZ7000000007.",
    secret: true,
    required: true,
  },
  {
    name: "webhookSecret",
    label: "Webhook secret",
    doc: "Long random text that you make up. Waybill gives it to EasyPost with the webhook, and EasyPost signs with it. Empty: only polling.",
    secret: true,
    required: false,
  },
  {
    name: "previousWebhookSecret",
    label: "Previous webhook secret",
    doc: "The secret before the last change. Remove it a day after the change: EasyPost repeats failed pushes for hours.",
    secret: true,
    required: false,
  },
  {
    name: "enforceV2",
    label: "Enforce signature v2",
    doc: "true: refuse pushes without a right second signature (X-Hmac-Signature-V2) from the last five minutes. false: the first one is enough.",
    secret: false,
    required: false,
    default: "false",
  },
  {
    name: "dhlCarrier",
    label: "DHL division",
    doc: "EasyPost's name of the DHL division you ship with, such as DHLExpress or DhlEcs. Empty: EasyPost tells by the number.",
    secret: false,
    required: false,
  },
  {
    name: "baseUrl",
    label: "API address",
    doc: "Address of EasyPost's API. Test and production differ by the key only.",
    secret: false,
    required: false,
    default: BASE_URL,
  },
];

/** Where a connection's calls go; without a slash at the end. */
export function baseUrlOf(credentials: Credentials): string {
  return (credentials.baseUrl?.trim() || BASE_URL).replace(/\/+$/, "");
}

/** The secrets that may have signed a push: the present one and the one before. */
export function webhookSecretsOf({ webhookSecret, previousWebhookSecret }: Credentials): readonly string[] {
  return [webhookSecret, previousWebhookSecret].flatMap((secret) => secret || []);
}
