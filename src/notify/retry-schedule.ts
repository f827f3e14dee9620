import type { RefusalKind } from "../connectors/channels/contract.js";

const MINUTE_MS = 60_000;
/** Waits after the first, second, … refusal that may pass. */
const WAITS_MINUTES = [1, 5, 15, 60, 240] as const;
/** News older than this is no longer worth sending. */
const GIVE_UP_AFTER_MS = 24 * 60 * MINUTE_MS;

/**
 * When to try a refused message again, or null for never. The kind alone decides: a gateway that is busy or away, or that
 * does not know us until somebody mends the connection, is worth another try; an address that does not exist is not.
 */
export function nextAttemptAt(
  refusal: { readonly kind: RefusalKind; readonly retryAfterMs: number | null },
  { attempts, createdAtMs, nowMs }: { readonly attempts: number; readonly createdAtMs: number; readonly nowMs: number },
): Date | null {
  if (!["rate_limited", "unavailable", "unauthorized"].includes(refusal.kind)) return null;
  const minutes = WAITS_MINUTES[Math.min(Math.max(attempts - 1, 0), WAITS_MINUTES.length - 1)] ?? 240;
  const at = nowMs + Math.max(refusal.retryAfterMs ?? 0, minutes * MINUTE_MS);
  return at - createdAtMs > GIVE_UP_AFTER_MS ? null : new Date(at);
}
