import { UNTIMED } from "../../../domain/local-time.js";
import type { Meaning, Scan } from "../../../domain/scan.js";
import type { SubStatus } from "../../../domain/status.js";
import { type JsonRecord, listAt, textAt } from "../../../runtime/json.js";
import { meaningOf, placeOfText, statusMeaning } from "./meaning.js";
import { readPlace, readScanPlace } from "./read-place.js";
import { dateTimesOf, readScanTime } from "./read-times.js";

/** The `scanEvents` of a result. An entry with neither code nor words says nothing and is left out. */
export function readScans(result: JsonRecord): Scan[] {
  const scans: Scan[] = [];
  for (const event of listAt(result, "scanEvents")) {
    const code = textAt(event, "eventType");
    const description = textAt(event, "eventDescription");
    if (code === null && description === null) continue;
    const reason = textAt(event, "exceptionCode");
    const reasonText = textAt(event, "exceptionDescription");
    const place = readScanPlace(event);
    const meaning = meaningOf({ code, reason, reasonText, delayType: textAt(event, "delayDetail", "type") });
    scans.push({
      carrier: "fedex",
      scanCode: code === null ? `text:${description?.toLowerCase()}` : scanCodeOf(code),
      carrierCode: joinCode(code, reason),
      carrierText: joinText(description, reasonText),
      place,
      meaning: isHeldDelivery(code, result) ? statusMeaning("available_for_pickup") : meaning,
      ...readScanTime(textAt(event, "date"), place),
    });
  }
  return scans;
}

/** `latestStatusDetail` as a scan: the newest scan once more, with reasons and delivery details beside it. */
export function readHeadline(result: JsonRecord): Scan | null {
  const code = textAt(result, "latestStatusDetail", "code");
  if (code === null) return null;
  const ancillary = listAt(result, "latestStatusDetail", "ancillaryDetails").find(
    (detail) => textAt(detail, "reason") !== null,
  );
  const reason = textAt(ancillary, "reason");
  const reasonText = textAt(ancillary, "reasonDescription");
  const place = readPlace(result, "latestStatusDetail", "scanLocation");
  const meaning = meaningOf({
    code,
    reason,
    reasonText,
    delayType: textAt(result, "latestStatusDetail", "delayDetail", "type"),
  });
  return {
    carrier: "fedex",
    scanCode: scanCodeOf(code),
    carrierCode: joinCode(code, reason),
    carrierText: joinText(textAt(result, "latestStatusDetail", "description"), reasonText),
    place,
    meaning: code === "DL" ? deliveredWhere(meaning, result) : meaning,
    ...headlineTime(code, result),
  };
}

/** Ready for pickup is HP in the scans and HL in the headline: one fact, one code. */
function scanCodeOf(code: string): string {
  return code === "HL" ? "HP" : code;
}

function joinCode(code: string | null, reason: string | null): string {
  return reason === null ? (code ?? "") : `${code ?? ""}/${reason}`;
}

function joinText(description: string | null, reasonText: string | null): string {
  return [description, reasonText].filter((text) => text !== null).join(": ");
}

/** Only a delivery has a time of its own beside the scans. Without it the headline of a body without scans is untimed. */
function headlineTime(code: string, result: JsonRecord) {
  const delivered = code === "DL" ? dateTimesOf(result).get("ACTUAL_DELIVERY") : undefined;
  return delivered === undefined ? UNTIMED : readScanTime(delivered.text, null);
}

/** Handed in at a pickup location where it now waits: the scan says DL, the headline says that it is held. */
function isHeldDelivery(code: string | null, result: JsonRecord): boolean {
  const latest = textAt(result, "latestStatusDetail", "code");
  return code === "DL" && (latest === "HL" || latest === "HP") && isAtPickupLocation(result);
}

function isAtPickupLocation(result: JsonRecord): boolean {
  return PICKUP_LOCATIONS.has(textAt(result, "deliveryDetails", "locationType") ?? "");
}

const PICKUP_LOCATIONS = new Set(["FEDEX_LOCATION", "RETAIL"]);

/** Delivery details say where: at a counter it was collected, at a front desk it is with the reception. */
function deliveredWhere(meaning: Meaning, result: JsonRecord): Meaning {
  if (meaning.kind !== "status" || meaning.subStatus !== "delivered") return meaning;
  if (isAtPickupLocation(result)) return statusMeaning("collected");
  const reception = RECEPTIONS.has(textAt(result, "deliveryDetails", "locationType") ?? "");
  const words = textAt(result, "deliveryDetails", "locationDescription");
  const place: SubStatus | null = reception ? "to_reception" : words === null ? null : placeOfText(words);
  if (place !== null) return statusMeaning(place);
  return textAt(result, "deliveryDetails", "signedByName") === null ? meaning : statusMeaning("signed_for");
}

/** Kinds of place where somebody takes parcels for others (FedEx Track API, deliveryDetails.locationType). */
const RECEPTIONS = new Set([
  "RECEPTIONIST_OR_FRONT_DESK",
  "MAILROOM",
  "GUARD_OR_SECURITY_STATION",
  "GATE_HOUSE",
  "MANAGER_OFFICE",
  "MAIN_OFFICE",
  "LEASING_OFFICE",
  "RENTAL_OFFICE",
  "APARTMENT_OFFICE",
]);
