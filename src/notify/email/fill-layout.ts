/** What fills a layout: texts, and lists of further slots. An empty text or list is "not there". */
export interface Slots {
  readonly [name: string]: string | readonly Slots[];
}

/** A layout that is ready to be filled any number of times. */
export type Layout = readonly LayoutNode[];

type LayoutNode =
  | { readonly kind: "html"; readonly html: string }
  | { readonly kind: "slot"; readonly name: string; readonly isRaw: boolean }
  | { readonly kind: "when" | "each"; readonly name: string; readonly body: LayoutNode[] };

/**
 * Reads a layout: `{{name}}`, `{{=name}}`, `[[when name]] … [[end]]`, `[[each name]] … [[end]]`.
 * @throws Error when a block is not closed, or one is closed that was never opened
 */
export function parseLayout(source: string): Layout {
  const root: LayoutNode[] = [];
  const open: LayoutNode[][] = [root];
  let end = 0;
  for (const match of source.matchAll(MARK)) {
    const body = open.at(-1);
    if (body === undefined) break;
    const { slot, raw, kind, name = "" } = match.groups ?? {};
    body.push({ kind: "html", html: source.slice(end, match.index) });
    end = match.index + match[0].length;
    if (slot !== undefined) body.push({ kind: "slot", name: slot, isRaw: raw === "=" });
    else if (kind === "when" || kind === "each") {
      const block: LayoutNode = { kind, name, body: [] };
      body.push(block);
      open.push(block.body);
    } else open.pop();
  }
  if (open.length !== 1) throw new Error("The layout has a block that is not closed, or an [[end]] too many.");
  root.push({ kind: "html", html: source.slice(end) });
  return root;
}

/**
 * Fills a layout. Every text is escaped, but for the slots that the layout marks with `=`.
 * @throws Error when the layout names a slot that is not given: a mail with a hole must not leave the house
 */
export function fillLayout(layout: Layout, slots: Slots): string {
  return layout.map((node) => fillNode(node, slots)).join("");
}

/** A text as HTML, also good between double quotes. Control characters that no HTML may hold are dropped. */
export function escapeHtml(text: string): string {
  return text.replace(FORBIDDEN, "").replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

const MARK = /\{\{(?<raw>=?)(?<slot>[A-Za-z]+)\}\}|\[\[(?:(?<kind>when|each) (?<name>[A-Za-z]+)|end)\]\]/g;

// eslint-disable-next-line no-control-regex -- these are the characters to drop
const FORBIDDEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/g;

function fillNode(node: LayoutNode, slots: Slots): string {
  if (node.kind === "html") return node.html;
  const value = Object.hasOwn(slots, node.name) ? slots[node.name] : undefined;
  if (value === undefined) throw new Error(`The layout asks for "${node.name}", which is not given.`);
  if (node.kind === "when") return value.length > 0 ? fillLayout(node.body, slots) : "";
  if (node.kind === "slot") {
    if (typeof value !== "string") throw new Error(`The layout prints "${node.name}", which is a list.`);
    return node.isRaw ? value : escapeHtml(value);
  }
  if (typeof value === "string") throw new Error(`The layout repeats "${node.name}", which is a text.`);
  return value.map((entry) => fillLayout(node.body, { ...slots, ...entry })).join("");
}
