import type { CredentialField, Credentials } from "../../../runtime/credentials.js";
import { CarrierCallError } from "../contract.js";

/** What a USPS connection needs. Paths are settings because USPS moves them with every version of its API. */
export const USPS_CREDENTIALS: readonly CredentialField[] = [
  {
    name: "clientId",
    label: "Consumer key",
    doc: "Consumer key of your app on developers.usps.com. Its quota is about 60 calls an hour until USPS raises it: ask for more, or subscribe to pushes.",
    secret: false,
    required: true,
  },
  {
    name: "clientSecret",
    label: "Consumer secret",
    doc: "Consumer secret of the same app.",
    secret: true,
    required: true,
  },
  {
    name: "scope",
    label: "Scope",
    doc: "Scopes to ask for with every token, such as tracking subscriptions-tracking. Empty: whatever USPS granted to the app. New apps have no tracking scope until USPS grants it.",
    secret: false,
    required: false,
  },
  {
    name: "baseUrl",
    label: "API address",
    doc: "https://apis.usps.com for production, https://apis-tem.usps.com for USPS's test environment.",
    secret: false,
    required: false,
    default: "https://apis.usps.com",
  },
  {
    name: "tokenPath",
    label: "Token path",
    doc: "Path of the OAuth token endpoint.",
    secret: false,
    required: false,
    default: "/oauth2/v3/token",
  },
  {
    name: "trackPath",
    label: "Track path",
    doc: "Path of the Tracking API, in front of the number; /tracking/v3.2/tracking for its 3.2 line.",
    secret: false,
    required: false,
    default: "/tracking/v3/tracking",
  },
  {
    name: "sendMailingDate",
    label: "Send the mailing date",
    doc: "yes: ask with the ship date, which tells uses of a recycled number apart. USPS may then not find a parcel that was mailed on another day.",
    secret: false,
    required: false,
    default: "no",
  },
  {
    name: "pushSecret",
    label: "Push secret",
    doc: "Long random text of at least 32 characters, given to USPS as `secret` when subscribing. Leave empty without subscription.",
    secret: true,
    required: false,
  },
  {
    name: "previousPushSecret",
    label: "Previous push secret",
    doc: "The secret before the last change. While it is here, subscriptions that USPS has already are made anew with the new one; remove it after a day.",
    secret: true,
    required: false,
  },
  {
    name: "pushMaxAgeMinutes",
    label: "Oldest push",
    doc: "A push that USPS signed more minutes ago is refused (1 to 1440).",
    secret: false,
    required: false,
    default: "60",
  },
  {
    name: "mid",
    label: "Mailer ID",
    doc: "Your MID of six or nine digits: one subscription for all its parcels. Empty: every number is subscribed by itself, which USPS allows for your own MIDs only.",
    secret: false,
    required: false,
  },
  {
    name: "notifyEmail",
    label: "Notified by USPS",
    doc: "E-mail address that USPS writes to before it ends a subscription that was idle.",
    secret: false,
    required: false,
  },
  {
    name: "subscriptionsPath",
    label: "Subscriptions path",
    doc: "Path of the Subscriptions - Tracking API. Users saw more than one; take the one that USPS shows for your app.",
    secret: false,
    required: false,
    default: "/subscriptions-tracking/v3/subscriptions",
  },
];

/** A setting of a connection, or its default where it was left empty. */
export function settingOf(credentials: Credentials, name: string): string {
  const given = credentials[name]?.trim();
  if (given) return given;
  return USPS_CREDENTIALS.find((field) => field.name === name)?.default ?? "";
}

/**
 * The address of an endpoint of this connection, without a slash at the end.
 * @throws CarrierCallError `rejected` when the settings make no address, so that nobody tries again before they are changed
 */
export function endpointOf(credentials: Credentials, path: "tokenPath" | "trackPath" | "subscriptionsPath"): string {
  const [relative, base] = [settingOf(credentials, path), settingOf(credentials, "baseUrl")];
  if (!URL.canParse(relative, base))
    throw new CarrierCallError("rejected", `The settings baseUrl and ${path} of this USPS connection make no address.`);
  return new URL(relative, base).href.replace(/\/+$/, "");
}
