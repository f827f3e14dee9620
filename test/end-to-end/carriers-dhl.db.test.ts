import type { Sandbox } from "../../src/sandbox/sandbox.js";
import { sandboxTrackingNumber } from "../../src/sandbox/tracking-numbers.js";
import type { CarrierProfile } from "../support/carrier-profile.js";
import { proveEnding } from "../support/prove-ending.js";
import { proveFaults } from "../support/prove-faults.js";
import { proveJourney } from "../support/prove-journey.js";
import { proveStanding } from "../support/prove-standing.js";

const account = ({ urls, client }: Sandbox) => ({ apiKey: client.clientSecret, baseUrl: `${urls.dhl}/track` });

const DHL: CarrierProfile = {
  carrier: "dhl",
  numberOf: (serial) => sandboxTrackingNumber("dhl", serial),
  credentials: (sandbox) => ({
    ...account(sandbox),
    pushBaseUrl: `${sandbox.urls.dhl}/tracking/push/v1`,
    pushToken: "gorse-and-granite",
  }),
  pollingCredentials: account,
  asking: { method: "GET", path: /^\/track\/shipments$/, counts: "track" },
  access: "key",
  saysHowLong: false,
};

/** Express prints other words and no codes at all. Its waybills end with a check digit, modulo 7. */
const DHL_EXPRESS: CarrierProfile = {
  ...DHL,
  numberOf(serial) {
    const nine = 601_744_000 + serial;
    return `${nine}${nine % 7}`;
  },
};

proveJourney(DHL);
proveJourney(DHL_EXPRESS, "returned");
proveFaults(DHL);
proveStanding(DHL);
proveEnding(DHL);
