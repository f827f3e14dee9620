import { createHash } from "node:crypto";

/**
 * What an open page does when it is told that there is something new: it fetches itself anew and takes over the main part,
 * keeping what is unfolded and where the focus is. The page is complete without it. It listens only while somebody looks.
 */
const SOURCE = `
(() => {
  if (!self.EventSource || !self.fetch) return;
  const main = () => document.getElementById("content");
  const FOCUS = "a,summary";
  let source, busy, again;
  const listen = () => {
    if (document.hidden) {
      source?.close();
      source = null;
    } else if (!source) {
      source = new EventSource(location.pathname + "/events");
      source.addEventListener("version", ({ data }) => {
        const { version, old } = main().dataset;
        if (data === "") setTimeout(refresh, Math.random() * 3000);
        else if (data !== version || old !== undefined) refresh();
      });
    }
  };
  const refresh = async () => {
    if (busy) {
      again = true;
      return;
    }
    busy = true;
    try {
      const answer = await fetch(location.href, { cache: "no-store" });
      if (answer.ok) take(new DOMParser().parseFromString(await answer.text(), "text/html"));
      else if (answer.status < 500) location.reload();
    } catch {}
    busy = false;
    if (again) {
      again = false;
      refresh();
    }
  };
  const take = (page) => {
    const next = page.getElementById("content");
    const last = main();
    if (!next) return;
    const open = [...last.querySelectorAll("details")].map((part) => part.open);
    next.querySelectorAll("details").forEach((part, at) => {
      part.open = !!open[at];
    });
    const focus = [...last.querySelectorAll(FOCUS)].indexOf(document.activeElement);
    const said = last.querySelector("h1").textContent;
    last.replaceWith(next);
    if (focus >= 0) next.querySelectorAll(FOCUS)[focus]?.focus({ preventScroll: true });
    document.title = page.title;
    const says = next.querySelector("h1").textContent;
    if (says !== said) document.getElementById("news").textContent = says;
  };
  document.addEventListener("visibilitychange", listen);
  listen();
})();
`;

/** The script of the tracking page, and the hash that lets it through the policy (`sha256-…`). */
export interface PageScript {
  readonly text: string;
  readonly hash: string;
}

/** Made once. Indentation is left out; a line of it never begins inside a text. */
export function liveScript(): PageScript {
  script ??= withHash(SOURCE.replace(/\n\s*/g, "\n").trim());
  return script;
}

let script: PageScript | null = null;

function withHash(text: string): PageScript {
  return { text, hash: `sha256-${createHash("sha256").update(text).digest("base64")}` };
}
