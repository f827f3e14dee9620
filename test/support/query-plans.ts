import type { Database, Queryable } from "../../src/store/database.js";

/** What PostgreSQL would do for one query. */
export interface QueryPlan {
  readonly text: string;
  /** Tables that would be read from end to end. */
  readonly readWhole: readonly string[];
  /** Indexes that would be used, those of partitions by the name of their partition's index. */
  readonly indexes: readonly string[];
  /** Partitions that would be touched at all. */
  readonly partitions: readonly string[];
}

/**
 * Runs `work` in a transaction that is undone, and returns the plans of the queries that it makes, in order: the very texts and values,
 * so that no query is written down twice.
 */
export async function plansOf(db: Database, work: (recording: Queryable) => Promise<unknown>): Promise<QueryPlan[]> {
  const plans: QueryPlan[] = [];
  const undone = new Error("Undone on purpose.");
  await db
    .transaction(async (tx) => {
      await work({
        async query(text, values) {
          // What a step does before may matter to the next one, so each is planned where it is run.
          if (isPlannable(text)) plans.push(toPlan(text, await explain(tx, text, values)));
          return tx.query(text, values);
        },
      });
      throw undone;
    })
    .catch((error: unknown) => {
      if (error !== undone) throw error;
    });
  return plans;
}

interface Node {
  readonly "Node Type": string;
  readonly "Relation Name"?: string;
  readonly "Index Name"?: string;
  readonly Plans?: readonly Node[];
}

function isPlannable(text: string): boolean {
  return /^\s*(select|with|insert|update|delete)\b/i.test(text);
}

async function explain(tx: Queryable, text: string, values: readonly unknown[] | undefined): Promise<Node> {
  const { rows } = await tx.query<{ "QUERY PLAN": readonly { readonly Plan: Node }[] }>(
    `explain (format json) ${text}`,
    values,
  );
  const plan = rows[0]?.["QUERY PLAN"][0]?.Plan;
  if (plan === undefined) throw new Error("EXPLAIN gave no plan.");
  return plan;
}

function toPlan(text: string, root: Node): QueryPlan {
  const nodes = flatten(root);
  const unique = (names: readonly (string | undefined)[]) =>
    [...new Set(names.filter((name) => name !== undefined))].sort();
  return {
    text,
    readWhole: unique(nodes.filter((node) => node["Node Type"] === "Seq Scan").map((node) => node["Relation Name"])),
    indexes: unique(nodes.map((node) => node["Index Name"])),
    partitions: unique(
      nodes.filter((node) => node["Node Type"].includes("Scan")).map((node) => node["Relation Name"]),
    ).filter((name) => /_\d{4}_\d{2}$/.test(name)),
  };
}

function flatten(node: Node): Node[] {
  return [node, ...(node.Plans ?? []).flatMap(flatten)];
}
