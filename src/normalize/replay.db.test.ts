import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createTestDatabase, type TestDatabase } from "../../test/support/database.js";
import { takeOrderOf } from "../../test/support/orders.js";
import { daysAgo, mapUpsCode, replayOf, type UpsSaying, unmapUpsCode, upsSays } from "../../test/support/replay.js";
import { addStore, intakeFor, normalizerFor, type StoreFixture } from "../../test/support/store-fixture.js";
import { type Carrier, UnreadableBodyError } from "../connectors/carriers/contract.js";
import { findCarrier } from "../connectors/carriers/registry.js";
import type { Report } from "../domain/report.js";
import { buildBurst } from "../sandbox/burst.js";
import { sandboxTrackingNumber } from "../sandbox/tracking-numbers.js";
import type { Database } from "../store/database.js";
import type { ReplayProgress } from "./replay.js";

let test: TestDatabase;
let store: StoreFixture;
beforeEach(async () => {
  test = await createTestDatabase();
  store = await addStore(test.db);
});
afterEach(() => test.drop());

const A = sandboxTrackingNumber("ups", 1);
const B = sandboxTrackingNumber("ups", 2);
const ALL = { carrier: null, since: null, shipment: null };
const LABEL = { type: "M", code: "MP", minute: 0 };
const MOVING = { type: "I", code: "DP", minute: 1 };
const STRANGE = { type: "Q", code: "ZZ", minute: 5 };

async function hear(...sayings: (UpsSaying | Buffer)[]): Promise<void> {
  await leaveWaiting(...sayings);
  await normalizerFor(test.db).drain();
}

async function leaveWaiting(...sayings: (UpsSaying | Buffer)[]): Promise<void> {
  const intake = intakeFor(test.db);
  for (const saying of sayings) {
    const body = Buffer.isBuffer(saying) ? saying : upsSays(saying);
    await intake.record({ connectionId: store.connections.ups ?? "", source: "push", body });
  }
}

const order = (number: string, ...numbers: string[]) =>
  takeOrderOf(test.db, store.storeId, {
    number,
    shipments: numbers.map((trackingNumber) => ({ carrier: "ups", trackingNumber })),
  });

const rowsOf = async <Row extends object = Record<string, unknown>>(text: string, values: unknown[] = []) =>
  (await test.db.pool.query<Row & Record<string, unknown>>(text, values)).rows;

type Text<Names extends string> = Readonly<Record<Names, string | null>>;

const statusOf = async (trackingNumber: string) =>
  (
    await rowsOf<Text<"status" | "sub_status">>(`select status, sub_status from shipments where tracking_number = $1`, [
      trackingNumber,
    ])
  ).map(({ status, sub_status }) => `${status}/${sub_status}`);

const meaningsOf = async (trackingNumber: string) =>
  (
    await rowsOf<Text<"scan_code" | "meaning" | "sub_status">>(
      `select e.scan_code, e.meaning, e.sub_status from scan_events e where e.tracking_number = $1 order by e.local_time, e.digest`,
      [trackingNumber],
    )
  ).map(({ scan_code, meaning, sub_status }) => `${scan_code} ${sub_status ?? meaning}`);

const toldOf = async (trackingNumber: string) =>
  (
    await rowsOf<Text<"sub_status">>(
      `select t.sub_status, t.announced from transitions t join shipments s on s.id = t.shipment_id
       where s.tracking_number = $1 order by t.id`,
      [trackingNumber],
    )
  ).map(({ sub_status, announced }) => `${sub_status}${announced === true ? "!" : ""}`);

/** Everything that a replay may write. */
const dump = () =>
  Promise.all(
    [
      "select * from shipments order by id",
      "select * from orders order by id",
      "select * from scan_events order by shipment_id, identity, digest",
      "select * from edd_statements order by shipment_id, received_at, from_date",
      "select * from transitions order by id",
      "select * from carrier_code_sightings order by carrier, code",
      "select * from audit_log order by id",
      "select id from graphile_worker._private_jobs order by id",
      "select * from carrier_message_queue order by message_id",
      "select id from carrier_messages order by id",
    ].map((text) => rowsOf(text)),
  );

