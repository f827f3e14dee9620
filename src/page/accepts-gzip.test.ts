import { expect, it } from "vitest";
import { acceptsGzip } from "./accepts-gzip.js";

it.each(["gzip", "gzip, deflate, br", "br;q=1.0, GZIP;q=0.5", "deflate , gzip ; q=0.001"])("%s takes gzip", (header) =>
  expect(acceptsGzip(header)).toBe(true),
);

it.each([undefined, "", "identity", "br", "x-gzip-like", "gzip;q=0", "gzip; q=0.000, br", "*"])(
  "%s is given the plain text",
  (header) => expect(acceptsGzip(header)).toBe(false),
);
