import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const HERE = fileURLToPath(new URL("../..", import.meta.url));
/** What the checks of a carrier read. Packages are not copied but linked to, one folder up. */
const PARTS = ["src", "test", "docs", "package.json", "tsconfig.json", "tsconfig.build.json", "vitest.config.ts"];
const MAX_OUTPUT_CHARS = 100_000;

/** How a program ended, and what it wrote: to standard output, and all together. */
export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly output: string;
}

/** The project once more, in a folder for temporary files, to be changed and tried out. */
export interface CopiedHouse {
  /** The copy; what is built from it goes beside it, into `outside`. */
  readonly root: string;
  readonly outside: string;
  /** A digest of every file in the copy, by its path from the root; caches that tools leave in `node_modules` do not count. */
  files(): ReadonlyMap<string, string>;
  /** Runs a JavaScript program with Node in the copy. A program of a package is named from `node_modules/`. */
  run(program: string, args: readonly string[], env?: Readonly<Record<string, string>>): Promise<Ended>;
  remove(): void;
}

export function copyHouse(): CopiedHouse {
  const outside = mkdtempSync(join(tmpdir(), "waybill-house-"));
  const root = join(outside, "house");
  for (const part of PARTS) cpSync(join(HERE, part), join(root, part), { recursive: true });
  cpSync(join(HERE, "package.json"), join(outside, "package.json"));
  symlinkSync(join(HERE, "node_modules"), join(outside, "node_modules"), "junction");
  return {
    root,
    outside,
    files: () => digestsIn(root),
    run: (program, args, env = {}) => run([resolveProgram(program, root), ...args], root, env),
    remove: () => rmSync(outside, { recursive: true, force: true }),
  };
}

function resolveProgram(program: string, root: string): string {
  return program.startsWith("node_modules/") ? join(HERE, program) : join(root, program);
}

function digestsIn(root: string): ReadonlyMap<string, string> {
  const files = readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = files.map((entry) => relative(root, join(entry.parentPath, entry.name)));
  const digest = (path: string) =>
    createHash("sha256")
      .update(readFileSync(join(root, path)))
      .digest("hex");
  return new Map(paths.filter((path) => !path.startsWith("node_modules")).map((path) => [path, digest(path)]));
}

/** Settings of the run that this test belongs to are kept from programs that have a run of their own. */
function run(args: readonly string[], cwd: string, env: Readonly<Record<string, string>>): Promise<Ended> {
  const inherited = Object.entries(process.env).filter(([name]) => !/^(VITEST|WAYBILL_|NODE_OPTIONS$)/.test(name));
  const child = spawn(process.execPath, args, {
    cwd,
    env: { ...Object.fromEntries(inherited), NO_COLOR: "1", ...env },
  });
  let [stdout, output] = ["", ""];
  child.stdout.on("data", (chunk: Buffer) => (stdout = lastOf(stdout + chunk.toString())));
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (chunk: Buffer) => (output = lastOf(output + chunk.toString())));
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve({ code: code ?? -1, stdout, output }));
  });
}

function lastOf(text: string): string {
  return text.slice(-MAX_OUTPUT_CHARS);
}
