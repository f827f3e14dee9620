import { randomInt } from "node:crypto";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Pool } from "undici";
import { afterAll, beforeAll, expect, it } from "vitest";
import { openStore } from "../../src/compose/open-store.js";
import { readConfig } from "../../src/runtime/config.js";
import { silentLogger } from "../../src/runtime/logger.js";
import { loadKeyRing } from "../../src/runtime/secret-key.js";
import { type Burst, type BurstPush, buildBurst } from "../../src/sandbox/burst.js";
import { type Database, openDatabase } from "../../src/store/database.js";
import { openEmbedded } from "../../src/store/embedded/open-embedded.js";
import { migrate } from "../../src/store/migrate.js";
import { addMailedStore } from "../support/mailed-store.js";
import { takeOrderOf } from "../support/orders.js";
import { proveMails } from "../support/prove-mails.js";
import { proveEveryScan, proveOrder, waitUntilSettled } from "../support/prove-pipeline.js";
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
    await waitUntilSettled(db, 180_000);
    await proveEveryScan(db, bursts);
    await proveOrder(db, bursts);
    const told = await proveMails(db, mailFile, { unknownAtMost: ROUNDS * SEND_CONCURRENCY });
    process.stdout.write(`chaos: ${ROUNDS} kills, ${JSON.stringify(told)}\n`);
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
  const ring = await loadKeyRing(config, config.dataDir);
  ({ storeId, connectionId } = await addMailedStore(store.db, ring, {
    pushSecret: SECRET,
    smtpPort: catcher.smtpPort,
  }));
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
    await takeOrderOf(db, storeId, {
      number: `R${round}-${index}`,
      customer: { email: `r${round}-${index}@customers.example` },
      shipments: [{ carrier: "fedex", trackingNumber }],
    });
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
