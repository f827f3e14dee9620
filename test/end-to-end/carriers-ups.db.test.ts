import type { Sandbox } from "../../src/sandbox/sandbox.js";
import { sandboxTrackingNumber } from "../../src/sandbox/tracking-numbers.js";
import type { CarrierProfile } from "../support/carrier-profile.js";
import { proveFaults } from "../support/prove-faults.js";
import { proveJourney } from "../support/prove-journey.js";
import { proveStanding } from "../support/prove-standing.js";

const PUSH_SECRET = "bracken-and-slate";

const account = ({ urls, client }: Sandbox) => ({ ...client, baseUrl: urls.ups });

const UPS: CarrierProfile = {
  carrier: "ups",
  numberOf: (serial) => sandboxTrackingNumber("ups", serial),
  credentials: (sandbox) => ({ ...account(sandbox), pushSecret: PUSH_SECRET }),
  pollingCredentials: account,
  asking: { method: "GET", path: /^\/api\/track\/v1\/details\//, counts: "track" },
  access: "token",
  saysHowLong: true,
};

const PUSH_CLIENT = { pushClientId: "waybill", pushClientSecret: PUSH_SECRET };

/** Track Alert v2: no secret goes along, UPS gets tokens from us. */
const UPS_V2: CarrierProfile = {
  ...UPS,
  credentials: (sandbox) => ({ ...account(sandbox), ...PUSH_CLIENT }),
  setUp: (sandbox, url) => sandbox.setPortalHook({ kind: "ups_v2", url, clientId: "waybill", secret: PUSH_SECRET }),
};

proveJourney(UPS_V2, "returned");

proveJourney(UPS);
proveFaults(UPS);
proveStanding(UPS);
