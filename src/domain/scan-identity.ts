import { createHash } from "node:crypto";
import type { Place } from "./place.js";
import type { Meaning, Scan } from "./scan.js";

/**
 * Which scan a statement is about: carrier, raw scan code and the local wall time to the minute. Nothing that a richer
 * statement could change (place, offset, text, mapping) takes part, so a push, its richer push and a poll agree on it.
 * A scan that was given as an instant only is known by its UTC minute, marked with `Z`.
 */
export function scanIdentity(scan: Scan): string {
  return `${scan.carrier}|${scan.scanCode}|${minuteOf(scan)}`;
}

/**
 * Which version of a scan a statement is: SHA-256 (base64url) over every field, what the code means to us included, so
 * that a corrected mapping makes another version. Stable across a walk through the store.
 */
export function scanDigest(scan: Scan): string {
  const canonical = [
    [scan.carrier, scan.scanCode, scan.carrierCode, scan.carrierText],
    [scan.occurredAt, scan.localTime, scan.utcOffset, scan.zone, scan.precision],
    placeFields(scan.place),
    meaningFields(scan.meaning),
    ...(scan.relayed ? ["relayed"] : []),
    ...(scan.onReturnLeg ? ["return leg"] : []),
  ];
  return createHash("sha256").update(JSON.stringify(canonical)).digest("base64url");
}

function minuteOf({ localTime, occurredAt }: Scan): string {
  if (localTime !== null) return localTime.slice(0, "YYYY-MM-DDTHH:mm".length);
  if (occurredAt !== null) return `${new Date(occurredAt).toISOString().slice(0, "YYYY-MM-DDTHH:mm".length)}Z`;
  return "untimed";
}

function placeFields(place: Place | null) {
  return place && [place.city, place.region, place.country, place.postalCode, place.facilityCode];
}

function meaningFields(meaning: Meaning) {
  if (meaning.kind !== "status") return [meaning.kind];
  const { kind, status, subStatus, revokesDelivery = false, cancelsReturn = false } = meaning;
  return [kind, status, subStatus, revokesDelivery, cancelsReturn];
}
