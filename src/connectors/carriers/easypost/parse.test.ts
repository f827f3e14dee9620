import { describe, expect, test } from "vitest";
import { scanIdentity } from "../../../domain/scan-identity.js";
import { UnreadableBodyError } from "../contract.js";
import { bytes, DELIVERED_TRACKER, detail, event, location, NUMBER, OUT, refusal, tracker } from "./fixtures/bodies.js";
import { parseEasypost } from "./parse.js";

const only = (body: unknown) => {
  const { trackings, notices } = parseEasypost(bytes(body));
  expect([trackings.length, notices.length]).toEqual([1, 0]);
  const [tracking] = trackings;
  if (tracking === undefined) throw new Error("No tracking.");
  return tracking;
};
const scanOf = (more: Record<string, unknown>) =>
  only(tracker([detail("in_transit", "departed_facility", more)])).scans[0];

test("a tracker says whose parcel it is, and everything else it knows", () => {
  const { scans, ...facts } = only(DELIVERED_TRACKER);
  expect(facts).toEqual({
    carrier: "usps",
    trackingNumber: NUMBER,
    carrierUniqueId: null,
    serviceLevel: "Ground Advantage",
    shipDate: null,
    origin: { city: "EL PASO", region: "TX", country: "US", postalCode: "79936", facilityCode: null },
    destination: { city: "AUSTIN", region: "TX", country: "US", postalCode: "78701", facilityCode: null },
    edd: { from: "2026-03-04", to: "2026-03-04", windowFrom: null, windowTo: null },
    proof: { receivedBy: "Q SAMPLE", location: null, hasSignature: false, hasPhoto: false },
    linkedNumbers: [],
  });
  expect(scans.map(({ meaning }) => (meaning.kind === "status" ? meaning.subStatus : meaning.kind))).toEqual([
    "label_created",
    "picked_up",
    "departed",
    "out_for_delivery",
    "signed_for",
  ]);
  expect(scans.every(({ carrier, relayed }) => carrier === "easypost" && relayed === true)).toBe(true);
});

test("a tracker, a list of it and the event of a push say the same", () => {
  const whole = parseEasypost(bytes(DELIVERED_TRACKER));
  expect(parseEasypost(bytes({ trackers: [DELIVERED_TRACKER], has_more: false }))).toEqual(whole);
  for (const description of ["tracker.created", "tracker.updated", "tracker.of_a_new_kind"])
    expect(parseEasypost(bytes(event(DELIVERED_TRACKER, description)))).toEqual(whole);
});

describe("events", () => {
  test.each(["batch.created", "payment.completed", "report.available", "thing.of_a_new_kind"])(
    "%s is about no parcel, and readable",
    (description) => {
      const nothing = { trackings: [], notices: [] };
      expect(parseEasypost(bytes(event({ id: "batch_1", object: "Batch" }, description)))).toEqual(nothing);
      expect(parseEasypost(bytes(event(null, description)))).toEqual(nothing);
    },
  );

  test("one about a tracker that holds none is unreadable", () => {
    for (const odd of [null, {}, { object: "Tracker" }, { tracking_code: "", status: "delivered" }])
      expect(() => parseEasypost(bytes(event(odd)))).toThrow(UnreadableBodyError);
  });

  test("an old one without details, descriptions and carrier details is read", () => {
    const { status_detail: _detail, description: _description, carrier_code: _code, ...scan } = OUT;
    const { status_detail: _detail2, carrier_detail: _carrierDetail, ...old } = tracker([scan]);
    expect(only(event(old)).scans).toMatchObject([
      { scanCode: "out_for_delivery", meaning: { subStatus: "out_for_delivery" }, carrierText: OUT.message },
    ]);
  });
});

describe("lists", () => {
  test("a tracker that cannot be read does not hide the others", () => {
    const trackers = [null, 42, { object: "Tracker" }, DELIVERED_TRACKER];
    expect(parseEasypost(bytes({ trackers, has_more: true })).trackings).toHaveLength(1);
  });

  test("none is a report about no parcel, and nothing but garbage is no report", () => {
    expect(parseEasypost(bytes({ trackers: [], has_more: false }))).toEqual({ trackings: [], notices: [] });
    expect(() => parseEasypost(bytes({ trackers: [42, {}] }))).toThrow(UnreadableBodyError);
  });
});

test("an error about the call names its code and nothing else", () => {
  expect(() => parseEasypost(bytes(refusal("APIKEY.INACTIVE", "sk_live")))).toThrow(
    "The body is an error of the EasyPost API (APIKEY.INACTIVE), not a report.",
  );
  expect(() => parseEasypost(bytes(refusal("sk_live", "sk_live")))).toThrow(/^The body is JSON, but no EasyPost/);
});

describe("times", () => {
  test("an offset gives clock and instant, UTC an instant alone, however it is written", () => {
    expect(scanOf({ datetime: "2026-03-02T11:31:00-07:00" })).toMatchObject({
      occurredAt: Date.UTC(2026, 2, 2, 18, 31),
      localTime: "2026-03-02T11:31:00",
      zone: "offset",
    });
    for (const datetime of ["2026-03-02T18:31:00Z", "2026-03-02T18:31:00+00:00", "2026-03-02T18:31:00.000Z"])
      expect(scanOf({ datetime, tracking_location: location("EL PASO", "TX", "79936") })).toMatchObject({
        occurredAt: Date.UTC(2026, 2, 2, 18, 31),
        localTime: null,
      });
  });

  test("without any offset the place decides, and without a place nobody knows", () => {
    const datetime = "2026-03-02T11:31:00";
    expect(scanOf({ datetime, tracking_location: location("Lyon", null, null, "FR") })).toMatchObject({
      occurredAt: Date.UTC(2026, 2, 2, 10, 31),
      zone: "place",
    });
    expect(scanOf({ datetime })).toMatchObject({ occurredAt: null, zone: "unknown", localTime: datetime });
    expect(scanOf({ datetime: "2026-03-02" })).toMatchObject({ occurredAt: null, precision: "day" });
    expect(scanOf({ datetime: "soon" })).toMatchObject({ occurredAt: null, localTime: null });
  });
});

