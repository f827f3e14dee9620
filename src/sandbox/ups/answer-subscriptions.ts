import { exactTextAt, listAt, readJson, recordAt, textAt } from "../../runtime/json.js";
import type { LocalAnswer, LocalRequest } from "../local-server.js";
import type { UpsDesk } from "./desk.js";

/** Version, type and level of a Track Alert subscription. */
export const SUBSCRIPTION_PATH = /^\/api\/track\/(v1|v2)\/subscription\/([^/]+)\/package$/;

const MAX_NUMBERS = 100;
const MAX_BODY_BYTES = 64 * 1024;
const MAX_URL_CHARS = 2_048;
const MAX_CREDENTIAL_CHARS = 2_048;
/** 1Z, or 1R of Roadie. */
const NUMBER = /^(?:1Z[0-9A-Z]{16}|1R[0-9A-Z]{14}(?:[0-9A-Z]{12})?)$/;

type Refuse = (status: number, code: string, message: string) => LocalAnswer;

/**
 * A package subscription of Track Alert: up to 100 numbers, answered number by number. Version 1 brings the destination and
 * its credential; in version 2 they stand in the portal. Codes are those of UPS's list.
 */
export function answerSubscription(
  request: LocalRequest,
  [, version, type]: RegExpExecArray,
  desk: UpsDesk,
  refuse: Refuse,
): LocalAnswer {
  const isV1 = version === "v1";
  if (type !== "standard" && (isV1 || type !== "enhanced")) return refuse(400, "VSS930", "Type is missing or invalid.");
  const reading = readJson(request.body, MAX_BODY_BYTES);
  const body = reading.ok ? recordAt(reading.value) : null;
  if (body === null) return refuse(400, "VSS110", "Subscription request is empty or not present.");
  const locale = textAt(body, "locale");
  if (locale === null) return refuse(400, "VSS300", "Locale is required.");
  if (!/^[a-z]{2}_[A-Z]{2}$/.test(locale)) return refuse(400, "VSS310", "Please enter a valid locale.");
  if (!/^[A-Z]{2}$/.test(textAt(body, "countryCode") ?? "US"))
    return refuse(400, "VSS400", "Please enter a valid country code.");
  const numbers = listAt(body, "trackingNumberList").map((one) => textAt({ one }, "one") ?? "");
  if (numbers.length === 0) return refuse(400, "VSS200", "Tracking Number List is required.");
  if (numbers.length > MAX_NUMBERS)
    return refuse(400, "VSS220", `More than ${MAX_NUMBERS} tracking numbers: all have been rejected.`);
  const destination = isV1 ? destinationIn(body, refuse) : null;
  if (destination !== null && "status" in destination) return destination;
  const validTrackingNumbers = numbers.filter((number) => NUMBER.test(number));
  if (validTrackingNumbers.length === 0) return refuse(400, "VSS210", "There is no valid tracking number.");
  desk.subscribe(validTrackingNumbers, destination);
  const invalidTrackingNumbers = numbers.filter((number) => !NUMBER.test(number));
  return { status: 200, body: { validTrackingNumbers, invalidTrackingNumbers } };
}

function destinationIn(
  body: unknown,
  refuse: Refuse,
): { readonly kind: "ups_v1"; readonly url: string; readonly secret: string } | LocalAnswer {
  const destination = recordAt(body, "destination");
  if (destination === null) return refuse(400, "VSS500", "Destination is required.");
  const url = textAt(destination, "url");
  if (url === null || !URL.canParse(url)) return refuse(400, "VSS600", "URL is empty or not present.");
  if (url.length > MAX_URL_CHARS) return refuse(400, "VSS610", "URL is too long.");
  const secret = exactTextAt(destination, MAX_CREDENTIAL_CHARS, "credential");
  if (secret === null) return refuse(400, "VSS700", "Credential is empty or not present.");
  if (textAt(destination, "credentialType") === null)
    return refuse(400, "VSS800", "CredentialType is empty or not present.");
  return { kind: "ups_v1", url, secret };
}
