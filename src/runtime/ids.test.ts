import { randomBytes } from "node:crypto";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createIdSource, parseId } from "./ids.js";
import { decodeUlid, encodeUlid } from "./ulid.js";

const AT = Date.UTC(2026, 10, 24, 12);

describe("ids", () => {
  test("an id tells its prefix and when it was made", () => {
    const id = createIdSource({ now: () => AT, randomBytes })("ord");
    expect(id).toMatch(/^ord_[0-9a-hjkmnp-tv-z]{26}$/);
    expect(parseId(id)).toMatchObject({ prefix: "ord", createdAt: AT });
  });

  test("ids of one millisecond go up, also over the end of their random part", () => {
    const newId = createIdSource({ now: () => AT, randomBytes: (count) => new Uint8Array(count).fill(255) });
    const ids = [newId("ord"), newId("ord"), newId("ord")];
    expect([...ids].sort()).toEqual(ids);
    expect(new Set(ids).size).toBe(3);
    expect(parseId(ids[1] ?? "")?.createdAt).toBe(AT + 1);
  });

  test("ids go up whatever the clock does", () => {
    const clockReadings = fc.array(fc.integer({ min: AT, max: AT + 20 }), { minLength: 2, maxLength: 50 });
    fc.assert(
      fc.property(clockReadings, (readings) => {
        let reading = 0;
        const newId = createIdSource({ now: () => readings[reading++] ?? AT, randomBytes });
        const ids = readings.map(() => newId("ord"));
        expect([...ids].sort()).toEqual(ids);
        expect(new Set(ids).size).toBe(ids.length);
      }),
    );
  });

  test("two sources make different ids in the same millisecond", () => {
    const options = { now: () => AT, randomBytes };
    expect(createIdSource(options)("ord")).not.toBe(createIdSource(options)("ord"));
  });

  test("a prefix that would not be read back is refused", () => {
    const newId = createIdSource({ now: () => AT, randomBytes });
    for (const prefix of ["", "a", "ORD", "or_d", "toolongprefix"]) expect(() => newId(prefix)).toThrow(RangeError);
  });

  test.each([
    "",
    "ord",
    "ord_",
    "_01",
    `ord_${"z".repeat(26)}`,
    `ord_${"0".repeat(25)}`,
    `ord_${"0".repeat(25)}u`,
    `ORD_${"0".repeat(26)}`,
    "x".repeat(5000),
  ])("%s is no id", (text) => expect(parseId(text)).toBeNull());

  test("16 bytes and their 26 characters are the same, and sort the same", () => {
    const bytes = fc.uint8Array({ minLength: 16, maxLength: 16 });
    fc.assert(
      fc.property(bytes, bytes, (one, other) => {
        expect(Buffer.from(decodeUlid(encodeUlid(one)) ?? [])).toEqual(Buffer.from(one));
        expect(encodeUlid(one) < encodeUlid(other)).toBe(Buffer.compare(one, other) < 0);
      }),
    );
  });
});
