import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { given, scan, town } from "../../test/support/given.js";
import { timeAtPlace, UNTIMED } from "./local-time.js";
import { buildTimeline } from "./timeline.js";

const at = "2026-03-02T16:00:00Z";
const own = (...[subStatus, when, more]: Parameters<typeof scan>) =>
  scan(subStatus, when, { carrier: "ups", place: town("Reno"), ...more });
const relayed = (...[subStatus, when, more]: Parameters<typeof scan>) =>
  scan(subStatus, when, { carrier: "easypost", relayed: true, place: town("RENO"), ...more });
const voices = (...scans: Parameters<typeof given>[0]) => given(scans).timeline.map(({ carrier }) => carrier);

describe("what an aggregator relays", () => {
  it("is not shown beside the carrier's own scan of the same fact", () => {
    expect(voices(relayed("departed", at), own("departed", at))).toEqual(["ups"]);
    expect(voices(own("departed", at), relayed("departed", at))).toEqual(["ups"]);
  });

  it("is shown where the carrier did not say it itself", () => {
    expect(voices(relayed("departed", at), own("arrived", at))).toHaveLength(2);
    expect(voices(relayed("departed", at), own("departed", "2026-03-02T16:01:00Z"))).toHaveLength(2);
    expect(voices(relayed("departed", at, { place: town("Elko") }), own("departed", at))).toHaveLength(2);
  });

  it("is an echo of a sharper word of the carrier, but not the other way round", () => {
    expect(voices(relayed("moving", at), own("departed", at))).toEqual(["ups"]);
    expect(voices(relayed("departed", at), own("moving", at))).toHaveLength(2);
  });

  it("is known as the same by the wall clock where only that is known", () => {
    const clock = { ...(timeAtPlace("2026-03-02T08:00:00", null) ?? UNTIMED) };
    expect(voices(relayed("departed", "", clock), own("departed", "", clock))).toEqual(["ups"]);
  });

  it("by two aggregators is shown once", () => {
    const other = { ...relayed("departed", at), carrier: "shipengine" };
    expect(voices(relayed("departed", at), other)).toEqual(["easypost"]);
    expect(voices(other, relayed("departed", at))).toEqual(["easypost"]);
  });

  it("without a status is nobody's echo", () => {
    const unmapped = { ...relayed("moving", at), meaning: { kind: "unmapped" as const } };
    expect(voices(unmapped, own("moving", at))).toHaveLength(2);
  });

  it("never depends on who came first", () => {
    const voice = fc.constantFrom("ups", "easypost", "shipengine");
    const subStatus = fc.constantFrom("moving" as const, "departed" as const, "delivered" as const);
    const minute = fc.constantFrom(at, "2026-03-02T16:01:00Z");
    const story = fc.array(fc.tuple(voice, subStatus, minute), { maxLength: 8 });
    fc.assert(
      fc.property(story, (told) => {
        const scans = told.map(([carrier, what, when]) =>
          carrier === "ups" ? own(what, when) : { ...relayed(what, when), carrier },
        );
        expect(buildTimeline(scans.toReversed())).toEqual(buildTimeline(scans));
      }),
    );
  });
});
