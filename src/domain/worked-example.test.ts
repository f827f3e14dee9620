import { expect, it } from "vitest";
import { scan, town } from "../../test/support/given.js";
import { ScanLog } from "../../test/support/scan-log.js";
import { timeAtPlace, timeWithOffset, UNTIMED } from "./local-time.js";
import { replayMilestones } from "./milestones.js";

const saintPaul = town("Saint Paul", { region: "MN" });
const known = (iso: string) => timeWithOffset(iso) ?? UNTIMED;
const floating = (clock: string) => timeAtPlace(clock, null) ?? UNTIMED;

/** The six bodies of `docs/timeline.md`; Monday is 2 March 2026. */
const bodies = [
  scan("label_created", "", { scanCode: "OC", ...floating("2026-03-02T09:30:00") }),
  scan("out_for_delivery", "", { scanCode: "OD", place: saintPaul, ...known("2026-03-04T08:05:00-06:00") }),
  scan("arrived", "", { scanCode: "AR", place: saintPaul, ...known("2026-03-04T03:40:00-06:00") }),
  scan("problem", "", { scanCode: "DE", carrierCode: "DE", ...floating("2026-03-04T15:12:00") }),
  scan("recipient_unavailable", "", {
    scanCode: "DE",
    carrierCode: "DE/008",
    place: saintPaul,
    ...known("2026-03-04T15:12:00-06:00"),
  }),
  scan("delivered", "", { scanCode: "DL", place: saintPaul, ...known("2026-03-05T12:45:00-06:00") }),
];
const milestones = ["label_created", "arrived", "out_for_delivery", "recipient_unavailable", "delivered"];

function logOf(arrival: typeof bodies) {
  const log = new ScanLog(saintPaul);
  const told = arrival.map((body) => log.deliver([body])?.subStatus ?? null);
  return {
    told,
    timeline: log.timeline,
    milestones: replayMilestones(log.timeline, { destination: saintPaul }).map(({ subStatus }) => subStatus),
  };
}

it("the worked example of the guide is told as the guide says", () => {
  const { told, timeline, milestones: replayed } = logOf(bodies);
  expect(told).toEqual(["label_created", "out_for_delivery", null, "problem", "recipient_unavailable", "delivered"]);
  expect(timeline.map(({ scanCode }) => scanCode)).toEqual(["OC", "AR", "OD", "DE", "DL"]);
  expect(replayed).toEqual(milestones);
});

it("backwards and twice it ends the same", () => {
  const backwards = logOf([...bodies, ...bodies].reverse());
  expect(backwards.timeline).toEqual(logOf(bodies).timeline);
  expect(backwards.milestones).toEqual(milestones);
});
