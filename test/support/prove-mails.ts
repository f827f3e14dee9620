import { expect } from "vitest";
import { groupBy } from "../../src/domain/group-by.js";
import type { Status } from "../../src/domain/status.js";
import { readAcceptances } from "../../src/sandbox/mail-catcher/acceptance-log.js";
import type { Database } from "../../src/store/database.js";
import { MAIL_DOMAIN } from "./mailed-store.js";
import { isInOrder } from "./prove-pipeline.js";

/** How the news of an installation was told. */
export interface ToldNews {
  readonly news: number;
  readonly sent: number;
  readonly unknown: number;
  readonly suppressed: number;
  readonly merged: number;
}

/**
 * Every piece of news is covered by exactly one message; no mail was accepted twice; what counts as sent was accepted and what was
 * accepted counts as sent, or as `unknown` where its worker died, `unknownAtMost` times; and each customer got the mails
 * in the order in which things happened, for orders of one parcel that meets no trouble. Returns the sums.
 */
export async function proveMails(
  db: Database,
  mailFile: string,
  { unknownAtMost }: { readonly unknownAtMost: number },
): Promise<ToldNews> {
  const { rows: messages } = await db.pool.query<StoredMessage>(
    `select id, order_id as "orderId", cause, channel, state, status from messages`,
  );
  const { rows: known } = await db.pool.query<{ news: number }>(
    `select (select count(*)::int from orders) + (select count(*)::int from transitions where announced) as news`,
  );
  const { rows: uncovered } = await db.pool.query<{ id: number }>(
    `select id from transitions t where announced and not exists (select from messages m where m.transition_id = t.id)`,
  );
  const accepted = await readAccepted(mailFile);
  const byMessageId = new Map(messages.map((message) => [`<${message.id}@${MAIL_DOMAIN}>`, message]));

  expect(twice(accepted), "mails accepted twice").toEqual([]);
  expect(twice(messages.map(({ orderId, cause, channel }) => `${orderId} ${cause} ${channel}`))).toEqual([]);
  expect(uncovered, "news without a message").toEqual([]);
  const strangers = accepted.filter((id) => !["sent", "unknown"].includes(byMessageId.get(id)?.state ?? ""));
  expect(strangers, "mails that count as neither sent nor unknown").toEqual([]);
  const arrived = new Set(accepted);
  const lost = [...byMessageId].filter(([id, { state }]) => state === "sent" && !arrived.has(id));
  expect(lost, "mails that count as sent and never arrived").toEqual([]);
  expect(outOfOrder(accepted, byMessageId), "orders told of out of order").toEqual([]);

  const { sent = 0, unknown = 0, suppressed = 0, merged = 0, ...others } = countBy(messages.map(({ state }) => state));
  const news = known[0]?.news ?? 0;
  expect(others).toEqual({});
  expect(sent + unknown + suppressed + merged).toBe(news);
  expect(unknown).toBeLessThanOrEqual(unknownAtMost);
  expect(sent).toBeGreaterThan(0);
  return { news, sent, unknown, suppressed, merged };
}

interface StoredMessage {
  readonly id: string;
  readonly orderId: string;
  readonly cause: string;
  readonly channel: string;
  readonly state: string;
  readonly status: Status;
}

/** Message-IDs in the order of acceptance, as often as they were accepted. */
async function readAccepted(mailFile: string): Promise<string[]> {
  const ids: string[] = [];
  for await (const { acceptance } of readAcceptances(mailFile)) ids.push(acceptance.messageId ?? "");
  return ids;
}

function outOfOrder(accepted: readonly string[], byMessageId: ReadonlyMap<string, StoredMessage>): string[] {
  const told = accepted.flatMap((id) => byMessageId.get(id) ?? []);
  return [...groupBy(told, ({ orderId }) => orderId)]
    .filter(([, messages]) => !isInOrder(messages))
    .map(([orderId, messages]) => `${orderId}: ${messages.map(({ status }) => status).join(", ")}`);
}

function twice(keys: readonly string[]): string[] {
  return Object.entries(countBy(keys)).flatMap(([key, times = 0]) => (times > 1 ? [key] : []));
}

function countBy(keys: readonly string[]): Partial<Record<string, number>> {
  return Object.fromEntries([...groupBy(keys, (key) => key)].map(([key, { length }]) => [key, length]));
}
