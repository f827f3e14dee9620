import type { CredentialField, Credentials } from "../../../runtime/credentials.js";
import { CarrierCallError } from "../contract.js";

/** What a FedEx connection needs. Paths are settings because FedEx moves them and shows some only after a login. */
export const FEDEX_CREDENTIALS: readonly CredentialField[] = [
  {
    name: "clientId",
    label: "API key",
    doc: "API key of the project in the FedEx Developer Portal. Sandbox and production have different keys.",
    secret: false,
    required: true,
  },
  {
    name: "clientSecret",
    label: "Secret key",
    doc: "Secret key of the same project.",
    secret: true,
    required: true,
  },
  {
    name: "pushToken",
    label: "Webhook security token",
    doc: "Security token of the Advanced Integrated Visibility webhook. Leave empty without webhook.",
    secret: true,
    required: false,
  },
  {
    name: "previousPushToken",
    label: "Previous webhook security token",
    doc: "Also accepted while the security token is being changed. Empty it afterwards.",
    secret: true,
    required: false,
  },
  {
    name: "baseUrl",
    label: "API address",
    doc: "https://apis.fedex.com for production, https://apis-sandbox.fedex.com for the sandbox.",
    secret: false,
    required: false,
    default: "https://apis.fedex.com",
  },
  {
    name: "tokenPath",
    label: "Token path",
    doc: "Path of the OAuth token endpoint.",
    secret: false,
    required: false,
    default: "/oauth/token",
  },
  {
    name: "trackPath",
    label: "Track path",
    doc: "Path of the Track by Tracking Number endpoint.",
    secret: false,
    required: false,
    default: "/track/v1/trackingnumbers",
  },
  {
    name: "pushCovers",
    label: "Pushes cover",
    doc: "numbers: every number is added to your webhook project by itself. account: the project pushes every parcel of your FedEx account, so nothing is subscribed here.",
    secret: false,
    required: false,
    default: "numbers",
  },
  {
    name: "subscribePath",
    label: "Association path",
    doc: "Path that adds numbers to the webhook project. FedEx shows it in the Tracking Number Subscription API documentation of your Advanced Integrated Visibility project, after login only.",
    secret: false,
    required: false,
  },
  {
    name: "jobStatusPath",
    label: "Job status path",
    doc: "Path that says how a job of adding numbers stands, with {jobId} in place of its id; without it, the id is sent as the parameter jobId. Shown at the same place.",
    secret: false,
    required: false,
  },
  {
    name: "jobDetailsPath",
    label: "Job details path",
    doc: "Path that lists what became of every number of a job, with {jobId} in place of its id; without it, the id is sent as the parameter jobId. Shown at the same place.",
    secret: false,
    required: false,
  },
];

type EndpointPath = "tokenPath" | "trackPath" | "subscribePath" | "jobStatusPath" | "jobDetailsPath";

/** A setting of a connection, or its default where it was left empty. */
export function settingOf(credentials: Credentials, name: string): string {
  const given = credentials[name]?.trim();
  if (given) return given;
  return FEDEX_CREDENTIALS.find((field) => field.name === name)?.default ?? "";
}

/**
 * The address of an endpoint of this connection; `jobId` takes the place of `{jobId}` in the path, else it is a parameter.
 * @throws CarrierCallError `rejected` when the settings make no address, so that nobody tries again before they are changed
 */
export function endpointOf(credentials: Credentials, path: EndpointPath, jobId?: string): string {
  const [setting, base] = [settingOf(credentials, path), settingOf(credentials, "baseUrl")];
  const relative = jobId === undefined ? setting : setting.replaceAll("{jobId}", encodeURIComponent(jobId));
  if (setting === "" || !URL.canParse(relative, base))
    throw new CarrierCallError(
      "rejected",
      `The settings baseUrl and ${path} of this FedEx connection make no address.`,
    );
  const url = new URL(relative, base);
  if (jobId !== undefined && relative === setting) url.searchParams.set("jobId", jobId);
  return url.href;
}
