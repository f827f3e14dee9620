import { expect, test } from "vitest";
import { isSubStatus, subStatusRow } from "../../domain/status.js";
import type { Carrier, NumberFormat, StatusCode } from "./contract.js";

/** Laws of a carrier's data: codes, number formats, credentials, its public tracking page. */
export function describeData(carrier: Carrier): void {
  test("every code has a status and a sub-status that belongs to it", () => {
    expect(carrier.statusCodes.length).toBeGreaterThan(0);
    expect(carrier.statusCodes.filter((code) => !isSound(code))).toEqual([]);
  });

  test("no code is listed twice", () => {
    const keys = carrier.statusCodes.map((code) => code.key);
    expect(keys.filter((key, index) => keys.indexOf(key) !== index)).toEqual([]);
  });

  test("no table of codes is described that has no codes", () => {
    const tables = new Set(carrier.statusCodes.map(({ key }) => (key.includes(":") ? key.split(":", 1)[0] : "")));
    expect(Object.keys(carrier.codeTables ?? {}).filter((table) => !tables.has(table))).toEqual([]);
  });

  test.each(carrier.numberFormats)(
    "the examples of the number format $name have its shape and check digit",
    (format) => {
      expect(format.examples.length).toBeGreaterThan(0);
      for (const example of format.examples) expect(accepts(format, example), example).toBe(true);
    },
  );

  test.each(carrier.numberFormats.filter((format) => format.checkDigit !== undefined))(
    "the check digit of the number format $name catches typing errors",
    (format) => {
      for (const example of format.examples) {
        const typos = withOneDigitOff(example);
        const caught = typos.filter((typo) => !accepts(format, typo));
        // A barcode has digits that its check digit does not cover.
        expect(caught.length, example).toBeGreaterThan(typos.length / 4);
      }
    },
  );

  test("number formats match whole numbers and keep no state", () => {
    for (const { name, pattern } of carrier.numberFormats) {
      expect(pattern.source, name).toMatch(/^\^.*\$$/);
      expect(pattern.flags, name).not.toMatch(/[gy]/);
    }
  });

  test("test numbers are named once each, and no connection is taken for one to the sandbox by default", () => {
    const { testNumbers } = carrier;
    if (testNumbers === undefined) return;
    const numbers = testNumbers.numbers.map(({ trackingNumber }) => trackingNumber);
    expect(numbers.length).toBeGreaterThan(0);
    expect(new Set(numbers).size).toBe(numbers.length);
    expect(numbers.filter((number) => !/^[0-9A-Z]{5,40}$/.test(number))).toEqual([]);
    expect(testNumbers.appliesTo({})).toBe(false);
  });

  test("credential fields have one name each, and no secret has a default", () => {
    const names = carrier.credentials.map((field) => field.name);
    expect(new Set(names).size).toBe(names.length);
    expect(carrier.credentials.filter((field) => field.secret && field.default !== undefined)).toEqual([]);
  });

  const { trackingUrl } = carrier;
  if (trackingUrl !== undefined) {
    test("the tracking page is https and a hostile number stays inside it", () => {
      const url = new URL(trackingUrl('1"><script>&x=1#/../'));
      expect(url.protocol).toBe("https:");
      expect(url.href).not.toMatch(/[<>"]|&x=1/);
      expect(url.hash).toBe("");
    });
  }
}

function isSound(code: StatusCode): boolean {
  if (code.status === "information") return code.subStatus === "";
  return isSubStatus(code.subStatus) && subStatusRow(code.subStatus).status === code.status;
}

function accepts(format: NumberFormat, trackingNumber: string): boolean {
  return format.pattern.test(trackingNumber) && (format.checkDigit?.(trackingNumber) ?? true);
}

/** The number once per digit, with that digit raised by one. */
function withOneDigitOff(trackingNumber: string): string[] {
  return Array.from(trackingNumber).flatMap((digit, at) =>
    /\d/.test(digit) ? [trackingNumber.slice(0, at) + ((Number(digit) + 1) % 10) + trackingNumber.slice(at + 1)] : [],
  );
}
