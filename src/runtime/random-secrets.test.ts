import { expect, test } from "vitest";
import { hashSecret, newApiKey, newShortLink } from "./random-secrets.js";

test("a short link is 22 characters that an address can hold, out of 128 random bits", () => {
  const asked: number[] = [];
  const link = newShortLink((count) => {
    asked.push(count);
    return new Uint8Array(count).fill(0xfb);
  });
  expect(asked).toEqual([16]);
  expect(link).toMatch(/^[A-Za-z0-9_-]{22}$/);
});

test("an API key is wb_ and 43 characters, out of 256 random bits", () => {
  expect(newApiKey(() => new Uint8Array(32))).toBe(`wb_${"A".repeat(43)}`);
  expect(newApiKey()).not.toBe(newApiKey());
});

test("a secret is stored as its SHA-256", () => {
  expect(hashSecret("abc").toString("hex")).toBe("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
});
