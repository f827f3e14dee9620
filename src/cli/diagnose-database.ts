import { DEBT_WARN_HOURS } from "../ingest/poll-debt.js";
import { parseId } from "../runtime/ids.js";
import { SealError } from "../runtime/sealing.js";
import { listConnections } from "../store/connections.js";
import { type Health, listMissingTables, readDatabaseClock, readHealth } from "../store/health.js";
import { openCredentials } from "../store/open-credentials.js";
import { readSubscribing } from "../store/subscription-lookup.js";
import { CommandError } from "./command-error.js";
import { duration, readDebts } from "./describe-polling.js";
import { diagnoseStorage } from "./diagnose-storage.js";
import type { Finding } from "./finding.js";
import { type Installation, requireMigrated } from "./open-installation.js";
import { plainText, utcText } from "./table.js";

const SKEW_WARN_MS = 2_000;
/** Signed pushes and tokens are judged by our clock; a minute off, honest ones are refused. */
const SKEW_FAIL_MS = 60_000;
const WAITING_WARN_MS = 5 * 60_000;

const ROLES: Readonly<Record<Installation["databaseRole"], string>> = {
  server: "at DATABASE_URL",
  client: "the embedded one of a running waybill",
  supervisor: "the embedded one, started for this look",
};

/** What the database says about itself, about what waits and about what is in trouble. */
export async function diagnoseDatabase(installation: Installation): Promise<Finding[]> {
  const { db, config, databaseRole } = installation;
  const skew = await clockSkew(installation);
  const pending = await pendingMigrations(installation);
  if (pending.level === "fail") return [pending, skew];
  const health = await readHealth(db.pool, config.workerDeadAfterSeconds);
  const sentence = `PostgreSQL ${health.serverVersion}, ${ROLES[databaseRole]}.`;
  return [
    { check: "database", level: "ok", sentence },
    pending,
    await partitions(installation),
    skew,
    ...(await connections(installation)),
    ...(await subscriptions(installation)),
    ...(await polling(installation)),
    workers(health),
    queue(health, installation.now()),
    parked(health),
    codes(health),
    messages(health),
    ...(await diagnoseStorage(installation)),
  ];
}

async function pendingMigrations({ db }: Installation): Promise<Finding> {
  const check = "migrations";
  try {
    await requireMigrated(db);
    return { check, level: "ok", sentence: "The schema is that of this release." };
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    return { check, level: "fail", sentence: error.message };
  }
}

async function partitions({ db, now }: Installation): Promise<Finding> {
  const check = "partitions";
  const { partitionNames } = await import("../store/partitions.js");
  const [thisMonth, nextMonth] = [partitionNames(now(), 0), partitionNames(now(), 1)];
  const missing = await listMissingTables(db.pool, [...thisMonth, ...nextMonth]);
  if (missing.length === 0) return { check, level: "ok", sentence: "There is room for this month and the next." };
  const level = missing.some((name) => thisMonth.includes(name)) ? "fail" : "warn";
  return { check, level, sentence: `Missing: ${missing.join(", ")}. Run: waybill migrate` };
}

/** Half of the round trip is taken for the way there. */
async function clockSkew({ db, now }: Installation): Promise<Finding> {
  const check = "clocks";
  const askedAt = now();
  const databaseMs = await readDatabaseClock(db.pool);
  const skewMs = Math.round(databaseMs - (askedAt + now()) / 2);
  const size = Math.abs(skewMs);
  if (size < SKEW_WARN_MS) return { check, level: "ok", sentence: "This machine and the database agree on the time." };
  const sentence = `The database's clock is ${(size / 1000).toFixed(1)} s ${skewMs > 0 ? "ahead of" : "behind"} this machine's: let NTP set both.`;
  return { check, level: size < SKEW_FAIL_MS ? "warn" : "fail", sentence };
}

async function connections({ db, loadRing, now }: Installation): Promise<Finding[]> {
  const check = "connections";
  const all = (await listConnections(db.pool, null)).filter(({ enabled }) => enabled);
  if (all.length === 0) {
    const sentence = "There is none: add one with waybill connections add <connector> --store <id>.";
    return [{ check, level: "warn", sentence }];
  }
  const ring = await loadRing();
  const findings: Finding[] = [];
  for (const connection of all) {
    const { id, connector, blockedUntil, blockedReason } = connection;
    if (blockedUntil !== null && blockedUntil.getTime() > now()) {
      const why = blockedReason ?? "no reason noted";
      const sentence = `${id} (${connector}) is not called before ${utcText(blockedUntil)}: ${why}. Run: waybill connections check ${id}`;
      findings.push({ check, level: "warn", sentence });
    }
    try {
      openCredentials(ring, connection);
    } catch (error) {
      if (!(error instanceof SealError)) throw error;
      findings.push({
        check,
        level: "fail",
        sentence: `The credentials of ${id} (${connector}) cannot be opened: ${error.message}`,
      });
    }
  }
  return findings.length > 0 ? findings : [{ check, level: "ok", sentence: `${all.length} enabled, none blocked.` }];
}

