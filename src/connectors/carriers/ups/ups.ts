import type { Carrier } from "../contract.js";
import { UPS_CODE_TABLES, upsStatusCodes } from "./codes.js";
import { UPS_CREDENTIALS } from "./credentials.js";
import { fetchDetails, MAX_DETAILS_BYTES } from "./fetch-details.js";
import { UPS_NUMBER_FORMATS } from "./numbers.js";
import { parseUps } from "./parse.js";
import { answerTokenRequest } from "./push-token.js";
import { upsSubscriptions } from "./subscribe.js";
import { UPS_TEST_NUMBERS } from "./test-numbers.js";
import { verifyPush } from "./verify-push.js";

/** UPS: Track API v1 by poll, Track Alert v1 and v2 by push. */
export const ups: Carrier = {
  code: "ups",
  name: "UPS",
  numberFormats: UPS_NUMBER_FORMATS,
  testNumbers: UPS_TEST_NUMBERS,
  get statusCodes() {
    return upsStatusCodes();
  },
  codeTables: UPS_CODE_TABLES,
  credentials: UPS_CREDENTIALS,
  trackingUrl: (trackingNumber) => `https://www.ups.com/track?tracknum=${encodeURIComponent(trackingNumber)}&loc=en_US`,
  poll: {
    batchSize: 1,
    maxBytes: MAX_DETAILS_BYTES,
    // UPS publishes no limit; users stay unharmed at five a second.
    budget: { perSecond: 5, perHour: null, perDay: null },
    fetch: fetchDetails,
    parse: parseUps,
  },
  push: {
    // An enhanced push carries a delivery photo in it.
    maxBytes: 2 * 1024 * 1024,
    verify: verifyPush,
    parse: parseUps,
    token: answerTokenRequest,
    subscriptions: upsSubscriptions,
  },
};
