import type { Carrier } from "../contract.js";
import { SHIPENGINE_CODE_TABLES, SHIPENGINE_STATUS_CODES } from "./codes.js";
import { SHIPENGINE_CREDENTIALS } from "./credentials.js";
import { fetchTracking } from "./fetch-tracking.js";
import { parseAnswer, parsePush, SHIPENGINE_MAX_BYTES } from "./parse.js";
import { SHIPENGINE_KEYS } from "./signing-keys.js";
import { SHIPENGINE_SUBSCRIPTIONS } from "./subscriptions.js";
import { verifyShipEnginePush } from "./verify-push.js";

/** ShipEngine, also sold as ShipStation API: news of any carrier that the account is connected with, by poll and by push. */
export const shipengine: Carrier = {
  code: "shipengine",
  name: "ShipEngine",
  aggregator: true,
  numberFormats: [],
  statusCodes: SHIPENGINE_STATUS_CODES,
  codeTables: SHIPENGINE_CODE_TABLES,
  credentials: SHIPENGINE_CREDENTIALS,
  poll: {
    batchSize: 1,
    maxBytes: SHIPENGINE_MAX_BYTES,
    // 200 calls a minute with a production key; a TEST_ key has 20.
    budget: { perSecond: 3.3, perHour: null, perDay: null },
    fetch: fetchTracking,
    parse: parseAnswer,
    // A number of the right form that no mailer has: any answer about it proves the key, also that USPS is not connected.
    checkQuery: { trackingNumber: "9400190000417000000386", carrierUniqueId: null, shipDate: null, carrier: "usps" },
  },
  push: {
    maxBytes: SHIPENGINE_MAX_BYTES,
    verify: verifyShipEnginePush,
    parse: parsePush,
    signingKeys: SHIPENGINE_KEYS,
    subscriptions: SHIPENGINE_SUBSCRIPTIONS,
  },
};
