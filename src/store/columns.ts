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
