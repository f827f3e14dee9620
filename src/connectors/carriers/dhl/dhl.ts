import type { Carrier } from "../contract.js";
import { activationOf } from "./activation.js";
import { DHL_CODE_TABLES, dhlStatusCodes } from "./codes.js";
import { DHL_CREDENTIALS } from "./credentials.js";
import { fetchShipments } from "./fetch-shipments.js";
import { DHL_NUMBER_FORMATS } from "./numbers.js";
import { MAX_BODY_BYTES, parseDhl } from "./parse.js";
import { dhlSubscriptions } from "./subscribe.js";
import { DHL_TEST_NUMBERS } from "./test-numbers.js";
import { verifyPush } from "./verify-push.js";

/** DHL, all divisions: Shipment Tracking - Unified by poll and by push. Bodies of MyDHL and Parcel DE are read too. */
export const dhl: Carrier = {
  code: "dhl",
  name: "DHL",
  numberFormats: DHL_NUMBER_FORMATS,
  testNumbers: DHL_TEST_NUMBERS,
  get statusCodes() {
    return dhlStatusCodes();
  },
  codeTables: DHL_CODE_TABLES,
  credentials: DHL_CREDENTIALS,
  trackingUrl: (trackingNumber) =>
    `https://www.dhl.com/global-en/home/tracking.html?tracking-id=${encodeURIComponent(trackingNumber)}`,
  poll: {
    batchSize: 1,
    maxBytes: MAX_BODY_BYTES,
    // What a new app commonly gets: a call every 5 s and 250 a day, until DHL upgrades it.
    budget: { perSecond: 0.2, perHour: null, perDay: 250 },
    fetch: fetchShipments,
    parse: parseDhl,
  },
  push: {
    maxBytes: MAX_BODY_BYTES,
    verify: verifyPush,
    parse: parseDhl,
    activation: activationOf,
    subscriptions: dhlSubscriptions,
  },
};
