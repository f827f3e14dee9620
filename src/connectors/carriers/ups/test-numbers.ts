import { isSandboxAddress, type TestNumbers } from "../contract.js";
import { baseUrlOf } from "./credentials.js";

/**
 * The numbers of UPS's Customer Integration Environment (Track Alert API, FAQ). They are pushed when they are subscribed there;
 * what the Track API answers about them is not documented.
 */
export const UPS_TEST_NUMBERS: TestNumbers = {
  appliesTo: (credentials) => isSandboxAddress(baseUrlOf(credentials), ["wwwcie.ups.com"]),
  numbers: [
    { trackingNumber: "1ZCIETST0111111114", shows: null },
    { trackingNumber: "1ZCIETST0422222228", shows: null },
  ],
};
