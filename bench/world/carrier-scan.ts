import type { Place } from "../../src/domain/place.js";
import type { Scan } from "../../src/domain/scan.js";
import { zoneOf } from "../../src/domain/zones.js";
import { statusOf, wordsOf } from "./carrier-words.js";
import type { LivedScan } from "./parcel-life.js";
import { offsetAtHour, offsetText, secondText } from "./world-clock.js";

const MINUTE_MS = 60_000;

/** What the product would make of the carrier's statement. */
export function scanOf(carrier: string, { happening, place, atMs }: LivedScan): Scan {
  const { code, text } = wordsOf(carrier, happening);
  const minutes = offsetAtHour(zoneAt(place), atMs);
  const status = statusOf(happening);
  return {
    carrier,
    scanCode: code,
    carrierCode: code,
    carrierText: text,
    occurredAt: atMs,
    localTime: secondText(atMs + minutes * MINUTE_MS),
    utcOffset: offsetText(minutes),
    zone: carrier === "fedex" ? "offset" : "place",
    precision: "minute",
    place,
    meaning:
      status === null || happening === "information"
        ? { kind: "information" }
        : { kind: "status", status, subStatus: happening },
  };
}

/** Places of the world are few and the same ones. */
const zones = new WeakMap<Place, string>();

function zoneAt(place: Place): string {
  const known = zones.get(place);
  if (known !== undefined) return known;
  const zone = zoneOf(place);
  if (zone === null) throw new Error(`The zone of ${place.city} is not certain.`);
  zones.set(place, zone);
  return zone;
}
