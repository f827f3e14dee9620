import { createHmac } from "node:crypto";
import { describeCarrierConformance } from "../conformance.js";
import { fedex } from "./fedex.js";
import { bytes, pollBody, pushBody, scanEvent, trackResult } from "./fixtures/bodies.js";

const NUMBER = "568283610012000";
const ATTEMPTED_AT = "2026-03-04T09:12:00-07:00";

const attempt = scanEvent("DE", ATTEMPTED_AT, {
  eventDescription: "Delivery exception",
  exceptionCode: "007",
  exceptionDescription: "Customer not available or business closed",
});

/** Everything that a body can state, so that every field of it can be damaged. */
const full = trackResult(NUMBER, {
  latestStatusDetail: {
    code: "DE",
    derivedCode: "DE",
    description: "Delivery exception",
    scanLocation: { city: "Boise", stateOrProvinceCode: "ID", countryCode: "US" },
    ancillaryDetails: [{ reason: "007", reasonDescription: "Customer not available or business closed" }],
    delayDetail: { type: "GENERAL", status: "DELAYED" },
  },
  dateAndTimes: [
    { type: "SHIP", dateTime: "2026-03-01T00:00:00-06:00" },
    { type: "ESTIMATED_DELIVERY", dateTime: "2026-03-05T00:00:00-06:00" },
    { type: "APPOINTMENT_DELIVERY", dateTime: "2026-03-05T14:00:00-06:00" },
  ],
  estimatedDeliveryTimeWindow: { window: { begins: "2026-03-05T10:00:00-06:00", ends: "2026-03-05T14:00:00-06:00" } },
  deliveryDetails: { receivedByName: "A.RECEIVER", locationType: "RESIDENCE", locationDescription: "Front Door" },
  availableImages: [{ type: "SIGNATURE_PROOF_OF_DELIVERY" }],
  additionalTrackingInfo: {
    packageIdentifiers: [{ type: "PARTNER_CARRIER_NUMBER", values: ["9261290100000000000004"] }],
  },
  scanEvents: [attempt, scanEvent("PU", "2026-03-02T00:00:00")],
});

describeCarrierConformance(fedex, {
  nowMs: Date.parse("2026-03-04T17:00:00Z"),
  credentials: {
    clientId: "l7-key-of-the-project",
    clientSecret: "secret-key-of-the-project",
    pushToken: "security-token-of-the-webhook",
    previousPushToken: "security-token-of-last-year",
    baseUrl: "https://apis-sandbox.fedex.com",
    tokenPath: "/oauth/token",
    trackPath: "/track/v1/trackingnumbers",
    pushCovers: "numbers",
    subscribePath: "/webhook/association",
    jobStatusPath: "/webhook/jobs/{jobId}",
    jobDetailsPath: "/webhook/jobs/{jobId}/details",
  },
  sameScan: {
    push: pushBody(
      trackResult(NUMBER, { scanEvents: [scanEvent("DE", ATTEMPTED_AT, { scanLocation: {}, locationId: "" })] }),
    ),
    richerPush: pushBody(trackResult(NUMBER, { scanEvents: [attempt] })),
    poll: pollBody(
      trackResult(NUMBER, {
        latestStatusDetail: { code: "DE", description: "Delivery exception", ancillaryDetails: [{ reason: "007" }] },
        scanEvents: [{ ...attempt, delayDetail: { type: "LOCAL", status: "DELAYED" } }],
      }),
    ),
  },
  bodyWithCode: (code) => pollBody(trackResult(NUMBER, { scanEvents: [scanEvent(code, ATTEMPTED_AT)] })),
  foreignBody: bytes({ trackResponse: { shipment: [{ inquiryNumber: "1Z5R89390357567127", package: [] }] } }),
  poll: {
    token: {
      isRequest: (request) => request.url.endsWith("/oauth/token"),
      body: bytes({
        access_token: `eyJ.${"t".repeat(1_400)}.sig`,
        token_type: "bearer",
        expires_in: 3599,
        scope: "CXS",
      }),
      value: `eyJ.${"t".repeat(1_400)}.sig`,
    },
    queries: [
      { trackingNumber: NUMBER, carrierUniqueId: null, shipDate: "2026-03-01" },
      { trackingNumber: "041441760228964", carrierUniqueId: "61040~041441760228964~FDEG", shipDate: null },
    ],
    body: pollBody(
      full,
      trackResult("041441760228964", { error: { code: "TRACKING.TRACKINGNUMBER.NOTFOUND", message: "Not found." } }),
    ),
  },
  push: {
    signsBody: true,
    maxAgeMs: null,
    body: pushBody(full),
    sign: (rawBody, credentials) => ({
      rawBody,
      headers: {
        "fdx-signature": createHmac("sha256", credentials["pushToken"] ?? "")
          .update(rawBody)
          .digest("base64"),
      },
    }),
  },
  subscriptions: {
    queries: [
      { trackingNumber: NUMBER, carrierUniqueId: null, shipDate: null },
      { trackingNumber: "041441760228964", carrierUniqueId: null, shipDate: null },
    ],
    hookUrl: "https://waybill.example/hooks/fedex/con-1",
    answer: ({ url, method }) => {
      const job = { jobId: "job-1", jobStatus: method === "POST" ? "SUBMITTED" : "COMPLETED" };
      const trackingNumberDetails = [
        { trackingNumber: NUMBER, status: "SUCCESS" },
        { trackingNumberInfo: { trackingNumber: "041441760228964" }, error: { code: "TRACKINGNUMBER.NOTELIGIBLE" } },
      ];
      const output = url.endsWith("/details") ? { ...job, trackingNumberDetails } : job;
      return { status: 200, headers: {}, body: bytes({ output }) };
    },
    onThisMachine: { baseUrl: "http://127.0.0.1:4084" },
  },
});
