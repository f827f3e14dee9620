import { readBrand } from "../domain/brand.js";
import { localTimeIn, todayIn } from "../domain/local-time.js";
import { tellAt } from "../domain/parcel-facts.js";
import type { PageHead } from "../store/page-heads.js";
import type { PageFacts } from "./page-facts.js";
import type { AsOf, PageView } from "./view-model.js";

/** What is to be shown, and since when it may not be right any more (ms since the epoch; null: it is right). */
export interface FoundPage {
  readonly head: PageHead;
  readonly facts: PageFacts;
  /** Of the facts. */
  readonly version: number;
  readonly asOfMs: number | null;
}

/** A page as it reads at one moment: today, what is past by now, and the store's brand as it is now. Pure. */
export function pageAt({ head, facts, version, asOfMs }: FoundPage, nowMs: number): PageView {
  const { placedAtMs, zone, ...order } = facts.order;
  return {
    brand: readBrand(head.store.name, head.store.brand),
    locale: head.locale,
    order: {
      ...order,
      placedOn: todayIn(head.store.timeZone, placedAtMs),
      today: zone === null ? null : todayIn(zone, nowMs),
    },
    asOf: asOfMs === null ? null : clockAt(asOfMs, zone),
    version,
    parcels: facts.parcels.map((parcel) => ({ ...parcel, ...tellAt(parcel, nowMs) })),
  };
}

function clockAt(atMs: number, zone: string | null): AsOf {
  const reading = zone === null ? new Date(atMs).toISOString() : localTimeIn(zone, atMs);
  return { clock: reading.slice("YYYY-MM-DDT".length, "YYYY-MM-DDTHH:mm".length), isUtc: zone === null };
}