const jobs = () => rowsOf(`select id, key, revision from graphile_worker._private_jobs order by id`);

/** UPS with another reading of its pushes. */
function upsReading(change: (report: Report, body: Uint8Array) => Report): (code: string) => Carrier | null {
  return (code) => {
    const carrier = findCarrier(code);
    if (carrier?.push === undefined || code !== "ups") return carrier;
    const { push } = carrier;
    return { ...carrier, push: { ...push, parse: (body) => change(push.parse(body), body) } };
  };
}

describe("a replay after a code was mapped", () => {
  it("moves old shipments and their orders, silently", async () => {
    const orderId = await order("N-1", A);
    await hear({ trackingNumber: A, ...LABEL }, { trackingNumber: A, ...STRANGE, text: "Beamed up" });
    expect(await statusOf(A)).toEqual(["label_created/label_created"]);
    const before = { jobs: await jobs(), orders: await rowsOf(`select view_version from orders`) };

    await mapUpsCode(test.db, "Q/ZZ", "held");
    const diff = await replayOf(test.db);

    expect(await statusOf(A)).toEqual(["exception/held"]);
    expect(await meaningsOf(A)).toEqual(["M/MP label_created", "Q/ZZ held"]);
    expect((await toldOf(A)).at(-1)).toBe("held");
    expect(await jobs()).toEqual(before.jobs);
    expect(await rowsOf(`select status, view_version from orders where id = $1`, [orderId])).toEqual([
      { status: "exception", view_version: Number(before.orders[0]?.view_version) + 1 },
    ]);
    expect(diff).toMatchObject({
      messages: 2,
      unreadable: 0,
      shipments: 1,
      scans: { added: 0, changed: 1, removed: 0 },
      transitions: 1,
      statuses: [{ from: "label_created/label_created", to: "exception/held", shipments: 1 }],
      examples: [{ trackingNumber: A, because: "code Q/ZZ now means exception/held (was unmapped)" }],
    });
    expect(await rowsOf(`select action, actor from audit_log where action like 'replay.%' order by id`)).toEqual([
      { action: "replay.began", actor: "cli:test" },
      { action: "replay.finished", actor: "cli:test" },
    ]);
  });

  it("changes nothing the second time", async () => {
    await order("N-1", A);
    await hear({ trackingNumber: A, ...LABEL, edd: "20260305" }, { trackingNumber: A, ...STRANGE, edd: "20260306" });
    await mapUpsCode(test.db, "Q/ZZ", "held");
    await replayOf(test.db);
    const after = await dump();
    expect(await replayOf(test.db)).toMatchObject({
      wrote: false,
      scans: { added: 0, changed: 0, removed: 0 },
      edds: { added: 0, removed: 0 },
      statuses: [],
    });
    expect(await dump()).toEqual(after);
  });

  it("writes nothing in a dry run, and says what a real one does", async () => {
    await order("N-1", A);
    await hear({ trackingNumber: A, ...LABEL }, { trackingNumber: A, ...STRANGE });
    await mapUpsCode(test.db, "Q/ZZ", "held");
    const before = await dump();
    const tried = await replayOf(test.db, { dryRun: true });
    expect(await dump()).toEqual(before);
    const done = await replayOf(test.db);
    expect({ ...tried, dryRun: false }).toEqual(done);
    expect(done.statuses).toHaveLength(1);
  });

  it("reaches numbers that nobody registered", async () => {
    await hear({ trackingNumber: A, ...MOVING }, { trackingNumber: A, ...STRANGE });
    await mapUpsCode(test.db, "Q/ZZ", "held");
    await replayOf(test.db);
    expect(await statusOf(A)).toEqual(["exception/held"]);
  });

  it("makes new scans mean what old ones then do", async () => {
    await mapUpsCode(test.db, "Q/ZZ", "held");
    await hear({ trackingNumber: A, ...STRANGE });
    expect(await statusOf(A)).toEqual(["exception/held"]);
    expect(await replayOf(test.db)).toMatchObject({ wrote: false });
  });
});

