import type pg from "pg";
import type { Queryable } from "../../src/store/database.js";

/** What PostgreSQL read and wrote to answer the queries of some work. A buffer is a page of 8 kB. */
export interface WorkBuffers {
  readonly queries: number;
  /** Found in PostgreSQL's memory. */
  readonly hit: number;
  /** Fetched from the system, which may have them in its memory. */
  readonly read: number;
  /** Rows that scans of tables and indexes looked at, those that a filter then left out included. */
  readonly rowsScanned: number;
}

/**
 * Runs `work` on one connection in a transaction that is undone, and counts what its very queries read, by EXPLAIN (ANALYZE,
 * BUFFERS) of each before it is run. Planning is not counted, nor what triggers of foreign keys read.
 */
export async function buffersOf(
  client: pg.PoolClient,
  work: (db: Queryable) => Promise<unknown>,
): Promise<WorkBuffers> {
  const sum = { queries: 0, hit: 0, read: 0, rowsScanned: 0 };
  await client.query("begin");
  try {
    await work({
      async query(text, values) {
        const root = await explain(client, text, values);
        sum.queries += 1;
        sum.hit += root["Shared Hit Blocks"] ?? 0;
        sum.read += root["Shared Read Blocks"] ?? 0;
        sum.rowsScanned += rowsScanned(root);
        return client.query(text, values as unknown[]);
      },
    });
  } finally {
    await client.query("rollback");
  }
  return sum;
}

interface Node {
  readonly "Node Type": string;
  readonly "Relation Name"?: string;
  readonly "Actual Rows"?: number;
  readonly "Actual Loops"?: number;
  readonly "Rows Removed by Filter"?: number;
  readonly "Shared Hit Blocks"?: number;
  readonly "Shared Read Blocks"?: number;
  readonly Plans?: readonly Node[];
}

/** What it changes is undone at once, so that the query itself finds what it would have found. */
async function explain(client: pg.PoolClient, text: string, values: readonly unknown[] = []): Promise<Node> {
  await client.query("savepoint explained");
  const { rows } = await client.query<{ "QUERY PLAN": readonly { readonly Plan: Node }[] }>(
    `explain (analyze, buffers, timing off, format json) ${text}`,
    values as unknown[],
  );
  await client.query("rollback to savepoint explained");
  const plan = rows[0]?.["QUERY PLAN"][0]?.Plan;
  if (plan === undefined) throw new Error("EXPLAIN gave no plan.");
  return plan;
}

function rowsScanned(node: Node): number {
  const below = (node.Plans ?? []).reduce((sum, child) => sum + rowsScanned(child), 0);
  if (node["Relation Name"] === undefined || !node["Node Type"].endsWith("Scan")) return below;
  const perLoop = (node["Actual Rows"] ?? 0) + (node["Rows Removed by Filter"] ?? 0);
  return below + perLoop * (node["Actual Loops"] ?? 1);
}
