import { expect } from "vitest";
import type { Sandbox } from "../../src/sandbox/sandbox.js";
import { sandboxTrackingNumber } from "../../src/sandbox/tracking-numbers.js";
import type { CarrierProfile } from "../support/carrier-profile.js";
import { proveEnding } from "../support/prove-ending.js";
import { proveFaults } from "../support/prove-faults.js";
import { proveJourney } from "../support/prove-journey.js";
import { proveStanding } from "../support/prove-standing.js";

const account = ({ urls, client }: Sandbox) => ({ apiKey: client.clientSecret, baseUrl: urls.shipengine });

const SHIPENGINE: CarrierProfile = {
  carrier: "shipengine",
  movedBy: "usps",
  numberOf: (serial) => sandboxTrackingNumber("usps", serial),
  credentials: (sandbox) => ({
    ...account(sandbox),
    jwksUrl: `${sandbox.urls.shipengine}/jwks`,
    pushSecret: "moss-and-marble",
  }),
  pollingCredentials: account,
  // It signs with another key from then on, which nobody has been told of.
  meanwhile: (sandbox) => sandbox.rotateKeys(),
  afterwards(calls) {
    const fetched = calls.filter(({ path }) => path === "/jwks");
    expect(fetched.map(({ status }) => status)).toEqual([200, 200]);
  },
  asking: { method: "GET", path: /^\/v1\/tracking$/, counts: "track" },
  access: "key",
  saysHowLong: true,
};

proveJourney(SHIPENGINE);
proveFaults(SHIPENGINE);
proveStanding(SHIPENGINE);
proveEnding(SHIPENGINE);
