import { describe, expect, it } from "vitest";
import type { PageHead } from "../store/page-heads.js";
import { createOrderHeads, MAX_STALE_MS } from "./order-heads.js";

const ORDER = "ord_1";

function headOf(viewVersion: number, more: Partial<PageHead> = {}): PageHead {
  return {
    orderId: ORDER,
    viewVersion,
    linkEpoch: 0,
    closedAtMs: null,
    locale: "en",
    customerId: "cus_1",
    store: { id: "sto_1", storeRef: 1, name: "Nordlicht", brand: {}, language: "en", timeZone: "UTC" },
    ...more,
  };
}

class AwayError extends Error {}

/** Heads over a database, a hearing and a clock that the test sets. */
function world() {
  const state = {
    nowMs: 1_000_000,
    heardMs: 1_000_000 as number | null,
    hearing: true,
    reads: 0,
    answer: (_orderId: string): Promise<PageHead | null> => Promise.resolve(headOf(1)),
  };
  const heads = createOrderHeads({
    read: (orderId) => {
      state.reads += 1;
      return state.answer(orderId);
    },
    hearing: { heardUntilMs: () => state.heardMs, isHearing: () => state.hearing },
    isUnavailable: (error) => error instanceof AwayError,
    now: () => state.nowMs,
    maxHeads: 3,
  });
  const away = () => {
    state.answer = () => Promise.reject(new AwayError());
  };
  const saying = (head: PageHead | null) => {
    state.answer = () => Promise.resolve(head);
  };
  return { state, heads, away, saying };
}

/** An answer that the test gives when it likes. */
function later() {
  let give: (head: PageHead) => void = () => {};
  const promise = new Promise<PageHead>((resolve) => {
    give = resolve;
  });
  return { promise, give: (head: PageHead) => give(head) };
}

const change = (version: number, linkEpoch = 0) => ({ kind: "order", orderId: ORDER, version, linkEpoch }) as const;

describe("a head that is known", () => {
  it("is right without a look while notifications are proved to come and none names it", async () => {
    const { state, heads } = world();
    for (let at = 0; at < 5; at += 1)
      expect(await heads.find(ORDER)).toMatchObject({ asOfMs: null, wasRead: at === 0 });
    expect(state.reads).toBe(1);
  });

  it.each([
    ["the proof is too old", ({ state }: ReturnType<typeof world>) => (state.nowMs += 10_001)],
    ["nothing is heard", ({ state }: ReturnType<typeof world>) => (state.hearing = false)],
    ["nothing was ever proved", ({ state }: ReturnType<typeof world>) => (state.heardMs = null)],
    ["notifications may have been lost", ({ heads }: ReturnType<typeof world>) => heads.distrust()],
    ["a notification names a later version", ({ heads }: ReturnType<typeof world>) => heads.apply(change(2))],
    ["its store changed", ({ heads }: ReturnType<typeof world>) => heads.apply({ kind: "store", storeId: "sto_1" })],
    [
      "its customer changed",
      ({ heads }: ReturnType<typeof world>) => heads.apply({ kind: "customer", customerId: "cus_1" }),
    ],
    ["it is gone", ({ heads }: ReturnType<typeof world>) => heads.apply({ kind: "gone", orderId: ORDER })],
  ])("is looked at again when %s", async (_name, happen) => {
    const all = world();
    await all.heads.find(ORDER);
    happen(all);
    expect(await all.heads.find(ORDER)).toMatchObject({ wasRead: true });
    expect(all.state.reads).toBe(2);
  });

  it("is left alone by notifications about others, and about what it holds already", async () => {
    const { state, heads, saying } = world();
    saying(headOf(5));
    await heads.find(ORDER);
    heads.apply(change(5));
    heads.apply({ ...change(9), orderId: "ord_2" });
    heads.apply({ kind: "store", storeId: "sto_2" });
    heads.apply({ kind: "customer", customerId: "cus_2" });
    await heads.find(ORDER);
    expect(state.reads).toBe(1);
  });

  it("makes room for others, the one that was asked for longest ago first", async () => {
    const { state, heads } = world();
    state.answer = (orderId) => Promise.resolve(headOf(1, { orderId }));
    for (const id of ["a", "b", "c", "a", "d"]) await heads.find(id);
    expect(heads.size).toBe(3);
    state.reads = 0;
    for (const id of ["a", "c", "d"]) await heads.find(id);
    expect(state.reads).toBe(0);
    await heads.find("b");
    expect(state.reads).toBe(1);
  });
});

