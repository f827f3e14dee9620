import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { PAGE_STATES } from "../../test/support/page-states.js";
import { SUB_STATUSES, type SubStatus, subStatusRow } from "../domain/status.js";
import { liveScript } from "./live-script.js";
import { renderPage as renderWhole } from "./render-page.js";
import type { PageView, ParcelView } from "./view-model.js";

const MAX_COMPRESSED_BYTES = 14 * 1024;
const MAX_SCRIPT_BYTES = 6 * 1024;
const HOSTILE = `"><script>alert(1)</script><img src=x onerror=alert(1)>'&`;

/** The page without its own script, which is the same on all. */
function renderPage(view: PageView) {
  const page = renderWhole(view);
  return { ...page, html: page.html.replace(`<script>${liveScript().text}</script>`, "") };
}

describe.each(Object.entries(PAGE_STATES))("the page of an order that is %s", (_name, view) => {
  const { html, headers } = renderPage(view);

  test("stays within its budget, style inline", () => {
    expect(gzipSync(renderWhole(view).html).byteLength).toBeLessThan(MAX_COMPRESSED_BYTES);
  });

  test("has its one style let through by hash, and no other", () => {
    const styles = [...html.matchAll(/<style>([\s\S]*?)<\/style>/g)].map(([, css = ""]) => css);
    expect(styles).toHaveLength(1);
    const hash = createHash("sha256")
      .update(styles[0] ?? "")
      .digest("base64");
    expect(headers["content-security-policy"]).toContain(`style-src 'sha256-${hash}'`);
    expect(html).not.toMatch(/ style=|<script|<link/);
  });

  test("has one h1, and the order's number", () => {
    expect(html.match(/<h1/g)).toHaveLength(1);
    expect(html).toContain(view.order.number);
  });
});

test("its one script is let through by hash, small, and asks nobody but the page's own origin", () => {
  const { html, headers } = renderWhole(state("in transit"));
  const scripts = [...html.matchAll(/<script>([\s\S]*?)<\/script>/g)].map(([, text = ""]) => text);
  expect(scripts).toHaveLength(1);
  const hash = createHash("sha256")
    .update(scripts[0] ?? "")
    .digest("base64");
  expect(headers["content-security-policy"]).toContain(`script-src 'sha256-${hash}'; connect-src 'self';`);
  expect(Buffer.byteLength(scripts[0] ?? "")).toBeLessThan(MAX_SCRIPT_BYTES);
});

test("a page that may be behind says since when, and is kept by nobody", () => {
  const { html, headers } = renderPage(state("as of"));
  expect(html).toContain("how things stood at 2:05 PM.");
  expect(headers["cache-control"]).toBe("no-store");
  const inUtc = renderPage({ ...state("as of"), asOf: { clock: "14:05", isUtc: true } });
  expect(inUtc.html).toContain("how things stood at 2:05 PM UTC.");
  expect(renderPage(state("in transit")).html).not.toContain("how things stood");
});

test("every sub-status has a page", () => {
  const view = state("in transit");
  for (const subStatus of Object.keys(SUB_STATUSES) as SubStatus[]) {
    const { status } = subStatusRow(subStatus);
    const { html } = renderPage(withParcel(view, { status, subStatus }));
    expect(html.match(/aria-current="step"/g), subStatus).toHaveLength(1);
    expect(html, subStatus).not.toMatch(/undefined|\bnull\b|NaN|\{\w+\}/);
  }
});

test("no text of store, order or carrier becomes markup", () => {
  const view = state("delivered");
  const { html } = renderPage(
    withParcel(
      {
        ...view,
        brand: { ...view.brand, name: HOSTILE },
        order: {
          ...view.order,
          number: HOSTILE,
          destination: { city: HOSTILE, region: HOSTILE, country: HOSTILE, postalCodePrefix: HOSTILE },
        },
      },
      {
        carrierName: HOSTILE,
        trackingNumber: HOSTILE,
        serviceLevel: HOSTILE,
        city: HOSTILE,
        items: [{ title: HOSTILE, quantity: 1 }],
        proof: { receivedBy: HOSTILE, location: HOSTILE, hasSignature: false, hasPhoto: false },
        timeline: (view.parcels[0]?.timeline ?? []).map((entry) => ({
          ...entry,
          carrierText: HOSTILE,
          carrierTextLanguage: HOSTILE,
          place: { city: HOSTILE, region: HOSTILE, country: HOSTILE },
        })),
      },
    ),
  );
  expect(html).not.toMatch(/<script|<img/i);
  expect(html).toContain("&lt;script>");
});

