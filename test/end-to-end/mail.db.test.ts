import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { findCarrier } from "../../src/connectors/carriers/registry.js";
import { addConnection } from "../../src/ingest/add-connection.js";
import { type NotifyContext, notifyOrder } from "../../src/notify/notify-order.js";
import { createOpenChannels, type OpenChannels } from "../../src/notify/open-channels.js";
import { requestResend } from "../../src/notify/resend-message.js";
import { newOrder } from "../../src/orders/new-order.js";
import { takeOrder } from "../../src/orders/take-order.js";
import { sealingKey } from "../../src/runtime/sealing.js";
import { buildBurst } from "../../src/sandbox/burst.js";
import { countAcceptances } from "../../src/sandbox/mail-catcher/acceptance-log.js";
import { type MailCatcher, runMailCatcher } from "../../src/sandbox/mail-catcher/run-mail-catcher.js";
import { listMessages } from "../../src/store/messages.js";
import { openCredentials } from "../../src/store/open-credentials.js";
import { beatWorker } from "../../src/store/workers.js";
import { createTestDatabase, type TestDatabase } from "../support/database.js";
import { addStore, intakeFor, newId, normalizerFor, ordersFor, type StoreFixture } from "../support/store-fixture.js";

const RING = { current: sealingKey(Buffer.alloc(32, 5)), old: [] };

let test: TestDatabase;
let directory: string;
let catcher: MailCatcher;
let channels: OpenChannels;
let store: StoreFixture;
let context: NotifyContext;

beforeAll(async () => {
  test = await createTestDatabase();
  directory = await mkdtemp(join(tmpdir(), "waybill-mail-"));
  catcher = await runMailCatcher({ smtpPort: 0, httpPort: 0, file: join(directory, "mails.jsonl") });
  channels = createOpenChannels((connection) => openCredentials(RING, connection));
});
beforeEach(async () => {
  store = await addStore(test.db);
  const workerId = newId("wrk");
  await beatWorker(test.db.pool, { id: workerId, roles: ["notify"], jobWorkerIds: [] });
  await addConnection(
    test.db.pool,
    RING,
    {
      id: newId("con"),
      storeId: store.storeId,
      family: "channel",
      connector: "smtp",
      label: "Mail",
      credentials: {
        host: "127.0.0.1",
        port: String(catcher.smtpPort),
        tls: "none",
        fromAddress: "orders@nordlicht.example",
      },
    },
    [],
  );
  context = {
    db: test.db,
    workerId,
    connectors: ["smtp"],
    findCarrier,
    newId,
    now: Date.now,
    newsMaxAgeHours: 72,
    count: () => {},
    trackingUrl: ({ id }) => `https://track.example.com/t/${id}`,
    openChannel: (connection) => channels.open(connection),
  };
});
afterAll(async () => {
  await channels.close();
  await catcher.stop();
  await rm(directory, { recursive: true });
  await test.drop();
});

const accepted = () => countAcceptances(join(directory, "mails.jsonl"));
const idOf = (messageId: string) => `<${messageId}@nordlicht.example>`;
const take = (shipments: object[] = []) =>
  test.db.transaction((tx) =>
    takeOrder(
      tx,
      store.storeId,
      newOrder.parse({ number: "1042", customer: { name: "Ada", email: "ada@example.org" }, shipments }),
      ordersFor(test.db),
    ),
  );

describe("mail over real SMTP", () => {
  it("tells of an order and of its parcel from label to delivery, each piece of news once", async () => {
    const { pushes } = buildBurst({
      carrier: "fedex",
      pushes: 4,
      parcels: 1,
      seed: 1,
      secret: "s",
      endAt: Date.now(),
      firstSerial: 31,
      shuffled: false,
    });
    const orderId = await take([{ carrier: "fedex", trackingNumber: pushes[0]?.trackingNumber }]);
    await notifyOrder(orderId, context);
    const intake = intakeFor(test.db);
    for (const { body } of pushes) {
      await intake.record({ connectionId: store.connections.fedex ?? "", source: "push", body });
      await normalizerFor(test.db).drain();
      await notifyOrder(orderId, context);
      await notifyOrder(orderId, context);
    }
    const messages = await listMessages(test.db.pool, orderId);
    expect(messages.map(({ status, state }) => `${status} ${state}`)).toEqual([
      "order_confirmed sent",
      "label_created sent",
      "in_transit sent",
      "out_for_delivery sent",
      "delivered sent",
    ]);
    const counts = await accepted();
    expect(messages.map(({ id }) => counts.get(idOf(id)))).toEqual([1, 1, 1, 1, 1]);
  });

  it("that broke after the whole mail was handed over is unknown, and stands in the catcher once", async () => {
    catcher.faults.inject({ kind: "drop_after_dot", calls: 1, kept: true });
    const orderId = await take();
    await notifyOrder(orderId, context);
    const [message] = await listMessages(test.db.pool, orderId);
    expect(message?.state).toBe("unknown");
    await notifyOrder(orderId, context);
    expect((await accepted()).get(idOf(message?.id ?? ""))).toBe(1);
    await test.db.transaction((tx) => requestResend(tx, message?.id ?? "", "cli"));
    await notifyOrder(orderId, context);
    expect((await accepted()).get(idOf(message?.id ?? ""))).toBe(2);
  });
});
