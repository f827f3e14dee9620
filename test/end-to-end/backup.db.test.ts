import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Logger, runMigrations, runOnce } from "graphile-worker";
import pg from "pg";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { silentLogger } from "../../src/runtime/logger.js";
import { BackupError, type BackupSource } from "../../src/store/backup/backup-source.js";
import { countUnopenable } from "../../src/store/backup/check-sealed.js";
import { moveDatabase } from "../../src/store/backup/move-database.js";
import { withSnapshot } from "../../src/store/backup/open-snapshot.js";
import { isKept, ownNames } from "../../src/store/backup/own-tables.js";
import { openBackup } from "../../src/store/backup/read-backup.js";
import { type RestoreOptions, restoreDatabase } from "../../src/store/backup/restore-database.js";
import { writeBackup } from "../../src/store/backup/write-backup.js";
import { type Database, openDatabase } from "../../src/store/database.js";
import { applyMigration, listPendingMigrations, readMigrations } from "../../src/store/migrate.js";
import { insertStore } from "../../src/store/stores.js";
import { beatWorker } from "../../src/store/workers.js";
import {
  createEmptyDatabase,
  createTestDatabase,
  describeEachPostgres,
  type TestDatabase,
} from "../support/database.js";
import { FILLED_RING, type FilledStore, fillStore, readWhole } from "../support/filled-store.js";
import { upsSays } from "../support/replay.js";
import { addStore, intakeFor, newId, normalizerFor } from "../support/store-fixture.js";

const MADE = { waybill: "0.1.0", nowMs: Date.parse("2026-03-02T08:00:00Z") };
const OPTIONS: RestoreOptions = {
  nowMs: Date.now(),
  replace: false,
  force: false,
  deadAfterSeconds: 15,
  onRows: () => undefined,
};
const LEFT_OUT = ["workers", "leases", "connection_tokens"];

