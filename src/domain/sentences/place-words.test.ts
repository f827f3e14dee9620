import { expect, test } from "vitest";
import { placeLine, readableCity } from "./place-words.js";

test.each([
  ["MEMPHIS", "Memphis"],
  ["KING OF PRUSSIA", "King Of Prussia"],
  ["SAINT-DENIS", "Saint-Denis"],
  ["den Haag", "den Haag"],
])("%s reads %s", (city, read) => {
  expect(readableCity(city)).toBe(read);
});

test("a country is named only when it is not the one the parcel goes to", () => {
  const memphis = { city: "MEMPHIS", region: "TN", country: "US" };
  expect(placeLine(memphis, "US", "en")).toBe("Memphis, TN");
  expect(placeLine(memphis, "DE", "en")).toBe("Memphis, TN, United States");
  expect(placeLine({ city: null, region: null, country: "US" }, "US", "en")).toBe("United States");
});

test("a place of which nothing is known has no line", () => {
  expect(placeLine({ city: "", region: null, country: null }, null, "en")).toBeNull();
  expect(placeLine(null, null, "en")).toBeNull();
});
