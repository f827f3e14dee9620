import type { Carrier } from "../contract.js";
import { answerUspsChallenge } from "./answer-challenge.js";
import { USPS_CODE_TABLES, USPS_STATUS_CODES } from "./codes.js";
import { USPS_CREDENTIALS } from "./credentials.js";
import { fetchTracking, USPS_MAX_BYTES } from "./fetch-tracking.js";
import { USPS_NUMBER_FORMATS } from "./numbers.js";
import { parseUsps } from "./parse.js";
import { uspsSubscriptions } from "./subscribe.js";
import { verifyUspsPush } from "./verify-push.js";

/** USPS: Tracking API v3 by poll, Subscriptions - Tracking v3 by push. */
export const usps: Carrier = {
  code: "usps",
  name: "USPS",
  numberFormats: USPS_NUMBER_FORMATS,
  statusCodes: USPS_STATUS_CODES,
  codeTables: USPS_CODE_TABLES,
  credentials: USPS_CREDENTIALS,
  trackingUrl: (trackingNumber) =>
    `https://tools.usps.com/go/TrackConfirmAction?tLabels=${encodeURIComponent(trackingNumber)}`,
  poll: {
    batchSize: 1,
    maxBytes: USPS_MAX_BYTES,
    // What users saw granted to a new app. USPS raises it on request.
    budget: { perSecond: 1, perHour: 60, perDay: null },
    fetch: fetchTracking,
    parse: parseUsps,
  },
  push: {
    maxBytes: USPS_MAX_BYTES,
    verify: verifyUspsPush,
    parse: parseUsps,
    challenge: answerUspsChallenge,
    subscriptions: uspsSubscriptions,
  },
};