describeEachPostgres("a backup", (kind) => {
  let folder: string;
  let source: TestDatabase;
  let filled: FilledStore;
  let before: Record<string, readonly string[]>;
  let file: string;
  let target: { readonly db: Database; readonly url: string };
  const ends: (() => Promise<void>)[] = [];

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "waybill-backup-"));
    source = await createTestDatabase(kind);
    filled = await fillStore(source.db);
    before = await readWhole(source.db, [...LEFT_OUT, "schema_migrations"]);
    file = join(folder, "nightly");
    await withSnapshot(source.db, MADE, (snapshot) => writeBackup(snapshot, file, { onRows: () => undefined }));
  });
  beforeEach(async () => {
    target = await openEmpty();
  });
  afterAll(async () => {
    for (const end of ends) await end();
    await source.drop();
    rmSync(folder, { recursive: true });
  });

  async function openEmpty(): Promise<{ readonly db: Database; readonly url: string }> {
    const empty = await createEmptyDatabase(kind);
    const db = await openDatabase({ url: empty.url, applicationName: "backup-test", poolSize: 4, log: silentLogger });
    ends.push(async () => {
      await db.close();
      await empty.drop();
    });
    return { db, url: empty.url };
  }
  const restore = async (more: Partial<RestoreOptions> = {}, from?: BackupSource) =>
    restoreDatabase(target.db, from ?? (await openBackup(file, { onBytes: () => undefined })), { ...OPTIONS, ...more });
  const whole = () => readWhole(target.db, [...LEFT_OUT, "schema_migrations"]);

  it("knows every table that the migrations make", async () => {
    const { rows } = await source.db.pool.query<{ name: string }>(
      `select relname::text as name from pg_class
       where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and not relispartition`,
    );
    const own = ownNames(await readMigrations());
    expect(own.tables.toSorted()).toEqual(rows.map(({ name }) => name).toSorted());
    expect(own.tables.filter((name) => !isKept(name)).toSorted()).toEqual(
      ["schema_migrations", ...LEFT_OUT].toSorted(),
    );
  });

  it("brings every row of every table back, and tables, constraints, indexes, triggers and waiting jobs as they were", async () => {
    const progress: [number, number][] = [];
    expect(await restore({ onRows: (done, total) => progress.push([done, total]) })).toEqual([]);
    const after = await whole();
    expect(Object.keys(after)).toEqual(Object.keys(before));
    for (const [table, rows] of Object.entries(before)) expect({ [table]: after[table] }).toEqual({ [table]: rows });
    for (const table of [
      "orders",
      "scan_events",
      "transitions",
      "messages",
      "carrier_message_queue",
      "parked_messages",
    ])
      expect(before[table], table).not.toEqual([]);
    expect(before["#jobs"]?.join()).toContain(filled.untold[0]);
    expect(progress.at(-1)?.[0]).toBe(progress.at(-1)?.[1]);
    expect(await listPendingMigrations(target.db)).toEqual([]);
    expect(await countUnopenable(target.db.pool, FILLED_RING)).toMatchObject({ unopenable: 6 });
    expect(await countUnopenable(target.db.pool, null)).toEqual({ sealed: 7, unopenable: 7 });
  });

  it("is one to work on with: what was queued is read, jobs run, pushes come in, and numbers go on", async () => {
    await restore();
    const last = await numbers(target.db);
    const intake = intakeFor(target.db);
    const body = upsSays({ trackingNumber: "1X", type: "M", code: "MP", minute: 5 });
    await intake.record({ connectionId: filled.connections.ups ?? "", source: "push", body });
    await normalizerFor(target.db).drain();
    await addStore(target.db, "Another");
    const { rows } = await target.db.pool.query(
      `select tracking_number as number from scan_events where tracking_number in ('1X', '1Y') order by 1`,
    );
    expect(rows).toEqual([{ number: "1X" }, { number: "1Y" }]);
    const next = await numbers(target.db);
    const told: unknown[] = [];
    const taskList = { notify: async (payload: unknown) => void told.push(payload) };
    await runOnce({ pgPool: target.db.pool, taskList, logger: new Logger(() => () => undefined) });
    expect(JSON.stringify(told)).toContain(filled.untold[0]);
    expect(JSON.stringify(told)).toContain(filled.untold[1]);
    expect(next.transitions).toBeGreaterThan(last.transitions);
    expect(next.stores).toBeGreaterThan(last.stores);
  });

  it("is of one moment, however much is written while it is made, and a migration waits for its end", async () => {
    const name = newId("sto");
    const rows = await withSnapshot(source.db, MADE, async (snapshot) => {
      await insertStore(source.db.pool, { id: name, name, brand: {}, language: "en", timeZone: "UTC" });
      const { rows: locks } = await source.db.pool.query(`select pg_try_advisory_lock(7291001) as free`);
      expect(locks).toEqual([{ free: false }]);
      let text = "";
      for await (const { table, chunks } of snapshot.tables())
        for await (const chunk of chunks) if (table.name === "stores") text += chunk.toString("utf8");
      return text;
    });
    await source.db.pool.query(`delete from stores where id = $1`, [name]);
    expect(rows).toContain(filled.storeId);
    expect(rows).not.toContain(name);
  });

  it("comes in small pieces, however large a row is", async () => {
    const big = await createTestDatabase(kind);
    ends.push(() => big.drop());
    const { connections } = await addStore(big.db);
    await big.db.pool.query(
      `insert into carrier_messages (id, received_month, connection_id, source, body_hash, body, received_at)
       select 'msg_' || n, date_trunc('month', now() at time zone 'utc')::date, $1, 'push', sha256(n::text::bytea), decode(repeat('00ff', 2000000), 'hex'), now()
       from generate_series(1, 2) as n`,
      [connections.ups],
    );
    const large = join(folder, "large");
    let [bytes, largest, tables] = [0, 0, 0];
    const note = (chunk: Buffer) => {
      bytes += chunk.length;
      largest = Math.max(largest, chunk.length);
    };
    await withSnapshot(big.db, MADE, async (snapshot) => {
      for await (const { chunks } of snapshot.tables()) for await (const chunk of chunks) note(chunk);
    });
    await withSnapshot(big.db, MADE, (snapshot) => writeBackup(snapshot, large, { onRows: () => undefined }));
    for await (const { chunks } of (await openBackup(large, { onBytes: () => undefined })).tables()) {
      tables++;
      for await (const chunk of chunks) note(chunk);
    }
    expect(tables).toBeGreaterThan(20);
    expect(bytes).toBeGreaterThan(30_000_000);
    expect(largest).toBeLessThan(1_000_000);

    const stop = new AbortController();
    const broken = withSnapshot(big.db, MADE, (snapshot) =>
      writeBackup(snapshot, join(folder, "broken"), { onRows: () => stop.abort(), signal: stop.signal }),
    );
    await expect(broken).rejects.toThrow(/Stopped before the end/);
    const copying = `select from pg_stat_activity where datname = current_database() and query like 'copy%'`;
    await expect.poll(async () => (await big.db.pool.query(copying)).rowCount, { timeout: 20_000 }).toBe(0);
  });

  it("does not replace a store unless told to, and then replaces it altogether, to the last job", async () => {
    await restore();
    await addStore(target.db, "In the way");
    await expect(restore()).rejects.toThrow(/not empty/);
    await restore({ replace: true });
    expect(await whole()).toEqual(before);
  });

  it("changes nothing when it fails at the last moment", async () => {
    await restore();
    await addStore(target.db, "Stays");
    const then = [await whole(), await numbers(target.db)];
    const good = await openBackup(file, { onBytes: () => undefined });
    const failing: BackupSource = { ...good, identities: () => Promise.reject(new Error("no power")) };
    await expect(restore({ replace: true }, failing)).rejects.toThrow("no power");
    // An order whose store is not there: the foreign key that comes back finds it.
    const orphaned: BackupSource = {
      ...good,
      async *tables() {
        for await (const { table, chunks } of good.tables())
          if (table.name !== "orders") yield { table, chunks };
          else yield { table, chunks: replaced(chunks, filled.storeId, `${filled.storeId.slice(0, -1)}_`) };
      },
    };
    await expect(restore({ replace: true }, orphaned)).rejects.toThrow(/violates foreign key constraint/);
    expect([await whole(), await numbers(target.db)]).toEqual(then);
  });

  it("is refused while Waybill runs there, unless forced", async () => {
    await restore();
    await beatWorker(target.db.pool, { id: "wrk_1", roles: ["page"], jobWorkerIds: [] });
    await expect(restore({ replace: true })).rejects.toThrow(/Stop it first/);
    await restore({ replace: true, force: true });
    const starting = new pg.Client({ connectionString: target.url, application_name: "waybill" });
    await starting.connect();
    await expect(restore({ replace: true })).rejects.toThrow(/Stop it first/);
    await starting.end();
    // One that was killed is forgotten soon.
    await target.db.pool.query(
      `insert into workers (id, roles, beat_at) values ('wrk_2', 'page', now() - interval '16 seconds')`,
    );
    await expect.poll(() => restore({ replace: true }), { timeout: 60_000 }).toEqual([]);
  });

  it("leaves alone what is not Waybill's, and says when that is in the way", async () => {
    await restore();
    await target.db.pool.query(`create table notes (word text); insert into notes values ('kept')`);
    await restore({ replace: true });
    expect((await target.db.pool.query(`select word from notes`)).rows).toEqual([{ word: "kept" }]);
    await target.db.pool.query(`create view open_orders as select id from orders where closed_at is null`);
    await expect(restore({ replace: true })).rejects.toThrow(/not Waybill's depend/);
  });

  it("of an older release is brought up to this one, with what migrations make of its rows", async () => {
    const older = await openEmpty();
    const migrations = await readMigrations();
    await older.db.transaction(async (tx) => {
      for (const migration of migrations.slice(0, 2)) await applyMigration(tx, migration);
      await tx.query(`insert into stores (id, name) values ('sto_1', 'Old')`);
      await tx.query(
        `insert into connections (id, store_id, family, connector, label, credentials_sealed) values ('con_1', 'sto_1', 'carrier', 'ups', 'UPS', 'x')`,
      );
      await tx.query(`insert into orders (id, store_id, number, placed_at) values ('ord_1', 'sto_1', 'N-1', now())`);
      await tx.query(
        `insert into shipments (id, store_id, order_id, connection_id, carrier, tracking_number, shipment_month, next_poll_at)
         values ('shp_1', 'sto_1', 'ord_1', 'con_1', 'ups', '1Z1', '2025-11-01', now())`,
      );
      await tx.query(
        `create table scan_events_2025_11 partition of scan_events for values from ('2025-11-01') to ('2025-12-01')`,
      );
      await tx.query(
        `insert into scan_events (shipment_id, shipment_month, identity, digest, carrier, tracking_number, scan_code, carrier_code, carrier_text, zone, precision, meaning, message_id, message_month, received_at)
         values ('shp_1', '2025-11-01', 'i', 'd', 'ups', '1Z1', 'x', 'x', '', 'unknown', 'none', 'unmapped', 'msg_1', '2025-11-01', now())`,
      );
    });
    await runMigrations({ pgPool: older.db.pool });
    const old = join(folder, "older");
    await withSnapshot(older.db, MADE, (snapshot) => writeBackup(snapshot, old, { onRows: () => undefined }));
    const migrated = await restore({}, await openBackup(old, { onBytes: () => undefined }));
    expect(migrated).toEqual(migrations.slice(2).map(({ name }) => name));
    expect(await listPendingMigrations(target.db)).toEqual([]);
    const { rows } = await target.db.pool.query(
      `select s.id, u.state, e.digest from shipments s join shipment_subscriptions u on u.shipment_id = s.id
       join scan_events e on e.shipment_id = s.id`,
    );
    expect(rows).toEqual([{ id: "shp_1", state: "waiting", digest: "d" }]);
    expect(await structure(target.db)).toEqual(await structure(source.db));
  });

  it("of a newer or a different release is refused, and so is a database of a newer one", async () => {
    const good = await openBackup(file, { onBytes: () => undefined });
    const withMigrations = (
      change: (last: BackupSource["header"]["migrations"]) => BackupSource["header"]["migrations"],
    ) => restore({}, { ...good, header: { ...good.header, migrations: change(good.header.migrations) } });
    const tomorrow = { version: 9999, name: "9999_of_tomorrow.sql", checksum: "" };
    await expect(withMigrations((all) => [...all, tomorrow])).rejects.toThrow(/newer release .*9999_of_tomorrow/);
    await expect(withMigrations((all) => all.map((each) => ({ ...each, checksum: "0" })))).rejects.toThrow(
      /not the one of this release/,
    );
    await expect(withMigrations((all) => all.filter(({ version }) => version !== 2))).rejects.toThrow(/lacks 0002/);
    await restore();
    await target.db.pool.query(
      `insert into schema_migrations (version, name, checksum) values (9999, '9999_x.sql', '')`,
    );
    await expect(restore({ replace: true })).rejects.toThrow(/newer release/);
    await expect(withSnapshot(target.db, MADE, async () => 0)).rejects.toThrow(/newer release/);
  });

  it("is not made of a database that holds nothing, nor brought into one that cannot hold every name", async () => {
    await expect(withSnapshot(target.db, MADE, async () => 0)).rejects.toThrow(/waybill migrate/);
    const name = newId("db");
    await target.db.pool.query(
      `create database ${name} encoding 'SQL_ASCII' template template0 lc_collate 'C' lc_ctype 'C'`,
    );
    const url = new URL(target.url);
    url.pathname = `/${name}`;
    const ascii = await openDatabase({ url: url.href, applicationName: "x", poolSize: 2, log: silentLogger });
    await expect(restoreDatabase(ascii, await openBackup(file, { onBytes: () => undefined }), OPTIONS)).rejects.toThrow(
      /encoding is SQL_ASCII/,
    );
    await ascii.close();
    await target.db.pool.query(`drop database ${name}`);
  });

  it("needs no file to go straight from one database to another, where every row is compared", async () => {
    const header = await moveDatabase(source.db, target.db, { ...MADE, ...OPTIONS });
    expect(header.tables.find(({ name }) => name === "orders")?.rows).toBe(16);
    expect(await whole()).toEqual(before);
    await expect(moveDatabase(source.db, target.db, { ...MADE, ...OPTIONS })).rejects.toThrow(/not empty/);
  });

  it("is given up on the way to another database when somebody writes to the first, and not begun while Waybill runs on it", async () => {
    const id = newId("sto");
    await expect(moveDatabase(written(source.db, id), target.db, { ...MADE, ...OPTIONS })).rejects.toThrow(
      /differs from what the old database holds now \(stores\)/,
    );
    expect((await target.db.pool.query(`select to_regclass('stores') as stores`)).rows).toEqual([{ stores: null }]);
    await source.db.pool.query(`delete from stores where id = $1`, [id]);
    await beatWorker(source.db.pool, { id: "wrk_1", roles: ["page"], jobWorkerIds: [] });
    const move = moveDatabase(source.db, target.db, { ...MADE, ...OPTIONS });
    await expect(move).rejects.toBeInstanceOf(BackupError);
    await source.db.pool.query(`delete from workers`);
  });
});

