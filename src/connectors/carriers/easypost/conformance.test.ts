import { createHmac } from "node:crypto";
import { describe } from "vitest";
import type { HttpRequest, HttpResponse } from "../../../runtime/http-client.js";
import { describeCarrierConformance } from "../conformance.js";
import { describePush } from "../conformance-push.js";
import { EASYPOST_MAX_BYTES } from "./call.js";
import { easypost } from "./easypost.js";
import { bytes, DELIVERED_TRACKER, DHL_BODY, detail, event, NUMBER, OUT, tracker } from "./fixtures/bodies.js";
import { parseEasypost } from "./parse.js";
import { verifyEasypostPush } from "./verify-push.js";

const credentials = {
  apiKey: "made-up-api-key-of-easypost",
  webhookSecret: "made-up-webhook-sécret",
  previousWebhookSecret: "made-up-earlier-webhook-sécret",
  enforceV2: "false",
  dhlCarrier: "DHLExpress",
  baseUrl: "https://easypost.example/v2",
};

const outBare = detail("out_for_delivery", "out_for_delivery");

function sign(text: string | Uint8Array, secret: string | undefined): string {
  const key = (secret ?? "").normalize("NFKD");
  return `hmac-sha256-hex=${createHmac("sha256", key).update(text).digest("hex")}`;
}

const HOOK = "https://waybill.example/hooks/easypost/con_1";

/** EasyPost, which knows our webhook already. */
function agree({ url, method }: HttpRequest): HttpResponse {
  const answer = (body: unknown) => ({ status: 200, headers: {}, body: bytes(body) });
  if (url.endsWith("/webhooks")) return answer({ webhooks: [{ id: "hook_1", url: HOOK, disabled_at: null }] });
  return answer(method === "POST" ? DELIVERED_TRACKER : { success: true });
}

const fixtures = {
  credentials,
  nowMs: Date.UTC(2026, 2, 4, 21),
  sameScan: {
    push: bytes(event(tracker([outBare]))),
    richerPush: bytes(event(tracker([{ ...OUT, carrier_code: "OF", datetime: "2026-03-04T15:15:42Z" }]))),
    poll: bytes(tracker([{ ...OUT, description: "On the vehicle" }], { signed_by: "Q SAMPLE" })),
  },
  bodyWithCode: (code: string) => bytes(tracker([detail(code, "arrived_at_destination", { message: "Delivered" })])),
  foreignBody: DHL_BODY,
  poll: {
    queries: [{ trackingNumber: NUMBER, carrierUniqueId: null, shipDate: null, carrier: "usps" }],
    body: bytes(DELIVERED_TRACKER),
  },
  push: {
    sign: (rawBody: Uint8Array, by: Readonly<Record<string, string>>) => ({
      headers: { "x-hmac-signature": sign(rawBody, by.webhookSecret) },
      rawBody,
    }),
    signsBody: true,
    maxAgeMs: null,
    body: bytes(event(DELIVERED_TRACKER)),
  },
  subscriptions: {
    queries: [{ trackingNumber: NUMBER, carrierUniqueId: null, shipDate: null, carrier: "usps" }],
    hookUrl: HOOK,
    answer: agree,
    onThisMachine: { baseUrl: "http://127.0.0.1:4090/easypost/v2" },
  },
};

describeCarrierConformance(easypost, fixtures);

describe("its push with signature v2 enforced", () =>
  describePush(
    { verify: verifyEasypostPush, parse: parseEasypost, maxBytes: EASYPOST_MAX_BYTES },
    {
      ...fixtures,
      credentials: { ...credentials, enforceV2: "true" },
      push: {
        ...fixtures.push,
        maxAgeMs: 5 * 60_000,
        sign: (rawBody, by, atMs) => {
          const timestamp = new Date(atMs).toUTCString().replace("GMT", "-0000");
          const path = "/hooks/easypost/con_1";
          const signed = Buffer.concat([Buffer.from(`${timestamp}POST${path}`), rawBody]);
          const headers = {
            "x-hmac-signature": sign(rawBody, by.webhookSecret),
            "x-timestamp": timestamp,
            "x-path": path,
            "x-hmac-signature-v2": sign(signed, by.webhookSecret),
          };
          return { headers, rawBody };
        },
      },
    },
  ));
