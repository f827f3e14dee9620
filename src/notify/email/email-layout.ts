import { readFileSync } from "node:fs";
import { type Layout, parseLayout } from "./fill-layout.js";

/**
 * The compiled layout of every mail, read once.
 * @throws Error when it was never compiled, saying how to
 */
export function emailLayout(): Layout {
  layout ??= parseLayout(readLayout());
  return layout;
}

let layout: Layout | null = null;

function readLayout(): string {
  const file = new URL("./layout.html", import.meta.url);
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new Error("The e-mail layout is not compiled yet. Run `npm run build` (or `node scripts/build-email.mjs`).", {
      cause: error,
    });
  }
}
