import type { CredentialField, Credentials } from "./credentials.js";
import { nearestName } from "./nearest-name.js";

/** The longest value taken; FedEx tokens and keys are far shorter. */
const MAX_VALUE_CHARACTERS = 4_000;

/** Credentials that may be kept, or one sentence per fault. No sentence holds a value. */
export type CheckedCredentials =
  | { readonly ok: true; readonly credentials: Credentials }
  | { readonly ok: false; readonly faults: readonly string[] };

/**
 * Checks given values against a connector's fields. Empty ones count as left out; a field with a default is never
 * missing, and its default is not kept, so that a later release can change it. Pure.
 */
export function checkCredentials(
  fields: readonly CredentialField[],
  given: Readonly<Record<string, string>>,
): CheckedCredentials {
  const known = fields.map(({ name }) => name);
  const faults = Object.keys(given)
    .filter((name) => !known.includes(name))
    .map((name) => unknownField(name, known));
  const credentials: Record<string, string> = {};
  for (const { name, label, required, default: fallback } of fields) {
    const value = Object.hasOwn(given, name) ? (given[name]?.trim() ?? "") : "";
    if (value.length > MAX_VALUE_CHARACTERS) faults.push(`${name} is longer than ${MAX_VALUE_CHARACTERS} characters.`);
    else if (/\p{Cc}/u.test(value)) faults.push(`${name} must be a single line.`);
    else if (value !== "") credentials[name] = value;
    else if (required && fallback === undefined) faults.push(`${name} (${label}) is missing.`);
  }
  return faults.length === 0 ? { ok: true, credentials } : { ok: false, faults };
}

function unknownField(name: string, known: readonly string[]): string {
  const nearest = nearestName(name, known);
  const advice = nearest === null ? `There are: ${known.join(", ")}.` : `Did you mean ${nearest}?`;
  return `There is no field ${JSON.stringify(name.slice(0, 60))}. ${advice}`;
}

/**
 * The environment variable from which a connection's field is read: `fedex` and `clientSecret` give
 * `FEDEX_CLIENT_SECRET`. None begins with `WAYBILL_`, where every unknown name stops the start.
 */
export function credentialVariable(connector: string, field: string): string {
  const snake = field.replaceAll(/([a-z0-9])([A-Z])/g, "$1_$2");
  return `${connector}_${snake}`.replaceAll("-", "_").toUpperCase();
}