/** A database to which a store is added once its snapshot is open, before anybody else gets a connection. */
function written(db: Database, id: string): Database {
  let connections = 0;
  const pool = Object.create(db.pool, {
    connect: {
      value: async () => {
        connections += 1;
        if (connections === 2) await insertStore(db.pool, { id, name: id, brand: {}, language: "en", timeZone: "UTC" });
        return db.pool.connect();
      },
    },
    query: { value: db.pool.query.bind(db.pool) },
  }) as pg.Pool;
  return { ...db, pool };
}

async function* replaced(chunks: AsyncIterable<Buffer>, from: string, to: string): AsyncGenerator<Buffer> {
  const all: Buffer[] = [];
  for await (const chunk of chunks) all.push(chunk);
  yield Buffer.from(Buffer.concat(all).toString("utf8").replaceAll(from, to));
}

/** The last number of each identity column that is told apart here. */
async function numbers(db: Database): Promise<{ transitions: number; stores: number }> {
  const { rows } = await db.pool.query<{ transitions: number; stores: number }>(
    `select (select max(id) from transitions) as transitions, (select max(store_ref) from stores) as stores`,
  );
  return rows[0] ?? { transitions: 0, stores: 0 };
}

/** How the tables are made, without those of months, which differ. */
async function structure(db: Database): Promise<unknown> {
  const all = await readWhole(db, []);
  return Object.entries(all)
    .filter(([name]) => ["#columns", "#constraints", "#indexes", "#triggers"].includes(name))
    .map(([name, lines]) => [name, lines.filter((line) => !/_\d{4}_\d{2}/.test(line))]);
}
