/**
 * Turns rows into one array per column, for `unnest($1::text[], $2::int[], …)`. One statement then writes any number
 * of rows with a constant text. The arrays are text as PostgreSQL reads it (manual, section 8.15.6): left to the driver, writing
 * them is a tenth of what the normaliser does.
 * @throws TypeError for a value that is no text, number, boolean, Date, Buffer or null
 */
export function toColumns<Row extends object>(rows: readonly Row[], names: readonly (keyof Row)[]): string[] {
  return names.map((name) => {
    let text = "{";
    for (const [at, row] of rows.entries()) text += at === 0 ? toElement(row[name]) : `,${toElement(row[name])}`;
    return `${text}}`;
  });
}

function toElement(value: unknown): string {
  if (value === null || value === undefined) return "NULL";
  if (typeof value === "string") return ESCAPED.test(value) ? `"${value.replaceAll(/["\\]/g, "\\$&")}"` : `"${value}"`;
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  if (value instanceof Date) return `"${value.toISOString()}"`;
  if (Buffer.isBuffer(value)) return `"\\\\x${value.toString("hex")}"`;
  throw new TypeError("A column holds texts, numbers, booleans, dates and bytes only.");
}

const ESCAPED = /["\\]/;

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
