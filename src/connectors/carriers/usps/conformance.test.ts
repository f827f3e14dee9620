import { createHmac } from "node:crypto";
import { describeCarrierConformance } from "../conformance.js";
import { bytes, DELIVERED_PIECE, event, NUMBER, pushBody, trackBody, UPS_BODY } from "./fixtures/bodies.js";
import { usps } from "./usps.js";

const token = "made-up-access-token-of-usps";
const outForDelivery = event("OF", "Out for Delivery");

describeCarrierConformance(usps, {
  credentials: {
    clientId: "made-up-key",
    clientSecret: "made-up-client-secret",
    scope: "tracking subscriptions-tracking",
    baseUrl: "https://usps.example",
    tokenPath: "/oauth2/v3/token",
    trackPath: "/tracking/v3/tracking",
    sendMailingDate: "no",
    pushSecret: "made-up-push-secret-of-32-characters",
    previousPushSecret: "made-up-earlier-push-secret-of-32-characters",
    pushMaxAgeMinutes: "60",
    mid: "",
    notifyEmail: "ops@waybill.example",
    subscriptionsPath: "/subscriptions-tracking/v3/subscriptions",
  },
  nowMs: Date.UTC(2026, 2, 4, 21),
  sameScan: {
    push: pushBody({
      trackingNumber: NUMBER,
      eventCode: "OF",
      eventType: "Out for Delivery",
      eventTimestamp: "2026-03-04T09:15:00",
    }),
    richerPush: pushBody({
      trackingNumber: NUMBER,
      trackingEvents: { ...outForDelivery, eventType: "Out for Delivery, Today" },
    }),
    poll: trackBody([outForDelivery]),
  },
  bodyWithCode: (code) => trackBody([event(code, "Delivered, In/At Mailbox")]),
  foreignBody: UPS_BODY,
  poll: {
    token: {
      isRequest: (request) => request.url.endsWith("/oauth2/v3/token"),
      body: bytes({ access_token: token, token_type: "Bearer", expires_in: 28_799, status: "approved" }),
      value: token,
    },
    queries: [{ trackingNumber: NUMBER, carrierUniqueId: null, shipDate: null }],
    body: bytes(DELIVERED_PIECE),
  },
  push: {
    sign: (rawBody, credentials) => {
      const { timestamp, payload } = JSON.parse(new TextDecoder().decode(rawBody));
      const hmac = createHmac("sha256", credentials.pushSecret ?? "").update(`${timestamp}${payload}`);
      return { headers: { "x-hmac": hmac.digest("base64") }, rawBody };
    },
    signsBody: true,
    maxAgeMs: 3_600_000,
    body: pushBody(DELIVERED_PIECE),
  },
  subscriptions: {
    queries: [{ trackingNumber: NUMBER, carrierUniqueId: null, shipDate: null }],
    hookUrl: "https://waybill.example/hooks/usps/con-1",
    answer: ({ method }) => ({
      status: method === "POST" ? 201 : method === "GET" ? 200 : 204,
      headers: { etag: '"1"' },
      body: bytes(method === "DELETE" ? "" : { subscriptionId: "sub-1", filterProperties: { trackingNumber: NUMBER } }),
    }),
    onThisMachine: { baseUrl: "http://127.0.0.1:4082" },
  },
});
