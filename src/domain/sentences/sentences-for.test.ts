import { describe, expect, test } from "vitest";
import { SUB_STATUSES, type SubStatus } from "../status.js";
import { ALWAYS_KNOWN, PHRASES, STATE_PLACEHOLDERS } from "./catalogue.js";
import { placeholdersIn } from "./compile-messages.js";
import type { ParcelFacts } from "./facts.js";
import { CATALOGUES, sentencesFor } from "./sentences-for.js";

const STORE = "Fern & Finch";
const NOTHING_KNOWN: ParcelFacts = {
  subStatus: null,
  carrierName: "FedEx",
  edd: null,
  previousEdd: null,
  at: null,
  city: null,
  today: null,
};
const TUESDAY = { from: "2026-06-09", to: "2026-06-09", windowFrom: null, windowTo: null, source: "carrier" as const };
const AT_NOON = {
  occurredAt: Date.UTC(2026, 5, 8, 16, 0),
  localTime: "2026-06-08T12:00:00",
  utcOffset: "-04:00",
  zone: "offset" as const,
  precision: "minute" as const,
};

describe.each(CATALOGUES)("the catalogue of $language", ({ states, phrases }) => {
  const sentences = Object.entries(states).flatMap(([subStatus, state]) =>
    Object.entries(state).map(([kind, tellings]) => ({ subStatus, kind, tellings })),
  );

  test("has every sentence of every sub-status", () => {
    expect(Object.keys(states).toSorted()).toEqual(Object.keys(SUB_STATUSES).toSorted());
    for (const { tellings } of sentences) for (const telling of tellings) expect(telling).not.toBe("");
  });

  test("names only facts there are, and in a last telling only what is always known", () => {
    for (const { subStatus, kind, tellings } of sentences) {
      const names = [...tellings].flatMap((telling: string) => placeholdersIn(telling));
      expect(STATE_PLACEHOLDERS, `${subStatus} ${kind}`).toEqual(expect.arrayContaining(names));
      const last = placeholdersIn(tellings.at(-1) ?? "");
      expect(ALWAYS_KNOWN, `${subStatus} ${kind}`).toEqual(expect.arrayContaining(last));
    }
  });

  test("has every phrase, with exactly its placeholders", () => {
    expect(Object.keys(phrases).toSorted()).toEqual(Object.keys(PHRASES).toSorted());
    for (const [key, names] of Object.entries(PHRASES))
      expect(new Set(placeholdersIn(phrases[key as keyof typeof PHRASES])), key).toEqual(new Set(names));
  });
});

test("no English sentence guesses or makes vague promises", () => {
  const english = JSON.stringify(CATALOGUES.find(({ language }) => language === "en"));
  expect(english).not.toMatch(/\b(soon|shortly|probably|should arrive|hopefully|any moment|don’t worry)\b/i);
});

test.each(Object.keys(SUB_STATUSES) as SubStatus[])(
  "%s can be told with nothing known and with everything known",
  (subStatus) => {
    const everything: ParcelFacts = {
      ...NOTHING_KNOWN,
      subStatus,
      edd: TUESDAY,
      previousEdd: { ...TUESDAY, from: "2026-06-08", to: "2026-06-08" },
      at: AT_NOON,
      city: "MEMPHIS",
      today: "2026-06-08",
    };
    for (const facts of [{ ...NOTHING_KNOWN, subStatus }, everything]) {
      const told = sentencesFor("en").parcel(facts, STORE);
      expect(`${told.headline}${told.explanation}${told.next}`).not.toMatch(/[{}]|undefined|null/);
    }
  },
);

describe("a date in the headline", () => {
  const headline = (facts: Partial<ParcelFacts>, locale = "en-GB") =>
    sentencesFor(locale).parcel({ ...NOTHING_KNOWN, ...facts }, STORE).headline;

  test("is written as the region writes it", () => {
    expect(headline({ subStatus: "moving", edd: TUESDAY })).toBe("Arriving Tuesday 9 June");
    expect(headline({ subStatus: "moving", edd: TUESDAY }, "en-US")).toBe("Arriving Tuesday, June 9");
  });

  test("is left out when nobody has given one", () => {
    expect(headline({ subStatus: "moving" })).toBe("On its way");
  });

  test("is today only when the day at the destination is known", () => {
    expect(headline({ subStatus: "out_for_delivery", edd: TUESDAY, today: "2026-06-09" })).toBe("Arriving today");
    expect(headline({ subStatus: "out_for_delivery", edd: TUESDAY })).toBe("Arriving Tuesday 9 June");
  });

  test("has its window, or its end", () => {
    const window = { ...TUESDAY, windowFrom: "14:00", windowTo: "16:00" };
    expect(headline({ subStatus: "out_for_delivery", edd: window })).toBe("Arriving Tuesday 9 June, 14:00–16:00");
    expect(headline({ subStatus: "out_for_delivery", edd: { ...window, windowFrom: null } })).toBe(
      "Arriving Tuesday 9 June, by 16:00",
    );
  });

  test("names two days by their names, and a longer range by its ends", () => {
    expect(headline({ subStatus: "moving", edd: { ...TUESDAY, to: "2026-06-10" } })).toBe(
      "Arriving Tuesday or Wednesday, 9–10 June",
    );
    expect(headline({ subStatus: "moving", edd: { ...TUESDAY, to: "2026-06-12" } })).toBe("Arriving 9–12 June");
  });

  test("names the year when it is another one", () => {
    expect(
      headline({ subStatus: "moving", edd: { ...TUESDAY, from: "2027-01-05", to: "2027-01-05" }, today: "2026-12-30" }),
    ).toMatch(/5 January 2027$/);
  });

  test("is new only when another stood before", () => {
    const before = { from: "2026-06-08", to: "2026-06-08", windowFrom: null, windowTo: null };
    expect(headline({ subStatus: "delayed", edd: TUESDAY, previousEdd: before })).toBe(
      "Running late: now arriving Tuesday 9 June",
    );
    expect(headline({ subStatus: "delayed", edd: TUESDAY })).toBe("Running late");
  });

  test("is not told after a failed attempt when it is the day that failed", () => {
    const at = AT_NOON;
    expect(
      headline({ subStatus: "delivery_attempted", edd: { ...TUESDAY, from: "2026-06-08", to: "2026-06-08" }, at }),
    ).toBe("Delivery tried Monday 8 June");
    expect(headline({ subStatus: "delivery_attempted", edd: TUESDAY, at })).toBe(
      "Delivery tried, next date Tuesday 9 June",
    );
  });

  test("is not told while a parcel waits at a pickup point or for an address", () => {
    expect(headline({ subStatus: "available_for_pickup", edd: TUESDAY })).not.toMatch(/June/);
    expect(headline({ subStatus: "address_issue", edd: TUESDAY, at: AT_NOON })).not.toMatch(/June/);
  });

  test("of a delivery has its clock only when the carrier printed one", () => {
    expect(headline({ subStatus: "delivered", at: AT_NOON })).toBe("Delivered Monday 8 June at 12:00");
    expect(headline({ subStatus: "delivered", at: { ...AT_NOON, precision: "day" } })).toBe("Delivered Monday 8 June");
  });
});

test.each(["xx", "", "not a locale", "constructor"])("the locale %j falls back to English", (locale) => {
  expect(sentencesFor(locale).locale).toBe("en");
});
