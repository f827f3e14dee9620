import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { type PageVisitors, readVersion, seePage, startPageVisitors } from "../support/page-visitors.js";
import { proveMails } from "../support/prove-mails.js";
import { proveEveryScan, proveOrder, waitUntilSettled } from "../support/prove-pipeline.js";
import { createPushSender, type PushSender } from "../support/push-sender.js";
import type { RoleProcess } from "../support/role-process.js";
import { createShop } from "../support/shop.js";
import { openSplitInstallation, SEND_CONCURRENCY, type SplitInstallation } from "../support/split-installation.js";
import { type SteadyTrade, startSteadyTrade } from "../support/steady-trade.js";

/*
 * Ingest, normalize, notify and page are processes of their own on one PostgreSQL, under a steady load of orders, pushes and page
 * views. Each is killed in turn and stays away for a while. The other three must be seen to work meanwhile, and once
 * it is back the whole must end as if nothing had happened.
 */
const LAYERS = ["normalize", "ingest", "notify", "page"] as const;
type Layer = (typeof LAYERS)[number];

const AWAY_MS = 20_000;
/** The figures are read this often while a layer is away, and must have moved each time. */
const READ_EVERY_MS = 5_000;
const PUSHES_PER_SECOND = 100;
/** Far beyond what it takes; for machines that are busy with something else. */
const CATCH_UP = { timeout: 180_000, interval: 100 };

let installation: SplitInstallation;
let layers: Readonly<Record<Layer, RoleProcess>>;
let desk: RoleProcess;
let sender: PushSender;
let trade: SteadyTrade;
let visitors: PageVisitors;

beforeAll(async () => {
  installation = await openSplitInstallation();
  const role = (roles: string) => installation.role(roles);
  layers = { normalize: role("normalize"), ingest: role("ingest"), notify: role("notify"), page: role("page") };
  desk = role("api,sweep");
  await Promise.all([...Object.values(layers), desk].map((process) => process.start()));
  sender = createPushSender(() => {
    const url = layers.ingest.url();
    return url === null ? [] : [`${url}/hooks/fedex/${installation.connectionId}`];
  });
  trade = startSteadyTrade({
    pushesPerSecond: PUSHES_PER_SECOND,
    place: createShop(() => desk.url(), installation.apiKey),
    push: (pushes) => sender.add(pushes),
  });
  visitors = startPageVisitors(installation.db, () => layers.page.url(), trade.orders);
}, CATCH_UP.timeout);

afterAll(async () => {
  await visitors?.stop();
  await sender?.stop();
  await trade?.stop().catch(() => undefined);
  await installation?.close();
});

it("works on in three layers while the fourth is away, and catches up", async ({ signal }) => {
  await vi.waitUntil(async () => Object.values(await readFigures()).every((figure) => figure > 20), CATCH_UP);

  await layers.normalize.kill();
  await seeOthersWork("normalize", signal);
  // Ingest goes before normalize is back, so that there is a backlog to work off without it.
  await layers.ingest.kill();
  const backlog = await countWaiting();
  expect(backlog).toBeGreaterThan(100);
  const { normalize: finished } = await readFigures();
  await layers.normalize.start();
  await seeOthersWork("ingest", signal);
  await vi.waitUntil(async () => (await countWaiting()) === 0, CATCH_UP);
  expect((await readFigures()).normalize).toBe(finished + backlog);
  expect(sender.waiting()).toBeGreaterThan(100);
  await layers.ingest.start();
  await vi.waitUntil(() => sender.waiting() < PUSHES_PER_SECOND, CATCH_UP);

  await layers.notify.kill();
  await seeOthersWork("notify", signal);
  const restartedAt = new Date();
  expect(await countUntold(restartedAt)).toBeGreaterThan(20);
  await layers.notify.start();
  await vi.waitUntil(async () => (await countUntold(restartedAt)) === 0, CATCH_UP);

  await layers.page.kill();
  const failed = visitors.failed();
  await seeOthersWork("page", signal);
  expect(visitors.failed()).toBeGreaterThan(failed);
  const shown = visitors.shown();
  await layers.page.start();
  await vi.waitUntil(() => visitors.shown() > shown + 20, CATCH_UP);

  await trade.stop();
  await vi.waitUntil(() => sender.waiting() === 0, CATCH_UP);
  await waitUntilSettled(installation.db, CATCH_UP.timeout);
  await visitors.stop();
  await proveEveryScan(installation.db, trade.bursts);
  await proveOrder(installation.db, trade.bursts);
  const told = await proveMails(installation.db, installation.mailFile, { unknownAtMost: SEND_CONCURRENCY });
  await provePages();
  expect(installation.deaths()).toEqual([]);
  for (const process of [...Object.values(layers), desk]) expect(await process.stop(), process.log()).toBe(0);
  process.stdout.write(
    `chaos: layers alone: ${sender.acknowledged()} pushes (${sender.refused()} refused and sent again), ${JSON.stringify(told)}, ${visitors.shown()} pages\n`,
  );
}, 600_000);

