import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chown, mkdir, readdir, readFile, rename, rm, statfs, writeFile } from "node:fs/promises";
import { totalmem } from "node:os";
import { join } from "node:path";
import { DatabaseError } from "../database.js";
import type { ClusterPaths } from "./cluster-paths.js";
import type { Connection } from "./connection-file.js";
import { explainFailure } from "./explain-failure.js";
import type { ServerAccount } from "./server-account.js";
import { type BinaryFolder, identityOf, serverEnvironment } from "./server-binaries.js";

/** The major version of the binaries that package.json pins. */
const MAJOR = "18";

/** A new cluster takes 47 MB, and its first minutes of write-ahead log as much again. */
const NEEDED_BYTES = 100 * 2 ** 20;

/**
 * Whether there is a cluster in the directory.
 * @throws DatabaseError when there is one that this release cannot run, or something else in its place
 */
export async function hasCluster({ cluster }: ClusterPaths): Promise<boolean> {
  const files = await readdir(cluster).catch(() => null);
  if (files === null) return false;
  const version = (await readFile(join(cluster, "PG_VERSION"), "utf8").catch(() => "")).trim();
  if (version === MAJOR) return true;
  if (version === "") {
    throw new DatabaseError(
      `${cluster} is there but holds no PostgreSQL database. Move it away, or set WAYBILL_DATA_DIR to another directory.`,
    );
  }
  throw new DatabaseError(
    `The database in ${cluster} was made by PostgreSQL ${version.slice(0, 20)}, and this release brings PostgreSQL ${MAJOR}. Start the release of Waybill that made it, or set WAYBILL_DATA_DIR to another directory.`,
  );
}

/** Makes a new cluster, whole or not at all: under a name of its own, moved into place when it is finished. */
export async function makeCluster(
  paths: ClusterPaths,
  server: { readonly binaries: BinaryFolder; readonly account: ServerAccount },
  connection: Connection,
): Promise<void> {
  await removeDrafts(paths);
  const { bavail, bsize } = await statfs(paths.home);
  if (bavail * bsize < NEEDED_BYTES) throw explainFailure("ENOSPC", paths);
  const draft = join(paths.home, `data-draft-${randomBytes(6).toString("hex")}`);
  const passwordFile = `${draft}.password`;
  await mkdir(draft, { mode: 0o700 });
  await writeFile(passwordFile, connection.password, { mode: 0o600, flag: "wx" });
  try {
    const { uid, gid } = identityOf(server.account);
    if (uid !== undefined && gid !== undefined) for (const path of [draft, passwordFile]) await chown(path, uid, gid);
    await runInitdb(paths, server, ["-D", draft, "-U", connection.user, `--pwfile=${passwordFile}`]);
    await rename(draft, paths.cluster);
  } finally {
    await rm(passwordFile, { force: true });
  }
}

async function runInitdb(
  paths: ClusterPaths,
  { binaries, account }: { readonly binaries: BinaryFolder; readonly account: ServerAccount },
  target: readonly string[],
): Promise<void> {
  const args = [...target, "-A", "scram-sha-256", "-E", "UTF8", "--locale=C", "--no-instructions"];
  // The same case folding and order on every platform and after every update of the system's libraries.
  args.push("--locale-provider=builtin", "--builtin-locale=C.UTF-8");
  // Written into postgresql.conf, where an operator may change them.
  for (const [name, value] of Object.entries(defaultSettings())) args.push("--set", `${name}=${value}`);
  const options = { ...identityOf(account), env: serverEnvironment(), cwd: "/", timeout: 300_000 };
  await new Promise<void>((resolve, reject) => {
    execFile(join(binaries, "initdb"), args, options, (error, printed, complaints) => {
      if (error === null) resolve();
      else reject(explainFailure(`${printed}\n${complaints}`, paths));
    });
  });
}

function defaultSettings(): Record<string, string> {
  const bufferMb = Math.round(Math.min(512, Math.max(64, totalmem() / 8 / 2 ** 20)));
  return {
    max_connections: "100",
    shared_buffers: `${bufferMb}MB`,
    max_wal_size: "2GB",
    checkpoint_timeout: "10min",
    wal_compression: "on",
  };
}

async function removeDrafts({ home }: ClusterPaths): Promise<void> {
  for (const name of await readdir(home)) {
    if (name.startsWith("data-draft-")) await rm(join(home, name), { recursive: true, force: true, maxRetries: 5 });
  }
}
