import { bearerToken, createAccessTokens } from "../access-tokens.js";
import { answerWithFaults } from "../answer-with-faults.js";
import { basicCredentials, type ClientCredentials, sameClient } from "../client-credentials.js";
import type { EmulatorOptions } from "../emulator.js";
import type { FaultyCall } from "../faults.js";
import { type LocalAnswer, type LocalRequest, type LocalServer, startLocalServer } from "../local-server.js";
import { answerSubscription, SUBSCRIPTION_PATH } from "./answer-subscriptions.js";
import type { UpsDesk } from "./desk.js";
import { trackDetails, unknownNumber } from "./details.js";

export interface UpsOptions extends EmulatorOptions {
  readonly desk: UpsDesk;
}

const TOKEN_LIFETIME_SECONDS = 14_399;
const MAX_BODY_BYTES = 64 * 1024;
const MAX_TRANSACTION_CHARACTERS = 32;
const DETAILS = /^\/api\/track\/v1\/details\/([^/]+)$/;

/** UPS on 127.0.0.1, as its OpenAPI documents describe it: the OAuth token, the details of one number, and Track Alert. */
export async function startUps(options: UpsOptions): Promise<LocalServer> {
  const { now } = options;
  const lifetimeSeconds = options.tokenLifetimeSeconds ?? TOKEN_LIFETIME_SECONDS;
  const tokens = createAccessTokens(lifetimeSeconds, options.newToken);

  function answer(request: LocalRequest): LocalAnswer | Promise<LocalAnswer> {
    const spoilable = (call: FaultyCall, answered: (expired: boolean) => LocalAnswer) =>
      answerWithFaults(options, { carrier: "ups", call, request }, { serverError, tooMany }, answered);
    if (request.path === "/security/v1/oauth/token" && request.method === "POST")
      return spoilable("token", () => token(request));
    const inquiry = DETAILS.exec(request.path)?.[1];
    if (inquiry !== undefined && request.method === "GET")
      return spoilable("track", (expired) => details(request, decode(inquiry), expired));
    const subscription = SUBSCRIPTION_PATH.exec(request.path);
    if (subscription !== null && request.method === "POST")
      return spoilable(
        "subscribe",
        (expired) => refusal(request, expired) ?? answerSubscription(request, subscription, options.desk, refuse),
      );
    return refuse(404, "404", "Not Found");
  }

  function token(request: LocalRequest): LocalAnswer {
    const client = basicCredentials(request.headers.authorization);
    if (client === null || !isOurs(client)) return refuse(401, "250002", "Invalid Authentication Information.");
    if (new URLSearchParams(request.body.toString("utf8")).get("grant_type") !== "client_credentials") {
      return refuse(400, "10400", "Invalid or missing grant_type.");
    }
    // Every value is a text, numbers too.
    return {
      status: 200,
      body: {
        token_type: "Bearer",
        issued_at: String(now()),
        client_id: options.client.clientId,
        access_token: tokens.issue(now()),
        scope: "",
        expires_in: String(lifetimeSeconds),
        refresh_count: "0",
        status: "approved",
      },
    };
  }

  function details(request: LocalRequest, inquiryNumber: string, expired: boolean): LocalAnswer {
    const refused = refusal(request, expired);
    if (refused !== null) return refused;
    if (inquiryNumber.length < 7 || inquiryNumber.length > 34) return refuse(400, "TV1002", "Invalid inquiry number.");
    const facts = options.facts(inquiryNumber);
    return { status: 200, body: facts === null ? unknownNumber() : trackDetails(facts) };
  }

  /** What every call needs: a good token, a transaction id and a source. Null when they are there. */
  function refusal(request: LocalRequest, expired: boolean): LocalAnswer | null {
    const bearer = bearerToken(request.headers.authorization);
    if (bearer === "") return refuse(401, "UJ0001", "Missing or invalid access token.");
    if (expired) tokens.expire(bearer);
    if (!tokens.isValid(bearer, now())) return refuse(401, "251004", "Access token expired.");
    // Both headers are required, and a transaction id has at most 32 characters; the codes are those of Track Alert.
    const { transid = "", transactionsrc = "" } = request.headers;
    if (transid === "" || transid.length > MAX_TRANSACTION_CHARACTERS) return refuse(400, "VSS002", "Invalid transId.");
    if (transactionsrc === "") return refuse(400, "VSS004", "Missing transactionSrc.");
    return null;
  }

  /** ID and secret may come form-encoded or plain: real clients do both. */
  function isOurs(client: ClientCredentials): boolean {
    const decoded = { clientId: decode(client.clientId), clientSecret: decode(client.clientSecret) };
    return sameClient(client, options.client) || sameClient(decoded, options.client);
  }

  return startLocalServer({ port: options.port, maxBodyBytes: MAX_BODY_BYTES, log: options.log, answer });
}

function refuse(status: number, code: string, message: string, headers: Record<string, string> = {}): LocalAnswer {
  return { status, headers, body: { response: { errors: [{ code, message }] } } };
}

const serverError = () => refuse(500, "100", "The tracking system is not available at this time.");

const tooMany = (seconds: number) => refuse(429, "10429", "Too Many Requests", { "retry-after": String(seconds) });

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
