import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Browser, type BrowserContext, chromium } from "playwright-core";

/** What a browser test needs to know of the screen. */
export interface Screen {
  readonly width: number;
  readonly height: number;
  readonly colorScheme?: "light" | "dark";
  readonly scale?: number;
  readonly javaScriptEnabled?: boolean;
  /** Lets a test bring its own script (axe) into a page that allows none. */
  readonly bypassesPolicy?: boolean;
}

/**
 * The path of Chromium on this machine, or null. What is missing is skipped with a printed reason; with `CI=true` a skip
 * is a failure.
 * @throws Error when it is missing in CI
 */
export function findChromium(): string | null {
  const path = PATHS.find((candidate) => candidate !== undefined && existsSync(candidate));
  if (path !== undefined) return path;
  const reason =
    "Chromium was not found: browser tests need it (Debian: apt-get install chromium, or set CHROMIUM_PATH).";
  if (process.env.CI === "true") throw new Error(reason);
  process.stderr.write(`skipped: ${reason}\n`);
  return null;
}

/** A running browser without a window. */
export interface OpenBrowser {
  readonly open: (screen: Screen) => Promise<BrowserContext>;
  readonly browser: Browser;
  /** Its own home and profile, removed when it closes. */
  readonly home: string;
}

/** Starts Chromium with an empty home. */
export async function openBrowser(path: string): Promise<OpenBrowser> {
  const home = await mkdtemp(join(tmpdir(), "waybill-chromium-"));
  const browser = await chromium.launch({
    executablePath: path,
    args: [...FLAGS],
    env: { ...definedEnvironment(), HOME: home },
  });
  const open = ({ width, height, scale = 1, bypassesPolicy = false, ...options }: Screen) =>
    browser.newContext({
      ...options,
      viewport: { width, height },
      deviceScaleFactor: scale,
      bypassCSP: bypassesPolicy,
      reducedMotion: "reduce",
    });
  return { open, browser, home };
}

/** Ends the browser and removes what it left. */
export async function closeBrowser({ browser, home }: OpenBrowser): Promise<void> {
  await browser.close();
  await rm(home, { recursive: true, force: true });
}

const PATHS = [process.env.CHROMIUM_PATH, "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/** Without these, Chromium asks hosts of its maker at every start. */
const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
] as const;

function definedEnvironment(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}