describe("a scan", () => {
  test("is known by status, detail and minute, whatever is said beside it", () => {
    const scans = [
      scanOf({}),
      scanOf({ message: "Gone", carrier_code: "DP", tracking_location: location("AUSTIN", "TX", "78701") }),
      scanOf({ description: "Left the building", datetime: "2026-03-04T15:15:59Z" }),
    ];
    expect(new Set(scans.map((scan) => scan && scanIdentity(scan)))).toEqual(
      new Set(["easypost|in_transit/departed_facility|2026-03-04T15:15Z"]),
    );
    expect(scans[1]?.carrierCode).toBe("in_transit/departed_facility");
  });

  test("without status is known by its words, and without words is none", () => {
    const said = only(tracker([detail("", null, { message: "Seen" }), detail("", null)], { status: "unknown" }));
    expect(said.scans).toMatchObject([{ scanCode: "text:seen", carrierCode: "", meaning: { kind: "unmapped" } }]);
  });

  test("says which country it was in only where EasyPost does", () => {
    expect(scanOf({ tracking_location: location("HOUSTON", "TX", "77063", null) })?.place).toMatchObject({
      country: null,
    });
    expect(scanOf({ tracking_location: location(null, null, null, "United States") })?.place).toBeNull();
  });
});

describe("the status of the tracker", () => {
  test("adds no scan of its own where there are scans", () => {
    const ahead = { status: "delivered", status_detail: "arrived_at_destination" };
    expect(only(tracker([OUT], ahead)).scans).toHaveLength(1);
    expect(only(tracker([OUT])).scans).toHaveLength(1);
  });

  test("is the only scan, without a time, where there are none", () => {
    const body = tracker([], { status: "delivered", status_detail: "arrived_at_destination", signed_by: "Q SAMPLE" });
    expect(only(body).scans).toMatchObject([
      { scanCode: "delivered/arrived_at_destination", occurredAt: null, localTime: null, relayed: true },
    ]);
  });

  test.each(["unknown", "error"])("%s says nothing of the parcel", (status) => {
    expect(only(tracker([], { status, status_detail: "status_update" })).scans).toEqual([]);
  });
});

test("who signed is proof of a delivery, not of a return", () => {
  const back = tracker([detail("return_to_sender", "arrived_at_destination")], { signed_by: "Q SAMPLE" });
  expect(only(back).proof).toBeNull();
});

test("of two deliveries nobody knows which was signed for", () => {
  const delivery = (datetime: string) => detail("delivered", "arrived_at_destination", { datetime });
  const twice = [delivery("2026-03-04T15:15:00Z"), delivery("2026-03-05T15:15:00Z")];
  const { scans } = only(tracker(twice, { signed_by: "Q SAMPLE" }));
  expect(scans.map(({ meaning }) => meaning)).toMatchObject([{ subStatus: "delivered" }, { subStatus: "delivered" }]);
});

test("a tracker without carrier is EasyPost's", () => {
  expect(only(tracker([OUT], { carrier: null })).carrier).toBe("easypost");
  expect(only(tracker([OUT], { carrier: "CanadaPost" })).carrier).toBe("canada_post");
});

describe("the estimate", () => {
  const day = (fields: Record<string, unknown>) => only(tracker([OUT], fields)).edd?.from ?? null;
  const to = (place: unknown) => ({ carrier_detail: { destination_tracking_location: place } });

  test("is the local date where there is one", () => {
    const carrier_detail = { est_delivery_date_local: "2026-03-06", est_delivery_time_local: "17:00:00" };
    expect(day({ carrier_detail, est_delivery_date: "2026-03-07T00:00:00Z" })).toBe("2026-03-06");
  });

  test.each(["2026-03-07T00:00:00Z", "2026-03-07T00:00:00.000Z", "2026-03-07T00:00:00+00:00", "2026-03-07"])(
    "%s is a date",
    (est_delivery_date) => {
      expect(day({ est_delivery_date, ...to(location("AUSTIN", "TX", "78701")) })).toBe("2026-03-07");
    },
  );

  test("of an instant is the day at the destination, if that is known", () => {
    const est_delivery_date = "2026-03-07T03:00:00Z";
    expect(day({ est_delivery_date, ...to(location("Lyon", null, null, "FR")) })).toBe("2026-03-07");
    expect(day({ est_delivery_date, ...to(location("Lima", null, null, "PE")) })).toBe("2026-03-06");
    expect(day({ est_delivery_date })).toBeNull();
  });

  test("of a clock is the day that it shows", () => {
    expect(day({ est_delivery_date: "2026-03-07T20:00:00-06:00" })).toBe("2026-03-07");
    expect(day({ est_delivery_date: "2026-03-07T20:00:00" })).toBe("2026-03-07");
  });

  test.each([null, "", "soon", "2026-02-30", "2026-02-30T00:00:00Z", "2026-03-07T99:00:00Z", 42])(
    "%j is none",
    (odd) => {
      expect(day({ est_delivery_date: odd })).toBeNull();
    },
  );
});
