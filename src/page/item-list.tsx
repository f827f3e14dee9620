import type { JSX } from "preact";
import type { Sentences } from "../domain/sentences/sentences-for.js";
import type { ItemView } from "./view-model.js";

/** What was bought, with quantities; of a very long list the beginning, and how many more there are. */
export function ItemList({
  items,
  sentences,
}: {
  readonly items: readonly ItemView[];
  readonly sentences: Sentences;
}): JSX.Element {
  return (
    <ul class="items">
      {items.slice(0, MAX_ITEMS).map(({ title, quantity }) => (
        <li>
          <span class="quantity">{sentences.phrase("quantity", { count: quantity })}</span>
          <bdi dir="auto">{title}</bdi>
        </li>
      ))}
      {items.length > MAX_ITEMS && (
        <li class="muted">{sentences.phrase("moreItems", { count: items.length - MAX_ITEMS })}</li>
      )}
    </ul>
  );
}

const MAX_ITEMS = 50;
