import { findChannel } from "../connectors/channels/registry.js";
import type { Credentials } from "../runtime/credentials.js";
import type { ConnectionRow } from "../store/connections.js";
import type { OpenChannel } from "./send-message.js";

/** Channels are kept open between messages; more than this many stores' are not. */
const MAX_OPEN = 200;

export interface OpenChannels {
  /** The sender of a connection, opened once and again after its credentials were changed. */
  open(connection: ConnectionRow): OpenChannel;
  close(): Promise<void>;
}

/** Keeps the senders of channel connections. `unseal` opens a connection's credentials. */
export function createOpenChannels(unseal: (connection: ConnectionRow) => Credentials): OpenChannels {
  const open = new Map<string, OpenChannel>();
  return {
    open(connection) {
      const known = open.get(connection.id);
      if (known !== undefined && known.connection.updatedAt.getTime() === connection.updatedAt.getTime()) return known;
      const connector = findChannel(connection.connector);
      if (connector === null)
        throw new Error(`No channel connector "${connection.connector}" is part of this release.`);
      const credentials = unseal(connection);
      const channel = { connection, credentials, sender: connector.open(credentials) };
      open.delete(connection.id);
      open.set(connection.id, channel);
      void known?.sender.close();
      for (const [id, oldest] of open) {
        if (open.size <= MAX_OPEN) break;
        open.delete(id);
        void oldest.sender.close();
      }
      return channel;
    },
    async close() {
      await Promise.all([...open.values()].map(({ sender }) => sender.close()));
    },
  };
}
