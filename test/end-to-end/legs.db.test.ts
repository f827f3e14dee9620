import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { LinkedNumber, Report, Tracking } from "../../src/domain/report.js";
import type { SubStatus } from "../../src/domain/status.js";
import { changeShipment } from "../../src/orders/change-shipment.js";
import { newOrder } from "../../src/orders/new-order.js";
import type { OrdersContext } from "../../src/orders/take-order.js";
import { takeOrder } from "../../src/orders/take-order.js";
import { insertConnection } from "../../src/store/connections.js";
import { insertStore } from "../../src/store/stores.js";
import { createTestDatabase, type TestDatabase } from "../support/database.js";
import { scan, town } from "../support/given.js";
import { bodySaying, sayingCarrier } from "../support/relaying-carriers.js";
import { intakeFor, newId, normalizerFor, ordersFor } from "../support/store-fixture.js";

const ACME = sayingCarrier("acme");
const POST = sayingCarrier("post");
const RELAY = sayingCarrier("relay", { aggregator: true });
const CARRIERS = [ACME, POST, RELAY];

let test: TestDatabase;
let storeId = "";
let connections: Record<string, string> = {};
let orders: OrdersContext;
let serial = 0;

beforeAll(async () => {
  test = await createTestDatabase();
});
beforeEach(async () => {
  orders = { ...ordersFor(test.db), carriers: CARRIERS };
  serial += 1;
  storeId = newId("sto");
  await insertStore(test.db.pool, { id: storeId, name: "Nordlicht", brand: {}, language: "en", timeZone: "UTC" });
  connections = {};
  for (const { code } of CARRIERS) await connect(code);
});
afterAll(() => test.drop());

async function connect(code: string) {
  const id = newId("con");
  const credentialsSealed = Buffer.from("sealed");
  await insertConnection(test.db.pool, {
    id,
    storeId,
    family: "carrier",
    connector: code,
    label: code,
    credentialsSealed,
  });
  connections[code] = id;
}

const at = (minutesAgo: number) =>
  new Date(Math.floor(Date.now() / 60_000) * 60_000 - minutesAgo * 60_000).toISOString();
const said = (by: string, subStatus: SubStatus, minutesAgo: number, more: object = {}) =>
  scan(subStatus, at(minutesAgo), { carrier: by, place: town("Reno"), ...more });
const going = (
  relation: LinkedNumber["relation"],
  trackingNumber: string,
  carrier: string | null,
): Partial<Tracking> => ({
  linkedNumbers: [{ relation, trackingNumber, carrier }],
});

/** A body comes in through a connection, and everything that waits is worked off. */
async function hear(through: string, body: Buffer, askedNumbers: string[] | null = null) {
  const connectionId = connections[through] ?? "";
  const how = askedNumbers === null ? ({ source: "push" } as const) : ({ source: "poll", askedNumbers } as const);
  await intakeFor(test.db).record({ connectionId, body, ...how });
  await normalizerFor(test.db, {
    findCarrier: (code) => CARRIERS.find((one) => one.code === code) ?? null,
    carriers: CARRIERS,
  }).drain();
}

const register = (trackingNumber: string, more: object = {}) =>
  test.db.transaction((tx) =>
    takeOrder(
      tx,
      storeId,
      newOrder.parse({
        number: `L-${serial}-${trackingNumber}`,
        shipments: [{ carrier: "acme", trackingNumber, ...more }],
      }),
      orders,
    ),
  );

async function rows(sql: string, values: unknown[]) {
  return (await test.db.pool.query(sql, values)).rows;
}
const shipment = async (trackingNumber: string) =>
  (
    await rows(
      `select s.id, s.carrier, s.order_id, s.status, s.sub_status, s.leg_of, s.leg_relation, s.connection_id, s.next_poll_at is not null as polled,
         s.underlying_carrier, s.notice_kind, s.voided_at is not null as voided,
         (select count(*)::int from scan_events e where e.shipment_id = s.id) as scans
       from shipments s where s.store_id = $1 and s.tracking_number = $2 order by s.use_number desc`,
      [storeId, trackingNumber],
    )
  )[0];