test("a clock whose zone nobody knows says so, and claims no offset", () => {
  const { html } = renderPage(state("long words"));
  expect(html).toContain("local time not confirmed");
  expect(html).toContain('datetime="2026-06-09T08:04:00"');
});

test("a known offset is in the machine-readable time", () => {
  expect(renderPage(state("in transit")).html).toContain('datetime="2026-06-09T08:04:00-07:00"');
});

test("a day without a clock shows none", () => {
  const view = state("in transit");
  const time = {
    occurredAt: null,
    localTime: "2026-06-08T00:00:00",
    utcOffset: null,
    zone: "unknown",
    precision: "day",
  } as const;
  const [entry] = view.parcels[0]?.timeline ?? [];
  const { html } = renderPage(withParcel(view, { timeline: entry === undefined ? [] : [{ ...entry, time }] }));
  expect(html).toContain('<time datetime="2026-06-08">Mon, Jun 8</time>');
});

test("an instant without a clock is told in UTC", () => {
  const view = state("in transit");
  const time = {
    occurredAt: Date.UTC(2026, 5, 8, 15, 4),
    localTime: null,
    utcOffset: "+00:00",
    zone: "offset",
    precision: "minute",
  } as const;
  const [entry] = view.parcels[0]?.timeline ?? [];
  const { html } = renderPage(withParcel(view, { timeline: entry === undefined ? [] : [{ ...entry, time }] }));
  expect(html).toMatch(/datetime="2026-06-08T15:04:00Z">Mon, Jun 8, 3:04.PM UTC/);
});

test("the old date stands beside a new one", () => {
  const { html } = renderPage(state("delayed"));
  expect(html).toContain("Thursday, June 11");
  expect(html).toContain("Before: Tuesday, June 9");
});

test("a scan that nobody has mapped is told by the carrier's words alone", () => {
  const { html } = renderPage(state("long words"));
  expect(html).toMatch(/<p class="scan-line"><bdi[^>]*>On hold at the request/);
});

test("of two parcels with one delivered, the headline counts", () => {
  expect(renderPage(state("two parcels")).html).toMatch(/<h1[^>]*>1 of 2 parcels delivered<\/h1>/);
});

test("a store without a place to ask gets no dead button", () => {
  const view = state("address issue");
  const { html } = renderPage({ ...view, brand: { ...view.brand, supportEmail: null, supportUrl: null } });
  expect(html).not.toContain('class="button"');
});

test("only the logo's own host may serve pictures", () => {
  const view = state("delivered");
  const { headers } = renderPage({ ...view, brand: { ...view.brand, logoUrl: "https://cdn.example/logo;v=1.svg" } });
  expect(headers["content-security-policy"]).toContain("img-src 'self' https://cdn.example;");
});

test("a hostile number of items and scans stays within the budget", () => {
  const view = state("in transit");
  const [entry] = view.parcels[0]?.timeline ?? [];
  const { html } = renderPage(
    withParcel(view, {
      items: Array.from({ length: 5_000 }, (_, index) => ({ title: `Thing ${index}`, quantity: 1 })),
      timeline: entry === undefined ? [] : Array.from({ length: 5_000 }, () => entry),
    }),
  );
  expect(gzipSync(html).byteLength).toBeLessThan(MAX_COMPRESSED_BYTES);
});

function state(name: string): PageView {
  const view = PAGE_STATES[name];
  if (view === undefined) throw new Error(`There is no state "${name}".`);
  return view;
}

function withParcel(view: PageView, fields: Partial<ParcelView>): PageView {
  return { ...view, parcels: view.parcels.map((parcel) => ({ ...parcel, ...fields })) };
}
