import { execFileSync } from "node:child_process";
import { chmodSync, cpSync, lstatSync, mkdirSync, mkdtempSync, readlinkSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { clusterPaths } from "./cluster-paths.js";
import { chooseServerAccount } from "./server-account.js";
import { findPackage, identityOf, makeLinks, prepareBinaries, serverEnvironment } from "./server-binaries.js";

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "waybill-binaries-"));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

it("the links that the package lists are made beside their sources, once", async () => {
  const lib = join(directory, "native", "lib");
  mkdirSync(lib, { recursive: true });
  const links = [{ source: "native/lib/libx.so.1.2", target: "native/lib/libx.so.1" }];
  writeFileSync(join(directory, "native", "pg-symlinks.json"), JSON.stringify(links));
  expect(await makeLinks(directory)).toBe(true);
  expect(await makeLinks(directory)).toBe(true);
  expect(readlinkSync(join(lib, "libx.so.1"))).toBe("libx.so.1.2");
});

it("a platform without binaries is told what to do instead", () => {
  expect(() => findPackage("linux", "s390x")).toThrow(/no PostgreSQL for this platform .*set DATABASE_URL/);
});

it.runIf(process.getuid?.() === 0)(
  "binaries in a closed directory are copied to where the account can run them, links and all",
  async () => {
    const closed = join(directory, "closed");
    mkdirSync(closed, { mode: 0o700 });
    cpSync(findPackage(), closed, { recursive: true, filter: (from) => !lstatSync(from).isSymbolicLink() });
    chmodSync(directory, 0o755);
    const paths = clusterPaths(join(directory, "data"));
    mkdirSync(paths.home, { recursive: true });
    const account = await chooseServerAccount(paths);
    const binaries = await prepareBinaries(paths, account, closed);
    expect(binaries.startsWith(paths.home)).toBe(true);
    const options = { ...identityOf(account), env: serverEnvironment(), cwd: "/", encoding: "utf8" } as const;
    expect(execFileSync(join(binaries, "postgres"), ["--version"], options)).toContain("PostgreSQL) 18.");
  },
);
