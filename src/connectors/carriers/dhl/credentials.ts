import type { CredentialField } from "../../../runtime/credentials.js";

/** The divisions that Shipment Tracking - Unified knows, as its `service` parameter names them. */
export const SERVICES: ReadonlySet<string> = new Set(
  (
    "dgf dsc ecommerce ecommerce-apac ecommerce-europe ecommerce-ppl express freight parcel-de parcel-nl parcel-pl " +
    "parcel-uk post-de post-international sameday svb"
  ).split(" "),
);

/** What a DHL connection needs. Polling needs the key; push needs `pushToken` besides. */
export const DHL_CREDENTIALS: readonly CredentialField[] = [
  {
    name: "apiKey",
    label: "API key",
    doc: "Consumer key of your app on developer.dhl.com with Shipment Tracking - Unified added to it.",
    secret: true,
    required: true,
  },
  {
    name: "baseUrl",
    label: "API address",
    doc: "https://api-eu.dhl.com/track for production, https://api-test.dhl.com/track for DHL's test environment.",
    secret: false,
    required: false,
    default: "https://api-eu.dhl.com/track",
  },
  {
    name: "service",
    label: "Division",
    doc: "The only DHL division you ship with, such as express or parcel-de. Empty asks all of them; one number may be known to two. DHL may want it for subscriptions.",
    secret: false,
    required: false,
  },
  {
    name: "language",
    label: "Language",
    doc: "Language of the carrier's own words. Keep en: several divisions send no code, and English words are read best.",
    secret: false,
    required: false,
    default: "en",
  },
  {
    name: "requesterCountryCode",
    label: "Your country",
    doc: "Two letters, such as DE. Some divisions tell more to a requester in their own country.",
    secret: false,
    required: false,
  },
  {
    name: "pushBaseUrl",
    label: "Push API address",
    doc: "https://api-eu.dhl.com/tracking/push/v1 for production, https://api-test.dhl.com/tracking/push/v1 for tests.",
    secret: false,
    required: false,
    default: "https://api-eu.dhl.com/tracking/push/v1",
  },
  {
    name: "pushHeader",
    label: "Push header",
    doc: "Name of the header, given to DHL as `hook.authentication.header` when subscribing.",
    secret: false,
    required: false,
    default: "X-Api-Key",
  },
  {
    name: "pushToken",
    label: "Push token",
    doc: "Long random text given to DHL as `hook.authentication.token`; DHL sends it with every push.",
    secret: true,
    required: false,
  },
  {
    name: "previousPushToken",
    label: "Previous push token",
    doc: "The token before the last change. Keep it until every subscription was made again with the new one.",
    secret: true,
    required: false,
  },
];

/** Where a connection's tracking requests go; without a slash at the end. */
export function baseUrlOf(credentials: Readonly<Record<string, string>>): string {
  return withoutSlash(credentials.baseUrl?.trim() || "https://api-eu.dhl.com/track");
}

/** Where a connection's push subscriptions live; without a slash at the end. */
export function pushBaseUrlOf(credentials: Readonly<Record<string, string>>): string {
  return withoutSlash(credentials.pushBaseUrl?.trim() || "https://api-eu.dhl.com/tracking/push/v1");
}

/** The header in which DHL sends the push token. */
export function pushHeaderOf(credentials: Readonly<Record<string, string>>): string {
  return credentials.pushHeader?.trim() || "X-Api-Key";
}

function withoutSlash(url: string): string {
  return url.replace(/\/+$/, "");
}
