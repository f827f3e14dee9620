import type { Carrier } from "../connectors/carriers/contract.js";
import type { Tracking } from "../domain/report.js";
import { writeAudit } from "../store/audit-log.js";
import { type Database, isDatabaseUnavailable, type Queryable } from "../store/database.js";
import type { PageLimits } from "../store/replay-pages.js";
import {
  countSaidNumbers,
  dropSaidNumbers,
  nextSaidNumbers,
  readSaid,
  readTrackings,
  withLegs,
  withReplayScratch,
} from "../store/replay-scratch.js";
import { keyText, type NumberKey } from "../store/shipment-states.js";
import { applyMappings, type CodeMappings } from "./apply-mappings.js";
import { addFailed, addReplayed, emptyDiff, type ReplayDiff } from "./replay-diff.js";
import { type NumbersToReplay, type ReplayedNumbers, replayNumbers } from "./replay-numbers.js";
import { type ReplayScope, readAgain } from "./replay-reading.js";
import { collectStatements } from "./statements.js";

/** How much a replay has in hand at once. */
export interface ReplayLimits {
  readonly page: PageLimits;
  /** Numbers that are locked and written together; their legs come on top. */
  readonly numbers: number;
  /** What messages say of numbers, in one transaction. One number is always taken whole. */
  readonly statements: number;
}

/** Where a replay is. `reading` may be gone through twice: to find the shipments, then their messages. */
export interface ReplayProgress {
  readonly step: "reading" | "writing";
  readonly done: number;
  readonly total: number;
}

export interface ReplayOptions {
  readonly db: Database;
  readonly findCarrier: (code: string) => Carrier | null;
  readonly readMappings: () => Promise<CodeMappings>;
  readonly newId: (prefix: string) => string;
  readonly now: () => number;
  readonly scope: ReplayScope;
  /** Works all of it out and takes it back. */
  readonly dryRun: boolean;
  /** Who asked for it, for the audit log. */
  readonly actor: string;
  /** Stops it between two transactions. */
  readonly signal?: AbortSignal;
  readonly limits?: ReplayLimits;
  readonly onProgress?: (progress: ReplayProgress) => void;
}

const DEFAULT_LIMITS: ReplayLimits = {
  page: { messages: 200, bytes: 16 * 1024 * 1024 },
  numbers: 100,
  statements: 2_000,
};

/**
 * Makes scans, delivery dates and statuses again from the raw bodies in scope, with the parsers and mappings of now, beside
 * working normalisers. First all of them are read and noted down, then shipments are rewritten a few at a time; a
 * shipment is old or new, whenever it ends, and run again it finishes. Tells nobody anything.
 * @throws Problem 404 `shipment_unknown` when the scope names a shipment that is not there
 */
export async function replay(options: ReplayOptions): Promise<ReplayDiff> {
  const limits = options.limits ?? DEFAULT_LIMITS;
  const isStopped = () => options.signal?.aborted === true;
  return withReplayScratch(options.db, async (session) => {
    const reading = await readAgain(session, options.scope, {
      findCarrier: options.findCarrier,
      limits: limits.page,
      isStopped,
      onProgress: (done, total) => options.onProgress?.({ step: "reading", done, total }),
    });
    const replayId = options.newId("rpl");
    let diff = emptyDiff(reading, options.dryRun);
    const replayTogether = async (keys: readonly NumberKey[]): Promise<void> => {
      const numbers = await gatherNumbers(session, keys, await options.readMappings());
      const isFirst = !diff.wrote;
      const replayed = await writeOrTryOut(options, async (tx) => {
        const outcome = await replayNumbers(tx, numbers, { newId: options.newId, nowMs: options.now() });
        if (isFirst && outcome.wrote) await audit(tx, "replay.began", replayId, options, { scope: options.scope });
        return outcome;
      });
      diff = addReplayed(diff, replayed);
    };
    const total = isStopped() ? 0 : await countSaidNumbers(session);
    let done = 0;
    for await (const keys of numbersInTurn(session, limits)) {
      if (isStopped()) break;
      await replayOrIsolate(session, keys, replayTogether, (failed, error) => {
        diff = addFailed(diff, failed, error);
      });
      await dropSaidNumbers(session, keys);
      done = Math.min(done + keys.length, total);
      options.onProgress?.({ step: "writing", done, total });
    }
    diff = { ...diff, stopped: isStopped() };
    if (diff.wrote && !options.dryRun) {
      const { examples: _examples, failures: _failures, ...counts } = diff;
      await audit(options.db.pool, diff.stopped ? "replay.stopped" : "replay.finished", replayId, options, counts);
    }
    return diff;
  });
}

