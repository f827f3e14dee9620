import type { FastifyInstance } from "fastify";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTestDatabase, type TestDatabase } from "../../test/support/database.js";
import {
  addStore,
  intakeFor,
  newId,
  normalizerFor,
  ordersFor,
  type StoreFixture,
} from "../../test/support/store-fixture.js";
import { findCarrier } from "../connectors/carriers/registry.js";
import { createHttpServer } from "../runtime/http-server.js";
import { createLogger } from "../runtime/logger.js";
import { hashSecret } from "../runtime/random-secrets.js";
import { buildBurst } from "../sandbox/burst.js";
import { sandboxTrackingNumber } from "../sandbox/tracking-numbers.js";
import { insertApiKey, revokeApiKey } from "../store/api-keys.js";
import { isDatabaseUnavailable } from "../store/database.js";
import { registerApi } from "./register-api.js";

let test: TestDatabase;
let app: FastifyInstance;
let store: StoreFixture;
let key: string;
let serial = 0;
const logged: string[] = [];

beforeAll(async () => {
  test = await createTestDatabase();
  store = await addStore(test.db);
  key = await addKey(store.storeId);
  const log = createLogger({ level: "debug", destination: { write: (line) => void logged.push(line) } });
  app = createHttpServer({ log, isUnavailable: isDatabaseUnavailable, observe: () => {} });
  const trackingUrl = (order: { id: string; storeRef: number; linkEpoch: number }) =>
    `https://track.example.com/t/${order.id}-${order.storeRef}-${order.linkEpoch}`;
  await registerApi(app, { ...ordersFor(test.db), presenter: { findCarrier, trackingUrl } });
});
afterAll(async () => {
  await app.close();
  await test.drop();
});

async function addKey(storeId: string): Promise<string> {
  const secret = `wb_${newId("key").slice(4)}`;
  await insertApiKey(test.db.pool, {
    id: secret.slice(3).toLowerCase(),
    storeId,
    keyHash: hashSecret(secret),
    label: "test",
  });
  return secret;
}

type Body = Record<string, unknown>;
const send = async (
  method: "GET" | "POST" | "PATCH",
  url: string,
  body?: unknown,
  headers: Record<string, string> = {},
) => {
  const answer = await app.inject({
    method,
    url,
    headers: { authorization: `Bearer ${key}`, ...headers },
    ...(body !== undefined && { payload: body as Body }),
  });
  return { status: answer.statusCode, body: answer.json<Body>(), answer };
};
const as = (otherKey: string) => ({ authorization: `Bearer ${otherKey}` });
const number = () => `N-${(serial += 1)}`;
const trackingNumber = () => sandboxTrackingNumber("ups", 1000 + (serial += 1));
const parcel = (tracking = trackingNumber()) => ({ carrier: "ups", trackingNumber: tracking });
const create = async (more: object = {}) => {
  const { status, body } = await send("POST", "/v1/orders", { number: number(), ...more });
  expect(status).toBe(201);
  return body as Body & { id: string; number: string; shipments: (Body & { id: string; trackingNumber: string })[] };
};
const countOf = async (orderNumber: string) =>
  (await test.db.pool.query(`select from orders where number = $1`, [orderNumber])).rowCount;

