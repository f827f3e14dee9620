import { createHmac } from "node:crypto";
import { describe, expect, test } from "vitest";
import { listAt, textAt } from "../runtime/json.js";
import { type BurstOptions, buildBurst } from "./burst.js";

const OPTIONS: BurstOptions = {
  carrier: "fedex",
  pushes: 103,
  parcels: 10,
  seed: 7,
  secret: "s3cret",
  endAt: Date.parse("2026-11-24T12:00:00Z"),
};

describe("a burst", () => {
  test("is the same for the same seed, and another for another", () => {
    const digest = (seed: number) =>
      buildBurst({ ...OPTIONS, seed })
        .pushes.map(({ body }) => body.toString())
        .join();
    expect(digest(7)).toBe(digest(7));
    expect(digest(8)).not.toBe(digest(7));
  });

  test("has as many distinct bodies as asked for, over as many parcels", () => {
    const { pushes, expected } = buildBurst(OPTIONS);
    expect(new Set(pushes.map(({ body }) => body.toString())).size).toBe(103);
    expect(expected.size).toBe(10);
    expect([...expected.values()].map((scans) => scans.length).sort((a, b) => a - b)).toEqual([
      10, 10, 10, 10, 10, 10, 10, 11, 11, 11,
    ]);
  });

  test("expects scans that differ by the minute, the label first and the delivery last", () => {
    for (const scans of buildBurst(OPTIONS).expected.values()) {
      const minutes = scans.map(({ occurredAt }) => Math.floor(occurredAt / 60_000));
      expect(new Set(minutes).size).toBe(scans.length);
      expect(minutes).toEqual(minutes.toSorted((a, b) => a - b));
      expect(scans.map(({ code }) => code)).toMatchObject({ 0: "OC", [scans.length - 1]: "DL" });
    }
  });

  test("of FedEx pushes signs each body, which states one of the expected scans", () => {
    const { pushes, expected } = buildBurst(OPTIONS);
    const stated = pushes.map(({ trackingNumber, body, headers }) => {
      expect(headers["fdx-signature"]).toBe(createHmac("sha256", "s3cret").update(body).digest("base64"));
      const [result] = listAt(JSON.parse(body.toString()), "output", "completeTrackResults");
      const scans = listAt(listAt(result, "trackResults")[0], "scanEvents");
      expect(scans).toHaveLength(1);
      return `${trackingNumber} ${textAt(scans[0], "eventType")} ${Date.parse(textAt(scans[0], "date") ?? "")}`;
    });
    const wanted = [...expected].flatMap(([number, scans]) =>
      scans.map(({ code, occurredAt }) => `${number} ${code} ${occurredAt}`),
    );
    expect(stated.sort()).toEqual(wanted.sort());
  });

  test("of UPS pushes carries the credential, and its bodies state the expected scans", () => {
    const { pushes, expected } = buildBurst({ ...OPTIONS, carrier: "ups" });
    const stated = pushes.map(({ trackingNumber, body, headers }) => {
      expect(headers["credential"]).toBe("s3cret");
      const event: unknown = JSON.parse(body.toString());
      const [day, time] = [textAt(event, "gmtActivityDate") ?? "", textAt(event, "gmtActivityTime") ?? ""];
      const iso = `${day.slice(0, 4)}-${day.slice(4, 6)}-${day.slice(6)}T${time.slice(0, 2)}:${time.slice(2, 4)}:${time.slice(4)}Z`;
      const code = `${textAt(event, "activityStatus", "type")}/${textAt(event, "activityStatus", "code")}`;
      return `${trackingNumber} ${code} ${Date.parse(iso)}`;
    });
    const wanted = [...expected].flatMap(([number, scans]) =>
      scans.map(({ code, occurredAt }) => `${number} ${code} ${occurredAt}`),
    );
    expect(stated.sort()).toEqual(wanted.sort());
  });

  test("with impossible numbers is refused", () => {
    expect(() => buildBurst({ ...OPTIONS, parcels: 104 })).toThrow(RangeError);
    expect(() => buildBurst({ ...OPTIONS, pushes: 0 })).toThrow(RangeError);
    expect(() => buildBurst({ ...OPTIONS, pushes: 10_001, parcels: 10 })).toThrow(RangeError);
  });
});
