import type { FastifyInstance } from "fastify";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTestDatabase, type TestDatabase } from "../../test/support/database.js";
import { addStore, newId, ordersFor } from "../../test/support/store-fixture.js";
import { findCarrier } from "../connectors/carriers/registry.js";
import { createHttpServer } from "../runtime/http-server.js";
import { silentLogger } from "../runtime/logger.js";
import { hashSecret } from "../runtime/random-secrets.js";
import { insertApiKey } from "../store/api-keys.js";
import { isDatabaseUnavailable } from "../store/database.js";
import { registerApi } from "./register-api.js";

/** FedEx Ground Economy hands over to USPS under this number, whose check digit is right for both. */
const OF_FEDEX_AND_USPS = "9261290417285306194476";
/** FedEx Express by its check digit; DHL Parcel DE has twelve digits too. */
const OF_FEDEX_OR_DHL = "404172853060";
const OF_NOBODY = "ZZ99ZZ99Z";

let test: TestDatabase;
let app: FastifyInstance;
let key: string;
let serial = 0;

beforeAll(async () => {
  test = await createTestDatabase();
  const { storeId } = await addStore(test.db);
  key = `wb_${newId("key").slice(4)}`;
  await insertApiKey(test.db.pool, { id: newId("key"), storeId, keyHash: hashSecret(key), label: "test" });
  app = createHttpServer({ log: silentLogger, isUnavailable: isDatabaseUnavailable, observe: () => {} });
  const trackingUrl = ({ id }: { id: string }) => `https://track.example.com/t/${id}`;
  await registerApi(app, { ...ordersFor(test.db), presenter: { findCarrier, trackingUrl } });
});
afterAll(async () => {
  await app.close();
  await test.drop();
});

interface ShipmentBody {
  readonly id: string;
  readonly carrier: string;
  readonly trackingNumber: string;
}
interface Body {
  readonly id: string;
  readonly code: string;
  readonly detail: string;
  readonly carrier: string;
  readonly shipments: readonly ShipmentBody[];
}
const post = async (url: string, payload: object) => {
  const answer = await app.inject({ method: "POST", url, payload, headers: { authorization: `Bearer ${key}` } });
  return { status: answer.statusCode, type: answer.headers["content-type"], body: answer.json<Body>() };
};
const takeOrder = (shipments: readonly object[] = []) =>
  post("/v1/orders", { number: `D-${(serial += 1)}`, shipments });
const addShipment = async (shipment: object) => post(`/v1/orders/${(await takeOrder()).body.id}/shipments`, shipment);
const countOrders = async () => (await test.db.pool.query("select from orders")).rowCount;

describe("POST /v1/carriers/detect", () => {
  const detect = (trackingNumber: unknown) => post("/v1/carriers/detect", { trackingNumber });

  it("answers the number as it is kept and its candidates, the likeliest first", async () => {
    const { status, body } = await detect(" 4041 7285-3060 ");
    expect(status).toBe(200);
    expect(body).toEqual({
      trackingNumber: OF_FEDEX_OR_DHL,
      candidates: [
        { carrier: "fedex", format: "express 12", certainty: "check_digit" },
        { carrier: "dhl", format: "Parcel DE", certainty: "pattern" },
      ],
    });
  });

  it("answers no candidates for a number that no format fits", async () => {
    expect((await detect(OF_NOBODY)).body).toEqual({ trackingNumber: OF_NOBODY, candidates: [] });
  });

  it.each(["", "1Z", "9".repeat(41), " ".repeat(61), "1Z WB4Y7/2", 404172853060, null])(
    "says 422 of %j, which is no number",
    async (text) => {
      const { status, type, body } = await detect(text);
      expect([status, body.code]).toEqual([422, "request_invalid"]);
      expect(type).toMatch(/^application\/problem\+json/);
    },
  );

  it("wants a key", async () => {
    const payload = { trackingNumber: OF_FEDEX_OR_DHL };
    const answer = await app.inject({ method: "POST", url: "/v1/carriers/detect", payload });
    expect([answer.statusCode, answer.json<Body>().code]).toEqual([401, "key_missing"]);
  });
});