describe("taking in an order", () => {
  it("answers 201 with the order, before any label exists", async () => {
    const orderNumber = number();
    const { status, body } = await send("POST", "/v1/orders", {
      number: orderNumber,
      customer: { name: "Ada Lee", email: "ada@example.org" },
      lineItems: [{ title: "Wool hat", quantity: 2, sku: "HAT-1" }],
      destination: { city: "Austin", region: "TX", country: "us", postalCode: "78701", lines: ["1 Main St"] },
      promised: { from: "2026-03-05", to: "2026-03-06" },
    });
    expect(status).toBe(201);
    expect(body).toMatchObject({
      number: orderNumber,
      status: "order_confirmed",
      customer: { name: "Ada Lee" },
      destination: { country: "US" },
      shipments: [],
      lineItems: [{ position: 0, title: "Wool hat", quantity: 2 }],
      promised: { from: "2026-03-05", to: "2026-03-06" },
      closedAt: null,
    });
    expect(body.trackingUrl).toContain(`/t/${String(body.id)}-`);
    const { rowCount } = await test.db.pool.query(`select from graphile_worker._private_jobs where key = $1`, [
      `notify:${String(body.id)}`,
    ]);
    expect(rowCount).toBe(1);
  });

  it("registers its shipments with what is in them", async () => {
    const order = await create({
      lineItems: [
        { title: "Hat", quantity: 2 },
        { title: "Scarf", quantity: 1 },
      ],
      shipments: [
        {
          ...parcel(" 1z-wb4 y72 0300 4182 63"),
          items: [
            { position: 0, quantity: 1 },
            { position: 0, quantity: 1 },
          ],
        },
      ],
    });
    expect(order.status).toBe("label_created");
    expect(order.shipments).toMatchObject([
      {
        trackingNumber: "1ZWB4Y720300418263",
        status: "label_created",
        items: [{ position: 0, quantity: 2 }],
        orderId: order.id,
      },
    ]);
    expect(order.shipments[0]?.carrierTrackingUrl).toContain("1ZWB4Y720300418263");
  });

  it("is refused with 409 when the store has that number, and takes it in another store", async () => {
    const { number: taken } = await create();
    const again = await send("POST", "/v1/orders", { number: taken });
    expect([again.status, again.body.code]).toEqual([409, "order_exists"]);
    const other = await addKey((await addStore(test.db)).storeId);
    expect((await send("POST", "/v1/orders", { number: taken }, as(other))).status).toBe(201);
  });

  it("does nothing at all when one of its shipments cannot be registered", async () => {
    const orderNumber = number();
    for (const [shipment, status, code] of [
      [{ carrier: "pigeon", trackingNumber: "12345" }, 422, "carrier_unknown"],
      [{ ...parcel(), items: [{ position: 3, quantity: 1 }] }, 422, "item_unknown"],
      [{ ...parcel(), items: [{ position: 0, quantity: 2 }] }, 422, "item_quantity"],
    ] as const) {
      const refused = await send("POST", "/v1/orders", {
        number: orderNumber,
        lineItems: [{ title: "Hat", quantity: 1 }],
        shipments: [parcel(), shipment],
      });
      expect([refused.status, refused.body.code]).toEqual([status, code]);
    }
    expect(await countOf(orderNumber)).toBe(0);
  });
});

describe("Idempotency-Key", () => {
  it("gives the same request the same answer, and does it once", async () => {
    const body = { number: number(), shipments: [parcel()] };
    const first = await send("POST", "/v1/orders", body, { "idempotency-key": "k-1" });
    const again = await send("POST", "/v1/orders", body, { "idempotency-key": "k-1" });
    expect(first.status).toBe(201);
    expect([again.status, again.body]).toEqual([first.status, first.body]);
    expect(await countOf(body.number)).toBe(1);
  });

  it("is refused with 409 for another body, another address, and taken by another store", async () => {
    const body = { number: number() };
    const { body: order } = await send("POST", "/v1/orders", body, { "idempotency-key": "k-2" });
    const otherBody = await send("POST", "/v1/orders", { number: number() }, { "idempotency-key": "k-2" });
    const otherPath = await send("POST", `/v1/orders/${String(order.id)}/shipments`, parcel(), {
      "idempotency-key": "k-2",
    });
    expect([otherBody.body.code, otherPath.body.code]).toEqual(["idempotency_key_reused", "idempotency_key_reused"]);
    expect([otherBody.status, otherPath.status]).toEqual([409, 409]);
    const other = await addKey((await addStore(test.db)).storeId);
    expect((await send("POST", "/v1/orders", body, { ...as(other), "idempotency-key": "k-2" })).status).toBe(201);
  });

  it("of requests at the same moment does one, and answers all alike", async () => {
    const body = { number: number() };
    const answers = await Promise.all(
      [1, 2, 3, 4, 5].map(() => send("POST", "/v1/orders", body, { "idempotency-key": "k-3" })),
    );
    expect(answers.map(({ status }) => status)).toEqual([201, 201, 201, 201, 201]);
    expect(new Set(answers.map(({ body: { id } }) => id)).size).toBe(1);
    expect(await countOf(body.number)).toBe(1);
  });

  it("is free again after a request that failed", async () => {
    const { number: taken } = await create();
    const failed = await send("POST", "/v1/orders", { number: taken }, { "idempotency-key": "k-4" });
    expect(failed.status).toBe(409);
    expect((await send("POST", "/v1/orders", { number: number() }, { "idempotency-key": "k-4" })).status).toBe(201);
  });

  it("keeps the status of the first answer, and covers changes of a shipment", async () => {
    const order = await create();
    const shipment = parcel();
    const add = () => send("POST", `/v1/orders/${order.id}/shipments`, shipment, { "idempotency-key": "k-5" });
    expect([(await add()).status, (await add()).status]).toEqual([201, 201]);
    const { body } = await send("GET", `/v1/shipments?trackingNumber=${shipment.trackingNumber}`);
    const [{ id }] = body.items as [{ id: string }];
    const empty = await send("PATCH", `/v1/shipments/${id}`, { void: true }, { "idempotency-key": " " });
    expect([empty.status, empty.body.code]).toEqual([422, "idempotency_key_invalid"]);
  });
});

