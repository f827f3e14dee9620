import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A built release apart from the work tree, as `npm ci` leaves it. Its packages are those of the work tree. */
export interface Release {
  readonly directory: string;
  readonly buildSeconds: number;
  delete(): void;
}

const PARTS = ["package.json", "package-lock.json", "tsconfig.json", "tsconfig.build.json", "scripts", "src"];

/** Builds the work tree `root` in a directory of its own. @throws Error when it cannot be built */
export function buildRelease(root: string): Release {
  const directory = mkdtempSync(join(tmpdir(), "waybill-release-"));
  const remove = () => rmSync(directory, { recursive: true, force: true });
  for (const part of PARTS) cpSync(join(root, part), join(directory, part), { recursive: true });
  symlinkSync(join(root, "node_modules"), join(directory, "node_modules"));
  const begunMs = performance.now();
  const { status, stderr, stdout } = spawnSync(process.execPath, ["scripts/build.mjs"], {
    cwd: directory,
    encoding: "utf8",
  });
  if (status !== 0) {
    remove();
    throw new Error(`The release could not be built:\n${stdout}${stderr}`);
  }
  return { directory, buildSeconds: (performance.now() - begunMs) / 1000, delete: remove };
}
