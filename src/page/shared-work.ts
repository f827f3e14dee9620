/** Work under a key that all who ask for it at the same time share. */
export interface SharedWork<Result> {
  /** Does `work`, or waits for what is under way. It learns whether it was forgotten meanwhile: then it is not to be kept. */
  share(key: string, work: (isForgotten: () => boolean) => Promise<Result>): Promise<Result>;
  /** Who asks from now on gets work begun from now on; who waits already gets what was begun. */
  forget(key: string): void;
  forgetAll(): void;
}

export function createSharedWork<Result>(): SharedWork<Result> {
  const underWay = new Map<string, Promise<Result>>();
  return {
    share(key, work) {
      const running = underWay.get(key);
      if (running !== undefined) return running;
      const started: Promise<Result> = Promise.resolve()
        .then(() => work(() => underWay.get(key) !== started))
        .finally(() => {
          if (underWay.get(key) === started) underWay.delete(key);
        });
      underWay.set(key, started);
      return started;
    },
    forget: (key) => void underWay.delete(key),
    forgetAll: () => underWay.clear(),
  };
}
