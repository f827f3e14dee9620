import { describe, expect, it } from "vitest";
import { given, scan, town } from "../../test/support/given.js";

const HOME = town("Saint Paul", { region: "MN", postalCode: "55101" });
const SENDER = town("Reno", { region: "NV", postalCode: "89501" });

describe("the latest mapped scan gives the status", () => {
  it("nothing is known before a scan is mapped", () => {
    expect(given([]).status).toBeNull();
    expect(given([scan("moving", "2026-03-02T08:00:00Z", { meaning: { kind: "unmapped" } })]).status).toBeNull();
  });

  it("scans count in the order in which they happened, not in which they came", () => {
    const late = scan("moving", "2026-03-02T08:00:00Z");
    expect(given([scan("out_for_delivery", "2026-03-03T08:00:00Z"), late]).status).toBe(
      "out_for_delivery/out_for_delivery",
    );
  });

  it("known but meaningless codes and unknown codes move nothing", () => {
    const story = given([
      scan("out_for_delivery", "2026-03-03T08:00:00Z"),
      scan("moving", "2026-03-03T09:00:00Z", { meaning: { kind: "information" } }),
      scan("moving", "2026-03-03T10:00:00Z", { meaning: { kind: "unmapped" } }),
    ]);
    expect(story.status).toBe("out_for_delivery/out_for_delivery");
    expect(story.timeline).toHaveLength(3);
  });

  it("movement ends trouble", () => {
    const story = given([scan("delayed_weather", "2026-03-02T08:00:00Z"), scan("departed", "2026-03-02T20:00:00Z")]);
    expect(story.status).toBe("in_transit/departed");
  });

  it("a cancelled parcel that moves after all is on its way", () => {
    const story = given([scan("cancelled", "2026-03-02T08:00:00Z"), scan("picked_up", "2026-03-02T20:00:00Z")]);
    expect(story.status).toBe("in_transit/picked_up");
  });

  it("of two scans in one minute progress outlives trouble", () => {
    const minute = "2026-03-02T08:00:00Z";
    expect(given([scan("delivered", minute), scan("recipient_unavailable", minute)]).status).toBe(
      "delivered/delivered",
    );
  });
});

describe("a label never lowers a later stage", () => {
  it("a label printed after the first movement", () => {
    const story = given([scan("arrived", "2026-03-02T01:23:00Z"), scan("label_created", "2026-03-02T10:04:00Z")]);
    expect(story.status).toBe("in_transit/arrived");
  });

  it("a late label does not end trouble", () => {
    const story = given([scan("address_issue", "2026-03-02T08:00:00Z"), scan("label_created", "2026-03-02T09:00:00Z")]);
    expect(story.status).toBe("exception/address_issue");
  });

  it("a pickup that failed is told after the label", () => {
    const story = given([scan("label_created", "2026-03-02T08:00:00Z"), scan("pickup_failed", "2026-03-03T18:00:00Z")]);
    expect(story.status).toBe("label_created/pickup_failed");
  });
});

