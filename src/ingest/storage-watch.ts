/** After the database failed as unavailable it is left alone for so long; then the next push tries it. */
const REST_MS = 1_000;

/** Whether the database takes what is pushed, told by how it answers what it is asked anyway. */
export interface StorageWatch {
  /** Passes the promise on, and notes when and how it is settled. */
  track<Result>(asked: Promise<Result>): Promise<Result>;
  /** It owes an answer for too long, or has just failed: what would have to wait for it is better turned away. */
  isAway(): boolean;
}

export interface StorageWatchOptions {
  /** Whether an error says that the database is away, rather than that it was asked nonsense. */
  readonly isUnavailable: (error: unknown) => boolean;
  readonly now: () => number;
  /** An answer that takes longer than this is as good as none. */
  readonly slowMs: number;
  /** Told once when the database is found away, with the error if there was one, and once when it answers again. */
  readonly onChange: (isAway: boolean, error: unknown) => void;
}

export function createStorageWatch({ isUnavailable, now, slowMs, onChange }: StorageWatchOptions): StorageWatch {
  // In the order in which they were asked: the first is the oldest.
  const askedAtMs = new Map<symbol, number>();
  let restUntilMs = 0;
  /** Since it was found away it has answered nothing. */
  let isKnownAway = false;

  return {
    async track(asked) {
      const key = Symbol();
      askedAtMs.set(key, now());
      try {
        const answer = await asked;
        restUntilMs = 0;
        note(false, null);
        return answer;
      } catch (error) {
        if (isUnavailable(error)) {
          restUntilMs = now() + REST_MS;
          note(true, error);
        }
        throw error;
      } finally {
        askedAtMs.delete(key);
      }
    },
    isAway() {
      const nowMs = now();
      const [oldestMs] = askedAtMs.values();
      if (nowMs < restUntilMs) return true;
      if (oldestMs === undefined || nowMs - oldestMs <= slowMs) return false;
      note(true, null);
      return true;
    },
  };

  function note(isAway: boolean, error: unknown): void {
    if (isAway === isKnownAway) return;
    isKnownAway = isAway;
    onChange(isAway, error);
  }
}
