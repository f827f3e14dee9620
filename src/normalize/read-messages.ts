import { type Carrier, type ParseBody, UnreadableBodyError } from "../connectors/carriers/contract.js";
import type { Report } from "../domain/report.js";
import type { LeasedCarrierMessage } from "../store/carrier-messages.js";
import { applyMappings, type CodeMappings, NO_MAPPINGS } from "./apply-mappings.js";

/** A message and what it says. */
export interface ReadMessage {
  readonly message: LeasedCarrierMessage;
  readonly report: Report;
}

/** A message that says nothing we can read, with one sentence for the operator. */
export interface UnreadableMessage {
  readonly message: LeasedCarrierMessage;
  readonly reason: string;
}

/** Parses leased messages in memory, with what operators say of codes. One that cannot be read never touches the others. */
export function readMessages(
  messages: readonly LeasedCarrierMessage[],
  findCarrier: (code: string) => Carrier | null,
  mappings: CodeMappings = NO_MAPPINGS,
): { readonly read: readonly ReadMessage[]; readonly unreadable: readonly UnreadableMessage[] } {
  const read: ReadMessage[] = [];
  const unreadable: UnreadableMessage[] = [];
  for (const message of messages) {
    const parse = parserOf(message, findCarrier);
    if (parse === null) {
      unreadable.push({
        message,
        reason: `No connector of this release reads a ${message.source} of "${message.connector}".`,
      });
      continue;
    }
    try {
      read.push({ message, report: applyMappings(parse(message.body), mappings) });
    } catch (error) {
      unreadable.push({ message, reason: reasonOf(error) });
    }
  }
  return { read, unreadable };
}

function parserOf(
  { connector, source }: LeasedCarrierMessage,
  findCarrier: (code: string) => Carrier | null,
): ParseBody | null {
  const carrier = findCarrier(connector);
  const parse = source === "push" ? carrier?.push?.parse : carrier?.poll?.parse;
  return parse ?? null;
}

/** Anything else than an unreadable body is a fault of the connector: say so, and keep what it said. */
function reasonOf(error: unknown): string {
  if (error instanceof UnreadableBodyError) return error.message;
  return `The connector failed on this body: ${error instanceof Error ? `${error.name}: ${error.message}` : String(error)}`.slice(
    0,
    500,
  );
}
