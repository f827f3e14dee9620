import { expect, test } from "vitest";
import { DEFAULT_ACCENT_COLOR, readBrand } from "./brand.js";

test("a store that has set nothing still has a brand to draw", () => {
  expect(readBrand("Fern & Finch", null)).toEqual({
    name: "Fern & Finch",
    logoUrl: null,
    accentColor: DEFAULT_ACCENT_COLOR,
    websiteUrl: null,
    supportUrl: null,
    supportEmail: null,
  });
});

test("what a store has set is read", () => {
  const brand = readBrand("Fern & Finch", {
    logoUrl: "https://cdn.example/logo.svg",
    accentColor: "#0B5D3B",
    supportEmail: "help@fern.example",
  });
  expect(brand).toMatchObject({
    logoUrl: "https://cdn.example/logo.svg",
    accentColor: "#0b5d3b",
    supportEmail: "help@fern.example",
  });
});

test.each([
  ["logoUrl", "javascript:alert(1)"],
  ["logoUrl", "http://cdn.example/logo.svg"],
  ["supportUrl", "https://user:secret@fern.example/"],
  ["supportEmail", "help@fern.example?bcc=all@fern.example"],
  ["supportEmail", "help@fern.example\r\nBcc: all@fern.example"],
  ["websiteUrl", 7],
])("a %s of %j counts as not given", (field, value) => {
  expect(readBrand("Fern & Finch", { [field]: value })).toEqual(readBrand("Fern & Finch", {}));
});

test("an accent that is no #rrggbb falls back", () => {
  expect(readBrand("Fern & Finch", { accentColor: "red;}body{display:none" }).accentColor).toBe(DEFAULT_ACCENT_COLOR);
});
