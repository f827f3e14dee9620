import { createHash } from "node:crypto";
import type { ParcelFacts, ScanFact } from "../parcel.js";
import { wallClock } from "../wall-clock.js";
import { uspsCode } from "./codes.js";
import { spokenTime } from "./printed-time.js";
import { oneOrMany } from "./track-events.js";

/**
 * A tracking with `expand=DETAIL`, newest event first. Flags are texts, mail class and services hold HTML, and a list of one
 * event is the event itself.
 */
export function trackDetail(facts: ParcelFacts, events: readonly object[]): object {
  const { trackingNumber, origin, destination, scans, shippedAt } = facts;
  const latest = scans.at(-1);
  const shipped = wallClock(shippedAt, origin.zone);
  return {
    destinationCity: destination.city.toUpperCase(),
    destinationState: destination.region,
    destinationZIP: destination.postalCode,
    emailEnabled: "true",
    kahalaIndicator: "false",
    mailClass: "USPS Ground Advantage<SUP>&#153;</SUP>",
    mailType: "DM",
    originCity: origin.city.toUpperCase(),
    originState: origin.region,
    originZIP: origin.postalCode,
    proofOfDeliveryEnabled: "false",
    redeliveryEnabled: String(latest?.what === "recipient_not_available"),
    restoreEnabled: "false",
    RRAMEnabled: "false",
    RREEnabled: "false",
    services: oneOrMany(["USPS Tracking<SUP>&#174;</SUP>"]),
    serviceTypeCode: "001",
    ...(latest && headline(latest)),
    ...(latest && estimate(latest, facts)),
    tableCode: "T",
    uniqueMailPieceID: pieceId(facts),
    mailPieceIntakeDate: `${shipped.date} ${shipped.time}.000000`,
    trackingNumber,
    trackingEvents: oneOrMany(events),
  };
}

/** A tracking without `expand`: sentences only. */
export function trackSummary(facts: ParcelFacts): object {
  const { trackingNumber, scans } = facts;
  const latest = scans.at(-1);
  const lines = scans.map((scan) => `${uspsCode(scan).text}, ${spokenTime(scan.occurredAt, scan.where.zone)}`);
  return { trackingNumber, ...(latest && headline(latest)), eventSummaries: lines.reverse() };
}

function headline(latest: ScanFact): object {
  const { text, category } = uspsCode(latest);
  const { occurredAt, where } = latest;
  const place = `${where.city.toUpperCase()}, ${where.region} ${where.postalCode}`;
  return {
    status: text,
    statusCategory: category,
    statusSummary: `${text}: your item was last seen at ${spokenTime(occurredAt, where.zone)} in ${place}.`,
  };
}

/** The expected day, and the hours once they are promised. Nothing after delivery or on the way back. */
function estimate({ what, expects }: ScanFact, { destination }: ParcelFacts): object {
  if (expects === null || ["delivered", "refused", "returning_to_sender", "returned_to_sender"].includes(what))
    return {};
  const [from, to] = [wallClock(expects.fromAt, destination.zone), wallClock(expects.toAt, destination.zone)];
  return {
    expectedDeliveryTimeStamp: `${to.date}T00:00:00`,
    ...(expects.window && {
      predictedDeliveryDate: to.date,
      predictedDeliveryWindowStartTime: from.time,
      predictedDeliveryWindowEndTime: to.time,
    }),
  };
}

/** Tells one use of a number from another. */
function pieceId({ trackingNumber, shippedAt }: ParcelFacts): string {
  const digest = createHash("sha256").update(`${trackingNumber} ${shippedAt}`).digest();
  return String(100_000_000 + (digest.readUInt32BE(0) % 900_000_000));
}
