import type { SimulatedParcel } from "../poll/simulated-parcels.js";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** How shoppers look at their parcels. Everything that the figures rest upon is here; nothing of it was measured in a shop. */
export const VISIT_MODEL = {
  /** Openings of the page by its link, on average; from shopper to shopper they differ as an exponential does. */
  visitsPerShipment: 3.5,
  /** Where these visits fall, in shares. What does not happen to a parcel leaves its share to the others. */
  shares: {
    afterShipped: 0.15,
    waiting: 0.3,
    afterOutForDelivery: 0.2,
    deliveryDay: 0.25,
    afterDelivered: 0.1,
    afterTrouble: 0.2,
  },
  /** From a message to the visit that it causes, on average. */
  answerMinutes: 40,
  /** How long the page is before somebody's eyes, on average, when it is opened and when the tab is looked at again. */
  firstLookSeconds: 60,
  laterLookSeconds: 30,
  /** The tab stays open after so many of a hundred visits, and is then looked at again so often, after so long, on average. */
  tabsLeftOpenPercent: 40,
  looksBack: 2,
  minutesBetweenLooks: 60,
  /** A page that nobody tells of news would ask for itself as often as this while it is looked at. */
  pollSeconds: 30,
} as const;

/** A time during which an open page is looked at. */
export interface Look {
  readonly fromMs: number;
  readonly untilMs: number;
}

/** A page that was opened by its link, and when it was looked at. The first look begins with the opening. */
export interface Visit {
  readonly looks: readonly [Look, ...Look[]];
}

/** The visits to one parcel's page. */
export function visitsOf({ registeredAtMs, scans }: SimulatedParcel, random: () => number): Visit[] {
  const { visitsPerShipment, shares, answerMinutes } = VISIT_MODEL;
  const about = (mean: number) => -Math.log(1 - random()) * mean;
  const first = (...kinds: readonly string[]) => scans.find(({ subStatus }) => kinds.includes(subStatus))?.atMs;
  const shipped = first("picked_up");
  const out = first("out_for_delivery");
  const delivered = first("delivered", "collected");
  const trouble = first("delayed", "delayed_weather", "delivery_attempted");
  const after = (atMs: number | undefined) => atMs && (() => atMs + about(answerMinutes * MINUTE_MS));
  const within = (from: number, to: number | undefined) => to && (() => from + random() * (to - from));
  const moments = [
    [shares.afterShipped, after(shipped)],
    [shares.waiting, within(registeredAtMs, out ?? registeredAtMs + 7 * DAY_MS)],
    [shares.afterOutForDelivery, after(out)],
    [shares.deliveryDay, within(out ?? 0, delivered)],
    [shares.afterDelivered, after(delivered)],
    [shares.afterTrouble, after(trouble)],
  ] as const;
  const happening = moments.flatMap(([share, when]) => (when ? [{ share, when }] : []));
  const total = happening.reduce((sum, { share }) => sum + share, 0);
  const wanted = about(visitsPerShipment);
  return happening.flatMap(({ share, when }) =>
    Array.from({ length: poisson((wanted * share) / total, random) }, () => visitAt(when(), about, random)),
  );
}

function visitAt(fromMs: number, about: (mean: number) => number, random: () => number): Visit {
  const { firstLookSeconds, laterLookSeconds, tabsLeftOpenPercent, looksBack, minutesBetweenLooks } = VISIT_MODEL;
  const looks: [Look, ...Look[]] = [{ fromMs, untilMs: fromMs + about(firstLookSeconds * 1000) }];
  if (random() * 100 >= tabsLeftOpenPercent) return { looks };
  let lastMs = looks[0].untilMs;
  // At least once, and so often on average.
  do {
    const backMs = lastMs + about(minutesBetweenLooks * MINUTE_MS);
    lastMs = backMs + about(laterLookSeconds * 1000);
    looks.push({ fromMs: backMs, untilMs: lastMs });
  } while (random() >= 1 / looksBack);
  return { looks };
}

/** Knuth's method: plenty for a handful. */
function poisson(mean: number, random: () => number): number {
  let count = 0;
  for (let product = random(); product > Math.exp(-mean); product *= random()) count += 1;
  return count;
}
