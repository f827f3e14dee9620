import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The source as JavaScript, for tests that run it in processes of their own. */
export interface CompiledSource {
  /** Has the layout of `src/`. */
  readonly directory: string;
  remove(): void;
}

/** Compiles `src/` as it is now; `dist/` may be older than what is under test. Types are not checked here. */
export function compileSource(): CompiledSource {
  const root = fileURLToPath(new URL("../..", import.meta.url));
  // Below the root, so that packages are found.
  const caches = join(root, "node_modules", ".cache");
  mkdirSync(caches, { recursive: true });
  const directory = mkdtempSync(join(caches, "waybill-source-"));
  const options = [
    "-p",
    "tsconfig.build.json",
    "--outDir",
    directory,
    "--noCheck",
    "--declaration",
    "false",
    "--sourceMap",
    "false",
  ];
  const { status, stdout } = spawnSync(process.execPath, [join(root, "node_modules/typescript/bin/tsc"), ...options], {
    cwd: root,
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`The source does not compile: ${stdout.slice(0, 2000)}`);
  writeFileSync(join(directory, "package.json"), `{"type":"module"}`);
  return { directory, remove: () => rmSync(directory, { recursive: true, force: true }) };
}
