import { createBoundedMap } from "./bounded-map.js";
import type { CachedFacts, ViewCache } from "./view-cache.js";

/**
 * Facts as objects take more than as JSON text: about this many bytes for each character of it, strings, shapes and numbers
 * together.
 */
const BYTES_PER_CHARACTER = 4;

/** Keeps facts in this process. When there are too many or they are too large, those go that were not asked for longest. */
export function createMemoryCache(limits: { readonly maxEntries: number; readonly maxBytes: number }): ViewCache {
  const kept = createBoundedMap<CachedFacts>(limits);
  return {
    async get(orderId, version) {
      const entry = kept.get(orderId);
      return entry === null || (version !== null && entry.version !== version) ? null : entry;
    },
    async put(orderId, entry) {
      const known = kept.get(orderId);
      if (known !== null && known.version > entry.version) return;
      kept.set(orderId, entry, BYTES_PER_CHARACTER * JSON.stringify(entry).length);
    },
    async forget(orderId) {
      kept.delete(orderId);
    },
  };
}
