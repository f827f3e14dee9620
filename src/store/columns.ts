/**
 * Turns rows into one array per column, for `unnest($1::text[], $2::int[], …)`. One statement then writes any number
 * of rows with a constant text, which PostgreSQL plans once.
 */
export function toColumns<Row extends object>(rows: readonly Row[], names: readonly (keyof Row)[]): unknown[][] {
  return names.map((name) => rows.map((row) => row[name]));
}

/** JSON text for a jsonb column, or null. Arrays of jsonb travel as text and are cast in the statement. */
export function toJson(value: unknown): string | null {
  return value === null || value === undefined ? null : JSON.stringify(value);
}

/**
 * Puts pieces of bytes together into one value, which travels as it is. In the statement each is
 * `substring($1::bytea from start for length)`.
 */
export function joinBytes(pieces: readonly Uint8Array[]) {
  const lengths = pieces.map(({ byteLength }) => byteLength);
  // SQL counts from one.
  let next = 1;
  const starts = lengths.map((length) => (next += length) - length);
  return { bytes: Buffer.concat(pieces), starts, lengths };
}
