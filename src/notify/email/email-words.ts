import type { ParcelFacts } from "../../domain/sentences/facts.js";
import type { ParcelSentences, Sentences } from "../../domain/sentences/sentences-for.js";
import { tellableEdd } from "../../domain/sentences/tellable-edd.js";
import { subStatusRow } from "../../domain/status.js";
import type { EmailItemView, EmailParcelView, EmailView } from "./email-view.js";
import { shownItems } from "./shown-items.js";

/** A mail in words, before it becomes HTML or plain text. Empty texts are not there. */
export interface EmailWords {
  readonly headline: string;
  readonly explanation: string;
  readonly next: string;
  readonly button: string;
  readonly parcels: readonly ParcelWords[];
}

/** One block of a mail: a parcel, or what was ordered. */
export interface ParcelWords {
  /** Given when the mail is about several parcels. */
  readonly title: string;
  readonly about: string;
  readonly estimateTitle: string;
  readonly estimate: string;
  readonly estimateNote: string;
  readonly numberTitle: string;
  readonly number: string;
  readonly itemsTitle: string;
  readonly items: readonly string[];
}

/** Puts a mail into words: of one parcel, of several that share a state, or of an order without any. */
export function emailWords(view: EmailView, sentences: Sentences): EmailWords {
  const { phrase } = sentences;
  const [first, ...others] = view.parcels;
  const told = tell(first === undefined ? confirmedFacts(view) : factsOf(first), view, sentences);
  const button = needsShopper(first) ? phrase("mailButtonAct", {}) : phrase("mailButton", {});
  if (first === undefined) return { ...told, button, parcels: [orderBlock(view, sentences)] };
  if (others.length === 0) return { ...told, button, parcels: [parcelBlock(first, view, sentences)] };
  const parcels = view.parcels.slice(0, MAX_PARCELS);
  const shared = tell({ ...factsOf(first), edd: null, previousEdd: null, at: null, city: null }, view, sentences);
  return {
    headline: phrase("severalParcels", { count: view.parcels.length, headline: shared.headline }),
    explanation: "",
    next: "",
    button,
    parcels: parcels.map((parcel, index) => ({
      ...parcelBlock(parcel, view, sentences),
      title: phrase("parcelOf", { index: index + 1, total: view.parcels.length }),
      about: Object.values(tell(factsOf(parcel), view, sentences))
        .slice(1)
        .join(" "),
    })),
  };
}

/** More are on the tracking page: mail programs cut a long mail off. */
const MAX_PARCELS = 10;

function tell(facts: ParcelFacts, { brand }: EmailView, sentences: Sentences): ParcelSentences {
  const { headline, explanation, next } = sentences.parcel(facts, brand.name);
  return { headline, explanation, next };
}

/** A mail is read on another day than it was sent, so nothing in it is "today". */
function factsOf(parcel: EmailParcelView): ParcelFacts {
  return { ...parcel, today: null };
}

function confirmedFacts({ promised }: EmailView): ParcelFacts {
  return {
    subStatus: "confirmed",
    carrierName: "",
    edd: promised === null ? null : { ...promised, windowFrom: null, windowTo: null, source: "promised" },
    previousEdd: null,
    at: null,
    city: null,
    today: null,
  };
}

function needsShopper(parcel: EmailParcelView | undefined): boolean {
  const subStatus = parcel?.subStatus ?? null;
  return subStatus !== null && subStatusRow(subStatus).actor === "shopper";
}

function orderBlock(view: EmailView, sentences: Sentences): ParcelWords {
  return {
    title: "",
    about: "",
    ...estimateWords(confirmedFacts(view), view, sentences),
    numberTitle: "",
    number: "",
    ...itemWords(view.items, sentences, "items"),
  };
}

function parcelBlock(parcel: EmailParcelView, view: EmailView, sentences: Sentences): ParcelWords {
  return {
    title: "",
    about: "",
    ...estimateWords(factsOf(parcel), view, sentences),
    numberTitle: sentences.phrase("carrierNumber", { carrier: parcel.carrierName }),
    number: parcel.trackingNumber,
    ...itemWords(parcel.items, sentences, "inThisParcel"),
  };
}

function estimateWords(facts: ParcelFacts, { brand }: EmailView, { phrase, dates }: Sentences) {
  const edd = tellableEdd(facts);
  if (edd === null) return { estimateTitle: "", estimate: "", estimateNote: "" };
  const { previousEdd, carrierName } = facts;
  const source = {
    carrier: phrase("sourceCarrier", { carrier: carrierName }),
    predicted: phrase("sourcePredicted", { store: brand.name }),
    promised: phrase("sourcePromised", { store: brand.name }),
  }[edd.source];
  const before =
    previousEdd &&
    phrase("previously", { date: dates.estimate({ ...previousEdd, windowFrom: null, windowTo: null }, null) });
  return {
    estimateTitle: phrase(previousEdd === null ? "estimatedDelivery" : "newEstimate", {}),
    estimate: dates.estimate(edd, null),
    estimateNote: before === null ? source : `${source} · ${before}`,
  };
}

function itemWords(items: readonly EmailItemView[], { phrase }: Sentences, title: "items" | "inThisParcel") {
  const { shown, hidden } = shownItems(items);
  const lines = shown.map((item) => `${phrase("quantity", { count: item.quantity })} ${item.title}`);
  return {
    itemsTitle: items.length === 0 ? "" : phrase(title, {}),
    items: hidden === 0 ? lines : [...lines, phrase("moreItems", { count: hidden })],
  };
}
