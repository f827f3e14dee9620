import { afterAll, beforeAll, expect, it } from "vitest";
import { registerApi } from "../../src/api/register-api.js";
import { findCarrier } from "../../src/connectors/carriers/registry.js";
import { createTrackingLinks } from "../../src/orders/tracking-links.js";
import { hashSecret } from "../../src/runtime/random-secrets.js";
import { sealingKey } from "../../src/runtime/sealing.js";
import { insertApiKey } from "../../src/store/api-keys.js";
import { createTestDatabase, type TestDatabase } from "../support/database.js";
import { addStore, ordersFor } from "../support/store-fixture.js";
import { servePages } from "../support/tracking-pages.js";

const RING = { current: sealingKey(Buffer.alloc(32, 3)), old: [] };
const PUBLIC_URL = "https://track.example.com";
const KEY = "wb_made-up-key-of-a-test";

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test.drop());

it("the tracking URL that the API answers opens the order's page, in one process with it", async () => {
  const { storeId } = await addStore(test.db);
  await insertApiKey(test.db.pool, { id: "key_1", storeId, keyHash: hashSecret(KEY), label: "test" });
  const pages = servePages(test.db, RING);
  const { app } = pages;
  const { sealed } = createTrackingLinks(RING, PUBLIC_URL, { now: Date.now });
  await registerApi(app, { ...ordersFor(test.db), presenter: { findCarrier, trackingUrl: sealed } });

  const headers = { authorization: `Bearer ${KEY}` };
  const created = await app.inject({ method: "POST", url: "/v1/orders", headers, payload: { number: "NL-2042" } });
  const { trackingUrl } = created.json<{ trackingUrl: string }>();
  expect(trackingUrl).toMatch(/^https:\/\/track\.example\.com\/t\/[\w-]{76}$/);
  const page = await app.inject({ method: "GET", url: trackingUrl.slice(PUBLIC_URL.length) });
  expect([page.statusCode, page.body.includes("NL-2042")]).toEqual([200, true]);
  await pages.close();
});
