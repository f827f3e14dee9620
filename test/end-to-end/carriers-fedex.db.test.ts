import type { Sandbox } from "../../src/sandbox/sandbox.js";
import { sandboxTrackingNumber } from "../../src/sandbox/tracking-numbers.js";
import type { CarrierProfile } from "../support/carrier-profile.js";
import { proveEnding } from "../support/prove-ending.js";
import { proveFaults } from "../support/prove-faults.js";
import { proveJourney } from "../support/prove-journey.js";

const PUSH_TOKEN = "heather-and-peat";

const account = ({ urls, client }: Sandbox) => ({ ...client, baseUrl: urls.fedex });

const FEDEX: CarrierProfile = {
  carrier: "fedex",
  numberOf: (serial) => sandboxTrackingNumber("fedex", serial),
  credentials: (sandbox) => ({
    ...account(sandbox),
    pushToken: PUSH_TOKEN,
    subscribePath: "/aiv/v1/trackingnumbers",
    jobStatusPath: "/aiv/v1/jobs/{jobId}",
    jobDetailsPath: "/aiv/v1/jobs/{jobId}/details",
  }),
  pollingCredentials: account,
  setUp: (sandbox, url) => sandbox.setPortalHook({ kind: "fedex", url, secret: PUSH_TOKEN }),
  asking: { method: "POST", path: /^\/track\//, counts: "track" },
  access: "token",
  saysHowLong: true,
};

proveJourney(FEDEX);
proveFaults(FEDEX);
proveEnding(FEDEX);
