import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { redactFields } from "./redact.js";
import { redactText } from "./redact-text.js";
import { isTellingName } from "./telling-names.js";

describe("redactText", () => {
  test.each([
    ["GET /t/AbC-123_x?lang=de", "GET /t/[redacted]?lang=de"],
    ["https://track.example.com/s/1234567890abcdefghijkl", "https://track.example.com/s/[redacted]"],
    ["next=%2Ft%2FAbC123&x=1", "next=%2Ft%2F[redacted]&x=1"],
    ["Bearer abcdef.ghi-jkl", "Bearer [redacted]"],
    ["authorization: Basic dXNlcjpwYXNz", "authorization: Basic [redacted]"],
    ["key wb_ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_abcde is revoked", "key [redacted] is revoked"],
    ["postgres://waybill:p@ss@db:5432/waybill", "postgres://[redacted]@db:5432/waybill"],
    ["grant_type=x&client_secret=abc123&scope=y", "grant_type=x&client_secret=[redacted]&scope=y"],
    ['{"password": "hunter2", "n": 1}', '{"password": "[redacted]", "n": 1}'],
    ['"{\\"access_token\\":\\"abc\\"}"', '"{\\"access_token\\":\\"[redacted]\\"}"'],
    ["x-api-key: abc", "x-api-key: [redacted]"],
    ["fdx-signature=abc", "fdx-signature=[redacted]"],
    ["Key (email)=(jane.doe+shop@example.co.uk) exists", "Key (email)=([e-mail]) exists"],
    ["to jörg%40exämple.de", "to [e-mail]"],
    ["call +49 170 1234567 now", "call [phone] now"],
  ])("%s becomes %s", (text, clean) => expect(redactText(text)).toBe(clean));

  test.each([
    "2026-11-24T12:00:00+02:00",
    "2026-11-24T12:00:00.123+0200",
    "1Z999AA10123456784 was moved to /shipments/shp_1",
    "connect ECONNREFUSED 127.0.0.1:5432",
    "at parse (/app/dist/runtime/config.js:10:5)",
  ])("%s stays as it is", (text) => expect(redactText(text)).toBe(text));

  test("a long text is cut and its length told", () => {
    expect(redactText("x".repeat(9_000), 10)).toBe(`${"x".repeat(10)}… (9000 characters)`);
  });

  test("an address that the cut goes through does not come out by half", () => {
    fc.assert(
      fc.property(fc.integer({ min: 7_900, max: 8_010 }), (before) => {
        expect(redactText(`${"x ".repeat(before / 2)}jane.doe@example.com ${"y".repeat(500)}`, 20_000)).not.toContain(
          "jane",
        );
      }),
    );
  });

  test("a hostile text takes no longer to search than its length allows", () => {
    for (const piece of ["a@", "://", "token=", "+1 ", "/t/", "%40", "a.", "Basic "]) {
      expect(redactText(piece.repeat(100_000)).length).toBeLessThan(4_100);
    }
  });
});

describe("redactFields", () => {
  const PLANTED = "pl4nted-s3cret";

  test.each([
    "authorization",
    "Authorization",
    "credentials",
    "client_secret",
    "clientSecret",
    "password",
    "accessToken",
    "fdx-signature",
    "X-Api-Key",
    "apiKey",
    "set-cookie",
    "keys",
    "key",
    "email",
    "customerEmail",
    "phone",
    "phoneNumber",
    "name",
    "first_name",
    "address",
    "addressLine1",
    "address_lines",
    "shippingAddress",
    "recipient",
    "recipientName",
    "postalCode",
    "to",
    "databaseUrl",
  ])("what is called %s never comes out, whatever its shape and depth", (name) => {
    for (const value of [PLANTED, [PLANTED], { inner: PLANTED }, new Map([["a", PLANTED]])]) {
      const shapes = [
        { [name]: value },
        { a: { b: { c: [{ [name]: value }] } } },
        { err: new Error("x", { cause: { [name]: value } }) },
      ];
      for (const shape of shapes) expect(JSON.stringify(redactFields(shape))).not.toContain(PLANTED);
    }
  });

  test("headers as pairs, as a flat list and as labelled values are read too", () => {
    const shapes = [
      [["x-api-key", PLANTED]],
      ["host", "a", "x-api-key", PLANTED],
      [{ name: "x-api-key", value: PLANTED }],
      new Map([["x-api-key", PLANTED]]),
    ];
    for (const headers of shapes) expect(JSON.stringify(redactFields({ headers }))).not.toContain(PLANTED);
  });

  test("nothing comes out of a name either", () => {
    expect(JSON.stringify(redactFields({ "jane@example.com": 1 }))).not.toContain("jane");
  });

  test("facts stay", () => {
    const facts = {
      orderId: "ord_1",
      carrier: "ups",
      trackingNumber: "1Z",
      count: 3,
      ok: true,
      none: null,
      at: "2026-11-24T12:00:00Z",
      storeName: "Acme",
      hostname: "a",
    };
    expect(redactFields(facts)).toEqual(facts);
    expect(redactFields({ at: new Date(0), big: 5n, bytes: Buffer.alloc(3), bad: Number.NaN, hasToken: true })).toEqual(
      {
        at: "1970-01-01T00:00:00.000Z",
        big: "5",
        bytes: "[3 bytes]",
        bad: "NaN",
        hasToken: true,
      },
    );
  });

  test("an error keeps type, message, stack, code and cause, and loses what it carries besides", () => {
    const error = Object.assign(new TypeError("broken for jane@example.com", { cause: new Error("Bearer abcdefgh") }), {
      code: "23505",
      detail: `Key (x)=(${PLANTED})`,
      parameters: [PLANTED],
    });
    const { err } = redactFields({ err: error });
    expect(err).toMatchObject({
      type: "TypeError",
      message: "broken for [e-mail]",
      code: "23505",
      cause: { message: "Bearer [redacted]" },
    });
    const text = JSON.stringify(err);
    expect(text).toContain("redact.test.ts");
    expect(text).not.toMatch(/jane|abcdefgh|pl4nted/);
  });

  test("circles, depth, getters that throw and proxies end in a line and not in an error", () => {
    const circle: Record<string, unknown> = { n: 1 };
    circle.self = circle;
    const hostile = {
      get broken(): never {
        throw new Error(PLANTED);
      },
    };
    const copy = redactFields({
      circle,
      hostile,
      deep: { a: { b: { c: { d: { e: { f: PLANTED } } } } } },
      call: () => PLANTED,
    });
    expect(copy).toMatchObject({ circle: { n: 1, self: "[circular]" }, hostile: "[unreadable]", call: "[function]" });
    expect(JSON.stringify(copy)).not.toContain(PLANTED);
  });

  test("whatever is logged, the copy is JSON of a bounded size", () => {
    const wide = Array.from({ length: 100 }, () => Array.from({ length: 100 }, () => "x".repeat(10_000)));
    expect(JSON.stringify(redactFields({ wide })).length).toBeLessThan(40_000);
    fc.assert(
      fc.property(
        fc.dictionary(
          fc.string(),
          fc.anything({ withBigInt: true, withDate: true, withMap: true, withSet: true, withNullPrototype: true }),
        ),
        (fields) => {
          expect(JSON.stringify(redactFields(fields)).length).toBeLessThan(60_000);
        },
      ),
    );
  });

  test("names that only look alike stay readable", () => {
    for (const name of ["storeName", "monkey", "carrierCode", "status", "host", "route", "total"])
      expect(isTellingName(name)).toBe(false);
  });
});