async function subscriptions({ db }: Installation): Promise<Finding[]> {
  const check = "subscriptions";
  const all = await readSubscribing(db.pool);
  const findings: Finding[] = [];
  for (const { connectionId, connector, counts, pausedUntil, pausedReason } of all) {
    const name = `${connectionId} (${connector})`;
    if (pausedUntil !== null) {
      const why = plainText(pausedReason ?? "no reason noted");
      const sentence = `${name} is not asked for pushes before ${utcText(pausedUntil)}; its numbers are polled. ${why}`;
      findings.push({ check, level: "warn", sentence });
    }
    const failed = counts.failed ?? 0;
    if (failed > 0) {
      const sentence = `The carrier of ${name} refuses to push ${failed} numbers; they are polled. waybill track <number> says why.`;
      findings.push({ check, level: "warn", sentence });
    }
  }
  const pushed = all.reduce((sum, { counts }) => sum + (counts.subscribed ?? 0), 0);
  const sentence = `${pushed} numbers are pushed; those that are not are polled.`;
  return findings.length > 0 ? findings : [{ check, level: "ok", sentence }];
}

async function polling({ db }: Installation): Promise<Finding[]> {
  const check = "polling";
  const connections = await listConnections(db.pool, null);
  const debts = await readDebts(db.pool, connections, null);
  const findings = connections.flatMap(({ id, connector }): Finding[] => {
    const debt = debts.get(id);
    if (debt === undefined || debt.hoursToClear <= DEBT_WARN_HOURS) return [];
    const sentence = `${debt.due} numbers of ${id} (${connector}) wait to be asked about, ${debt.dueOnDeliveryDay} of them on delivery day: ${duration(debt.hoursToClear)} at its budget. Have pushes set up, or ask the carrier for more calls and say so with waybill connections update.`;
    return [{ check, level: "warn", sentence }];
  });
  const due = [...debts.values()].reduce((sum, debt) => sum + debt.due, 0);
  return findings.length > 0
    ? findings
    : [{ check, level: "ok", sentence: `${due} numbers are due, and the calls suffice.` }];
}

function workers({ workers: living }: Health): Finding {
  const check = "processes";
  if (living > 0) return { check, level: "ok", sentence: `${living} running.` };
  return { check, level: "warn", sentence: "None is running: start one with waybill start." };
}

function queue({ waiting, oldestWaitingId }: Health, nowMs: number): Finding {
  const check = "queue";
  if (waiting === 0) return { check, level: "ok", sentence: "No carrier message waits." };
  const since = (oldestWaitingId === null ? null : parseId(oldestWaitingId))?.createdAt ?? nowMs;
  const waited = `${waiting} carrier messages wait, the oldest for ${Math.max(0, Math.round((nowMs - since) / 1000))} s`;
  if (nowMs - since < WAITING_WARN_MS) return { check, level: "ok", sentence: `${waited}.` };
  return {
    check,
    level: "warn",
    sentence: `${waited}: see that a process with the role normalize is running, and its log.`,
  };
}

function parked({ parked: count }: Health): Finding {
  const check = "parked";
  if (count === 0) return { check, level: "ok", sentence: "No carrier message is parked." };
  return { check, level: "warn", sentence: `${count} carrier messages could not be read. See: waybill parked list` };
}

function codes({ unmappedCodes }: Health): Finding {
  const check = "codes";
  if (unmappedCodes === 0) return { check, level: "ok", sentence: "Every code that carriers sent is known." };
  const sentence = `Carriers sent ${unmappedCodes} codes that Waybill does not know; their scans are kept and move nothing. See waybill carriers --unmapped, and please report them.`;
  return { check, level: "warn", sentence };
}

function messages({ unknownMessages }: Health): Finding {
  const check = "messages";
  if (unknownMessages === 0) return { check, level: "ok", sentence: "No message's fate is unknown." };
  const sentence = `Nobody knows whether ${unknownMessages} messages left. List them with waybill messages, send one again with waybill messages resend <id>.`;
  return { check, level: "warn", sentence };
}
