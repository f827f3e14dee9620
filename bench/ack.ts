// How many pushes a second are acknowledged durably, beside the same server that stores nothing and one insert per request?
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { addConnection } from "../src/ingest/add-connection.js";
import { createIdSource } from "../src/runtime/ids.js";
import { sealingKey } from "../src/runtime/sealing.js";
import { insertStore } from "../src/store/stores.js";
import { ackReport, JUDGED_CONNECTIONS, type RawRound } from "./ack/ack-report.js";
import { VARIANTS, type Variant } from "./ack/intake-variants.js";
import { type BenchChild, emptyTables, endChild, measureRound, type Round, startChild } from "./ack/measure-round.js";
import { insertRaw, toCarrierMessages } from "./ack/raw-inserts.js";
import { type PushTarget, writeSignedPushes } from "./ack/signed-pushes.js";
import { type BenchDatabase, startBenchDatabase } from "./support/bench-database.js";
import { type BenchFlags, printReport, readFlags, say } from "./support/bench-report.js";
import { cpuSecondsOf } from "./support/cpu-seconds.js";

const FULL = { rounds: 5, connections: [1, 16, JUDGED_CONNECTIONS, 256], seconds: 4, pushes: 110_000, raw: 50_000 };
const SMOKE = { rounds: 1, connections: [1, JUDGED_CONNECTIONS], seconds: 1, pushes: 30_000, raw: 2_000 };
const RAW = { batch: 500, inFlight: 3 };

const flags = readFlags(process.argv.slice(2));
const plan = flags.smoke ? SMOKE : FULL;
const newId = createIdSource({ now: Date.now, randomBytes });
const database = await startBenchDatabase(RAW.inFlight + 1);
const children: BenchChild[] = [];
try {
  await main(database, flags);
} finally {
  await Promise.all(children.map(endChild));
  await database.stop();
}

async function main(database: BenchDatabase, flags: BenchFlags): Promise<void> {
  const key = randomBytes(32);
  const targets = await addConnections(database, key);
  const file = join(database.directory, "pushes");
  say(`Preparing ${plan.pushes} signed pushes.`);
  const pushes = await writeSignedPushes(file, plan.pushes, targets, Date.now());
  const messages = await toCarrierMessages(pushes.bodies.slice(0, plan.raw), newId);
  const env = {
    PATH: process.env.PATH,
    DATABASE_URL: database.url,
    WAYBILL_SECRET_KEY: key.toString("base64"),
    WAYBILL_ROLES: "ingest",
    PORT: "0",
  };
  const load = await start(new URL("./ack/load-process.js", import.meta.url), [file], env);
  const servers = new Map<Variant, BenchChild>();
  const serverModule = new URL("./ack/push-server-process.js", import.meta.url);
  for (const variant of VARIANTS) servers.set(variant, await start(serverModule, [variant], env));

  const rounds: Round[] = [];
  const raw: RawRound[] = [];
  for (let number = 0; number <= plan.rounds; number += 1) {
    say(number === 0 ? "Warming up." : `Round ${number} of ${plan.rounds}.`);
    for (const connections of number === 0 ? [JUDGED_CONNECTIONS] : plan.connections) {
      for (const variant of rotate(VARIANTS, number)) {
        const server = servers.get(variant);
        if (server === undefined) continue;
        const round = await measureRound(database, load, server, variant, { connections, seconds: plan.seconds });
        if (number > 0) rounds.push(round);
      }
    }
    await emptyTables(database);
    const before = cpuSecondsOf(database.pid);
    const { perSecond, clientCpuSeconds } = await insertRaw(database.db, messages, RAW);
    const per10k = 10_000 / messages.length;
    const databaseCpu = (cpuSecondsOf(database.pid) - before) * per10k;
    if (number > 0) raw.push({ perSecond, clientCpu: clientCpuSeconds * per10k, databaseCpu });
  }
  const { rounds: count, connections, seconds } = plan;
  const setting = { rounds: count, connections, seconds, raw: RAW, averageBytes: pushes.averageBytes };
  printReport(ackReport(rounds, raw, setting), flags);
}

async function start(module: URL, args: readonly string[], env: NodeJS.ProcessEnv): Promise<BenchChild> {
  const child = await startChild(module, args, env);
  children.push(child);
  return child;
}

async function addConnections({ db }: BenchDatabase, key: Uint8Array) {
  const storeId = newId("sto");
  await insertStore(db.pool, { id: storeId, name: "Nordlicht", brand: {}, language: "en", timeZone: "UTC" });
  const ring = { current: sealingKey(key), old: [] };
  const add = async (connector: "fedex" | "ups", field: string): Promise<PushTarget> => {
    const connectionId = newId("con");
    const secret = randomBytes(24).toString("base64url");
    const row = { id: connectionId, storeId, family: "carrier" as const, connector, label: connector };
    await addConnection(db.pool, ring, { ...row, credentials: { [field]: secret } }, []);
    return { connectionId, secret };
  };
  return { fedex: await add("fedex", "pushToken"), ups: await add("ups", "pushSecret") };
}

/** No variant is always the first of its round. */
function rotate<Item>(items: readonly Item[], by: number): Item[] {
  const at = by % items.length;
  return [...items.slice(at), ...items.slice(0, at)];
}
