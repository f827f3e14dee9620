const ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";

/** Ids as the product makes them, of any moment and by a seeded chance; `createIdSource` goes only forward in time. */
export function worldIds(random: () => number): (prefix: string, atMs: number) => string {
  let lastMs = -1;
  let time = "";
  return (prefix, atMs) => {
    const ms = Math.floor(atMs);
    if (ms !== lastMs) time = letters(ms, 10);
    lastMs = ms;
    return `${prefix}_${time}${chance(random)}${chance(random)}`;
  };
}

/** Eight letters, 40 bits, of which 32 are chance. */
function chance(random: () => number): string {
  return letters(Math.floor(random() * 2 ** 40), 8);
}

function letters(value: number, count: number): string {
  let text = "";
  let left = value;
  for (let position = 0; position < count; position++) {
    text = ALPHABET.charAt(left % 32) + text;
    left = Math.floor(left / 32);
  }
  return text;
}
