import { isSandboxAddress, type TestNumbers } from "../contract.js";
import { settingOf } from "./credentials.js";

/** The mock numbers of FedEx's sandbox (Track API, "Mock Tracking Numbers"). Its answers are canned: the dates contradict each other. */
export const FEDEX_TEST_NUMBERS: TestNumbers = {
  appliesTo: (credentials) => isSandboxAddress(settingOf(credentials, "baseUrl"), ["apis-sandbox.fedex.com"]),
  numbers: [
    { trackingNumber: "122816215025810", shows: "delivered" },
    { trackingNumber: "449044304137821", shows: "label_created" },
    { trackingNumber: "020207021381215", shows: "in_transit" },
    { trackingNumber: "039813852990618", shows: "in_transit" },
    { trackingNumber: "231300687629630", shows: "out_for_delivery" },
    { trackingNumber: "377101283611590", shows: "exception" },
    { trackingNumber: "070358180009382", shows: "exception" },
    { trackingNumber: "02394653018047202719", shows: "delivered" },
  ],
};
