import type { Clock } from "../runtime/clock.js";
import { dhlPush } from "./dhl/push.js";
import { EASYPOST_RETRY_DELAYS_MS, easypostPush } from "./easypost/push.js";
import { FEDEX_RETRY_DELAYS_MS, fedexPush } from "./fedex/push.js";
import { factsOf, type Hook, type Parcel, type ParcelFacts, type ScanFact } from "./parcel.js";
import { isTaken, type Post } from "./post.js";
import { SHIPENGINE_RETRY_DELAYS_MS, shipenginePushBody, signShipenginePush } from "./shipengine/push.js";
import type { ShipengineKeys } from "./shipengine/signing-keys.js";
import type { SignedPush } from "./signed-push.js";
import { UPS_USER_AGENT, upsPushBody } from "./ups/push-body.js";
import { createPushTokens, type PushTokens } from "./ups/push-tokens.js";
import { uspsPush } from "./usps/push.js";

export interface BuildPushOptions {
  readonly post: Post;
  readonly now: Clock;
  readonly newToken: () => string;
  readonly shipengineKeys: ShipengineKeys;
  /** Waits between FedEx's attempts; default as documented (1, 2 and 4 minutes). */
  readonly fedexRetryDelaysMs?: readonly number[];
}

/** Makes one attempt to push and says whether it was taken. */
export type Send = (signal: AbortSignal) => Promise<boolean>;

/** Writes pushes as each carrier does. */
export interface PushBuilder {
  /** The push of one scan: alone, or with all before it where the carrier always sends everything. */
  send(hook: Hook, parcel: Parcel, scan: ScanFact): Send;
  /** Waits between attempts; empty where the carrier documents no retry. */
  retryDelaysMs(hook: Hook): readonly number[];
}

export function createPushBuilder(options: BuildPushOptions): PushBuilder {
  const tokens = createPushTokens(options.post, options.now);

  const posting =
    (url: string, { headers, body }: SignedPush): Send =>
    async (signal) =>
      isTaken(await options.post(url, headers, body, signal));

  function send(hook: Hook, parcel: Parcel, scan: ScanFact): Send {
    const all = factsOf(parcel);
    const alone: ParcelFacts = { ...all, scans: [scan] };
    const soFar: ParcelFacts = { ...all, scans: parcel.scans.slice(0, parcel.scans.indexOf(scan) + 1) };
    switch (hook.kind) {
      case "fedex":
        return posting(hook.url, fedexPush(alone, hook.secret, options.newToken(), options.now()));
      case "ups_v1": {
        const headers = { "content-type": "application/json", "user-agent": UPS_USER_AGENT, credential: hook.secret };
        return posting(hook.url, { body: upsPushBody(alone, 1), headers });
      }
      case "ups_v2": {
        const body = upsPushBody(alone, 2);
        return (signal) => sendWithToken(hook, body, signal, options.post, tokens);
      }
      case "usps":
        return posting(hook.url, uspsPush(soFar, hook, options.now()));
      case "dhl":
        return posting(hook.url, dhlPush(alone, hook));
      case "easypost":
        return posting(hook.url, easypostPush(soFar, hook, `evt_${options.newToken()}`, options.now()));
      case "shipengine": {
        const body = shipenginePushBody(soFar);
        return async (signal) => {
          const { headers } = await signShipenginePush(body, hook, options.shipengineKeys, options.now());
          return isTaken(await options.post(hook.url, headers, body, signal));
        };
      }
      default:
        return hook satisfies never;
    }
  }

  function retryDelaysMs({ kind }: Hook): readonly number[] {
    if (kind === "fedex") return options.fedexRetryDelaysMs ?? FEDEX_RETRY_DELAYS_MS;
    if (kind === "easypost") return EASYPOST_RETRY_DELAYS_MS;
    return kind === "shipengine" ? SHIPENGINE_RETRY_DELAYS_MS : [];
  }

  return { send, retryDelaysMs };
}

/** A 401 means that the target no longer knows the token: one fresh token is tried, as any OAuth client would. */
async function sendWithToken(
  hook: Extract<Hook, { kind: "ups_v2" }>,
  body: Uint8Array,
  signal: AbortSignal,
  post: Post,
  tokens: PushTokens,
): Promise<boolean> {
  for (const isLastTry of [false, true]) {
    const token = await tokens.get(hook, signal);
    if (token === null) return false;
    const headers = {
      "content-type": "application/json",
      "user-agent": UPS_USER_AGENT,
      authorization: `Bearer ${token}`,
      "x-api-key": hook.clientId,
    };
    const answer = await post(hook.url, headers, body, signal);
    if (answer.status !== 401 || isLastTry) return isTaken(answer);
    tokens.forget(hook);
  }
  return false;
}
