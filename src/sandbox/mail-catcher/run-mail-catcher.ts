import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import { type Clock, systemClock } from "../../runtime/clock.js";
import { type Logger, silentLogger } from "../../runtime/logger.js";
import { createMailFaults, type MailFaults } from "./mail-faults.js";
import { type Mailbox, openMailbox } from "./mailbox.js";
import { openSmtpDoor } from "./smtp-door.js";
import { openWebDoor } from "./web-door.js";

export interface MailCatcherOptions {
  /** 0 takes any free port. Both listen on 127.0.0.1 only. */
  readonly smtpPort: number;
  readonly httpPort: number;
  /** JSON lines, one per acceptance, appended to what is there. Its directory is made when it is not there. */
  readonly file: string;
  readonly log?: Logger;
  readonly now?: Clock;
}

/** A running mail catcher. */
export interface MailCatcher {
  readonly smtpPort: number;
  readonly httpPort: number;
  /** Address of the page, `http://127.0.0.1:<httpPort>`. */
  readonly url: string;
  readonly mailbox: Mailbox;
  readonly faults: MailFaults;
  /** Ends open connections after a second at most, and closes the file. */
  stop(): Promise<void>;
}

/**
 * Catches mail: a real SMTP server that keeps every acceptance, also the same mail twice, and a page that shows them.
 * @throws when a port is taken or the file cannot be opened
 */
export async function runMailCatcher(options: MailCatcherOptions): Promise<MailCatcher> {
  const { file, log = silentLogger, now = systemClock } = options;
  await mkdir(dirname(file), { recursive: true });
  const mailbox = await openMailbox(file, now);
  const faults = createMailFaults();
  const closers: (() => Promise<void>)[] = [() => mailbox.close()];
  const stop = async () => {
    for (const close of closers.splice(0).reverse()) await close();
  };
  try {
    const smtp = await openSmtpDoor({ port: options.smtpPort, mailbox, faults, log });
    closers.push(() => smtp.stop());
    const web = await openWebDoor({ port: options.httpPort, mailbox, faults, log });
    closers.push(() => web.stop());
    return { smtpPort: smtp.port, httpPort: web.port, url: web.url, mailbox, faults, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
