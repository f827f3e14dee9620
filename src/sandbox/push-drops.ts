import { SANDBOX_CARRIERS, type SandboxCarrier } from "./parcel.js";

/** Pushes that get lost on their way, so that only asking the carrier shows what they said. */
export interface PushDrops {
  /** Loses the next `pushes` pushes of a carrier, on top of those that it is to lose already; at most 100,000. */
  drop(carrier: SandboxCarrier, pushes: number): void;
  /** Whether the push that is about to be sent gets lost, which uses one up. */
  take(carrier: SandboxCarrier): boolean;
  /** What is still to be lost, and what has been lost since the start. */
  counts(): Readonly<Record<SandboxCarrier, { readonly waiting: number; readonly dropped: number }>>;
}

const MAX_DROPS = 100_000;

export function createPushDrops(): PushDrops {
  const each = <T>(of: (carrier: SandboxCarrier) => T) =>
    Object.fromEntries(SANDBOX_CARRIERS.map((carrier) => [carrier, of(carrier)])) as Record<SandboxCarrier, T>;
  const counts = each(() => ({ waiting: 0, dropped: 0 }));

  return {
    drop(carrier, pushes) {
      counts[carrier].waiting = Math.min(counts[carrier].waiting + pushes, MAX_DROPS);
    },
    take(carrier) {
      if (counts[carrier].waiting === 0) return false;
      counts[carrier].waiting -= 1;
      counts[carrier].dropped += 1;
      return true;
    },
    counts: () => each((carrier) => ({ ...counts[carrier] })),
  };
}
