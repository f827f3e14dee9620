import { flagAt, listAt, readJson, textAt } from "../../runtime/json.js";
import { bearerToken, createAccessTokens } from "../access-tokens.js";
import { answerWithFaults } from "../answer-with-faults.js";
import { sameClient } from "../client-credentials.js";
import type { EmulatorOptions } from "../emulator.js";
import type { FaultyCall } from "../faults.js";
import { type LocalAnswer, type LocalRequest, type LocalServer, startLocalServer } from "../local-server.js";
import { type FedexSubscriptionPaths, subscriptionCall } from "./answer-subscriptions.js";
import type { FedexDesk } from "./desk.js";
import { createTokenThrottle } from "./token-throttle.js";
import { trackResult } from "./track-result.js";

export interface FedexOptions extends EmulatorOptions {
  readonly desk: FedexDesk;
  readonly subscriptionPaths: FedexSubscriptionPaths;
}

const TOKEN_LIFETIME_SECONDS = 3_599;
const MAX_NUMBERS = 30;
const MAX_BODY_BYTES = 256 * 1024;

/**
 * FedEx on 127.0.0.1, as its developer portal documents "Basic Integrated Visibility": `POST /oauth/token` and
 * `POST /track/v1/trackingnumbers`, and the jobs of Tracking Number Subscription.
 */
export async function startFedex(options: FedexOptions): Promise<LocalServer> {
  const { now } = options;
  const tokens = createAccessTokens(options.tokenLifetimeSeconds ?? TOKEN_LIFETIME_SECONDS, options.newToken);
  const throttle = createTokenThrottle();

  function answer(request: LocalRequest): LocalAnswer | Promise<LocalAnswer> {
    const spoilable = (call: FaultyCall, answered: (expired: boolean) => LocalAnswer) =>
      answerWithFaults(options, { carrier: "fedex", call, request }, { serverError, tooMany }, answered);
    switch (`${request.method} ${request.path}`) {
      case "POST /oauth/token":
        return spoilable("token", () => token(request));
      case "POST /track/v1/trackingnumbers":
        return spoilable("track", (expired) => track(request, expired));
      default:
        return subscription(request);
    }
  }

  function subscription(request: LocalRequest): LocalAnswer | Promise<LocalAnswer> {
    const call = subscriptionCall(request, options.subscriptionPaths, options.desk, refuse, options.newToken);
    if (call === null) return notFound();
    return answerWithFaults(
      options,
      { carrier: "fedex", call: "subscribe", request },
      { serverError, tooMany },
      (expired) => (isAllowed(request, expired) ? call() : unauthorized()),
    );
  }

  function isAllowed(request: LocalRequest, expired: boolean): boolean {
    const bearer = bearerToken(request.headers.authorization);
    if (expired) tokens.expire(bearer);
    return tokens.isValid(bearer, now());
  }

  function token(request: LocalRequest): LocalAnswer {
    if (!throttle.admit(now())) {
      return refuse(
        403,
        "FORBIDDEN.ERROR",
        "We could not authorize your credentials. Please check your permissions and try again.",
      );
    }
    const form = new URLSearchParams(request.body.toString("utf8"));
    if (form.get("grant_type") !== "client_credentials") {
      return refuse(400, "BAD.REQUEST.ERROR", "The given grant type is not supported.");
    }
    const client = { clientId: form.get("client_id") ?? "", clientSecret: form.get("client_secret") ?? "" };
    if (!sameClient(client, options.client)) return unauthorized();
    const expiresIn = options.tokenLifetimeSeconds ?? TOKEN_LIFETIME_SECONDS;
    const body = { access_token: tokens.issue(now()), token_type: "bearer", expires_in: expiresIn, scope: "CXS" };
    return { status: 200, body };
  }

  function track(request: LocalRequest, expired: boolean): LocalAnswer {
    if (!isAllowed(request, expired)) return unauthorized();
    const reading = readJson(request.body, MAX_BODY_BYTES);
    if (!reading.ok) return refuse(400, "BAD.REQUEST.ERROR", "The request body is not valid JSON.");
    const infos = listAt(reading.value, "trackingInfo");
    if (infos.length === 0) {
      return refuse(400, "TRACKING.TRACKINGNUMBER.EMPTY", "Please provide tracking number.");
    }
    // The limit is documented; the code of its error is not.
    if (infos.length > MAX_NUMBERS) {
      return refuse(400, "TRACKING.TRACKINGINFO.LIMITEXCEEDED", `At most ${MAX_NUMBERS} tracking numbers per request.`);
    }
    const detailed = flagAt(reading.value, "includeDetailedScans") === true;
    const numbers = infos.map((info) => textAt(info, "trackingNumberInfo", "trackingNumber") ?? "");
    return { status: 200, body: trackAnswer(numbers, detailed, request.headers["x-customer-transaction-id"]) };
  }

  function trackAnswer(numbers: readonly string[], detailed: boolean, customerId: string | undefined): object {
    return {
      transactionId: options.newToken(),
      ...(customerId !== undefined && { customerTransactionId: customerId }),
      output: {
        completeTrackResults: numbers.map((trackingNumber) => ({
          trackingNumber,
          trackResults: [resultOf(trackingNumber, detailed)],
        })),
      },
    };
  }

  function resultOf(trackingNumber: string, detailed: boolean): object {
    const facts = options.facts(trackingNumber);
    if (facts !== null) return trackResult(facts, detailed);
    const error =
      trackingNumber === ""
        ? { code: "TRACKING.TRACKINGNUMBER.EMPTY", message: "Please provide tracking number." }
        : {
            code: "TRACKING.TRACKINGNUMBER.NOTFOUND",
            message: "This tracking number cannot be found. Please check the number or contact the sender.",
          };
    return { trackingNumberInfo: { trackingNumber, trackingNumberUniqueId: "", carrierCode: "" }, error };
  }

  function refuse(status: number, code: string, message: string, headers: Record<string, string> = {}): LocalAnswer {
    return { status, headers, body: { transactionId: options.newToken(), errors: [{ code, message }] } };
  }
  const notFound = () => refuse(404, "NOT.FOUND.ERROR", "The resource you requested is no longer available.");
  const unauthorized = () =>
    refuse(401, "NOT.AUTHORIZED.ERROR", "Access token expired. Please modify your request and try again.");
  const serverError = () =>
    refuse(500, "INTERNAL.SERVER.ERROR", "We encountered an unexpected error and are working to resolve it.");
  const tooMany = (seconds: number) =>
    refuse(429, "TOO.MANY.REQUESTS", "Too many requests.", { "retry-after": String(seconds) });

  return startLocalServer({ port: options.port, maxBodyBytes: MAX_BODY_BYTES, log: options.log, answer });
}
