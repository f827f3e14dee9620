import { randomBytes } from "node:crypto";
import { link, mkdir, open, rm } from "node:fs/promises";
import { join } from "node:path";
import { type KeyRing, sealingKey } from "./sealing.js";
import { parseSecretKey } from "./secret-key-text.js";

/** A secret key that cannot be used. The message says what to do. */
export class SecretKeyError extends Error {
  override readonly name = "SecretKeyError";
}

/**
 * The keys under which this installation seals: `WAYBILL_SECRET_KEY`, else the file `secret.key` in the data directory,
 * which is made (mode 0600) if there is none. Processes that start at the same time agree on one key.
 * @throws SecretKeyError when the file is readable by others or holds no key
 */
export async function loadKeyRing(
  config: { readonly secretKey: Uint8Array | null; readonly secretKeysOld: readonly Uint8Array[] },
  dataDirectory: string,
): Promise<KeyRing> {
  const current = sealingKey(config.secretKey ?? (await keyOfDirectory(dataDirectory)));
  const old = config.secretKeysOld.map(sealingKey).filter(({ id }) => id !== current.id);
  return { current, old };
}

async function keyOfDirectory(directory: string): Promise<Uint8Array> {
  const path = join(directory, "secret.key");
  try {
    return (await readKey(path)) ?? (await makeKey(directory, path));
  } catch (error) {
    if (error instanceof SecretKeyError) throw error;
    throw new SecretKeyError(
      `The secret key ${path} could not be read or made (${codeOf(error)}). Set WAYBILL_SECRET_KEY, or make the directory writable.`,
    );
  }
}

async function readKey(path: string): Promise<Uint8Array | null> {
  const file = await open(path, "r").catch((error: unknown) => {
    if (codeOf(error) === "ENOENT") return null;
    throw error;
  });
  if (file === null) return null;
  try {
    const { mode, size } = await file.stat();
    if (process.platform !== "win32" && (mode & 0o077) !== 0) {
      throw new SecretKeyError(`Others can read the secret key ${path}. Run: chmod 600 ${path}`);
    }
    const key = size > 200 ? null : parseSecretKey((await file.readFile("utf8")).trim());
    if (key === null)
      throw new SecretKeyError(
        `${path} does not hold 32 bytes in base64 or hex. Restore it from a backup: without it nothing that was sealed can be opened.`,
      );
    return key;
  } finally {
    await file.close();
  }
}

/** Written whole under a name of its own, then linked: a link fails where there is a file already, and then that one counts. */
async function makeKey(directory: string, path: string): Promise<Uint8Array> {
  await mkdir(directory, { recursive: true });
  const draft = join(directory, `.secret.key.${randomBytes(8).toString("hex")}`);
  const file = await open(draft, "wx", 0o600);
  try {
    await file.writeFile(`${randomBytes(32).toString("base64")}\n`);
    await file.sync();
    await link(draft, path).catch((error: unknown) => {
      if (codeOf(error) !== "EEXIST") throw error;
    });
  } finally {
    await file.close();
    await rm(draft, { force: true });
  }
  await syncDirectory(directory);
  const key = await readKey(path);
  if (key === null)
    throw new SecretKeyError(`The secret key ${path} was removed while Waybill started. Start it again.`);
  return key;
}

/** Without this the new name could be lost with the power, and everything sealed since with it. */
async function syncDirectory(directory: string): Promise<void> {
  if (process.platform === "win32") return;
  const handle = await open(directory, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "unknown error";
}
