import { addConnection } from "../../src/ingest/add-connection.js";
import type { KeyRing } from "../../src/runtime/sealing.js";
import type { Database } from "../../src/store/database.js";
import { insertStore } from "../../src/store/stores.js";
import { newId } from "./store-fixture.js";

/** The domain in the Message-IDs of a mailed store's mails: `<message id>@nordlicht.example`. */
export const MAIL_DOMAIN = "nordlicht.example";

/** A store that FedEx pushes to and that mails its customers. */
export interface MailedStore {
  readonly storeId: string;
  /** The connection of FedEx. */
  readonly connectionId: string;
}

/** Adds a store with FedEx pushes signed by `pushSecret`, and an SMTP server on this machine. */
export async function addMailedStore(
  db: Database,
  ring: KeyRing,
  { pushSecret, smtpPort }: { readonly pushSecret: string; readonly smtpPort: number },
): Promise<MailedStore> {
  const storeId = newId("sto");
  const connectionId = newId("con");
  await insertStore(db.pool, { id: storeId, name: "Nordlicht", brand: {}, language: "en", timeZone: "UTC" });
  const fedex = { id: connectionId, storeId, family: "carrier", connector: "fedex", label: "" } as const;
  const credentials = { clientId: "a", clientSecret: "b", pushToken: pushSecret };
  await addConnection(db.pool, ring, { ...fedex, credentials }, []);
  const smtp = { id: newId("con"), storeId, family: "channel", connector: "smtp", label: "" } as const;
  const server = { host: "127.0.0.1", port: String(smtpPort), tls: "none", fromAddress: `orders@${MAIL_DOMAIN}` };
  await addConnection(db.pool, ring, { ...smtp, credentials: server }, []);
  return { storeId, connectionId };
}
