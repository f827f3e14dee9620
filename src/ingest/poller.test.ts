import { describe, expect, it } from "vitest";
import { type Carrier, CarrierCallError, type FetchContext, type TrackQuery } from "../connectors/carriers/contract.js";
import { silentLogger } from "../runtime/logger.js";
import type { ClaimedShipment } from "../store/poll-queue.js";
import { CADENCE, PATIENCE_MINUTES } from "./cadence-table.js";
import type { IncomingBody } from "./intake.js";
import { pollDueShipments } from "./poller.js";

const NOW = Date.parse("2026-03-04T12:00:00Z");
const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
/** On its way, without an EDD. */
const NEXT_MS = CADENCE.in_transit.everyMinutes * MINUTE_MS;
const LIMITS = { perSecond: 100, perHour: null, perDay: null, batchSize: 30 };

interface World {
  /** Numbers that are due, by connection. */
  readonly due: Record<string, string[]>;
  /** Answers or fails for the numbers of one call. */
  readonly carrier: (numbers: string[]) => void;
  readonly signal?: AbortSignal;
  readonly record?: (incoming: IncomingBody) => Promise<"stored">;
  readonly shipments?: Readonly<Record<string, Partial<ClaimedShipment>>>;
  /** Calls that are left in the budget. */
  readonly budget?: number;
}

/** Since when the shipments of these tests wait. */
const DUE_MS = NOW - 3_000;

const shipment = (trackingNumber: string, more: Partial<ClaimedShipment> = {}): ClaimedShipment => ({
  id: `shp_${trackingNumber}`,
  trackingNumber,
  carrierUniqueId: null,
  shipDate: null,
  status: "in_transit",
  subStatus: "moving",
  carrier: "acme",
  eddFrom: null,
  eddTo: null,
  destination: null,
  lastScanAt: new Date(NOW),
  createdAt: new Date(NOW),
  noticeKind: null,
  subscribedAt: null,
  pushHeardAt: null,
  unwanted: trackingNumber.startsWith("VOID"),
  dueAt: new Date(DUE_MS),
  batchLimit: null,
  ...more,
});