describe("what was told last is what is shown", () => {
  it("when a mapping is made, changed, withdrawn and made again", async () => {
    await order("N-1", A);
    await hear({ trackingNumber: A, ...STRANGE });
    for (const meaning of ["held", "moving", null, "held"]) {
      if (meaning === null) await unmapUpsCode(test.db, "Q/ZZ");
      else await mapUpsCode(test.db, "Q/ZZ", meaning);
      await replayOf(test.db);
    }
    expect(await statusOf(A)).toEqual(["exception/held"]);
    expect(await meaningsOf(A)).toEqual(["Q/ZZ held"]);
    expect(await toldOf(A)).toEqual(["held", "moving", "label_created", "held"]);
  });

  it("when a live message brings back a version that a replay had replaced", async () => {
    await order("N-1", A);
    await mapUpsCode(test.db, "Q/ZZ", "held");
    await hear({ trackingNumber: A, ...STRANGE });
    await mapUpsCode(test.db, "Q/ZZ", "moving");
    await replayOf(test.db);
    await mapUpsCode(test.db, "Q/ZZ", "held");
    // The same scan in another body, before anybody replays.
    await hear(Buffer.concat([upsSays({ trackingNumber: A, ...STRANGE }), Buffer.from("\n")]));
    expect(await rowsOf(`select reason from parked_messages`)).toEqual([]);
    await replayOf(test.db);
    expect(await meaningsOf(A)).toEqual(["Q/ZZ held"]);
    expect((await toldOf(A)).at(-1)).toBe("held");
  });

  it("when nothing that means anything is left", async () => {
    await order("N-1", A);
    await mapUpsCode(test.db, "Q/ZZ", "delivered");
    await hear({ trackingNumber: A, ...STRANGE });
    await unmapUpsCode(test.db, "Q/ZZ");
    await replayOf(test.db);
    expect(await rowsOf(`select status, closed_at from orders`)).toEqual([
      { status: "label_created", closed_at: null },
    ]);
    expect((await toldOf(A)).at(-1)).toBe("label_created");
  });
});

