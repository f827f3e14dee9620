import { appendFile, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createTransport, type Transporter } from "nodemailer";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { countAcceptances } from "./acceptance-log.js";
import { mailCatcherCommand } from "./command.js";
import type { MailFault } from "./mail-faults.js";
import { type MailCatcher, runMailCatcher } from "./run-mail-catcher.js";

let directory: string;
let file: string;
let catcher: MailCatcher;
let transport: Transporter;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "waybill-mail-"));
  file = join(directory, "mails.jsonl");
  await start();
});
afterEach(async () => {
  transport.close();
  await catcher.stop();
  await rm(directory, { recursive: true });
});

describe("the mail catcher", () => {
  test("keeps the same mail as often as it accepts it", async () => {
    for (let time = 0; time < 3; time += 1) await send({ messageId: "<one@shop>" });
    await send({ messageId: "<two@shop>" });
    expect(await countAcceptances(file)).toEqual(
      new Map([
        ["<one@shop>", 3],
        ["<two@shop>", 1],
      ]),
    );
    expect(await get("/api/mails")).toMatchObject({
      total: 4,
      mails: [{ id: 4, messageId: "<two@shop>" }, { id: 3 }, { id: 2 }, { id: 1 }],
    });
  });

  test("has a mail on disk, whole, before it answers 250", async () => {
    const { response } = await send({ messageId: "<disk@shop>", subject: "Größe 42" });
    expect(response).toMatch(/^250 /);
    const line = JSON.parse((await readFile(file, "utf8")).trim());
    expect(line).toMatchObject({
      id: 1,
      messageId: "<disk@shop>",
      subject: "Größe 42",
      from: "orders@shop.example",
      to: ["sam@customer.example"],
    });
    expect(Buffer.from(line.raw, "base64").toString()).toContain("Message-ID: <disk@shop>");
  });

  test("keeps mails that come at the same time, each once", async () => {
    const ids = Array.from({ length: 40 }, (_, at) => `<many-${at}@shop>`);
    await Promise.all(ids.map((messageId) => send({ messageId })));
    expect(await countAcceptances(file)).toEqual(new Map(ids.map((id) => [id, 1] as const)));
  });

  test("goes on counting after a restart, past a line that a kill left torn", async () => {
    await send({ messageId: "<before@shop>" });
    await catcher.stop();
    await appendFile(file, '{"id":2,"messageId":"<torn@shop>","raw":"QUJ');
    await start();
    await send({ messageId: "<after@shop>" });
    expect(await countAcceptances(file)).toEqual(
      new Map([
        ["<before@shop>", 1],
        ["<after@shop>", 1],
      ]),
    );
    expect(await get("/api/mails")).toMatchObject({
      total: 2,
      mails: [
        { id: 2, messageId: "<after@shop>" },
        { id: 1, messageId: "<before@shop>" },
      ],
    });
    expect(await get("/api/mails/2")).toMatchObject({ text: "Hello\n" });
  });

  test("takes a mail without Message-ID, and counts it under none", async () => {
    await transport.sendMail({
      envelope: { from: "a@shop.example", to: "b@customer.example" },
      raw: "Subject: bare\r\n\r\nHello",
    });
    expect(await countAcceptances(file)).toEqual(new Map([["", 1]]));
  });
});

describe("its faults", () => {
  test("refuse a recipient with the code asked for, so many times", async () => {
    await inject({ kind: "refuse_recipient", calls: 1, code: 550, text: "5.1.1 No such mailbox here" });
    await expect(send({})).rejects.toMatchObject({ responseCode: 550, command: "RCPT TO" });
    expect((await send({})).response).toMatch(/^250 /);
  });

  test("refuse the data and keep nothing", async () => {
    await inject({ kind: "refuse_data", calls: 1, code: 451 });
    await expect(send({})).rejects.toMatchObject({ responseCode: 451, command: "DATA" });
    expect(await countAcceptances(file)).toEqual(new Map());
  });

  test("drop the connection after the final dot, the mail kept all the same", async () => {
    await inject({ kind: "drop_after_dot", calls: 1, kept: true });
    await expect(send({ messageId: "<lost-reply@shop>" })).rejects.toThrow(/closed|reset|ended/i);
    expect(await countAcceptances(file)).toEqual(new Map([["<lost-reply@shop>", 1]]));
  });

  test("drop the connection after the final dot and keep nothing", async () => {
    await inject({ kind: "drop_after_dot", calls: 1, kept: false });
    await expect(send({ messageId: "<never@shop>" })).rejects.toThrow(/closed|reset|ended/i);
    expect(await countAcceptances(file)).toEqual(new Map());
  });

  test("of an unknown kind, or sent as a form, are refused", async () => {
    const post = (type: string) =>
      fetch(`${catcher.url}/_sandbox/faults`, {
        method: "POST",
        headers: { "content-type": type },
        body: '{"kind":"explode"}',
      });
    expect((await post("application/json")).status).toBe(422);
    expect((await post("text/plain")).status).toBe(415);
  });
});

