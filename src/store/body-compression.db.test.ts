import { afterAll, beforeAll, expect, it } from "vitest";
import { createTestDatabase, describeEachPostgres, type TestDatabase } from "../../test/support/database.js";
import { addStore, intakeFor } from "../../test/support/store-fixture.js";
import { ensurePartitions } from "./partitions.js";

describeEachPostgres("raw bodies", (kind) => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase(kind);
  });
  afterAll(() => database.drop());

  it("are compressed by lz4 where the server has it, in months made later too, and else by PostgreSQL's own method", async () => {
    const { pool } = database.db;
    await ensurePartitions(database.db, Date.now() + 40 * 86_400_000);
    const { rows: server } = await pool.query<{ lz4: boolean }>(
      `select 'lz4' = any (enumvals) as lz4 from pg_settings where name = 'default_toast_compression'`,
    );
    const lz4 = server[0]?.lz4 === true;
    const { rows } = await pool.query(
      `select distinct a.attcompression as method
       from pg_partition_tree('carrier_messages') t join pg_attribute a on a.attrelid = t.relid and a.attname = 'body'`,
    );
    expect(rows).toEqual([{ method: lz4 ? "l" : "" }]);

    const { connections } = await addStore(database.db);
    const body = Buffer.from(
      JSON.stringify(Array.from({ length: 400 }, (_, n) => ({ n, code: "OD", city: "DENVER" }))),
    );
    await intakeFor(database.db).record({ connectionId: connections.ups ?? "", source: "push", body });
    const { rows: stored } = await pool.query<{ size: number; method: string; body: Buffer }>(
      `select pg_column_size(body) as size, pg_column_compression(body) as method, body from carrier_messages`,
    );
    expect(stored).toEqual([{ size: expect.any(Number), method: lz4 ? "lz4" : "pglz", body }]);
    expect(stored[0]?.size).toBeLessThan(body.length / 3);
  });
});
