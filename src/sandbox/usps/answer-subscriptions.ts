import { exactTextAt, readJson, recordAt, textAt } from "../../runtime/json.js";
import type { LocalAnswer, LocalRequest } from "../local-server.js";
import { refuse } from "./refusals.js";
import { etagOf, MAX_LISTENERS, type UspsDesk, type UspsFilter, type UspsSubscription } from "./subscriptions.js";

const API = "/subscriptions-tracking/v3";
const MIN_SECRET_CHARS = 32;
const MAX_SECRET_CHARS = 500;
const MAX_BODY_BYTES = 64 * 1024;

/** The path that `answerSubscriptions` answers: the list, or one subscription. */
export const SUBSCRIPTIONS_PATH = /^\/subscriptions-tracking\/v3\/subscriptions(?:\/([\w-]+))?$/;

/**
 * Subscriptions - Tracking v3: create, list (`?MID=`), show with ETag, and delete with If-Match. A second one for the same
 * listener and filter is refused with the id of the first.
 */
export function answerSubscriptions(request: LocalRequest, id: string | undefined, desk: UspsDesk): LocalAnswer {
  if (id === undefined && request.method === "POST") return create(request, desk);
  if (id === undefined && request.method === "GET") return list(request, desk);
  const subscription = id === undefined ? null : desk.find(id);
  if (subscription === null) return refuse(API, 404, "404", "Subscription not found.");
  if (request.method === "GET") {
    return { status: 200, headers: { etag: etagOf(subscription) }, body: describe(subscription) };
  }
  if (request.method !== "DELETE") return refuse(API, 405, "405", "Method not allowed.");
  const match = request.headers["if-match"];
  if (match === undefined) return refuse(API, 428, "428", "The If-Match header is required.");
  if (match !== etagOf(subscription)) return refuse(API, 412, "412", "The subscription has changed.");
  desk.remove(subscription.id);
  return { status: 204 };
}

function create(request: LocalRequest, desk: UspsDesk): LocalAnswer {
  const reading = readJson(request.body, MAX_BODY_BYTES);
  const body = reading.ok ? reading.value : null;
  const listenerUrl = textAt(body, "listenerURL");
  const secret = exactTextAt(body, MAX_SECRET_CHARS, "secret") ?? "";
  const filter = filterOf(body);
  if (listenerUrl === null || !URL.canParse(listenerUrl)) return invalid("listenerURL");
  if (secret.length < MIN_SECRET_CHARS) return invalid("secret");
  if (filter === null) return invalid("filterProperties");
  const created = desk.create({ listenerUrl, secret, filter });
  if (created.outcome === "too_many") {
    return refuse(API, 400, "400", `A customer has at most ${MAX_LISTENERS} listener addresses.`);
  }
  const { subscription } = created;
  if (created.outcome === "duplicate") {
    const message = "A subscription for this listener and filter exists already.";
    return refuse(API, 409, "409", message, { body: { subscriptionId: subscription.id } });
  }
  return { status: 201, headers: { etag: etagOf(subscription) }, body: describe(subscription) };
}

/** Exactly one of the two. */
function filterOf(body: unknown): UspsFilter | null {
  const properties = recordAt(body, "filterProperties");
  const [MID, trackingNumber] = [textAt(properties, "MID"), textAt(properties, "trackingNumber")];
  if (MID !== null) return trackingNumber === null && /^\d{6}(?:\d{3})?$/.test(MID) ? { MID } : null;
  return trackingNumber === null ? null : { trackingNumber };
}

function list(request: LocalRequest, desk: UspsDesk): LocalAnswer {
  const MID = request.query.get("MID");
  const wanted = desk.all().filter(({ filter }) => MID === null || ("MID" in filter && filter.MID === MID));
  return { status: 200, body: { subscriptions: wanted.map(describe) } };
}

/** The secret is never said again. */
function describe({ id, listenerUrl, filter, status, createdAt }: UspsSubscription): object {
  return {
    subscriptionId: id,
    subscriptionType: "TRACKING",
    listenerURL: listenerUrl,
    filterProperties: { ...filter, trackingEventTypes: ["ALL_UPDATES"] },
    status,
    creationDateTime: new Date(createdAt).toISOString(),
  };
}

function invalid(parameter: string): LocalAnswer {
  return refuse(API, 400, "400", `The field ${parameter} is missing or invalid.`, { source: { parameter } });
}