describe("a number under which a parcel goes on", () => {
  it("is followed, and what is said of it is the shipment's", async () => {
    await register("A0001");
    await hear(
      "acme",
      bodySaying("acme", "A0001", {
        scans: [said("acme", "handed_to_partner", 60)],
        ...going("next_leg", "P0001", "post"),
      }),
    );
    const parcel = await shipment("A0001");
    expect(await shipment("P0001")).toMatchObject({
      leg_of: parcel.id,
      leg_relation: "next_leg",
      connection_id: connections.post,
      polled: true,
    });
    await hear("post", bodySaying("post", "P0001", { scans: [said("post", "out_for_delivery", 5)] }));
    expect(await shipment("A0001")).toMatchObject({ status: "out_for_delivery", scans: 2 });
    expect(await shipment("P0001")).toMatchObject({ status: null, scans: 0 });
  });

  it("that was spoken of before anybody knew whose it is brings its scans along", async () => {
    await register("A0002");
    await hear("post", bodySaying("post", "P0002", { scans: [said("post", "arrived", 30)] }));
    expect(await shipment("P0002")).toMatchObject({ status: "in_transit", leg_of: null, scans: 1 });
    await hear(
      "acme",
      bodySaying("acme", "A0002", { scans: [said("acme", "picked_up", 90)], ...going("next_leg", "P0002", "post") }),
    );
    expect(await shipment("P0002")).toMatchObject({ status: null, leg_of: (await shipment("A0002")).id, scans: 0 });
    expect(await shipment("A0002")).toMatchObject({ status: "in_transit", sub_status: "arrived", scans: 2 });
  });

  it("comes to the same when both are said in one batch", async () => {
    await register("A0003");
    const intake = intakeFor(test.db);
    const link = bodySaying("acme", "A0003", {
      scans: [said("acme", "picked_up", 90)],
      ...going("next_leg", "P0003", "post"),
    });
    const leg = bodySaying("post", "P0003", { scans: [said("post", "arrived", 30)] });
    await intake.record({ connectionId: connections.post ?? "", source: "push", body: leg });
    await hear("acme", link);
    expect(await shipment("A0003")).toMatchObject({ sub_status: "arrived", scans: 2 });
    expect(await shipment("P0003")).toMatchObject({ leg_of: (await shipment("A0003")).id, scans: 0 });
  });

  it("for the way back turns the parcel round, and its delivery is the sender's", async () => {
    await register("A0004");
    await hear(
      "acme",
      bodySaying("acme", "A0004", { scans: [said("acme", "moving", 90)], ...going("return", "R0004", null) }),
    );
    await hear("acme", bodySaying("acme", "R0004", { scans: [said("acme", "departed", 60)] }));
    expect(await shipment("A0004")).toMatchObject({ status: "exception", sub_status: "returning_to_sender" });
    await hear(
      "acme",
      bodySaying("acme", "R0004", {
        scans: [said("acme", "delivered", 10)],
        edd: { from: "2030-01-01", to: "2030-01-01", windowFrom: null, windowTo: null },
      }),
    );
    expect(await shipment("A0004")).toMatchObject({ status: "exception", sub_status: "returned_to_sender" });
  });

  it("that somebody registered stays a shipment of its own", async () => {
    await register("A0005");
    await register("P0005", { carrier: "post" });
    await hear(
      "acme",
      bodySaying("acme", "A0005", { scans: [said("acme", "picked_up", 90)], ...going("next_leg", "P0005", "post") }),
    );
    expect(await shipment("P0005")).toMatchObject({ leg_of: null });
    await hear("post", bodySaying("post", "P0005", { scans: [said("post", "arrived", 30)] }));
    expect(await shipment("A0005")).toMatchObject({ sub_status: "picked_up", scans: 1 });
  });

  it("without a carrier that is stated or beyond doubt is not followed", async () => {
    await register("A0006");
    await hear(
      "acme",
      bodySaying("acme", "A0006", { scans: [said("acme", "picked_up", 90)], ...going("next_leg", "P0006", null) }),
    );
    expect(await shipment("P0006")).toBeUndefined();
  });

  it("registered again for the same order is that shipment, and for another order is taken", async () => {
    const orderId = await register("A0007");
    await hear(
      "acme",
      bodySaying("acme", "A0007", { scans: [said("acme", "picked_up", 90)], ...going("next_leg", "P0007", "post") }),
    );
    await expect(register("P0007", { carrier: "post" })).rejects.toMatchObject({ code: "number_in_use" });
    expect((await shipment("A0007")).order_id).toBe(orderId);
  });

  it("is left alone once its shipment is void", async () => {
    await register("A0008");
    await hear(
      "acme",
      bodySaying("acme", "A0008", { scans: [said("acme", "picked_up", 90)], ...going("next_leg", "P0008", "post") }),
    );
    const { id } = await shipment("A0008");
    await test.db.transaction((tx) => changeShipment(tx, storeId, id, { void: true }, orders));
    expect(await shipment("P0008")).toMatchObject({ polled: false, voided: true });
  });
});

