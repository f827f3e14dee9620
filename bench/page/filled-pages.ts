import { createTrackingLinks } from "../../src/orders/tracking-links.js";
import { sealingKey } from "../../src/runtime/sealing.js";
import { buildBurst } from "../../src/sandbox/burst.js";
import { DENVER } from "../../src/sandbox/towns.js";
import type { Database } from "../../src/store/database.js";
import { addBenchStore } from "./fill-orders.js";

const KEY = Buffer.alloc(32, 7);
const SCANS_PER_PARCEL = 9;
const AT_ONCE = 8;

/** Orders whose pages can be asked for. */
export interface FilledPages {
  /** `/t/<token>` of each. */
  readonly paths: readonly string[];
  /** The key of their links, as `WAYBILL_SECRET_KEY` takes it. */
  readonly secretKey: string;
}

/** Takes so many orders in, each with a parcel that was scanned nine times and delivered. */
export async function fillPages(db: Database, orders: number): Promise<FilledPages> {
  const store = await addBenchStore(db, Date.now);
  const burst = buildBurst({
    carrier: "ups",
    pushes: orders * SCANS_PER_PARCEL,
    parcels: orders,
    seed: 1,
    secret: "nobody looks",
    endAt: Date.now(),
  });
  const numbers = [...burst.expected.keys()];
  const links = createTrackingLinks({ current: sealingKey(KEY), old: [] }, "", { now: Date.now });
  const paths: string[] = [];
  for (let first = 0; first < numbers.length; first += AT_ONCE) {
    const taken = numbers.slice(first, first + AT_ONCE).map(async (trackingNumber, index) => {
      const id = await store.takeOrder({ number: `N-${first + index}`, trackingNumber, town: DENVER });
      return links.sealed({ id, storeRef: store.storeRef, linkEpoch: 0 });
    });
    paths.push(...(await Promise.all(taken)));
  }
  await store.hear(burst.pushes.map(({ body }) => body));
  return { paths, secretKey: KEY.toString("base64") };
}
