import { describeCarrierConformance } from "../conformance.js";
import { dhl } from "./dhl.js";
import { bytes, DELIVERED_PARCEL, FEDEX_BODY, NUMBER, OUT, pushBody, unified } from "./fixtures/bodies.js";

describeCarrierConformance(dhl, {
  credentials: {
    apiKey: "made-up-consumer-key",
    baseUrl: "https://dhl.example/track",
    service: "parcel-de",
    language: "en",
    requesterCountryCode: "DE",
    pushBaseUrl: "https://dhl.example/tracking/push/v1",
    pushHeader: "X-Api-Key",
    pushToken: "made-up-push-token",
    previousPushToken: "made-up-earlier-push-token",
  },
  nowMs: Date.UTC(2026, 2, 4, 21),
  sameScan: {
    push: pushBody({ timestamp: OUT.timestamp, statusCode: "transit", status: "The shipment is out for delivery." }),
    richerPush: pushBody({
      ...OUT,
      timestamp: "2026-03-04T08:12:44Z",
      description: "Out with the courier of the morning",
    }),
    poll: unified({ events: [{ ...OUT, remark: "By end of day" }] }),
  },
  bodyWithCode: (code) =>
    unified({ events: [{ ...OUT, statusCode: "delivered", status: code, description: "Delivered" }] }),
  foreignBody: FEDEX_BODY,
  poll: {
    queries: [{ trackingNumber: NUMBER, carrierUniqueId: null, shipDate: null }],
    body: unified(DELIVERED_PARCEL),
  },
  push: {
    sign: (rawBody, credentials) => ({ headers: { "x-api-key": credentials.pushToken }, rawBody }),
    signsBody: false,
    maxAgeMs: null,
    body: bytes({
      scope: "subscription.push",
      self: "https://api-eu.dhl.com/tracking/push/v1/subscription/sub-4172",
      shipments: [{ id: NUMBER, service: "parcel-de", status: OUT, ...DELIVERED_PARCEL }],
    }),
  },
  subscriptions: {
    queries: [
      { trackingNumber: NUMBER, carrierUniqueId: null, shipDate: null },
      { trackingNumber: "JVGL0417285306", carrierUniqueId: null, shipDate: null },
    ],
    hookUrl: "https://waybill.example/hooks/dhl/con-1",
    answer: ({ method }) => ({
      status: method === "POST" ? 202 : method === "GET" ? 200 : 204,
      headers: {},
      body: bytes({
        self: "https://dhl.example/tracking/push/v1/subscription/sub-1",
        scope: method === "POST" ? "subscription.created" : "subscription.ready",
        expires: "2026-06-04T00:00:00Z",
        shipmentIDs: [NUMBER, "JVGL0417285306"],
      }),
    }),
    onThisMachine: { pushBaseUrl: "http://127.0.0.1:4083/tracking/push/v1" },
  },
});
