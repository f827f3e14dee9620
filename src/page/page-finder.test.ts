import { gunzipSync } from "node:zlib";
import { expect, it } from "vitest";
import { PAGE_STATES } from "../../test/support/page-states.js";
import type { PageHead } from "../store/page-heads.js";
import { createMemoryCache } from "./memory-cache.js";
import { MAX_STALE_MS } from "./order-heads.js";
import type { FoundPage } from "./page-at.js";
import type { PageFacts } from "./page-facts.js";
import { createPageFinder } from "./page-finder.js";
import { createPagePrinter } from "./page-printer.js";

const LIMITS = { maxEntries: 10, maxBytes: 1_000_000 };

function factsOf(more: Partial<PageFacts["order"]> = {}): PageFacts {
  const view = PAGE_STATES["in transit"];
  if (view === undefined) throw new Error("There is such a state.");
  const { placedOn: _placedOn, today: _today, ...order } = view.order;
  return {
    order: { ...order, placedAtMs: Date.parse("2026-06-05T10:00:00Z"), zone: "America/Los_Angeles", ...more },
    parcels: view.parcels.map(({ edd, previousEdd, today: _parcelToday, ...parcel }) => ({
      ...parcel,
      lastEdd: edd,
      previousEdd,
      zone: "America/Los_Angeles",
    })),
  };
}

function headOf(viewVersion: number): PageHead {
  return {
    orderId: "ord_1",
    viewVersion,
    linkEpoch: 0,
    closedAtMs: null,
    locale: "en",
    customerId: null,
    store: { id: "sto_1", storeRef: 1, name: "Nordlicht", brand: {}, language: "en", timeZone: "UTC" },
  };
}

class AwayError extends Error {}

function world() {
  const state = { nowMs: 1_000_000, reads: 0, answer: (): Promise<PageFacts | null> => Promise.resolve(factsOf()) };
  const counted: string[] = [];
  const finder = createPageFinder({
    cache: createMemoryCache(LIMITS),
    read: () => {
      state.reads += 1;
      return state.answer();
    },
    isUnavailable: (error) => error instanceof AwayError,
    now: () => state.nowMs,
    count: (finding) => counted.push(finding),
  });
  const find = (version: number, asOfMs: number | null = null) =>
    finder.find({ head: headOf(version), asOfMs, wasRead: false });
  return { state, counted, find };
}

it("facts are read once for each version, however many ask at the same time", async () => {
  const { state, counted, find } = world();
  await Promise.all(Array.from({ length: 50 }, () => find(1)));
  await find(1);
  expect([state.reads, counted.at(-1)]).toEqual([1, "hit"]);
  expect((await find(2))?.version).toBe(2);
  expect(state.reads).toBe(2);
});

it("a failed read is not kept: the next who asks reads again", async () => {
  const { state, find } = world();
  state.answer = () => Promise.reject(new TypeError("a fault"));
  await expect(find(1)).rejects.toThrow("a fault");
  state.answer = () => Promise.resolve(factsOf());
  expect((await find(1))?.asOfMs).toBeNull();
});

it("while the database is away, facts of another version than the head's are shown as old as they are", async () => {
  const { state, counted, find } = world();
  await find(1);
  const readAtMs = state.nowMs;
  state.answer = () => Promise.reject(new AwayError());
  state.nowMs += 60_000;
  expect(await find(2)).toMatchObject({ version: 1, asOfMs: readAtMs });
  expect(await find(1, state.nowMs)).toMatchObject({ version: 1, asOfMs: state.nowMs });
  expect(counted).toEqual(["miss", "stale", "stale"]);
  state.nowMs += MAX_STALE_MS;
  await expect(find(2)).rejects.toThrow(AwayError);
});

it("an order that is gone meanwhile is no page", async () => {
  const { state, find } = world();
  state.answer = () => Promise.resolve(null);
  expect(await find(1)).toBeNull();
});

it("nothing kept depends on the moment: the same facts read otherwise on another day, and once they are past", () => {
  const print = createPagePrinter(LIMITS);
  const page = { head: headOf(1), facts: JSON.parse(JSON.stringify(factsOf())) as PageFacts, version: 1, asOfMs: null };
  const at = (time: string) => print(page, Date.parse(time)).html.toString();
  const onTheDay = at("2026-06-09T20:00:00Z");
  expect(onTheDay).toMatch(/today/i);
  expect(at("2026-06-08T20:00:00Z")).not.toMatch(/<h1[^>]*>[^<]*today/i);
  expect(at("2026-06-11T20:00:00Z")).not.toContain("June 9");
  expect(at("2026-06-09T20:00:00Z")).toBe(onTheDay);
});

it("a printed page is given again while it reads the same, and never when brand, language, version or age differ", () => {
  const print = createPagePrinter(LIMITS);
  const nowMs = Date.parse("2026-06-09T20:00:00Z");
  const page = { head: headOf(1), facts: factsOf(), version: 1, asOfMs: null };
  const htmlOf = (found: FoundPage) => print(found, nowMs).html.toString();
  const first = print(page, nowMs);
  expect(print({ ...page, head: headOf(1) }, nowMs + 60_000)).toBe(first);
  const brand = { ...page.head, store: { ...page.head.store, name: "Polarlicht" } };
  expect(htmlOf({ ...page, head: brand })).toContain("Polarlicht");
  expect(htmlOf({ ...page, head: { ...page.head, locale: "en-GB" } })).toContain('lang="en-GB"');
  expect(htmlOf({ ...page, facts: factsOf({ number: "#77" }), version: 2 })).toContain("#77");
  expect(htmlOf({ ...page, asOfMs: nowMs })).toContain("how things stood at");
  expect(htmlOf(page)).toEqual(first.html.toString());
});

it("what is given again within a minute is what would be printed anew, to the minute in which an estimate ends", () => {
  const print = createPagePrinter(LIMITS);
  const window = {
    from: "2026-06-09",
    to: "2026-06-09",
    windowFrom: "10:00",
    windowTo: "13:00",
    source: "carrier",
  } as const;
  const facts = factsOf();
  const parcels = facts.parcels.map((parcel) => ({ ...parcel, lastEdd: window }));
  const page = { head: headOf(1), facts: { ...facts, parcels }, version: 1, asOfMs: null };
  // 13:00 in Los Angeles is 20:00 in UTC; the estimate is over with the end of that minute.
  const end = Date.parse("2026-06-09T20:01:00.000Z");
  for (const atMs of [end - 60_000, end - 1, end, end + 1, end + 11 * 3_600_000 - 60_001, end + 11 * 3_600_000])
    expect(
      print(page, atMs).html.equals(createPagePrinter(LIMITS)(page, atMs).html),
      new Date(atMs).toISOString(),
    ).toBe(true);
  expect(print(page, end - 1).html.equals(print(page, end).html)).toBe(false);
});

it("what is sent in gzip is the same page", () => {
  const { html, gzipped } = createPagePrinter(LIMITS)(
    { head: headOf(1), facts: factsOf(), version: 1, asOfMs: null },
    Date.parse("2026-06-09T20:00:00Z"),
  );
  expect(gunzipSync(gzipped).equals(html)).toBe(true);
});
