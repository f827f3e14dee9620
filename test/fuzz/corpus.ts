import type { ParseBody } from "../../src/connectors/carriers/contract.js";
import { CARRIERS } from "../../src/connectors/carriers/registry.js";

/** A parser and whole bodies that it reads, to be damaged. */
export interface FuzzTarget {
  readonly name: string;
  readonly parse: ParseBody;
  readonly bodies: readonly Uint8Array[];
}

/** Every parser of every carrier with its bodies. @throws Error when a carrier of the registry has no bodies */
export async function fuzzTargets(): Promise<readonly FuzzTarget[]> {
  const targets: FuzzTarget[] = [];
  for (const { code, poll, push } of CARRIERS) {
    // A parser gets the other way's bodies too: connections are set up wrongly.
    const bodies = await bodiesOf(code);
    if (poll !== undefined) targets.push({ name: `${code} poll`, parse: poll.parse, bodies });
    if (push !== undefined) targets.push({ name: `${code} push`, parse: push.parse, bodies });
  }
  return targets;
}

/** What `fixtures/corpus.ts` in the carrier's folder gives. */
async function bodiesOf(code: string): Promise<readonly Uint8Array[]> {
  const missing = `No bodies to fuzz ${code} with: let src/connectors/carriers/${code}/fixtures/corpus.ts export a function corpus() that gives some.`;
  const found = (await import(`../../src/connectors/carriers/${code}/fixtures/corpus.ts`).catch((cause: unknown) => {
    throw new Error(missing, { cause });
  })) as { corpus?: () => readonly Uint8Array[] };
  const bodies = found.corpus?.() ?? [];
  if (bodies.length === 0) throw new Error(missing);
  return bodies;
}
