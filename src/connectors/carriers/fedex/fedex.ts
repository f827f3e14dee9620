import type { Carrier } from "../contract.js";
import { FEDEX_CODE_TABLES, FEDEX_STATUS_CODES } from "./codes.js";
import { FEDEX_CREDENTIALS } from "./credentials.js";
import { FEDEX_BATCH_SIZE, FEDEX_MAX_BYTES, fetchTrackings } from "./fetch-trackings.js";
import { FEDEX_NUMBER_FORMATS } from "./numbers.js";
import { parseFedexReport } from "./parse-report.js";
import { FEDEX_REASON_CODES } from "./reasons.js";
import { fedexSubscriptions } from "./subscribe.js";
import { FEDEX_TEST_NUMBERS } from "./test-numbers.js";
import { verifyFedexPush } from "./verify-push.js";

/** FedEx: Track API for polling, Advanced Integrated Visibility for pushes. */
export const fedex: Carrier = {
  code: "fedex",
  name: "FedEx",
  numberFormats: FEDEX_NUMBER_FORMATS,
  testNumbers: FEDEX_TEST_NUMBERS,
  statusCodes: [...FEDEX_STATUS_CODES, ...FEDEX_REASON_CODES],
  codeTables: FEDEX_CODE_TABLES,
  credentials: FEDEX_CREDENTIALS,
  trackingUrl: (trackingNumber) => `https://www.fedex.com/fedextrack/?trknbr=${encodeURIComponent(trackingNumber)}`,
  poll: {
    batchSize: FEDEX_BATCH_SIZE,
    maxBytes: FEDEX_MAX_BYTES,
    // 1,400 calls in 10 s and 100,000 a day for each project (developer portal); far below the first is plenty.
    budget: { perSecond: 50, perHour: null, perDay: 100_000 },
    fetch: fetchTrackings,
    parse: parseFedexReport,
  },
  push: {
    maxBytes: FEDEX_MAX_BYTES,
    verify: verifyFedexPush,
    parse: parseFedexReport,
    subscriptions: fedexSubscriptions,
  },
};