describe("its page", () => {
  test("lists the mails, newest first, and escapes what they say", async () => {
    await send({ subject: "First" });
    await send({ subject: "<script>alert(1)</script>" });
    const page = await text("/");
    expect(page.indexOf("&lt;script>alert(1)")).toBeGreaterThan(0);
    expect(page).not.toContain("<script>alert");
    expect(page.lastIndexOf("alert(1)")).toBeGreaterThan(page.indexOf("2 mails"));
  });

  test("shows a mail in a frame that can run no script, neither by itself nor opened alone", async () => {
    await send({ html: "<html><head></head><body><p>Hello <b>Sam</b></p></body></html>" });
    const page = await text("/mails/1");
    expect(page).toContain('sandbox="allow-popups allow-popups-to-escape-sandbox"');
    const body = await fetch(`${catcher.url}/mails/1/body`);
    expect(body.headers.get("content-security-policy")).toMatch(
      /^sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'/,
    );
    expect(await body.text()).toContain('<head><base target="_blank"></head>');
  });

  test("shows the plain text, the headers and the mail as received", async () => {
    await send({ messageId: "<views@shop>", text: "Plain words" });
    expect(await text("/mails/1?view=text")).toContain("<pre>Plain words");
    expect(await text("/mails/1?view=headers")).toContain("<dt>Message-ID</dt><dd>&lt;views@shop></dd>");
    expect(await text("/mails/1/raw")).toContain("Plain words");
  });

  test("says so when there is nothing", async () => {
    expect(await text("/")).toContain("No mail yet");
    expect((await fetch(`${catcher.url}/mails/7`)).status).toBe(404);
    expect((await fetch(`${catcher.url}/mails/constructor/body`)).status).toBe(404);
  });
});

describe("its command", () => {
  test("says where it listens, runs until it is told to stop, and ends with 0", async () => {
    const { promise: untilStopped, resolve: stop } = withResolvers();
    const lines: string[] = [];
    const { promise: ready, resolve: isReady } = withResolvers();
    const print = (line: string) => {
      lines.push(line);
      isReady();
    };
    const code = mailCatcherCommand(["--file", join(directory, "deep", "mails.jsonl")], {
      print,
      complain: print,
      untilStopped,
    });
    await ready;
    const { url } = JSON.parse(lines[0] ?? "{}") as { url: string };
    expect((await fetch(`${url}/api/mails`)).status).toBe(200);
    stop();
    expect(await code).toBe(0);
    await expect(fetch(`${url}/api/mails`)).rejects.toThrow();
  });

  test.each([[[]], [["--file", "x", "--smtp-port", "70000"]], [["--file", "x", "--colour"]]])(
    "explains itself when called as %j",
    async (argv) => {
      const complaints: string[] = [];
      const code = await mailCatcherCommand(argv, {
        print: () => {},
        complain: (line) => complaints.push(line),
        untilStopped: Promise.resolve(),
      });
      expect(code).toBe(2);
      expect(complaints.join()).toContain("Usage:");
    },
  );
});

async function start(): Promise<void> {
  catcher = await runMailCatcher({ smtpPort: 0, httpPort: 0, file });
  transport = createTransport({ host: "127.0.0.1", port: catcher.smtpPort, secure: false, ignoreTLS: true });
}

function send(mail: {
  messageId?: string;
  subject?: string;
  text?: string;
  html?: string;
}): Promise<{ response?: string | undefined }> {
  return transport.sendMail({
    from: "Shop <orders@shop.example>",
    to: "sam@customer.example",
    subject: "Hi",
    text: "Hello",
    ...mail,
  });
}

async function inject(fault: MailFault): Promise<void> {
  const headers = { "content-type": "application/json" };
  const answer = await fetch(`${catcher.url}/_sandbox/faults`, {
    method: "POST",
    headers,
    body: JSON.stringify(fault),
  });
  expect(answer.status).toBe(201);
}

async function get(path: string): Promise<unknown> {
  return (await fetch(catcher.url + path)).json();
}

async function text(path: string): Promise<string> {
  const answer = await fetch(catcher.url + path);
  expect(answer.status).toBe(200);
  return answer.text();
}

function withResolvers(): { promise: Promise<void>; resolve: () => void } {
  let resolve = () => {};
  const promise = new Promise<void>((tell) => {
    resolve = tell;
  });
  return { promise, resolve };
}
