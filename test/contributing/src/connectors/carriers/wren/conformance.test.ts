import { createHmac } from "node:crypto";
import { describeCarrierConformance } from "../conformance.js";
import { bytes, DELIVERED_PARCEL, event, FOREIGN_BODY, NUMBER, parcel, pollBody, pushBody } from "./fixtures/bodies.js";
import { wren } from "./wren.js";

const token = "made-up-access-token-of-wren";
const QUERIES = [{ trackingNumber: NUMBER, carrierUniqueId: null, shipDate: null }];

describeCarrierConformance(wren, {
  credentials: {
    clientId: "made-up-client",
    clientSecret: "made-up-client-secret",
    baseUrl: "https://api.wren.example",
    pushSecret: "made-up-push-secret-of-32-characters",
    previousPushSecret: "made-up-earlier-push-secret-of-32-characters",
  },
  nowMs: Date.UTC(2026, 2, 4, 21),
  sameScan: {
    push: pushBody(parcel([{ code: "OUT", at: "2026-03-04T09:15:00" }])),
    richerPush: pushBody(
      parcel([event("OUT", { detail: "VAN", text: "On the van", at: "2026-03-04T09:15:20-05:00" })]),
    ),
    poll: pollBody(parcel([event("OUT")])),
  },
  bodyWithCode: (code) => pollBody(parcel([event(code, { text: "Delivered" })])),
  foreignBody: FOREIGN_BODY,
  poll: {
    token: {
      isRequest: (request) => request.url.endsWith("/v1/token"),
      body: bytes({ access_token: token, expires_in: 3_600 }),
      value: token,
    },
    queries: QUERIES,
    body: pollBody(DELIVERED_PARCEL),
  },
  push: {
    sign: (rawBody, { pushSecret = "" }, atMs) => {
      const seconds = Math.floor(atMs / 1_000);
      const hex = createHmac("sha256", pushSecret).update(`${seconds}.`).update(rawBody).digest("hex");
      return { headers: { "wren-signature": `t=${seconds},v1=${hex}` }, rawBody };
    },
    signsBody: true,
    maxAgeMs: 300_000,
    body: pushBody(DELIVERED_PARCEL),
  },
  subscriptions: {
    queries: QUERIES,
    hookUrl: "https://waybill.example/hooks/wren/con-1",
    answer: ({ method }) => ({
      status: method === "POST" ? 200 : 204,
      headers: {},
      body: bytes({ watches: [{ number: NUMBER, id: "watch-1", until: "2026-04-03T00:00:00Z" }], refused: [] }),
    }),
    onThisMachine: { baseUrl: "http://127.0.0.1:4087" },
  },
});