describe("adding a shipment", () => {
  it("answers 201, and 200 with the same shipment when it is said again", async () => {
    const order = await create();
    const shipment = parcel();
    const first = await send("POST", `/v1/orders/${order.id}/shipments`, shipment);
    const again = await send("POST", `/v1/orders/${order.id}/shipments`, {
      ...shipment,
      trackingNumber: shipment.trackingNumber.toLowerCase(),
    });
    expect([first.status, again.status]).toEqual([201, 200]);
    expect(again.body.id).toBe(first.body.id);
    expect((await send("GET", `/v1/orders/${order.id}`)).body).toMatchObject({
      status: "label_created",
      shipments: [{ id: first.body.id }],
    });
  });

  it("is refused with 409 while the number is on its way for another order", async () => {
    const shipment = parcel();
    const owner = await create({ shipments: [shipment] });
    const order = await create();
    const refused = await send("POST", `/v1/orders/${order.id}/shipments`, shipment);
    expect([refused.status, refused.body.code]).toEqual([409, "number_in_use"]);
    expect(refused.answer.body).not.toContain(owner.id);
  });

  it.each([
    ["after its last use ended", `status = 'delivered', sub_status = 'left_in_safe_place'`],
    ["after 90 silent days", `last_scan_at = now() - interval '91 days'`],
    ["after 90 days without any scan", `created_at = now() - interval '91 days'`],
    ["after that shipment was voided", `voided_at = now()`],
  ])("opens a new use of the number %s", async (_when, change) => {
    const shipment = parcel();
    await create({ shipments: [shipment] });
    await test.db.pool.query(`update shipments set ${change} where tracking_number = $1`, [shipment.trackingNumber]);
    const order = await create();
    const { status, body } = await send("POST", `/v1/orders/${order.id}/shipments`, shipment);
    expect(status).toBe(201);
    // The old use's scans must not be taken for its own.
    expect(body.shipDate).toBe(new Date().toISOString().slice(0, 10));
    const { rows } = await test.db.pool.query(
      `select use_number from shipments where tracking_number = $1 order by 1`,
      [shipment.trackingNumber],
    );
    expect(rows).toEqual([{ use_number: 1 }, { use_number: 2 }]);
  });

  it("is not free 89 days after its last scan", async () => {
    const shipment = parcel();
    await create({ shipments: [shipment] });
    await test.db.pool.query(
      `update shipments set last_scan_at = now() - interval '89 days', created_at = now() - interval '100 days' where tracking_number = $1`,
      [shipment.trackingNumber],
    );
    expect((await send("POST", `/v1/orders/${(await create()).id}/shipments`, shipment)).status).toBe(409);
  });

  it("of many orders that want one number at once, serves one", async () => {
    const shipment = parcel();
    const orders = await Promise.all([1, 2, 3, 4].map(() => create()));
    const answers = await Promise.all(orders.map(({ id }) => send("POST", `/v1/orders/${id}/shipments`, shipment)));
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([201, 409, 409, 409]);
  });

  it("is refused with 409 once the order has 100, voided ones counted, while what it has is still answered", async () => {
    const shipments = Array.from({ length: 100 }, () => parcel());
    const order = await create({ shipments });
    await send("PATCH", `/v1/shipments/${order.shipments[0]?.id}`, { void: true });
    const refused = await send("POST", `/v1/orders/${order.id}/shipments`, parcel());
    expect([refused.status, refused.body.code]).toEqual([409, "too_many_shipments"]);
    expect((await send("POST", `/v1/orders/${order.id}/shipments`, shipments[5])).status).toBe(200);
    expect((await send("GET", `/v1/orders/${order.id}`)).body.shipments).toHaveLength(100);
  });

  it("of return shipments leaves the order's status alone", async () => {
    const order = await create({ shipments: [{ ...parcel(), direction: "return" }] });
    expect(order.status).toBe("order_confirmed");
  });
});

