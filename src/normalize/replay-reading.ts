import { createHash } from "node:crypto";
import type { Carrier } from "../connectors/carriers/contract.js";
import { Problem } from "../runtime/problem.js";
import type { Queryable } from "../store/database.js";
import {
  countReplayMessages,
  lastMessageId,
  type MessageFilter,
  type PageLimits,
  readReplayPage,
} from "../store/replay-pages.js";
import { firstMonthOfScope, readScope, scopeLegs, scopeNumbers, scopeShipments } from "../store/replay-scope.js";
import { finishReading, noteRead, type SaidOfNumber } from "../store/replay-scratch.js";
import { type ReadMessage, readMessages } from "./read-messages.js";
import { collectStatements, keysOf } from "./statements.js";

/** What is to be replayed. Everything null: every message that is still there. */
export interface ReplayScope {
  /** Only messages of this carrier's connections. */
  readonly carrier: string | null;
  /** Only shipments that a message since then speaks of; these with all their messages. */
  readonly since: Date | null;
  /** Only this shipment, by its id, or every shipment with this tracking number. */
  readonly shipment: string | null;
}

export interface ReadingContext {
  readonly findCarrier: (code: string) => Carrier | null;
  readonly limits: PageLimits;
  readonly isStopped: () => boolean;
  readonly onProgress: (done: number, total: number) => void;
}

/** What was read. */
export interface Reading {
  readonly messages: number;
  /** Could be read once and cannot now: their scans stay. */
  readonly unreadable: number;
  /** Ids of some of them. */
  readonly unreadableExamples: readonly string[];
  /** Left to `parked retry`: what they say was never written, so it is news. */
  readonly parked: number;
}

/** The ids of unreadable messages that are named; `parked show` looks at them one by one. */
const MAX_EXAMPLES = 5;

/**
 * The first half of a replay: reads every message in scope again and notes in the session's scratch tables what it says of
 * which number. Page by page, so its memory is that of a page. Writes nothing else.
 * @throws Problem 404 `shipment_unknown` when the scope names a shipment that is not there
 */
export async function readAgain(session: Queryable, scope: ReplayScope, context: ReadingContext): Promise<Reading> {
  const scoped = scope.since !== null || scope.shipment !== null;
  const untilId = await lastMessageId(session);
  if (scope.shipment !== null) await scopeOneShipment(session, scope.shipment);
  if (untilId === null) return NOTHING_READ;
  if (scope.since !== null) await scopeRecentNumbers(session, scope, untilId, context);
  const firstMonth = scoped ? await firstMonthOfScope(session) : null;
  if (scoped && firstMonth === null) return NOTHING_READ;

  const filter: MessageFilter = {
    carrier: scope.carrier,
    receivedSince: null,
    firstMonth,
    numbers: scope.shipment === null ? null : await readScope(session),
  };
  const { messages: total, parked } = await countReplayMessages(session, filter);
  let [messages, unreadable] = [0, 0];
  const unreadableExamples: string[] = [];
  await eachPage(session, filter, untilId, context, async (page) => {
    await noteRead(
      session,
      page.read.map(({ message }) => message),
      page.read.flatMap(toSaid),
      scoped,
    );
    messages += page.read.length + page.unreadable.length;
    unreadable += page.unreadable.length;
    unreadableExamples.push(...page.unreadable.map(({ message }) => message.id));
    unreadableExamples.length = Math.min(unreadableExamples.length, MAX_EXAMPLES);
    context.onProgress(messages, Math.max(total - parked, messages));
  });
  await finishReading(session, scoped);
  return { messages, unreadable, unreadableExamples, parked };
}

const NOTHING_READ: Reading = { messages: 0, unreadable: 0, unreadableExamples: [], parked: 0 };

async function scopeOneShipment(session: Queryable, idOrNumber: string): Promise<void> {
  if ((await scopeShipments(session, idOrNumber)) === 0) {
    throw new Problem(404, "shipment_unknown", "No shipment has this id or tracking number. Look at: waybill track");
  }
  await scopeLegs(session);
}

/** Which shipments were spoken of since a moment is known only by reading what came since then. */
async function scopeRecentNumbers(
  session: Queryable,
  { carrier, since }: ReplayScope,
  untilId: string,
  context: ReadingContext,
): Promise<void> {
  const firstMonth = since && `${since.toISOString().slice(0, "YYYY-MM".length)}-01`;
  const filter = { carrier, receivedSince: since, firstMonth, numbers: null };
  const { messages: total } = await countReplayMessages(session, filter);
  let done = 0;
  await eachPage(session, filter, untilId, context, async ({ read, unreadable }) => {
    await scopeNumbers(session, collectStatements(read).flatMap(keysOf));
    done += read.length + unreadable.length;
    context.onProgress(done, Math.max(total, done));
  });
  await scopeLegs(session);
}

/** Reads page by page up to `untilId`, or until somebody stops us. Mappings are applied later, when all that is said is written. */
async function eachPage(
  session: Queryable,
  filter: MessageFilter,
  untilId: string,
  { limits, findCarrier, isStopped }: ReadingContext,
  work: (page: ReturnType<typeof readMessages>) => Promise<void>,
): Promise<void> {
  let afterId = "";
  while (!isStopped()) {
    const page = await readReplayPage(session, filter, { afterId, untilId }, limits);
    const last = page.at(-1);
    if (last === undefined) return;
    await work(readMessages(page, findCarrier));
    afterId = last.id;
  }
}

function toSaid(one: ReadMessage): SaidOfNumber[] {
  return collectStatements([one]).flatMap((statement, position) => {
    const tracking = JSON.stringify(statement.tracking);
    const hash = createHash("sha256").update(tracking).digest();
    return keysOf(statement).map((key) => ({ ...key, messageId: one.message.id, position, hash, tracking }));
  });
}
