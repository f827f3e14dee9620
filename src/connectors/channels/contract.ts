import type { CredentialField, Credentials } from "../../runtime/credentials.js";

/**
 * What a channel connector is: it hands one rendered message to a gateway and says honestly what came of it. Whom to
 * tell, when and in which words is decided in `notify`; whether a send may be repeated is decided by its outcome kind.
 */
export interface ChannelConnector {
  readonly code: string;
  readonly name: string;
  readonly channel: "email" | "sms" | "whatsapp" | "push";
  readonly credentials: readonly CredentialField[];
  /** Opens a sender for one connection. It may hold connections; `close` ends them. */
  readonly open: (credentials: Credentials) => ChannelSender;
}

export interface ChannelSender {
  /** Never throws: whatever happens is an outcome. */
  send(message: OutgoingMessage): Promise<SendOutcome>;
  /** A harmless call that proves address and credentials; null when all is well, else one sentence for the operator. */
  check(): Promise<string | null>;
  close(): Promise<void>;
}

/** A message ready to go. `id` is ours and stays the same when a message is sent again. */
export interface OutgoingMessage {
  readonly id: string;
  readonly from: { readonly name: string; readonly address: string };
  readonly replyTo: string | null;
  readonly to: { readonly name: string | null; readonly address: string };
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * What came of a send. `accepted`: the gateway took it. `refused`: it certainly did not, and `kind` decides whether to
 * try again (`rate_limited` and `unavailable` only). `unknown`: the answer was lost, the gateway may have taken it.
 */
export type SendOutcome =
  | { readonly result: "accepted"; readonly gatewayId: string }
  | {
      readonly result: "refused";
      readonly kind: RefusalKind;
      readonly detail: string;
      readonly retryAfterMs: number | null;
    }
  | { readonly result: "unknown"; readonly detail: string };

export type RefusalKind =
  | "invalid_address"
  | "opted_out"
  | "blocked"
  | "rate_limited"
  | "unavailable"
  | "unauthorized"
  | "rejected";
