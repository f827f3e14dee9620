import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestDatabase, type TestDatabase } from "../../test/support/database.js";
import { testInstallation } from "../../test/support/run-command.js";
import { addStore } from "../../test/support/store-fixture.js";
import { readConfig } from "../runtime/config.js";
import { firstOfMonth } from "../store/partitions.js";
import { diagnoseStorage } from "./diagnose-storage.js";
import type { Installation } from "./open-installation.js";

const DAY_MS = 86_400_000;
/** The 20th, so that a month has begun and another one is over. */
const NOW = Date.parse(`${firstOfMonth(Date.now()).slice(0, 8)}20T00:00:00Z`);

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  const { storeId, connections } = await addStore(database.db);
  await database.db.pool.query(
    `insert into carrier_messages (id, received_month, connection_id, source, body_hash, body, received_at)
     select 'msg_' || n, $1, $2, 'push', sha256(n::text::bytea), convert_to(repeat('x' || n, 200), 'UTF8'), now() from generate_series(1, 2000) as n`,
    [firstOfMonth(NOW, -1), connections.ups],
  );
  await database.db.pool.query(
    `insert into orders (id, store_id, number, placed_at) select 'ord_' || n, $1, 'N-' || n, now() from generate_series(1, 1000) as n`,
    [storeId],
  );
  await database.db.pool.query("analyze");
});
afterAll(() => database.drop());

async function diagnose(more: Partial<Installation> = {}) {
  const findings = await testInstallation(database.db, { now: () => NOW, ...more })(diagnoseStorage);
  return (check: string) => findings.filter((finding) => finding.check === check);
}

test("sizes, rows and growth are told by family, for people and for programs", async () => {
  const sizes = (await diagnose())("size");
  const bodies = sizes.find(({ sentence }) => sentence.startsWith("Raw bodies"));
  expect(bodies?.sentence).toMatch(/^Raw bodies: \d+\.\d [kM]B in about 2000 rows, \d+\.\d [kM]B more each month\.$/);
  const { bytes = 0, rows, bytesPerMonth } = bodies?.figures ?? {};
  expect(rows).toBe(2000);
  expect(bytes).toBeGreaterThan(400_000);
  // All of it is of last month, so about as much comes each month.
  expect((bytesPerMonth ?? 0) / (bytes ?? 1)).toBeGreaterThan(0.6);
  const orders = sizes.find(({ sentence }) => sentence.startsWith("Orders"));
  expect(orders?.figures).toMatchObject({ rows: 1000, bytesPerMonth: orders?.figures?.bytes });
});

test("the room on a disk is told where it is our own PostgreSQL's, and said to be unknown elsewhere", async () => {
  expect((await diagnose())("forecast")).toMatchObject([
    {
      level: "ok",
      sentence: expect.stringMatching(/grows by .* a month and levels off at .*cannot be seen from here/),
      figures: { freeBytes: null },
    },
  ]);
  const config = readConfig({ WAYBILL_DATA_DIR: mkdtempSync(join(tmpdir(), "waybill-size-")) });
  expect((await diagnose({ config, databaseRole: "client" }))("forecast")).toMatchObject([
    { sentence: expect.stringMatching(/ are free/), figures: { freeBytes: expect.any(Number) } },
  ]);
});

test("the months that are kept and made are told", async () => {
  expect((await diagnose())("months")[0]?.sentence).toContain(`since ${firstOfMonth(Date.now(), -1).slice(0, 7)}`);
});

test("what is past its time by more than a day is a backlog, and a month that parked bodies hold says so", async () => {
  expect((await diagnose())("retention")).toMatchObject([{ level: "ok" }]);
  const later = { now: () => NOW + 200 * DAY_MS };
  expect((await diagnose(later))("retention")).toMatchObject([
    {
      level: "warn",
      sentence: expect.stringMatching(/1000 orders with personal data, carrier_messages_.*role sweep is running/),
      figures: { ordersToAnonymise: 1000, ordersToDelete: 0 },
    },
  ]);
  await database.db.pool.query(`update orders set anonymised_at = now()`);
  await database.db.pool.query(
    `insert into parked_messages (message_id, received_month, connection_id, reason)
     select 'm' || to_char(month, 'YYYYMM'), month, 'c', 'r' from generate_series($1::date, $1::date + interval '6 months', '1 month') as month`,
    [firstOfMonth(Date.now(), -1)],
  );
  expect((await diagnose(later))("retention")).toMatchObject([
    {
      level: "warn",
      sentence: expect.stringMatching(/parked: carrier_messages_\d{4}_\d{2} \(1\).*waybill parked list/),
    },
  ]);
});
