import { findCarrier } from "../../src/connectors/carriers/registry.js";
import { SUB_STATUSES, type SubStatus } from "../../src/domain/status.js";

/** What happened, as far as the world tells it: a sub-status, or something that moves nothing. */
export type Happening = SubStatus | "information";

/** Carriers by the country that they deliver to, and how many of a hundred parcels they get. */
const SHARES: Readonly<Record<string, readonly (readonly [carrier: string, share: number])[]>> = {
  US: [
    ["ups", 38],
    ["fedex", 32],
    ["usps", 30],
  ],
  JP: [
    ["dhl", 60],
    ["fedex", 40],
  ],
};
const ELSEWHERE: (typeof SHARES)[string] = [
  ["dhl", 70],
  ["ups", 30],
];

export const WORLD_CARRIERS = ["ups", "fedex", "usps", "dhl"] as const;

/** Who carries a parcel to a country. `point` from 0 up to 1. */
export function carrierTo(country: string | null, point: number): string {
  let left = point * 100;
  const shares = SHARES[country ?? ""] ?? ELSEWHERE;
  for (const [carrier, share] of shares) {
    left -= share;
    if (left < 0) return carrier;
  }
  return shares[0]?.[0] ?? "ups";
}

/** A number as the carrier would print it; they count up by shipper. Check digits are left to chance. */
export function trackingNumberOf(carrier: string, shipper: number, serial: number): string {
  const digits = (count: number) => String(serial).padStart(count, "0");
  if (carrier === "ups") return `1ZWB${String(shipper).padStart(4, "0")}03${digits(8)}`;
  if (carrier === "fedex") return `79${shipper}${digits(9)}`;
  if (carrier === "usps") return `940011189956${shipper}${digits(9)}`;
  return `JJD0060${shipper}${digits(10)}`;
}

/** Words for what happens, in no carrier's own phrasing. */
const WORDS: Readonly<Partial<Record<Happening, string>>> = {
  information: "Your parcel is moving within our network and is on schedule",
  label_created: "A label was printed and we expect the parcel",
  picked_up: "We have the parcel",
  arrived: "The parcel reached our facility",
  departed: "The parcel left our facility",
  at_destination_facility: "The parcel is at the facility that delivers it",
  out_for_delivery: "The parcel is on the vehicle for delivery",
  delivered: "Delivered at the door",
  delayed: "The parcel is late; we are working on it",
  delayed_weather: "The weather holds the parcel up",
  delivery_attempted: "Nobody opened; we try again on the next working day",
  available_for_pickup: "The parcel waits at the pickup point",
  collected: "The parcel was collected at the pickup point",
};

const words = new Map<string, { readonly code: string; readonly text: string }>();

/** The carrier's code of a happening, from its own table where that has one, and words with it. */
export function wordsOf(carrier: string, happening: Happening): { readonly code: string; readonly text: string } {
  const key = `${carrier} ${happening}`;
  const known = words.get(key);
  if (known !== undefined) return known;
  const row = findCarrier(carrier)?.statusCodes.find(({ status, subStatus }) =>
    happening === "information" ? status === "information" : subStatus === happening,
  );
  const code = row === undefined ? happening.toUpperCase() : row.key.slice(row.key.indexOf(":") + 1);
  const found = { code, text: WORDS[happening] ?? happening };
  words.set(key, found);
  return found;
}

/** The status of a happening; null for what moves nothing. */
export function statusOf(happening: Happening) {
  return happening === "information" ? null : SUB_STATUSES[happening].status;
}
