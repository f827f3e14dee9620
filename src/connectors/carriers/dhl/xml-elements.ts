/** An element of Parcel DE's XML: only names and attributes matter, there is no text in it. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly XmlElement[];
}

const MAX_DEPTH = 10;
const MAX_ELEMENTS = 20_000;

/**
 * The root of a document made of elements and attributes, which is all that Parcel DE's tracking writes. Null for whatever
 * else: declarations, comments and sections inside, entities of its own, texts, a document that is cut off. So
 * nothing in it can be expanded, fetched, or grow.
 */
export function readXmlElements(text: string): XmlElement | null {
  const tags = new RegExp(TAG, "y");
  tags.lastIndex = /^\s*(?:<\?xml[^<>]{0,200}\?>)?\s*/.exec(text)?.[0].length ?? 0;
  const open: { name: string; attributes: Record<string, string>; children: XmlElement[] }[] = [];
  for (let count = 0; count < MAX_ELEMENTS; count += 1) {
    const [, close, name = "", attributes = "", selfClosing] = tags.exec(text) ?? [];
    if (name === "") return null;
    if (close !== "/") open.push({ name, attributes: readAttributes(attributes), children: [] });
    if (open.length > MAX_DEPTH || open.at(-1)?.name !== name) return null;
    if (close !== "/" && selfClosing !== "/") continue;
    const done = open.pop();
    const parent = open.at(-1);
    if (done === undefined) return null;
    if (parent === undefined) return text.slice(tags.lastIndex).trim() === "" ? done : null;
    parent.children.push(done);
  }
  return null;
}

const TAG = String.raw`<(/?)([A-Za-z][\w.-]*)((?:\s+[A-Za-z_][\w:.-]*\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(/?)>\s*`;

function readAttributes(text: string): Record<string, string> {
  const pairs = text.matchAll(/([A-Za-z_][\w:.-]*)\s*=\s*(?:"([^"]*)"|'([^']*)')/g);
  return Object.fromEntries(
    Array.from(pairs, ([, name = "", double, single]) => [name, decode(double ?? single ?? "")]),
  );
}

const NAMED: ReadonlyMap<string, string> = new Map([
  ["amp", "&"],
  ["lt", "<"],
  ["gt", ">"],
  ["quot", '"'],
  ["apos", "'"],
]);

/** The five entities of XML and numbers; anything else stays as it stands. */
function decode(value: string): string {
  return value.replaceAll(/&(#x[0-9a-f]{1,6}|#\d{1,7}|[a-z]{2,4});/gi, (whole, entity: string) => {
    if (!entity.startsWith("#")) return NAMED.get(entity) ?? whole;
    const code = /^#x/i.test(entity) ? Number.parseInt(entity.slice(2), 16) : Number(entity.slice(1));
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}