describe("a shipment without a carrier", () => {
  it("is the only candidate's with a right check digit, in an order and added to one", async () => {
    const order = await takeOrder([
      { trackingNumber: "804172853061953" },
      { trackingNumber: "1z wb4y72 03 4172 8539" },
      { carrier: "usps", trackingNumber: "9400190417285306194476" },
    ]);
    expect(order.status).toBe(201);
    expect(
      order.body.shipments.map(({ carrier, trackingNumber }) => `${carrier} ${trackingNumber}`).toSorted(),
    ).toEqual(["fedex 804172853061953", "ups 1ZWB4Y720341728539", "usps 9400190417285306194476"]);
    const added = await addShipment({ trackingNumber: "EA417285308US" });
    expect([added.status, added.body.carrier]).toEqual([201, "usps"]);
  });

  it.each(["JJD000270418653907", OF_FEDEX_OR_DHL])(
    "is not guessed where a pattern alone speaks for one (%s)",
    async (trackingNumber) => {
      const { status, body } = await addShipment({ trackingNumber });
      expect([status, body.code]).toEqual([422, "carrier_ambiguous"]);
      expect(body.detail).toMatch(/dhl \(.*by its pattern only\)/);
    },
  );

  it("is the same shipment when it is said again, with the carrier or without", async () => {
    const { body: order } = await takeOrder([{ trackingNumber: "804172853061946" }]);
    for (const carrier of [{}, { carrier: "fedex" }]) {
      const again = await post(`/v1/orders/${order.id}/shipments`, { trackingNumber: "804172853061946", ...carrier });
      expect([again.status, again.body.id]).toEqual([200, order.shipments[0]?.id]);
    }
  });

  it("is refused as ambiguous, with the candidates, where two fit, and nothing is taken in", async () => {
    const before = await countOrders();
    const { status, type, body } = await takeOrder([{ trackingNumber: OF_FEDEX_AND_USPS }]);
    expect([status, body.code]).toEqual([422, "carrier_ambiguous"]);
    expect(type).toMatch(/^application\/problem\+json/);
    expect(body.detail).toMatch(/9261290417285306194476.*fedex \(ground economy 22, .*usps \(.*State its carrier\.$/);
    expect(await countOrders()).toBe(before);
    expect((await addShipment({ trackingNumber: OF_FEDEX_AND_USPS })).body.code).toBe("carrier_ambiguous");
  });

  it("is refused as undetected, with the carriers there are, where no format fits", async () => {
    const { status, body } = await addShipment({ trackingNumber: OF_NOBODY });
    expect([status, body.code]).toEqual([422, "carrier_undetected"]);
    expect(body.detail).toMatch(/ZZ99ZZ99Z.*state its carrier.*fedex, ups, usps, dhl/);
  });
});

describe("a carrier that is stated", () => {
  it.each([
    ["usps", OF_FEDEX_AND_USPS],
    ["dhl", "404172853070"],
    ["ups", OF_NOBODY],
  ])("(%s) counts, whatever %s looks like", async (carrier, trackingNumber) => {
    const { status, body } = await addShipment({ carrier, trackingNumber });
    expect([status, body.carrier]).toEqual([201, carrier]);
  });

  it("but does not exist is refused, and a replacement has to state one", async () => {
    expect((await addShipment({ carrier: "pigeon", trackingNumber: OF_FEDEX_OR_DHL })).body.code).toBe(
      "carrier_unknown",
    );
    const { body: order } = await takeOrder([{ trackingNumber: "9041728533" }]);
    const answer = await app.inject({
      method: "PATCH",
      url: `/v1/shipments/${order.shipments[0]?.id}`,
      payload: { replaceWith: { trackingNumber: "804172853061946" } },
      headers: { authorization: `Bearer ${key}` },
    });
    expect(answer.json<Body>().code).toBe("request_invalid");
  });
});
