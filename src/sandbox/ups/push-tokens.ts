import type { Clock } from "../../runtime/clock.js";
import { numberAt, readJson, recordAt, textAt } from "../../runtime/json.js";
import { basicHeader } from "../client-credentials.js";
import type { Hook } from "../parcel.js";
import type { Post } from "../post.js";

type UpsV2Hook = Extract<Hook, { kind: "ups_v2" }>;

/** The tokens that push targets have given to the emulated UPS, one per hook. */
export interface PushTokens {
  /** A token good for a push now; null when the target's token endpoint gives none. */
  get(hook: UpsV2Hook, signal: AbortSignal): Promise<string | null>;
  /** The target has refused this hook's token: the next push asks for another. */
  forget(hook: UpsV2Hook): void;
}

/** Tokens are asked for again this long before they expire. */
const SAFETY_MS = 30_000;
const MAX_ANSWER_BYTES = 64 * 1024;
const MAX_HOOKS = 1_000;

/**
 * Track Alert v2 makes the merchant the OAuth server: UPS posts `grant_type=client_credentials` with client_secret_basic
 * to the merchant's token endpoint, here `<hook url>/token`.
 */
export function createPushTokens(post: Post, now: Clock): PushTokens {
  const tokens = new Map<string, { value: string; expiresAt: number }>();
  const pending = new Map<string, Promise<string | null>>();
  const keyOf = (hook: UpsV2Hook) => `${hook.url} ${hook.clientId}`;

  async function obtain(hook: UpsV2Hook, signal: AbortSignal): Promise<string | null> {
    const headers = {
      authorization: basicHeader({ clientId: hook.clientId, clientSecret: hook.secret }),
      "content-type": "application/x-www-form-urlencoded",
    };
    const answer = await post(`${hook.url}/token`, headers, Buffer.from("grant_type=client_credentials"), signal);
    const reading = readJson(Buffer.from(answer.body), MAX_ANSWER_BYTES);
    const body = reading.ok ? recordAt(reading.value) : null;
    const value = body?.["access_token"];
    if (answer.status !== 200 || typeof value !== "string" || textAt(body, "token_type")?.toLowerCase() !== "bearer")
      return null;
    if (tokens.size >= MAX_HOOKS) tokens.clear();
    tokens.set(keyOf(hook), { value, expiresAt: now() + (numberAt(body, "expires_in") ?? 0) * 1_000 });
    return value;
  }

  return {
    async get(hook, signal) {
      const key = keyOf(hook);
      const known = tokens.get(key);
      if (known !== undefined && now() < known.expiresAt - SAFETY_MS) return known.value;
      const asked = pending.get(key) ?? obtain(hook, signal).finally(() => pending.delete(key));
      pending.set(key, asked);
      return asked;
    },
    forget: (hook) => void tokens.delete(keyOf(hook)),
  };
}
