import { findCarrier } from "../../src/connectors/carriers/registry.js";
import type { ChannelSender } from "../../src/connectors/channels/contract.js";
import { addConnection } from "../../src/ingest/add-connection.js";
import { type NotifyContext, notifyOrder } from "../../src/notify/notify-order.js";
import type { KeyRing } from "../../src/runtime/sealing.js";
import type { Database } from "../../src/store/database.js";
import { listMessages, type MessageRow } from "../../src/store/messages.js";
import { beatWorker } from "../../src/store/workers.js";
import { newId } from "./store-fixture.js";

/** The notify layer, with a gateway that takes every mail. */
export interface Outbox {
  /** Gives a store a connection to send mail with. */
  openFor(storeId: string): Promise<void>;
  /** Tells the customer of an order what is new. */
  tell(orderId: string): Promise<void>;
  /** The news that went out about an order, oldest first. */
  sent(orderId: string): Promise<readonly MessageRow[]>;
}

const FROM = { fromAddress: "orders@nordlicht.example" };

export async function openOutbox(db: Database, ring: KeyRing, now: () => number, workerId: string): Promise<Outbox> {
  await beatWorker(db.pool, { id: workerId, roles: ["notify"], jobWorkerIds: [] });
  const sender: ChannelSender = {
    send: async ({ id }) => ({ result: "accepted", gatewayId: id }),
    check: async () => null,
    close: async () => {},
  };
  const context: NotifyContext = {
    db,
    workerId,
    connectors: ["smtp"],
    findCarrier,
    newId,
    now,
    newsMaxAgeHours: 72,
    count: () => {},
    trackingUrl: ({ id }) => `https://track.example.com/t/${id}`,
    openChannel: (connection) => ({ connection, credentials: FROM, sender }),
  };
  return {
    async openFor(storeId) {
      const mail = { id: newId("con"), storeId, family: "channel", connector: "smtp", label: "Mail" } as const;
      await addConnection(db.pool, ring, { ...mail, credentials: FROM }, []);
    },
    tell: (orderId) => notifyOrder(orderId, context),
    async sent(orderId) {
      const messages = await listMessages(db.pool, orderId);
      return messages.filter(({ state }) => state === "sent");
    },
  };
}
