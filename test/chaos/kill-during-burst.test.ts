import { randomInt } from "node:crypto";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Pool } from "undici";
import { afterAll, beforeAll, expect, it } from "vitest";
import { openStore } from "../../src/compose/open-store.js";
import { newOrder } from "../../src/orders/new-order.js";
import { takeOrder } from "../../src/orders/take-order.js";
import { readConfig } from "../../src/runtime/config.js";
import { silentLogger } from "../../src/runtime/logger.js";
import { loadKeyRing } from "../../src/runtime/secret-key.js";
import { type Burst, type BurstPush, buildBurst } from "../../src/sandbox/burst.js";
import { countAcceptances } from "../../src/sandbox/mail-catcher/acceptance-log.js";
import { insertConnection } from "../../src/store/connections.js";
import { type Database, openDatabase } from "../../src/store/database.js";
import { openEmbedded } from "../../src/store/embedded/open-embedded.js";
import { migrate } from "../../src/store/migrate.js";
import { sealCredentials } from "../../src/store/open-credentials.js";
import { insertStore } from "../../src/store/stores.js";
import { newId, ordersFor } from "../support/store-fixture.js";
import { startMailCatcherProcess, startWaybillProcess } from "../support/waybill-process.js";

/*
 * `waybill start` is killed with SIGKILL in the middle of a burst of signed pushes, started again, and so on; the
 * embedded PostgreSQL is orphaned and adopted each time. At the end nothing that was acknowledged may be missing, nothing may be
 * told twice, and every piece of news must be accounted for.
 */
const ROUNDS = Number(process.env.WAYBILL_TEST_CHAOS_ROUNDS ?? 20);
const PUSHES = 5_000;
const PARCELS = 500;
const REGISTERED = 40;
const SEND_CONCURRENCY = 4;
const CONNECTIONS = 32;
const SECRET = "chaos-secret";

const directory = mkdtempSync(join(tmpdir(), "waybill-chaos-"));
// The embedded PostgreSQL runs as another account when the tests run as root.
chmodSync(directory, 0o755);
const env = {
  WAYBILL_DATA_DIR: join(directory, "data"),
  WAYBILL_HEARTBEAT_SECONDS: "1",
  WAYBILL_WORKER_DEAD_AFTER_SECONDS: "2",
  WAYBILL_NORMALIZE_LEASE_SECONDS: "5",
  WAYBILL_SEND_CONCURRENCY: String(SEND_CONCURRENCY),
  WAYBILL_ROLES: "ingest,normalize,notify,page,api,sweep",
  WAYBILL_LOG_LEVEL: "warn",
};
const mailFile = join(directory, "mails.jsonl");
let catcher: Awaited<ReturnType<typeof startMailCatcherProcess>>;
let storeId = "";
let connectionId = "";
let port = "";

beforeAll(async () => {
  catcher = await startMailCatcherProcess(mailFile);
  await prepareStore();
});

