import { describe, expect, it } from "vitest";
import {
  type Carrier,
  CarrierCallError,
  type CarrierSubscriptions,
  type SubscribeContext,
  type SubscriptionAnswer,
  type SubscriptionReport,
  type TrackQuery,
} from "../connectors/carriers/contract.js";
import { silentLogger } from "../runtime/logger.js";
import type { DueSubscription, SubscriptionResult } from "../store/subscriptions.js";
import { subscribeDueShipments } from "./subscriber.js";

const NOW = Date.parse("2026-03-04T12:00:00Z");
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const UNSAID_WAIT_MS = 4 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const inDays = (days: number) => new Date(NOW + days * DAY_MS);

type Answers = (numbers: string[]) => SubscriptionReport | Partial<Record<string, Partial<SubscriptionAnswer>>>;

interface World {
  readonly due: Record<string, readonly (string | (Partial<DueSubscription> & { trackingNumber: string }))[]>;
  /** What the carrier answers to one call, by number; it agrees to what is left out. */
  readonly subscribe?: Answers;
  readonly check?: ((jobId: string, numbers: string[]) => ReturnType<Answers>) | null;
  readonly unsubscribe?: ((numbers: string[]) => void) | null;
  readonly obstacle?: string;
  readonly batchSize?: number;
  readonly pushes?: boolean;
  readonly takeCall?: () => number | null;
  readonly signal?: AbortSignal;
  /** Numbers that another shipment needs too. */
  readonly stillNeeded?: readonly string[];
}

function dueOf(given: World["due"][string][number]): DueSubscription {
  const fields = typeof given === "string" ? { trackingNumber: given } : given;
  return {
    shipmentId: `shp_${fields.trackingNumber}`,
    carrierUniqueId: null,
    shipDate: null,
    carrier: null,
    state: "waiting",
    reference: null,
    jobId: null,
    subscribedAt: null,
    expiresAt: null,
    attempts: 0,
    batchLimit: null,
    reason: null,
    subStatus: "moving",
    lastScanAt: new Date(NOW),
    retired: false,
    createdAt: new Date(NOW),
    claimedUntil: new Date(NOW + 5 * MINUTE_MS),
    ...fields,
  };
}

const agree = (trackingNumber: string): SubscriptionAnswer => ({
  trackingNumber,
  outcome: "subscribed",
  reference: `sub_${trackingNumber}`,
  expiresAt: null,
  reason: null,
});

function reportOf(numbers: string[], answers: ReturnType<Answers>): SubscriptionReport {
  if ("numbers" in answers && Array.isArray(answers.numbers)) return answers as SubscriptionReport;
  const byNumber = answers as Partial<Record<string, Partial<SubscriptionAnswer>>>;
  return { jobId: null, numbers: numbers.map((number) => ({ ...agree(number), ...byNumber[number] })) };
}

const numbersOf = (queries: readonly TrackQuery[]) => queries.map(({ trackingNumber }) => trackingNumber);

