/** What the place of an entry takes, besides what is in it. */
const ENTRY_BYTES = 200;

/** A map with an upper bound, which lets those go that were not asked for longest. */
export interface BoundedMap<Value> {
  get(key: string): Value | null;
  /** `bytes`: what it takes. What is larger than the whole bound is not kept, nor is what it replaces. */
  set(key: string, value: Value, bytes: number): void;
  delete(key: string): void;
  readonly size: number;
  readonly bytes: number;
}

export function createBoundedMap<Value>({
  maxEntries,
  maxBytes,
}: {
  readonly maxEntries: number;
  readonly maxBytes: number;
}): BoundedMap<Value> {
  // A Map gives its keys in the order in which they were set: the first is the one to go.
  const kept = new Map<string, { readonly value: Value; readonly bytes: number }>();
  let total = 0;

  return {
    get(key) {
      const entry = kept.get(key);
      if (entry === undefined) return null;
      kept.delete(key);
      kept.set(key, entry);
      return entry.value;
    },
    set(key, value, bytes) {
      drop(key);
      const cost = bytes + ENTRY_BYTES;
      if (cost > maxBytes) return;
      kept.set(key, { value, bytes: cost });
      total += cost;
      while (kept.size > maxEntries || total > maxBytes) drop(kept.keys().next().value ?? "");
    },
    delete: drop,
    get size() {
      return kept.size;
    },
    get bytes() {
      return total;
    },
  };

  function drop(key: string): void {
    const entry = kept.get(key);
    if (entry === undefined) return;
    kept.delete(key);
    total -= entry.bytes;
  }
}
