import { readFileSync } from "node:fs";
import { createServer, type Server, type ServerResponse } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { RenderedPage } from "../../src/page/render-document.js";
import { renderGone } from "../../src/page/render-gone.js";
import { renderNotFound } from "../../src/page/render-not-found.js";
import { renderPage } from "../../src/page/render-page.js";
import { closeBrowser, findChromium, type OpenBrowser, openBrowser } from "../support/chromium.js";
import { PAGE_STATES } from "../support/page-states.js";

const PHONE = { width: 390, height: 844 };
const DESKTOP = { width: 1280, height: 900 };
const SMALLEST = { width: 320, height: 640 };

const axeSource = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const pages: Readonly<Record<string, RenderedPage>> = {
  ...Object.fromEntries(Object.entries(PAGE_STATES).map(([name, view]) => [name, renderPage(view)])),
  gone: renderGone(PAGE_STATES.delivered?.brand ?? null, "en"),
  "not found": renderNotFound("en"),
};

const chromium = findChromium();

// One page is opened for each test and walks through all states: on a busy machine opening one takes seconds.
describe.skipIf(chromium === null)("in a browser", { timeout: 180_000 }, () => {
  let server: Server;
  let browser: OpenBrowser;
  let origin: string;
  const live: { page: RenderedPage | undefined; stream: ServerResponse | null } = { page: undefined, stream: null };

  beforeAll(async () => {
    server = createServer((request, response) => {
      const path = decodeURIComponent(request.url?.slice(1) ?? "");
      const page = path === "live" ? live.page : pages[path];
      if (path === "live/events") live.stream = response.writeHead(200, { "content-type": "text/event-stream" });
      else if (page === undefined) response.writeHead(204).end();
      else response.writeHead(page.statusCode, page.headers).end(page.html);
    });
    await new Promise<void>((resolve) => {
      server.listen(0, "127.0.0.1", resolve);
    });
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    browser = await openBrowser(chromium ?? "");
  });

  afterAll(async () => {
    await closeBrowser(browser);
    server.close();
  });

  test.each([
    ["phone, light", PHONE, "light"],
    ["phone, dark", PHONE, "dark"],
    ["desktop, light", DESKTOP, "light"],
    ["desktop, dark", DESKTOP, "dark"],
  ] as const)("axe finds nothing wrong with any page (%s)", async (_name, screen, colorScheme) => {
    const context = await browser.open({ ...screen, colorScheme, bypassesPolicy: true });
    const page = await context.newPage();
    for (const name of Object.keys(pages)) {
      await visit(page, name);
      expect(await axeViolations(page), name).toEqual([]);
    }
    await context.close();
  });

  test.each([SMALLEST, PHONE])("no page needs to be scrolled sideways at $width px", async (screen) => {
    const context = await browser.open(screen);
    const page = await context.newPage();
    for (const name of Object.keys(pages)) {
      await visit(page, name);
      const width = await page.evaluate("document.documentElement.scrollWidth");
      expect(width, name).toBeLessThanOrEqual(screen.width);
    }
    await context.close();
  });

  test("style and script pass their own policy, and nothing is asked for but the page and its news", async () => {
    const context = await browser.open(PHONE);
    const page = await context.newPage();
    const complaints: string[] = [];
    const requests: string[] = [];
    page.on("console", (message) => complaints.push(message.text()));
    page.on("request", (request) => requests.push(new URL(request.url()).pathname));
    await page.goto(`${origin}/delivered`);
    expect(await page.evaluate("getComputedStyle(document.body).margin")).toBe("0px");
    expect(complaints).toEqual([]);
    expect(requests.filter((path) => path !== "/favicon.ico")).toEqual(["/delivered", "/delivered/events"]);
    await context.close();
  });

  test("an open page takes over what is new by itself, says it, and keeps what is unfolded and where one is", async () => {
    const [before, after] = [PAGE_STATES["in transit"], PAGE_STATES["out for delivery"]];
    if (before === undefined || after === undefined) throw new Error("There are such states.");
    live.page = renderPage(before);
    const context = await browser.open(PHONE);
    const page = await visit(await context.newPage(), "live");
    await expect.poll(() => live.stream).not.toBeNull();
    await page.locator("summary").focus();
    await page.keyboard.press("Enter");
    live.stream?.write(`event: version\ndata: ${before.version}\n\n`);
    live.page = renderPage({ ...after, version: before.version + 1 });
    live.stream?.write(`event: version\ndata: ${before.version + 1}\n\n`);
    await expect.poll(() => page.locator("h1").innerText()).toMatch(/^Arriving today, 2:00/);
    expect(await page.locator("[role=status]").innerText()).toMatch(/^Arriving today, 2:00/);
    expect(await page.title()).toMatch(/^Arriving today, 2:00/);
    expect(await page.evaluate("document.querySelector('details.earlier').open")).toBe(true);
    expect(await page.evaluate("document.activeElement.tagName")).toBe("SUMMARY");
    live.stream?.end();
    await context.close();
  });

  test("earlier scans open without any script, and by keyboard alone", async () => {
    const context = await browser.open({ ...PHONE, javaScriptEnabled: false });
    const page = await visit(await context.newPage(), "in transit");
    const earlier = page.locator("details.earlier .scan").first();
    expect(await earlier.isVisible()).toBe(false);
    await page.locator("summary").focus();
    await page.keyboard.press("Enter");
    expect(await earlier.isVisible()).toBe(true);
    await context.close();
  });

  test("what is to be tapped is at least 24 px high and wide", async () => {
    const context = await browser.open(PHONE);
    const page = await visit(await context.newPage(), "address issue");
    for (const target of await page.locator("a:not(.skip), summary").all()) {
      const box = await target.boundingBox();
      expect(box?.height, await target.innerText()).toBeGreaterThanOrEqual(24);
      expect(box?.width, await target.innerText()).toBeGreaterThanOrEqual(24);
    }
    await context.close();
  });

  async function visit(page: Page, name: string): Promise<Page> {
    await page.goto(`${origin}/${encodeURIComponent(name)}`);
    return page;
  }
});

async function axeViolations(page: Page): Promise<string[]> {
  await page.evaluate(axeSource);
  return page.evaluate(`axe.run({ resultTypes: ["violations"] }).then(({ violations }) =>
    violations.map(({ id, nodes }) => id + ": " + nodes.map(({ html, failureSummary }) => html + " " + failureSummary).join(" | ")))`);
}