async function run(world: World) {
  const calls: string[][] = [];
  const checks: [string, string[]][] = [];
  const gone: string[][] = [];
  const paused: { connection: string; afterMs: number; reason: string }[] = [];
  const blocked: { connection: string; afterMs: number }[] = [];
  const answered: string[] = [];
  const counted: string[] = [];
  const written = new Map<string, SubscriptionResult & { afterMs: number | null }>();
  const { check, unsubscribe } = world;
  const subscriptions: CarrierSubscriptions = {
    batchSize: () => world.batchSize ?? 100,
    obstacle: () => world.obstacle ?? null,
    subscribe: async (queries) => {
      const numbers = numbersOf(queries);
      calls.push(numbers);
      return reportOf(numbers, world.subscribe?.(numbers) ?? {});
    },
    ...(check != null && {
      check: async (jobId: string, queries: readonly TrackQuery[]) => {
        const numbers = numbersOf(queries);
        checks.push([jobId, numbers]);
        return reportOf(numbers, check(jobId, numbers));
      },
    }),
    ...(unsubscribe !== null && {
      unsubscribe: async (ends: readonly { readonly trackingNumber: string }[]) => {
        const numbers = ends.map(({ trackingNumber }) => trackingNumber);
        gone.push(numbers);
        unsubscribe?.(numbers);
      },
    }),
  };
  const carrier: Carrier = {
    code: "acme",
    name: "Acme",
    numberFormats: [],
    statusCodes: [],
    credentials: [],
    push: {
      maxBytes: 1000,
      verify: () => true,
      parse: () => ({ trackings: [], notices: [] }),
      ...(world.pushes !== false && { subscriptions }),
    },
  };
  const context: SubscribeContext = {
    credentials: {},
    http: () => Promise.reject(new Error("No test calls out.")),
    tokens: { get: (obtain) => obtain(), refresh: (_stale, obtain) => obtain() },
    now: () => NOW,
    newId: () => "req",
    hookUrl: "https://track.example.com/hooks/acme/con",
    ...(world.signal && { signal: world.signal }),
  };
  const rows = Object.fromEntries(Object.entries(world.due).map(([id, given]) => [id, given.map(dueOf)]));
  const take = (id: string, pending: boolean, limit: number) => {
    const fitting = (rows[id] ?? []).filter(({ state }) => (state === "pending") === pending).slice(0, limit);
    rows[id] = (rows[id] ?? []).filter((row) => !fitting.includes(row));
    return fitting;
  };
  const settled = await subscribeDueShipments({
    listConnectionsDue: async () => Object.keys(rows),
    openConnection: async (id) => (id.startsWith("gone") ? null : { carrier, context }),
    claimDue: async (id, { limit }) => take(id, false, limit),
    claimJob: async (id) => {
      const pending = take(id, true, 1000);
      return pending.length === 0 ? null : { jobId: pending[0]?.jobId ?? "", pending, numbers: pending };
    },
    findStillNeeded: async (_id, ids) => new Set(ids.filter((id) => world.stillNeeded?.includes(id.slice(4)))),
    write: async (results) => {
      for (const result of results) {
        const afterMs = result.nextAttemptAt && result.nextAttemptAt.getTime() - NOW;
        written.set(result.shipmentId.slice(4), { ...result, afterMs });
      }
    },
    pause: async (connection, until, reason) =>
      void paused.push({ connection, afterMs: until.getTime() - NOW, reason }),
    blockRateLimited: async (connection, retryAfterMs) => {
      const afterMs = retryAfterMs ?? UNSAID_WAIT_MS;
      blocked.push({ connection, afterMs });
      return new Date(NOW + afterMs);
    },
    onAnswer: async (connection) => void answered.push(connection),
    takeCall: async () => world.takeCall?.() ?? null,
    now: () => NOW,
    log: silentLogger,
    count: (code, result, amount) => void counted.push(`${code} ${result} ${amount}`),
  });
  return { settled, calls, checks, gone, paused, blocked, answered, counted, written };
}

const numbers = (count: number, prefix = "N") => Array.from({ length: count }, (_, index) => `${prefix}${index}`);
const fails =
  (kind: CarrierCallError["kind"], retryAfterMs: number | null = null) =>
  () => {
    throw new CarrierCallError(kind, `Acme said ${kind}.`, retryAfterMs);
  };
const running = (trackingNumber: string, more: Partial<DueSubscription> = {}) => ({
  trackingNumber,
  state: "subscribed" as const,
  reference: `sub_${trackingNumber}`,
  subscribedAt: inDays(-10),
  ...more,
});