async function poll({ due, carrier, signal, record, shipments = {}, budget = 1_000 }: World) {
  const calls: string[][] = [];
  const bodies: IncomingBody[] = [];
  const patience = new Set<string>();
  const waits: number[] = [];
  const answered: string[] = [];
  let left = budget;
  const blocked: { connection: string; afterMs: number; reason: string }[] = [];
  const next = new Map<string, { afterMs: number | null; polled: boolean }>();
  const batchLimits: Record<string, { batchLimit: number | null }> = {};
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
    openConnection: async (id) => (id.startsWith("gone") ? null : { carrier: polled, limits: LIMITS, context }),
    takeCalls: async (_id, _limits, wanted) => {
      const granted = Math.min(wanted, left);
      left -= granted;
      return { granted, waitMs: granted === 0 ? 7_000 : 0 };
    },
    giveBackCalls: async (_id, _limits, unused) => void (left += unused),
    onWait: (waitMs) => waits.push(waitMs),
    replan: async () => 0,
    raiseUrgent: async () => 0,
    claimDue: async (id, { limit, patienceMinutes }) => {
      patience.add(patienceMinutes.join());
      return (due[id] ?? []).splice(0, limit).map((number) => shipment(number, shipments[number]));
    },
    schedule: async (polls, outcome) => {
      for (const { id, nextPollAt, batchLimit } of polls) {
        next.set(id.slice(4), { afterMs: nextPollAt && nextPollAt.getTime() - NOW, ...outcome });
        batchLimits[id.slice(4)] = { batchLimit };
      }
    },
    block: async (connection, until, reason) =>
      void blocked.push({ connection, afterMs: until.getTime() - NOW, reason }),
    blockRateLimited: async (connection, retryAfterMs) => {
      const afterMs = retryAfterMs ?? 60_000;
      blocked.push({ connection, afterMs, reason: "rate_limited" });
      return new Date(NOW + afterMs);
    },
    onAnswer: async (connection) => void answered.push(connection),
    intake: { record: record ?? (async (incoming) => (bodies.push(incoming), "stored")) },
    now: () => NOW,
    baseMinutes: 60,
    log: silentLogger,
  });
  return { asked, calls, bodies, blocked, next, batchLimits, patience, waits, answered, left };
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
    expect(next.get("N0")).toEqual({ afterMs: NEXT_MS, polled: true });
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

  it("blocks ten minutes for a carrier that is away or does not know us, and leaves a 429 without a time to its count", async () => {
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
    expect(next.get("N16")).toEqual({ afterMs: NEXT_MS, polled: true });
    expect(calls.length).toBeLessThanOrEqual(11);
    expect(blocked).toEqual([]);
  });

  it("makes no more calls for a batch that is rejected number by number, and goes on in the next run", async () => {
    const { calls, next } = await poll({ due: { a: numbers(30) }, carrier: fails("rejected") });
    expect(calls).toHaveLength(20);
    expect(next.size).toBe(30);
    const waits = [...next.values()].map(({ afterMs }) => afterMs);
    expect(new Set(waits)).toEqual(new Set([DUE_MS - NOW, DAY_MS]));
  });

  it("keeps the other half in turn when the carrier goes away in the middle of halving", async () => {
    const carrier = (asked: string[]) => fails(asked.length === 30 ? "rejected" : "unavailable")();
    const { calls, next } = await poll({ due: { a: numbers(30) }, carrier });
    expect(calls).toHaveLength(2);
    expect(next.size).toBe(30);
    expect([...next.values()].map(({ afterMs }) => afterMs)).toEqual([
      ...numbers(15).map(() => 10 * MINUTE_MS),
      ...numbers(15).map(() => DUE_MS - NOW),
    ]);
  });

  it("finds the number that the carrier rejects with a budget of one call a run, and then asks about it alone", async () => {
    const reject = (asked: string[]) => {
      if (asked.includes("N17")) fails("rejected")();
    };
    let left = numbers(30);
    let shipments: Readonly<Record<string, Partial<ClaimedShipment>>> = {};
    const asked: number[] = [];
    for (let run = 1; left.length > 0 && run <= 12; run++) {
      const { calls, next, batchLimits } = await poll({ due: { a: left }, carrier: reject, shipments, budget: 1 });
      asked.push(...calls.map(({ length }) => length));
      shipments = { ...shipments, ...batchLimits };
      left = numbers(30).filter((number) => next.get(number)?.afterMs === DUE_MS - NOW);
    }
    expect(left).toEqual([]);
    expect(asked.length).toBeLessThanOrEqual(11);
    expect(shipments.N17).toEqual({ batchLimit: 1 });
    expect(shipments.N16).toEqual({ batchLimit: null });
    const { calls } = await poll({ due: { a: ["N16", "N17", "N18"] }, carrier: reject, shipments });
    expect(calls).toEqual([["N16", "N18"], ["N17"]]);
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

  it("makes no more calls than the budget has, says how long the next takes, and gives back what it did not need", async () => {
    const short = await poll({ due: { a: numbers(300) }, carrier: () => {}, budget: 3 });
    expect(short.calls).toHaveLength(3);
    expect(short.waits).toEqual([7_000]);
    const long = await poll({ due: { a: numbers(31) }, carrier: () => {}, budget: 10 });
    expect(long.calls).toHaveLength(2);
    expect(long.left).toBe(8);
    expect(long.waits).toEqual([]);
    const blocked = await poll({ due: { a: numbers(300) }, carrier: fails("rate_limited"), budget: 10 });
    expect(blocked.left).toBe(9);
  });

  it("asks about at most as many numbers in a call as the connection may", async () => {
    const { calls } = await poll({ due: { a: numbers(31) }, carrier: () => {} });
    expect(calls.map(({ length }) => length)).toEqual([LIMITS.batchSize, 1]);
  });

  it("measures who is latest by the patience of the table, most for delivery day", async () => {
    const { patience } = await poll({ due: { a: numbers(300) }, carrier: () => {} });
    const byRank = [PATIENCE_MINUTES[0], PATIENCE_MINUTES[1], PATIENCE_MINUTES[2], PATIENCE_MINUTES[3]];
    expect([...patience]).toEqual([byRank.join()]);
    expect(byRank).toEqual(byRank.toSorted((a, b) => a - b));
  });

  it("makes no call about what has ended for long enough while it waited for its turn", async () => {
    const delivered = { status: "delivered", subStatus: "delivered" } as const;
    const { calls, next } = await poll({
      due: { a: ["OLD", "NEW"] },
      carrier: () => {},
      shipments: {
        OLD: { ...delivered, lastScanAt: new Date(NOW - 2.1 * DAY_MS) },
        NEW: { ...delivered, lastScanAt: new Date(NOW - 1.9 * DAY_MS) },
      },
    });
    expect(calls).toEqual([["NEW"]]);
    expect(next.get("OLD")).toEqual({ afterMs: null, polled: false });
  });

  it("does not ask about what nobody wants to know any more, and never again", async () => {
    const { calls, next } = await poll({ due: { a: [...numbers(30, "VOID"), "N0", "VOID30"] }, carrier: () => {} });
    expect(calls).toEqual([["N0"]]);
    expect(next.get("VOID0")).toEqual({ afterMs: null, polled: false });
    expect(next.get("VOID30")).toEqual({ afterMs: null, polled: false });
  });

  it("tells when a carrier answers again after refusals", async () => {
    expect((await poll({ due: { a: ["N"] }, carrier: () => {} })).answered).toEqual(["a"]);
    expect((await poll({ due: { a: ["N"] }, carrier: fails("rate_limited") })).answered).toEqual([]);
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
    expect(next.get("N29")).toEqual({ afterMs: DUE_MS - NOW, polled: false });
  });
});
