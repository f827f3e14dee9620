import { setTimeout as delay } from "node:timers/promises";
import { type Burst, type BurstPush, buildBurst } from "../../src/sandbox/burst.js";
import { PUSH_SECRET } from "./split-installation.js";

const SCANS_PER_PARCEL = 6;
const PARCELS_PER_WAVE = 100;
const ORDERS_PER_WAVE = 20;
const TICK_MS = 50;

/** An order that the shop placed, with one parcel. */
export interface PlacedOrder {
  readonly id: string;
  readonly trackingNumber: string;
  /** The path of its tracking page. */
  readonly page: string;
}

/** Orders that come in and parcels that are scanned, at an even pace and whatever becomes of them. */
export interface SteadyTrade {
  /** Everything that was pushed, with what it must lead to. Whole once stopped. */
  readonly bursts: readonly Burst[];
  readonly orders: readonly PlacedOrder[];
  /** Lets the parcels that are under way arrive at once, and takes no new ones. @throws what placing an order threw */
  stop(): Promise<void>;
}

export interface SteadyTradeOptions {
  readonly pushesPerSecond: number;
  /** Places an order with one parcel. */
  readonly place: (trackingNumber: string) => Promise<PlacedOrder>;
  readonly push: (pushes: readonly BurstPush[]) => void;
}

/**
 * Trades in waves of parcels, a fifth of which somebody has ordered: those orders are placed while the wave before is on its way.
 * The scans of every second wave are pushed as they happen, those of the others in no order.
 */
export function startSteadyTrade({ pushesPerSecond, place, push }: SteadyTradeOptions): SteadyTrade {
  const bursts: Burst[] = [];
  const orders: PlacedOrder[] = [];
  const stopping = new AbortController();
  const waveMs = (PARCELS_PER_WAVE * SCANS_PER_PARCEL * 1_000) / pushesPerSecond;
  const traded = trade();
  // Reported by `stop`.
  traded.catch(() => undefined);

  async function trade(): Promise<void> {
    let wave = await prepareWave(0, 0);
    for (let serial = 1; !stopping.signal.aborted; serial += 1) {
      const next = prepareWave(serial, waveMs / ORDERS_PER_WAVE);
      next.catch(() => undefined);
      bursts.push(wave);
      await pushEvenly(isShuffled(serial - 1) ? wave.pushes : asTheyHappen(wave.pushes));
      wave = await next;
    }
  }

  async function prepareWave(serial: number, pauseMs: number): Promise<Burst> {
    const burst = buildBurst({
      carrier: "fedex",
      pushes: PARCELS_PER_WAVE * SCANS_PER_PARCEL,
      parcels: PARCELS_PER_WAVE,
      seed: serial,
      secret: PUSH_SECRET,
      endAt: Date.now(),
      firstSerial: serial * PARCELS_PER_WAVE,
      shuffled: isShuffled(serial),
    });
    for (const trackingNumber of [...burst.expected.keys()].slice(0, ORDERS_PER_WAVE)) {
      if (stopping.signal.aborted) break;
      orders.push(await place(trackingNumber));
      await pause(pauseMs);
    }
    return burst;
  }

  async function pushEvenly(pushes: readonly BurstPush[]): Promise<void> {
    const begunMs = performance.now();
    for (let sent = 0; sent < pushes.length; await pause(TICK_MS)) {
      const due = Math.ceil(((performance.now() - begunMs) * pushesPerSecond) / 1_000);
      const upTo = stopping.signal.aborted ? pushes.length : Math.min(due, pushes.length);
      push(pushes.slice(sent, upTo));
      sent = upTo;
    }
  }

  async function pause(ms: number): Promise<void> {
    if (ms > 0) await delay(ms, undefined, { signal: stopping.signal }).catch(() => undefined);
  }

  return {
    bursts,
    orders,
    async stop() {
      stopping.abort();
      await traded;
    },
  };
}

function isShuffled(serial: number): boolean {
  return serial % 2 === 1;
}

/** The first scan of every parcel, then the second of every parcel, and so on. They come parcel by parcel. */
function asTheyHappen(pushes: readonly BurstPush[]): BurstPush[] {
  return pushes
    .map((push, index) => ({ push, position: index % SCANS_PER_PARCEL }))
    .toSorted((a, b) => a.position - b.position)
    .map(({ push }) => push);
}
