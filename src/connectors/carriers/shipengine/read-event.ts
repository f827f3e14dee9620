import { UNTIMED } from "../../../domain/local-time.js";
import type { Scan } from "../../../domain/scan.js";
import { textAt } from "../../../runtime/json.js";
import { firstText, readCode, readPlace } from "./fields.js";
import { meaningOf, type ShipEngineStatus } from "./meaning.js";
import { readEventTime, readTime } from "./times.js";

/**
 * An event as a scan that ShipEngine relays; null when it names neither a code nor a word for what happened. `carrier` is
 * our code of the carrier that has the parcel, `""` where the body does not say.
 */
export function readEvent(event: unknown, carrier: string): Scan | null {
  const said = readStatus(
    event,
    carrier,
    ["event_code", "carrier_status_code", "carrier_detail_code"],
    [
      "description",
      "event_description",
      "carrier_status_description",
      "status_detail_description",
      "status_description",
    ],
  );
  const scanCode = scanCodeOf(said);
  if (scanCode === null) return null;
  const place = readPlace(event, carrier);
  return { ...relayed(said, scanCode), place, ...readEventTime(event, place) };
}

/**
 * The status of the whole parcel as a scan. It is about the newest event where it has the same code as that or says the
 * same, and then bears the event's code, so that it sharpens it. A delivery alone has a time of its own. Null when it
 * says nothing that moves a parcel: "unknown" is no scan.
 */
export function readHeadline(information: unknown, carrier: string, newest: unknown): Scan | null {
  const said = readStatus(
    information,
    carrier,
    ["carrier_status_code", "carrier_detail_code"],
    ["carrier_status_description", "exception_description", "status_detail_description", "status_description"],
  );
  const event = newest === undefined ? null : readEvent(newest, carrier);
  const scanCode = event !== null && isAbout(information, said, newest) ? event.scanCode : scanCodeOf(said);
  const scan = scanCode === null || (said.statusCode || said.detailCode) === "" ? null : relayed(said, scanCode);
  if (scan === null || scan.meaning.kind === "information") return null;
  const isDelivered = scan.meaning.kind === "status" && scan.meaning.status === "delivered";
  const time = isDelivered ? readTime(textAt(information, "actual_delivery_date"), null) : UNTIMED;
  return { ...scan, place: null, ...time };
}

function readStatus(
  value: unknown,
  carrier: string,
  codeFields: readonly string[],
  textFields: readonly string[],
): ShipEngineStatus {
  return {
    statusCode: readCode(value, "status_code"),
    detailCode: readCode(value, "status_detail_code"),
    carrier,
    eventCode: codeFields.map((field) => readCode(value, field)).find((code) => code !== "") ?? "",
    text: firstText(value, ...textFields),
    signed: textAt(value, "signer") !== null,
  };
}

/** The carrier's own code first: ShipEngine adds its reading of an event later, or not at all. */
function scanCodeOf({ eventCode, detailCode, statusCode, text }: ShipEngineStatus): string | null {
  const code = eventCode || detailCode || statusCode;
  return code === "" ? (text === "" ? null : `text:${text.toLowerCase()}`) : code;
}

function relayed(said: ShipEngineStatus, scanCode: string) {
  return {
    carrier: "shipengine",
    scanCode,
    carrierCode: carrierCodeOf(said),
    carrierText: said.text,
    meaning: meaningOf(said),
    relayed: true,
  } as const;
}

/** `IT/HUB_SCAN_IN`; of an event that ShipEngine gave no status the carrier's own code, with the carrier: `usps:07`. */
function carrierCodeOf({ statusCode, detailCode, carrier, eventCode }: ShipEngineStatus): string {
  if (statusCode !== "" || detailCode !== "") return [statusCode, detailCode].filter((code) => code !== "").join("/");
  return eventCode === "" || carrier === "" ? eventCode : `${carrier}:${eventCode}`;
}

function isAbout(information: unknown, said: ShipEngineStatus, newest: unknown): boolean {
  const of = (field: string) => readCode(newest, field);
  if (said.eventCode !== "" && [of("event_code"), of("carrier_status_code")].includes(said.eventCode)) return true;
  if (said.statusCode !== "" && said.statusCode === of("status_code")) return true;
  const words = ["status_description", "carrier_status_description"].map((field) => readCode(information, field));
  return [of("description"), of("event_description")].some((text) => text !== "" && words.includes(text));
}
