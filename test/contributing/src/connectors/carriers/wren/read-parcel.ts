import { timeAtPlace, timeOnDay, timeWithOffset, UNTIMED } from "../../../domain/local-time.js";
import type { Place } from "../../../domain/place.js";
import type { EddClaim, ProofOfDelivery, Tracking } from "../../../domain/report.js";
import type { Scan, ScanTime } from "../../../domain/scan.js";
import { listAt, textAt } from "../../../runtime/json.js";
import { meaningOf } from "./meaning.js";

/** One parcel of a poll or a push, which have the same fields. Null when it names no number or says nothing. */
export function readParcel(parcel: unknown): Tracking | null {
  const trackingNumber = readNumber(parcel);
  const scans = listAt(parcel, "events").flatMap((event) => readEvent(event) ?? []);
  if (trackingNumber === null || scans.length === 0) return null;
  return {
    carrier: "wren",
    trackingNumber,
    // Wren never gives a number twice.
    carrierUniqueId: null,
    serviceLevel: textAt(parcel, "service"),
    shipDate: dayAt(parcel, "handedIn"),
    origin: readPlace(parcel, "from"),
    destination: readPlace(parcel, "to"),
    scans,
    edd: readEdd(parcel),
    proof: readProof(parcel),
    linkedNumbers: [],
  };
}

/** The number that a parcel or a refusal is about. */
export function readNumber(value: unknown): string | null {
  const number = textAt(value, "number")?.toUpperCase() ?? "";
  return /^[0-9A-Z]{5,40}$/.test(number) ? number : null;
}

/** Null for an event without a code: Wren documents none, so there would be nothing to tell it by. */
function readEvent(event: unknown): Scan | null {
  const code = textAt(event, "code");
  if (code === null) return null;
  const detail = textAt(event, "detail");
  const place = readPlace(event, "place");
  return {
    carrier: "wren",
    // Without the detail: Wren adds it later, and the scan stays the same.
    scanCode: code,
    carrierCode: detail === null ? code : `${code}/${detail}`,
    carrierText: textAt(event, "text") ?? "",
    place,
    meaning: meaningOf(code, detail),
    ...readTime(textAt(event, "at") ?? "", place),
  };
}

/** Depots state an offset. Vans send a bare wall clock, which only the place can turn into an instant. */
function readTime(at: string, place: Place | null): ScanTime {
  const time = /^\d{4}-\d\d-\d\d$/.test(at) ? timeOnDay(at) : (timeWithOffset(at) ?? timeAtPlace(at, place));
  return time ?? UNTIMED;
}

function readPlace(value: unknown, field: string): Place | null {
  const country = textAt(value, field, "country")?.toUpperCase() ?? "";
  const place: Place = {
    city: textAt(value, field, "town"),
    region: textAt(value, field, "region"),
    country: /^[A-Z]{2}$/.test(country) ? country : null,
    postalCode: textAt(value, field, "postcode"),
    facilityCode: textAt(value, field, "depot"),
  };
  return Object.values(place).some((part) => part !== null) ? place : null;
}

function readEdd(parcel: unknown): EddClaim | null {
  const from = dayAt(parcel, "expected", "from");
  const to = dayAt(parcel, "expected", "to") ?? from;
  if (from === null || to === null || from > to) return null;
  return { from, to, windowFrom: null, windowTo: null };
}

function readProof(parcel: unknown): ProofOfDelivery | null {
  const receivedBy = textAt(parcel, "signedBy");
  return receivedBy === null ? null : { receivedBy, location: null, hasSignature: true, hasPhoto: false };
}

/** A day of the calendar (`YYYY-MM-DD`) at a path of fields. */
function dayAt(value: unknown, ...path: string[]): string | null {
  const text = textAt(value, ...path) ?? "";
  return /^\d{4}-\d\d-\d\d$/.test(text) && timeOnDay(text) !== null ? text : null;
}
