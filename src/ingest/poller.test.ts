import { describe, expect, it } from "vitest";
import { type Carrier, CarrierCallError, type FetchContext, type TrackQuery } from "../connectors/carriers/contract.js";
import { silentLogger } from "../runtime/logger.js";
import type { DueShipment } from "../store/poll-queue.js";
import type { IncomingBody } from "./intake.js";
import { pollDueShipments } from "./poller.js";

const NOW = Date.parse("2026-03-04T12:00:00Z");
const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

interface World {
  /** Numbers that are due, by connection. */
  readonly due: Record<string, string[]>;
  /** Answers or fails for the numbers of one call. */
  readonly carrier: (numbers: string[]) => void;
  readonly signal?: AbortSignal;
  readonly record?: (incoming: IncomingBody) => Promise<"stored">;
}

const shipment = (trackingNumber: string): DueShipment => ({
  id: `shp_${trackingNumber}`,
  trackingNumber,
  carrierUniqueId: null,
  shipDate: null,
  status: "in_transit",
  subStatus: "moving",
  lastScanAt: new Date(NOW),
  createdAt: new Date(NOW),
});

async function poll({ due, carrier, signal, record }: World) {
  const calls: string[][] = [];
  const bodies: IncomingBody[] = [];
  const blocked: { connection: string; afterMs: number; reason: string }[] = [];
  const next = new Map<string, { afterMs: number | null; polled: boolean }>();
  const fetch = async (queries: readonly TrackQuery[]) => {
    const numbers = queries.map(({ trackingNumber }) => trackingNumber);
    calls.push(numbers);
    carrier(numbers);
    return Buffer.from(numbers.join(","));
  };
  const polled: Carrier = {
    code: "acme",
    name: "Acme",
    numberFormats: [],
    statusCodes: [],
    credentials: [],
    trackingUrl: (number) => number,
    poll: {
      batchSize: 30,
      maxBytes: 1000,
      budget: { perSecond: 100, perHour: null, perDay: null },
      fetch,
      parse: () => ({ trackings: [], notices: [] }),
    },
  };
  const context: FetchContext = {
    credentials: {},
    http: () => Promise.reject(new Error("No test calls out.")),
    tokens: { get: (obtain) => obtain(), refresh: (_stale, obtain) => obtain() },
    now: () => NOW,
    newId: () => "req",
    ...(signal && { signal }),
  };
  const asked = await pollDueShipments({
    listConnectionsDue: async () => Object.keys(due),
    openConnection: async (id) => (id.startsWith("gone") ? null : { carrier: polled, context }),
    claimDue: async (id, { limit }) => (due[id] ?? []).splice(0, limit).map(shipment),
    schedule: async (polls, outcome) => {
      for (const { id, nextPollAt } of polls)
        next.set(id.slice(4), { afterMs: nextPollAt && nextPollAt.getTime() - NOW, ...outcome });
    },
    block: async (connection, until, reason) =>
      void blocked.push({ connection, afterMs: until.getTime() - NOW, reason }),
    intake: {
      record: record ?? (async (incoming) => (bodies.push(incoming), "stored")),
      drain: async () => {},
      waiting: () => 0,
    },
    now: () => NOW,
    baseMinutes: 60,
    log: silentLogger,
  });
  return { asked, calls, bodies, blocked, next };
}

const numbers = (count: number, prefix = "N") => Array.from({ length: count }, (_, index) => `${prefix}${index}`);
const fails =
  (kind: CarrierCallError["kind"], retryAfterMs: number | null = null) =>
  () => {
    throw new CarrierCallError(kind, "no", retryAfterMs);
  };

