import { expect, test } from "vitest";
import { readAddress, readServiceArea } from "./place.js";
import { readScanTime, readSplitTime } from "./scan-time.js";

const place = (countryCode: string, addressLocality: string) => readAddress({ countryCode, addressLocality });
const BERLIN = place("DE", "Berlin");
const VIENNA = place("AT", "Wien");
const NOWHERE = { origin: null, destination: null };

test("a bare clock is read where the scan happened", () => {
  expect(readScanTime("2026-07-04T10:40:00", BERLIN, NOWHERE)).toMatchObject({
    occurredAt: Date.UTC(2026, 6, 4, 8, 40),
    utcOffset: "+02:00",
    zone: "place",
  });
});

test("a clock in a country of several zones fixes no instant, unless its region does", () => {
  expect(readScanTime("2026-07-04T10:40:00", place("US", "HENDERSON"), NOWHERE)).toMatchObject({
    occurredAt: null,
    localTime: "2026-07-04T10:40:00",
    zone: "unknown",
  });
  expect(readScanTime("2026-07-04T10:40:00", place("US", "Fresno, CA, US"), NOWHERE).utcOffset).toBe("-07:00");
});

test("a Z is not believed, and with it no instant is known", () => {
  for (const at of [BERLIN, null])
    expect(readScanTime("2026-07-04T10:40:00Z", at, { origin: BERLIN, destination: BERLIN })).toMatchObject({
      occurredAt: null,
      localTime: "2026-07-04T10:40:00",
    });
});

test("a scan without a place is timed only where both ends share a zone", () => {
  const time = "2026-07-04T10:40:00";
  expect(readScanTime(time, null, { origin: BERLIN, destination: BERLIN }).zone).toBe("place");
  expect(readScanTime(time, null, { origin: BERLIN, destination: VIENNA }).zone).toBe("unknown");
  expect(readScanTime(time, null, { origin: null, destination: BERLIN }).zone).toBe("unknown");
});

test("a date alone, nonsense and nothing are no times", () => {
  expect(readScanTime("2026-07-04", BERLIN, NOWHERE)).toMatchObject({ occurredAt: null, precision: "day" });
  for (const odd of ["2026-02-30T10:00:00", "soon", "2026-07-04T24:00:00", null])
    expect(readScanTime(odd, BERLIN, NOWHERE)).toMatchObject({ occurredAt: null, localTime: null });
});

test("MyDHL's offset goes before the place, and a wrong one is left", () => {
  expect(readSplitTime("2026-07-04", "10:40:00", "+09:00", BERLIN).utcOffset).toBe("+09:00");
  expect(readSplitTime("2026-07-04", "10:40:00", "+99:00", BERLIN).utcOffset).toBe("+02:00");
  expect(readSplitTime("2026-07-04", null, "+02:00", BERLIN)).toMatchObject({ occurredAt: null, precision: "day" });
  expect(readSplitTime(null, "10:40:00", "+02:00", BERLIN).localTime).toBeNull();
});

test.each([
  ["", "Deutschland", { city: null, region: null, country: "DE" }],
  ["", "PORTO - PORTUGAL", { city: "PORTO", region: null, country: "PT" }],
  ["", "OAKLAND GATEWAY, CA - USA", { city: "OAKLAND GATEWAY", region: "CA", country: "US" }],
  ["US", "Reno, NV, US", { city: "Reno", region: "NV", country: "US" }],
  ["US", "GEORGIA", { city: "GEORGIA", region: null, country: "US" }],
  ["", "San Jose, CA", { city: "San Jose", region: "CA", country: null }],
  ["ZZ", "Kiel", { city: "Kiel", region: null, country: null }],
  ["NL", "Kade 2, DELFT", { city: "Kade 2, DELFT", region: null, country: "NL" }],
])("the address %j %j is %j", (countryCode, addressLocality, town) => {
  expect(readAddress({ countryCode, addressLocality })).toMatchObject(town);
});

test("a postal code has a digit in it", () => {
  expect(readAddress({ countryCode: "GB", postalCode: "HEATHROW" })?.postalCode).toBeNull();
  expect(readAddress({ countryCode: "GB", postalCode: "W1A 1AA" })?.postalCode).toBe("W1A 1AA");
});

test("a service area names town and country", () => {
  expect(readServiceArea({ code: "OPO", description: "PORTO-PT" })).toEqual({
    city: "PORTO",
    region: null,
    country: "PT",
    postalCode: null,
    facilityCode: "OPO",
  });
  expect(readServiceArea({})).toBeNull();
});
