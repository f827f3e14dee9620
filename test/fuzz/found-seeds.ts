/** Seeds of `npm run fuzz` that once broke a parser. Whoever mends one adds its seed, with what was wrong. */
export const FOUND_SEEDS: readonly number[] = [];