describe("subscribing", () => {
  it("asks in batches of the carrier's size and notes what it agreed to", async () => {
    const expiresAt = NOW + 14 * DAY_MS;
    const { settled, calls, written, counted } = await run({
      due: { a: numbers(250) },
      subscribe: (asked) => Object.fromEntries(asked.map((number) => [number, { expiresAt }])),
    });
    expect(settled).toBe(250);
    expect(calls.map(({ length }) => length)).toEqual([100, 100, 50]);
    expect(written.get("N0")).toMatchObject({
      state: "subscribed",
      reference: "sub_N0",
      subscribedAt: new Date(NOW),
      expiresAt: new Date(expiresAt),
      attempts: 0,
      reason: null,
      afterMs: DAY_MS,
    });
    expect(counted).toEqual(["acme subscribed 100", "acme subscribed 100", "acme subscribed 50"]);
  });

  it("makes at most 20 calls for one connection in one run", async () => {
    const { calls } = await run({ due: { a: numbers(50) }, batchSize: 1 });
    expect(calls).toHaveLength(20);
  });

  it("leaves a number that is refused as failed with the carrier's reason, and asks again less and less often", async () => {
    const refuse = () => ({ N1: { outcome: "refused", reason: "Not your number." } as const });
    const first = await run({ due: { a: ["N0", "N1"] }, subscribe: refuse });
    expect(first.written.get("N0")?.state).toBe("subscribed");
    expect(first.written.get("N1")).toMatchObject({ state: "failed", reason: "Not your number.", afterMs: DAY_MS });
    const again = [{ trackingNumber: "N1", state: "failed", attempts: 3, reason: "Not your number." } as const];
    const fourth = await run({ due: { a: again }, subscribe: refuse });
    expect(fourth.written.get("N1")).toMatchObject({ state: "failed", attempts: 4, afterMs: 8 * DAY_MS });
  });

  it("does not let one number that the carrier rejects keep the others from being subscribed", async () => {
    const { written, calls, paused } = await run({
      due: { a: numbers(30) },
      subscribe: (asked) => (asked.includes("N17") ? fails("rejected")() : {}),
    });
    const failed = [...written].filter(([, { state }]) => state !== "subscribed");
    expect(failed.map(([number, { state, reason }]) => [number, state, reason])).toEqual([
      ["N17", "failed", "Acme said rejected."],
    ]);
    expect(written.size).toBe(30);
    expect(calls.length).toBeLessThanOrEqual(11);
    expect(paused).toEqual([]);
  });

  it("goes on in the next run with the halves that the calls did not suffice for", async () => {
    const { calls, written } = await run({ due: { a: numbers(30) }, subscribe: fails("rejected") });
    expect(calls).toHaveLength(20);
    expect(written.size).toBe(30);
    const waits = new Set([...written.values()].map(({ state, afterMs }) => `${state} ${afterMs}`));
    expect(waits).toEqual(new Set(["waiting 0", `failed ${DAY_MS}`]));
  });

  it("finds the number at fault also where the budget allows one call a run", async () => {
    let due: World["due"][string] = numbers(8);
    const settled = new Map<string, string>();
    for (let turn = 0; turn < 12 && due.length > 0; turn++) {
      let calls = 1;
      const { written } = await run({
        due: { a: due },
        subscribe: (asked) => (asked.includes("N5") ? fails("rejected")() : {}),
        takeCall: () => (calls-- > 0 ? null : 1_000),
      });
      for (const [number, { state }] of written) if (state !== "waiting") settled.set(number, state);
      due = due.flatMap((given) => {
        const row = dueOf(given);
        const result = written.get(row.trackingNumber);
        return result?.state === "waiting" || result === undefined ? [{ ...row, ...result }] : [];
      });
    }
    expect(due).toEqual([]);
    expect([...settled].filter(([, state]) => state !== "subscribed")).toEqual([["N5", "failed"]]);
    expect(settled.size).toBe(8);
  });

  it("tries a number again that the answer left out, and gives it up after five times", async () => {
    const nothing = () => ({ jobId: null, numbers: [] });
    const first = await run({ due: { a: ["N"] }, subscribe: nothing });
    expect(first.written.get("N")).toMatchObject({ state: "waiting", attempts: 1, afterMs: 10 * MINUTE_MS });
    const fifth = await run({ due: { a: [{ trackingNumber: "N", attempts: 4 }] }, subscribe: nothing });
    expect(fifth.written.get("N")).toMatchObject({ state: "failed", afterMs: DAY_MS });
  });

  it("tries an answer again that nobody can read, and goes on with the next batch", async () => {
    const subscribe = (asked: string[]) => (asked.includes("N0") ? fails("unreadable")() : {});
    const { written } = await run({ due: { a: ["N0", "N1"] }, batchSize: 1, subscribe });
    expect(written.get("N0")).toMatchObject({
      state: "waiting",
      reason: "Acme said unreadable.",
      afterMs: 10 * MINUTE_MS,
    });
    expect(written.get("N1")?.state).toBe("subscribed");
  });
});

