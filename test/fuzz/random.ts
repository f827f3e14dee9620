/** Numbers that look random and are the same for the same seed (mulberry32, public domain, T. Ettinger). */
export interface Random {
  /** An integer in `[0, below)`; 0 when `below` is 0. */
  readonly below: (below: number) => number;
  readonly pick: <Item>(items: readonly Item[], fallback: Item) => Item;
}

export function randomFrom(seed: number): Random {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (limit: number) => Math.floor(next() * limit);
  return { below, pick: (items, fallback) => items[below(items.length)] ?? fallback };
}
