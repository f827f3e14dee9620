import type { Carrier } from "../contract.js";
import { WREN_CODE_TABLES, WREN_STATUS_CODES } from "./codes.js";
import { WREN_CREDENTIALS } from "./credentials.js";
import { fetchParcels, WREN_BATCH_SIZE } from "./fetch-parcels.js";
import { WREN_NUMBER_FORMATS } from "./numbers.js";
import { parseWren, WREN_MAX_BYTES } from "./parse-wren.js";
import { wrenSubscriptions } from "./subscribe.js";
import { WREN_TEST_NUMBERS } from "./test-numbers.js";
import { verifyWrenPush } from "./verify-push.js";

/** Wren Parcel: Parcel API by poll, watches by push. Wren does not exist; its folder shows how a carrier is added. */
export const wren: Carrier = {
  code: "wren",
  name: "Wren Parcel",
  numberFormats: WREN_NUMBER_FORMATS,
  testNumbers: WREN_TEST_NUMBERS,
  statusCodes: WREN_STATUS_CODES,
  codeTables: WREN_CODE_TABLES,
  credentials: WREN_CREDENTIALS,
  trackingUrl: (trackingNumber) => `https://www.wren.example/parcels/${encodeURIComponent(trackingNumber)}`,
  poll: {
    batchSize: WREN_BATCH_SIZE,
    maxBytes: WREN_MAX_BYTES,
    // What Wren grants a new account (Parcel API, limits).
    budget: { perSecond: 2, perHour: null, perDay: 5_000 },
    fetch: fetchParcels,
    parse: parseWren,
  },
  push: {
    maxBytes: WREN_MAX_BYTES,
    verify: verifyWrenPush,
    parse: parseWren,
    subscriptions: wrenSubscriptions,
  },
};
