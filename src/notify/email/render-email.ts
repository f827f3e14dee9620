import { inkOn, readableAccent } from "../../domain/readable-accent.js";
import { sentencesFor } from "../../domain/sentences/sentences-for.js";
import { emailLayout } from "./email-layout.js";
import { emailText } from "./email-text.js";
import type { EmailView, RenderedEmail } from "./email-view.js";
import { emailWords } from "./email-words.js";
import { fillLayout } from "./fill-layout.js";
import { parcelDeliveryJson } from "./parcel-delivery.js";

/**
 * Renders the mail of a piece of news in the store's brand and language: subject, HTML and plain text. Pure but for
 * reading the compiled layout once.
 * @throws Error when the layout was never compiled
 */
export function renderEmail(view: EmailView): RenderedEmail {
  const { brand, orderNumber: number, trackingUrl } = view;
  const sentences = sentencesFor(view.locale);
  const { phrase } = sentences;
  const words = emailWords(view, sentences);
  const subject = oneLine(phrase("subject", { headline: words.headline, number }));
  const frame = {
    store: brand.name,
    order: phrase("orderNumber", { number }),
    trackingUrl,
    help: phrase("mailHelp", { store: brand.name }),
    helpText: brand.supportEmail ?? brand.supportUrl ?? "",
    reason: phrase("mailReason", { store: brand.name, number }),
  };
  const html = fillLayout(emailLayout(), {
    ...frame,
    ...words,
    ...accentSlots(brand.accentColor),
    parcels: words.parcels.map((parcel) => ({ ...parcel, items: parcel.items.map((item) => ({ item })) })),
    locale: sentences.locale,
    direction: sentences.direction,
    subject,
    preheader: words.explanation || words.parcels[0]?.about || words.headline,
    logoUrl: brand.logoUrl ?? "",
    wordmark: brand.logoUrl === null ? brand.name : "",
    helpHref: brand.supportEmail === null ? (brand.supportUrl ?? "") : `mailto:${brand.supportEmail}`,
    jsonLd: parcelDeliveryJson(view),
  });
  return { subject, html, text: emailText(words, frame) };
}

const MAX_SUBJECT_LENGTH = 200;

/** RFC 5322, section 2.2: a line end in a header would begin another header. */
function oneLine(text: string): string {
  return text
    .replace(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, " ")
    .trim()
    .slice(0, MAX_SUBJECT_LENGTH);
}

function accentSlots(accentColor: string) {
  const accent = readableAccent(accentColor, "#fafaf8");
  const accentDark = readableAccent(accentColor, "#1a1c1f");
  return { accent, onAccent: inkOn(accent), accentDark, onAccentDark: inkOn(accentDark) };
}
