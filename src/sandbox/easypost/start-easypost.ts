import { answerWithFaults } from "../answer-with-faults.js";
import { basicCredentials } from "../client-credentials.js";
import type { EmulatorOptions } from "../emulator.js";
import type { FaultyCall } from "../faults.js";
import { type LocalAnswer, type LocalRequest, type LocalServer, startLocalServer } from "../local-server.js";
import { answerTrackers, TRACKERS_PATH } from "./answer-trackers.js";
import { answerWebhooks, WEBHOOKS_PATH } from "./answer-webhooks.js";
import type { EasypostDesk } from "./desk.js";
import { notFound, refuse } from "./refusals.js";

export interface EasypostOptions extends EmulatorOptions {
  readonly desk: EasypostDesk;
}

/** In front of the client's secret it makes the test key, which takes test numbers only. */
const TEST_KEY_PREFIX = "EZTK_";

const MAX_BODY_BYTES = 256 * 1024;

/**
 * EasyPost on 127.0.0.1: trackers and webhooks under `/v2`. The key is the client's secret, as the user name of HTTP Basic.
 * Making a tracker counts as a `subscribe` call, reading one as a `track` call.
 */
export async function startEasypost(options: EasypostOptions): Promise<LocalServer> {
  const { desk, client } = options;

  async function answer(request: LocalRequest): Promise<LocalAnswer> {
    const answered = await route(request);
    return { ...answered, headers: { "x-ep-request-uuid": options.newToken(), ...answered.headers } };
  }

  function route(request: LocalRequest): LocalAnswer | Promise<LocalAnswer> {
    const key = basicCredentials(request.headers.authorization)?.clientId ?? "";
    const isTestKey = key === TEST_KEY_PREFIX + client.clientSecret;
    const spoilable = (call: FaultyCall, answered: () => LocalAnswer) =>
      answerWithFaults(options, { carrier: "easypost", call, request }, REFUSALS, (expired) =>
        expired || (!isTestKey && key !== client.clientSecret)
          ? refuse(401, "UNAUTHORIZED", "The API key is missing or wrong.")
          : answered(),
      );
    const trackers = TRACKERS_PATH.exec(request.path);
    if (trackers !== null) {
      const reads = request.method === "GET" || trackers[1] === "batch";
      return spoilable(reads ? "track" : "subscribe", () => answerTrackers(request, trackers[1], desk, isTestKey));
    }
    const webhooks = WEBHOOKS_PATH.exec(request.path);
    if (webhooks !== null) return spoilable("subscribe", () => answerWebhooks(request, webhooks[1], desk));
    return notFound();
  }

  return startLocalServer({ port: options.port, maxBodyBytes: MAX_BODY_BYTES, log: options.log, answer });
}

const REFUSALS = {
  serverError: () => refuse(500, "INTERNAL_SERVER_ERROR", "We're sorry, something went wrong."),
  tooMany: (seconds: number) =>
    refuse(429, "RATE_LIMITED", "Too many requests.", { headers: { "retry-after": String(seconds) } }),
};
