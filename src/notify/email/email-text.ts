import type { EmailWords, ParcelWords } from "./email-words.js";

/** What a mail says around its words. */
export interface EmailFrame {
  readonly store: string;
  readonly order: string;
  readonly trackingUrl: string;
  readonly help: string;
  /** An address to write to or a page; empty without one. */
  readonly helpText: string;
  readonly reason: string;
}

/** The plain-text part: everything the HTML says, in the same order. Lines end in `\n`. */
export function emailText(words: EmailWords, frame: EmailFrame): string {
  const paragraphs = [
    `${frame.store} · ${frame.order}`,
    words.headline,
    [words.explanation, words.next].filter(isThere).join("\n"),
    `${words.button}:\n${frame.trackingUrl}`,
    ...words.parcels.map(parcelText),
    [frame.helpText === "" ? "" : `${frame.help} ${frame.helpText}`, frame.reason].filter(isThere).join("\n"),
  ];
  return `${paragraphs.filter(isThere).map(oneLineEach).join("\n\n")}\n`;
}

function parcelText(words: ParcelWords): string {
  return [
    words.title,
    words.about,
    words.estimate === "" ? "" : `${words.estimateTitle}: ${words.estimate}\n${words.estimateNote}`,
    words.number === "" ? "" : `${words.numberTitle}: ${words.number}`,
    words.items.length === 0 ? "" : [`${words.itemsTitle}:`, ...words.items.map((item) => `- ${item}`)].join("\n"),
  ]
    .filter(isThere)
    .join("\n");
}

function isThere(text: string): boolean {
  return text !== "";
}

/** Foreign texts bring line ends and control characters of their own. */
function oneLineEach(paragraph: string): string {
  return paragraph.replace(/\r\n?|[\u2028\u2029]/g, "\n").replace(/[^\P{Cc}\n\t]/gu, "");
}
