const REDACTED = "[redacted]";

/** Shapes of secrets and of personal data inside a sentence, an address, a body or a stack trace. */
const SHAPES: readonly (readonly [RegExp, string])[] = [
  // Tracking links, also percent-encoded inside another address.
  [/(\/|%2F)([ts])(\/|%2F)[^\s/?#&"'<>%\\]+/gi, `$1$2$3${REDACTED}`],
  [/\b(Bearer|Basic|Digest|Negotiate)\s+[\w.~+/=:-]{6,}/gi, `$1 ${REDACTED}`],
  [/\bwb_[\w-]{20,}/g, REDACTED],
  // `user:password@` of an address. A password may itself hold an @, so the last one ends it.
  [/:\/\/[^\s/]+@/g, `://${REDACTED}@`],
  // `client_secret=…`, `"password": "…"`, `x-api-key: …`
  [
    /((?:authorization|credential|secret|passw(?:or)?d|pwd|passphrase|token|signature|api[_-]?key|cookie|session)[\w-]*\\?["']?\s*[:=]\s*\\?["']?)(?!\[redacted\]|(?:Bearer|Basic|Digest|Negotiate) \[)[^\s"'&,;}\\]+/gi,
    `$1${REDACTED}`,
  ],
  [/[\p{L}\p{N}._%+'-]{1,64}(?:@|%40)[\p{L}\p{N}.-]{1,255}\.\p{L}{2,24}/gu, "[e-mail]"],
  [/(?<![\w.:])\+\d(?:[ ().-]{0,2}\d){7,14}(?!\w)/g, "[phone]"],
];

/** Beyond this a text is cut before it is searched, so that no text can make the search long. */
const SEARCH_MAX = 8_000;
/** Nothing that is recognised by its end (an e-mail address by its @) can be longer; a cut one falls into this margin. */
const CUT_MARGIN = 400;

/**
 * A text without tracking links, Bearer and Basic credentials, API keys, passwords in addresses and in `name=value`
 * pairs, e-mail addresses and international phone numbers; at most `maxCharacters` long, with its real length told if it was cut.
 */
export function redactText(text: string, maxCharacters = 4_000): string {
  const isLong = text.length > SEARCH_MAX;
  let clean = isLong ? text.slice(0, SEARCH_MAX) : text;
  for (const [shape, replacement] of SHAPES) clean = clean.replace(shape, replacement);
  if (isLong) clean = clean.slice(0, -CUT_MARGIN);
  if (!isLong && clean.length <= maxCharacters) return clean;
  return `${clean.slice(0, maxCharacters)}… (${text.length} characters)`;
}
