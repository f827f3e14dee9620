import { Readable } from "node:stream";
import { createTransport } from "nodemailer";
import MailComposer from "nodemailer/lib/mail-composer/index.js";
import type { Credentials } from "../../../runtime/credentials.js";
import type { ChannelConnector, ChannelSender, OutgoingMessage, SendOutcome } from "../contract.js";
import { SMTP_CREDENTIALS, toTransportOptions } from "./credentials.js";
import { refusalOf } from "./refusal.js";

/**
 * E-mail by any SMTP server (RFC 5321), through nodemailer. One connection per message: it costs a handshake and buys
 * certainty, since a pooled connection that closes in the middle would be tried again behind our back, and a mail that
 * may have left is never sent twice without being asked to.
 */
export const smtp: ChannelConnector = {
  code: "smtp",
  name: "SMTP",
  channel: "email",
  credentials: SMTP_CREDENTIALS,
  open: openSender,
};

function openSender(credentials: Credentials): ChannelSender {
  const transport = createTransport(toTransportOptions(credentials));
  return {
    async send(message) {
      let bodyBegun = false;
      try {
        const body = await compose(message);
        const raw = new Readable({
          read() {
            // Pulled only once the server is ready to hear of this message: from here on a lost connection is `unknown`.
            bodyBegun = true;
            this.push(body);
            this.push(null);
          },
        });
        const info = await transport.sendMail({
          envelope: { from: message.from.address, to: [message.to.address] },
          raw,
        });
        return { result: "accepted", gatewayId: info.response.slice(0, 200) };
      } catch (error) {
        return outcomeOf(error, bodyBegun);
      }
    },
    async check() {
      try {
        await transport.verify();
        return null;
      } catch (error) {
        return `The mail server did not accept us: ${textOf(error)}`;
      }
    },
    async close() {
      transport.close();
    },
  };
}

/** The message as bytes. Its Message-ID comes from our id, so it stays the same when a message is sent again. */
function compose(message: OutgoingMessage): Promise<Buffer> {
  const domain = message.from.address.slice(message.from.address.lastIndexOf("@") + 1);
  const composer = new MailComposer({
    messageId: `<${message.id}@${domain}>`,
    from: message.from,
    to: { name: message.to.name ?? "", address: message.to.address },
    ...(message.replyTo !== null && { replyTo: message.replyTo }),
    subject: message.subject,
    text: message.text,
    html: message.html,
    // Tells other mail programs not to answer automatically (RFC 3834), and Gmail not to fold our news into one thread.
    headers: { "Auto-Submitted": "auto-generated", "X-Entity-Ref-ID": message.id, ...message.headers },
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return composer.compile().build();
}

function outcomeOf(error: unknown, bodyBegun: boolean): SendOutcome {
  const { code, responseCode } = fieldsOf(error);
  const detail = textOf(error);
  if (responseCode !== null)
    return { result: "refused", kind: refusalOf(responseCode, detail), detail, retryAfterMs: null };
  if (code === "EAUTH" || code === "ENOAUTH")
    return { result: "refused", kind: "unauthorized", detail, retryAfterMs: null };
  if (code === "EENVELOPE") return { result: "refused", kind: "invalid_address", detail, retryAfterMs: null };
  if (bodyBegun) return { result: "unknown", detail };
  return { result: "refused", kind: "unavailable", detail, retryAfterMs: null };
}

function fieldsOf(error: unknown): { readonly code: string | null; readonly responseCode: number | null } {
  if (typeof error !== "object" || error === null) return { code: null, responseCode: null };
  const code = "code" in error && typeof error.code === "string" ? error.code : null;
  const responseCode = "responseCode" in error && typeof error.responseCode === "number" ? error.responseCode : null;
  return { code, responseCode };
}

function textOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).replaceAll(/\s+/g, " ").slice(0, 300);
}
