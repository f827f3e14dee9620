import { type Carrier, type ParseBody, UnreadableBodyError } from "../connectors/carriers/contract.js";
import { foldTimeline } from "../domain/fold.js";
import type { Place } from "../domain/place.js";
import type { EddClaim, LinkedNumber, Notice, ProofOfDelivery, Report, Tracking } from "../domain/report.js";
import type { Precision, ZoneSource } from "../domain/scan.js";
import type { Status, SubStatus } from "../domain/status.js";
import { buildTimeline, type TimelineEntry } from "../domain/timeline.js";

/** What `waybill normalize` prints. */
export interface NormalizedReport {
  readonly trackings: readonly NormalizedTracking[];
  readonly notices: readonly Notice[];
}

export interface NormalizedTracking {
  readonly trackingNumber: string;
  readonly carrier: string;
  /** Null while no scan has a status: nothing is made up for it. */
  readonly status: Status | null;
  readonly subStatus: SubStatus | null;
  /** What the carrier states; null once delivered. */
  readonly edd: EddClaim | null;
  readonly serviceLevel: string | null;
  /** Newest first. */
  readonly events: readonly NormalizedEvent[];
  readonly carrierUniqueId: string | null;
  readonly shipDate: string | null;
  readonly proof: ProofOfDelivery | null;
  readonly linkedNumbers: readonly LinkedNumber[];
}

export interface NormalizedEvent {
  /** ISO 8601 in UTC, or null when the instant cannot be known. */
  readonly occurredAt: string | null;
  readonly localTime: string | null;
  readonly utcOffset: string | null;
  readonly zone: ZoneSource;
  readonly precision: Precision;
  /** Null for what moves nothing: information and unmapped codes. */
  readonly status: Status | null;
  readonly subStatus: SubStatus | null;
  readonly carrierCode: string;
  readonly carrierText: string;
  readonly place: Place | null;
}

/**
 * What one raw body of a carrier says, polled or pushed, in Waybill's words: timeline and status by the same functions
 * as the pipeline uses. Pure.
 * @throws UnreadableBodyError when it is no report of this carrier
 */
export function normalizeBody(carrier: Carrier, body: Uint8Array): NormalizedReport {
  const { trackings, notices } = parseEitherWay(carrier, body);
  return { trackings: trackings.map(normalizeTracking), notices };
}

/** Nobody says which way a body came, so poll is tried before push. The first refusal is the one to tell. */
function parseEitherWay(carrier: Carrier, body: Uint8Array): Report {
  const parsers: readonly ParseBody[] = [carrier.poll?.parse, carrier.push?.parse].filter(
    (parse) => parse !== undefined,
  );
  let refusal: UnreadableBodyError | null = null;
  for (const parse of new Set(parsers)) {
    try {
      return parse(body);
    } catch (error) {
      if (!(error instanceof UnreadableBodyError)) throw error;
      refusal ??= error;
    }
  }
  throw refusal ?? new UnreadableBodyError(`${carrier.name} sends no reports that could be read.`);
}

function normalizeTracking(tracking: Tracking): NormalizedTracking {
  const timeline = buildTimeline(tracking.scans);
  const fold = foldTimeline(timeline, { destination: tracking.destination });
  return {
    trackingNumber: tracking.trackingNumber,
    carrier: tracking.carrier,
    status: fold?.status ?? null,
    subStatus: fold?.subStatus ?? null,
    edd: fold?.status === "delivered" ? null : tracking.edd,
    serviceLevel: tracking.serviceLevel,
    events: timeline.map(normalizeEntry).reverse(),
    carrierUniqueId: tracking.carrierUniqueId,
    shipDate: tracking.shipDate,
    proof: tracking.proof,
    linkedNumbers: tracking.linkedNumbers,
  };
}

function normalizeEntry(entry: TimelineEntry): NormalizedEvent {
  const { localTime, utcOffset, zone, precision, carrierCode, carrierText, place, meaning } = entry;
  return {
    occurredAt: entry.occurredAt === null ? null : new Date(entry.occurredAt).toISOString(),
    localTime,
    utcOffset,
    zone,
    precision,
    status: meaning.kind === "status" ? meaning.status : null,
    subStatus: meaning.kind === "status" ? meaning.subStatus : null,
    carrierCode,
    carrierText,
    place,
  };
}
