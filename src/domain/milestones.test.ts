import { expect, it } from "vitest";
import { given, scan } from "../../test/support/given.js";
import { replayMilestones } from "./milestones.js";

it("milestones are the changes in timeline order, each with whether it is news", () => {
  const { timeline } = given([
    scan("delivered", "2026-03-04T12:00:00Z"),
    scan("departed", "2026-03-03T08:00:00Z"),
    scan("label_created", "2026-03-02T08:00:00Z"),
    scan("arrived", "2026-03-03T20:00:00Z"),
    scan("out_for_delivery", "2026-03-04T07:00:00Z"),
    scan("signed_for", "2026-03-04T12:05:00Z"),
  ]);
  const told = replayMilestones(timeline, { destination: null }).map(({ subStatus, isNews }) => [subStatus, isNews]);
  expect(told).toEqual([
    ["label_created", true],
    ["departed", true],
    ["arrived", false],
    ["out_for_delivery", true],
    ["delivered", true],
  ]);
});

it("a status that comes back is a milestone again", () => {
  const { timeline } = given([
    scan("moving", "2026-03-02T08:00:00Z"),
    scan("delayed", "2026-03-03T08:00:00Z"),
    scan("moving", "2026-03-04T08:00:00Z"),
  ]);
  expect(replayMilestones(timeline, { destination: null }).map(({ status }) => status)).toEqual([
    "in_transit",
    "exception",
    "in_transit",
  ]);
});
