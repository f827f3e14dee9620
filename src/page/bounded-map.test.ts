import fc from "fast-check";
import { expect, it } from "vitest";
import { createBoundedMap } from "./bounded-map.js";

const OVERHEAD = 200;

it("holds neither more entries nor more bytes than it may, and gives back what was set last, whatever happens", () => {
  const operation = fc.record({
    kind: fc.constantFrom("set", "get", "delete"),
    key: fc.constantFrom("a", "b", "c", "d", "e"),
    value: fc.nat(),
    bytes: fc.nat(1_500),
  });
  fc.assert(
    fc.property(fc.array(operation, { maxLength: 200 }), (operations) => {
      const map = createBoundedMap<number>({ maxEntries: 3, maxBytes: 2_000 });
      const last = new Map<string, number>();
      for (const { kind, key, value, bytes } of operations) {
        if (kind === "set") {
          map.set(key, value, bytes);
          last.set(key, value);
        } else if (kind === "delete") {
          map.delete(key);
          last.delete(key);
        } else {
          const found = map.get(key);
          if (found !== null) expect(found).toBe(last.get(key));
        }
        expect(map.size).toBeLessThanOrEqual(3);
        expect(map.bytes).toBeLessThanOrEqual(2_000);
        expect(map.size === 0).toBe(map.bytes === 0);
      }
    }),
  );
});

it("lets go first what was not asked for longest", () => {
  const map = createBoundedMap<number>({ maxEntries: 3, maxBytes: 10_000 });
  for (const [at, key] of ["a", "b", "c"].entries()) map.set(key, at, 10);
  map.get("a");
  map.set("d", 3, 10);
  expect(["a", "b", "c", "d"].map((key) => map.get(key))).toEqual([0, null, 2, 3]);
});

it("what is larger than the whole is not kept, nor is what it was to replace", () => {
  const map = createBoundedMap<number>({ maxEntries: 3, maxBytes: 1_000 });
  map.set("a", 1, 10);
  map.set("a", 2, 1_001 - OVERHEAD);
  expect([map.get("a"), map.bytes]).toEqual([null, 0]);
});
