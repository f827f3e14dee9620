import type { Notice } from "../../../domain/report.js";
import { numberAt, readJson, textAt } from "../../../runtime/json.js";

const MAX_ERROR_BYTES = 64 * 1024;

/** Stands in a notice whose body does not repeat the number: it is the only one that the call asked about. */
const THE_NUMBER_ASKED = "";

/**
 * The notice in an error body (RFC 9457 of Unified, the like of MyDHL) that is about the number; null for every other
 * error. A 404 of the gateway, for a wrong address, speaks of no shipment.
 */
export function readNotFound(body: unknown): Notice | null {
  const said = [textAt(body, "title"), textAt(body, "detail"), textAt(body, "message")].filter((text) => text !== null);
  if (numberAt(body, "status") !== 404 || !said.some((text) => NOT_FOUND.test(text))) return null;
  return {
    trackingNumber: numberIn(textAt(body, "instance") ?? ""),
    kind: "not_found",
    carrierCode: "404",
    carrierText: textAt(body, "detail") ?? said[0] ?? "",
  };
}

/** Whether an error body speaks about the number asked for, rather than about the call. */
export function statesNotFound(body: Uint8Array): boolean {
  const reading = readJson(body, MAX_ERROR_BYTES);
  return reading.ok && readNotFound(reading.value) !== null;
}

const NOT_FOUND = /\bno (?:result|shipment|data|tracking)|\b(?:shipment|data) not found|\bnot data found/i;

/** Errors name what was asked for: `/shipments/<number>`, with `/tracking` behind it, or `?trackingNumber=<number>`. */
function numberIn(instance: string): string {
  const found =
    /\/shipments?\/([0-9A-Za-z-]{4,50})(?:\/|\?|$)/.exec(instance) ??
    /[?&](?:shipmentT|t)rackingNumber=([0-9A-Za-z-]{4,50})(?:&|$)/.exec(instance);
  return found?.[1]?.toUpperCase() ?? THE_NUMBER_ASKED;
}
