import { FEDEX_CODES } from "./fedex/codes.js";
import { fedexPush } from "./fedex/push.js";
import type { Happening } from "./journey.js";
import type { ParcelFacts, ScanFact } from "./parcel.js";
import * as towns from "./towns.js";
import { sandboxTrackingNumber } from "./tracking-numbers.js";
import { UPS_CODES } from "./ups/codes.js";
import { UPS_USER_AGENT, upsPushBody } from "./ups/push-body.js";

/** The carriers whose pushes come in bursts here. */
export type BurstCarrier = "fedex" | "ups";

export interface BurstOptions {
  readonly carrier: BurstCarrier;
  /** Distinct pushes, 1..1,000,000. */
  readonly pushes: number;
  /** Parcels that they are spread over, 1..`pushes`. At most 1,000 pushes per parcel. */
  readonly parcels: number;
  /** The same seed gives the same bytes. */
  readonly seed: number;
  /** Proves the pushes: FedEx's security token, or the credential of UPS Track Alert v1. */
  readonly secret: string;
  /** No scan is later than this (ms since the epoch), and none older than 17 hours before it. */
  readonly endAt: number;
  /** Serial of the first tracking number, so that bursts do not share numbers; default 0. */
  readonly firstSerial?: number;
  /** Default true: pushes of all parcels mixed, in no order. False: in the order in which they happened, parcel by parcel. */
  readonly shuffled?: boolean;
}

/** One push, ready to be sent. It states exactly one scan. */
export interface BurstPush {
  readonly trackingNumber: string;
  readonly body: Buffer;
  readonly headers: Readonly<Record<string, string>>;
}

/** A scan that must be in the timeline once the push that states it was acknowledged. Distinct to the minute. */
export interface ExpectedScan {
  /** In the carrier's own codes: FedEx `DL`; UPS `D/FS`. */
  readonly code: string;
  /** Milliseconds since the epoch. */
  readonly occurredAt: number;
}

export interface Burst {
  readonly pushes: readonly BurstPush[];
  /** Per tracking number, oldest first. The first is always the label, the last (of two or more) the delivery. */
  readonly expected: ReadonlyMap<string, readonly ExpectedScan[]>;
}

/**
 * Builds signed pushes with what they must lead to. Nothing is random but the seed, and no two pushes state the same scan,
 * so that a lost or doubled one shows.
 * @throws RangeError when the numbers make no sense
 */
export function buildBurst(options: BurstOptions): Burst {
  checkOptions(options);
  const random = seededRandom(options.seed);
  const expected = new Map<string, readonly ExpectedScan[]>();
  const pushes: BurstPush[] = [];
  for (let index = 0; index < options.parcels; index += 1) {
    // The first parcels carry what does not divide evenly.
    const count = Math.floor(options.pushes / options.parcels) + (index < options.pushes % options.parcels ? 1 : 0);
    const facts = inventParcel(options, index, count, random);
    expected.set(
      facts.trackingNumber,
      facts.scans.map(({ what, occurredAt }) => ({ code: codeOf(options.carrier, what), occurredAt })),
    );
    for (const scan of facts.scans) pushes.push(signedPush(options, { ...facts, scans: [scan] }, pushes.length));
  }
  return { pushes: options.shuffled === false ? pushes : shuffle(pushes, random), expected };
}

const MAX_PUSHES = 1_000_000;
const MAX_SCANS_PER_PARCEL = 1_000;
const MINUTE_MS = 60_000;
const TOWNS = Object.values(towns);

function checkOptions({ pushes, parcels }: BurstOptions): void {
  if (!Number.isInteger(pushes) || pushes < 1 || pushes > MAX_PUSHES)
    throw new RangeError(`A burst has 1 to ${MAX_PUSHES} pushes.`);
  if (!Number.isInteger(parcels) || parcels < 1 || parcels > pushes)
    throw new RangeError("A burst has 1 to as many parcels as pushes.");
  if (pushes / parcels > MAX_SCANS_PER_PARCEL)
    throw new RangeError(`A parcel of a burst has at most ${MAX_SCANS_PER_PARCEL} scans.`);
}

/** A parcel with `count` scans, each in another minute: label, pickup, a tour of the country, out for delivery, delivered. */
function inventParcel(
  { carrier, endAt, firstSerial = 0 }: BurstOptions,
  index: number,
  count: number,
  random: () => number,
): ParcelFacts {
  const pick = () => TOWNS[Math.floor(random() * TOWNS.length)] ?? towns.MEMPHIS;
  const origin = pick();
  const destination = pick();
  const lastAt = endAt - (endAt % 1_000) - Math.floor(random() * 10) * MINUTE_MS;
  const shippedAt = lastAt - (count - 1) * MINUTE_MS;
  let here = origin;
  const scans = Array.from({ length: count }, (_, position): ScanFact => {
    const what = happeningAt(position, count);
    if (what === "arrived") here = pick();
    if (what === "out_for_delivery" || what === "delivered") here = destination;
    return { what, where: here, occurredAt: shippedAt + position * MINUTE_MS, expects: null, handOver: null };
  });
  return { trackingNumber: sandboxTrackingNumber(carrier, firstSerial + index), origin, destination, shippedAt, scans };
}

function happeningAt(position: number, count: number): Happening {
  if (position === 0) return "label_created";
  if (position === count - 1) return "delivered";
  if (position === count - 2) return "out_for_delivery";
  if (position === 1) return "picked_up";
  return position % 2 === 0 ? "departed" : "arrived";
}

function signedPush({ carrier, secret, endAt }: BurstOptions, facts: ParcelFacts, serial: number): BurstPush {
  const { trackingNumber } = facts;
  if (carrier === "fedex") {
    const transactionId = `00000000-0000-4000-8000-${String(serial).padStart(12, "0")}`;
    return { trackingNumber, ...fedexPush(facts, secret, transactionId, endAt) };
  }
  const headers = { "content-type": "application/json", "user-agent": UPS_USER_AGENT, credential: secret };
  return { trackingNumber, body: upsPushBody(facts, 1), headers };
}

function codeOf(carrier: BurstCarrier, what: Happening): string {
  return carrier === "fedex" ? FEDEX_CODES[what].code : `${UPS_CODES[what].type}/${UPS_CODES[what].code}`;
}

/** Numbers in [0, 1) from a 32-bit linear congruential generator (Numerical Recipes' constants): plenty for shuffling. */
function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

function shuffle<T>(items: readonly T[], random: () => number): T[] {
  const mixed = [...items];
  for (let last = mixed.length - 1; last > 0; last -= 1) {
    const other = Math.floor(random() * (last + 1));
    const [a, b] = [mixed[last], mixed[other]];
    if (a === undefined || b === undefined) continue;
    mixed[last] = b;
    mixed[other] = a;
  }
  return mixed;
}
