import type { EmailItemView } from "./email-view.js";

/** The items that a mail names: the first twenty, long titles cut. `hidden` is how many more there are. */
export function shownItems(items: readonly EmailItemView[]): {
  readonly shown: readonly EmailItemView[];
  readonly hidden: number;
} {
  const shown = items.slice(0, MAX_ITEMS).map(({ title, quantity }) => ({ title: cut(title), quantity }));
  return { shown, hidden: items.length - shown.length };
}

/** Mail programs cut a long mail off (Gmail at about 102 KB); the tracking page has the rest. */
const MAX_ITEMS = 20;
const MAX_TITLE_LENGTH = 200;

function cut(title: string): string {
  return title.length <= MAX_TITLE_LENGTH ? title : `${title.slice(0, MAX_TITLE_LENGTH - 1)}…`;
}
