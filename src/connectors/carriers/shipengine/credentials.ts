import type { CredentialField, Credentials } from "../../../runtime/credentials.js";
import { CarrierCallError, isOnThisMachine } from "../contract.js";

/** What a ShipEngine connection needs. Host and version are settings because the same API is sold under several names. */
export const SHIPENGINE_CREDENTIALS: readonly CredentialField[] = [
  {
    name: "apiKey",
    label: "API key",
    doc: "API key of the account. Production keys may make 200 calls a minute, keys that begin with TEST_ 20; ShipEngine pushes nothing for a TEST_ key.",
    secret: true,
    required: true,
  },
  {
    name: "onBehalfOf",
    label: "Seller",
    doc: "Id of the seller whose parcels these are (header On-Behalf-Of). For partner accounts only.",
    secret: false,
    required: false,
  },
  {
    name: "carrierCodes",
    label: "Carrier codes of the account",
    doc: "What ShipEngine calls your carriers, where it differs from the usual: dhl=dhl_ecommerce, usps=usps. Usual are dhl=dhl_express and usps=stamps_com; others go by their own code.",
    secret: false,
    required: false,
  },
  {
    name: "baseUrl",
    label: "API address",
    doc: "https://api.shipengine.com, or https://api.shipstation.com for an account of ShipStation API v2.",
    secret: false,
    required: false,
    default: "https://api.shipengine.com",
  },
  {
    name: "pathPrefix",
    label: "API version",
    doc: "What stands in front of every path: /v1, or /v2 for an account of ShipStation API v2.",
    secret: false,
    required: false,
    default: "/v1",
  },
  {
    name: "jwksUrl",
    label: "Signing keys address",
    doc: "Where ShipEngine publishes the keys that it signs pushes with.",
    secret: false,
    required: false,
    default: "https://api.shipengine.com/jwks",
  },
  {
    name: "pushMaxAgeMinutes",
    label: "Oldest push",
    doc: "A push that ShipEngine signed more minutes ago, or will have signed by its clock, is refused (1 to 60).",
    secret: false,
    required: false,
    default: "5",
  },
  {
    name: "pushSecret",
    label: "Push secret",
    doc: "Long random text that ShipEngine sends back with every push, besides its signature. Every account is signed for by the same keys, so this proves that the push is of yours.",
    secret: true,
    required: false,
  },
  {
    name: "previousPushSecret",
    label: "Previous push secret",
    doc: "Also accepted while the push secret is being changed. Empty it once ShipEngine sends the new one.",
    secret: true,
    required: false,
  },
  {
    name: "pushHeader",
    label: "Push secret header",
    doc: "Name of the header that carries the push secret.",
    secret: false,
    required: false,
    default: "X-Waybill-Push-Secret",
  },
  {
    name: "takeOverWebhook",
    label: "Take over the webhook",
    doc: "yes: where the account pushes tracking news to another address already, send it here instead. ShipEngine keeps one address for each kind of news. no: leave it, and poll.",
    secret: false,
    required: false,
    default: "no",
  },
];

/** A setting of a connection, or its default where it was left empty. */
export function settingOf(credentials: Credentials, name: string): string {
  const given = credentials[name]?.trim();
  if (given) return given;
  return SHIPENGINE_CREDENTIALS.find((field) => field.name === name)?.default ?? "";
}

/**
 * The address of an endpoint (`/tracking`) of this connection.
 * @throws CarrierCallError `rejected` when the settings make no address, so that nobody tries again before they are changed
 */
export function endpointOf(credentials: Credentials, path: string): URL {
  const base = settingOf(credentials, "baseUrl").replace(/\/+$/, "");
  const prefix = settingOf(credentials, "pathPrefix").replaceAll(/^\/+|\/+$/g, "");
  const address = `${base}${prefix === "" ? "" : `/${prefix}`}${path}`;
  if (!URL.canParse(address))
    throw new CarrierCallError(
      "rejected",
      "The settings baseUrl and pathPrefix of this ShipEngine connection make no address.",
    );
  return new URL(address);
}

/** Whether what is answered at an address may be believed: https, or this very machine, as with the sandbox. */
export function isTrustedAddress(address: string): boolean {
  const url = URL.canParse(address) ? new URL(address) : null;
  return url?.protocol === "https:" || (url?.protocol === "http:" && isOnThisMachine(url));
}
