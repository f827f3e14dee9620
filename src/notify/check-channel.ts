import type { ChannelConnector } from "../connectors/channels/contract.js";
import { type KeyRing, SealError } from "../runtime/sealing.js";
import type { ConnectionRow } from "../store/connections.js";
import { openCredentials } from "../store/open-credentials.js";

/**
 * Proves a channel connection by the connector's own harmless call; nothing is sent. `ring` is the installation's.
 * Returns null when all is well, else one sentence for the operator.
 */
export async function checkChannelConnection(
  channel: ChannelConnector,
  connection: ConnectionRow,
  ring: KeyRing,
): Promise<string | null> {
  try {
    const sender = channel.open(openCredentials(ring, connection));
    try {
      return await sender.check();
    } finally {
      await sender.close();
    }
  } catch (error) {
    // SealError: another key. RangeError: the connector's sentence about settings that do not fit together.
    if (error instanceof SealError || error instanceof RangeError) return error.message;
    throw error;
  }
}
