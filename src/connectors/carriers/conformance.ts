import { describe } from "vitest";
import { describeData } from "./conformance-data.js";
import type { CarrierFixtures } from "./conformance-fixtures.js";
import { describeParsers } from "./conformance-parse.js";
import { describePoll } from "./conformance-poll.js";
import { describePush } from "./conformance-push.js";
import { describeSubscriptions } from "./conformance-subscriptions.js";
import type { Carrier } from "./contract.js";

/** Proves one carrier against the contract. Called by `<carrier>/conformance.test.ts`. */
export function describeCarrierConformance(carrier: Carrier, fixtures: CarrierFixtures): void {
  describe(`${carrier.code} is a carrier`, () => {
    describe("its data", () => describeData(carrier));
    describe("its parsers", () => describeParsers(carrier, fixtures));
    const { poll, push } = carrier;
    if (poll !== undefined) describe("its poll", () => describePoll(poll, carrier, fixtures));
    if (push !== undefined) describe("its push", () => describePush(push, fixtures));
    const subscriptions = push?.subscriptions;
    if (subscriptions !== undefined)
      describe("its subscriptions", () => describeSubscriptions(subscriptions, carrier, fixtures));
  });
}
