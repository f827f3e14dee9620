import { answerWithFaults } from "../answer-with-faults.js";
import type { EmulatorOptions } from "../emulator.js";
import type { FaultyCall } from "../faults.js";
import { type LocalAnswer, type LocalRequest, type LocalServer, startLocalServer } from "../local-server.js";
import { answerWebhooks, WEBHOOKS_PATH } from "./answer-webhooks.js";
import { echoedCarrier, shipengineCarrier } from "./carrier-codes.js";
import type { ShipengineDesk } from "./desk.js";
import { notFound, refuse } from "./refusals.js";
import type { ShipengineKeys } from "./signing-keys.js";
import { trackingInformation } from "./tracking.js";

export interface ShipengineOptions extends EmulatorOptions {
  readonly desk: ShipengineDesk;
  readonly keys: ShipengineKeys;
}

const MAX_BODY_BYTES = 64 * 1024;

/**
 * ShipEngine on 127.0.0.1: tracking, webhooks, and the keys that its pushes are signed with (`/jwks`, open to all; counts
 * as a `token` call). The key is the client's secret, in the header `API-Key`.
 */
export async function startShipengine(options: ShipengineOptions): Promise<LocalServer> {
  const { desk, client, keys } = options;

  function answer(request: LocalRequest): LocalAnswer | Promise<LocalAnswer> {
    const { method, path } = request;
    const faulty = (call: FaultyCall, answered: (expired: boolean) => LocalAnswer | Promise<LocalAnswer>) =>
      answerWithFaults(options, { carrier: "shipengine", call, request }, REFUSALS, answered);
    const spoilable = (call: FaultyCall, answered: () => LocalAnswer) =>
      faulty(call, (expired) =>
        expired || request.headers["api-key"] !== client.clientSecret
          ? refuse(401, "unauthorized", "The API key is invalid.", { type: "security" })
          : answered(),
      );
    if (path === "/jwks" && method === "GET")
      return faulty("token", async () => ({ status: 200, body: { keys: await keys.published() } }));
    if (path === "/v1/tracking" && method === "GET") return spoilable("track", () => track(request.query));
    if (path === "/v1/tracking/start" && method === "POST")
      return spoilable("subscribe", () => subscribe(request.query, "start"));
    if (path === "/v1/tracking/stop" && method === "POST")
      return spoilable("subscribe", () => subscribe(request.query, "stop"));
    const webhooks = WEBHOOKS_PATH.exec(path);
    if (webhooks !== null) return spoilable("subscribe", () => answerWebhooks(request, webhooks[1], desk));
    return notFound();
  }

  function track(query: URLSearchParams): LocalAnswer {
    const asked = read(query);
    if ("status" in asked) return asked;
    const facts = options.facts(asked.trackingNumber);
    const isTheirs = facts !== null && shipengineCarrier(facts) === asked.carrierCode;
    const information = trackingInformation(asked.trackingNumber, isTheirs ? facts : null);
    return { status: 200, body: { carrier_code: asked.carrierCode, carrier_id: 1, ...information } };
  }

  /** The query says everything; there is no body either way. */
  function subscribe(query: URLSearchParams, what: "start" | "stop"): LocalAnswer {
    const asked = read(query);
    if ("status" in asked) return asked;
    desk[what](asked.carrierCode, asked.trackingNumber);
    return { status: 204 };
  }

  return startLocalServer({ port: options.port, maxBodyBytes: MAX_BODY_BYTES, log: options.log, answer });
}

function read(query: URLSearchParams): { carrierCode: string; trackingNumber: string } | LocalAnswer {
  const trackingNumber = query.get("tracking_number") ?? "";
  if (trackingNumber === "" || trackingNumber.length > 50)
    return refuse(400, "field_value_required", "tracking_number is required.", { fieldName: "tracking_number" });
  const carrierCode = echoedCarrier(query.get("carrier_code") ?? "");
  return carrierCode === null
    ? refuse(400, "carrier_not_supported", "The carrier is not supported.", { fieldName: "carrier_code" })
    : { carrierCode, trackingNumber };
}

const REFUSALS = {
  serverError: () => refuse(500, "unspecified", "An unexpected error has occurred.", { type: "system" }),
  tooMany: (seconds: number) =>
    refuse(429, "rate_limit_exceeded", "The rate limit was exceeded.", {
      type: "system",
      headers: { "retry-after": String(seconds) },
    }),
};
