import { isSandboxAddress, type TestNumbers } from "../contract.js";
import { baseUrlOf } from "./credentials.js";

/** The test numbers of Shipment Tracking - Unified (developer.dhl.com): two that are found, in no promised status, and one that is not. */
export const DHL_TEST_NUMBERS: TestNumbers = {
  appliesTo: (credentials) => isSandboxAddress(baseUrlOf(credentials), ["api-test.dhl.com"]),
  numbers: [
    { trackingNumber: "7777777770", shows: null },
    { trackingNumber: "00340434292135100186", shows: null },
    { trackingNumber: "8264715546", shows: "not_found" },
  ],
};
