import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { newsSubStatus, type Status, type SubStatus } from "../../src/domain/status.js";
import { newOrder } from "../../src/orders/new-order.js";
import { takeOrder } from "../../src/orders/take-order.js";
import { fedexPush } from "../../src/sandbox/fedex/push.js";
import { trackResult } from "../../src/sandbox/fedex/track-result.js";
import type { Journey } from "../../src/sandbox/journey.js";
import { FAILED_ATTEMPT } from "../../src/sandbox/journeys/failed-attempt.js";
import { RETURNED } from "../../src/sandbox/journeys/returned.js";
import { WEATHER_DELAY } from "../../src/sandbox/journeys/weather-delay.js";
import type { ParcelFacts, ScanFact } from "../../src/sandbox/parcel.js";
import { sandboxTrackingNumber } from "../../src/sandbox/tracking-numbers.js";
import { trackDetails } from "../../src/sandbox/ups/details.js";
import { upsPushBody } from "../../src/sandbox/ups/push-body.js";
import { createTestDatabase, type TestDatabase } from "../support/database.js";
import { addStore, intakeFor, normalizerFor, ordersFor } from "../support/store-fixture.js";

/*
 * The law of order, on the real pipeline: what a carrier says of a parcel is mixed, doubled and cut into batches by a
 * seed, a different one for each store; every store must end with the same shipment.
 */
let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test.drop());

interface Saying {
  readonly source: "push" | "poll";
  readonly body: Buffer;
}

function factsOf(journey: Journey, carrier: "fedex" | "ups", startAt: number): ParcelFacts {
  const [course] = journey.parcels;
  if (course === undefined) throw new Error("A journey has a parcel.");
  const scans: ScanFact[] = [];
  for (const { what, where, afterMinutes, expects, handOver } of course.steps) {
    const at = (minutes: number) => startAt + minutes * 60_000;
    const stated = expects && { fromAt: at(expects.fromMinutes), toAt: at(expects.toMinutes), window: expects.window };
    scans.push({
      what,
      where,
      occurredAt: at(afterMinutes),
      expects: stated ?? scans.at(-1)?.expects ?? null,
      handOver: handOver ?? null,
    });
  }
  return {
    trackingNumber: sandboxTrackingNumber(carrier, 77),
    origin: course.origin,
    destination: course.destination,
    shippedAt: startAt,
    scans,
  };
}

/** A push of every scan, and a poll after every second one. */
function sayings(carrier: "fedex" | "ups", facts: ParcelFacts): Saying[] {
  return facts.scans.flatMap((scan, index): Saying[] => {
    const known = { ...facts, scans: facts.scans.slice(0, index + 1) };
    const fedexBody = JSON.stringify({
      output: {
        completeTrackResults: [{ trackingNumber: facts.trackingNumber, trackResults: [trackResult(known, true)] }],
      },
    });
    const polled = carrier === "fedex" ? fedexBody : JSON.stringify(trackDetails(known));
    const pushed =
      carrier === "fedex"
        ? fedexPush({ ...facts, scans: [scan] }, "secret", `t-${index}`, scan.occurredAt).body
        : upsPushBody({ ...facts, scans: [scan] }, 1);
    return [
      { source: "push", body: pushed },
      ...(index % 2 === 0 ? [{ source: "poll" as const, body: Buffer.from(polled) }] : []),
    ];
  });
}

function mixed<Item>(items: readonly Item[], seed: number): Item[] {
  let state = seed;
  const random = () => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0) / 2 ** 32;
  return items
    .map((item) => ({ item, rank: random() }))
    .toSorted((a, b) => a.rank - b.rank)
    .map(({ item }) => item);
}

async function tell(
  carrier: "fedex" | "ups",
  facts: ParcelFacts,
  order: readonly Saying[],
  batch: number,
  registeredAfter: number,
) {
  const { storeId, connections } = await addStore(test.db);
  const intake = intakeFor(test.db);
  const normalizer = normalizerFor(test.db, { batchSize: batch });
  const register = () => {
    const given = newOrder.parse({ number: "1", shipments: [{ carrier, trackingNumber: facts.trackingNumber }] });
    return test.db.transaction((tx) => takeOrder(tx, storeId, given, ordersFor(test.db)));
  };
  for (const [index, { source, body }] of order.entries()) {
    if (index === registeredAfter) {
      await normalizer.drain();
      await register();
    }
    await intake.record({
      connectionId: connections[carrier] ?? "",
      source,
      body,
      ...(source === "poll" && { askedNumbers: [facts.trackingNumber] }),
    });
    if (index % batch === 0) await normalizer.drain();
  }
  await normalizer.drain();
  const { rows: shipments } = await test.db.pool.query<{ status: Status; sub_status: SubStatus }>(
    `select status, sub_status, status_since, last_scan_at, edd_from, edd_to, edd_window_from, edd_window_to, edd_source, carrier_unique_id,
       service_level, destination, proof from shipments where store_id = $1`,
    [storeId],
  );
  const { rows: scans } = await test.db.pool.query(
    `select identity, digest, occurred_at, status, sub_status from scan_events where shipment_id = (select id from shipments where store_id = $1)
     order by identity, digest`,
    [storeId],
  );
  const { rows: last } = await test.db.pool.query<{ status: Status; sub_status: SubStatus }>(
    `select status, sub_status from transitions where shipment_id = (select id from shipments where store_id = $1) order by id desc limit 1`,
    [storeId],
  );
  const { rows: orders } = await test.db.pool.query(
    `select status, closed_at is not null as closed from orders where store_id = $1`,
    [storeId],
  );
  // News compares by news sub-status: `moving` after `departed` is told to nobody.
  const told = last.map(({ status, sub_status }) => `${status}/${newsSubStatus(sub_status)}`);
  return { shipments, scans, told, orders };
}

describe.each([
  ["fedex", "a failed attempt", FAILED_ATTEMPT],
  ["fedex", "a return", RETURNED],
  ["ups", "a delay", WEATHER_DELAY],
  ["ups", "a return", RETURNED],
] as const)("%s: %s", (carrier, _story, journey) => {
  it("ends the same in any order, with any duplicates, push and poll mixed, registered before or after", async () => {
    // Under way now, so that there is an estimate to agree on; the last scans are left to happen.
    const facts = factsOf(journey, carrier, Date.now() - 3_600_000);
    const cut = journey === WEATHER_DELAY ? { ...facts, scans: facts.scans.slice(0, -2) } : facts;
    const said = sayings(carrier, cut);
    const inOrder = await tell(carrier, cut, said, 1, 0);
    expect(inOrder.shipments).toHaveLength(1);
    expect(inOrder.scans.length).toBeGreaterThanOrEqual(cut.scans.length);
    const [now] = inOrder.shipments;
    expect(inOrder.told).toEqual([`${now?.status}/${now && newsSubStatus(now.sub_status)}`]);
    for (const seed of [1, 2, 3, 4]) {
      const order = mixed([...said, ...mixed(said, seed + 100).slice(0, 6)], seed);
      const told = await tell(carrier, cut, order, [1, 3, 7, 50][seed - 1] ?? 1, seed % 2 === 0 ? 0 : 5);
      expect(told, `seed ${seed}`).toEqual(inOrder);
    }
  });
});
