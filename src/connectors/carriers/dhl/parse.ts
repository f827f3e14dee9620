import type { Report } from "../../../domain/report.js";
import { listAt, readJson, textAt } from "../../../runtime/json.js";
import { UnreadableBodyError } from "../contract.js";
import { readNotFound } from "./notices.js";
import { readExpressShipment } from "./read-express.js";
import { readParcelDe } from "./read-parcel-de.js";
import { readUnifiedShipment } from "./read-unified.js";

/** Largest body taken, by poll or by push. */
export const MAX_BODY_BYTES = 2 * 1024 * 1024;

const MAX_SHIPMENTS = 200;

/**
 * Reads a DHL body, whichever way it came: an answer or push of Shipment Tracking - Unified, an answer of MyDHL
 * (Express) or of Parcel DE, or an error body that is about the number. Several divisions may know one number: each is
 * a tracking. What DHL pushes about the subscription itself is an empty report.
 * @throws UnreadableBodyError
 */
export function parseDhl(body: Uint8Array): Report {
  const text = body.byteLength <= MAX_BODY_BYTES ? new TextDecoder().decode(body) : "";
  if (/^\s*</.test(text)) return readParcelDe(text);
  const reading = readJson(body, MAX_BODY_BYTES);
  if (!reading.ok) throw new UnreadableBodyError(reading.problem);
  return readReport(reading.value);
}

function readReport(body: unknown): Report {
  const shipments = listAt(body, "shipments").slice(0, MAX_SHIPMENTS);
  const trackings = shipments.flatMap((shipment) => {
    const isExpress = textAt(shipment, "shipmentTrackingNumber") !== null;
    return (isExpress ? readExpressShipment(shipment) : readUnifiedShipment(shipment)) ?? [];
  });
  if (trackings.length > 0) return { trackings, notices: [] };
  const notice = readNotFound(body);
  if (notice !== null) return { trackings: [], notices: [notice] };
  if (shipments.length === 0 && ABOUT_SUBSCRIPTION.has(textAt(body, "scope") ?? ""))
    return { trackings: [], notices: [] };
  throw new UnreadableBodyError("The body is JSON, but no DHL report that says anything about a number.");
}

/** Steps in the life of a push subscription (Shipment Tracking - Unified Push v1). */
const ABOUT_SUBSCRIPTION: ReadonlySet<string> = new Set(
  ["created", "validate", "activate", "ready"].map((step) => `subscription.${step}`),
);