/** Lets a carrier say everything about a parcel. */
async function scanAll(tracking: number) {
  const { pushes } = buildBurst({
    carrier: "ups",
    pushes: 5,
    parcels: 1,
    seed: 3,
    secret: "s",
    endAt: Date.now(),
    firstSerial: tracking,
  });
  const intake = intakeFor(test.db);
  for (const { body } of pushes)
    await intake.record({ connectionId: store.connections.ups ?? "", source: "push", body });
  await normalizerFor(test.db).drain();
  return pushes[0]?.trackingNumber ?? "";
}

describe("changing a shipment", () => {
  it("shows its timeline newest first and what was news, oldest first", async () => {
    const order = await create({ shipments: [parcel(sandboxTrackingNumber("ups", 900_001))] });
    await scanAll(900_001);
    const { body } = await send("GET", `/v1/shipments/${order.shipments[0]?.id}`);
    const timeline = body.timeline as { occurredAt: string; status: string }[];
    expect(timeline).toHaveLength(5);
    expect(timeline[0]).toMatchObject({ status: "delivered", zone: "offset" });
    expect(timeline.map(({ occurredAt }) => occurredAt)).toEqual(
      timeline
        .map(({ occurredAt }) => occurredAt)
        .toSorted()
        .reverse(),
    );
    expect(body.transitions).toMatchObject([{ status: "delivered", announced: true }]);
    const { body: read } = await send("GET", `/v1/orders/${order.id}`);
    expect(read).toMatchObject({ status: "delivered", shipments: [{ timeline }] });
    expect(read.closedAt).not.toBeNull();
  });

  it("voids it: the order no longer counts it, and asking twice answers the same", async () => {
    const order = await create({ shipments: [parcel()] });
    const id = order.shipments[0]?.id ?? "";
    const first = await send("PATCH", `/v1/shipments/${id}`, { void: true });
    const again = await send("PATCH", `/v1/shipments/${id}`, { void: true });
    expect([first.status, again.status]).toEqual([200, 200]);
    expect(again.body.voidedAt).toBe(first.body.voidedAt);
    expect((await send("GET", `/v1/orders/${order.id}`)).body.status).toBe("order_confirmed");
    const { rows } = await test.db.pool.query(`select next_poll_at from shipments where id = $1`, [id]);
    expect(rows).toEqual([{ next_poll_at: null }]);
    const replaced = await send("PATCH", `/v1/shipments/${id}`, { replaceWith: parcel() });
    expect([replaced.status, replaced.body.code]).toEqual([409, "shipment_retired"]);
  });

  it("replaces its number: the old one's scans leave with it, what is in it goes over", async () => {
    const order = await create({
      lineItems: [{ title: "Hat", quantity: 1 }],
      shipments: [{ ...parcel(sandboxTrackingNumber("ups", 900_002)), items: [{ position: 0, quantity: 1 }] }],
    });
    await scanAll(900_002);
    const old = order.shipments[0]?.id ?? "";
    const next = parcel();
    const { status, body } = await send("PATCH", `/v1/shipments/${old}`, { replaceWith: next });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      trackingNumber: next.trackingNumber,
      status: "label_created",
      timeline: [],
      items: [{ position: 0, quantity: 1 }],
    });
    const { body: read } = await send("GET", `/v1/orders/${order.id}`);
    expect(read).toMatchObject({ status: "label_created", closedAt: null });
    expect((await send("GET", `/v1/shipments/${old}`)).body).toMatchObject({ replacedBy: body.id });
    for (const change of [{ replaceWith: parcel() }, { void: true }]) {
      expect((await send("PATCH", `/v1/shipments/${old}`, change)).body.code).toBe("shipment_retired");
    }
  });

  it("by its own number changes nothing, and by a number in use is refused", async () => {
    const [own, taken] = [parcel(), parcel()];
    const order = await create({ shipments: [own] });
    await create({ shipments: [taken] });
    const id = order.shipments[0]?.id ?? "";
    expect((await send("PATCH", `/v1/shipments/${id}`, { replaceWith: own })).body).toMatchObject({
      id,
      replacedBy: null,
    });
    expect((await send("PATCH", `/v1/shipments/${id}`, { replaceWith: taken })).body.code).toBe("number_in_use");
    expect(
      (await send("PATCH", `/v1/shipments/${id}`, { replaceWith: { ...parcel(), carrier: "pigeon" } })).body.code,
    ).toBe("carrier_unknown");
  });
});

