import type { ScanTime } from "../../src/domain/scan.js";
import { STATUSES, type Status, type SubStatus, subStatusRow } from "../../src/domain/status.js";
import type { ItemView, PageView, ParcelView, TimelineEntryView } from "../../src/page/view-model.js";

const CITIES = ["PORTLAND", "TROUTDALE", "SALT LAKE CITY", "MEMPHIS", "NASHVILLE", "NASHVILLE"] as const;
const REGIONS = ["OR", "OR", "UT", "TN", "TN", "TN"] as const;
const UNCONFIRMED: Partial<ScanTime> = { occurredAt: null, utcOffset: null, zone: "unknown" };

/** Pages in every state worth looking at, as views. Store, shopper and numbers are made up. */
export const PAGE_STATES: Readonly<Record<string, PageView>> = {
  confirmed: page([], {
    unshippedItems: items("Linen shirt, undyed", "Wool socks"),
    promised: { from: "2026-06-10", to: "2026-06-11" },
  }),
  label: page([
    parcel("label_created", { edd: day("2026-06-10"), timeline: log(["label_created"]), furthestStage: 1 }),
  ]),
  "in transit": page([parcel("departed", { edd: day("2026-06-09") })]),
  "out for delivery": page([
    parcel("out_for_delivery", {
      edd: { ...day("2026-06-09"), windowFrom: "14:00", windowTo: "16:00" },
      furthestStage: 3,
    }),
  ]),
  delayed: page([parcel("delayed_weather", { edd: day("2026-06-11"), previousEdd: day("2026-06-09") })]),
  "address issue": page([
    parcel("address_issue", {
      timeline: [
        scan(
          "address_issue",
          9,
          "Delivery exception - incorrect address - recipient to contact the carrier with the apartment number, the floor, the name on the bell and any access code that the driver may need on the next delivery attempt",
        ),
        ...log(["out_for_delivery", "arrived", "departed", "picked_up", "label_created"]),
      ],
      furthestStage: 3,
    }),
  ]),
  attempted: page([
    parcel("recipient_unavailable", { edd: day("2026-06-10"), at: clock(9, "11:20"), furthestStage: 3 }),
  ]),
  pickup: page([parcel("available_for_pickup", { furthestStage: 3 })]),
  delivered: page([
    parcel("signed_for", {
      furthestStage: 4,
      at: clock(9, "14:12"),
      proof: { receivedBy: "A. Okafor", location: "Front desk", hasSignature: true, hasPhoto: false },
    }),
  ]),
  "two parcels": page(
    [
      parcel("delivered", { id: "parcel-1", furthestStage: 4, items: items("Linen shirt, undyed") }),
      parcel("departed", {
        id: "parcel-2",
        carrierName: "UPS",
        trackingNumber: "1ZXX0000YY00000000",
        edd: { ...day("2026-06-10"), to: "2026-06-11" },
        items: items("Wool socks"),
      }),
    ],
    { unshippedItems: [{ title: "Beeswax candle", quantity: 2 }] },
  ),
  "as of": { ...page([parcel("arrived", { edd: day("2026-06-10") })]), asOf: { clock: "14:05", isUtc: false } },
  "handed on": page([
    parcel("at_destination_facility", {
      edd: day("2026-06-10"),
      timeline: [
        { ...scan("at_destination_facility", 9, "Arrived at post office"), carrierName: "USPS" },
        ...log(["handed_to_partner", "departed", "picked_up", "label_created"]),
      ],
      legs: [
        {
          carrierName: "USPS",
          trackingNumber: "9261290100000000000004",
          carrierUrl: "https://carrier.example/track/9261290100000000000004",
        },
      ],
    }),
  ]),
  returned: page([parcel("returned_to_sender", { furthestStage: 3 })]),
  "long words": longWords(),
};

