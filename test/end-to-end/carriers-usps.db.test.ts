import type { Sandbox } from "../../src/sandbox/sandbox.js";
import { sandboxTrackingNumber } from "../../src/sandbox/tracking-numbers.js";
import type { CarrierProfile } from "../support/carrier-profile.js";
import { proveEnding } from "../support/prove-ending.js";
import { proveFaults } from "../support/prove-faults.js";
import { proveJourney } from "../support/prove-journey.js";
import { proveStanding } from "../support/prove-standing.js";

const account = ({ urls, client }: Sandbox) => ({ ...client, baseUrl: urls.usps });

const USPS: CarrierProfile = {
  carrier: "usps",
  numberOf: (serial) => sandboxTrackingNumber("usps", serial),
  credentials: (sandbox) => ({ ...account(sandbox), pushSecret: "heather-and-bog-and-stone-and-peat" }),
  pollingCredentials: account,
  asking: { method: "GET", path: /^\/tracking\//, counts: "track" },
  access: "token",
  saysHowLong: true,
};

proveJourney(USPS);
proveFaults(USPS);
proveStanding(USPS);
proveEnding(USPS);
