import { describe, expect, it } from "vitest";
import { given, scan, town } from "../../test/support/given.js";
import { timeAtPlace, timeOnDay, timeWithOffset, UNTIMED } from "./local-time.js";
import { sortKey, UNTIMED_SORT_KEY } from "./sort-key.js";

const floating = (clock: string) => timeAtPlace(clock, null) ?? UNTIMED;
const codes = (story: ReturnType<typeof given>) => story.timeline.map((entry) => entry.scanCode);

describe("versions of one scan", () => {
  const pushed = scan("problem", "2026-03-02T08:00:00Z", {
    scanCode: "DE",
    carrierCode: "DE",
    ...floating("2026-03-02T08:00:00"),
  });
  const polled = scan("recipient_unavailable", "2026-03-02T08:00:00Z", {
    scanCode: "DE",
    carrierCode: "DE/007",
    carrierText: "nobody at home",
    place: town("Reno"),
    ...timeWithOffset("2026-03-02T08:00:30-08:00"),
  });

  it("are one entry that has the best of each", () => {
    const [entry, ...others] = given([pushed, polled]).timeline;
    expect(others).toEqual([]);
    expect(entry).toMatchObject({ ...polled, sortKey: Date.parse("2026-03-02T16:00:30Z") });
    expect(given([polled, pushed]).timeline).toEqual([entry]);
  });

  it("complete each other where neither knows everything", () => {
    const textOnly = { ...pushed, carrierText: "customer not available" };
    const placeOnly = { ...pushed, place: town("Reno") };
    expect(given([textOnly, placeOnly]).timeline).toMatchObject([
      { carrierText: "customer not available", place: town("Reno") },
    ]);
  });

  it("keep a code together with its meaning", () => {
    const unmapped = { ...polled, carrierCode: "DE/999", meaning: { kind: "unmapped" as const } };
    expect(given([unmapped, pushed]).timeline).toMatchObject([{ carrierCode: "DE", meaning: pushed.meaning }]);
  });
});

describe("timeline order", () => {
  it("a label or movement of unknown zone comes before anything that can have followed it", () => {
    const label = scan("label_created", "", floating("2026-03-02T20:00:00"));
    expect(codes(given([scan("picked_up", "2026-03-02T07:00:00Z"), label]))).toEqual(["label_created", "picked_up"]);
  });

  it("a delivery or return of unknown zone comes after anything that can have gone before it", () => {
    for (const end of ["delivered", "returning_to_sender"] as const) {
      expect(
        codes(given([scan(end, "", floating("2026-03-02T09:00:00")), scan("arrived", "2026-03-02T18:00:00Z")])),
      ).toEqual(["arrived", end]);
    }
  });

  it("trouble of unknown zone is taken at its reading", () => {
    expect(sortKey(scan("delayed", "", floating("2026-03-02T09:00:00")))).toBe(Date.parse("2026-03-02T09:00:00Z"));
  });

  it("a pickup that is known by its day only does not come after the scans of that day", () => {
    const pickup = scan("picked_up", "", timeOnDay("2026-03-02") ?? UNTIMED);
    expect(codes(given([scan("departed", "2026-03-02T03:00:00+09:00"), pickup]))).toEqual(["picked_up", "departed"]);
  });

  it("a scan without any time hides nothing that has one", () => {
    expect(sortKey(scan("delivered", "", UNTIMED))).toBe(UNTIMED_SORT_KEY);
    expect(codes(given([scan("moving", "2026-03-02T08:00:00Z"), scan("label_created", "", UNTIMED)]))).toEqual([
      "label_created",
      "moving",
    ]);
  });

  it("in one minute trouble comes first, then the stages, and the end of the road after the road", () => {
    const minute = "2026-03-02T08:00:00Z";
    const all = (
      ["delivered", "returned_to_sender", "label_created", "delayed", "out_for_delivery", "moving"] as const
    ).map((sub) => scan(sub, minute));
    expect(codes(given(all))).toEqual([
      "delayed",
      "returned_to_sender",
      "label_created",
      "moving",
      "out_for_delivery",
      "delivered",
    ]);
  });
});