function longWords(): PageView {
  const view = page([
    parcel("held", {
      carrierName: "Nordwestdeutsche Paketzustellgesellschaft",
      serviceLevel: "Ground Economy with Signature Required and Saturday Delivery",
      trackingNumber: "92001902551559000000000000000001",
      items: [
        { title: "Donaudampfschifffahrtsgesellschaftskapitänsmützenhalterung aus massiver Eiche", quantity: 12 },
        { title: "زيت زيتون بكر ممتاز 750 مل", quantity: 1 },
      ],
      timeline: [
        scan(null, 9, "On hold at the request of the shipper until further notice", UNCONFIRMED),
        ...log(["arrived", "departed"]),
      ],
    }),
  ]);
  return {
    ...view,
    locale: "en-GB",
    brand: {
      ...view.brand,
      name: "The Extraordinarily Long-Named Emporium of Fine Household Goods",
      accentColor: "#ffe066",
    },
    order: { ...view.order, number: "WEB-2026-000000001042-REPLACEMENT" },
  };
}

function page(parcels: readonly ParcelView[], order: Partial<PageView["order"]> = {}): PageView {
  const counts = Object.fromEntries(STATUSES.map((status) => [status, 0])) as Record<Status, number>;
  for (const { status } of parcels) if (status !== null) counts[status] += 1;
  return {
    brand: {
      name: "Fern & Finch",
      logoUrl: null,
      accentColor: "#1f6f54",
      websiteUrl: "https://fernandfinch.example/",
      supportUrl: null,
      supportEmail: "help@fernandfinch.example",
    },
    locale: "en-US",
    order: {
      number: "#1042",
      placedOn: "2026-06-05",
      status: parcels[0]?.status ?? "order_confirmed",
      counts,
      promised: null,
      today: "2026-06-09",
      unshippedItems: [],
      destination: { city: "Portland", region: "OR", country: "US", postalCodePrefix: "97" },
      ...order,
    },
    asOf: null,
    version: 7,
    parcels,
  };
}

function parcel(subStatus: SubStatus, fields: Partial<ParcelView> = {}): ParcelView {
  const { status } = subStatusRow(subStatus);
  const timeline = fields.timeline ?? [
    scan(subStatus, 9, "Carrier statement"),
    ...log(["arrived", "departed", "arrived", "picked_up", "label_created"]),
  ];
  const { carrierName } = fields;
  return {
    id: "parcel-1",
    direction: "outbound",
    status,
    subStatus,
    furthestStage: 2,
    carrierName: "FedEx",
    trackingNumber: "7712 3456 7890",
    carrierUrl: "https://carrier.example/track/771234567890",
    legs: [],
    serviceLevel: "Home Delivery",
    edd: null,
    previousEdd: null,
    at: clock(9, "08:04"),
    city: "PORTLAND",
    today: "2026-06-09",
    items: items("Linen shirt, undyed", "Wool socks"),
    proof: null,
    ...fields,
    timeline: carrierName === undefined ? timeline : timeline.map((entry) => ({ ...entry, carrierName })),
  };
}

function items(...titles: string[]): ItemView[] {
  return titles.map((title, index) => ({ title, quantity: index + 1 }));
}

function day(date: string) {
  return { from: date, to: date, windowFrom: null, windowTo: null, source: "carrier" as const };
}

function log(subStatuses: readonly SubStatus[]): TimelineEntryView[] {
  return subStatuses.map((subStatus, index) =>
    scan(subStatus, 8 - index, `In the carrier's words: ${subStatus.replaceAll("_", " ")}`, {}, index),
  );
}

function scan(
  subStatus: SubStatus | null,
  date: number,
  carrierText: string,
  time: Partial<ScanTime> = {},
  city = 0,
): TimelineEntryView {
  return {
    carrierName: "FedEx",
    subStatus,
    carrierText,
    carrierTextLanguage: "en",
    place: { city: CITIES[city] ?? null, region: REGIONS[city] ?? null, country: "US" },
    time: { ...clock(date, "08:04"), ...time },
  };
}

function clock(date: number, time: string): ScanTime {
  const localTime = `2026-06-${String(date).padStart(2, "0")}T${time}:00`;
  return {
    occurredAt: Date.parse(`${localTime}-07:00`),
    localTime,
    utcOffset: "-07:00",
    zone: "offset",
    precision: "minute",
  };
}
