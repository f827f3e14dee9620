import { readJson, textAt } from "../../runtime/json.js";
import { bearerToken, createAccessTokens } from "../access-tokens.js";
import { answerWithFaults } from "../answer-with-faults.js";
import { sameClient } from "../client-credentials.js";
import type { EmulatorOptions } from "../emulator.js";
import type { FaultyCall } from "../faults.js";
import { type LocalAnswer, type LocalRequest, type LocalServer, startLocalServer } from "../local-server.js";
import { keep } from "../subscription-desk.js";
import { answerSubscriptions, SUBSCRIPTIONS_PATH } from "./answer-subscriptions.js";
import { insufficientScope, notYet, refuse, unauthorized } from "./refusals.js";
import type { UspsDesk } from "./subscriptions.js";
import { trackDetail, trackSummary } from "./track-detail.js";
import { trackEvents } from "./track-events.js";

/** The scopes that an app needs. New apps have neither until USPS grants them. */
export const USPS_SCOPES: readonly string[] = ["tracking", "subscriptions-tracking"];

export interface UspsOptions extends EmulatorOptions {
  readonly desk: UspsDesk;
  /** What USPS granted to the client. */
  readonly scopes: readonly string[];
}

const TOKEN_LIFETIME_SECONDS = 28_799;
const MAX_BODY_BYTES = 64 * 1024;
/** Both lines that USPS lists as current answer alike. */
const TRACK = /^(\/tracking\/v3(?:\.2)?)\/tracking\/([^/]+)$/;
const NUMBER = /^[0-9A-Z]{10,34}$/;

/** USPS on 127.0.0.1, as its OpenAPI documents of version 3 describe it: OAuth, Tracking and Subscriptions - Tracking. */
export async function startUsps(options: UspsOptions): Promise<LocalServer> {
  const { now, desk } = options;
  const lifetimeSeconds = options.tokenLifetimeSeconds ?? TOKEN_LIFETIME_SECONDS;
  const tokens = createAccessTokens(lifetimeSeconds, options.newToken);
  const scopesOf = new Map<string, readonly string[]>();

  function answer(request: LocalRequest): LocalAnswer | Promise<LocalAnswer> {
    const { method, path } = request;
    const spoilable = (call: FaultyCall, api: string, answered: (expired: boolean) => LocalAnswer) =>
      answerWithFaults(options, { carrier: "usps", call, request }, refusalsOf(api), answered);
    if (method === "POST" && path === "/oauth2/v3/token") return spoilable("token", "/oauth2/v3", () => token(request));
    const [, api = "", number = ""] = TRACK.exec(path) ?? [];
    if (method === "GET" && api !== "") {
      return spoilable(
        "track",
        api,
        (expired) => authorize(request, "tracking", api, expired) ?? track(request, api, number),
      );
    }
    const listed = SUBSCRIPTIONS_PATH.exec(path);
    if (listed !== null) {
      const at = "/subscriptions-tracking/v3";
      return spoilable(
        "subscribe",
        at,
        (expired) =>
          authorize(request, "subscriptions-tracking", at, expired) ?? answerSubscriptions(request, listed[1], desk),
      );
    }
    return refuse("", 404, "404", "The resource was not found.");
  }

  /** Errors here are those of RFC 6749, unlike everywhere else. The client comes as JSON or as a form. */
  function token(request: LocalRequest): LocalAnswer {
    const reading = readJson(request.body, MAX_BODY_BYTES);
    const asked: unknown = reading.ok
      ? reading.value
      : Object.fromEntries(new URLSearchParams(request.body.toString("utf8")));
    if (textAt(asked, "grant_type") !== "client_credentials") return oauthError(400, "unsupported_grant_type");
    const client = { clientId: textAt(asked, "client_id") ?? "", clientSecret: textAt(asked, "client_secret") ?? "" };
    if (!sameClient(client, options.client)) return oauthError(401, "invalid_client");
    const wanted = textAt(asked, "scope")?.split(" ") ?? options.scopes;
    const scopes = options.scopes.filter((scope) => wanted.includes(scope));
    const accessToken = tokens.issue(now());
    keep(scopesOf, accessToken, scopes);
    return {
      status: 200,
      body: {
        access_token: accessToken,
        token_type: "Bearer",
        issued_at: now(),
        expires_in: lifetimeSeconds,
        status: "approved",
        scope: scopes.join(" "),
        issuer: "api.usps.com",
        client_id: client.clientId,
        application_name: "sandbox",
        api_products: "[Shipping]",
        public_key: "",
      },
    };
  }

  /** Null when the token may do this. */
  function authorize(request: LocalRequest, scope: string, api: string, expired: boolean): LocalAnswer | null {
    const bearer = bearerToken(request.headers.authorization);
    if (expired) tokens.expire(bearer);
    if (!tokens.isValid(bearer, now())) return unauthorized(api);
    return scopesOf.get(bearer)?.includes(scope) === true ? null : insufficientScope(api);
  }

  function track(request: LocalRequest, api: string, number: string): LocalAnswer {
    if (!NUMBER.test(number)) return refuse(api, 404, "150002", "The tracking number is not one of USPS's.");
    const facts = options.facts(number);
    if (facts === null) return notYet(api);
    const isDetailed = request.query.get("expand")?.toUpperCase() === "DETAIL";
    return { status: 200, body: isDetailed ? trackDetail(facts, trackEvents(facts, now())) : trackSummary(facts) };
  }

  return startLocalServer({ port: options.port, maxBodyBytes: MAX_BODY_BYTES, log: options.log, answer });
}

const refusalsOf = (api: string) => ({
  serverError: () => refuse(api, 503, "503", "The service is unavailable<br/>. Try again later."),
  tooMany: (seconds: number) =>
    refuse(api, 429, "429", "The quota of the application is exceeded.", {
      headers: { "retry-after": String(seconds) },
    }),
});

function oauthError(status: number, error: string): LocalAnswer {
  const body = {
    error,
    error_description: "The client or the grant was refused.",
    error_uri: "https://www.rfc-editor.org/rfc/rfc6749",
  };
  return { status, body };
}