describe("a replay with a scope", () => {
  const OTHER = { type: "Q", code: "YY", minute: 3 };

  it("of a carrier leaves the messages of others alone", async () => {
    await hear({ trackingNumber: A, ...STRANGE });
    await mapUpsCode(test.db, "Q/ZZ", "held");
    expect(await replayOf(test.db, { scope: { ...ALL, carrier: "fedex" } })).toMatchObject({
      messages: 0,
      wrote: false,
    });
    expect(await replayOf(test.db, { scope: { ...ALL, carrier: "ups" } })).toMatchObject({ messages: 1, wrote: true });
  });

  it("since a day takes shipments that were spoken of since, with everything older that is said of them", async () => {
    await hear({ trackingNumber: A, ...OTHER }, { trackingNumber: B, ...STRANGE });
    const since = new Date(Date.now() + 3_600_000);
    await hear({ trackingNumber: A, ...STRANGE });
    await test.db.pool.query(
      `update carrier_messages set received_at = received_at + interval '2 hours' where id = (select max(id) from carrier_messages)`,
    );
    for (const code of ["Q/ZZ", "Q/YY"]) await mapUpsCode(test.db, code, "held");
    await replayOf(test.db, { scope: { ...ALL, since } });
    expect(await meaningsOf(A)).toEqual(["Q/YY held", "Q/ZZ held"]);
    expect(await meaningsOf(B)).toEqual(["Q/ZZ unmapped"]);
  });

  it("since a day on which nobody spoke does nothing", async () => {
    await hear({ trackingNumber: A, ...STRANGE });
    await mapUpsCode(test.db, "Q/ZZ", "held");
    const since = new Date(Date.now() + 3_600_000);
    expect(await replayOf(test.db, { scope: { ...ALL, since } })).toMatchObject({ messages: 0, wrote: false });
  });

  it("of a shipment, by id or number, takes that one", async () => {
    await hear({ trackingNumber: A, ...STRANGE }, { trackingNumber: B, ...STRANGE }, { trackingNumber: A, ...LABEL });
    await mapUpsCode(test.db, "Q/ZZ", "held");
    const diff = await replayOf(test.db, { scope: { ...ALL, shipment: ` ${A.toLowerCase()}` } });
    expect(diff).toMatchObject({ messages: 2, shipments: 1, scans: { changed: 1 } });
    expect(await meaningsOf(B)).toEqual(["Q/ZZ unmapped"]);
    const [row] = await rowsOf(`select id from shipments where tracking_number = $1`, [B]);
    await replayOf(test.db, { scope: { ...ALL, shipment: String(row?.id) } });
    expect(await meaningsOf(B)).toEqual(["Q/ZZ held"]);
  });

  it("of a shipment that is not there says so", async () => {
    await expect(replayOf(test.db, { scope: { ...ALL, shipment: "1Z0" } })).rejects.toMatchObject({
      code: "shipment_unknown",
    });
  });

  it("of a shipment takes its legs too, whose scans are the shipment's", async () => {
    await order("N-1", A);
    await hear({ trackingNumber: A, ...MOVING }, { trackingNumber: B, ...STRANGE });
    await test.db.pool.query(
      `update shipments set leg_of = (select id from shipments where tracking_number = $1), leg_relation = 'next_leg'
       where tracking_number = $2`,
      [A, B],
    );
    await mapUpsCode(test.db, "Q/ZZ", "held");
    expect(await replayOf(test.db, { scope: { ...ALL, shipment: A } })).toMatchObject({ messages: 2, shipments: 1 });
    expect(await statusOf(A)).toEqual(["exception/held"]);
    expect(await statusOf(B)).toEqual(["null/null"]);
    expect(
      await rowsOf(
        `select distinct shipment_id = (select id from shipments where tracking_number = $1) as its from scan_events`,
        [A],
      ),
    ).toEqual([{ its: true }]);
    expect(await replayOf(test.db)).toMatchObject({ wrote: false });
  });

  it("reaches a shipment that is registered with who relays it, by the carrier that has it", async () => {
    const findCarrierOf = upsReading((report) => ({
      ...report,
      trackings: report.trackings.map((tracking) => ({ ...tracking, carrier: "usps" })),
    }));
    await order("N-1", A);
    await leaveWaiting({ trackingNumber: A, ...MOVING }, { trackingNumber: A, ...STRANGE });
    await normalizerFor(test.db, { findCarrier: findCarrierOf }).drain();
    await mapUpsCode(test.db, "Q/ZZ", "held");
    const diff = await replayOf(test.db, { findCarrier: findCarrierOf, scope: { ...ALL, shipment: A } });
    expect(diff).toMatchObject({ messages: 2, shipments: 1, scans: { added: 0, changed: 1, removed: 0 } });
    expect(await statusOf(A)).toEqual(["exception/held"]);
  });
});

