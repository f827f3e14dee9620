import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { deriveKeyRing, type KeyRing, sealingKey } from "./sealing.js";
import { openTrackingLink, sealTrackingLink, type TrackingLink } from "./tracking-link.js";
import { encodeUlid } from "./ulid.js";

const master: KeyRing = { current: sealingKey(Buffer.alloc(32, 7)), old: [] };
const ring = deriveKeyRing(master, "links");
const link: TrackingLink = {
  storeRef: 12,
  orderId: `ord_${encodeUlid(Buffer.alloc(16, 0x5a))}`,
  epoch: 3,
  issuedDay: 20_781,
};

const links: fc.Arbitrary<TrackingLink> = fc.record({
  storeRef: fc.nat({ max: 0xffffffff }),
  orderId: fc.uint8Array({ minLength: 16, maxLength: 16 }).map((bytes) => `ord_${encodeUlid(bytes)}`),
  epoch: fc.nat({ max: 0xffff }),
  issuedDay: fc.nat({ max: 0xffff }),
});

describe("tracking links", () => {
  test("every link is 76 characters and opens to what was sealed", () => {
    fc.assert(
      fc.property(links, (any) => {
        const token = sealTrackingLink(ring, any);
        expect(token).toMatch(/^[A-Za-z0-9_-]{76}$/);
        expect(openTrackingLink(ring, token)).toEqual(any);
      }),
    );
  });

  test("a link says nothing about its order, and two links of one order have nothing in common but the store", () => {
    const [one, other] = [sealTrackingLink(ring, link), sealTrackingLink(ring, link)].map((token) =>
      Buffer.from(token, "base64url"),
    );
    expect(one?.subarray(0, 9)).toEqual(other?.subarray(0, 9));
    expect(one?.includes(Buffer.alloc(16, 0x5a))).toBe(false);
    expect(one?.subarray(9)).not.toEqual(other?.subarray(9));
  });

  test("a link changed in any character opens nothing", () => {
    const token = sealTrackingLink(ring, link);
    for (let position = 0; position < token.length; position += 1) {
      const changed = token.slice(0, position) + (token[position] === "A" ? "B" : "A") + token.slice(position + 1);
      expect(openTrackingLink(ring, changed)).toBeNull();
    }
  });

  test("whatever text comes in, the answer is a link or null", () => {
    fc.assert(fc.property(fc.string({ maxLength: 200 }), (text) => openTrackingLink(ring, text) === null));
    for (const text of [
      "",
      "A".repeat(76),
      "A".repeat(1_000_000),
      `${sealTrackingLink(ring, link)}\n`,
      `${sealTrackingLink(ring, link)}=`,
    ]) {
      expect(openTrackingLink(ring, text)).toBeNull();
    }
  });

  test("links live through a key rotation, and die with the key", () => {
    const token = sealTrackingLink(ring, link);
    const fresh = sealingKey(Buffer.alloc(32, 8));
    expect(openTrackingLink(deriveKeyRing({ current: fresh, old: [master.current] }, "links"), token)).toEqual(link);
    expect(openTrackingLink(deriveKeyRing({ current: fresh, old: [] }, "links"), token)).toBeNull();
  });

  test("what does not fit into a link is refused", () => {
    for (const wrong of [
      { orderId: "shp_1" },
      { orderId: link.orderId.replace("ord", "shp") },
      { storeRef: -1 },
      { storeRef: 2 ** 32 },
      { epoch: 65_536 },
      { issuedDay: -1 },
    ]) {
      expect(() => sealTrackingLink(ring, { ...link, ...wrong })).toThrow(RangeError);
    }
  });
});