afterAll(async () => {
  catcher.child.kill("SIGTERM");
  await catcher.ended;
  rmSync(directory, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
});

it(
  `loses nothing and tells nothing twice over ${ROUNDS} kills`,
  async () => {
    const bursts: Burst[] = [];
    let waybill = await startServer();
    const db = await attach();
    for (let round = 0; round < ROUNDS; round++) {
      const burst = buildBurst({
        carrier: "fedex",
        pushes: PUSHES,
        parcels: PARCELS,
        seed: round,
        secret: SECRET,
        endAt: Date.now(),
        firstSerial: round * PARCELS,
      });
      bursts.push(burst);
      await registerOrders(db, round, [...burst.expected.keys()].slice(0, REGISTERED));

      const killAfter = randomInt(PUSHES / 10, (PUSHES * 9) / 10);
      const left = await push(burst.pushes, waybill.url, killAfter, () => waybill.child.kill("SIGKILL"));
      await waybill.ended;
      waybill = await startServer();
      // A carrier that got no answer sends again.
      expect(await push(left, waybill.url, null, () => undefined)).toEqual([]);
    }
    await settled(db);
    await expectEveryScan(db, bursts);
    await expectHonestLog(db);
    await db.close();
    waybill.child.kill("SIGTERM");
    expect(await waybill.ended, waybill.log()).toBe(0);
  },
  20 * 60_000,
);

async function prepareStore(): Promise<void> {
  const config = readConfig(env);
  const store = await openStore(config, "waybill-chaos", 4, silentLogger);
  await migrate(store.db, Date.now());
  storeId = newId("sto");
  connectionId = newId("con");
  const smtpId = newId("con");
  const ring = await loadKeyRing(config, config.dataDir);
  await insertStore(store.db.pool, { id: storeId, name: "Nordlicht", brand: {}, language: "en", timeZone: "UTC" });
  const fedex = { clientId: "a", clientSecret: "b", pushToken: SECRET };
  const smtp = {
    host: "127.0.0.1",
    port: String(catcher.smtpPort),
    tls: "none",
    fromAddress: "orders@nordlicht.example",
  };
  await insertConnection(store.db.pool, {
    id: connectionId,
    storeId,
    family: "carrier",
    connector: "fedex",
    label: "",
    credentialsSealed: sealCredentials(ring, connectionId, fedex),
  });
  await insertConnection(store.db.pool, {
    id: smtpId,
    storeId,
    family: "channel",
    connector: "smtp",
    label: "",
    credentialsSealed: sealCredentials(ring, smtpId, smtp),
  });
  await store.close();
}

async function startServer() {
  const started = await startWaybillProcess(["start", "--json"], { ...env, PORT: port === "" ? "0" : port });
  const { url } = JSON.parse(started.firstLine) as { url: string };
  port = new URL(url).port;
  return { ...started, url };
}

/** A connection of the test's own to the database that the server under test supervises. */
async function attach(): Promise<Database> {
  const { url, role } = await openEmbedded({ dataDirectory: env.WAYBILL_DATA_DIR, log: silentLogger });
  expect(role).toBe("client");
  return openDatabase({ url, applicationName: "waybill-chaos", poolSize: 4, log: silentLogger });
}

async function registerOrders(db: Database, round: number, numbers: readonly string[]): Promise<void> {
  for (const [index, trackingNumber] of numbers.entries()) {
    const order = newOrder.parse({
      number: `R${round}-${index}`,
      customer: { email: `r${round}-${index}@customers.example` },
      shipments: [{ carrier: "fedex", trackingNumber }],
    });
    await db.transaction((tx) => takeOrder(tx, storeId, order, ordersFor(db)));
  }
}

/** Sends pushes over some connections; calls `kill` once enough are acknowledged. Returns those that got no 200. */
async function push(
  pushes: readonly BurstPush[],
  url: string,
  killAfter: number | null,
  kill: () => void,
): Promise<BurstPush[]> {
  const pool = new Pool(url, { connections: CONNECTIONS, pipelining: 1 });
  const left: BurstPush[] = [];
  let next = 0;
  let acknowledged = 0;
  let killed = false;
  const send = async () => {
    for (let index = next++; index < pushes.length; index = next++) {
      const item = pushes[index];
      if (item === undefined) return;
      const ok = !killed && (await acknowledge(pool, item));
      if (!ok) left.push(item);
      else acknowledged++;
      if (killAfter !== null && acknowledged >= killAfter && !killed) {
        killed = true;
        kill();
      }
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, send));
  await pool.destroy();
  return left;
}

async function acknowledge(pool: Pool, { body, headers }: BurstPush): Promise<boolean> {
  try {
    const answer = await pool.request({ method: "POST", path: `/hooks/fedex/${connectionId}`, headers, body });
    await answer.body.dump();
    return answer.statusCode === 200;
  } catch {
    return false;
  }
}

/** Waits until no message waits, no job waits and no mail is queued or in hand. */
async function settled(db: Database): Promise<void> {
  await expect
    .poll(
      async () => {
        const { rows } = await db.pool.query<{ messages: number; jobs: number; mails: number }>(
          `select (select count(*)::int from carrier_message_queue) as messages,
             (select count(*)::int from graphile_worker._private_jobs) as jobs,
             (select count(*)::int from messages where state in ('queued', 'sending')) as mails`,
        );
        return rows[0];
      },
      { timeout: 180_000, interval: 250 },
    )
    .toEqual({ messages: 0, jobs: 0, mails: 0 });
}

async function expectEveryScan(db: Database, bursts: readonly Burst[]): Promise<void> {
  const { rows } = await db.pool.query<{ number: string; minutes: number[] }>(
    `select tracking_number as number, array_agg(floor(extract(epoch from occurred_at) / 60)::int order by occurred_at) as minutes
     from scan_events group by tracking_number`,
  );
  const got = new Map(rows.map(({ number, minutes }) => [number, minutes]));
  for (const { expected } of bursts) {
    for (const [number, scans] of expected)
      expect(got.get(number)).toEqual(scans.map(({ occurredAt }) => Math.floor(occurredAt / 60_000)));
  }
  const parked = await db.pool.query(`select reason from parked_messages`);
  expect(parked.rows).toEqual([]);
}

async function expectHonestLog(db: Database): Promise<void> {
  const { rows: news } = await db.pool.query<{ expected: number }>(
    `select (select count(*)::int from orders) + (select count(*)::int from transitions where announced) as expected`,
  );
  const { rows: states } = await db.pool.query<{ state: string; n: number }>(
    `select state, count(*)::int as n from messages group by state`,
  );
  const count = Object.fromEntries(states.map(({ state, n }) => [state, n]));
  const { rows } = await db.pool.query<{ id: string; state: string }>(
    `select id, state from messages where state in ('sent', 'unknown')`,
  );
  const stateOf = new Map(rows.map(({ id, state }) => [`<${id}@nordlicht.example>`, state]));
  const acceptances = await countAcceptances(mailFile);

  expect([...acceptances.values()].filter((times) => times > 1)).toEqual([]);
  // What arrived was sent, or its outcome was lost with the worker; what counts as sent did arrive.
  expect([...acceptances.keys()].filter((id) => !stateOf.has(id))).toEqual([]);
  expect([...stateOf].filter(([id, state]) => state === "sent" && !acceptances.has(id))).toEqual([]);
  const { sent = 0, unknown = 0, suppressed = 0, merged = 0, ...others } = count;
  expect(others).toEqual({});
  expect(sent + unknown + suppressed + merged).toBe(news[0]?.expected);
  expect(unknown).toBeLessThanOrEqual(ROUNDS * SEND_CONCURRENCY);
  expect(sent).toBeGreaterThan(0);
  process.stdout.write(
    `chaos: ${ROUNDS} kills, news ${news[0]?.expected} = sent ${sent} + suppressed ${suppressed} + merged ${merged} + unknown ${unknown}\n`,
  );
}
