import { createTrackingLinks } from "../../src/orders/tracking-links.js";
import { sealingKey } from "../../src/runtime/sealing.js";
import type { Database } from "../../src/store/database.js";
import { serveCounted } from "./counted-pages.js";
import { addBenchStore } from "./fill-orders.js";
import { startHearingProof } from "./hearing-proof.js";
import { createShoppers, type ShopperCounts, type Shoppers } from "./shoppers.js";
import { type TravellingParcel, travellingParcels } from "./travelling-parcels.js";
import { VISIT_MODEL, type Visit } from "./visit-model.js";

const PROCESS_NAME = "bench";
const RING = { current: sealingKey(Buffer.alloc(32, 9)), old: [] };
const ORDERS_AT_MOST = 100_000;

/** What shoppers asked, what it took, and how much was written meanwhile. */
export interface ReadsSaved extends ShopperCounts {
  readonly shipments: number;
  readonly pushes: number;
}

/**
 * Lets parcels travel and shoppers look at them in simulated time, through what runs in earnest: orders are taken in, pushes
 * go through intake and normaliser, pages are asked for by their routes, and PostgreSQL notifies.
 * @throws Error when a kept page is another than the one made anew, or an open page is not told of news
 */
export async function measureReadsSaved(db: Database, shipments: number, seed: number): Promise<ReadsSaved> {
  let nowMs = Date.now();
  const now = () => nowMs;
  const serve = (maxOrders: number) => serveCounted({ db, ring: RING, now, processName: PROCESS_NAME, maxOrders });
  const processes = {
    uncached: await serve(0),
    loads: await serve(ORDERS_AT_MOST),
    live: await serve(ORDERS_AT_MOST),
    polled: await serve(ORDERS_AT_MOST),
  };
  try {
    const proveHearing = await startHearingProof(db, PROCESS_NAME);
    const store = await addBenchStore(db, now);
    const links = createTrackingLinks(RING, "", { now });
    const parcels = travellingParcels(shipments, nowMs, seed);
    const shoppers = createShoppers(processes);
    for (const step of parcels.flatMap((parcel) => stepsOf(parcel)).toSorted((a, b) => a.atMs - b.atMs)) {
      nowMs = Math.max(nowMs, Math.round(step.atMs));
      // In earnest a beat came within the last three seconds, whatever happened since the last step.
      await proveHearing(nowMs);
      await step.run({ store, links, shoppers, untilHeard: () => proveHearing(nowMs), db });
    }
    return { shipments, pushes: parcels.flatMap(({ pushes }) => pushes).length, ...shoppers.counts() };
  } finally {
    for (const pages of Object.values(processes)) await pages.close();
  }
}

interface World {
  readonly db: Database;
  readonly store: Awaited<ReturnType<typeof addBenchStore>>;
  readonly links: ReturnType<typeof createTrackingLinks>;
  readonly shoppers: Shoppers;
  readonly untilHeard: () => Promise<void>;
}

interface Step {
  readonly atMs: number;
  readonly run: (world: World) => Promise<void>;
}

/** Everything that happens to a parcel and its page, in no order. */
function stepsOf({ trackingNumber, destination, registeredAtMs, pushes, visits }: TravellingParcel): Step[] {
  const order = { id: "", path: "" };
  return [
    {
      atMs: registeredAtMs,
      async run({ store, links }) {
        order.id = await store.takeOrder({ number: trackingNumber, trackingNumber, town: destination });
        order.path = links.sealed({ id: order.id, storeRef: store.storeRef, linkEpoch: 0 });
      },
    },
    ...pushes.map(
      ({ atMs, body }): Step => ({
        atMs,
        async run({ db, store, shoppers, untilHeard }) {
          await store.hear([body]);
          await untilHeard();
          await shoppers.tellNews(order.path, await readVersion(db, order.id));
        },
      }),
    ),
    ...visits.flatMap((visit) => stepsOfVisit(visit, order)),
  ];
}

function stepsOfVisit(visit: Visit, order: { readonly path: string }): Step[] {
  const pollMs = VISIT_MODEL.pollSeconds * 1000;
  return visit.looks.flatMap(({ fromMs, untilMs }, index): Step[] => {
    const polls = Math.floor((untilMs - fromMs) / pollMs);
    const pollTimes = Array.from({ length: polls }, (_, at) => fromMs + (at + 1) * pollMs);
    return [
      {
        atMs: fromMs,
        run: ({ shoppers }) => (index === 0 ? shoppers.load(order.path, visit) : shoppers.comeBack(order.path, visit)),
      },
      // A tab that is looked at again asks at once.
      ...[...(index === 0 ? [] : [fromMs]), ...pollTimes].map((atMs) => ({
        atMs,
        run: ({ shoppers }: World) => shoppers.poll(order.path),
      })),
      { atMs: untilMs, run: async ({ shoppers }) => shoppers.leave(visit) },
    ];
  });
}

async function readVersion(db: Database, orderId: string): Promise<number> {
  const { rows } = await db.pool.query<{ version: number }>(
    `select view_version as version from orders where id = $1`,
    [orderId],
  );
  return rows[0]?.version ?? 0;
}
