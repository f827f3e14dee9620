import { readFile } from "node:fs/promises";
import { readJson } from "../../runtime/json.js";
import type { Logger } from "../../runtime/logger.js";
import { type LocalAnswer, type LocalRequest, type LocalServer, startLocalServer } from "../local-server.js";
import { MailFault, type MailFaults } from "./mail-faults.js";
import { MAX_SUMMARIES, type Mailbox } from "./mailbox.js";
import { PAGE_SCRIPT } from "./page-script.js";
import { type OpenMail, renderList, renderPage, VIEWS, type View } from "./pages.js";
import { framed, readMail } from "./read-mail.js";

export interface WebDoorOptions {
  /** 0 takes any free port. */
  readonly port: number;
  readonly mailbox: Mailbox;
  readonly faults: MailFaults;
  readonly log: Logger;
}

const MAX_BODY_BYTES = 64 * 1024;
/** Mails in the page's list; the API gives more. */
const LISTED = 200;
const DEFAULT_API_LIMIT = 100;

const PAGE_HEADERS = {
  "content-type": "text/html; charset=utf-8",
  "content-security-policy":
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; frame-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
};

/** The mail itself: whatever it holds, no script runs, and it has no origin. Pictures may come from the shop. */
const BODY_HEADERS = {
  ...PAGE_HEADERS,
  "content-security-policy":
    "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; style-src 'unsafe-inline' data:; font-src data:; img-src data: http: https:; form-action 'none'; frame-ancestors 'self'",
};

/** The web page of the mail catcher, its JSON API and its control API, on 127.0.0.1. @throws when the port is taken */
export async function openWebDoor({ port, mailbox, faults, log }: WebDoorOptions): Promise<LocalServer> {
  const css = await readFile(new URL("page.css", import.meta.url));

  async function answer(request: LocalRequest): Promise<LocalAnswer> {
    const [, first = "", second, third, ...rest] = request.path.split("/");
    if (rest.length > 0) return notFound();
    if (first === "_sandbox") return control(request, second);
    if (request.method !== "GET")
      return { status: 405, headers: { allow: "GET" }, body: { error: "Only GET is known here." } };
    if (first === "" && second === undefined) return page(request, null);
    if (first === "page.css") return { status: 200, headers: { "content-type": "text/css; charset=utf-8" }, body: css };
    if (first === "page.js") {
      return { status: 200, headers: { "content-type": "text/javascript; charset=utf-8" }, body: PAGE_SCRIPT };
    }
    if (first === "list") return list(request);
    if (first === "mails" && second !== undefined) return mail(request, Number(second), third);
    if (first === "api" && second === "mails") return third === undefined ? apiList(request) : apiMail(Number(third));
    return notFound();
  }

  async function page(request: LocalRequest, id: number | null): Promise<LocalAnswer> {
    const mails = mailbox.newest(LISTED);
    const shown = id ?? mails[0]?.id;
    const open = shown === undefined ? null : await openMail(shown, request.query.get("view"));
    if (id !== null && open === null) return notFound();
    const body = renderPage({ mails, total: mailbox.total(), open, onMail: id !== null });
    return { status: 200, headers: PAGE_HEADERS, body };
  }

  function list(request: LocalRequest): LocalAnswer {
    const open = request.query.get("open");
    const body = renderList(mailbox.newest(LISTED), open === null || open === "" ? null : Number(open));
    return { status: 200, headers: PAGE_HEADERS, body };
  }

  async function mail(request: LocalRequest, id: number, part: string | undefined): Promise<LocalAnswer> {
    if (part === undefined) return page(request, id);
    const raw = await mailbox.raw(id);
    if (raw === null) return notFound();
    if (part === "raw") {
      return {
        status: 200,
        headers: { "content-type": "message/rfc822", "content-disposition": "attachment" },
        body: raw,
      };
    }
    const { html } = await readMail(raw);
    return part === "body" && html !== null ? { status: 200, headers: BODY_HEADERS, body: framed(html) } : notFound();
  }

  async function openMail(id: number, asked: string | null): Promise<OpenMail | null> {
    const summary = mailbox.find(id);
    const raw = await mailbox.raw(id);
    if (summary === null || raw === null) return null;
    const read = await readMail(raw);
    const preferred: View = read.html === null ? "text" : "html";
    return { summary, mail: read, view: VIEWS.find((view) => view === asked) ?? preferred };
  }

  function apiList(request: LocalRequest): LocalAnswer {
    const asked = Number(request.query.get("limit") ?? DEFAULT_API_LIMIT);
    const limit = Number.isInteger(asked) && asked > 0 ? Math.min(asked, MAX_SUMMARIES) : DEFAULT_API_LIMIT;
    return { status: 200, body: { mails: mailbox.newest(limit), total: mailbox.total() } };
  }

  async function apiMail(id: number): Promise<LocalAnswer> {
    const summary = mailbox.find(id);
    const raw = await mailbox.raw(id);
    if (summary === null || raw === null) return notFound();
    return { status: 200, body: { ...summary, ...(await readMail(raw)) } };
  }

  function control(request: LocalRequest, what: string | undefined): LocalAnswer {
    if (what !== "faults") return notFound();
    if (request.method === "DELETE") faults.clear();
    if (request.method === "POST") return inject(request);
    return { status: 200, body: { faults: faults.waiting() } };
  }

  function inject(request: LocalRequest): LocalAnswer {
    // A web page can make a browser send a plain form here, but not JSON.
    if (!/^application\/json\b/i.test(request.headers["content-type"] ?? "")) {
      return { status: 415, body: { error: "Send the body as application/json." } };
    }
    const reading = readJson(request.body, MAX_BODY_BYTES);
    const fault = MailFault.safeParse(reading.ok ? reading.value : null);
    if (!fault.success)
      return { status: 422, body: { error: "This is no fault of the mail catcher. docs/sandbox.md lists them." } };
    try {
      faults.inject(fault.data);
    } catch (error) {
      if (error instanceof RangeError) return { status: 409, body: { error: error.message } };
      throw error;
    }
    return { status: 201, body: { faults: faults.waiting() } };
  }

  return startLocalServer({ port, maxBodyBytes: MAX_BODY_BYTES, log, answer });
}

function notFound(): LocalAnswer {
  return { status: 404, body: { error: "There is nothing here, or the mail is too old to be shown." } };
}
