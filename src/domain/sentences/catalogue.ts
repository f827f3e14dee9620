import type { SubStatus } from "../status.js";

/** One language, whole: what one file in this folder holds. */
export interface Catalogue {
  /** BCP 47 primary language subtag (`en`). */
  readonly language: string;
  readonly direction: "ltr" | "rtl";
  readonly states: Readonly<Record<SubStatus, StateSentences>>;
  readonly phrases: Readonly<Record<PhraseKey, string>>;
}

/**
 * What is said about one sub-status. Each is a list of tellings in ICU MessageFormat, the most exact first; the first
 * whose placeholders are all known is told. The last one uses only what is always known (`carrier`, `store`).
 */
export interface StateSentences {
  /** The page's h1 and the subject of a message. No full stop. */
  readonly headline: Tellings;
  /** One sentence or two: what has happened. */
  readonly explanation: Tellings;
  /** What happens next, or what the shopper has to do. */
  readonly next: Tellings;
  /** The line of a scan in the timeline. No full stop. */
  readonly scan: Tellings;
}

export type Tellings = readonly [string, ...string[]];

/**
 * The facts a state's sentence may name. `date`: the estimate, with its window. `oldDate` and `newDate`: both, when it
 * has changed. `day` and `time`: when the scan that gave the state happened, on the clock of its place. `city`: where.
 * `date`, `newDate` and `day` may read "today", so no preposition that only fits a date may stand before them.
 */
export const STATE_PLACEHOLDERS = ["carrier", "store", "date", "oldDate", "newDate", "day", "time", "city"] as const;

export type StatePlaceholder = (typeof STATE_PLACEHOLDERS)[number];

/** Placeholders that are always known, so that a last telling may use them. */
export const ALWAYS_KNOWN: readonly StatePlaceholder[] = ["carrier", "store"];

/** Every other phrase of page and mail, with the placeholders it has. */
export const PHRASES = {
  today: [],
  eitherDay: ["first", "second", "range"],
  dateAndWindow: ["date", "window"],
  byTime: ["time"],
  fromTime: ["time"],
  placeAndTime: ["place", "time"],

  orderNumber: ["number"],
  orderPlaced: ["date"],
  yourOrder: [],
  parcelOf: ["index", "total"],
  returnParcel: [],
  parcelsDelivered: ["delivered", "total"],
  itemsNotShipped: ["count"],
  quantity: ["count"],
  items: [],
  inThisParcel: [],
  parcels: [],

  whatYouCanDo: [],
  whatHappensNext: [],
  progress: [],
  stepDone: [],
  stepNow: [],
  stepAttention: [],
  stepAhead: [],

  stepConfirmed: [],
  stepLabel: [],
  stepShipped: [],
  stepInTransit: [],
  stepOutForDelivery: [],
  stepDeliveryTried: [],
  stepDelivered: [],
  stepReadyToCollect: [],
  stepCollected: [],
  stepComingBack: [],
  stepReturned: [],

  estimatedDelivery: [],
  lastEstimate: [],
  newEstimate: [],
  previously: ["date"],
  sourceCarrier: ["carrier"],
  sourcePredicted: ["store"],
  sourcePromised: ["store"],

  history: [],
  earlierScans: ["count"],
  noScans: ["carrier"],
  carrierSays: ["carrier"],
  localTimeNotConfirmed: [],
  timeNotGiven: [],
  timeInUtc: ["time"],
  proofOfDelivery: [],
  receivedBy: ["name"],
  leftAt: ["place"],
  signatureTaken: [],
  photoTaken: [],

  carrier: [],
  service: [],
  trackingNumber: [],
  openAtCarrier: ["carrier"],
  deliveringTo: [],
  help: [],
  helpText: ["store"],
  contactStore: ["store"],
  visitStore: ["store"],
  skipToContent: [],

  pageTitle: ["headline", "number"],
  subject: ["headline", "number"],
  severalParcels: ["count", "headline"],
  moreItems: ["count"],
  carrierNumber: ["carrier"],
  mailButton: [],
  mailButtonAct: [],
  mailReason: ["store", "number"],
  mailHelp: ["store"],

  goneTitle: [],
  goneText: ["store"],
  goneTextPlain: [],
  notFoundTitle: [],
  notFoundText: [],
  asOf: ["time"],
  unavailableTitle: [],
  unavailableText: [],
} as const satisfies Record<string, readonly string[]>;

export type PhraseKey = keyof typeof PHRASES;

export type PhraseValues<K extends PhraseKey> = Readonly<Record<(typeof PHRASES)[K][number], string | number>>;
