import { simpleParser } from "mailparser";

/** A mail, taken apart for reading. */
export interface ReadableMail {
  /** The HTML part with its inline images, or null. */
  readonly html: string | null;
  /** The text part as it was sent, or null. */
  readonly text: string | null;
  /** In the order of the mail, unfolded. */
  readonly headers: readonly { readonly name: string; readonly value: string }[];
}

const MAX_HEADERS = 200;

/** Takes a raw mail apart. A mail that is hard to read gives what can be read of it. */
export async function readMail(raw: Buffer): Promise<ReadableMail> {
  const mail = await simpleParser(raw, { skipHtmlToText: true, skipTextToHtml: true });
  return {
    html: mail.html === false ? null : (mail.html ?? null),
    text: mail.text ?? null,
    headers: mail.headerLines.slice(0, MAX_HEADERS).map(({ line }) => {
      const colon = line.indexOf(":");
      const value = line.slice(colon + 1).replaceAll(/\r?\n[\t ]*/g, " ");
      return { name: line.slice(0, Math.max(colon, 0)), value: value.trim() };
    }),
  };
}

/**
 * The HTML as a document whose links open in a new tab, since it is shown in a frame. Only `<base>` is added; the document
 * keeps its own mode, so nothing goes before its doctype.
 */
export function framed(html: string): string {
  const base = '<base target="_blank">';
  const head = /<head(\s[^>]*)?>/i.exec(html);
  if (head === null) return /^\s*<!doctype/i.test(html) ? html : `${base}${html}`;
  const end = head.index + head[0].length;
  return `${html.slice(0, end)}${base}${html.slice(end)}`;
}
