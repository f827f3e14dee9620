import type { ComponentChildren, JSX } from "preact";

/** The level of a part's heading: 2 under the page's own headline, 3 under that of one parcel among several. */
export type HeadingLevel = 2 | 3;

/** A quiet heading that looks alike on both levels, so that no level is skipped for its looks. */
export function SubHeading({
  level,
  children,
}: {
  readonly level: HeadingLevel;
  readonly children: ComponentChildren;
}): JSX.Element {
  return level === 2 ? <h2 class="sub">{children}</h2> : <h3 class="sub">{children}</h3>;
}
