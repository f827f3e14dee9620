import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { hashSecret, newApiKey } from "../../src/runtime/random-secrets.js";
import { loadKeyRing } from "../../src/runtime/secret-key.js";
import { insertApiKey } from "../../src/store/api-keys.js";
import type { Database } from "../../src/store/database.js";
import { createTestDatabase } from "./database.js";
import { addMailedStore, type MailedStore } from "./mailed-store.js";
import { createRoleProcess, type RoleProcess } from "./role-process.js";
import { newId } from "./store-fixture.js";
import { startMailCatcherProcess } from "./waybill-process.js";

/** How many mails one notify process has in hand at most. */
export const SEND_CONCURRENCY = 4;
export const PUSH_SECRET = "chaos-secret";
/** The mail server takes its time, so that whoever is killed is likely to have mails in hand. */
const MAIL_DELAY_MS = 50;
const SLOW_MAILS = 10_000;

/** One installation whose roles are processes of their own; PostgreSQL outlives them all. */
export interface SplitInstallation extends MailedStore {
  readonly db: Database;
  readonly apiKey: string;
  /** Every mail that was accepted (`readAcceptances`). */
  readonly mailFile: string;
  /** A process to be started. What was not stopped is killed by `close`. */
  role(roles: string): RoleProcess;
  /** Of all processes: lives that ended although nobody had asked for it. */
  deaths(): readonly string[];
  /** Of all processes: what they wrote to standard error. */
  log(): string;
  close(): Promise<void>;
}

/** Makes a database with a store in it, and a mail server; no role runs yet. Dead processes are found out within seconds. */
export async function openSplitInstallation(): Promise<SplitInstallation> {
  const database = await createTestDatabase();
  const { url, db } = database;
  const directory = mkdtempSync(join(tmpdir(), "waybill-chaos-"));
  const mailFile = join(directory, "mails.jsonl");
  const catcher = await startMailCatcherProcess(mailFile);
  await fetch(`${catcher.url}/_sandbox/faults`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ kind: "slow", calls: SLOW_MAILS, delayMs: MAIL_DELAY_MS }),
  });
  const secretKey = randomBytes(32);
  const ring = await loadKeyRing({ secretKey, secretKeysOld: [] }, directory);
  const store = await addMailedStore(db, ring, { pushSecret: PUSH_SECRET, smtpPort: catcher.smtpPort });
  const apiKey = newApiKey();
  const key = { id: newId("key"), storeId: store.storeId, keyHash: hashSecret(apiKey), label: "shop" };
  await insertApiKey(db.pool, key);
  const env = {
    DATABASE_URL: url,
    WAYBILL_SECRET_KEY: secretKey.toString("base64"),
    WAYBILL_PUBLIC_URL: "https://track.example.com",
    WAYBILL_DATABASE_POOL_SIZE: "6",
    WAYBILL_HEARTBEAT_SECONDS: "1",
    WAYBILL_WORKER_DEAD_AFTER_SECONDS: "3",
    WAYBILL_NORMALIZE_LEASE_SECONDS: "5",
    WAYBILL_SEND_CONCURRENCY: String(SEND_CONCURRENCY),
    WAYBILL_LOG_LEVEL: "warn",
  };
  const processes: RoleProcess[] = [];

  return {
    ...store,
    db,
    apiKey,
    mailFile,
    role(roles) {
      const process = createRoleProcess(roles, env);
      processes.push(process);
      return process;
    },
    deaths: () => processes.flatMap(({ deaths }) => deaths),
    log: () => processes.map((process) => process.log()).join(""),
    async close() {
      await Promise.all(processes.map((process) => process.kill()));
      catcher.child.kill("SIGTERM");
      await catcher.ended;
      await database.drop();
      rmSync(directory, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
    },
  };
}
