import type { JSX } from "preact";
import type { Sentences } from "../domain/sentences/sentences-for.js";
import { AsOfNote } from "./as-of-note.js";
import { EstimateBlock } from "./estimate-block.js";
import { Hero } from "./hero.js";
import { OrderAside } from "./order-aside.js";
import { orderFacts } from "./order-facts.js";
import { ParcelPanel } from "./parcel-panel.js";
import { progressSteps } from "./progress.js";
import { ProgressLine } from "./progress-line.js";
import type { PageView, ParcelView } from "./view-model.js";

/** The body of a tracking page: headline, parcels, order. */
export function TrackingPage({
  view,
  sentences,
}: {
  readonly view: PageView;
  readonly sentences: Sentences;
}): JSX.Element {
  const [first] = view.parcels;
  const onlyParcel = view.parcels.length === 1 && first !== undefined && first.direction === "outbound" ? first : null;
  return (
    <main id="content" class="layout" data-version={view.version} data-old={view.asOf === null ? undefined : ""}>
      <div class="column">
        {view.asOf !== null && <AsOfNote asOf={view.asOf} sentences={sentences} />}
        <Hero view={view} sentences={sentences} />
        {!view.parcels.some(({ direction }) => direction === "outbound") && (
          <section class="panel" aria-labelledby="headline">
            <ProgressLine steps={progressSteps(null)} sentences={sentences} />
            <EstimateBlock facts={orderFacts(view)} storeName={view.brand.name} level={2} sentences={sentences} />
          </section>
        )}
        {view.parcels.map((parcel) => (
          <ParcelPanel
            view={view}
            parcel={parcel}
            name={onlyParcel === null ? parcelName(parcel, view.parcels, sentences) : null}
            sentences={sentences}
          />
        ))}
      </div>
      <OrderAside view={view} onlyParcel={onlyParcel} sentences={sentences} />
    </main>
  );
}

function parcelName(parcel: ParcelView, parcels: readonly ParcelView[], { phrase }: Sentences): string {
  if (parcel.direction === "return") return phrase("returnParcel", {});
  const outbound = parcels.filter(({ direction }) => direction === "outbound");
  return phrase("parcelOf", { index: outbound.indexOf(parcel) + 1, total: outbound.length });
}
