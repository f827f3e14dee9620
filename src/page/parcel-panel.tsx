import type { JSX } from "preact";
import type { Sentences } from "../domain/sentences/sentences-for.js";
import { EstimateBlock } from "./estimate-block.js";
import { ItemList } from "./item-list.js";
import { NextStepCard, needsCard } from "./next-step-card.js";
import { ParcelDetails } from "./parcel-details.js";
import { progressSteps } from "./progress.js";
import { ProgressLine } from "./progress-line.js";
import { ProofBlock } from "./proof-block.js";
import { SubHeading } from "./sub-heading.js";
import { TimelineList } from "./timeline-list.js";
import type { PageView, ParcelView } from "./view-model.js";

interface ParcelPanelProps {
  readonly view: PageView;
  readonly parcel: ParcelView;
  /** `Parcel 1 of 2`; null when it is the only one, and the page's headline is about it. */
  readonly name: string | null;
  readonly sentences: Sentences;
}

/** One parcel: where it stands, what to do, progress, estimate, proof, scans. */
export function ParcelPanel({ view, parcel, name, sentences }: ParcelPanelProps): JSX.Element {
  const { brand, order } = view;
  const { phrase } = sentences;
  const told = sentences.parcel(parcel, brand.name);
  const level = name === null ? 2 : 3;
  const titleId = `${parcel.id}-title`;
  return (
    <section class="panel" id={parcel.id} aria-labelledby={name === null ? "headline" : titleId}>
      {name !== null && (
        <header class="panel-head">
          <p class="eyebrow">{name}</p>
          <h2 id={titleId}>{told.headline}</h2>
          <p class="muted">{told.explanation}</p>
        </header>
      )}
      {name !== null && needsCard(parcel.subStatus) && (
        <NextStepCard
          parcel={parcel}
          subStatus={parcel.subStatus}
          next={told.next}
          brand={brand}
          orderNumber={order.number}
          level={level}
          sentences={sentences}
        />
      )}
      <ProgressLine steps={progressSteps(parcel)} sentences={sentences} />
      <EstimateBlock facts={parcel} storeName={brand.name} level={level} sentences={sentences} />
      <ProofBlock proof={parcel.proof} level={level} sentences={sentences} />
      {name !== null && parcel.items.length > 0 && (
        <div>
          <SubHeading level={level}>{phrase("inThisParcel", {})}</SubHeading>
          <ItemList items={parcel.items} sentences={sentences} />
        </div>
      )}
      {name !== null && <ParcelDetails parcel={parcel} sentences={sentences} />}
      <div>
        <SubHeading level={level}>{phrase("history", {})}</SubHeading>
        <TimelineList view={view} parcel={parcel} sentences={sentences} />
      </div>
    </section>
  );
}