describe("a return stays a return", () => {
  const refused = scan("returning_to_sender", "2026-03-05T08:00:00Z", { place: HOME });

  it("neither movement nor out for delivery lifts it", () => {
    const onTheWay = [
      scan("departed", "2026-03-05T20:00:00Z", { place: HOME }),
      scan("out_for_delivery", "2026-03-07T08:00:00Z"),
    ];
    expect(given([refused, ...onTheWay], HOME).status).toBe("exception/returning_to_sender");
    expect(given([refused, ...onTheWay], HOME).fold?.entry.scanCode).toBe("returning_to_sender");
  });

  it("what is delivered then is delivered to the sender", () => {
    const back = scan("delivered", "2026-03-08T10:00:00Z", { place: SENDER });
    expect(given([refused, back], HOME).status).toBe("exception/returned_to_sender");
    expect(given([refused, back], HOME).fold?.entry.scanCode).toBe("delivered");
  });

  it("unless it is known to be at the shipment's destination", () => {
    const handedOver = scan("delivered", "2026-03-08T10:00:00Z", { place: HOME });
    expect(given([refused, handedOver], HOME).status).toBe("delivered/delivered");
  });

  it("a place or a destination that is not known is not the destination", () => {
    const somewhere = scan("delivered", "2026-03-08T10:00:00Z");
    expect(given([refused, somewhere], HOME).status).toBe("exception/returned_to_sender");
    expect(given([refused, { ...somewhere, place: HOME }], null).status).toBe("exception/returned_to_sender");
  });

  it("a later code that takes the return back lets it go on", () => {
    const takenBack = scan("delivery_change", "2026-03-06T08:00:00Z", { flags: { cancelsReturn: true } });
    const story = [
      refused,
      takenBack,
      scan("out_for_delivery", "2026-03-07T08:00:00Z"),
      scan("delivered", "2026-03-07T12:00:00Z"),
    ];
    expect(given(story.slice(0, 2), HOME).status).toBe("in_transit/delivery_change");
    expect(given(story, HOME).status).toBe("delivered/delivered");
  });

  it("trouble on the way back is told, and its end is the return again", () => {
    const delayed = scan("delayed", "2026-03-06T08:00:00Z");
    expect(given([refused, delayed], HOME).status).toBe("exception/delayed");
    expect(given([refused, delayed, scan("moving", "2026-03-07T08:00:00Z")], HOME).status).toBe(
      "exception/returning_to_sender",
    );
  });

  it("a returned parcel that is scanned once more at the sender's depot stays returned", () => {
    const story = [
      refused,
      scan("delivered", "2026-03-08T10:00:00Z"),
      scan("arrived", "2026-03-08T18:00:00Z"),
      scan("delivered", "2026-03-09T09:00:00Z"),
    ];
    expect(given(story, HOME).status).toBe("exception/returned_to_sender");
  });
});

describe("delivered stays delivered", () => {
  const delivered = scan("left_in_safe_place", "2026-03-05T12:00:00Z");

  it("stray scans of the same day do not undo it", () => {
    for (const stray of ["arrived", "out_for_delivery", "delayed", "recipient_unavailable"] as const) {
      expect(given([delivered, scan(stray, "2026-03-05T18:00:00Z")]).status).toBe("delivered/left_in_safe_place");
    }
  });

  it("a second delivery scan does not move the day of delivery", () => {
    const proof = scan("signed_for", "2026-03-06T09:00:00Z");
    expect(given([delivered, proof]).fold?.entry.occurredAt).toBe(Date.parse("2026-03-05T12:00:00Z"));
  });

  it("a code that revokes delivery does", () => {
    const notDelivered = scan("delivery_attempted", "2026-03-05T18:00:00Z", { flags: { revokesDelivery: true } });
    const again = scan("delivered", "2026-03-06T10:00:00Z");
    expect(given([delivered, notDelivered]).status).toBe("exception/delivery_attempted");
    expect(given([delivered, notDelivered, again]).status).toBe("delivered/delivered");
  });

  it("a parcel that is sent back after delivery is on its way back", () => {
    const sentBack = scan("returning_to_sender", "2026-03-07T10:00:00Z", { flags: { revokesDelivery: true } });
    const atSender = scan("delivered", "2026-03-09T10:00:00Z", { place: SENDER });
    expect(given([delivered, sentBack, scan("moving", "2026-03-08T10:00:00Z"), atSender], HOME).status).toBe(
      "exception/returned_to_sender",
    );
  });
});

describe("a number that the carrier gave it for the way back", () => {
  const onReturnLeg = { onReturnLeg: true } as const;

  it("turns a parcel round although nobody said so", () => {
    const story = given([
      scan("moving", "2026-03-02T08:00:00Z"),
      scan("departed", "2026-03-03T08:00:00Z", onReturnLeg),
    ]);
    expect(story.fold).toMatchObject({ status: "exception", subStatus: "returning_to_sender" });
  });

  it("ends at the sender", () => {
    const story = given([
      scan("moving", "2026-03-02T08:00:00Z"),
      scan("label_created", "2026-03-02T09:00:00Z", onReturnLeg),
      scan("delivered", "2026-03-04T08:00:00Z", onReturnLeg),
    ]);
    expect(story.fold).toMatchObject({ status: "exception", subStatus: "returned_to_sender" });
  });

  it("is no return while it is only printed", () => {
    const story = given([
      scan("moving", "2026-03-02T08:00:00Z"),
      scan("label_created", "2026-03-03T08:00:00Z", onReturnLeg),
    ]);
    expect(story.fold).toMatchObject({ status: "in_transit" });
  });
});