describe("what was not read again stays", () => {
  const forget = (number: string, code: string) =>
    test.db.pool.query(
      `delete from carrier_messages where id in (
         select message_id from scan_events where tracking_number = $1 and scan_code = $2)`,
      [number, code],
    );

  it("when its body is gone by retention", async () => {
    await hear({ trackingNumber: A, ...MOVING }, { trackingNumber: A, ...STRANGE });
    await forget(A, "I/DP");
    await mapUpsCode(test.db, "Q/ZZ", "held");
    await replayOf(test.db);
    expect(await meaningsOf(A)).toEqual(["I/DP moving", "Q/ZZ held"]);
  });

  it("but not as a second reading of words that were read again in another body", async () => {
    await mapUpsCode(test.db, "Q/ZZ", "held");
    await hear({ trackingNumber: A, ...STRANGE });
    await hear(Buffer.concat([upsSays({ trackingNumber: A, ...STRANGE }), Buffer.from("\n")]));
    // The only version is the first body's, and that is gone.
    await forget(A, "Q/ZZ");
    await mapUpsCode(test.db, "Q/ZZ", "security_hold");
    await replayOf(test.db);
    expect(await meaningsOf(A)).toEqual(["Q/ZZ security_hold"]);
    expect(await statusOf(A)).toEqual(["exception/security_hold"]);
  });

  it("when its body cannot be read any more, which is counted", async () => {
    await hear({ trackingNumber: A, ...MOVING }, { trackingNumber: A, ...STRANGE });
    const before = await meaningsOf(A);
    const refusing = upsReading((report, body) => {
      if (Buffer.from(body).includes('"DP"')) throw new UnreadableBodyError("Not any more.");
      return report;
    });
    const diff = await replayOf(test.db, { findCarrier: refusing });
    expect(diff).toMatchObject({ messages: 2, unreadable: 1, wrote: false });
    expect(diff.unreadableExamples).toHaveLength(1);
    expect(await meaningsOf(A)).toEqual(before);
  });

  it("when it waits for the normaliser, so that its news is told", async () => {
    const orderId = await order("N-1", A);
    await hear({ trackingNumber: A, ...LABEL });
    await leaveWaiting({ trackingNumber: A, ...MOVING, day: daysAgo(1) });
    expect(await replayOf(test.db)).toMatchObject({ messages: 1, wrote: false });
    await normalizerFor(test.db).drain();
    expect((await toldOf(A)).at(-1)).toBe("moving!");
    expect(
      await rowsOf(`select key from graphile_worker._private_jobs where key = $1`, [`notify:${orderId}`]),
    ).toHaveLength(1);
  });

  it("when it was put back into the queue after it had been read", async () => {
    await hear({ trackingNumber: A, ...MOVING }, { trackingNumber: A, ...STRANGE });
    await mapUpsCode(test.db, "Q/ZZ", "held");
    const requeueing: Database = {
      ...test.db,
      transaction: async (work) => {
        await test.db.pool.query(
          `insert into carrier_message_queue (message_id, received_month) select id, received_month from carrier_messages`,
        );
        return test.db.transaction(work);
      },
    };
    expect(await replayOf(test.db, { db: requeueing })).toMatchObject({ messages: 2, wrote: false });
    expect(await meaningsOf(A)).toEqual(["I/DP moving", "Q/ZZ unmapped"]);
  });

  it("when it is parked, which is counted", async () => {
    await hear(Buffer.from("<html>"), { trackingNumber: A, ...LABEL });
    expect(await replayOf(test.db)).toMatchObject({ messages: 1, parked: 1 });
    expect(await rowsOf(`select message_id from parked_messages`)).toHaveLength(1);
  });
});

