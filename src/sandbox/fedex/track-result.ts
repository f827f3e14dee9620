import type { ParcelFacts, ScanFact } from "../parcel.js";
import type { Town } from "../towns.js";
import { wallClock } from "../wall-clock.js";
import { FEDEX_CODES } from "./codes.js";

/**
 * One entry of `trackResults` in FedEx's words, the same object in answers and in pushes. `facts.scans` are what it may
 * speak of, oldest first and at least one.
 */
export function trackResult(facts: ParcelFacts, includeDetailedScans: boolean): object {
  const { trackingNumber, origin, destination, scans } = facts;
  const service = serviceOf(trackingNumber);
  const latest = scans.at(-1);
  return {
    trackingNumberInfo: {
      trackingNumber,
      trackingNumberUniqueId: `${julianDay(facts.shippedAt)}000~${trackingNumber}~${service.carrierCode}`,
      carrierCode: service.carrierCode,
    },
    additionalTrackingInfo: { nickname: "", packageIdentifiers: [], hasAssociatedShipments: false },
    shipperInformation: { address: address(origin) },
    recipientInformation: { address: address(destination) },
    ...(latest && { latestStatusDetail: latestStatus(latest, service.express) }),
    dateAndTimes: datesOf(facts),
    availableImages: latest?.handOver?.signed === true ? [{ type: "SIGNATURE_PROOF_OF_DELIVERY" }] : [],
    packageDetails: { sequenceNumber: "1", count: "1" },
    scanEvents: includeDetailedScans ? scans.map((scan) => scanEvent(scan, service.express)).reverse() : [],
    deliveryDetails: deliveryDetails(latest),
    originLocation: { locationContactAndAddress: { address: address(origin) } },
    destinationLocation: { locationContactAndAddress: { address: address(destination) } },
    serviceDetail: service.detail,
    standardTransitTimeWindow: { window: {} },
    estimatedDeliveryTimeWindow: windowOf(latest, destination),
    returnDetail: {},
  };
}

/** Express numbers have 12 digits, Ground ones 15. */
function serviceOf(trackingNumber: string) {
  return trackingNumber.length === 12
    ? {
        express: true,
        carrierCode: "FDXE",
        detail: { type: "FEDEX_2_DAY", description: "FedEx 2Day", shortDescription: "P-2" },
      }
    : {
        express: false,
        carrierCode: "FDXG",
        detail: { type: "FEDEX_GROUND", description: "FedEx Ground", shortDescription: "FG" },
      };
}

function latestStatus(scan: ScanFact, express: boolean): object {
  const { code, text, derived, exception, delay } = FEDEX_CODES[scan.what];
  return {
    code,
    derivedCode: derived,
    statusByLocale: text,
    description: text,
    scanLocation: address(scan.where),
    ...(exception && {
      ancillaryDetails: [
        {
          reason: express ? exception.express : exception.ground,
          reasonDescription: exception.text,
          action: "",
          actionDescription: "",
        },
      ],
    }),
    ...(delay && { delayDetail: delay }),
  };
}

function scanEvent(scan: ScanFact, express: boolean): object {
  const { code, text, derived, derivedText, locationType, exception, delay } = FEDEX_CODES[scan.what];
  return {
    date: timestamp(scan.occurredAt, scan.where.zone),
    eventType: code,
    eventDescription: text,
    exceptionCode: (express ? exception?.express : exception?.ground) ?? "",
    exceptionDescription: exception?.text ?? "",
    scanLocation: { streetLines: [""], ...address(scan.where), postalCode: scan.where.postalCode },
    locationId: scan.where.facility,
    locationType,
    derivedStatusCode: derived,
    derivedStatus: derivedText,
    ...(delay && { delayDetail: delay }),
  };
}

/** Estimates and ship dates are days, which FedEx pads with midnight in Memphis whatever the destination. */
function datesOf({ scans, origin, destination, shippedAt }: ParcelFacts): object[] {
  const latest = scans.at(-1);
  const dates: object[] = [{ type: "SHIP", dateTime: memphisDay(shippedAt, origin.zone) }];
  const pickup = scans.find(({ what }) => what === "picked_up");
  if (pickup) dates.push({ type: "ACTUAL_PICKUP", dateTime: timestamp(pickup.occurredAt, pickup.where.zone) });
  if (latest?.what === "delivered" || latest?.what === "returned_to_sender") {
    dates.push({ type: "ACTUAL_DELIVERY", dateTime: timestamp(latest.occurredAt, latest.where.zone) });
  } else if (isOnItsWay(latest) && latest?.expects) {
    dates.push({ type: "ESTIMATED_DELIVERY", dateTime: memphisDay(latest.expects.toAt, destination.zone) });
  }
  return dates;
}

function windowOf(latest: ScanFact | undefined, destination: Town): object {
  if (!isOnItsWay(latest) || latest?.expects?.window !== true) return { window: {} };
  const { fromAt, toAt } = latest.expects;
  const window = { begins: timestamp(fromAt, destination.zone), ends: timestamp(toAt, destination.zone) };
  return { window, type: "ESTIMATED_DELIVERY" };
}

function isOnItsWay(latest: ScanFact | undefined): boolean {
  return (
    latest !== undefined && !["delivered", "refused", "returning_to_sender", "returned_to_sender"].includes(latest.what)
  );
}

const LEFT_AT = {
  front_door: { locationType: "FRONT_DOOR", locationDescription: "Front Door" },
  front_desk: { locationType: "RECEPTIONIST_OR_FRONT_DESK", locationDescription: "Receptionist/Front Desk" },
  residence: { locationType: "RESIDENCE", locationDescription: "Residence" },
} as const;

function deliveryDetails(latest: ScanFact | undefined): object {
  const handOver = latest?.handOver;
  if (latest === undefined || !handOver) return { deliveryAttempts: "0", deliveryOptionEligibilityDetails: [] };
  return {
    actualDeliveryAddress: address(latest.where),
    ...LEFT_AT[handOver.leftAt],
    deliveryAttempts: "0",
    ...(handOver.receivedBy !== null && { receivedByName: handOver.receivedBy }),
    ...(handOver.signed && handOver.receivedBy !== null && { signedByName: handOver.receivedBy }),
    deliveryOptionEligibilityDetails: [],
  };
}

function address(town: Town): object {
  return {
    city: town.city.toUpperCase(),
    stateOrProvinceCode: town.region,
    countryCode: town.country,
    residential: false,
    countryName: "United States",
  };
}

function timestamp(atMs: number, zone: string): string {
  const { date, time, offset } = wallClock(atMs, zone);
  return `${date}T${time}${offset}`;
}

function memphisDay(atMs: number, zone: string): string {
  return `${wallClock(atMs, zone).date}T00:00:00-06:00`;
}

/** FedEx's unique ids begin with the Julian day of shipping. */
function julianDay(atMs: number): number {
  return Math.floor(atMs / 86_400_000) + 2_440_588;
}
