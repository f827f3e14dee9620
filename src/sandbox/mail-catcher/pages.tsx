import { render } from "preact-render-to-string";
import type { MailSummary } from "./mailbox.js";
import type { ReadableMail } from "./read-mail.js";

/** The ways to look at one mail. */
export const VIEWS = ["html", "text", "headers"] as const;
export type View = (typeof VIEWS)[number];

/** The mail in the reader, and how it is looked at. */
export interface OpenMail {
  readonly summary: MailSummary;
  readonly mail: ReadableMail;
  readonly view: View;
}

/** The list as it goes into the page, also on its own for the live update. */
export function renderList(mails: readonly MailSummary[], openId: number | null): string {
  return render(<List mails={mails} openId={openId} />);
}

/** The whole page. `onMail`: the address is that of one mail, which a phone then shows without the list. */
export function renderPage(page: {
  readonly mails: readonly MailSummary[];
  readonly total: number;
  readonly open: OpenMail | null;
  readonly onMail: boolean;
}): string {
  const { mails, total, open, onMail } = page;
  const html = render(
    <html lang="en">
      <head>
        <meta charSet="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="robots" content="noindex" />
        <title>{onMail && open ? open.summary.subject || NO_SUBJECT : "Mail catcher"}</title>
        <link rel="icon" href="data:," />
        <link rel="stylesheet" href="/page.css" />
        <script src="/page.js" defer />
      </head>
      <body class={onMail ? "on-mail" : "on-list"}>
        <div class="bar">
          <Envelope />
          <h1>Mail catcher</h1>
          <span class="count" id="count">
            {countText(total)}
          </span>
        </div>
        <main>
          {mails.length === 0 ? (
            <div class="empty" id="empty">
              <h2>No mail yet</h2>
              <p>
                Every mail that the shop sends is caught here and goes nowhere else. The page shows it as it arrives.
              </p>
            </div>
          ) : (
            <>
              <nav class="list" id="list" aria-label="Mails" data-open={open?.summary.id}>
                <List mails={mails} openId={open?.summary.id ?? null} />
              </nav>
              {open === null ? null : <Reader open={open} />}
            </>
          )}
        </main>
      </body>
    </html>,
  );
  return `<!doctype html>${html}`;
}

/** How many mails there are, as the bar says it. */
export function countText(total: number): string {
  return total === 1 ? "1 mail" : `${total.toLocaleString("en-US")} mails`;
}

const NO_SUBJECT = "(no subject)";

function List({ mails, openId }: { readonly mails: readonly MailSummary[]; readonly openId: number | null }) {
  return (
    <ol>
      {mails.map((mail) => (
        <li key={mail.id} data-id={mail.id}>
          <a href={`/mails/${mail.id}`} aria-current={mail.id === openId ? "true" : undefined}>
            <span class="to">{mail.to.join(", ")}</span>
            <Time iso={mail.acceptedAt} />
            <span class="subject">{mail.subject || NO_SUBJECT}</span>
          </a>
        </li>
      ))}
    </ol>
  );
}

function Reader({ open: { summary, mail, view } }: { readonly open: OpenMail }) {
  return (
    <article class="reader">
      <header>
        <a class="back" href="/">
          <svg
            width="16"
            height="16"
            viewBox="0 0 16 16"
            fill="none"
            stroke="currentColor"
            stroke-width="1.7"
            aria-hidden="true"
          >
            <path d="M10 3 5 8l5 5" stroke-linecap="round" stroke-linejoin="round" />
          </svg>
          All mails
        </a>
        <h2>{summary.subject || NO_SUBJECT}</h2>
        <p class="envelope">
          From <b>{summary.from || "nobody"}</b> to <b>{summary.to.join(", ")}</b>, <Time iso={summary.acceptedAt} />
        </p>
        <nav class="tabs" aria-label="Views of this mail">
          <Tab id={summary.id} view="html" current={view} label="Mail" />
          <Tab id={summary.id} view="text" current={view} label="Plain text" />
          <Tab id={summary.id} view="headers" current={view} label="Headers" />
          <a class="raw" href={`/mails/${summary.id}/raw`} download={`mail-${summary.id}.eml`}>
            Download
          </a>
        </nav>
      </header>
      <div class="body">
        <Body id={summary.id} mail={mail} view={view} />
      </div>
    </article>
  );
}

function Tab(tab: { readonly id: number; readonly view: View; readonly current: View; readonly label: string }) {
  return (
    <a href={`/mails/${tab.id}?view=${tab.view}`} aria-current={tab.view === tab.current ? "page" : undefined}>
      {tab.label}
    </a>
  );
}

function Body({ id, mail, view }: { readonly id: number; readonly mail: ReadableMail; readonly view: View }) {
  if (view === "headers") {
    return (
      <dl>
        {mail.headers.map(({ name, value }) => (
          <>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </>
        ))}
      </dl>
    );
  }
  if (view === "text") return mail.text === null ? <Absent what="plain text" /> : <pre>{mail.text}</pre>;
  if (mail.html === null) return <Absent what="HTML" />;
  // No allow-scripts and no allow-same-origin: the mail can do nothing here but show itself and open links.
  return (
    <iframe
      title="The mail as it looks"
      src={`/mails/${id}/body`}
      sandbox="allow-popups allow-popups-to-escape-sandbox"
      referrerpolicy="no-referrer"
    />
  );
}

function Absent({ what }: { readonly what: string }) {
  return (
    <div class="empty">
      <p>This mail has no {what} part.</p>
    </div>
  );
}

/** The page's script puts the reader's own clock in its place. */
function Time({ iso }: { readonly iso: string }) {
  return <time dateTime={iso}>{iso.slice(11, 16)} UTC</time>;
}

function Envelope() {
  return (
    <svg
      width="20"
      height="20"
      viewBox="0 0 20 20"
      fill="none"
      stroke="currentColor"
      stroke-width="1.6"
      aria-hidden="true"
    >
      <rect x="2" y="4" width="16" height="12" rx="2.2" />
      <path d="m2.8 5.8 7.2 5.4 7.2-5.4" stroke-linecap="round" stroke-linejoin="round" />
    </svg>
  );
}
