import { createHash, type Hash } from "node:crypto";
import { open, rename, rm, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import { BackupError, type BackupSource, countRows, type OnRows, totalRows } from "./backup-source.js";

/** First line of a backup, with the version of its format. */
export const MAGIC = "waybill backup 1";
/** The line after the last row of a table, as `pg_dump` has it. No row looks like it. */
export const END_OF_ROWS = "\\.";

/** Fast rather than small: what little a higher level saves costs several times the work. */
const COMPRESSION_LEVEL = 4;

/**
 * Writes a backup to a new file that only its owner may read. The file has its name only when it is whole and on the
 * disk; whatever goes wrong before leaves none. Returns its size in bytes.
 *
 * The format is text under gzip: the magic line; the head as JSON; for every table a line of JSON, its rows as COPY writes
 * them, `\.`, and a line of JSON with their count and SHA-256; last a line of JSON with the identities and a SHA-256 over
 * all lines of JSON before it.
 * @throws BackupError when the file is there already or cannot be written
 */
export async function writeBackup(
  source: BackupSource,
  file: string,
  { onRows, signal }: { readonly onRows: OnRows; readonly signal?: AbortSignal | undefined },
): Promise<number> {
  if (await exists(file)) throw new BackupError(`${file} is there already. Name a new file, or move that one away.`);
  const draft = `${file}.part`;
  const handle = await open(draft, "wx", 0o600).catch((error: unknown) => refuse(error, file, draft));
  try {
    // Not a stream of the handle: that would close it before it is synced.
    const sink = async (packed: AsyncIterable<Buffer>) => {
      for await (const chunk of packed) await handle.writeFile(chunk);
    };
    const options = signal === undefined ? {} : { signal };
    await pipeline(encode(source, onRows), createGzip({ level: COMPRESSION_LEVEL }), sink, options);
    await handle.sync();
    const { size } = await handle.stat();
    await handle.close();
    await rename(draft, file);
    await syncFolder(dirname(file));
    return size;
  } catch (error) {
    await handle.close().catch(() => undefined);
    await rm(draft, { force: true });
    return refuse(error, file, draft);
  }
}

async function* encode(source: BackupSource, onRows: OnRows): AsyncGenerator<Buffer> {
  const lines = createHash("sha256");
  const total = totalRows(source.header);
  let done = 0;
  yield Buffer.from(`${MAGIC}\n`);
  yield jsonLine(source.header, lines);
  for await (const { table, chunks } of source.tables()) {
    yield jsonLine({ table: table.name }, lines);
    const hash = createHash("sha256");
    let rows = 0;
    for await (const chunk of chunks) {
      hash.update(chunk);
      rows += countRows(chunk);
      yield chunk;
      onRows(done + rows, total);
    }
    if (rows !== table.rows)
      throw new BackupError(`${table.name} had ${table.rows} rows and gave ${rows}. Report this, please.`);
    done += rows;
    yield Buffer.from(`${END_OF_ROWS}\n`);
    yield jsonLine({ rows, sha256: hash.digest("hex") }, lines);
  }
  const identities = await source.identities();
  yield jsonLine({ end: true, identities, sha256: lines.update(JSON.stringify(identities)).digest("hex") });
}

function jsonLine(value: object, hash?: Hash): Buffer {
  const line = Buffer.from(`${JSON.stringify(value)}\n`);
  hash?.update(line);
  return line;
}

async function exists(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  );
}

function refuse(error: unknown, file: string, draft: string): never {
  const code = error instanceof Error && "code" in error ? error.code : null;
  if (code === "ABORT_ERR") throw new BackupError("Stopped before the end. No file was written.");
  if (code === "EEXIST")
    throw new BackupError(
      `${draft} is there: another backup is being written, or was broken off. Remove it if none is.`,
    );
  if (code === "ENOENT") throw new BackupError(`The folder of ${file} does not exist. Make it first.`);
  if (code === "EACCES" || code === "EPERM" || code === "EROFS")
    throw new BackupError(`${file} may not be written by this user (${code}).`);
  if (code === "ENOSPC" || code === "EDQUOT")
    throw new BackupError(`There is no room left for ${file}. What was written of it is removed again.`);
  throw error;
}

/** Without this the new name could be lost with the power. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === "win32") return;
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
