import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { createIdSource } from "../runtime/ids.js";
import { hashSecret } from "../runtime/random-secrets.js";
import { deriveKeyRing, sealingKey } from "../runtime/sealing.js";
import { openTrackingLink } from "../runtime/tracking-link.js";
import { createTrackingLinks } from "./tracking-links.js";

const RING = { current: sealingKey(Buffer.alloc(32, 1)), old: [] };
const NOW_MS = Date.parse("2026-03-04T23:59:59Z");
const ORDER_ID = createIdSource({ now: () => NOW_MS, randomBytes })("ord");
const links = createTrackingLinks(RING, "https://track.example.com", { now: () => NOW_MS });

test("a sealed link says which order of which store it opens, since when", () => {
  const [, token] = links.sealed({ id: ORDER_ID, linkEpoch: 3, storeRef: 12 }).split("https://track.example.com/t/");
  expect(openTrackingLink(deriveKeyRing(RING, "links"), token ?? "")).toEqual({
    storeRef: 12,
    orderId: ORDER_ID,
    epoch: 3,
    issuedDay: Date.parse("2026-03-04") / 86_400_000,
  });
});

test("every short link is new, and its hash is the one under which it is looked up", () => {
  const [first, second] = [links.short(), links.short()];
  expect(first.url).toMatch(/^https:\/\/track\.example\.com\/s\/[A-Za-z0-9_-]{22}$/);
  expect(first.linkHash).toEqual(hashSecret(first.url.slice(-22)));
  expect(second.url).not.toBe(first.url);
});
