import { exactTextAt, listAt, readJson, recordAt, textAt } from "../../runtime/json.js";
import type { LocalAnswer, LocalRequest } from "../local-server.js";
import { problem } from "./problem.js";
import { dhlService } from "./shipment.js";
import type { DhlDesk, DhlSubscription } from "./subscriptions.js";

const API = "/tracking/push/v1";
const MAX_SHIPMENTS = 10;
const MAX_TOKEN_CHARS = 500;
const MAX_BODY_BYTES = 64 * 1024;
const EVENTS: readonly string[] = ["Pre-Transit", "Transit", "Delivered", "Failure", "Unknown"];

/** The list, the collection to post to, or one subscription. */
export const PUSH_PATH = /^\/tracking\/push\/v1\/(subscriptions|subscription)(?:\/([\w-]+))?$/;

/**
 * Unified Push v1: create (202, then the hook is asked), activate with the secret that the hook was sent, list, show and
 * delete. `base` is where the emulator listens.
 */
export function answerPush(
  request: LocalRequest,
  [, what, id]: RegExpExecArray,
  desk: DhlDesk,
  base: string,
): LocalAnswer {
  if (what === "subscriptions") {
    if (request.method !== "GET" || id !== undefined) return problem(404, "Not Found", "There is no such resource.");
    return { status: 200, body: { subscriptions: desk.all().map(describe) } };
  }
  if (id === undefined) {
    return request.method === "POST" ? create(request, desk, base) : problem(405, "Method Not Allowed", "Use POST.");
  }
  const subscription = desk.find(id);
  if (subscription === null) return problem(404, "Not Found", "There is no such subscription.");
  switch (request.method) {
    case "GET":
      return { status: 200, body: describe(subscription) };
    case "POST":
      return desk.activate(subscription, request.headers["dhl-api-hook-secret"] ?? "")
        ? { status: 200, body: { scope: "subscription.activate", self: subscription.hook.self } }
        : problem(401, "Unauthorized", "The hook secret is wrong.");
    case "DELETE":
      desk.remove(id);
      return { status: 204 };
    default:
      return problem(405, "Method Not Allowed", "Use GET, POST or DELETE.");
  }
}

function create(request: LocalRequest, desk: DhlDesk, base: string): LocalAnswer {
  const reading = readJson(request.body, MAX_BODY_BYTES);
  const body = reading.ok ? reading.value : null;
  const url = textAt(body, "hook", "uri");
  const authentication = recordAt(body, "hook", "authentication");
  const header = textAt(authentication, "header");
  const token = exactTextAt(authentication, MAX_TOKEN_CHARS, "token");
  if (url === null || !URL.canParse(url)) return badRequest("hook.uri is no address.");
  if (textAt(authentication, "type") !== "ApiKeyAuthentication" || header === null || token === null)
    return badRequest("hook.authentication needs type ApiKeyAuthentication, header and token.");
  if (textAt(body, "type") !== "Shipment") return badRequest("type has to be Shipment; Account needs an approval.");
  if (listAt(body, "events").some((event) => !EVENTS.some((known) => known === event)))
    return badRequest(`events are some of ${EVENTS.join(", ")}.`);
  const shipmentIds = listAt(body, "shipmentIDs").map((one) => textAt({ one }, "one") ?? "");
  if (shipmentIds.length < 1 || shipmentIds.length > MAX_SHIPMENTS || shipmentIds.includes(""))
    return badRequest(`shipmentIDs names 1 to ${MAX_SHIPMENTS} shipments.`);
  const addressOf = (id: string) => `${base}${API}/subscription/${id}`;
  const subscription = desk.create({ url, header, token, shipmentIds, addressOf });
  return { status: 202, body: { scope: "subscription.created", ...describe(subscription) } };
}

const badRequest = (detail: string): LocalAnswer => problem(400, "Bad Request", detail);

/** Token and hook secret are never said again. */
function describe({ id, hook, shipmentIds, state, expiresAt }: DhlSubscription) {
  return {
    id,
    self: hook.self,
    hook: { uri: hook.url },
    format: "Default",
    type: "Shipment",
    service: dhlService(shipmentIds[0] ?? ""),
    shipmentIDs: shipmentIds,
    status: state,
    expires: new Date(expiresAt).toISOString(),
  };
}
