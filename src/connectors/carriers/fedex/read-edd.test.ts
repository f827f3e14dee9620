import { expect, test } from "vitest";
import { readEdd } from "./read-edd.js";

const at = (type: string, dateTime: string) => ({ type, dateTime });
const ESTIMATE = at("ESTIMATED_DELIVERY", "2026-03-05T00:00:00-06:00");
const COMMITMENT = at("COMMITMENT", "2026-03-07T20:00:00-06:00");
const APPOINTMENT = at("APPOINTMENT_DELIVERY", "2026-03-09T14:00:00-06:00");
const standardTransitTimeWindow = { window: { ends: "2026-03-08T00:00:00-06:00" } };

const day = (date: string, windowFrom: string | null = null, windowTo: string | null = null) => ({
  from: date,
  to: date,
  windowFrom,
  windowTo,
});

test("nothing stated is no date", () => {
  expect(readEdd({})).toBeNull();
  expect(
    readEdd({ dateAndTimes: [at("SHIP", "2026-03-01T00:00:00-06:00")], estimatedDeliveryTimeWindow: { window: {} } }),
  ).toBeNull();
});

test("the estimate comes before the commitment, which comes before the standard transit time", () => {
  expect(readEdd({ dateAndTimes: [COMMITMENT, ESTIMATE], standardTransitTimeWindow })).toEqual(day("2026-03-05"));
  expect(readEdd({ dateAndTimes: [COMMITMENT], standardTransitTimeWindow })).toEqual(day("2026-03-07", null, "20:00"));
  expect(readEdd({ standardTransitTimeWindow })).toEqual(day("2026-03-08"));
});

test("an appointment overrides them all", () => {
  expect(readEdd({ dateAndTimes: [ESTIMATE, APPOINTMENT, COMMITMENT] })).toEqual(day("2026-03-09", "14:00"));
});

test("a window is the clock as printed, although its offset is that of Memphis", () => {
  const window = { begins: "2026-03-05T10:15:00-06:00", ends: "2026-03-05T14:15:00-06:00" };
  expect(readEdd({ dateAndTimes: [ESTIMATE], estimatedDeliveryTimeWindow: { window } })).toEqual(
    day("2026-03-05", "10:15", "14:15"),
  );
});

test("an empty window leaves the day; one that only ends or begins is half a window", () => {
  const withWindow = (window: object) => readEdd({ dateAndTimes: [ESTIMATE], estimatedDeliveryTimeWindow: { window } });
  expect(withWindow({})).toEqual(day("2026-03-05"));
  expect(withWindow({ ends: "2026-03-05T17:00:00-06:00" })).toEqual(day("2026-03-05", null, "17:00"));
  expect(withWindow({ begins: "2026-03-05T09:00:00-06:00" })).toEqual(day("2026-03-05", "09:00"));
});

test("a window over days keeps both, one that runs backwards only its end", () => {
  const withWindow = (begins: string, ends: string) =>
    readEdd({ estimatedDeliveryTimeWindow: { window: { begins, ends } } });
  expect(withWindow("2026-03-05T00:00:00-06:00", "2026-03-07T00:00:00-06:00")).toEqual({
    from: "2026-03-05",
    to: "2026-03-07",
    windowFrom: null,
    windowTo: null,
  });
  expect(withWindow("2026-03-08T00:00:00-06:00", "2026-03-07T00:00:00-06:00")).toEqual(day("2026-03-07"));
});

test("a date that is none is not stated", () => {
  expect(
    readEdd({ dateAndTimes: [at("ESTIMATED_DELIVERY", "2026-02-30T00:00:00-06:00"), at("COMMITMENT", "soon")] }),
  ).toBeNull();
});
