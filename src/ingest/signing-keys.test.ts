import { expect, it } from "vitest";
import { CarrierCallError, type PublishedKeys } from "../connectors/carriers/contract.js";
import { silentLogger } from "../runtime/logger.js";
import { createSigningKeyCache, type SignedConnection } from "./signing-keys.js";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const CONNECTION: SignedConnection = { id: "con_1", credentials: { jwksUrl: "https://keys.example" } };

/** A carrier whose published keys the test sets; a failure stands for an address that cannot be reached. */
function carrier(...keyIds: string[]) {
  let nowMs = Date.UTC(2026, 2, 4, 12);
  const state: { published: readonly string[] | Error; calls: string[] } = { published: keyIds, calls: [] };
  const published: PublishedKeys = {
    keyIdOf: () => null,
    fetch: ({ credentials }) => {
      state.calls.push(credentials.jwksUrl ?? "");
      const now = state.published;
      if (now instanceof CarrierCallError) return Promise.reject(now);
      if (now instanceof Error) throw now;
      return Promise.resolve(new Map(now.map((id) => [id, { kty: "RSA" }])));
    },
  };
  const cache = createSigningKeyCache({
    http: () => Promise.reject(new Error("The cache calls nobody itself.")),
    now: () => nowMs,
    log: silentLogger,
    signal: new AbortController().signal,
  });
  const find = (keyId: string, connection = CONNECTION) => cache.find(connection, published, keyId);
  const known = async (keyId: string) => [...(await find(keyId)).keys()];
  return { state, find, known, pass: (ms: number) => (nowMs += ms) };
}

const down = (retryAfterMs: number | null = null) => new CarrierCallError("unavailable", "Down.", retryAfterMs);

it("fetches keys once for many pushes, also for those that come at the same moment", async () => {
  const { state, known } = carrier("a", "b");
  await Promise.all([known("a"), known("b"), known("a")]);
  expect(await known("b")).toEqual(["a", "b"]);
  expect(state.calls).toHaveLength(1);
});

it("takes keys as present for twelve hours, and then learns which were withdrawn", async () => {
  const { state, known, pass } = carrier("a", "b");
  await known("a");
  state.published = ["b"];
  pass(12 * HOUR_MS - 1);
  expect(await known("a")).toEqual(["a", "b"]);
  pass(1);
  expect(await known("a")).toEqual(["b"]);
  expect(state.calls).toHaveLength(2);
});

it("asks again for a key id that it does not know, and so follows a rotation at once", async () => {
  const { state, known, pass } = carrier("a");
  await known("a");
  state.published = ["a", "b"];
  pass(MINUTE_MS);
  expect(await known("b")).toEqual(["a", "b"]);
  expect(state.calls).toHaveLength(2);
});

it("makes one call a minute at most, however many unknown key ids are sent", async () => {
  const { state, find, known, pass } = carrier("a");
  await known("a");
  const flood = (from: number) => Promise.all(Array.from({ length: 500 }, (_, i) => find(`guess-${from + i}`)));
  await flood(0);
  expect(state.calls).toHaveLength(1);
  pass(MINUTE_MS);
  await flood(500);
  await flood(1_000);
  expect(state.calls).toHaveLength(2);
});

it("keeps the keys that it has while the carrier's list cannot be had, for a week", async () => {
  const { state, find, known, pass } = carrier("a");
  await known("a");
  state.published = down();
  pass(12 * HOUR_MS);
  expect(await known("a")).toEqual(["a"]);
  pass(6 * 24 * HOUR_MS);
  expect(await known("a")).toEqual(["a"]);
  pass(12 * HOUR_MS);
  await expect(find("a")).rejects.toMatchObject({ name: "SigningKeysMissingError" });
});

it("says when to come back where there are no keys at all, and does not call meanwhile", async () => {
  const { state, find, known, pass } = carrier("a");
  state.published = down();
  await expect(find("a")).rejects.toMatchObject({ name: "SigningKeysMissingError", retryAfterSeconds: 10 });
  pass(4_000);
  await expect(find("a")).rejects.toMatchObject({ retryAfterSeconds: 6 });
  expect(state.calls).toHaveLength(1);
  state.published = ["a"];
  pass(6_000);
  expect(await known("a")).toEqual(["a"]);
});

it("waits as long as the carrier asks, but not for hours", async () => {
  const { state, find, pass } = carrier();
  state.published = down(30_000);
  await expect(find("a")).rejects.toMatchObject({ retryAfterSeconds: 30 });
  state.published = down(24 * HOUR_MS);
  pass(30_000);
  await expect(find("a")).rejects.toMatchObject({ retryAfterSeconds: 600 });
});

it("goes on after a fetch that breaks before it begins", async () => {
  const { state, find, known, pass } = carrier("a");
  state.published = new TypeError("A fault of ours.");
  await expect(find("a")).rejects.toMatchObject({ name: "SigningKeysMissingError" });
  state.published = ["a"];
  pass(10_000);
  expect(await known("a")).toEqual(["a"]);
});

it("forgets the keys of a connection whose settings were changed, and never mixes two connections", async () => {
  const { state, find } = carrier("a");
  const moved = { ...CONNECTION, credentials: { jwksUrl: "https://other.example" } };
  await find("a");
  await find("a", { ...CONNECTION, credentials: { ...CONNECTION.credentials } });
  await find("a", moved);
  await find("a", { ...moved, id: "con_2" });
  expect(state.calls).toEqual(["https://keys.example", "https://other.example", "https://other.example"]);
});
