import type { ComponentChildren, JSX } from "preact";
import { placeLine } from "../domain/sentences/place-words.js";
import type { Sentences } from "../domain/sentences/sentences-for.js";
import { ItemList } from "./item-list.js";
import { supportHref } from "./next-step-card.js";
import { ParcelDetails } from "./parcel-details.js";
import type { DestinationView, PageView, ParcelView } from "./view-model.js";

/** The order itself: what is in it, where it goes, who carries it, and where help is. */
export function OrderAside({
  view,
  onlyParcel,
  sentences,
}: {
  readonly view: PageView;
  /** The parcel when there is one only: its items and number stand here. */
  readonly onlyParcel: ParcelView | null;
  readonly sentences: Sentences;
}): JSX.Element {
  const { phrase, dates, locale } = sentences;
  const { order } = view;
  const shipped = onlyParcel?.items ?? [];
  const destination = destinationLine(order.destination, locale);
  const unshippedCount = order.unshippedItems.reduce((sum, { quantity }) => sum + quantity, 0);
  const unshippedTitle =
    view.parcels.length === 0 ? phrase("items", {}) : phrase("itemsNotShipped", { count: unshippedCount });
  return (
    <aside class="aside" aria-label={phrase("yourOrder", {})}>
      {shipped.length > 0 && (
        <Part title={phrase("items", {})}>
          <ItemList items={shipped} sentences={sentences} />
        </Part>
      )}
      {order.unshippedItems.length > 0 && (
        <Part title={unshippedTitle}>
          <ItemList items={order.unshippedItems} sentences={sentences} />
        </Part>
      )}
      {onlyParcel !== null && <ParcelDetails parcel={onlyParcel} sentences={sentences} />}
      <dl class="details">
        {destination !== null && (
          <div>
            <dt>{phrase("deliveringTo", {})}</dt>
            <dd dir="auto">{destination}</dd>
          </div>
        )}
        <div>
          <dt>{phrase("orderNumber", { number: "" }).trim()}</dt>
          <dd>
            <bdi>{order.number}</bdi>
            <span class="muted"> {phrase("orderPlaced", { date: dates.shortDay(order.placedOn, order.today) })}</span>
          </dd>
        </div>
      </dl>
      <HelpPart view={view} sentences={sentences} />
    </aside>
  );
}

function Part({ title, children }: { readonly title: string; readonly children: ComponentChildren }): JSX.Element {
  return (
    <section class="part">
      <h2>{title}</h2>
      {children}
    </section>
  );
}

function HelpPart({
  view: { brand, order },
  sentences: { phrase },
}: {
  readonly view: PageView;
  readonly sentences: Sentences;
}) {
  const href = supportHref(brand, order.number);
  if (href === null) return null;
  return (
    <Part title={phrase("help", {})}>
      <p class="muted">{phrase("helpText", { store: brand.name })}</p>
      <p>
        <a href={href} rel="noreferrer">
          {phrase("contactStore", { store: brand.name })}
        </a>
      </p>
    </Part>
  );
}

/** `Portland, OR, 972…`: the mask says that there is more. */
function destinationLine(destination: DestinationView | null, locale: string): string | null {
  if (destination === null) return null;
  const line = placeLine(destination, destination.country, locale);
  const prefix = destination.postalCodePrefix === null ? null : `${destination.postalCodePrefix}…`;
  return [line, prefix].filter((part) => part !== null).join(", ") || null;
}