describe("a request that makes no sense", () => {
  const pointers = ({ body }: { body: Body }) =>
    (body.errors as { pointer: string }[] | undefined)?.map(({ pointer }) => pointer);

  it.each([
    [{}, ["/number"]],
    [
      { number: "1", lineItems: [{ title: "Hat", quantity: 0 }, { quantity: 1 }] },
      ["/lineItems/0/quantity", "/lineItems/1/title"],
    ],
    [{ number: "1", customer: { email: "nobody" } }, ["/customer/email"]],
    [{ number: "1", shipments: [{ carrier: "ups", trackingNumber: "1" }] }, ["/shipments/0/trackingNumber"]],
    [{ number: "1", destination: { country: "Germany" } }, ["/destination/country"]],
    [{ number: "1", promised: { from: "2026-03-06", to: "2026-03-05" } }, ["/promised"]],
    [{ number: "1", promised: { from: "2026-02-30", to: "2026-03-05" } }, ["/promised/from"]],
    [{ number: "1\r\nBcc: x" }, ["/number"]],
    [{ number: "1\u0000" }, ["/number"]],
    [{ number: "half \ud83d" }, ["/number"]],
    [{ number: "1", placedAt: "0000-01-01T00:00:00Z" }, ["/placedAt"]],
    [{ number: "1", surprise: true }, [""]],
    [[], [""]],
  ])("%j is answered 422 with where it is wrong", async (body, where) => {
    const answer = await send("POST", "/v1/orders", body);
    expect([answer.status, answer.body.code]).toEqual([422, "request_invalid"]);
    expect(pointers(answer)).toEqual(where);
    expect(answer.answer.headers["content-type"]).toMatch(/^application\/problem\+json/);
  });

  it("is told where a change is wrong, and that it must be one of two", async () => {
    const order = await create({ shipments: [parcel()] });
    const id = order.shipments[0]?.id ?? "";
    expect((await send("PATCH", `/v1/shipments/${id}`, { void: false })).status).toBe(422);
    expect((await send("PATCH", `/v1/shipments/${id}`, {})).status).toBe(422);
    expect((await send("PATCH", `/v1/shipments/${id}`, { void: true, replaceWith: parcel() })).status).toBe(422);
  });

  it.each([
    ["that is no JSON", '{"number":', "application/json", 400],
    ["that is empty", "", "application/json", 400],
    ["sent as text", '{"number":"1"}', "text/plain", 415],
    ["sent as a form", "number=1", "application/x-www-form-urlencoded", 415],
    ["that would poison prototypes", '{"number":"1","__proto__":{"silent":true}}', "application/json", 400],
    ["that is larger than 1 MiB", JSON.stringify({ number: "1".repeat(1024 * 1024) }), "application/json", 413],
  ])("with a body %s is answered with a clear problem", async (_what, payload, type, status) => {
    const answer = await app.inject({
      method: "POST",
      url: "/v1/orders",
      payload,
      headers: { ...as(key), "content-type": type },
    });
    expect(answer.statusCode).toBe(status);
    expect(answer.headers["content-type"]).toMatch(/^application\/problem\+json/);
    expect(answer.json()).toMatchObject({
      status,
      code: expect.stringMatching(/^[a-z_]+$/),
      detail: expect.stringMatching(/\.$|\?$/),
    });
  });

  it.each([
    "/v1/orders/%00",
    "/v1/shipments/a%20b",
    "/v1/orders?number=%00",
    "/v1/orders?limit=0",
    "/v1/orders?limit=101",
    "/v1/orders?cursor=%27",
    "/v1/orders?status=lost",
    "/v1/shipments?trackingNumber=%00",
  ])("(%s) is answered 422, never 500", async (url) => {
    expect((await send("GET", url)).status).toBe(422);
  });

  it("at an address that does not exist is a problem too", async () => {
    const answer = await send("GET", "/v1/parcels");
    expect([answer.status, answer.body.code]).toEqual([404, "not_found"]);
  });
});