describe("a look", () => {
  it("is shared by all who wait for it", async () => {
    const { state, heads } = world();
    const answer = later();
    state.answer = () => answer.promise;
    const finds = Array.from({ length: 20 }, () => heads.find(ORDER));
    answer.give(headOf(1));
    await Promise.all(finds);
    expect(state.reads).toBe(1);
  });

  it("that began before a change is not kept, and not given to who asks after it", async () => {
    const { state, heads } = world();
    const [old, fresh] = [later(), later()];
    state.answer = () => (state.reads === 1 ? old.promise : fresh.promise);
    const before = heads.find(ORDER);
    await Promise.resolve();
    heads.apply(change(2));
    const after = heads.find(ORDER);
    fresh.give(headOf(2));
    expect((await after)?.head.viewVersion).toBe(2);
    old.give(headOf(1));
    expect((await before)?.head.viewVersion).toBe(1);
    expect(await heads.find(ORDER)).toMatchObject({ head: { viewVersion: 2 }, wasRead: false });
  });

  it("that began before notifications may have been lost is kept, and not relied upon", async () => {
    const { state, heads } = world();
    const answer = later();
    state.answer = () => answer.promise;
    const finding = heads.find(ORDER);
    await Promise.resolve();
    heads.distrust();
    answer.give(headOf(1));
    await finding;
    await heads.find(ORDER);
    expect(state.reads).toBe(2);
  });

  it("never puts an older version in the place of a newer one", async () => {
    const { heads, saying, state } = world();
    saying(headOf(4));
    await heads.find(ORDER);
    heads.distrust();
    saying(headOf(3));
    await heads.find(ORDER);
    state.answer = () => Promise.reject(new AwayError());
    expect((await heads.find(ORDER))?.head.viewVersion).toBe(4);
  });
});

describe("while the database is away", () => {
  it("a head is old as of when it was last known to be right, for five minutes", async () => {
    const { state, heads, away } = world();
    await heads.find(ORDER);
    state.nowMs += 60_000;
    state.heardMs = state.nowMs;
    away();
    state.hearing = false;
    const lastMs = state.nowMs;
    state.nowMs += MAX_STALE_MS;
    expect(await heads.find(ORDER)).toMatchObject({ asOfMs: lastMs });
    state.nowMs += 1;
    await expect(heads.find(ORDER)).rejects.toThrow(AwayError);
  });

  it("a head that was named by a notification is old as of then, unless its links were revoked", async () => {
    const { state, heads, away } = world();
    await heads.find(ORDER);
    heads.apply(change(2));
    away();
    expect(await heads.find(ORDER)).toMatchObject({ asOfMs: state.nowMs, head: { viewVersion: 1 } });
    heads.apply(change(3, 1));
    await expect(heads.find(ORDER)).rejects.toThrow(AwayError);
  });

  it("it is not asked again for every page, and at once when it has answered", async () => {
    const { state, heads, away, saying } = world();
    await heads.find(ORDER);
    away();
    state.hearing = false;
    for (let at = 0; at < 10; at += 1) await heads.find(ORDER);
    expect(state.reads).toBe(2);
    saying(headOf(1));
    state.nowMs += 1_001;
    for (let at = 0; at < 3; at += 1) expect((await heads.find(ORDER))?.asOfMs).toBeNull();
    expect(state.reads).toBe(5);
  });

  it("a fault of ours is thrown, not covered up", async () => {
    const { state, heads } = world();
    await heads.find(ORDER);
    state.hearing = false;
    state.answer = () => Promise.reject(new TypeError("a fault"));
    await expect(heads.find(ORDER)).rejects.toThrow("a fault");
  });
});
