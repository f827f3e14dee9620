/** The channel on which every http process hears what tracking pages show anew. Triggers speak on it (migration 0006). */
export const PAGES_CHANGED = "waybill_pages_changed";

/** What one word of a notification says. */
export type PageChange =
  /** An order has reached this version of its page. A higher epoch than the one known makes its links worthless. */
  | { readonly kind: "order"; readonly orderId: string; readonly version: number; readonly linkEpoch: number }
  | { readonly kind: "gone"; readonly orderId: string }
  /** What a store or a customer says on all pages of theirs. */
  | { readonly kind: "store"; readonly storeId: string }
  | { readonly kind: "customer"; readonly customerId: string };

/**
 * Reads the payload of a notification; null when a word of it is none of ours, as when a newer release speaks. Then nothing
 * is known of what changed.
 */
export function readPageChanges(payload: string): readonly PageChange[] | null {
  const changes = payload.split(" ").map(readChange);
  return changes.every((change) => change !== null) ? changes : null;
}

function readChange(word: string): PageChange | null {
  const [kind, id = "", version = "", linkEpoch = ""] = word.split(":");
  if (id === "") return null;
  if (kind === "s") return { kind: "store", storeId: id };
  if (kind === "c") return { kind: "customer", customerId: id };
  if (kind !== "o") return null;
  if (version === "gone") return { kind: "gone", orderId: id };
  if (!DIGITS.test(version) || !DIGITS.test(linkEpoch)) return null;
  return { kind: "order", orderId: id, version: Number(version), linkEpoch: Number(linkEpoch) };
}

const DIGITS = /^\d{1,15}$/;
