import { describe, expect, test } from "vitest";
import { EMAIL_STATES } from "../../../test/support/email-states.js";
import { SUB_STATUSES, type SubStatus, subStatusRow } from "../../domain/status.js";
import type { EmailParcelView, EmailView } from "./email-view.js";
import { renderEmail } from "./render-email.js";

const MAX_BYTES = 100 * 1024;
const HOSTILE = `"><script>alert(1)</script>'&\r\nBcc: all@example.com\u0000`;

describe.each(Object.entries(EMAIL_STATES))("the mail about an order that is %s", (_name, view) => {
  const { subject, html, text } = renderEmail(view);

  test("says in its text what it says in its HTML", () => {
    expect(text).toContain(view.trackingUrl);
    expect(html).toContain(view.trackingUrl);
    for (const { trackingNumber } of view.parcels) expect(text).toContain(trackingNumber);
    expect(text.replace(/[^\S\n]/g, " ")).toContain(subject.split(" – ")[0]);
  });

  test("has no hole and no mark of the layout left", () => {
    expect(html).not.toMatch(/\{\{|\[\[|undefined/);
    expect(text).not.toMatch(/\{\w+\}|undefined|null/);
  });

  test("stays below what mail programs cut off", () => {
    expect(Buffer.byteLength(html)).toBeLessThan(MAX_BYTES);
  });
});

test("every sub-status has a subject, a headline and a way to the page", () => {
  for (const subStatus of Object.keys(SUB_STATUSES) as SubStatus[]) {
    const { subject, html } = renderEmail(
      withParcel(state("in transit"), { subStatus, status: subStatusRow(subStatus).status }),
    );
    expect(subject, subStatus).toMatch(/ – order #1042$/);
    expect(html, subStatus).toContain("<h1");
  }
});

test("a mail is never about today", () => {
  const { subject, text } = renderEmail(state("out for delivery"));
  expect(subject).toMatch(/^Arriving Tuesday, June 9, 2:00–4:00.PM – order #1042$/u);
  expect(text).not.toContain("today");
});

test("several parcels in one mail each have their own facts", () => {
  const view = state("in transit");
  const [parcel] = view.parcels;
  if (parcel === undefined) throw new Error("The state has no parcel.");
  const { subject, text } = renderEmail({ ...view, parcels: [parcel, { ...parcel, trackingNumber: "SECOND" }] });
  expect(subject).toBe("2 parcels: On its way – order #1042");
  expect(text).toContain("Parcel 2 of 2");
  expect(text).toContain("SECOND");
});

test("no text of store, order or carrier becomes markup or a header", () => {
  const view = state("in transit");
  const hostile = withParcel(
    {
      ...view,
      orderNumber: HOSTILE,
      brand: { ...view.brand, name: HOSTILE },
      destination: { city: HOSTILE, region: null, country: null },
    },
    { carrierName: HOSTILE, trackingNumber: HOSTILE, city: HOSTILE, items: [{ title: HOSTILE, quantity: 1 }] },
  );
  const { subject, html, text } = renderEmail(hostile);
  expect(subject).not.toMatch(/[\p{Cc}\u2028\u2029]/u);
  expect(html.match(/<script/g)).toHaveLength(1);
  expect(html).not.toContain("alert(1)</script>");
  expect(text).not.toContain("\u0000");
});

test("mail programs get the parcel as schema.org, without a zone made up", () => {
  const { html } = renderEmail(state("in transit"));
  const json: unknown = JSON.parse(/<script type="application\/ld\+json">(.*?)<\/script>/s.exec(html)?.[1] ?? "");
  expect(json).toMatchObject({
    "@type": "ParcelDelivery",
    carrier: { name: "FedEx" },
    trackingNumber: "7712 3456 7890",
    expectedArrivalFrom: "2026-06-09",
    expectedArrivalUntil: "2026-06-09",
    partOfOrder: { orderNumber: "#1042" },
  });
});

test("an order of five thousand things is told by its first ones", () => {
  const items = Array.from({ length: 5_000 }, () => ({ title: "x".repeat(5_000), quantity: 1 }));
  const { html, text } = renderEmail(withParcel(state("in transit"), { items }));
  expect(Buffer.byteLength(html)).toBeLessThan(MAX_BYTES);
  expect(text).toContain("and 4,980 more items");
});

function state(name: string): EmailView {
  const view = EMAIL_STATES[name];
  if (view === undefined) throw new Error(`There is no state "${name}".`);
  return view;
}

function withParcel(view: EmailView, fields: Partial<EmailParcelView>): EmailView {
  return { ...view, parcels: view.parcels.map((parcel) => ({ ...parcel, ...fields })) };
}
