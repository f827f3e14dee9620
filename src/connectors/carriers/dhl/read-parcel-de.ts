import { timeAtPlace, UNTIMED } from "../../../domain/local-time.js";
import type { Notice, Report, Tracking } from "../../../domain/report.js";
import type { Meaning, Scan, ScanTime } from "../../../domain/scan.js";
import { textAt } from "../../../runtime/json.js";
import { UnreadableBodyError } from "../contract.js";
import { meaningOfCode, statusMeaning } from "./meaning.js";
import { countryNamed, placeOf } from "./place.js";
import { readNumber } from "./read-unified.js";
import { readXmlElements, type XmlElement } from "./xml-elements.js";

const MAX_PIECES = 100;

/**
 * An answer of Parcel DE's own tracking: XML whose elements are all called `data` and differ by their `name`. It answers
 * with HTTP 200 also where it found nothing; `code` tells.
 * @throws UnreadableBodyError
 */
export function readParcelDe(text: string): Report {
  const root = readXmlElements(text);
  if (root === null || root.name !== "data") {
    throw new UnreadableBodyError("The body is HTML or XML, but no answer of Parcel DE's tracking, or was cut off.");
  }
  const { attributes } = root;
  if (textAt(attributes, "code") === "100") return { trackings: [], notices: [notFound(attributes)] };
  if (textAt(attributes, "code") !== "0") {
    throw new UnreadableBodyError("The body is an error of Parcel DE's tracking, not a report.");
  }
  const pieces = named(root, "piece-shipment").slice(0, MAX_PIECES);
  return {
    trackings: pieces.flatMap((piece) => (isFound(piece) ? (readPiece(piece) ?? []) : [])),
    notices: pieces.filter((piece) => !isFound(piece)).map((piece) => notFound(piece.attributes)),
  };
}

function readPiece(piece: XmlElement): Tracking | null {
  const said = (field: string) => textAt(piece.attributes, field);
  const trackingNumber = readNumber(said("searched-piece-code") ?? said("piece-code"));
  if (trackingNumber === null) return null;
  const events = named(piece, "piece-event-list").flatMap((list) => named(list, "piece-event"));
  const receivedBy = said("delivery-event-flag") === "1" ? said("recipient-id-text") : null;
  return {
    carrier: "dhl",
    trackingNumber,
    carrierUniqueId: null,
    serviceLevel: said("product-name"),
    shipDate: null,
    origin: country(said("origin-country"), null),
    destination: country(said("dest-country"), said("pan-recipient-postalcode")),
    scans: events.flatMap((event) => readPieceEvent(event.attributes) ?? []),
    edd: null,
    proof: receivedBy === null ? null : { receivedBy, location: null, hasSignature: false, hasPhoto: false },
    linkedNumbers: [],
  };
}

/**
 * A scan is known by its standard code and `ice`, DHL's number for what happened. `ric`, the reason, may come later, and
 * places are often blank.
 */
function readPieceEvent(event: unknown): Scan | null {
  const said = (field: string) => textAt(event, field);
  const code = said("standard-event-code")?.toUpperCase() ?? "";
  const ice = said("ice")?.toUpperCase() ?? null;
  if (code === "") return null;
  const text = said("event-status") ?? said("event-text") ?? said("event-short-status") ?? "";
  return {
    carrier: "dhl",
    scanCode: ice === null ? code : `${code}/${ice}`,
    carrierCode: ["parcel-de", code, ice, said("ric")].filter((part) => part !== null).join("/"),
    carrierText: text,
    place: placeOf({
      city: said("event-location"),
      region: null,
      country: countryNamed(said("event-country") ?? ""),
      postalCode: null,
      facilityCode: null,
    }),
    meaning: onReturn(meaningOfCode("parcel-de", code, text), said("ruecksendung") === "true"),
    ...readGermanTime(said("event-timestamp")),
  };
}

/** On the way back to the sender, movement is the return, and the delivery ends it. */
function onReturn(meaning: Meaning, isReturn: boolean): Meaning {
  if (!isReturn || meaning.kind !== "status" || meaning.status === "exception") return meaning;
  return statusMeaning(meaning.status === "delivered" ? "returned_to_sender" : "returning_to_sender");
}

/** `18.03.2026 10:02`, by German clocks wherever it happened. */
function readGermanTime(text: string | null): ScanTime {
  const [, day, month, year, clock] = /^(\d\d)\.(\d\d)\.(\d{4}) (\d\d:\d\d)(?::\d\d)?$/.exec(text ?? "") ?? [];
  if (day === undefined || month === undefined || year === undefined || clock === undefined) return UNTIMED;
  return timeAtPlace(`${year}-${month}-${day}T${clock}`, country("DE", null)) ?? UNTIMED;
}

function country(code: string | null, postalCode: string | null) {
  const iso = countryNamed(code ?? "");
  return placeOf({ city: null, region: null, country: iso, postalCode, facilityCode: null });
}

function isFound(piece: XmlElement): boolean {
  return ["0", null].includes(textAt(piece.attributes, "error-status"));
}

function notFound(attributes: unknown): Notice {
  return {
    trackingNumber: readNumber(textAt(attributes, "searched-piece-code") ?? textAt(attributes, "piece-code")) ?? "",
    kind: "not_found",
    carrierCode: textAt(attributes, "error-status") ?? textAt(attributes, "code") ?? "",
    carrierText: textAt(attributes, "error") ?? textAt(attributes, "status") ?? "",
  };
}

function named(element: XmlElement, name: string): readonly XmlElement[] {
  return element.children.filter((child) => Object.hasOwn(child.attributes, "name") && child.attributes.name === name);
}
