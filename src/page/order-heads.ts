import type { PageChange } from "../store/page-changes.js";
import type { PageHead } from "../store/page-heads.js";
import { createSharedWork } from "./shared-work.js";

/** Notifications that were not proved to arrive for this long are not relied upon. */
const TRUST_MS = 10_000;
/** How old a page may be that is shown while the database is away. */
export const MAX_STALE_MS = 5 * 60_000;
/** After the database was found away, pages that can be shown without it are, for this long, without asking again. */
const AWAY_MS = 1_000;

/** A head, and since when it may not be right any more: null says that it is right. */
export interface FoundHead {
  readonly head: PageHead;
  readonly asOfMs: number | null;
  /** Whether it came from the database just now. */
  readonly wasRead: boolean;
}

export interface OrderHeadsOptions {
  /** Reads a head from the primary; null when there is no such order. */
  readonly read: (orderId: string) => Promise<PageHead | null>;
  readonly hearing: { heardUntilMs(): number | null; isHearing(): boolean };
  /** Tells an absent database from a fault of ours. */
  readonly isUnavailable: (error: unknown) => boolean;
  readonly now: () => number;
  readonly maxHeads: number;
}

/** The heads of the orders that were looked at last, each as right as this process can know. */
export interface OrderHeads {
  /**
   * The head of an order; null when there is none.
   * @throws what `read` threw, when the database is away and nothing fresh enough is known
   */
  find(orderId: string): Promise<FoundHead | null>;
  /** Takes in what was notified. */
  apply(change: PageChange): void;
  /** Nothing that is known is relied upon any more, for notifications may have been lost. It can still be shown as old. */
  distrust(): void;
  readonly size: number;
}

interface KnownHead {
  readonly head: PageHead;
  /** It was right at this time, at least. */
  rightAtMs: number;
  /** Whether every change since `rightAtMs` that was heard of would have been taken in. */
  trusted: boolean;
}

/**
 * Keeps heads, and knows of each whether it is right: it was read while notifications were heard, they are proved to be
 * heard still, and none has named it. Otherwise it is read anew, one small row, by all who wait for it together.
 */
export function createOrderHeads(options: OrderHeadsOptions): OrderHeads {
  const { hearing, now, isUnavailable, maxHeads } = options;
  const known = new Map<string, KnownHead>();
  let generation = 0;
  let awayUntilMs = 0;
  const reading = createSharedWork<PageHead | null>();

  return {
    async find(orderId) {
      const kept = touch(orderId);
      if (kept !== undefined && isRight(kept)) return { head: kept.head, asOfMs: null, wasRead: false };
      const old = kept === undefined ? null : asOld(kept);
      if (old !== null && now() < awayUntilMs) return old;
      try {
        const head = await reading.share(orderId, (isForgotten) => readHead(orderId, isForgotten));
        return head && { head, asOfMs: null, wasRead: true };
      } catch (error) {
        if (!isUnavailable(error)) throw error;
        awayUntilMs = now() + AWAY_MS;
        // Looked up again: its links may have been revoked while we waited.
        const last = known.get(orderId);
        const stale = last === undefined ? null : asOld(last);
        if (stale === null) throw error;
        return stale;
      }
    },
    apply(change) {
      if (change.kind === "order") applyToOrder(change);
      else if (change.kind === "gone") drop(change.orderId);
      else if (change.kind === "store") applyToMany(({ store }) => store.id === change.storeId);
      else applyToMany(({ customerId }) => customerId === change.customerId);
    },
    distrust() {
      generation += 1;
      reading.forgetAll();
      for (const kept of known.values()) doubt(kept);
    },
    get size() {
      return known.size;
    },
  };

  async function readHead(orderId: string, isForgotten: () => boolean): Promise<PageHead | null> {
    const startedAtMs = now();
    const startedIn = generation;
    const head = await options.read(orderId);
    awayUntilMs = 0;
    if (isForgotten()) return head;
    if (head === null) known.delete(orderId);
    else keep(orderId, { head, rightAtMs: startedAtMs, trusted: startedIn === generation });
    return head;
  }

  function isRight({ trusted }: KnownHead): boolean {
    return trusted && hearing.isHearing() && now() - (hearing.heardUntilMs() ?? Number.NEGATIVE_INFINITY) <= TRUST_MS;
  }

  function asOld(kept: KnownHead): FoundHead | null {
    const asOfMs = knownRightAt(kept);
    return now() - asOfMs > MAX_STALE_MS ? null : { head: kept.head, asOfMs, wasRead: false };
  }

  function knownRightAt({ rightAtMs, trusted }: KnownHead): number {
    return trusted ? Math.max(rightAtMs, hearing.heardUntilMs() ?? rightAtMs) : rightAtMs;
  }

  function doubt(kept: KnownHead): void {
    kept.rightAtMs = knownRightAt(kept);
    kept.trusted = false;
  }

  /** What is on its way from the database may be from before the change: those who ask from now on do not wait for it. */
  function applyToOrder(change: PageChange & { readonly kind: "order" }): void {
    const kept = known.get(change.orderId);
    if (kept !== undefined && kept.head.viewVersion >= change.version) return;
    reading.forget(change.orderId);
    if (kept === undefined) return;
    // Revoked links are refused even when nobody can be asked.
    if (change.linkEpoch > kept.head.linkEpoch) known.delete(change.orderId);
    else doubt(kept);
  }

  function drop(orderId: string): void {
    reading.forget(orderId);
    known.delete(orderId);
  }

  function applyToMany(isMeant: (head: PageHead) => boolean): void {
    reading.forgetAll();
    for (const kept of known.values()) if (isMeant(kept.head)) doubt(kept);
  }

  function keep(orderId: string, next: KnownHead): void {
    const kept = known.get(orderId);
    if (kept !== undefined && kept.head.viewVersion > next.head.viewVersion) return;
    known.delete(orderId);
    known.set(orderId, next);
    if (known.size > maxHeads) known.delete(known.keys().next().value ?? "");
  }

  function touch(orderId: string): KnownHead | undefined {
    const kept = known.get(orderId);
    if (kept !== undefined) {
      known.delete(orderId);
      known.set(orderId, kept);
    }
    return kept;
  }
}
