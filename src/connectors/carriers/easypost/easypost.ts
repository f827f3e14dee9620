import type { Carrier } from "../contract.js";
import { EASYPOST_MAX_BYTES } from "./call.js";
import { EASYPOST_CODE_TABLES, EASYPOST_STATUS_CODES } from "./codes.js";
import { EASYPOST_CREDENTIALS } from "./credentials.js";
import { fetchTracker } from "./fetch-tracker.js";
import { parseEasypost } from "./parse.js";
import { easypostSubscriptions } from "./subscriptions.js";
import { EASYPOST_TEST_NUMBERS } from "./test-numbers.js";
import { verifyEasypostPush } from "./verify-push.js";

/** EasyPost, which speaks for many carriers: trackers by poll and, with a webhook, by push. */
export const easypost: Carrier = {
  code: "easypost",
  name: "EasyPost",
  numberFormats: [],
  testNumbers: EASYPOST_TEST_NUMBERS,
  statusCodes: EASYPOST_STATUS_CODES,
  codeTables: EASYPOST_CODE_TABLES,
  credentials: EASYPOST_CREDENTIALS,
  aggregator: true,
  poll: {
    batchSize: 1,
    maxBytes: EASYPOST_MAX_BYTES,
    // Documented for lists; every other call is limited by load alone, without a number.
    budget: { perSecond: 5, perHour: null, perDay: null },
    fetch: fetchTracker,
    // A test key knows this number and no real one; what a production key answers about it proves the key as well.
    checkQuery: { trackingNumber: "EZ1000000001", carrierUniqueId: null, shipDate: null, carrier: null },
    parse: parseEasypost,
  },
  push: {
    maxBytes: EASYPOST_MAX_BYTES,
    verify: verifyEasypostPush,
    parse: parseEasypost,
    subscriptions: easypostSubscriptions,
  },
};
