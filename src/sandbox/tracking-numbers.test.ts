import { expect, test } from "vitest";
import { sandboxTrackingNumber } from "./tracking-numbers.js";

test("check digits agree with those worked out by hand from the published rules", () => {
  expect(sandboxTrackingNumber("fedex", 0)).toBe("794600000000");
  expect(sandboxTrackingNumber("fedex", 1_234_567)).toBe("794612345670");
  expect(sandboxTrackingNumber("ups", 0)).toBe("1ZW4Y8120300000005");
  expect(sandboxTrackingNumber("ups", 1_234_567)).toBe("1ZW4Y8120312345675");
  expect(sandboxTrackingNumber("usps", 0)).toBe("9400190300000000000004");
  expect(sandboxTrackingNumber("usps", 1)).toBe("9400190300000010000001");
  expect(sandboxTrackingNumber("dhl", 1)).toBe("GM605174410000001");
});

test("a serial that does not fit is refused", () => {
  for (const serial of [-1, 10_000_000, 0.5]) expect(() => sandboxTrackingNumber("ups", serial)).toThrow(RangeError);
});
