/** An open page that is told when there is something new. */
export interface LiveStream {
  /** Says that the page has reached a version; null: it may have changed, look for yourself. */
  tell(version: number | null): void;
  /** Keeps the connection from being taken for dead. */
  beat(): void;
  end(): void;
}

export interface LivePagesOptions {
  readonly maxStreams: number;
  readonly maxStreamsPerOrder: number;
  /** After this long a stream ends; the page comes back by itself and its link is looked at again. */
  readonly maxAgeMs: number;
  readonly now: () => number;
  /** How many there are, at every change. */
  readonly observe: (streams: number) => void;
}

/** The open pages that this process serves, by their orders. */
export interface LivePages {
  /** Takes a stream in; null when there are too many already. The function it gives takes the stream out. */
  add(orderId: string, stream: LiveStream): (() => void) | null;
  tell(orderId: string, version: number): void;
  /** Something of an order may have changed, or of all of them (null). */
  tellToLook(orderId: string | null): void;
  /** Beats all and ends the old. Called from time to time. */
  tick(): void;
  endAll(): void;
}

export function createLivePages(options: LivePagesOptions): LivePages {
  const { maxStreams, maxStreamsPerOrder, maxAgeMs, now, observe } = options;
  const byOrder = new Map<string, Map<LiveStream, { readonly sinceMs: number }>>();
  let count = 0;

  return {
    add(orderId, stream) {
      const streams = byOrder.get(orderId) ?? new Map<LiveStream, { readonly sinceMs: number }>();
      if (count >= maxStreams || streams.size >= maxStreamsPerOrder) return null;
      streams.set(stream, { sinceMs: now() });
      byOrder.set(orderId, streams);
      observe(++count);
      return () => remove(orderId, stream);
    },
    tell(orderId, version) {
      for (const stream of byOrder.get(orderId)?.keys() ?? []) stream.tell(version);
    },
    tellToLook(orderId) {
      const meant = orderId === null ? [...byOrder.values()] : [byOrder.get(orderId) ?? new Map<LiveStream, never>()];
      for (const streams of meant) for (const stream of streams.keys()) stream.tell(null);
    },
    tick() {
      for (const streams of byOrder.values()) {
        for (const [stream, { sinceMs }] of streams) {
          if (now() - sinceMs > maxAgeMs) stream.end();
          else stream.beat();
        }
      }
    },
    endAll() {
      for (const streams of byOrder.values()) for (const stream of streams.keys()) stream.end();
    },
  };

  function remove(orderId: string, stream: LiveStream): void {
    const streams = byOrder.get(orderId);
    if (streams?.delete(stream) !== true) return;
    if (streams.size === 0) byOrder.delete(orderId);
    observe(--count);
  }
}