describe("who may ask", () => {
  it("is who has a key: none, garbage and a revoked one are 401, before the body is looked at", async () => {
    const revoked = await addKey(store.storeId);
    await revokeApiKey(test.db.pool, revoked.slice(3).toLowerCase());
    for (const [headers, code] of [
      [{ authorization: "" }, "key_missing"],
      [{ authorization: "Basic eDp5" }, "key_missing"],
      [as("wb_guessedguessedguessed"), "key_unknown"],
      [as(revoked), "key_unknown"],
    ] as const) {
      const answer = await send("POST", "/v1/orders", { nonsense: 1 }, headers);
      expect([answer.status, answer.body.code]).toEqual([401, code]);
      expect((await send("GET", "/v1/orders", undefined, headers)).status).toBe(401);
    }
  });

  it("sees nothing of another store, and cannot tell it from what does not exist", async () => {
    const order = await create({ shipments: [parcel()] });
    const id = order.shipments[0]?.id ?? "";
    const other = as(await addKey((await addStore(test.db)).storeId));
    const nowhere = await send("GET", "/v1/orders/ord_nobody", undefined, other);
    const foreign = await send("GET", `/v1/orders/${order.id}`, undefined, other);
    expect([foreign.status, foreign.body]).toEqual([404, nowhere.body]);
    expect((await send("GET", `/v1/shipments/${id}`, undefined, other)).status).toBe(404);
    expect((await send("PATCH", `/v1/shipments/${id}`, { void: true }, other)).status).toBe(404);
    expect((await send("POST", `/v1/orders/${order.id}/shipments`, parcel(), other)).status).toBe(404);
    expect((await send("GET", "/v1/orders", undefined, other)).body.items).toEqual([]);
    expect((await send("GET", "/v1/shipments", undefined, other)).body.items).toEqual([]);
    const sameNumber = await send(
      "POST",
      "/v1/orders",
      { number: "1", shipments: [parcel(order.shipments[0]?.trackingNumber)] },
      other,
    );
    expect(sameNumber.status).toBe(201);
  });

  it("never finds a key in the log", () => {
    expect(logged.length).toBeGreaterThan(0);
    expect(logged.join("")).not.toContain(key);
    expect(logged.join("")).not.toContain("ada@example.org");
  });
});

describe("a list", () => {
  it("gives every order once, newest first, page by page, also while new ones come in", async () => {
    const fixture = await addStore(test.db);
    const mine = as(await addKey(fixture.storeId));
    const made: unknown[] = [];
    for (const index of [1, 2, 3, 4, 5, 6, 7])
      made.unshift((await send("POST", "/v1/orders", { number: `P-${index}`, shipments: [parcel()] }, mine)).body.id);
    for (const list of ["/v1/orders", "/v1/shipments"]) {
      const ids: unknown[] = [];
      let cursor: string | null = null;
      do {
        const { body }: { body: Body } = await send(
          "GET",
          `${list}?limit=3${cursor === null ? "" : `&cursor=${cursor}`}`,
          undefined,
          mine,
        );
        ids.push(...(body.items as { id: string; orderId?: string }[]).map(({ id, orderId }) => orderId ?? id));
        cursor = body.nextCursor as string | null;
        if (ids.length === 3) await send("POST", "/v1/orders", { number: `new-${list}`, shipments: [parcel()] }, mine);
      } while (cursor !== null);
      expect(ids.slice(-7)).toEqual(made);
      expect(new Set(ids).size).toBe(ids.length);
    }
  });

  it("can be asked for one number or one status", async () => {
    const shipment = parcel();
    const order = await create({ shipments: [shipment] });
    const found = await send("GET", `/v1/orders?number=${order.number}`);
    expect(found.body).toMatchObject({ items: [{ id: order.id }], nextCursor: null });
    expect(
      (await send("GET", `/v1/shipments?trackingNumber=${shipment.trackingNumber.toLowerCase()}`)).body.items,
    ).toMatchObject([{ orderId: order.id }]);
    const { body } = await send("GET", "/v1/orders?status=delivered&limit=100");
    expect((body.items as Body[]).length).toBeGreaterThan(0);
    expect((body.items as Body[]).every(({ status }) => status === "delivered")).toBe(true);
  });
});

