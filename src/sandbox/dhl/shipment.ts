import type { ParcelFacts, ScanFact } from "../parcel.js";
import type { Town } from "../towns.js";
import { wallClock } from "../wall-clock.js";
import { DHL_ECOMMERCE_CODES, type DhlCode, expressCode } from "./codes.js";

/** The divisions that the sandbox plays. They write into the same fields as differently as the real ones. */
export type DhlService = "express" | "ecommerce";

/** Express waybills have 10 digits; everything else here is eCommerce. */
export function dhlService(trackingNumber: string): DhlService {
  return /^\d{10}$/.test(trackingNumber) ? "express" : "ecommerce";
}

/** One entry of `shipments` in Shipment Tracking - Unified, newest event first. */
export function dhlShipment(facts: ParcelFacts): object {
  const { scans, trackingNumber, origin } = facts;
  const service = dhlService(trackingNumber);
  const express = service === "express";
  return {
    ...shipmentHead(facts),
    details: {
      product: { productName: express ? "EXPRESS DOMESTIC" : "DHL SM Parcel Ground" },
      totalNumberOfPieces: 1,
      // Some divisions give a list, others a single object.
      references: express ? { type: "customer-reference", number: origin.facility } : [],
      ...proofOfDelivery(scans.at(-1)),
    },
    events: scans
      .map((scan) =>
        express ? expressEvent(scan) : { ...place(scan, service), ...ecommerceWords(codeOf(scan, service)) },
      )
      .reverse(),
  };
}

/** What a push tells: everything but the events, so that only `status` says what has happened. */
export function shipmentHead(facts: ParcelFacts): object {
  const { trackingNumber, origin, destination, scans } = facts;
  const service = dhlService(trackingNumber);
  const latest = scans.at(-1);
  return {
    serviceUrl: `https://www.dhl.com/us-en/home/tracking.html?tracking-id=${trackingNumber}`,
    id: trackingNumber,
    service,
    origin: { address: address(origin, service) },
    destination: { address: address(destination, service) },
    ...(latest && { status: status(latest, service), ...estimate(latest, destination) }),
  };
}

function status(scan: ScanFact, service: DhlService): object {
  const code = codeOf(scan, service);
  if (service === "ecommerce") return { ...place(scan, service), ...ecommerceWords(code) };
  const { statusCode, text } = code;
  return { ...place(scan, service), statusCode, status: statusCode, description: text };
}

function codeOf({ what, where }: ScanFact, service: DhlService): DhlCode {
  return service === "express" ? expressCode(what, where) : DHL_ECOMMERCE_CODES[what];
}

/** Upper case in `status`; a description only beside a few. */
function ecommerceWords({ statusCode, text }: DhlCode): object {
  return { statusCode, status: text, ...(statusCode === "delivered" && { description: text }) };
}

/** Express events have a time, a place and a text, and no code at all. */
function expressEvent(scan: ScanFact): object {
  return { ...place(scan, "express"), description: expressCode(scan.what, scan.where).text };
}

/** Local time without offset. Labels of eCommerce have no place. */
function place({ what, where, occurredAt }: ScanFact, service: DhlService): object {
  const { date, time } = wallClock(occurredAt, where.zone);
  const hasPlace = service === "express" || what !== "label_created";
  return { timestamp: `${date}T${time}`, ...(hasPlace && { location: { address: address(where, service) } }) };
}

function address({ city, region, country, postalCode }: Town, service: DhlService): object {
  if (service === "express") return { addressLocality: `${city.toUpperCase()}, ${region} - USA` };
  return { countryCode: country, postalCode, addressLocality: `${city}, ${region}, ${country}` };
}

/** A whole day is printed as midnight; a window has both ends. */
function estimate({ what, expects }: ScanFact, destination: Town): object {
  if (expects === null || ["delivered", "refused", "returning_to_sender", "returned_to_sender"].includes(what))
    return {};
  const [from, to] = [wallClock(expects.fromAt, destination.zone), wallClock(expects.toAt, destination.zone)];
  return {
    estimatedTimeOfDelivery: `${to.date}T00:00:00`,
    ...(expects.window && {
      estimatedDeliveryTimeFrame: {
        estimatedFrom: `${from.date}T${from.time}`,
        estimatedThrough: `${to.date}T${to.time}`,
      },
    }),
  };
}

function proofOfDelivery(latest: ScanFact | undefined): object {
  if (latest?.what !== "delivered" || !latest.handOver?.receivedBy) return {};
  const { date, time } = wallClock(latest.occurredAt, latest.where.zone);
  const signed = { "@type": "Person", name: latest.handOver.receivedBy };
  return {
    proofOfDelivery: { timestamp: `${date}T${time}`, signed },
    proofOfDeliverySignedAvailable: latest.handOver.signed,
  };
}

/** The words of one scan, which are all that tells what happened. */
export function dhlWords(trackingNumber: string, scan: ScanFact): string {
  return codeOf(scan, dhlService(trackingNumber)).text;
}
