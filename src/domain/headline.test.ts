import { describe, expect, it } from "vitest";
import { scan, town } from "../../test/support/given.js";
import { withHeadline } from "./headline.js";
import { UNTIMED } from "./local-time.js";

const label = scan("label_created", "2026-03-02T08:00:00Z");
const failed = scan("problem", "2026-03-03T08:00:00Z", { scanCode: "DE", carrierCode: "DE" });
const headline = scan("recipient_unavailable", "", {
  ...UNTIMED,
  scanCode: "DE",
  carrierCode: "DE/007",
  carrierText: "nobody at home",
  place: town("Reno"),
});

describe("a headline", () => {
  it("sharpens and fills in the newest scan of its code, whose time it keeps", () => {
    const { carrierCode, carrierText, place, meaning } = headline;
    expect(withHeadline([failed, label], headline)).toEqual([
      { ...failed, carrierCode, carrierText, place, meaning },
      label,
    ]);
  });

  it("takes nothing away", () => {
    const known = {
      ...failed,
      ...headline,
      carrierText: "customer out",
      place: town("Sparks"),
      occurredAt: failed.occurredAt,
    };
    expect(withHeadline([known], { ...headline, meaning: failed.meaning })).toEqual([known]);
  });

  it("of another code adds nothing, so that it cannot be counted twice", () => {
    expect(withHeadline([label, failed], { ...headline, scanCode: "DL" })).toEqual([label, failed]);
  });

  it("says nothing about an older scan of its code", () => {
    const moved = scan("moving", "2026-03-04T08:00:00Z");
    expect(withHeadline([failed, moved], headline)).toEqual([failed, moved]);
  });

  it("is a scan when the body has none", () => {
    expect(withHeadline([], headline)).toEqual([headline]);
  });
});
