import * as fc from "fast-check";
import type { EddStatement } from "../../src/domain/edd.js";
import { timeAtInstant, timeAtPlace, timeOnDay, timeWithOffset, UNTIMED } from "../../src/domain/local-time.js";
import type { Place } from "../../src/domain/place.js";
import type { Meaning, Scan, ScanTime } from "../../src/domain/scan.js";
import { PLAIN_SUB_STATUS, SUB_STATUSES, type SubStatus, subStatusRow } from "../../src/domain/status.js";

/** Where the parcels of the laws go. */
export const DESTINATION: Place = {
  city: "Saint Paul",
  region: "MN",
  country: "US",
  postalCode: "55101",
  facilityCode: null,
};

/**
 * A scan of a small world on purpose: few codes and few minutes, so that equal minutes, recycled sub-statuses and
 * several versions of one scan are the rule; every way to know or not to know a time; every sub-status and flag.
 */
export function anyScan(): fc.Arbitrary<Scan> {
  return fc
    .record({
      carrier: fc.constantFrom("acme", "acme", "acme", "partner"),
      scanCode: fc.constantFrom("A", "B", "C", "D"),
      carrierCode: fc.constantFrom("", "A", "A/1"),
      carrierText: fc.constantFrom("", "scanned", "handed over"),
      time: anyTime(),
      place: fc.constantFrom(...PLACES),
      meaning: anyMeaning(),
    })
    .map(({ time, ...said }) => ({ ...said, ...time }));
}

/** Up to `maxLength` scans. */
export function anyScans(maxLength: number): fc.Arbitrary<Scan[]> {
  return fc.array(anyScan(), { maxLength });
}

/** The same scan as another, thinner source would state it: the same code and minute, less of everything else. */
export function poorerVersion(scan: Scan, missing: Missing): Scan {
  return {
    ...scan,
    ...(missing.offset && scan.localTime !== null && { occurredAt: null, utcOffset: null, zone: "unknown" as const }),
    carrierText: missing.text ? "" : scan.carrierText,
    place: missing.place ? null : scan.place,
    ...(missing.meaning && { carrierCode: "", meaning: poorerMeaning(scan.meaning) }),
  };
}

export interface Missing {
  readonly offset: boolean;
  readonly text: boolean;
  readonly place: boolean;
  readonly meaning: boolean;
}

export function anyMissing(): fc.Arbitrary<Missing> {
  return fc.record({ offset: fc.boolean(), text: fc.boolean(), place: fc.boolean(), meaning: fc.boolean() });
}

/** A statement of a delivery date, with ties in everything that orders them. */
export function anyEddStatement(): fc.Arbitrary<EddStatement> {
  return fc.record({
    claim: fc
      .tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 0, max: 2 }), fc.constantFrom(null, "09:00", "14:30"))
      .map(([day, days, windowTo]) => ({
        from: `2026-03-0${day}`,
        to: `2026-03-0${day + days}`,
        windowFrom: null,
        windowTo,
      })),
    source: fc.constantFrom("carrier" as const, "predicted" as const, "promised" as const),
    newestScanKey: fc.constantFrom(null, 0, 1, 2),
    receivedAt: fc.constantFrom(0, 1, 2).map((ms) => new Date(ms)),
  });
}

const PLACES: readonly (Place | null)[] = [
  null,
  DESTINATION,
  { city: "SAINT PAUL", region: null, country: null, postalCode: null, facilityCode: null },
  { city: "Reno", region: "NV", country: "US", postalCode: "89501", facilityCode: "R1" },
  { city: "Köln", region: null, country: "DE", postalCode: null, facilityCode: null },
];

function anyTime(): fc.Arbitrary<ScanTime> {
  return fc
    .tuple(
      fc.constantFrom(...CLOCKS),
      fc.constantFrom("offset", "offset", "place", "unknown", "instant", "day", "untimed"),
      fc.constantFrom("-06:00", "+00:00", "+05:45"),
    )
    .map(([clock, known, offset]) => timeOf(clock, known, offset) ?? UNTIMED);
}

function timeOf(clock: string, known: string, offset: string): ScanTime | null {
  switch (known) {
    case "offset":
      return timeWithOffset(clock, offset);
    case "place":
      return timeAtPlace(clock, DESTINATION);
    case "unknown":
      return timeAtPlace(clock, null);
    case "instant":
      return timeAtInstant(Date.parse(`${clock}Z`));
    case "day":
      return timeOnDay(clock);
    default:
      return UNTIMED;
  }
}

/** Minutes of three days, midnight and equal minutes with other seconds among them; 8 March 02:30 does not exist in Saint Paul. */
const CLOCKS = [
  "2026-03-07T00:00:00",
  "2026-03-07T09:15:00",
  "2026-03-07T09:15:40",
  "2026-03-07T23:50:00",
  "2026-03-08T02:30:00",
  "2026-03-08T12:00:00",
  "2026-03-09T09:15:00",
];

function anyMeaning(): fc.Arbitrary<Meaning> {
  const flag = fc.constantFrom(false, false, false, true);
  const mapped = fc
    .tuple(fc.oneof(fc.constantFrom(...DECISIVE), fc.constantFrom(...ALL)), flag, flag)
    .map(([subStatus, revokes, cancels]) => ({
      kind: "status" as const,
      status: subStatusRow(subStatus).status,
      subStatus,
      ...(revokes && { revokesDelivery: true }),
      ...(cancels && { cancelsReturn: true }),
    }));
  const silent = fc.constantFrom<Meaning>({ kind: "information" }, { kind: "unmapped" });
  return fc.oneof({ arbitrary: mapped, weight: 5 }, { arbitrary: silent, weight: 1 });
}

const ALL = Object.keys(SUB_STATUSES) as SubStatus[];

/** The sub-statuses that the rules of the fold speak of, so that cases meet them often. */
const DECISIVE: readonly SubStatus[] = [
  "label_created",
  "moving",
  "arrived",
  "out_for_delivery",
  "delivered",
  "delayed",
  "returning_to_sender",
  "returned_to_sender",
];

function poorerMeaning(meaning: Meaning): Meaning {
  if (meaning.kind !== "status") return { kind: "unmapped" };
  const plain = PLAIN_SUB_STATUS[meaning.status];
  return plain === meaning.subStatus
    ? { kind: "information" }
    : { kind: "status", status: meaning.status, subStatus: plain };
}
