import type { TestNumbers } from "../contract.js";

/** EasyPost's test numbers (Tracking guide). A test key begins with EZTK and knows no others; a production key knows none of them. */
export const EASYPOST_TEST_NUMBERS: TestNumbers = {
  appliesTo: ({ apiKey = "" }) => apiKey.trim().startsWith("EZTK"),
  numbers: [
    { trackingNumber: "EZ4000000004", shows: "delivered" },
    { trackingNumber: "EZ1000000001", shows: "label_created" },
    { trackingNumber: "EZ2000000002", shows: "in_transit" },
    { trackingNumber: "EZ3000000003", shows: "out_for_delivery" },
    { trackingNumber: "EZ5000000005", shows: "exception" },
    { trackingNumber: "EZ6000000006", shows: "exception" },
    { trackingNumber: "EZ7000000007", shows: null },
  ],
};
