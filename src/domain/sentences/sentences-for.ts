import type { SubStatus } from "../status.js";
import type { Catalogue, PhraseKey, PhraseValues, StatePlaceholder, Tellings } from "./catalogue.js";
import { messageFormatter, placeholdersIn } from "./compile-messages.js";
import { type DateWords, dateWords } from "./date-words.js";
import { EN } from "./en.js";
import type { ParcelFacts } from "./facts.js";
import { readableCity } from "./place-words.js";
import { tellableEdd } from "./tellable-edd.js";

/** What is said about a parcel where it stands. */
export interface ParcelSentences {
  readonly headline: string;
  readonly explanation: string;
  readonly next: string;
}

/** All sentences of one locale. Everything returned is plain text: whoever draws it escapes it. */
export interface Sentences {
  /** BCP 47, for `lang` and `Intl`. */
  readonly locale: string;
  readonly direction: "ltr" | "rtl";
  readonly dates: DateWords;
  /** Headline, explanation and what comes next. `storeName` is the brand's name. */
  readonly parcel: (facts: ParcelFacts, storeName: string) => ParcelSentences;
  /** The line of one scan in the timeline. */
  readonly scan: (subStatus: SubStatus, carrierName: string, storeName: string) => string;
  readonly phrase: <K extends PhraseKey>(key: K, values: PhraseValues<K>) => string;
}

/**
 * The sentences of a BCP 47 locale (`en`, `en-GB`). A language without a catalogue, and a text that is no locale, gives
 * English. `en` alone writes dates as in the United States.
 */
export function sentencesFor(locale: string): Sentences {
  const known = byLocale.get(locale);
  if (known !== undefined) return known;
  const sentences = makeSentences(locale);
  if (byLocale.size < MAX_LOCALES) byLocale.set(locale, sentences);
  return sentences;
}

/** The languages there is a catalogue for. */
export const CATALOGUES: readonly Catalogue[] = [EN];

const MAX_LOCALES = 64;
const byLocale = new Map<string, Sentences>();

function makeSentences(wanted: string): Sentences {
  const { catalogue, locale } = chooseCatalogue(wanted);
  const format = messageFormatter(locale);
  const phrase = <K extends PhraseKey>(key: K, values: PhraseValues<K>) => format(catalogue.phrases[key], values);
  const dates = dateWords(locale, phrase);

  const tell = (tellings: Tellings, known: KnownFacts) => {
    const telling = tellings.find((message) => placeholdersIn(message).every((name) => name in known));
    return format(telling ?? tellings[tellings.length - 1] ?? "", known);
  };

  return {
    locale,
    direction: catalogue.direction,
    dates,
    phrase,
    parcel: (facts, storeName) => {
      const { headline, explanation, next } = catalogue.states[facts.subStatus ?? "label_created"];
      const known = knownFacts(facts, storeName, dates);
      return { headline: tell(headline, known), explanation: tell(explanation, known), next: tell(next, known) };
    },
    scan: (subStatus, carrier, store) => tell(catalogue.states[subStatus].scan, { carrier, store }),
  };
}

function chooseCatalogue(wanted: string): { readonly catalogue: Catalogue; readonly locale: string } {
  const [canonical] = canonicalLocales(wanted);
  const language = canonical?.split("-")[0];
  const catalogue = CATALOGUES.find((candidate) => candidate.language === language);
  return catalogue === undefined || canonical === undefined
    ? { catalogue: EN, locale: EN.language }
    : { catalogue, locale: canonical };
}

function canonicalLocales(wanted: string): string[] {
  try {
    return Intl.getCanonicalLocales(wanted);
  } catch {
    return [];
  }
}

type KnownFacts = Readonly<Partial<Record<StatePlaceholder, string>>>;

/** Only what is known has a key, so that a telling that needs more is passed over. */
function knownFacts(facts: ParcelFacts, store: string, dates: DateWords): KnownFacts {
  const { carrierName, previousEdd, at, city, today } = facts;
  const edd = tellableEdd(facts);
  const [day, time] = at?.localTime?.split("T") ?? [];
  return {
    carrier: carrierName,
    store,
    ...(edd !== null && { date: dates.estimate(edd, today) }),
    ...(edd !== null &&
      previousEdd !== null && {
        newDate: dates.estimate(edd, today),
        oldDate: dates.estimate({ ...previousEdd, windowFrom: null, windowTo: null }, null),
      }),
    ...(day !== undefined && { day: dates.day(day, today) }),
    ...(time !== undefined && at?.precision !== "day" && { time: dates.clock(time) }),
    ...(city !== null && city.trim() !== "" && { city: readableCity(city) }),
  };
}
