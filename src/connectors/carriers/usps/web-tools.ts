import { type JsonRecord, recordAt, textAt } from "../../../runtime/json.js";
import { readClock } from "./edd.js";
import { itemsAt } from "./fields.js";

/**
 * The pieces of a body in the older shape (`TrackResults.TrackInfo`, as USPS's own first examples of the API have it),
 * written in the fields of today. A piece with an `Error` keeps it.
 */
export function modernPieces(body: unknown): readonly JsonRecord[] {
  return itemsAt(recordAt(body, "TrackResults"), "TrackInfo").map((info) => ({
    ...renamed(info, PIECE_FIELDS),
    error: errorOf(info),
    trackingEvents: [...itemsAt(info, "TrackSummary"), ...itemsAt(info, "TrackDetail")].map(modernEvent),
  }));
}

/** Today's name of a field, and the older ones. */
const PIECE_FIELDS: Readonly<Record<string, readonly string[]>> = {
  trackingNumber: ["@ID", "ID"],
  uniqueMailPieceID: ["MPSUFFIX"],
  mailClass: ["Class"],
  status: ["Status"],
  statusCategory: ["StatusCategory"],
  originCity: ["OriginCity"],
  originState: ["OriginState"],
  originZIP: ["OriginZip"],
  originCountry: ["OriginCountryCode"],
  destinationCity: ["DestinationCity"],
  destinationState: ["DestinationState"],
  destinationZIP: ["DestinationZip"],
  destinationCountryCode: ["DestinationCountryCode"],
  proofOfDeliveryEnabled: ["PodEnabled"],
  trackingProofOfDeliveryEnabled: ["TPodEnabled"],
};

const EVENT_FIELDS: Readonly<Record<string, readonly string[]>> = {
  eventType: ["Event"],
  eventCode: ["EventCode"],
  eventCity: ["EventCity"],
  eventState: ["EventState"],
  eventZIP: ["EventZIPCode"],
  eventCountry: ["EventCountry"],
  firm: ["FirmName"],
  name: ["Name"],
  GMTTimestamp: ["GMT"],
  GMTOffset: ["GMTOffset"],
};

function modernEvent(event: unknown): JsonRecord {
  const day = readLongDate(textAt(event, "EventDate"));
  const clock = readClock(textAt(event, "EventTime"));
  const eventTimestamp = day === null || clock === null ? day : `${day}T${clock}:00`;
  return { ...renamed(event, EVENT_FIELDS), eventTimestamp };
}

function errorOf(info: unknown): JsonRecord | null {
  const error = recordAt(info, "Error");
  return error && { message: textAt(error, "Description"), code: textAt(error, "Number") };
}

function renamed(value: unknown, fields: Readonly<Record<string, readonly string[]>>): JsonRecord {
  return Object.fromEntries(
    Object.entries(fields).map(([name, older]) => [
      name,
      older.map((field) => textAt(value, field)).find((text) => text !== null) ?? null,
    ]),
  );
}

const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/** `February 5, 2023` as `2023-02-05`; null when it is none. */
function readLongDate(text: string | null): string | null {
  const [, name = "", day, year] = /^([A-Za-z]{3,9})\.? (\d{1,2}), (\d{4})$/.exec(text ?? "") ?? [];
  const month = MONTHS.indexOf(name.slice(0, 3).toLowerCase()) + 1;
  if (month === 0 || day === undefined || year === undefined) return null;
  return `${year}-${String(month).padStart(2, "0")}-${day.padStart(2, "0")}`;
}
