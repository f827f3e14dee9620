import type { JSX } from "preact";
import type { Sentences } from "../domain/sentences/sentences-for.js";
import { isPartlyDelivered, leadParcel } from "./lead-parcel.js";
import { NextStepCard, needsCard } from "./next-step-card.js";
import { orderFacts } from "./order-facts.js";
import type { PageView } from "./view-model.js";

/** The page's headline: one sentence of state with a date. */
export function pageHeadline(view: PageView, sentences: Sentences): string {
  const outbound = view.parcels.filter(({ direction }) => direction === "outbound").length;
  if (isPartlyDelivered(view))
    return sentences.phrase("parcelsDelivered", { delivered: view.order.counts.delivered, total: outbound });
  return sentences.parcel(leadParcel(view) ?? orderFacts(view), view.brand.name).headline;
}

/** What one reads from arm's length: the state, what it means, and what to do if anything. */
export function Hero({ view, sentences }: { readonly view: PageView; readonly sentences: Sentences }): JSX.Element {
  const { brand, order } = view;
  const lead = leadParcel(view);
  const told = sentences.parcel(lead ?? orderFacts(view), brand.name);
  const isAboutOne = view.parcels.length <= 1;
  const hasCard = isAboutOne && lead !== null && needsCard(lead.subStatus);
  return (
    <div class="hero">
      <p class="eyebrow">{sentences.phrase("orderNumber", { number: order.number })}</p>
      <h1 id="headline">{pageHeadline(view, sentences)}</h1>
      {isAboutOne && (
        <p class="lead">
          {told.explanation}
          {!hasCard && <span class="next"> {told.next}</span>}
        </p>
      )}
      {hasCard && lead.subStatus !== null && (
        <NextStepCard
          parcel={lead}
          subStatus={lead.subStatus}
          next={told.next}
          brand={brand}
          orderNumber={order.number}
          level={2}
          sentences={sentences}
        />
      )}
    </div>
  );
}
