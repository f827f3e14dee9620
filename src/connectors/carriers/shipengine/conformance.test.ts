import type { HttpRequest } from "../../../runtime/http-client.js";
import { describeCarrierConformance } from "../conformance.js";
import { bytes, DELIVERED, event, information, makeKey, NUMBER, pushBody, signPush } from "./fixtures/bodies.js";
import { shipengine } from "./shipengine.js";

const [key, otherKey] = [makeKey(), makeKey()];
const queries = [{ trackingNumber: NUMBER, carrierUniqueId: null, shipDate: null, carrier: "usps" }];
const picked = event("03", "Accepted at Post Office");

describeCarrierConformance(shipengine, {
  credentials: {
    apiKey: "made-up-production-key",
    onBehalfOf: "se-417",
    carrierCodes: "usps=usps",
    baseUrl: "https://shipengine.example",
    pathPrefix: "/v1",
    jwksUrl: "https://shipengine.example/jwks",
    pushMaxAgeMinutes: "5",
    pushSecret: "made-up-push-secret",
    previousPushSecret: "made-up-earlier-push-secret",
    pushHeader: "X-Waybill-Push-Secret",
    takeOverWebhook: "no",
  },
  nowMs: Date.UTC(2026, 2, 4, 21),
  sameScan: {
    push: pushBody(information([{ ...picked, city_locality: "", description: "Accepted" }])),
    richerPush: pushBody(information([{ ...picked, status_code: "AC", status_detail_code: "RECEIVED_BY_CARRIER" }])),
    poll: bytes(information([{ ...picked, status_code: "AC", country_code: "" }], { status_code: "AC" })),
  },
  bodyWithCode: (code) => bytes(information([event("01", "Delivered, Front Door/Porch", { status_code: code })])),
  foreignBody: bytes({ trackingNumber: NUMBER, trackingEvents: [{ eventCode: "01", eventType: "Delivered" }] }),
  poll: { queries, body: bytes(DELIVERED) },
  push: {
    sign: (rawBody, credentials, atMs) => signPush(rawBody, credentials, atMs, key),
    signsBody: true,
    maxAgeMs: 300_000,
    body: pushBody(DELIVERED),
    published: {
      keys: new Map([[key.id, key.publicKey]]),
      signWithOther: (rawBody, credentials, atMs) => signPush(rawBody, credentials, atMs, otherKey, key),
    },
  },
  subscriptions: {
    queries,
    hookUrl: "https://waybill.example/hooks/shipengine/con_417",
    answer: ({ method, url }: HttpRequest) => {
      if (url.includes("/tracking/")) return { status: 204, headers: {}, body: new Uint8Array() };
      const webhook = { webhook_id: "wh-417", event: "batch", url: "https://elsewhere.example/", headers: [] };
      return { status: 200, headers: {}, body: bytes(method === "GET" ? [webhook] : webhook) };
    },
    onThisMachine: { baseUrl: "http://127.0.0.1:4080/shipengine" },
  },
});