describe("what an aggregator says", () => {
  const relayed = (subStatus: SubStatus, minutesAgo: number) => said("relay", subStatus, minutesAgo, { relayed: true });

  it("of a carrier's number belongs to that carrier's shipment, and both voices stay in the log", async () => {
    await register("B0001");
    await hear("relay", bodySaying("acme", "B0001", { scans: [relayed("departed", 30)] }));
    await hear("acme", bodySaying("acme", "B0001", { scans: [said("acme", "departed", 30)] }));
    expect(await shipment("B0001")).toMatchObject({ status: "in_transit", scans: 2, underlying_carrier: null });
    const transitions = await rows(`select status from transitions where shipment_id = $1`, [
      (await shipment("B0001")).id,
    ]);
    expect(transitions).toHaveLength(1);
  });

  it("is listened to where the store has no connection with the carrier itself", async () => {
    await test.db.pool.query(`update connections set enabled = false where id = $1`, [connections.acme]);
    await register("B0002");
    expect(await shipment("B0002")).toMatchObject({ carrier: "acme", connection_id: connections.relay, polled: true });
  });

  it("of a number that is registered with it tells who carries it", async () => {
    await register("B0003", { carrier: "relay" });
    await hear("relay", bodySaying("canada_post", "B0003", { scans: [relayed("departed", 30)] }));
    expect(await shipment("B0003")).toMatchObject({ carrier: "relay", underlying_carrier: "canada_post", scans: 1 });
    expect(await rows(`select id from shipments where store_id = $1`, [storeId])).toHaveLength(1);
  });

  it("that it cannot tell is noted on the shipment, whoever carries it", async () => {
    await test.db.pool.query(`update connections set enabled = false where id = $1`, [connections.acme]);
    await register("B0004");
    const report: Report = {
      trackings: [],
      notices: [{ trackingNumber: "", kind: "not_found", carrierCode: "404", carrierText: "nothing yet" }],
    };
    await hear("relay", Buffer.from(JSON.stringify(report)), ["B0004"]);
    expect(await shipment("B0004")).toMatchObject({ notice_kind: "not_found" });
  });

  it("needs no underlying carrier, and no other carrier has one", async () => {
    await expect(register("B0005", { underlyingCarrier: "canada_post" })).rejects.toMatchObject({
      code: "carrier_is_direct",
    });
    await register("B0006", { carrier: "relay", underlyingCarrier: "canada_post" });
    expect(await shipment("B0006")).toMatchObject({ underlying_carrier: "canada_post" });
  });
});

describe("a shipment whose carrier was wrong", () => {
  it("is the right carrier's, and what the wrong one said is gone from its timeline", async () => {
    await register("C0001");
    await hear("acme", bodySaying("acme", "C0001", { scans: [said("acme", "delivered", 90)] }));
    const wrong = await shipment("C0001");
    const rightId = await test.db.transaction((tx) =>
      changeShipment(tx, storeId, wrong.id, { carrier: "post" }, orders),
    );
    expect(rightId).not.toBe(wrong.id);
    await hear("post", bodySaying("post", "C0001", { scans: [said("post", "arrived", 30)] }));
    const [right] = await rows(
      `select s.carrier, s.status, s.order_id = w.order_id as same_order, o.status as order_status,
         (select array_agg(carrier) from scan_events e where e.shipment_id = s.id) as voices
       from shipments s join shipments w on w.replaced_by = s.id join orders o on o.id = s.order_id where s.id = $1`,
      [rightId],
    );
    expect(right).toEqual({
      carrier: "post",
      status: "in_transit",
      same_order: true,
      order_status: "in_transit",
      voices: ["post"],
    });
  });

  it("is what it was when the carrier is the same", async () => {
    await register("C0002");
    const { id } = await shipment("C0002");
    expect(await test.db.transaction((tx) => changeShipment(tx, storeId, id, { carrier: "acme" }, orders))).toBe(id);
  });
});
