import { answerWithFaults } from "../answer-with-faults.js";
import type { EmulatorOptions } from "../emulator.js";
import type { FaultyCall } from "../faults.js";
import { type LocalAnswer, type LocalRequest, type LocalServer, startLocalServer } from "../local-server.js";
import { answerPush, PUSH_PATH } from "./answer-subscriptions.js";
import { problem } from "./problem.js";
import { dhlService, dhlShipment } from "./shipment.js";
import type { DhlDesk } from "./subscriptions.js";

export interface DhlOptions extends EmulatorOptions {
  readonly desk: DhlDesk;
}

const MAX_BODY_BYTES = 64 * 1024;

/**
 * DHL on 127.0.0.1: Shipment Tracking - Unified (`/track/shipments`, one number per call) and Unified Push v1. The key is
 * the client's secret, in the header `DHL-API-Key`.
 */
export async function startDhl(options: DhlOptions): Promise<LocalServer> {
  const { desk, client } = options;
  let base = "";

  function answer(request: LocalRequest): LocalAnswer | Promise<LocalAnswer> {
    const spoilable = (call: FaultyCall, answered: () => LocalAnswer) =>
      answerWithFaults(options, { carrier: "dhl", call, request }, REFUSALS, (expired) =>
        expired || request.headers["dhl-api-key"] !== client.clientSecret
          ? problem(401, "Unauthorized", "The API key is missing or wrong.")
          : answered(),
      );
    if (request.path === "/track/shipments" && request.method === "GET")
      return spoilable("track", () => track(request.query));
    const push = PUSH_PATH.exec(request.path);
    if (push !== null) return spoilable("subscribe", () => answerPush(request, push, desk, base));
    return problem(404, "Not Found", "There is no such resource.");
  }

  function track(query: URLSearchParams): LocalAnswer {
    const numbers = query.getAll("trackingNumber");
    const number = numbers[0] ?? "";
    if (numbers.length !== 1 || number === "" || number.includes(","))
      return problem(400, "Bad Request", "Ask about one trackingNumber per call.");
    const service = query.get("service");
    const facts = service !== null && service !== dhlService(number) ? null : options.facts(number);
    if (facts === null) {
      const instance = `/shipments/${encodeURIComponent(number)}`;
      return problem(404, "No result found", "No shipment with given tracking number found.", instance);
    }
    return { status: 200, body: { shipments: [dhlShipment(facts)] } };
  }

  const server = await startLocalServer({ port: options.port, maxBodyBytes: MAX_BODY_BYTES, log: options.log, answer });
  base = server.url;
  return server;
}

/** No Retry-After: how long to wait is the caller's guess. */
const REFUSALS = {
  serverError: () => problem(500, "Internal Server Error", "Something went wrong on our side."),
  tooMany: () => problem(429, "Too many requests", "Too many requests within defined time period."),
};