describe("polling", () => {
  it("asks in batches of the carrier's size and keeps each answer with what was asked", async () => {
    const { asked, calls, bodies, next } = await poll({ due: { a: numbers(70) }, carrier: () => {} });
    expect(asked).toBe(70);
    expect(calls.map(({ length }) => length)).toEqual([30, 30, 10]);
    expect(bodies[2]).toMatchObject({ connectionId: "a", source: "poll", askedNumbers: numbers(70).slice(60) });
    expect(next.get("N0")).toEqual({ afterMs: 60 * MINUTE_MS, polled: true });
  });

  it("makes at most 20 calls for one connection in one run", async () => {
    const { asked, calls } = await poll({ due: { a: numbers(1000) }, carrier: () => {} });
    expect(calls).toHaveLength(20);
    expect(asked).toBe(600);
  });

  it("blocks the connection for as long as a 429 says, and asks nothing more", async () => {
    const { calls, blocked, next } = await poll({ due: { a: numbers(60) }, carrier: fails("rate_limited", 7_000) });
    expect(calls).toHaveLength(1);
    expect(blocked).toEqual([{ connection: "a", afterMs: 7_000, reason: "rate_limited" }]);
    expect(next.get("N29")).toEqual({ afterMs: 7_000, polled: false });
    expect(next.has("N30")).toBe(false);
  });

  it("blocks a minute for a 429 that names no time, ten for a carrier that is away or does not know us", async () => {
    const block = async (kind: CarrierCallError["kind"]) =>
      (await poll({ due: { a: ["N"] }, carrier: fails(kind) })).blocked[0]?.afterMs;
    expect(await block("rate_limited")).toBe(MINUTE_MS);
    expect(await block("unavailable")).toBe(10 * MINUTE_MS);
    expect(await block("unauthorized")).toBe(10 * MINUTE_MS);
  });

  it("does not let one number that the carrier rejects silence the other 29", async () => {
    const reject = (asked: string[]) => {
      if (asked.includes("N17")) fails("rejected")();
    };
    const { calls, bodies, blocked, next } = await poll({ due: { a: numbers(30) }, carrier: reject });
    const answered = bodies.flatMap(({ askedNumbers }) => askedNumbers ?? []);
    expect(answered.toSorted()).toEqual(
      numbers(30)
        .filter((number) => number !== "N17")
        .toSorted(),
    );
    expect(next.get("N17")).toEqual({ afterMs: DAY_MS, polled: false });
    expect(next.get("N16")).toEqual({ afterMs: 60 * MINUTE_MS, polled: true });
    expect(calls.length).toBeLessThanOrEqual(11);
    expect(blocked).toEqual([]);
  });

  it("makes no more calls for a batch that is rejected number by number, and goes on in the next run", async () => {
    const { calls, next } = await poll({ due: { a: numbers(30) }, carrier: fails("rejected") });
    expect(calls).toHaveLength(20);
    expect(next.size).toBe(30);
    const waits = [...next.values()].map(({ afterMs }) => afterMs);
    expect(new Set(waits)).toEqual(new Set([0, DAY_MS]));
  });

  it("puts the other half off as well when the carrier goes away in the middle of halving", async () => {
    const carrier = (asked: string[]) => fails(asked.length === 30 ? "rejected" : "unavailable")();
    const { calls, next } = await poll({ due: { a: numbers(30) }, carrier });
    expect(calls).toHaveLength(2);
    expect(next.size).toBe(30);
    expect(new Set([...next.values()].map(({ afterMs }) => afterMs))).toEqual(new Set([10 * MINUTE_MS]));
  });

  it("waits as if asked after an answer that nobody can read, and goes on with the next batch", async () => {
    const carrier = (asked: string[]) => {
      if (asked.includes("N0")) fails("unreadable")();
    };
    const { bodies, blocked, next } = await poll({ due: { a: numbers(31) }, carrier });
    expect(next.get("N0")).toEqual({ afterMs: 60 * MINUTE_MS, polled: false });
    expect(bodies.map(({ askedNumbers }) => askedNumbers)).toEqual([["N30"]]);
    expect(blocked).toEqual([]);
  });

  it("keeps one connection's trouble from the others", async () => {
    const carrier = (asked: string[]) => {
      if (asked.includes("A0")) throw new TypeError("a fault of ours");
    };
    const { bodies, blocked } = await poll({ due: { a: ["A0"], gone: ["X"], b: ["B0"] }, carrier });
    expect(bodies.map(({ connectionId }) => connectionId)).toEqual(["b"]);
    expect(blocked.map(({ connection }) => connection)).toEqual(["a"]);
  });

  it("does not blame the carrier when its answer cannot be kept", async () => {
    const { blocked, next } = await poll({
      due: { a: numbers(2) },
      carrier: () => {},
      record: () => Promise.reject(new Error("intake full")),
    });
    expect(blocked).toEqual([]);
    expect(next.size).toBe(0);
  });

  it("blames nobody for a call that we broke off because we stop", async () => {
    const stopping = new AbortController();
    const carrier = () => {
      stopping.abort();
      fails("unavailable")();
    };
    const { calls, blocked, next } = await poll({ due: { a: numbers(40) }, carrier, signal: stopping.signal });
    expect(calls).toHaveLength(1);
    expect(blocked).toEqual([]);
    expect(next.get("N29")).toEqual({ afterMs: 0, polled: false });
  });
});
