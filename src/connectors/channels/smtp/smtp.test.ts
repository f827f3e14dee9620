import type { AddressInfo } from "node:net";
import { SMTPServer, type SMTPServerOptions } from "smtp-server";
import { afterEach, describe, expect, it } from "vitest";
import type { OutgoingMessage } from "../contract.js";
import { refusalOf } from "./refusal.js";
import { smtp } from "./smtp.js";

const message: OutgoingMessage = {
  id: "msg_01",
  from: { name: "Nordlicht", address: "orders@nordlicht.example" },
  replyTo: null,
  to: { name: "Ada", address: "ada@example.org" },
  subject: "Out for delivery: order 1042",
  text: "Your parcel comes today.",
  html: "<p>Your parcel comes today.</p>",
  headers: {},
};

let server: SMTPServer | null = null;
const mails: string[] = [];

afterEach(async () => {
  mails.length = 0;
  await new Promise<void>((resolve) => (server === null ? resolve() : server.close(() => resolve())));
  server = null;
});

async function serve(options: SMTPServerOptions = {}): Promise<number> {
  server = new SMTPServer({
    disabledCommands: ["AUTH", "STARTTLS"],
    onData(stream, _session, done) {
      let text = "";
      stream.on("data", (chunk: Buffer) => (text += chunk.toString()));
      stream.on("end", () => {
        mails.push(text);
        done(null, "queued as 7");
      });
    },
    ...options,
  });
  server.on("error", () => undefined);
  await new Promise<void>((resolve) => server?.listen(0, "127.0.0.1", resolve));
  return (server.server.address() as AddressInfo).port;
}

const open = (port: number) =>
  smtp.open({ host: "127.0.0.1", port: String(port), tls: "none", fromAddress: "orders@nordlicht.example" });

function refuse(responseCode: number, text: string) {
  return Object.assign(new Error(text), { responseCode });
}

describe("smtp", () => {
  it("sends a mail whose Message-ID comes from our id", async () => {
    const outcome = await open(await serve()).send(message);
    expect(outcome.result).toBe("accepted");
    expect(mails[0]).toContain("Message-ID: <msg_01@nordlicht.example>");
    expect(mails[0]).toContain("Auto-Submitted: auto-generated");
    expect(mails[0]).toContain("multipart/alternative");
  });

  it("tells a mailbox that does not exist from a server that is busy", async () => {
    const gone = await serve({ onRcptTo: (_address, _session, done) => done(refuse(550, "5.1.1 no such user")) });
    expect(await open(gone).send(message)).toMatchObject({ result: "refused", kind: "invalid_address" });
    await new Promise<void>((resolve) => server?.close(() => resolve()));
    const busy = await serve({ onMailFrom: (_address, _session, done) => done(refuse(451, "4.3.2 try later")) });
    expect(await open(busy).send(message)).toMatchObject({ result: "refused", kind: "unavailable" });
  });

  it("says `unknown`, never `refused`, when the connection breaks after the whole mail was handed over", async () => {
    const port = await serve({
      onData(stream, session) {
        stream.resume();
        stream.on("end", () => {
          for (const client of server?.connections ?? [])
            if (client.session.id === session.id) client._socket.destroy();
        });
      },
    });
    expect(await open(port).send(message)).toMatchObject({ result: "unknown" });
  });

  it("says `unavailable` when nobody listens, since nothing can have left", async () => {
    const port = await serve();
    await new Promise<void>((resolve) => server?.close(() => resolve()));
    server = null;
    expect(await open(port).send(message)).toMatchObject({ result: "refused", kind: "unavailable" });
    expect(await open(port).check()).toMatch(/mail server/);
  });

  it("checks a server without sending anything", async () => {
    expect(await open(await serve()).check()).toBeNull();
    expect(mails).toEqual([]);
  });

  it.each([
    [421, "4.7.0 slow down", "rate_limited"],
    [452, "4.2.2 over quota", "unavailable"],
    [552, "5.2.2 mailbox full", "unavailable"],
    [550, "5.7.1 policy", "blocked"],
    [550, "no such user", "invalid_address"],
    [535, "5.7.8 bad credentials", "unauthorized"],
    [554, "transaction failed", "rejected"],
  ])("reads reply %i %s as %s", (code, text, kind) => {
    expect(refusalOf(code, text)).toBe(kind);
  });
});
