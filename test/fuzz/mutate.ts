import type { Random } from "./random.js";

/** Values that carriers and attackers send where something else belongs. */
const ODD: readonly unknown[] = [
  null,
  true,
  false,
  0,
  -1,
  1e308,
  -0,
  2 ** 53,
  20260304,
  1.5,
  "",
  " ",
  "0",
  "-1",
  "null",
  "undefined",
  "true",
  "NaN",
  "constructor",
  "__proto__",
  "toString",
  "\u0000",
  "\ud800",
  "\u202e",
  "é".repeat(300),
  "9".repeat(5_000),
  "<b>&amp;&#x1F4E6;</b>",
  "]]>",
  "2026-03-04",
  "2026-02-30T25:61:61",
  "2026-03-04T09:12:00-99:00",
  "0000-00-00T00:00:00Z",
  "9999-12-31T23:59:59Z",
  "+275760-09-13T00:00:00Z",
  "20260304",
  "240000",
  "99:99 pm",
  "1:15 pm",
  "-06.00",
  "+14:30",
  "Tue, 04 Mar 2026 10:00:00 GMT",
  [],
  {},
  [[]],
  [null],
  { value: null },
  { toString: "x" },
  { length: 1e9 },
];

/** The body with a few things wrong with it: in its structure where it is JSON, in its bytes where it is not, sometimes both. */
export function mutate(body: Uint8Array, other: Uint8Array, random: Random): Uint8Array {
  let damaged = body;
  const json = random.below(10) < 8 ? parseJson(body) : undefined;
  if (json !== undefined) {
    let value: unknown = json;
    for (let change = random.below(4); change >= 0; change -= 1)
      value = changeSomewhere(value, parseJson(other), random);
    damaged = encode(value);
  }
  if (json === undefined || random.below(10) === 0) damaged = damageBytes(damaged, other, random);
  return damaged;
}

/** Changes one node, picked by its number in reading order. Texts that hold JSON are changed inside, as USPS nests its payload. */
function changeSomewhere(root: unknown, other: unknown, random: Random): unknown {
  let left = random.below(countNodes(root));
  const walk = (value: unknown): unknown => {
    if (left === 0) {
      left = -1;
      return changeNode(value, other, random);
    }
    left -= 1;
    if (Array.isArray(value)) return value.map(walk);
    if (!isRecord(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, walk(inner)]));
  };
  return walk(root);
}

function changeNode(value: unknown, other: unknown, random: Random): unknown {
  const nested = typeof value === "string" && value.startsWith("{") ? parseJson(encode(value, true)) : undefined;
  if (nested !== undefined && random.below(4) > 0) return JSON.stringify(changeSomewhere(nested, other, random));
  switch (random.below(9)) {
    case 0:
      return undefined;
    case 1:
      return [value];
    case 2:
      return Array.isArray(value) ? value[0] : [value, value, value];
    case 3:
      return Array.isArray(value) ? repeated(value[0]) : (JSON.stringify(value) ?? "");
    case 4:
      return isRecord(value) ? shuffledKeys(value, random) : typeof value === "string" ? Number(value) : [];
    case 5:
      return deep(value, 1 + random.below(400));
    case 6:
      return other;
    case 7:
      return typeof value === "string" ? damageText(value, random) : random.pick(ODD, null);
    default:
      return random.pick(ODD, null);
  }
}

/** Many of one thing, up to a size that a body may have: this is to find work that grows faster than the body. */
function repeated(item: unknown): unknown[] {
  const copies = Math.min(400, Math.ceil(60_000 / ((JSON.stringify(item) ?? "").length + 1)));
  return Array.from({ length: copies }, () => item);
}

function shuffledKeys(record: Record<string, unknown>, random: Random): Record<string, unknown> {
  const values = Object.values(record);
  return Object.fromEntries(Object.keys(record).map((key) => [key, random.pick(values, null)]));
}

function deep(value: unknown, levels: number): unknown {
  let nested = value;
  for (let level = 0; level < levels; level += 1) nested = level % 2 === 0 ? [nested] : { inner: nested };
  return nested;
}

function damageText(text: string, random: Random): string {
  const at = random.below(text.length + 1);
  const insert = random.pick(["", "\u0000", "9", "-", "T", ":", "Z", "\ud83d", "%", "\n", text], "");
  return text.slice(0, at) + insert + text.slice(at + random.below(4));
}

function damageBytes(body: Uint8Array, other: Uint8Array, random: Random): Uint8Array {
  const bytes = Uint8Array.from(body);
  const at = random.below(bytes.length);
  switch (random.below(5)) {
    case 0:
      return bytes.slice(0, at);
    case 1:
      return Buffer.concat([bytes.slice(0, at), other.slice(random.below(other.length))]);
    case 2: {
      const piece = bytes.slice(at, at + 1 + random.below(40));
      return Buffer.concat([
        bytes.slice(0, at),
        ...Array.from({ length: 1 + random.below(300) }, () => piece),
        bytes.slice(at),
      ]);
    }
    case 3:
      return Buffer.concat([bytes.slice(0, at), bytes.slice(at + 1 + random.below(20))]);
    default:
      for (let flips = 1 + random.below(8); flips > 0; flips -= 1)
        bytes[random.below(bytes.length)] = random.below(256);
      return bytes;
  }
}

function countNodes(value: unknown): number {
  if (typeof value !== "object" || value === null) return 1;
  return Object.values(value).reduce<number>((sum, inner) => sum + countNodes(inner), 1);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function parseJson(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(body));
  } catch {
    return undefined;
  }
}

function encode(value: unknown, isText = false): Uint8Array {
  return new TextEncoder().encode(isText ? String(value) : (JSON.stringify(value) ?? ""));
}
