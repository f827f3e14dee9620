/** How many calls an emulated carrier takes within a window that begins with the first call. */
export interface CallAllowance {
  readonly calls: number;
  readonly withinMs: number;
}

/** Counts calls against an allowance. */
export interface CallLimit {
  /** Counts one call at `nowMs`; null when it may be made, else the ms until the window ends. */
  refuse(nowMs: number): number | null;
}

export function createCallLimit({ calls, withinMs }: CallAllowance): CallLimit {
  let beganAt = Number.NEGATIVE_INFINITY;
  let made = 0;
  return {
    refuse(nowMs) {
      if (nowMs >= beganAt + withinMs) {
        beganAt = nowMs;
        made = 0;
      }
      if (made >= calls) return beganAt + withinMs - nowMs;
      made += 1;
      return null;
    },
  };
}