describe("a carrier that cannot be asked", () => {
  it("is not called at all for as long as a 429 says", async () => {
    const { calls, blocked, paused, written } = await run({
      due: { a: numbers(3) },
      batchSize: 1,
      subscribe: fails("rate_limited", 7_000),
    });
    expect(calls).toHaveLength(1);
    expect(blocked).toEqual([{ connection: "a", afterMs: 7_000 }]);
    expect(paused).toEqual([]);
    expect(written.get("N0")).toMatchObject({ state: "waiting", attempts: 0, afterMs: 7_000 });
    expect(written.has("N1")).toBe(false);
  });

  it("is left alone for as long as everybody's 429s come to where it does not say", async () => {
    const { blocked, answered, written } = await run({ due: { a: ["N"] }, subscribe: fails("rate_limited") });
    expect(blocked).toEqual([{ connection: "a", afterMs: UNSAID_WAIT_MS }]);
    expect(answered).toEqual([]);
    expect(written.get("N")).toMatchObject({ state: "waiting", afterMs: UNSAID_WAIT_MS });
  });

  it("has its earlier 429s forgotten once it answers", async () => {
    expect((await run({ due: { a: ["N"] } })).answered).toEqual(["a"]);
  });

  it("is not asked to push for an hour when it says that we may not, and may be polled meanwhile", async () => {
    const { paused, blocked, written } = await run({ due: { a: ["N"] }, subscribe: fails("unauthorized") });
    expect(paused).toEqual([{ connection: "a", afterMs: HOUR_MS, reason: "Acme said unauthorized." }]);
    expect(blocked).toEqual([]);
    expect(written.get("N")).toMatchObject({ state: "waiting", reason: "Acme said unauthorized.", afterMs: HOUR_MS });
  });

  it("is left alone longer the more often it was away", async () => {
    const after = async (attempts: number) =>
      (await run({ due: { a: [{ trackingNumber: "N", attempts }] }, subscribe: fails("unavailable") })).paused[0]
        ?.afterMs;
    expect(await after(0)).toBe(MINUTE_MS);
    expect(await after(3)).toBe(8 * MINUTE_MS);
    expect(await after(30)).toBe(HOUR_MS);
  });

  it("does not lose what runs when a renewal fails, unless it runs out before the next attempt", async () => {
    const due = [
      running("A", { subscribedAt: inDays(-13), expiresAt: inDays(1) }),
      running("B", { subscribedAt: inDays(-13), expiresAt: new Date(NOW + 30_000) }),
    ];
    const { written } = await run({ due: { a: due }, subscribe: fails("unavailable") });
    expect(written.get("A")).toMatchObject({ state: "subscribed", reference: "sub_A" });
    expect(written.get("B")).toMatchObject({ state: "waiting", reference: "sub_B" });
  });

  it("is not called beyond the connection's budget", async () => {
    let calls = 2;
    const world = { due: { a: numbers(5) }, batchSize: 1, takeCall: () => (calls-- > 0 ? null : 90_000) };
    const { calls: made, written } = await run(world);
    expect(made).toEqual([["N0"], ["N1"]]);
    expect(written.get("N2")).toMatchObject({ state: "waiting", attempts: 0, afterMs: 90_000 });
    expect(written.has("N3")).toBe(false);
    // Nothing settled is nothing to hurry for: the loop rests.
    expect((await run(world)).settled).toBe(0);
  });

  it("keeps its trouble from other connections", async () => {
    const subscribe = (asked: string[]) => {
      if (asked.includes("A0")) throw new TypeError("a fault of ours");
      return {};
    };
    const { written, paused } = await run({ due: { a: ["A0"], gone: ["X"], b: ["B0"] }, subscribe });
    expect(written.get("B0")?.state).toBe("subscribed");
    expect(paused.map(({ connection }) => connection)).toEqual(["a"]);
    expect(written.has("X")).toBe(false);
  });

  it("is not blamed for a call that we broke off because we stop", async () => {
    const stopping = new AbortController();
    const subscribe = () => {
      stopping.abort();
      return fails("unavailable")();
    };
    const { written, paused } = await run({ due: { a: ["N"] }, subscribe, signal: stopping.signal });
    expect(paused).toEqual([]);
    expect(written.get("N")).toMatchObject({ state: "waiting", attempts: 0, afterMs: 0 });
  });
});

