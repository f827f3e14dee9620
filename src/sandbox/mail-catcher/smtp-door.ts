import { setTimeout as delay } from "node:timers/promises";
import { SMTPServer, type SMTPServerDataStream, type SMTPServerSession } from "smtp-server";
import type { Logger } from "../../runtime/logger.js";
import type { MailFault, MailFaults } from "./mail-faults.js";
import { type Mailbox, MailboxFullError } from "./mailbox.js";

export interface SmtpDoorOptions {
  /** 0 takes any free port. */
  readonly port: number;
  readonly mailbox: Mailbox;
  readonly faults: MailFaults;
  readonly log: Logger;
}

export const MAX_MAIL_BYTES = 10 * 1024 * 1024;
const MAX_CLIENTS = 100;
const MAX_RECIPIENTS = 100;
const SOCKET_TIMEOUT_MS = 60_000;

/**
 * An SMTP server on 127.0.0.1 that takes every mail from anybody, with any login or none, in clear text. A mail is on disk
 * before its 250 is sent. @throws when the port is taken
 */
export async function openSmtpDoor(options: SmtpDoorOptions): Promise<{ port: number; stop(): Promise<void> }> {
  const { mailbox, faults, log } = options;
  const stopping = new AbortController();

  const server = new SMTPServer({
    size: MAX_MAIL_BYTES,
    maxClients: MAX_CLIENTS,
    maxRecipients: MAX_RECIPIENTS,
    socketTimeout: SOCKET_TIMEOUT_MS,
    closeTimeout: 1_000,
    authOptional: true,
    allowInsecureAuth: true,
    disableReverseLookup: true,
    // Its certificate is signed by nobody, so clients that try STARTTLS when offered would fail.
    disabledCommands: ["STARTTLS"],
    banner: "Waybill mail catcher",
    onAuth: (auth, _session, answer) => answer(null, { user: auth.username ?? "anybody" }),
    onRcptTo(_address, _session, answer) {
      const fault = faults.take("refuse_recipient");
      answer(fault === null ? null : refusalOf(fault));
    },
    onData(stream, session, answer) {
      takeMail(stream, session).then(
        (reply) => answer(null, reply),
        (error: unknown) => answer(error instanceof SmtpRefusal ? error : failureOf(error)),
      );
    },
  });
  // A client that goes away in the middle is everyday here; the error concerns that connection only.
  server.on("error", (error: Error) => log.debug({ err: error }, "A mail connection broke."));

  async function takeMail(stream: SMTPServerDataStream, session: SMTPServerSession): Promise<string> {
    const raw = await readAll(stream);
    const fault = faults.take("refuse_data", "drop_after_dot", "slow");
    if (fault?.kind === "refuse_data") throw refusalOf(fault);
    if (fault?.kind === "slow") await delay(fault.delayMs, undefined, { signal: stopping.signal });
    if (fault?.kind === "drop_after_dot" && !fault.kept) return drop(session);
    const { mailFrom, rcptTo } = session.envelope;
    const from = mailFrom === false ? "" : mailFrom.address;
    const { id } = await mailbox.keep({ from, to: rcptTo.map(({ address }) => address), raw });
    if (fault?.kind === "drop_after_dot") return drop(session);
    return `2.0.0 Kept as ${id}`;
  }

  /** Cuts the connection; the reply that is returned has nowhere to go. */
  function drop(session: SMTPServerSession): string {
    for (const connection of server.connections) {
      if (connection.id === session.id) connection._socket.destroy();
    }
    return "2.0.0 Dropped";
  }

  function failureOf(error: unknown): SmtpRefusal {
    if (error instanceof MailboxFullError) return new SmtpRefusal(452, "4.3.1 The mail catcher is full");
    log.error({ err: error }, "A mail could not be kept.");
    return new SmtpRefusal(451, "4.3.0 The mail catcher could not keep this mail");
  }

  const listener = await new Promise<ReturnType<SMTPServer["listen"]>>((listening, failed) => {
    const started = server.listen(options.port, "127.0.0.1", () => listening(started));
    started.once("error", failed);
  });
  const address = listener.address();

  return {
    port: typeof address === "object" && address !== null ? address.port : options.port,
    async stop() {
      stopping.abort();
      await new Promise<void>((closed) => server.close(() => closed()));
    },
  };
}

/** An SMTP reply that is not 250; smtp-server reads `responseCode`. */
class SmtpRefusal extends Error {
  override readonly name = "SmtpRefusal";
  constructor(
    readonly responseCode: number,
    text: string,
  ) {
    super(text);
  }
}

function refusalOf({ code, text }: Extract<MailFault, { code: number }>): SmtpRefusal {
  return new SmtpRefusal(code, text ?? (code < 500 ? "4.2.1 Try again later" : "5.1.1 There is no such mailbox"));
}

/** Reads the mail to its end, as SMTP wants, but keeps nothing of one that is over the limit. */
async function readAll(stream: SMTPServerDataStream): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) {
    if (stream.sizeExceeded) chunks.length = 0;
    else if (Buffer.isBuffer(chunk)) chunks.push(chunk);
  }
  if (stream.sizeExceeded) throw new SmtpRefusal(552, "5.3.4 The mail is too large");
  return Buffer.concat(chunks);
}
