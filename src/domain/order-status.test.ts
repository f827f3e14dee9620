import { describe, expect, it } from "vitest";
import { orderState, type ShipmentOfOrder } from "./order-status.js";
import { type SubStatus, subStatusRow } from "./status.js";

const parcel = (subStatus: SubStatus | null, more: Partial<ShipmentOfOrder> = {}): ShipmentOfOrder => ({
  direction: "outbound",
  status: subStatus && subStatusRow(subStatus).status,
  subStatus,
  voided: false,
  replaced: false,
  ...more,
});
const statusOf = (...shipments: ShipmentOfOrder[]) => orderState(shipments).status;

describe("an order", () => {
  it("is confirmed without any outbound shipment", () => {
    expect(statusOf()).toBe("order_confirmed");
    expect(statusOf(parcel("moving", { direction: "return" }))).toBe("order_confirmed");
    expect(statusOf(parcel("moving", { voided: true }), parcel("moving", { replaced: true }))).toBe("order_confirmed");
  });

  it("has a label from the moment a shipment is registered", () => {
    expect(statusOf(parcel(null))).toBe("label_created");
  });

  it("is as far as its least advanced parcel", () => {
    expect(statusOf(parcel("out_for_delivery"), parcel("arrived"), parcel("delivered"))).toBe("in_transit");
  });

  it("is delivered when every parcel is, not before", () => {
    expect(statusOf(parcel("delivered"), parcel("in_mailbox"))).toBe("delivered");
    expect(statusOf(parcel("delivered"), parcel(null))).toBe("label_created");
  });

  it("is in trouble while one parcel is", () => {
    expect(statusOf(parcel("delivered"), parcel("customs_held"), parcel(null))).toBe("exception");
    expect(statusOf(parcel("delivered"), parcel("disposed"))).toBe("exception");
  });

  it("is not held back by what was returned, cancelled or replaced", () => {
    expect(
      statusOf(
        parcel("delivered"),
        parcel("returned_to_sender"),
        parcel("cancelled"),
        parcel("lost", { replaced: true }),
      ),
    ).toBe("delivered");
    expect(statusOf(parcel("moving"), parcel("returned_to_sender"))).toBe("in_transit");
  });

  it("is in trouble when nothing but returned or cancelled parcels is left, never confirmed or delivered", () => {
    expect(statusOf(parcel("returned_to_sender"))).toBe("exception");
    expect(statusOf(parcel("cancelled"), parcel("returned_to_sender"))).toBe("exception");
  });

  it("counts its parcels by status", () => {
    const { counts } = orderState([
      parcel("delivered"),
      parcel("arrived"),
      parcel(null),
      parcel("moving", { voided: true }),
    ]);
    expect(counts).toEqual({
      order_confirmed: 0,
      label_created: 1,
      in_transit: 1,
      out_for_delivery: 0,
      delivered: 1,
      exception: 0,
    });
  });

  it("is closed when every parcel has come to its end", () => {
    expect(orderState([parcel("delivered"), parcel("returned_to_sender")]).closed).toBe(true);
    expect(orderState([parcel("delivered"), parcel("delayed")]).closed).toBe(false);
    expect(orderState([parcel(null)]).closed).toBe(false);
    expect(orderState([]).closed).toBe(false);
  });
});
