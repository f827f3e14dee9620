import type { JSX } from "preact";
import type { Sentences } from "../domain/sentences/sentences-for.js";
import { Icon } from "./icons.js";
import type { AsOf } from "./view-model.js";

/** Says that the page may be behind, and since when. */
export function AsOfNote({
  asOf,
  sentences: { phrase, dates },
}: {
  readonly asOf: AsOf;
  readonly sentences: Sentences;
}): JSX.Element {
  const clock = dates.clock(asOf.clock);
  return (
    <p class="as-of">
      <Icon name="clock" size={20} />
      <span>{phrase("asOf", { time: asOf.isUtc ? phrase("timeInUtc", { time: clock }) : clock })}</span>
    </p>
  );
}
