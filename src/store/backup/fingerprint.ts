import type { Queryable } from "../database.js";
import type { BackedUpTable } from "./backup-source.js";
import { selectRows } from "./open-snapshot.js";

/**
 * One line for each table, `name: rows, sum`: the number of its rows and the sum of a hash of each, which is the same in
 * whatever order a database keeps them. Sessions must write values alike (`withLongSession`).
 */
export async function takeFingerprint(db: Queryable, tables: readonly BackedUpTable[]): Promise<string[]> {
  const lines: string[] = [];
  for (const table of tables) {
    const { rows } = await db.query<{ rows: number; sum: string }>(
      `select count(*) as rows, coalesce(sum(
         ('x' || encode(substr(sha256(convert_to(t::text, 'UTF8')), 1, 8), 'hex'))::bit(64)::bigint::numeric), 0)::text as sum
       from (${selectRows(table)}) as t`,
    );
    lines.push(`${table.name}: ${rows[0]?.rows}, ${rows[0]?.sum}`);
  }
  return lines;
}
