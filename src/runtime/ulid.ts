/** Crockford's alphabet without i, l, o and u, in lower case. */
const ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";
const TEXT = /^[0-7][0-9abcdefghjkmnpqrstvwxyz]{25}$/;

/** Writes 16 bytes as the 26 characters of a ULID (github.com/ulid/spec), in lower case: their order is that of the bytes. */
export function encodeUlid(bytes: Uint8Array): string {
  if (bytes.length !== 16) throw new RangeError(`A ULID has 16 bytes, not ${bytes.length}.`);
  let text = "";
  let taken = 0;
  // 26 characters hold 130 bits, two more than there are.
  let bits = 2;
  for (const byte of bytes) {
    taken = (taken << 8) | byte;
    bits += 8;
    for (; bits >= 5; bits -= 5) text += ALPHABET.charAt((taken >> (bits - 5)) & 31);
    taken &= (1 << bits) - 1;
  }
  return text;
}

/** Reads what `encodeUlid` writes; null for anything else, upper case included: one value has one spelling. */
export function decodeUlid(text: string): Uint8Array | null {
  if (!TEXT.test(text)) return null;
  let number = 0n;
  for (const character of text) number = (number << 5n) | BigInt(ALPHABET.indexOf(character));
  return Buffer.from(number.toString(16).padStart(32, "0"), "hex");
}