describe("a connection that cannot subscribe", () => {
  it("leaves its numbers to polling with the reason, and ends what nobody needs", async () => {
    const due = ["N0", running("N1"), { trackingNumber: "N2", retired: true }];
    const { calls, gone, written } = await run({ due: { a: due }, obstacle: "Give the listener id." });
    expect([calls, gone]).toEqual([[], []]);
    expect(written.get("N0")).toMatchObject({
      state: "polling",
      reason: "Give the listener id.",
      afterMs: 6 * HOUR_MS,
    });
    expect(written.get("N1")).toMatchObject({ state: "polling" });
    expect(written.get("N2")).toMatchObject({ state: "ended", afterMs: null });
  });

  it("says so of a carrier that takes no subscriptions", async () => {
    const { written } = await run({ due: { a: ["N"] }, pushes: false });
    expect(written.get("N")).toMatchObject({
      state: "polling",
      reason: "Acme is not asked for pushes number by number.",
    });
  });
});

describe("a carrier that decides later", () => {
  const job = (outcome: SubscriptionAnswer["outcome"]) => (asked: string[]) => ({
    jobId: "job-1",
    numbers: asked.map((number) => ({ ...agree(number), outcome, reference: null })),
  });
  const pending = (trackingNumber: string, attempts = 0) => ({
    trackingNumber,
    state: "pending" as const,
    jobId: "job-1",
    attempts,
  });

  it("is asked about its job soon, also where it named no number", async () => {
    const named = await run({ due: { a: ["N"] }, subscribe: job("pending") });
    expect(named.written.get("N")).toMatchObject({ state: "pending", jobId: "job-1", afterMs: 15_000 });
    const unnamed = await run({ due: { a: ["N"] }, subscribe: () => ({ jobId: "job-1", numbers: [] }) });
    expect(unnamed.written.get("N")).toMatchObject({ state: "pending", jobId: "job-1", afterMs: 15_000 });
  });

  it("settles each number as the job did, and asks again about the rest with longer waits", async () => {
    const { checks, written } = await run({
      due: { a: [pending("N0", 2), pending("N1", 2), pending("N2", 2)] },
      check: () => ({
        N1: { outcome: "refused", reason: "Unknown number." },
        N2: { outcome: "pending", reference: null },
      }),
    });
    expect(checks).toEqual([["job-1", ["N0", "N1", "N2"]]]);
    expect(written.get("N0")).toMatchObject({ state: "subscribed", jobId: "job-1", attempts: 0 });
    expect(written.get("N1")).toMatchObject({ state: "failed", reason: "Unknown number." });
    expect(written.get("N2")).toMatchObject({ state: "pending", jobId: "job-1", attempts: 3, afterMs: 60_000 });
  });

  it("is told in the next look to end what it agreed to after it was retired", async () => {
    const due = { a: [{ ...pending("VOID"), retired: true }, pending("N")] };
    const { written } = await run({ due, check: () => ({}) });
    expect(written.get("VOID")).toMatchObject({ state: "subscribed", afterMs: MINUTE_MS });
    expect(written.get("N")).toMatchObject({ state: "subscribed", afterMs: DAY_MS });
  });

  it("is given up after twelve times, and asked anew the next day", async () => {
    const check = (jobId: string, asked: string[]) => ({ ...job("pending")(asked), jobId });
    const { written } = await run({ due: { a: [pending("N", 12)] }, check });
    expect(written.get("N")).toMatchObject({ state: "failed", afterMs: DAY_MS });
  });

  it("is asked anew when it does not know its job any more", async () => {
    const { written } = await run({ due: { a: [pending("N")] }, check: fails("rejected") });
    expect(written.get("N")).toMatchObject({ state: "waiting", jobId: null, afterMs: 10 * MINUTE_MS });
  });

  it("is asked again about a job whose answer cannot be read, or that it could not be asked about", async () => {
    const unreadable = await run({ due: { a: [pending("N")] }, check: fails("unreadable") });
    expect(unreadable.written.get("N")).toMatchObject({ state: "pending", jobId: "job-1", attempts: 1 });
    const away = await run({ due: { a: [pending("N")] }, check: fails("unavailable") });
    expect(away.written.get("N")).toMatchObject({ state: "pending", jobId: "job-1", afterMs: MINUTE_MS });
  });

  it("is asked again to push where it decides without a job", async () => {
    const later = () => ({ N: { outcome: "pending", reference: "sub-7" } as const });
    const { written } = await run({ due: { a: ["N"] }, subscribe: later });
    expect(written.get("N")).toMatchObject({ state: "waiting", reference: "sub-7", attempts: 1, afterMs: MINUTE_MS });
  });
});

