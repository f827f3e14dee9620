import { chmod, readFile, stat } from "node:fs/promises";
import { userInfo } from "node:os";
import { dirname } from "node:path";
import { DatabaseError } from "../database.js";
import type { ClusterPaths } from "./cluster-paths.js";

/** As whom the server runs. `uid` and `gid` are absent when it is simply us. */
export interface ServerAccount {
  readonly name: string;
  readonly uid?: number;
  readonly gid?: number;
}

/** Accounts that systems have anyway, in the order in which we like them. None is ever made. */
const UNPRIVILEGED = ["postgres", "_postgres", "nobody"];

/**
 * Decides as whom the server of this directory runs: as us, or, since PostgreSQL refuses to run as root, as an
 * unprivileged account that exists already. A cluster that is there keeps its account.
 * @throws DatabaseError when the cluster belongs to somebody else, or no account can be had
 */
export async function chooseServerAccount(paths: ClusterPaths): Promise<ServerAccount> {
  const self = process.getuid?.();
  if (self === undefined) return { name: "this user" };
  const owner = (await stat(paths.cluster).catch(() => null))?.uid ?? null;
  if (self !== 0) return ourOwnAccount(paths, self, owner);
  const accounts = readAccounts(await readFile("/etc/passwd", "utf8").catch(() => ""));
  const account = accounts.find(({ uid }) => owner === null || uid === owner);
  if (account === undefined) throw new DatabaseError(noAccount(paths, owner));
  await letThrough(paths, account);
  return account;
}

/**
 * Only the user that made it works in our folder; its files are readable by no other anyway.
 * @throws DatabaseError when that is somebody else
 */
export async function refuseForeignHome({ home }: ClusterPaths): Promise<void> {
  const self = process.getuid?.();
  const { uid } = await stat(home);
  if (self !== undefined && uid !== self) throw new DatabaseError(belongsToAnother(home, uid, self));
}

function ourOwnAccount({ cluster }: ClusterPaths, self: number, owner: number | null): ServerAccount {
  if (owner !== null && owner !== self) throw new DatabaseError(belongsToAnother(cluster, owner, self));
  const name = nameOfThisUser();
  // initdb looks its user up; the server itself does not care.
  if (name === null && owner === null) {
    throw new DatabaseError(
      `User ${self} has no entry in /etc/passwd, and PostgreSQL cannot make a database for a user without a name. Run Waybill as a named user, or set DATABASE_URL.`,
    );
  }
  return { name: name ?? String(self) };
}

function nameOfThisUser(): string | null {
  try {
    return userInfo().username;
  } catch {
    return null;
  }
}

function readAccounts(passwd: string): (ServerAccount & { readonly uid: number; readonly gid: number })[] {
  const lines = passwd.split("\n").map((line) => line.split(":"));
  return UNPRIVILEGED.flatMap((name) => {
    const line = lines.find(([found]) => found === name);
    const [uid, gid] = [Number(line?.[2]), Number(line?.[3])];
    return uid > 0 && gid > 0 ? [{ name, uid, gid }] : [];
  });
}

/**
 * The account must be able to walk down to its files. Our own directories are opened for passing through (not for
 * listing); above them it is not for us to change anything.
 */
async function letThrough({ dataDirectory, home }: ClusterPaths, account: { uid: number; gid: number; name: string }) {
  for (const ours of [dataDirectory, home]) {
    const { uid, mode } = await stat(ours);
    if (uid === 0 && (mode & 0o001) === 0) await chmod(ours, (mode & 0o777) | 0o011);
  }
  for (let above = dirname(home); ; above = dirname(above)) {
    const { uid, gid, mode } = await stat(above);
    const bit = uid === account.uid ? 0o100 : gid === account.gid ? 0o010 : 0o001;
    if ((mode & bit) === 0) {
      throw new DatabaseError(
        `PostgreSQL does not run as root but as ${account.name}, which may not enter ${above}. Set WAYBILL_DATA_DIR to a directory outside of it, such as /var/lib/waybill.`,
      );
    }
    if (above === dirname(above)) return;
  }
}

function noAccount({ cluster }: ClusterPaths, owner: number | null): string {
  if (owner !== null) {
    return `The database in ${cluster} belongs to user ${owner}, which is none that root runs PostgreSQL as (${UNPRIVILEGED.join(", ")}). Run Waybill as that user, or give the directory to one of them with chown -R.`;
  }
  return `PostgreSQL refuses to run as root, and this system has none of the users ${UNPRIVILEGED.join(", ")}. Run Waybill as an ordinary user, or set DATABASE_URL.`;
}

function belongsToAnother(path: string, owner: number, self: number): string {
  return `${path} belongs to user ${owner}, and this process runs as user ${self}. Run Waybill as that user, or set WAYBILL_DATA_DIR to another directory.`;
}
