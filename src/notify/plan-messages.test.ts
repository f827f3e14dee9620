import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { UncoveredNews } from "../store/messages.js";
import { type PlanInput, planMessages } from "./plan-messages.js";

const news = (
  id: number,
  shipmentId: string,
  status: UncoveredNews["status"],
  subStatus: UncoveredNews["subStatus"],
): UncoveredNews => ({
  cause: `transition:${id}`,
  transitionId: id,
  shipmentId,
  status,
  subStatus,
});
const confirmation: UncoveredNews = {
  cause: "confirmed",
  transitionId: null,
  shipmentId: null,
  status: "order_confirmed",
  subStatus: "confirmed",
};
const input = (given: Partial<PlanInput>): PlanInput => ({
  news: [],
  confirmation: null,
  isOldOrder: false,
  hasEarlierNews: false,
  retiredShipmentIds: new Set(),
  obstacle: null,
  ...given,
});
const outcome = (given: Partial<PlanInput>) =>
  planMessages(input(given)).map((plan) => [plan.news.cause, plan.state === "suppressed" ? plan.reason : plan.state]);

describe("planMessages", () => {
  it("tells the confirmation while there is no other news", () => {
    expect(outcome({ confirmation })).toEqual([["confirmed", "queued"]]);
  });

  it("lets a parcel's news overtake the confirmation", () => {
    const moving = news(1, "a", "in_transit", "moving");
    expect(outcome({ confirmation, news: [moving] })).toEqual([
      ["confirmed", "superseded"],
      ["transition:1", "queued"],
    ]);
    expect(outcome({ confirmation, hasEarlierNews: true })).toEqual([["confirmed", "superseded"]]);
  });

  it("tells only the latest of what one parcel went through", () => {
    const log = [news(1, "a", "label_created", "label_created"), news(2, "a", "in_transit", "moving")];
    expect(outcome({ news: log })).toEqual([
      ["transition:1", "superseded"],
      ["transition:2", "queued"],
    ]);
  });

  it("tells two parcels that got equally far in one message, and others apart", () => {
    const log = [
      news(1, "a", "in_transit", "moving"),
      news(2, "b", "in_transit", "moving"),
      news(3, "c", "delivered", "delivered"),
    ];
    expect(outcome({ news: log })).toEqual([
      ["transition:1", "queued"],
      ["transition:2", "merged"],
      ["transition:3", "queued"],
    ]);
  });

  it("says nothing of parcels that were voided or replaced", () => {
    const log = [news(1, "a", "in_transit", "moving")];
    expect(outcome({ news: log, retiredShipmentIds: new Set(["a"]) })).toEqual([["transition:1", "shipment_retired"]]);
  });

  it("confirms an order whose only news is of a parcel that was voided", () => {
    const log = [news(1, "a", "in_transit", "moving")];
    expect(outcome({ confirmation, news: log, retiredShipmentIds: new Set(["a"]) })).toEqual([
      ["confirmed", "queued"],
      ["transition:1", "shipment_retired"],
    ]);
  });

  it("does not confirm an order that is old, but tells the fresh news of its parcels", () => {
    expect(outcome({ confirmation, isOldOrder: true })).toEqual([["confirmed", "old_order"]]);
    const log = [news(1, "a", "in_transit", "moving")];
    expect(outcome({ news: log, isOldOrder: true })).toEqual([["transition:1", "queued"]]);
  });

  it("names the obstacle when nothing can be sent", () => {
    const log = [news(1, "a", "in_transit", "moving")];
    expect(outcome({ confirmation, news: log, obstacle: "no_address" })).toEqual([
      ["confirmed", "no_address"],
      ["transition:1", "no_address"],
    ]);
  });

  it("covers every piece of news by exactly one plan, whatever the log", () => {
    const arbitrary = fc.array(
      fc.record({
        shipment: fc.constantFrom("a", "b", "c"),
        status: fc.constantFrom("in_transit", "delivered"),
        retired: fc.boolean(),
      }),
      { maxLength: 12 },
    );
    fc.assert(
      fc.property(arbitrary, (rows) => {
        const log = rows.map((row, index) =>
          news(index, row.shipment, row.status as "delivered", row.status === "delivered" ? "delivered" : "moving"),
        );
        const retired = new Set(rows.filter((row) => row.retired).map((row) => row.shipment));
        const plans = planMessages(input({ news: log, confirmation, retiredShipmentIds: retired }));
        expect(plans.map((plan) => plan.news)).toEqual([confirmation, ...log]);
        for (const plan of plans) {
          if (plan.state !== "merged") continue;
          const into = plans.find((other) => other.news === plan.into);
          expect(into?.state).toBe("queued");
        }
      }),
    );
  });
});
