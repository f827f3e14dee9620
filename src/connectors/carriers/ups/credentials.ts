import type { CredentialField } from "../../../runtime/credentials.js";

/** What a UPS connection needs. Polling needs the first two; push needs `pushSecret`, or the pair of v2, or both. */
export const UPS_CREDENTIALS: readonly CredentialField[] = [
  {
    name: "clientId",
    label: "Client ID",
    doc: "Client ID of your app on developer.ups.com.",
    secret: false,
    required: true,
  },
  {
    name: "clientSecret",
    label: "Client secret",
    doc: "Client secret of the same app.",
    secret: true,
    required: true,
  },
  {
    name: "merchantId",
    label: "Shipper number",
    doc: "Six-character shipper number, sent as x-merchant-id with token requests. Leave empty unless UPS asks for it.",
    secret: false,
    required: false,
  },
  {
    name: "baseUrl",
    label: "API address",
    doc: "https://onlinetools.ups.com for production, https://wwwcie.ups.com for UPS's test environment.",
    secret: false,
    required: false,
    default: "https://onlinetools.ups.com",
  },
  {
    name: "locale",
    label: "Locale",
    doc: "Language of the carrier's own words, such as en_US.",
    secret: false,
    required: false,
    default: "en_US",
  },
  {
    name: "transactionSource",
    label: "Transaction source",
    doc: "Name of your application, sent as transactionSrc with every call.",
    secret: false,
    required: false,
    default: "waybill",
  },
  {
    name: "pushSecret",
    label: "Push credential (Track Alert v1)",
    doc: "Long random text given to UPS as `credential` when subscribing; UPS sends it with every push.",
    secret: true,
    required: false,
  },
  {
    name: "previousPushSecret",
    label: "Previous push credential",
    doc: "The credential before the last change. Keep it until every subscription was renewed with the new one.",
    secret: true,
    required: false,
  },
  {
    name: "pushClientId",
    label: "Push client ID (Track Alert v2)",
    doc: "Client ID that you entered at UPS for your webhook; UPS asks us for tokens with it and sends it as x-api-key.",
    secret: false,
    required: false,
  },
  {
    name: "pushClientSecret",
    label: "Push client secret (Track Alert v2)",
    doc: "Long random text entered at UPS together with the push client ID.",
    secret: true,
    required: false,
  },
  {
    name: "previousPushClientSecret",
    label: "Previous push client secret",
    doc: "The push client secret before the last change. Remove it once UPS uses the new one.",
    secret: true,
    required: false,
  },
  {
    name: "pushCovers",
    label: "Pushes cover",
    doc: "numbers: every number is subscribed by itself, for 14 days at a time. account: UPS already pushes every parcel of your shipper account (Track Alert v2), so nothing is subscribed here.",
    secret: false,
    required: false,
    default: "numbers",
  },
  {
    name: "pushVersion",
    label: "Track Alert version",
    doc: "v1: our address and the push credential go along with every subscription. v2: UPS pushes where your app's webhook on developer.ups.com says, with tokens that we give it. Empty: v2 where a push client ID is set, else v1.",
    secret: false,
    required: false,
  },
  {
    name: "pushType",
    label: "Track Alert type",
    doc: "standard, or enhanced where your contract with UPS has it (v2 only).",
    secret: false,
    required: false,
    default: "standard",
  },
];

/** Where a connection's calls go; without a slash at the end. */
export function baseUrlOf(credentials: Readonly<Record<string, string>>): string {
  return (credentials.baseUrl?.trim() || "https://onlinetools.ups.com").replace(/\/+$/, "");
}
