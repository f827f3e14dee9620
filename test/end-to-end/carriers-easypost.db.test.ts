import type { Sandbox } from "../../src/sandbox/sandbox.js";
import { sandboxTrackingNumber } from "../../src/sandbox/tracking-numbers.js";
import type { CarrierProfile } from "../support/carrier-profile.js";
import { proveEnding } from "../support/prove-ending.js";
import { proveFaults } from "../support/prove-faults.js";
import { proveJourney } from "../support/prove-journey.js";

const account = ({ urls, client }: Sandbox) => ({ apiKey: client.clientSecret, baseUrl: `${urls.easypost}/v2` });

const EASYPOST: CarrierProfile = {
  carrier: "easypost",
  movedBy: "ups",
  numberOf: (serial) => sandboxTrackingNumber("ups", serial),
  credentials: (sandbox) => ({ ...account(sandbox), webhookSecret: "lichen-and-limestone" }),
  pollingCredentials: account,
  // There is one call that makes trackers and shows them.
  asking: { method: "POST", path: /^\/v2\/trackers$/, counts: "subscribe" },
  access: "key",
  saysHowLong: true,
};

proveJourney(EASYPOST);
proveFaults(EASYPOST);
proveEnding(EASYPOST);
