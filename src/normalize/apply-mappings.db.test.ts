import { afterAll, beforeAll, expect, it } from "vitest";
import { createTestDatabase, type TestDatabase } from "../../test/support/database.js";
import { scan } from "../../test/support/given.js";
import { CARRIERS } from "../connectors/carriers/registry.js";
import type { Report, Tracking } from "../domain/report.js";
import type { Scan } from "../domain/scan.js";
import type { Queryable } from "../store/database.js";
import { applyMappings, createMappingReader } from "./apply-mappings.js";
import { mapCode, unmapCode } from "./map-code.js";

let test: TestDatabase;

beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test.drop());

const map = (code: string, meaning: string, more: { revokesDelivery?: boolean } = {}) =>
  test.db.transaction((tx) =>
    mapCode(
      tx,
      {
        carrier: "fedex",
        code,
        meaning,
        revokesDelivery: false,
        cancelsReturn: false,
        reason: "r",
        actor: "cli:test",
        ...more,
      },
      CARRIERS,
    ),
  );

function reportOf(...scans: Scan[]): Report {
  const tracking: Tracking = {
    carrier: "fedex",
    trackingNumber: "1",
    carrierUniqueId: null,
    serviceLevel: null,
    shipDate: null,
    origin: null,
    destination: null,
    scans,
    edd: null,
    proof: null,
    linkedNumbers: [],
  };
  return { trackings: [tracking], notices: [] };
}

const unknownScan = (code: string) =>
  scan("held", "2026-03-02T08:00:00Z", {
    carrier: "fedex",
    scanCode: code,
    carrierCode: code,
    meaning: { kind: "unmapped" },
  });

it("a mapped code gets its meaning and flags, and what the release knows is left alone", async () => {
  await map("QA", "refused", { revokesDelivery: true });
  await map("QB", "information");
  const known = scan("departed", "2026-03-02T08:00:00Z", { carrier: "fedex", carrierCode: "QA" });
  const report = applyMappings(
    reportOf(unknownScan("QA"), unknownScan("QB"), unknownScan("QC"), known),
    await createMappingReader(test.db.pool)(),
  );
  expect(report.trackings[0]?.scans.map(({ meaning }) => meaning)).toEqual([
    { kind: "status", status: "exception", subStatus: "refused", revokesDelivery: true },
    { kind: "information" },
    { kind: "unmapped" },
    known.meaning,
  ]);
});

it("a report that nothing applies to is not copied", async () => {
  const report = reportOf(unknownScan("QZ"));
  expect(applyMappings(report, await createMappingReader(test.db.pool)())).toBe(report);
});

it("a reader sees a change at its next call, and reads the table only when there was one", async () => {
  const queries: string[] = [];
  const counting: Queryable = {
    query: (text, values) => {
      queries.push(text);
      return test.db.pool.query(text, values === undefined ? undefined : [...values]);
    },
  };
  const read = createMappingReader(counting);
  const code = { carrier: "fedex", code: "QR" };
  expect((await read()).meaningOf(code)).toBeNull();
  const before = queries.length;
  await read();
  expect(queries.length).toBe(before + 1);
  await map("QR", "lost");
  expect((await read()).meaningOf(code)).toMatchObject({ subStatus: "lost" });
  await test.db.transaction((tx) => unmapCode(tx, { ...code, reason: "r", actor: "cli:test" }));
  expect((await read()).meaningOf(code)).toBeNull();
});

it("a sub-status that this release does not have counts as no mapping", async () => {
  await test.db.pool.query(
    `insert into code_mappings (carrier, code, version, meaning, sub_status, actor, reason)
     values ('fedex', 'QX', 1, 'status', 'beamed_up', 'cli:test', 'r')`,
  );
  expect((await createMappingReader(test.db.pool)()).meaningOf({ carrier: "fedex", code: "QX" })).toBeNull();
});
