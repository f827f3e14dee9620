import { expect, test } from "vitest";
import { PAGE_STATES } from "../../test/support/page-states.js";
import { renderGone } from "./render-gone.js";
import { renderNotFound } from "./render-not-found.js";
import { renderUnavailable } from "./render-unavailable.js";

const brand = PAGE_STATES.delivered?.brand ?? null;

test("an expired link says so and names who can help", () => {
  const { statusCode, html } = renderGone(brand, "en");
  expect(statusCode).toBe(410);
  expect(html).toContain("mailto:help@fernandfinch.example");
});

test("a link that never was says nothing about any store", () => {
  const { statusCode, html } = renderNotFound("en");
  expect(statusCode).toBe(404);
  expect(html).not.toContain("Fern");
});

test("a page that cannot be made now says when to come back", () => {
  const { statusCode, headers } = renderUnavailable(null, "en", 30);
  expect(statusCode).toBe(503);
  expect(headers["retry-after"]).toBe("30");
});

test.each([renderGone(brand, "en"), renderNotFound("en"), renderUnavailable(brand, "en")])(
  "a notice is kept out of frames, indexes and shared caches",
  ({ headers }) => {
    expect(headers["content-security-policy"]).toMatch(/^default-src 'none'; .*frame-ancestors 'none'/);
    expect(headers["x-robots-tag"]).toContain("noindex");
    expect(headers["cache-control"]).toContain("private");
    expect(headers["referrer-policy"]).toBe("no-referrer");
  },
);
