import { describeCarrierConformance } from "../conformance.js";
import { activity, bytes, DELIVERED_PARCEL, FEDEX_BODY, NUMBER, pushBody, trackBody } from "./fixtures/bodies.js";
import { ups } from "./ups.js";

const token = "made-up-access-token-of-ups";

describeCarrierConformance(ups, {
  credentials: {
    clientId: "made-up-client",
    clientSecret: "made-up-client-secret",
    merchantId: "WB4Y72",
    baseUrl: "https://ups.example",
    locale: "en_US",
    transactionSource: "waybill",
    pushSecret: "made-up-push-secret",
    previousPushSecret: "made-up-earlier-push-secret",
    pushClientId: "made-up-push-client",
    pushClientSecret: "made-up-push-client-secret",
    previousPushClientSecret: "made-up-earlier-push-client-secret",
    pushCovers: "numbers",
    pushVersion: "v2",
    pushType: "standard",
  },
  nowMs: Date.UTC(2026, 2, 4, 21),
  sameScan: {
    push: pushBody({ type: "I", code: "OT", description: "Out for Delivery" }),
    richerPush: pushBody(
      { type: "I", code: "OT", description: "Out for Delivery Today", descriptionCode: "021" },
      {
        gmtOffset: "-06.00",
        deliveryStartTime: "130000",
        deliveryEndTime: "170000",
        gmtActivityTime: "151533",
        localActivityTime: "091533",
      },
    ),
    poll: trackBody({
      activity: [activity({ type: "I", code: "OT", statusCode: "021", description: "Out For Delivery " })],
    }),
  },
  bodyWithCode: (code) =>
    trackBody({ activity: [activity({ type: "I", code, statusCode: code, description: "Delivered" })] }),
  foreignBody: FEDEX_BODY,
  poll: {
    token: {
      isRequest: (request) => request.url.endsWith("/oauth/token"),
      body: bytes({ token_type: "Bearer", access_token: token, expires_in: "14399", status: "approved" }),
      value: token,
    },
    queries: [{ trackingNumber: NUMBER, carrierUniqueId: null, shipDate: null }],
    body: trackBody(DELIVERED_PARCEL),
  },
  push: {
    sign: (rawBody, credentials) => ({ headers: { credential: credentials.pushSecret }, rawBody }),
    signsBody: false,
    maxAgeMs: null,
    body: pushBody(
      { type: "D", code: "FS", description: "Delivered", descriptionCode: "011" },
      { receivedBy: "SAMPLE" },
    ),
  },
  subscriptions: {
    queries: [
      { trackingNumber: NUMBER, carrierUniqueId: null, shipDate: null },
      { trackingNumber: "1RWB2026A0004179", carrierUniqueId: null, shipDate: null },
      { trackingNumber: "MI204718WB00093311", carrierUniqueId: null, shipDate: null },
    ],
    hookUrl: "https://waybill.example/hooks/ups/con-1",
    answer: () => ({
      status: 200,
      headers: {},
      body: bytes({ validTrackingNumbers: [NUMBER], invalidTrackingNumbers: ["1RWB2026A0004179"] }),
    }),
    onThisMachine: { baseUrl: "http://127.0.0.1:4081" },
  },
});
