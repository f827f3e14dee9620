import type { Clock } from "../runtime/clock.js";
import { FEDEX_RETRY_DELAYS_MS, fedexPush } from "./fedex/push.js";
import { factsOf, type Hook, type Parcel, type ParcelFacts, type ScanFact } from "./parcel.js";
import type { Post } from "./post.js";
import type { PushQueue } from "./push-queue.js";
import { UPS_USER_AGENT, upsPushBody } from "./ups/push-body.js";
import { createPushTokens, type PushTokens } from "./ups/push-tokens.js";

export interface PusherOptions {
  readonly queue: PushQueue;
  readonly post: Post;
  readonly now: Clock;
  readonly newToken: () => string;
  /** Waits between FedEx's attempts; default as documented (1, 2 and 4 minutes). UPS documents no retry and makes none. */
  readonly fedexRetryDelaysMs?: readonly number[];
}

/** Queues one push per scan, in order. The same scan twice in a row is first a resend of the same bytes, then a new body. */
export type PushScans = (parcel: Parcel, scans: readonly ScanFact[]) => void;

export function createPusher(options: PusherOptions): PushScans {
  const tokens = createPushTokens(options.post, options.now);

  return (parcel, scans) => {
    const { hook } = parcel;
    if (hook === null) return;
    let last: { scan: ScanFact; send: Send; resent: boolean } | null = null;
    for (const scan of scans) {
      const resend: boolean = last !== null && last.scan === scan && !last.resent;
      const send: Send = last !== null && resend ? last.send : sendOf(hook, { ...factsOf(parcel), scans: [scan] });
      options.queue.add({
        label: `${parcel.carrier} ${scan.what}`,
        send,
        retryDelaysMs: hook.kind === "fedex" ? (options.fedexRetryDelaysMs ?? FEDEX_RETRY_DELAYS_MS) : [],
      });
      last = { scan, send, resent: resend };
    }
  };

  function sendOf(hook: Hook, facts: ParcelFacts): Send {
    if (hook.kind === "fedex") {
      const { body, headers } = fedexPush(facts, hook.secret, options.newToken(), options.now());
      return async (signal) => isTaken(await options.post(hook.url, headers, body, signal));
    }
    const shared = { "content-type": "application/json", "user-agent": UPS_USER_AGENT };
    if (hook.kind === "ups_v1") {
      const body = upsPushBody(facts, 1);
      return async (signal) =>
        isTaken(await options.post(hook.url, { ...shared, credential: hook.secret }, body, signal));
    }
    const body = upsPushBody(facts, 2);
    return (signal) => sendWithToken(hook, shared, body, signal, options.post, tokens);
  }
}

type Send = (signal: AbortSignal) => Promise<boolean>;

/** A 401 means that the target no longer knows the token: one fresh token is tried, as any OAuth client would. */
async function sendWithToken(
  hook: Extract<Hook, { kind: "ups_v2" }>,
  shared: Readonly<Record<string, string>>,
  body: Uint8Array,
  signal: AbortSignal,
  post: Post,
  tokens: PushTokens,
): Promise<boolean> {
  for (const isLastTry of [false, true]) {
    const token = await tokens.get(hook, signal);
    if (token === null) return false;
    const headers = { ...shared, authorization: `Bearer ${token}`, "x-api-key": hook.clientId };
    const answer = await post(hook.url, headers, body, signal);
    if (answer.status !== 401 || isLastTry) return isTaken(answer);
    tokens.forget(hook);
  }
  return false;
}

function isTaken({ status }: { readonly status: number }): boolean {
  return status >= 200 && status < 300;
}
