import { describe, expect, it } from "vitest";
import { scan } from "../../test/support/given.js";
import type { Scan } from "../domain/scan.js";
import { scanDigest, scanIdentity } from "../domain/scan-identity.js";
import type { StoredEddStatement } from "../store/edd-statements.js";
import type { NewScanEvent } from "../store/scan-events.js";
import { compareEdds, compareVersions, countScans, type SourcedScan } from "./replay-versions.js";

const AT = "2026-03-02T08:00:00Z";
const unmapped = scan("held", AT, { meaning: { kind: "unmapped" } });
const mapped = scan("held", AT);
const richer = scan("held", AT, { carrierText: "Held at the depot" });

const stored = (messageId: string, one: Scan): SourcedScan => ({
  shipmentId: "shp_1",
  identity: scanIdentity(one),
  digest: scanDigest(one),
  scan: one,
  messageId,
});
const said = (messageId: string, one: Scan): NewScanEvent => ({
  ...stored(messageId, one),
  shipmentMonth: "2026-03-01",
  trackingNumber: "1",
  messageMonth: "2026-03-01",
  receivedAt: new Date(AT),
});
const shown = ({ gone, come }: ReturnType<typeof compareVersions>) => ({
  gone: gone.map((version) => version.scan),
  come: come.map((event) => [event.messageId, event.scan]),
});

describe("versions of scans", () => {
  it("are replaced where their message says otherwise now", () => {
    const change = compareVersions([stored("m1", unmapped)], [said("m1", mapped)], new Set(["m1"]));
    expect(shown(change)).toEqual({ gone: [unmapped], come: [["m1", mapped]] });
  });

  it("stay where some message that was read still says them, though not the one that made them", () => {
    const change = compareVersions([stored("m1", mapped)], [said("m2", mapped)], new Set(["m1", "m2"]));
    expect(shown(change)).toEqual({ gone: [], come: [] });
  });

  it("stay where their message was not read again and says more", () => {
    const change = compareVersions([stored("m1", richer)], [said("m2", unmapped)], new Set(["m2"]));
    expect(shown(change)).toEqual({ gone: [], come: [["m2", unmapped]] });
  });

  it("go where the same words were read again in another message and mean something else", () => {
    const change = compareVersions([stored("m1", unmapped)], [said("m2", mapped)], new Set(["m2"]));
    expect(shown(change)).toEqual({ gone: [unmapped], come: [["m2", mapped]] });
  });

  it("come from the message that said them first", () => {
    const change = compareVersions([], [said("m1", mapped), said("m2", mapped)], new Set(["m1", "m2"]));
    expect(shown(change)).toEqual({ gone: [], come: [["m1", mapped]] });
  });

  it("are counted as scans: what keeps a version is changed", () => {
    const other = scan("lost", "2026-03-03T08:00:00Z");
    const more = scan("lost", "2026-03-04T08:00:00Z");
    const before = [stored("m1", unmapped), stored("m1", richer), stored("m1", other)];
    const change = compareVersions(before, [said("m1", mapped), said("m1", more)], new Set(["m1"]));
    expect(countScans(before, change)).toEqual({ added: 1, changed: 1, removed: 1 });
  });
});

describe("delivery dates", () => {
  const stated = (
    from: string,
    receivedAtMs: number,
    source: "carrier" | "promised" = "carrier",
  ): StoredEddStatement => ({
    shipmentId: "shp_1",
    source,
    claim: { from, to: from, windowFrom: null, windowTo: null },
    newestScanKey: null,
    receivedAt: new Date(receivedAtMs),
  });

  it("go where the message of their time does not state them any more, unless somebody else promised them", () => {
    const promised = stated("2026-03-05", 1, "promised");
    const change = compareEdds([stated("2026-03-05", 1), promised, stated("2026-03-06", 9)], [], new Set([1]));
    expect(change).toEqual({ gone: [stated("2026-03-05", 1)], come: [] });
  });

  it("are as old as the last message that still states them", () => {
    const change = compareEdds([stated("2026-03-05", 5)], [stated("2026-03-05", 2)], new Set([2, 5]));
    expect(change).toEqual({ gone: [stated("2026-03-05", 5)], come: [stated("2026-03-05", 2)] });
  });

  it("stay as they are where the same was stated later by a message that was not read again", () => {
    expect(compareEdds([stated("2026-03-05", 5)], [stated("2026-03-05", 2)], new Set([2]))).toEqual({
      gone: [],
      come: [],
    });
  });
});
