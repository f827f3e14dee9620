import type pg from "pg";
import { buffersOf } from "../support/buffers-of.js";
import { median, quantile } from "../support/quantiles.js";
import type { Question, QuestionKey } from "./questions.js";

/** How a question was answered. Times are medians over the rounds; buffers are means over the keys. */
export interface Answered {
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Of PostgreSQL. */
  readonly serverCpuMs: number;
  readonly queries: number;
  readonly buffers: number;
  /** Of the buffers, those that were not in PostgreSQL's memory. */
  readonly buffersRead: number;
}

/** Asks once for every key and returns how long each answer took, in ms. */
export async function timeQuestion(
  client: pg.PoolClient,
  { ask, claims }: Question,
  keys: readonly QuestionKey[],
): Promise<number[]> {
  const times: number[] = [];
  for (const key of keys) {
    if (claims) await client.query("begin");
    const startedMs = performance.now();
    await ask(client, key);
    times.push(performance.now() - startedMs);
    if (claims) await client.query("rollback");
  }
  return times;
}

/** Brings together the rounds of a question, and counts what it reads. */
export async function summarise(
  client: pg.PoolClient,
  question: Question,
  { rounds, cpuSeconds }: { readonly rounds: readonly (readonly number[])[]; readonly cpuSeconds: number },
  keys: readonly QuestionKey[],
): Promise<Answered> {
  const sum = { queries: 0, buffers: 0, buffersRead: 0 };
  for (const key of keys) {
    const { queries, hit, read } = await buffersOf(client, (db) => question.ask(db, key));
    sum.queries += queries;
    sum.buffers += hit + read;
    sum.buffersRead += read;
  }
  const each = (total: number) => total / keys.length;
  return {
    p50Ms: median(rounds.map((times) => quantile(times, 0.5))),
    p99Ms: median(rounds.map((times) => quantile(times, 0.99))),
    serverCpuMs: (cpuSeconds * 1_000) / rounds.flat().length,
    queries: each(sum.queries),
    buffers: each(sum.buffers),
    buffersRead: each(sum.buffersRead),
  };
}
