import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestDatabase, type TestDatabase } from "../../test/support/database.js";
import { toColumns } from "./columns.js";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

const TEXTS = [
  "",
  "NULL",
  "null",
  `"`,
  "\\",
  `a "quoted\\" {word}, and more`,
  "{}",
  ",",
  " blank ",
  "Åsa 北 🚚",
  "line\nbreak\ttab",
  null,
];

test("PostgreSQL reads every text as it was written", async () => {
  const rows = TEXTS.map((text) => ({ text }));
  const { rows: read } = await database.db.pool.query(
    `select * from unnest($1::text[]) as t (text)`,
    toColumns(rows, ["text"]),
  );
  expect(read).toEqual(rows);
});

test("numbers, booleans, dates and bytes come back as they went", async () => {
  const rows = [
    {
      whole: 0,
      part: -1.5,
      flag: true,
      at: new Date("2026-03-02T10:04:00.123Z"),
      bytes: Buffer.from([0, 0x5c, 0x22, 0xff]),
    },
    { whole: Number.MAX_SAFE_INTEGER, part: 1e300, flag: false, at: new Date(0), bytes: Buffer.alloc(0) },
    { whole: null, part: null, flag: null, at: null, bytes: null },
  ];
  const { rows: read } = await database.db.pool.query(
    `select * from unnest($1::bigint[], $2::float8[], $3::boolean[], $4::timestamptz[], $5::bytea[]) as t (whole, part, flag, at, bytes)`,
    toColumns(rows, ["whole", "part", "flag", "at", "bytes"]),
  );
  expect(read).toEqual(rows);
});

test("no rows are empty arrays, and a value that is no column's is refused", async () => {
  expect(toColumns([] as { a: string }[], ["a"])).toEqual(["{}"]);
  expect(() => toColumns([{ a: { b: 1 } }], ["a"])).toThrow(TypeError);
});