describe("what runs", () => {
  it("is renewed at 85 % of its time, and at least a day before its end where it lasts more than two days", async () => {
    const renews = async (ageDays: number, lastsDays: number) => {
      const due = [running("N", { subscribedAt: inDays(-ageDays), expiresAt: inDays(lastsDays - ageDays) })];
      return (await run({ due: { a: due } })).calls.length === 1;
    };
    expect([await renews(11.8, 14), await renews(12, 14)]).toEqual([false, true]);
    expect([await renews(1.9, 3), await renews(2.1, 3)]).toEqual([false, true]);
    expect([await renews(0.8, 1), await renews(0.9, 1)]).toEqual([false, true]);
  });

  it("is looked at daily, or when it has to be renewed", async () => {
    const due = [running("A"), running("B", { subscribedAt: inDays(-11.5), expiresAt: inDays(2.5) })];
    const { calls, written } = await run({ due: { a: due } });
    expect(calls).toEqual([]);
    expect(written.get("A")).toMatchObject({ state: "subscribed", afterMs: DAY_MS });
    expect(written.get("B")?.afterMs).toBeCloseTo(0.4 * DAY_MS, -3);
  });

  it("is asked for at most once a minute, whatever end the carrier states", async () => {
    const { written } = await run({ due: { a: ["N"] }, subscribe: () => ({ N: { expiresAt: NOW - DAY_MS } }) });
    expect(written.get("N")?.afterMs).toBe(MINUTE_MS);
  });

  it("keeps its reference when a renewal names none", async () => {
    const due = [running("N", { subscribedAt: inDays(-13), expiresAt: inDays(1) })];
    const { written } = await run({ due: { a: due }, subscribe: () => ({ N: { reference: null } }) });
    expect(written.get("N")).toMatchObject({ state: "subscribed", reference: "sub_N", subscribedAt: new Date(NOW) });
  });
});

describe("what nobody needs any more", () => {
  it("is ended with the carrier: void, delivered two days ago, or silent for 90 days", async () => {
    const due = [
      running("VOID", { retired: true }),
      running("OLD", { subStatus: "delivered", lastScanAt: inDays(-3) }),
      running("LOST", { lastScanAt: inDays(-91) }),
      running("FRESH", { subStatus: "delivered", lastScanAt: inDays(-1) }),
    ];
    const { gone, calls, written } = await run({ due: { a: due } });
    expect(gone).toEqual([["VOID", "OLD", "LOST"]]);
    expect(calls).toEqual([]);
    expect(written.get("VOID")).toMatchObject({ state: "ended", afterMs: null });
    expect(written.get("FRESH")).toMatchObject({ state: "subscribed", afterMs: DAY_MS });
  });

  it("is never asked for or renewed once it is delivered", async () => {
    const due = [
      { trackingNumber: "NEW", subStatus: "delivered" as const },
      running("DUE", { subStatus: "delivered", subscribedAt: inDays(-13), expiresAt: inDays(1) }),
    ];
    const { calls, gone, written } = await run({ due: { a: due } });
    expect([calls, gone]).toEqual([[], [["DUE"]]]);
    expect([...written.values()].map(({ state }) => state)).toEqual(["ended", "ended"]);
  });

  it("ends without a word where the carrier cannot be told, never agreed, or still serves another shipment", async () => {
    const retired = { retired: true };
    const never = await run({
      due: { a: [{ trackingNumber: "NEVER", ...retired }, running("TWO", retired)] },
      stillNeeded: ["TWO"],
    });
    expect(never.gone).toEqual([]);
    expect([...never.written.values()].map(({ state }) => state)).toEqual(["ended", "ended"]);
    const mute = await run({ due: { a: [running("N", retired)] }, unsubscribe: null });
    expect(mute.written.get("N")?.state).toBe("ended");
  });

  it("is told to the carrier later when it is away, and not at all when it will not hear", async () => {
    const due = { a: [running("N", { retired: true })] };
    const away = await run({ due, unsubscribe: fails("unavailable") });
    expect(away.written.get("N")).toMatchObject({ state: "subscribed", afterMs: MINUTE_MS });
    const deaf = await run({ due, unsubscribe: fails("rejected") });
    expect(deaf.written.get("N")).toMatchObject({ state: "ended", reason: "Acme said rejected." });
  });
});
