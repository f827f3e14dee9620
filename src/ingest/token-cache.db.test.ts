import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createTestDatabase, type TestDatabase } from "../../test/support/database.js";
import { addStore } from "../../test/support/store-fixture.js";
import type { AccessToken } from "../connectors/carriers/contract.js";
import { silentLogger } from "../runtime/logger.js";
import { sealingKey } from "../runtime/sealing.js";
import { type Database, openDatabase } from "../store/database.js";
import { createTokenCache } from "./token-cache.js";

const NOW = Date.parse("2026-03-04T12:00:00Z");
const HOUR_MS = 3_600_000;
const RING = { current: sealingKey(Buffer.alloc(32, 1)), old: [] };

let test: TestDatabase;
let other: Database;
let connectionId: string;

beforeAll(async () => {
  test = await createTestDatabase();
  other = await openDatabase({ url: test.url, applicationName: "other-process", poolSize: 5, log: silentLogger });
});
beforeEach(async () => {
  connectionId = (await addStore(test.db)).connections.fedex ?? "";
});
afterAll(async () => {
  await other.close();
  await test.drop();
});

const cacheOf = (db: Database, { nowMs = NOW, ring = RING } = {}) =>
  createTokenCache(db, ring, connectionId, () => nowMs);

/** A carrier's token endpoint that counts its calls and whether two were ever at once. */
function tokenEndpoint(expiresAt = NOW + HOUR_MS) {
  const calls = { made: 0, running: 0, most: 0 };
  const obtain = async (): Promise<AccessToken> => {
    calls.made += 1;
    calls.running += 1;
    calls.most = Math.max(calls.most, calls.running);
    // Whoever could overtake gets the chance to.
    await test.db.pool.query("select 1");
    calls.running -= 1;
    return { value: `token-${calls.made}`, expiresAt };
  };
  return { calls, obtain };
}

describe("the token cache", () => {
  it("asks once, however many ask in two processes at the same time", async () => {
    const { calls, obtain } = tokenEndpoint();
    const caches = [
      cacheOf(test.db),
      cacheOf(other),
      cacheOf(test.db),
      cacheOf(other),
      cacheOf(test.db),
      cacheOf(other),
    ];
    const tokens = await Promise.all(caches.map((cache) => cache.get(obtain)));
    expect(new Set(tokens.map(({ value }) => value))).toEqual(new Set(["token-1"]));
    expect(calls).toEqual({ made: 1, running: 0, most: 1 });
    expect((await cacheOf(other).get(obtain)).value).toBe("token-1");
    expect(calls.made).toBe(1);
  });

  it("renews a refused token once for all who met the refusal", async () => {
    const { calls, obtain } = tokenEndpoint();
    const stale = await cacheOf(test.db).get(obtain);
    const renewed = await Promise.all(
      [cacheOf(test.db), cacheOf(other), cacheOf(other)].map((cache) => cache.refresh(stale, obtain)),
    );
    expect(renewed.map(({ value }) => value)).toEqual(["token-2", "token-2", "token-2"]);
    expect(calls).toEqual({ made: 2, running: 0, most: 1 });
    expect((await cacheOf(other).get(obtain)).value).toBe("token-2");
  });

  it("renews a token before it ends, not only after", async () => {
    const { calls, obtain } = tokenEndpoint(NOW + HOUR_MS);
    await cacheOf(test.db).get(obtain);
    await cacheOf(test.db, { nowMs: NOW + HOUR_MS - 101_000 }).get(obtain);
    expect(calls.made).toBe(1);
    await cacheOf(test.db, { nowMs: NOW + HOUR_MS - 100_000 }).get(obtain);
    expect(calls.made).toBe(2);
  });

  it("keeps nothing of an attempt that failed: the next one asks", async () => {
    const { calls, obtain } = tokenEndpoint();
    await expect(cacheOf(test.db).get(() => Promise.reject(new Error("locked out")))).rejects.toThrow("locked out");
    expect((await cacheOf(other).get(obtain)).value).toBe("token-1");
    expect(calls.made).toBe(1);
  });

  it("keeps tokens sealed, for their own connection only, and takes one under a lost key for none", async () => {
    const { calls, obtain } = tokenEndpoint();
    await cacheOf(test.db).get(async () => ({ value: "heather-and-gorse", expiresAt: NOW + HOUR_MS }));
    const { rows } = await test.db.pool.query<{ sealed: Buffer }>(
      `select token_sealed as sealed from connection_tokens where connection_id = $1`,
      [connectionId],
    );
    expect(rows[0]?.sealed.length).toBeGreaterThan(40);
    expect(rows[0]?.sealed.toString("latin1")).not.toContain("heather");
    expect(Buffer.from(rows[0]?.sealed.toString() ?? "", "base64").toString("latin1")).not.toContain("heather");

    const sealed = rows[0]?.sealed;
    connectionId = (await addStore(test.db)).connections.fedex ?? "";
    await test.db.pool.query(
      `insert into connection_tokens (connection_id, token_sealed, expires_at) values ($1, $2, $3)`,
      [connectionId, sealed, new Date(NOW + HOUR_MS)],
    );
    expect((await cacheOf(test.db).get(obtain)).value).toBe("token-1");
    const lost = { current: sealingKey(Buffer.alloc(32, 2)), old: [] };
    expect((await cacheOf(test.db, { ring: lost }).get(obtain)).value).toBe("token-2");
    expect(calls.made).toBe(2);
  });
});
