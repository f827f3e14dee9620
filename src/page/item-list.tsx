import type { JSX } from "preact";
import type { Sentences } from "../domain/sentences/sentences-for.js";
import type { ItemView } from "./view-model.js";

/** What was bought, with quantities. */
export function ItemList({
  items,
  sentences,
}: {
  readonly items: readonly ItemView[];
  readonly sentences: Sentences;
}): JSX.Element {
  return (
    <ul class="items">
      {items.map(({ title, quantity }) => (
        <li>
          <span class="quantity">{sentences.phrase("quantity", { count: quantity })}</span>
          <bdi dir="auto">{title}</bdi>
        </li>
      ))}
    </ul>
  );
}
