import type { DirectCarrier } from "../sandbox/parcel.js";

/** One order of the demo: what was bought, and which story its parcels live through. */
export interface DemoOrder {
  readonly number: string;
  readonly customer: string;
  readonly items: readonly { readonly title: string; readonly quantity: number }[];
  /** Absent: confirmed, nothing shipped yet. */
  readonly journey?: {
    readonly code: string;
    /** One carrier per parcel of the story. */
    readonly carriers: readonly DirectCarrier[];
    /** Real seconds from its first scan to the present. */
    readonly seconds: number;
  };
}

/** A dozen orders of a small shop for things of wool and wood, each on another journey. */
export const DEMO_ORDERS: readonly DemoOrder[] = [
  {
    number: "NL-1042",
    customer: "Ada Nyström",
    items: [{ title: "Merino blanket, fjord blue", quantity: 1 }],
    journey: { code: "straight", carriers: ["fedex"], seconds: 40 },
  },
  {
    number: "NL-1043",
    customer: "Bruno Okafor",
    items: [
      { title: "Oak serving board", quantity: 1 },
      { title: "Linen napkins, set of four", quantity: 1 },
    ],
    journey: { code: "straight", carriers: ["ups"], seconds: 90 },
  },
  {
    number: "NL-1044",
    customer: "Carmen Reyes",
    items: [{ title: "Lambswool throw, ochre", quantity: 2 }],
    journey: { code: "weather-delay", carriers: ["usps"], seconds: 180 },
  },
  {
    number: "NL-1045",
    customer: "Daniel Weiss",
    items: [{ title: "Ash wood desk lamp", quantity: 1 }],
    journey: { code: "failed-attempt", carriers: ["ups"], seconds: 150 },
  },
  {
    number: "NL-1046",
    customer: "Elena Petrova",
    items: [{ title: "Felt slippers, size 39", quantity: 1 }],
    journey: { code: "returned", carriers: ["dhl"], seconds: 240 },
  },
  {
    number: "NL-1047",
    customer: "Farid Haddad",
    items: [{ title: "Stoneware mugs, set of two", quantity: 1 }],
    journey: { code: "lost", carriers: ["ups"], seconds: 120 },
  },
  {
    number: "NL-1048",
    customer: "Grace Lindqvist",
    items: [
      { title: "Walnut bookends, pair", quantity: 1 },
      { title: "Wool rug 80 × 150 cm", quantity: 1 },
    ],
    journey: { code: "split-order", carriers: ["fedex", "usps"], seconds: 200 },
  },
  {
    number: "NL-1049",
    customer: "Hiro Tanaka",
    items: [{ title: "Beeswax candles, six", quantity: 1 }],
    journey: { code: "out-of-order", carriers: ["ups"], seconds: 130 },
  },
  {
    number: "NL-1050",
    customer: "Inês Duarte",
    items: [{ title: "Alpaca scarf, moss", quantity: 1 }],
    journey: { code: "duplicated", carriers: ["fedex"], seconds: 110 },
  },
  {
    number: "NL-1051",
    customer: "Jonas Berg",
    items: [{ title: "Birch coat hooks", quantity: 3 }],
    journey: { code: "label-only", carriers: ["usps"], seconds: 60 },
  },
  {
    number: "NL-1052",
    customer: "Kavya Iyer",
    items: [{ title: "Hand-knitted cardigan, M", quantity: 1 }],
    journey: { code: "straight", carriers: ["dhl"], seconds: 600 },
  },
  {
    number: "NL-1053",
    customer: "Liam O’Sullivan",
    items: [
      { title: "Cedar plant stand", quantity: 1 },
      { title: "Wool dryer balls, six", quantity: 2 },
    ],
  },
];