describe("/openapi.json", () => {
  interface Operation {
    summary?: string;
    operationId?: string;
    security?: unknown;
    parameters?: { name: string; in: string }[];
    requestBody?: { content: Record<string, { schema: Body }> };
    responses: Record<string, { description: string; content: Record<string, { schema: Body }> }>;
  }
  interface Description {
    openapi: string;
    security: unknown;
    components: { securitySchemes: object };
    paths: Record<string, Record<string, Operation>>;
  }
  const read = async () => (await app.inject({ method: "GET", url: "/openapi.json" })).json<Description>();

  it("describes exactly the routes that there are, without a key", async () => {
    const { openapi, paths } = await read();
    expect(openapi).toBe("3.1.0");
    const described = Object.entries(paths).flatMap(([path, operations]) =>
      Object.keys(operations).map((method) => `${method} ${path}`),
    );
    expect(described.toSorted()).toEqual([
      "get /v1/orders",
      "get /v1/orders/{id}",
      "get /v1/shipments",
      "get /v1/shipments/{id}",
      "patch /v1/shipments/{id}",
      "post /v1/carriers/detect",
      "post /v1/orders",
      "post /v1/orders/{id}/shipments",
    ]);
  });

  it("says of each how to authenticate, what it takes and answers, and every problem as a problem", async () => {
    const { paths, security, components } = await read();
    expect(security).toEqual([{ key: [] }]);
    expect(components.securitySchemes).toMatchObject({ key: { type: "http", scheme: "bearer" } });
    for (const [path, operations] of Object.entries(paths)) {
      for (const [method, operation] of Object.entries(operations)) {
        const name = `${method} ${path}`;
        expect(operation.summary, name).toMatch(/\w/);
        expect(operation.security ?? security, name).toEqual([{ key: [] }]);
        const codes = Object.keys(operation.responses);
        expect(codes, name).toEqual(expect.arrayContaining(["401", "422", "500", "503"]));
        if (path.includes("{id}")) {
          expect(codes, name).toContain("404");
          expect(operation.parameters, name).toContainEqual(expect.objectContaining({ name: "id", in: "path" }));
        }
        if (method !== "get") {
          expect(codes, name).toEqual(expect.arrayContaining(["400", "413", "415"]));
          expect(operation.requestBody?.content["application/json"]?.schema, name).toBeDefined();
        }
        // Finding a number's carrier changes nothing: nothing to do once, and nothing to contradict.
        if (method !== "get" && path !== "/v1/carriers/detect") {
          expect(codes, name).toContain("409");
          expect(operation.parameters, name).toContainEqual(
            expect.objectContaining({ name: "idempotency-key", in: "header" }),
          );
        }
        for (const [code, { description, content }] of Object.entries(operation.responses)) {
          const type = Number(code) < 400 ? "application/json" : "application/problem+json";
          expect(Object.keys(content), `${name} ${code}`).toEqual([type]);
          expect(description, `${name} ${code}`).toMatch(/\w/);
        }
      }
    }
  });

  it("holds no schema that points nowhere, and the limits that are enforced", async () => {
    const description = await read();
    const text = JSON.stringify(description);
    for (const [, reference] of text.matchAll(/"\$ref":"#\/([^"]+)"/g)) {
      const target = (reference ?? "")
        .split("/")
        .reduce<unknown>((node, part) => (node as Record<string, unknown> | undefined)?.[part], description);
      expect(target, reference).toBeDefined();
    }
    const body = description.paths["/v1/orders"]?.post?.requestBody?.content["application/json"]?.schema as {
      required: string[];
      properties: Record<string, Body>;
      additionalProperties: boolean;
    };
    expect(body.required).toEqual(["number"]);
    expect(body.additionalProperties).toBe(false);
    expect(body.properties.shipments).toMatchObject({ type: "array", maxItems: 100 });
  });
});
