import { expect, test } from "vitest";
import { exactTextAt, flagAt, listAt, numberAt, readJson, recordAt, startsLikeJson, textAt } from "./json.js";

const bytes = (text: string) => new TextEncoder().encode(text);

test("a body that is no JSON is refused with one sentence that does not quote it", () => {
  for (const body of ["", "  \n", "<html>secret</html>", '{"a": "secret', "secret"]) {
    const reading = readJson(bytes(body), 1_000);
    expect(reading.ok, body).toBe(false);
    expect(JSON.stringify(reading)).not.toContain("secret");
  }
});

test("a body over the limit is not parsed", () => {
  expect(readJson(bytes(`[${"1,".repeat(100)}1]`), 50)).toEqual({
    ok: false,
    problem: "The body is larger than 50 bytes.",
  });
});

test("a byte order mark does not matter", () => {
  expect(readJson(bytes('\uFEFF{"a":1}'), 100)).toEqual({ ok: true, value: { a: 1 } });
});

test("nesting a hundred thousand deep is read or refused, never thrown", () => {
  expect(() => readJson(bytes("[".repeat(100_000)), 1_000_000)).not.toThrow();
});

test("a field of another type reads as missing", () => {
  for (const odd of [null, [], {}, true, 1.5, "", "  "]) expect(textAt({ a: odd }, "a")).toBeNull();
  for (const odd of [null, "x", 1, {}]) expect(listAt({ a: odd }, "a")).toEqual([]);
  for (const odd of [null, "x", 1, []]) expect(recordAt({ a: odd }, "a")).toBeNull();
  for (const odd of [null, "x", "", [], {}]) expect(numberAt({ a: odd }, "a")).toBeNull();
  for (const odd of [null, "yes", 1, []]) expect(flagAt({ a: odd }, "a")).toBeNull();
  for (const odd of [null, undefined, 1, "x", []]) expect(textAt(odd, "a", "b")).toBeNull();
});

test("what an object inherits is not a field of it", () => {
  for (const key of ["constructor", "__proto__", "toString"]) expect(recordAt({}, key)).toBeNull();
});

test("text is one trimmed line without characters that a database refuses", () => {
  expect(textAt({ a: " Left\u0000 at\r\ndoor \uD800" }, "a")).toBe("Left at door");
  expect(textAt({ a: 122816215025810 }, "a")).toBe("122816215025810");
  expect(textAt({ a: "x".repeat(5_000) }, "a")).toHaveLength(1_000);
});

test("numbers and flags are also read from text", () => {
  expect(numberAt({ a: "3599" }, "a")).toBe(3599);
  expect(flagAt({ a: "false" }, "a")).toBe(false);
});

test("an error page does not start like JSON", () => {
  expect(startsLikeJson(bytes(' \n{"a":1'))).toBe(true);
  expect(startsLikeJson(bytes("<!doctype html>"))).toBe(false);
  expect(startsLikeJson(bytes(""))).toBe(false);
});

test("a token is read whole or not at all", () => {
  const token = `e.${"x".repeat(3_000)}`;
  expect(exactTextAt({ a: token }, 4_000, "a")).toBe(token);
  expect(exactTextAt({ a: token }, 2_000, "a")).toBeNull();
  expect(exactTextAt({ a: 5 }, 10, "a")).toBeNull();
});
