import { isSandboxAddress, type TestNumbers } from "../contract.js";
import { settingOf } from "./credentials.js";

/** The numbers that Wren's sandbox answers about (Parcel API, sandbox). */
export const WREN_TEST_NUMBERS: TestNumbers = {
  appliesTo: (credentials) => isSandboxAddress(settingOf(credentials, "baseUrl"), ["sandbox.wren.example"]),
  numbers: [
    { trackingNumber: "WR0000000109", shows: "delivered" },
    { trackingNumber: "WR0000000208", shows: "exception" },
    { trackingNumber: "WR0000000307", shows: "not_found" },
  ],
};