describe("a corrected reading", () => {
  it("takes back scans and delivery dates that were never said", async () => {
    await hear({ trackingNumber: A, ...LABEL, edd: "20260305" }, { trackingNumber: A, ...MOVING, edd: "20260309" });
    const corrected = upsReading((report) => ({
      ...report,
      trackings: report.trackings.map((tracking) => ({
        ...tracking,
        edd: tracking.edd?.from === "2026-03-09" ? null : tracking.edd,
        scans: tracking.scans.filter(({ scanCode }) => scanCode !== "I/DP"),
      })),
    }));
    expect(await replayOf(test.db, { findCarrier: corrected })).toMatchObject({
      scans: { added: 0, changed: 0, removed: 1 },
      edds: { added: 0, removed: 1 },
    });
    expect(await statusOf(A)).toEqual(["label_created/label_created"]);
    expect(await rowsOf(`select from_date from edd_statements`)).toEqual([{ from_date: "2026-03-05" }]);
    expect(await replayOf(test.db)).toMatchObject({ scans: { added: 1 }, edds: { added: 1 } });
    expect(await statusOf(A)).toEqual(["in_transit/moving"]);
  });

  it("takes scans off the number that was misread", async () => {
    await hear({ trackingNumber: A, ...LABEL }, { trackingNumber: B, ...MOVING });
    const corrected = upsReading((report) => ({
      ...report,
      trackings: report.trackings.map((tracking) => ({ ...tracking, trackingNumber: A })),
    }));
    await replayOf(test.db, { findCarrier: corrected });
    expect(await meaningsOf(A)).toEqual(["M/MP label_created", "I/DP moving"]);
    expect(await meaningsOf(B)).toEqual([]);
    expect(await statusOf(B)).toEqual(["null/null"]);
  });
});

