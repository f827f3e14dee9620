import { listAt, readJson, textAt } from "../../runtime/json.js";
import type { LocalAnswer, LocalRequest } from "../local-server.js";
import { guessCarrier } from "./carrier-names.js";
import type { EasypostDesk } from "./desk.js";
import { invalid, notFound, refuse } from "./refusals.js";
import { TEST_NUMBERS } from "./test-numbers.js";

const MAX_BODY_BYTES = 256 * 1024;
const MAX_PAGE_SIZE = 100;
const DEFAULT_PAGE_SIZE = 20;
const MAX_CODES = 100;

/** The collection, `batch`, or one tracker. */
export const TRACKERS_PATH = /^\/v2\/trackers(?:\/([\w-]+))?$/;

/** Trackers of EasyPost: create (the same one again for the same code and carrier), show, list, look up a batch, delete. */
export function answerTrackers(
  request: LocalRequest,
  id: string | undefined,
  desk: EasypostDesk,
  isTestKey: boolean,
): LocalAnswer {
  if (id === undefined && request.method === "POST") return create(request, desk, isTestKey);
  if (id === undefined && request.method === "GET") return list(request.query, desk);
  if (id === "batch" && request.method === "POST") return batch(request, desk);
  const tracker = id === undefined ? null : desk.find(id);
  if (tracker === null) return notFound();
  if (request.method === "GET") return { status: 200, body: desk.describe(tracker) };
  if (request.method !== "DELETE") return notFound();
  desk.remove(tracker.id);
  return { status: 200, body: { success: true } };
}

function create(request: LocalRequest, desk: EasypostDesk, isTestKey: boolean): LocalAnswer {
  const reading = readJson(request.body, MAX_BODY_BYTES);
  const body = reading.ok ? reading.value : null;
  const code = textAt(body, "tracker", "tracking_code");
  if (code === null)
    return refuse(422, "PARAMETER.REQUIRED", "Missing required parameter.", { field: "tracking_code" });
  const isTestNumber = Object.hasOwn(TEST_NUMBERS, code);
  if (isTestKey && !isTestNumber) {
    return refuse(422, "TRACKER.CREATE.ERROR", "In test mode, only test tracking numbers are valid.");
  }
  const carrier = textAt(body, "tracker", "carrier") ?? guessCarrier(code);
  if (carrier.length > 50) return invalid("carrier", "The carrier is unknown.");
  const tracker = desk.track(code, carrier, isTestNumber ? "test" : "production");
  return { status: 200, body: desk.describe(tracker) };
}

function list(query: URLSearchParams, desk: EasypostDesk): LocalAnswer {
  const [code, carrier, beforeId] = [query.get("tracking_code"), query.get("carrier"), query.get("before_id")];
  const size = Number(query.get("page_size") ?? DEFAULT_PAGE_SIZE);
  if (!Number.isInteger(size) || size < 1 || size > MAX_PAGE_SIZE)
    return invalid("page_size", `A page has 1 to ${MAX_PAGE_SIZE} trackers.`);
  const wanted = desk
    .trackers()
    .filter((one) => code === null || one.trackingCode === code)
    .filter((one) => carrier === null || one.carrier.toLowerCase() === carrier.toLowerCase());
  const rest = wanted.slice(beforeId === null ? 0 : wanted.findIndex(({ id }) => id === beforeId) + 1);
  const trackers = rest.slice(0, size).map((one) => desk.describe(one));
  return { status: 200, body: { trackers, has_more: rest.length > size } };
}

/** Only trackers that exist: a batch makes none. */
function batch(request: LocalRequest, desk: EasypostDesk): LocalAnswer {
  const reading = readJson(request.body, MAX_BODY_BYTES);
  const codes = listAt(reading.ok ? reading.value : null, "tracking_codes");
  if (codes.length < 1 || codes.length > MAX_CODES)
    return invalid("tracking_codes", `A batch names 1 to ${MAX_CODES} codes.`);
  const trackers = desk.trackers().filter(({ trackingCode }) => codes.includes(trackingCode));
  return { status: 200, body: { trackers: trackers.map((one) => desk.describe(one)), has_more: false } };
}
