import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { loadKeyRing, SecretKeyError } from "./secret-key.js";

const NONE = { secretKey: null, secretKeysOld: [] };
let directory = "";
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "waybill-key-"));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

describe("the secret key", () => {
  test("is made once, readable by its owner only, and found again", async () => {
    const made = await loadKeyRing(NONE, join(directory, "deep", "data"));
    const path = join(directory, "deep", "data", "secret.key");
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(await loadKeyRing(NONE, join(directory, "deep", "data"))).toEqual(made);
    expect(await readdir(join(directory, "deep", "data"))).toEqual(["secret.key"]);
  });

  test("is the same for all who start at once", async () => {
    const rings = await Promise.all(Array.from({ length: 20 }, () => loadKeyRing(NONE, directory)));
    expect(new Set(rings.map(({ current }) => current.id)).size).toBe(1);
    expect(await readdir(directory)).toEqual(["secret.key"]);
  });

  test("of the environment goes before the file, and then no file is made", async () => {
    const { current } = await loadKeyRing({ secretKey: Buffer.alloc(32, 3), secretKeysOld: [] }, directory);
    expect(Buffer.from(current.key)).toEqual(Buffer.alloc(32, 3));
    expect(await readdir(directory)).toEqual([]);
  });

  test("has its predecessors beside it, itself left out", async () => {
    const keys = [Buffer.alloc(32, 3), Buffer.alloc(32, 4)];
    const { old } = await loadKeyRing({ secretKey: Buffer.alloc(32, 3), secretKeysOld: keys }, directory);
    expect(old.map(({ key }) => Buffer.from(key))).toEqual([Buffer.alloc(32, 4)]);
  });

  test.skipIf(process.platform === "win32")("that others can read is refused with the command that helps", async () => {
    await loadKeyRing(NONE, directory);
    await chmod(join(directory, "secret.key"), 0o640);
    await expect(loadKeyRing(NONE, directory)).rejects.toThrow(/chmod 600/);
  });

  test("that is damaged is refused rather than replaced, and not repeated in the error", async () => {
    const path = join(directory, "secret.key");
    await writeFile(path, "half-a-key\n", { mode: 0o600 });
    const error = await loadKeyRing(NONE, directory).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(SecretKeyError);
    expect(String(error)).not.toContain("half-a-key");
    expect(await readFile(path, "utf8")).toBe("half-a-key\n");
  });

  test("that can be neither read nor made is told with what to do", async () => {
    await writeFile(join(directory, "file"), "");
    await expect(loadKeyRing(NONE, join(directory, "file", "data"))).rejects.toThrow(/Set WAYBILL_SECRET_KEY/);
  });
});