/** Numbers to work on together, in turn: as many as the limits allow, with their legs. Who takes them drops them. */
async function* numbersInTurn(session: Queryable, limits: ReplayLimits): AsyncGenerator<NumberKey[]> {
  let after: NumberKey | null = null;
  for (;;) {
    const next = await nextSaidNumbers(session, after, limits.numbers);
    let statements = 0;
    const taken = next.filter((key, index) => {
      statements += key.statements;
      return index === 0 || statements <= limits.statements;
    });
    const last = taken.at(-1);
    if (last === undefined) return;
    after = last;
    yield await withLegs(session, taken);
  }
}

/** Numbers that cannot be written must not hold up the others: when a batch fails, each shipment is tried by itself. */
async function replayOrIsolate(
  session: Queryable,
  keys: readonly NumberKey[],
  replayTogether: (keys: readonly NumberKey[]) => Promise<void>,
  fail: (keys: readonly NumberKey[], error: unknown) => void,
): Promise<void> {
  try {
    return await replayTogether(keys);
  } catch (error) {
    if (isDatabaseUnavailable(error)) throw error;
    const tried = new Set<string>();
    for (const key of keys) {
      if (tried.has(keyText(key))) continue;
      const family = await withLegs(session, [key]);
      for (const member of family) tried.add(keyText(member));
      await replayTogether(family).catch((ownError: unknown) => {
        if (isDatabaseUnavailable(ownError)) throw ownError;
        fail(family, ownError);
      });
    }
  }
}

/** What is said of the numbers, from the scratch tables. Equal statements share one tracking in memory. */
async function gatherNumbers(
  session: Queryable,
  keys: readonly NumberKey[],
  mappings: CodeMappings,
): Promise<NumbersToReplay> {
  const said = await readSaid(session, keys);
  const hashes = new Set(said.map(({ hash }) => hash).filter((hash) => hash !== null));
  const trackings = new Map<string, Tracking>();
  for (const [hash, text] of await readTrackings(session, [...hashes])) {
    // Our own words, from a table that nobody else sees.
    const stated = JSON.parse(text) as Tracking;
    trackings.set(hash, applyMappings({ trackings: [stated], notices: [] }, mappings).trackings[0] ?? stated);
  }
  const statements = said.flatMap(({ hash, message }) => {
    const tracking = hash === null ? undefined : trackings.get(hash);
    return tracking === undefined
      ? []
      : collectStatements([{ message, report: { trackings: [tracking], notices: [] } }]);
  });
  return { keys, statements, readMessages: [...new Set(said.map(({ message }) => message))] };
}

/** Thrown to make a transaction go back that has done all there was to try out. */
class TriedOut extends Error {
  override readonly name = "TriedOut";
  constructor(readonly outcome: ReplayedNumbers) {
    super("A dry run writes nothing.");
  }
}

async function writeOrTryOut(
  { db, dryRun }: ReplayOptions,
  work: (tx: Queryable) => Promise<ReplayedNumbers>,
): Promise<ReplayedNumbers> {
  if (!dryRun) return again(() => db.transaction(work));
  try {
    return await again(() =>
      db.transaction(async (tx) => {
        throw new TriedOut(await work(tx));
      }),
    );
  } catch (error) {
    if (error instanceof TriedOut) return error.outcome;
    throw error;
  }
}

/** Somebody who locks otherwise, or a server that restarts, must not end a replay that has run for an hour. */
const MOST_TRIES = 3;

async function again<Result>(work: () => Promise<Result>, tries = 1): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (tries >= MOST_TRIES || !isDatabaseUnavailable(error)) throw error;
    return again(work, tries + 1);
  }
}

function audit(
  db: Queryable,
  action: string,
  replayId: string,
  { actor }: ReplayOptions,
  detail: object,
): Promise<void> {
  return writeAudit(db, { storeId: null, actor, action, subject: `replay:${replayId}`, detail });
}
