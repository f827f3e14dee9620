import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestDatabase, type TestDatabase } from "../../test/support/database.js";
import { commandRunner, type RunCommand, testInstallation } from "../../test/support/run-command.js";
import { createIdSource } from "../runtime/ids.js";
import { hashSecret } from "../runtime/random-secrets.js";
import { deriveKeyRing, sealingKey } from "../runtime/sealing.js";
import { openTrackingLink } from "../runtime/tracking-link.js";
import { findShortLink } from "../store/short-links.js";
import { insertStore } from "../store/stores.js";
import { registerLinks } from "./links.js";

const RING = deriveKeyRing({ current: sealingKey(Buffer.alloc(32, 7)), old: [] }, "links");
const ORIGIN = "https://track.example.com";
const newId = createIdSource({ now: Date.now, randomBytes });
const [ORDER, SAME_NUMBER] = [newId("ord"), newId("ord")];
let database: TestDatabase;
let links: RunCommand;

beforeAll(async () => {
  database = await createTestDatabase();
  links = commandRunner(registerLinks, testInstallation(database.db));
  for (const [id, name] of [
    ["sto_1", "Northwind"],
    ["sto_2", "Southwind"],
  ] as const) {
    await insertStore(database.db.pool, { id, name, brand: {}, language: "en", timeZone: "UTC" });
  }
  await database.db.pool.query(
    `insert into orders (id, store_id, number, placed_at) values ($1, 'sto_1', '#1001', now()), ($2, 'sto_2', '#1001', now())`,
    [ORDER, SAME_NUMBER],
  );
});
afterAll(() => database.drop());

test("both links of an order lead to it, until they are revoked; the audit log has it all", async () => {
  const { printed, failed } = await links(["links", "show", ORDER]);
  expect(failed).toEqual([]);
  const [sealed, short] = printed;
  expect(openTrackingLink(RING, sealed?.slice(`${ORIGIN}/t/`.length) ?? "")).toMatchObject({
    orderId: ORDER,
    epoch: 0,
  });
  const hash = hashSecret(short?.slice(`${ORIGIN}/s/`.length) ?? "");
  expect(await findShortLink(database.db.pool, hash)).toEqual({ orderId: ORDER, linkEpoch: 0 });

  await links(["links", "revoke", ORDER]);
  expect(await findShortLink(database.db.pool, hash)).toBeNull();
  const again = (await links(["links", "show", ORDER, "--json"])).json() as { trackingUrl: string };
  expect(openTrackingLink(RING, again.trackingUrl.slice(`${ORIGIN}/t/`.length))).toMatchObject({ epoch: 1 });

  const { rows } = await database.db.pool.query("select action, subject, store_id from audit_log order by id");
  expect(rows).toEqual(
    ["links.shown", "links.revoked", "links.shown"].map((action) => ({ action, subject: ORDER, store_id: "sto_1" })),
  );
});

test("a number that two stores gave is asked about; with its store it is found", async () => {
  expect((await links(["links", "show", "#1001"])).failed).toEqual([
    expect.stringMatching(/Several stores.*--store <id>/),
  ]);
  const { printed } = await links(["links", "show", "#1001", "--store", "Southwind"]);
  expect(openTrackingLink(RING, printed[0]?.slice(`${ORIGIN}/t/`.length) ?? "")).toMatchObject({
    orderId: SAME_NUMBER,
  });
});

test("an order that does not exist gets no link", async () => {
  expect((await links(["links", "show", "1002"])).failed).toEqual([expect.stringMatching(/no order "1002"/)]);
});