describe("a replay of many", () => {
  const many = Array.from({ length: 12 }, (_, index) => sandboxTrackingNumber("ups", 100 + index));
  const everyone = (what: Omit<UpsSaying, "trackingNumber">) =>
    many.map((trackingNumber) => ({ trackingNumber, ...what }));
  const limits = { page: { messages: 5, bytes: 1_000_000 }, numbers: 3, statements: 100 };

  const subStatuses = async () => rowsOf(`select sub_status, count(*) from shipments group by 1 order by 1`);

  it("has never more in hand than its limits", async () => {
    await hear(...everyone(LABEL), ...everyone(STRANGE));
    const steps: ReplayProgress[] = [];
    await replayOf(test.db, { limits, onProgress: (step) => steps.push(step) });
    const strides = (step: string) => {
      const done = steps.filter((one) => one.step === step).map((one) => one.done);
      return done.map((count, index) => count - (done[index - 1] ?? 0));
    };
    expect(strides("reading")).toEqual([5, 5, 5, 5, 4]);
    expect(strides("writing")).toEqual([3, 3, 3, 3]);
    expect(steps.at(-1)).toEqual({ step: "writing", done: 12, total: 12 });
    const few: ReplayProgress[] = [];
    const oneByOne = { page: { messages: 100, bytes: 1 }, numbers: 100, statements: 1 };
    await replayOf(test.db, { limits: oneByOne, onProgress: (step) => few.push(step) });
    expect(few.filter(({ step }) => step === "reading")).toHaveLength(24);
    expect(few.filter(({ step }) => step === "writing")).toHaveLength(12);
  });

  it("that dies in the middle leaves each shipment old or new, and finishes when run again", async () => {
    await hear(...everyone(LABEL), ...everyone(STRANGE));
    await mapUpsCode(test.db, "Q/ZZ", "held");
    let left = 2;
    const dying: Database = {
      ...test.db,
      transaction: (work) =>
        test.db.transaction(async (tx) => {
          const result = await work(tx);
          left -= 1;
          if (left < 0) throw Object.assign(new Error("killed"), { code: "57P01" });
          return result;
        }),
    };
    await expect(replayOf(test.db, { db: dying, limits })).rejects.toThrow("killed");
    expect(await subStatuses()).toEqual([
      { sub_status: "held", count: 6 },
      { sub_status: "label_created", count: 6 },
    ]);
    expect(await rowsOf(`select action from audit_log where action like 'replay.%'`)).toEqual([
      { action: "replay.began" },
    ]);
    expect(await replayOf(test.db, { limits })).toMatchObject({ scans: { changed: 6 } });
    expect(await subStatuses()).toEqual([{ sub_status: "held", count: 12 }]);
  });

  it("leaves what cannot be written as it was, names it, and goes on with the rest", async () => {
    await hear(...everyone(LABEL), ...everyone(STRANGE));
    await mapUpsCode(test.db, "Q/ZZ", "held");
    // PostgreSQL takes no NUL in a text: what a corrected parser could let through.
    const broken = upsReading((report) => ({
      ...report,
      trackings: report.trackings.map((tracking) => ({
        ...tracking,
        scans: tracking.scans.map((scan) =>
          tracking.trackingNumber === many[4] ? { ...scan, carrierText: "\0" } : scan,
        ),
      })),
    }));
    const diff = await replayOf(test.db, { limits, findCarrier: broken });
    expect(diff).toMatchObject({ failed: 1, failures: [{ carrier: "ups", trackingNumber: many[4] }], stopped: false });
    expect(await subStatuses()).toEqual([
      { sub_status: "held", count: 11 },
      { sub_status: "label_created", count: 1 },
    ]);
  });

  it("leads to what is there where the mapping was made before anything was heard", async () => {
    const { pushes } = buildBurst({ carrier: "ups", pushes: 40, parcels: 5, seed: 7, secret: "s", endAt: Date.now() });
    // Every third scan has a code that nobody knows.
    const strange = '"type":"Q","code":"ZZ","description":"","descriptionCode":""';
    const bodies = pushes.map(({ body }, index) =>
      index % 3 === 0 ? Buffer.from(body.toString().replace(/"type":.*?"descriptionCode":"\d*"/, strange)) : body,
    );
    await hear(...bodies);
    await mapUpsCode(test.db, "Q/ZZ", "customs_held");
    expect(await replayOf(test.db, { limits })).toMatchObject({ scans: { changed: 14 } });
    const late = store;
    store = await addStore(test.db);
    await hear(...bodies);
    const facts = (storeId: string) =>
      rowsOf(
        `select s.tracking_number, s.status, s.sub_status, s.status_since, s.last_scan_at, e.identity, e.digest
         from shipments s join scan_events e on e.shipment_id = s.id where s.store_id = $1 order by 1, 6, 7`,
        [storeId],
      );
    expect(await facts(late.storeId)).toHaveLength(40);
    expect(await facts(late.storeId)).toEqual(await facts(store.storeId));
  });

  it("that is stopped stops between two transactions and says so", async () => {
    await hear(...everyone(LABEL), ...everyone(STRANGE));
    await mapUpsCode(test.db, "Q/ZZ", "held");
    const stop = new AbortController();
    const diff = await replayOf(test.db, {
      limits,
      signal: stop.signal,
      onProgress: ({ step }) => step === "writing" && stop.abort(),
    });
    expect(diff).toMatchObject({ stopped: true, scans: { changed: 3 } });
    expect(await rowsOf(`select action from audit_log where action like 'replay.%' order by id`)).toEqual([
      { action: "replay.began" },
      { action: "replay.stopped" },
    ]);
  });

  it("beside working normalisers ends as if all had been heard with the mapping", async () => {
    await hear(...everyone(LABEL), ...everyone(STRANGE));
    await mapUpsCode(test.db, "Q/ZZ", "held");
    await leaveWaiting(
      ...everyone(MOVING),
      ...everyone({ ...STRANGE, minute: 7 }),
      ...everyone({ type: "D", code: "FS", minute: 9 }),
    );
    const small = () => normalizerFor(test.db, { batchSize: 4 }).drain();
    await Promise.all([replayOf(test.db, { limits }), small(), small(), replayOf(test.db, { limits })]);
    expect(await rowsOf(`select reason from parked_messages`)).toEqual([]);
    expect(await rowsOf(`select sub_status, count(*) from shipments group by 1`)).toMatchObject([{ count: 12 }]);
    expect(await rowsOf(`select meaning, count(*) from scan_events group by 1`)).toEqual([
      { meaning: "status", count: 60 },
    ]);
    expect(await replayOf(test.db)).toMatchObject({ wrote: false });
  });
});
