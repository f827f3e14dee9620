import type { CredentialField, Credentials } from "../../../runtime/credentials.js";

/** What a Wren connection needs. Pushes need `pushSecret` besides. */
export const WREN_CREDENTIALS: readonly CredentialField[] = [
  {
    name: "clientId",
    label: "Client ID",
    doc: "Client ID of your account in Wren's customer portal.",
    secret: false,
    required: true,
  },
  {
    name: "clientSecret",
    label: "Client secret",
    doc: "Secret of the same client.",
    secret: true,
    required: true,
  },
  {
    name: "baseUrl",
    label: "API address",
    doc: "https://api.wren.example for production, https://sandbox.wren.example for the sandbox.",
    secret: false,
    required: false,
    default: "https://api.wren.example",
  },
  {
    name: "pushSecret",
    label: "Push secret",
    doc: "Random text of at least 32 characters that Wren signs its pushes with. Empty: only polling.",
    secret: true,
    required: false,
  },
  {
    name: "previousPushSecret",
    label: "Previous push secret",
    doc: "The secret before the last change, also taken. Remove it when every number was subscribed anew.",
    secret: true,
    required: false,
  },
];

/** A setting of a connection, or its default where it was left empty. */
export function settingOf(credentials: Credentials, name: string): string {
  const given = credentials[name]?.trim();
  if (given) return given;
  return WREN_CREDENTIALS.find((field) => field.name === name)?.default ?? "";
}
