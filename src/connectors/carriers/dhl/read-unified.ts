import { withHeadline } from "../../../domain/headline.js";
import type { Tracking } from "../../../domain/report.js";
import type { Scan } from "../../../domain/scan.js";
import { listAt, recordAt, textAt } from "../../../runtime/json.js";
import { readLinkedNumbers, readProof, sharpenDelivery } from "./delivery-facts.js";
import { readEdd } from "./edd.js";
import { isPhase, meaningOf, type UnifiedStatus } from "./meaning.js";
import { readAddress } from "./place.js";
import { type Ends, readScanTime } from "./scan-time.js";
import { foldText } from "./words.js";

/** Longest text taken for a tracking number. */
const MAX_NUMBER_CHARS = 50;

/**
 * A shipment of Shipment Tracking - Unified, by poll or by push; null when it names no number. Events come newest first.
 * The links to the same number in other divisions (`possibleAdditionalShipmentsUrl`) say nothing about this one, and
 * each would cost a call of a small quota: they are left alone.
 */
export function readUnifiedShipment(shipment: unknown): Tracking | null {
  const trackingNumber = readNumber(textAt(shipment, "id"));
  if (trackingNumber === null) return null;
  const service = textAt(shipment, "service")?.toLowerCase() ?? "";
  const ends: Ends = {
    origin: readAddress(recordAt(shipment, "origin", "address")),
    destination: readAddress(recordAt(shipment, "destination", "address")),
  };
  const events = listAt(shipment, "events").flatMap((event) => readEvent(event, service, ends) ?? []);
  const headline = readEvent(recordAt(shipment, "status"), service, ends);
  const details = recordAt(shipment, "details");
  const proof = readProof(details);
  return {
    carrier: "dhl",
    trackingNumber,
    // DHL has no id for one use of a number. The division is none: it uses its numbers again, too.
    carrierUniqueId: null,
    serviceLevel: readProduct(details),
    shipDate: null,
    ...ends,
    scans: sharpenDelivery(headline === null ? events : withHeadline(events, headline), proof),
    edd: readEdd(shipment),
    proof,
    linkedNumbers: readLinkedNumbers(details),
  };
}

/** A tracking number without blanks, in capitals; null when there is none, or it is absurdly long. */
export function readNumber(text: string | null): string | null {
  const number = text?.replaceAll(/\s/g, "").toUpperCase() ?? "";
  return number === "" || number.length > MAX_NUMBER_CHARS ? null : number;
}

/** A scan; null when the event names neither a code nor a word for what happened. */
function readEvent(event: unknown, service: string, ends: Ends): Scan | null {
  const said: UnifiedStatus = {
    service,
    statusCode: textAt(event, "statusCode") ?? "",
    status: textAt(event, "status") ?? "",
    description: textAt(event, "description") ?? "",
  };
  const scanCode = scanCodeOf(said);
  if (scanCode === "") return null;
  const place = readAddress(recordAt(event, "location", "address"));
  const text = said.description === "" || isPhase(said.description) ? said.status : said.description;
  const meaning = meaningOf(said);
  return {
    carrier: "dhl",
    scanCode,
    carrierCode: carrierCodeOf(said, meaning.kind === "unmapped" ? scanCode : ""),
    carrierText: text === "" ? said.description : text,
    place,
    meaning,
    ...readScanTime(textAt(event, "timestamp"), place, ends),
  };
}

/**
 * What makes it the same scan by push and by poll: the division's code or words, folded. Only where these repeat the
 * phase (`transit`), or are missing, the description. Express prints the place into it, and after "Delivered" a name:
 * both are cut off, because a leaner statement of the same scan may lack them.
 */
function scanCodeOf({ statusCode, status, description }: UnifiedStatus): string {
  const short = foldText(status);
  const long = foldText(description).replace(LEAD_WORDS, "$1");
  if (short !== "" && (!isPhase(short) || short === "delivered" || long === "")) return short;
  return (long || short || foldText(statusCode)).slice(0, 200);
}

const LEAD_WORDS =
  /^(delivered|processed at|clearance processing complete at|arrived at dhl (?:sort|delivery) facility|shipment has departed from a dhl facility)\b.*$/;

/**
 * What an operator would look up: division, phase, and the division's code. Words that we cannot read stand for a code, so
 * that each sentence is counted apart.
 */
function carrierCodeOf({ service, statusCode, status }: UnifiedStatus, unread: string): string {
  const isCode = /^\S+$/.test(status) && !isPhase(status);
  return [service, statusCode === "unknown" ? "" : statusCode, isCode ? status : unread.slice(0, MAX_UNREAD_CHARS)]
    .filter((part) => part !== "")
    .join("/");
}

/** Enough to tell sentences apart; a longer one is in the scan's text. */
const MAX_UNREAD_CHARS = 80;

function readProduct(details: unknown): string | null {
  const product = textAt(details, "product", "productName");
  return product === null || /^unknown\b/i.test(product) ? null : product;
}