/** What each layer has got done so far: pushes acknowledged, messages finished, mails sent, news shown on pages. */
type Figures = Readonly<Record<Layer, number>>;

async function readFigures(): Promise<Figures> {
  const { rows } = await installation.db.pool.query<{ finished: number; sent: number }>(
    `select ((select count(*) from carrier_messages) - (select count(*) from carrier_message_queue))::int as finished,
       (select count(*)::int from messages where state = 'sent') as sent`,
  );
  const { finished = 0, sent = 0 } = rows[0] ?? {};
  return { ingest: sender.acknowledged(), normalize: finished, notify: sent, page: visitors.fresh() };
}

/** Lets the time go by in which a layer is away; its figure must stand still, and those of the others move. */
async function seeOthersWork(away: Layer, signal: AbortSignal): Promise<void> {
  const readings = [await readFigures()];
  for (let passedMs = 0; passedMs < AWAY_MS; passedMs += READ_EVERY_MS) {
    await delay(READ_EVERY_MS, undefined, { signal });
    readings.push(await readFigures());
  }
  process.stdout.write(`chaos: without ${away}: ${describeReadings(readings)}\n`);
  for (const layer of LAYERS) {
    const moves = readings.slice(1).map((reading, index) => reading[layer] - (readings[index]?.[layer] ?? 0));
    // What was on its way when the layer was killed may still be counted in the beginning.
    if (layer === away) expect(moves.slice(1), `${layer} is away`).toEqual(moves.slice(1).map(() => 0));
    // Without ingest there is the backlog to normalise and nothing after it, which the caller counts.
    else if (!(layer === "normalize" && away === "ingest"))
      expect(Math.min(...moves), `${layer} works without ${away}`).toBeGreaterThan(0);
  }
}

function describeReadings(readings: readonly Figures[]): string {
  return LAYERS.map((layer) => `${layer} ${readings.map((reading) => reading[layer]).join(" ")}`).join(", ");
}

async function countWaiting(): Promise<number> {
  const { rows } = await installation.db.pool.query<{ n: number }>(
    `select count(*)::int as n from carrier_message_queue`,
  );
  return rows[0]?.n ?? 0;
}

/** Pieces of news that were learned by then and of which nobody has been told yet. */
async function countUntold(learnedBy: Date): Promise<number> {
  const { rows } = await installation.db.pool.query<{ n: number }>(
    `select count(*)::int as n from transitions t where announced and learned_at <= $1
       and not exists (select from messages m where m.transition_id = t.id and m.state not in ('queued', 'sending'))`,
    [learnedBy],
  );
  return rows[0]?.n ?? 0;
}

/** Every page of an order whose parcel has arrived says so, with all its scans. */
async function provePages(): Promise<void> {
  expect(visitors.behind).toEqual([]);
  const scansOf = new Map(
    trade.bursts.flatMap(({ expected }) => [...expected].map(([number, { length }]) => [number, length] as const)),
  );
  for (const order of trade.orders) {
    const scans = scansOf.get(order.trackingNumber);
    const page = await seePage(layers.page.url(), order);
    expect(page?.version).toBe(await readVersion(installation.db, order.id));
    expect(page?.scans).toBe(scans ?? 0);
    if (scans !== undefined) expect(page?.headline).toMatch(/deliver/i);
  }
}
