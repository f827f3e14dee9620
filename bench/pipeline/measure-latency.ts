import { setTimeout as delay } from "node:timers/promises";
import { Pool } from "undici";
import { countQueuedMessages } from "../../src/store/carrier-messages.js";
import { PAGES_CHANGED, readPageChanges } from "../../src/store/page-changes.js";
import type { BenchDatabase } from "../support/bench-database.js";
import { cpuSecondsOf, peakMemoryMbOf } from "../support/cpu-seconds.js";
import { quantile } from "../support/quantiles.js";
import { startRoles } from "../support/waybill-child.js";
import { addPushedStore, type DirectedPush, registerParcels } from "./pushed-parcels.js";

/** Pushes that are sent at the same moment, a hundred times a second. */
const BEATS_PER_SECOND = 100;
const MAX_CONNECTIONS = 64;
const CATCH_UP_MS = 20_000;
/** Part of the pushes that warms the process up and is not counted. */
const WARM_UP = 0.4;

export interface LatencyOptions {
  readonly perSecond: number;
  readonly seconds: number;
  readonly parcels: number;
  readonly seed: number;
}

/** What a steady load looked like. CPU is in cores: 1 is one core all of the time. */
export interface Latency {
  readonly perSecond: number;
  /** From the sending of a push to the moment at which its order's page is known to be another. */
  readonly visibleP50Ms: number;
  readonly visibleP99Ms: number;
  readonly ackP99Ms: number;
  /** What still waited when the last push had been sent, in seconds of this load. */
  readonly backlogSeconds: number;
  readonly nodeCores: number;
  readonly postgresCores: number;
  readonly generatorCores: number;
  readonly peakMb: number;
}

/**
 * Sends pushes at a steady rate to one process that takes and normalises them. A push is visible when the transaction that wrote its
 * scan, its status and its jobs has said so: the notification by which tracking pages hear of it comes with the commit.
 * @throws Error when a push is refused or never becomes visible
 */
export async function measureLatency(database: BenchDatabase, options: LatencyOptions): Promise<Latency> {
  const store = await addPushedStore(database);
  const { perSecond, seconds } = options;
  const pushes = 2 * Math.ceil((perSecond * seconds) / 2);
  const parcels = await registerParcels(database, store, { ...options, pushes, inTurn: true });
  await database.db.pool.query("analyze");
  const child = await startRoles(database, "ingest,normalize", { WAYBILL_SECRET_KEY: store.secretKey });
  const watch = watchPages(database, parcels.orderIds);
  const pool = new Pool(String(child.ready["url"]), { connections: MAX_CONNECTIONS });
  const acks: number[] = [];
  const send = async ({ carrier, connectionId, headers, body, trackingNumber }: DirectedPush) => {
    const sentAt = performance.now();
    watch.sent(trackingNumber, sentAt);
    const answer = await pool.request({ method: "POST", path: `/hooks/${carrier}/${connectionId}`, headers, body });
    await answer.body.dump();
    if (answer.statusCode !== 200) throw new Error(`A push was answered ${answer.statusCode}.`);
    acks.push(performance.now() - sentAt);
  };
  try {
    await watch.hears;
    const cpu = () => ({
      node: cpuSecondsOf(child.pid),
      postgres: cpuSecondsOf(database.pid),
      own: process.cpuUsage(),
    });
    let before = cpu();
    let countedFrom = performance.now();
    const startedAt = countedFrom;
    const warm = Math.floor(pushes * WARM_UP);
    const answers: Promise<void>[] = [];
    for (let sent = 0, beat = 1; sent < pushes; beat += 1) {
      const due = Math.min(pushes, Math.round((beat * perSecond) / BEATS_PER_SECOND));
      for (const push of parcels.pushes.slice(sent, due)) answers.push(send(push));
      if (sent < warm && due >= warm) {
        before = cpu();
        countedFrom = performance.now();
        acks.length = 0;
        watch.countFrom(countedFrom);
      }
      sent = due;
      await delay(Math.max(0, startedAt + (beat * 1_000) / BEATS_PER_SECOND - performance.now()));
    }
    const { waiting } = await countQueuedMessages(database.db.pool);
    await Promise.all(answers);
    const tookSeconds = (performance.now() - countedFrom) / 1_000;
    const after = cpu();
    const own = after.own.user + after.own.system - before.own.user - before.own.system;
    const visible = await watch.all(pushes, CATCH_UP_MS);
    return {
      perSecond: acks.length / tookSeconds,
      visibleP50Ms: quantile(visible, 0.5),
      visibleP99Ms: quantile(visible, 0.99),
      ackP99Ms: quantile(acks, 0.99),
      backlogSeconds: waiting / perSecond,
      nodeCores: (after.node - before.node) / tookSeconds,
      postgresCores: (after.postgres - before.postgres) / tookSeconds,
      generatorCores: own / 1e6 / tookSeconds,
      peakMb: peakMemoryMbOf(child.pid),
    };
  } finally {
    await pool.destroy();
    await child.stop();
  }
}

/** Listens as a tracking page does. One change may stand for several pushes of an order: all that were sent before are told then. */
function watchPages({ db }: BenchDatabase, orderIds: ReadonlyMap<string, string>) {
  const open = new Map<string, number[]>();
  const visible: number[] = [];
  let heard = 0;
  let fromMs = Number.POSITIVE_INFINITY;
  const hears = new Promise<void>((resolve) => {
    db.listen({
      channel: PAGES_CHANGED,
      onReconnect: resolve,
      onNotify: (payload) => {
        const heardAt = performance.now();
        for (const change of readPageChanges(payload) ?? []) {
          if (change.kind !== "order") continue;
          const told = open.get(change.orderId) ?? [];
          heard += told.length;
          for (const sentAt of told) if (sentAt >= fromMs) visible.push(heardAt - sentAt);
          open.delete(change.orderId);
        }
      },
    });
  });
  return {
    hears,
    sent(trackingNumber: string, sentAt: number) {
      const orderId = orderIds.get(trackingNumber) ?? "";
      const waiting = open.get(orderId);
      if (waiting === undefined) open.set(orderId, [sentAt]);
      else waiting.push(sentAt);
    },
    /** What was sent before is waited for, and not counted. */
    countFrom(ms: number) {
      fromMs = ms;
    },
    /** The waits of the counted pushes, once all are visible. */
    async all(count: number, limitMs: number): Promise<readonly number[]> {
      const giveUpAt = performance.now() + limitMs;
      while (heard < count) {
        if (performance.now() > giveUpAt) throw new Error(`${count - heard} pushes never became visible.`);
        await delay(50);
      }
      return visible;
    },
  };
}
