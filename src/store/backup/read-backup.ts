import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { pipeline } from "node:stream";
import { createGunzip } from "node:zlib";
import { z } from "zod";
import {
  BackupError,
  BackupHeader,
  type BackupSource,
  countRows,
  NextIdentity,
  type TableRows,
} from "./backup-source.js";
import { type BackupText, cutOff, readText } from "./read-lines.js";
import { MAGIC } from "./write-backup.js";

/** Tells how far it is: `done` of `total` bytes of the file. */
export type OnBytes = (done: number, total: number) => void;

interface ReadOptions {
  readonly onBytes: OnBytes;
  readonly signal?: AbortSignal | undefined;
}

/** What is known of a backup before its rows, and after them. */
interface Findings {
  header: BackupHeader | null;
  identities: readonly NextIdentity[];
}

const TableLine = z.object({ table: z.string() });
const SumLine = z.object({ rows: z.int().nonnegative(), sha256: z.string() });
const EndLine = z.object({ end: z.literal(true), identities: z.array(NextIdentity), sha256: z.string() });

/**
 * Reads a whole backup once, so that one which is cut off or damaged is found before anything is done with it, and gives
 * it to be read again. Every checksum is looked at both times. Memory does not grow with the file.
 * @throws BackupError when it is no backup, is cut off or damaged, or has a format that this release does not know
 */
export async function openBackup(file: string, options: ReadOptions): Promise<BackupSource> {
  const found: Findings = { header: null, identities: [] };
  for await (const { chunks } of readTables(file, options, found)) for await (const _ of chunks) continue;
  const { header, identities } = found;
  if (header === null) throw damaged();
  return {
    header,
    tables: () => readTables(file, options, { header: null, identities: [] }),
    identities: async () => identities,
  };
}

async function* readTables(file: string, options: ReadOptions, found: Findings): AsyncGenerator<TableRows> {
  const text = readText(unpack(file, options));
  const lines = createHash("sha256");
  await readMagic(text, file);
  found.header = await jsonLine(text, BackupHeader, lines);
  for (const table of found.header.tables) {
    const { table: name } = await jsonLine(text, TableLine, lines);
    if (name !== table.name) throw damaged();
    const hash = createHash("sha256");
    let rows = 0;
    const chunks = (async function* () {
      for await (const chunk of text.rows()) {
        hash.update(chunk);
        rows += countRows(chunk);
        yield chunk;
      }
    })();
    yield { table, chunks };
    const sum = await jsonLine(text, SumLine, lines);
    if (sum.rows !== rows || sum.rows !== table.rows || sum.sha256 !== hash.digest("hex")) throw damaged();
  }
  const end = await jsonLine(text, EndLine);
  if (end.sha256 !== lines.update(JSON.stringify(end.identities)).digest("hex")) throw damaged();
  if ((await text.line()) !== null) throw damaged();
  found.identities = end.identities;
}

async function readMagic(text: BackupText, file: string): Promise<void> {
  const line = await text.line();
  if (line === MAGIC) return;
  if (line?.startsWith("waybill backup ") === true)
    throw new BackupError(`${file} is in a newer format (${line.slice(15, 30)}). Restore it with a newer release.`);
  throw noBackup(file);
}

async function jsonLine<Schema extends z.ZodType>(
  text: BackupText,
  schema: Schema,
  hash?: { update(text: string): unknown },
): Promise<z.output<Schema>> {
  const line = await text.line();
  if (line === null) throw cutOff();
  hash?.update(`${line}\n`);
  const parsed = schema.safeParse(parseJson(line));
  if (!parsed.success) throw damaged();
  return parsed.data;
}

async function* unpack(file: string, { onBytes, signal }: ReadOptions): AsyncGenerator<Buffer> {
  const { size } = await stat(file).catch((error: unknown) => explain(error, file));
  const packed = createReadStream(file);
  const unpacked = createGunzip();
  // Its errors come out of the last stream, where they are waited for.
  pipeline(packed, unpacked, () => undefined);
  try {
    for await (const chunk of unpacked) {
      if (signal?.aborted === true) throw new BackupError("Stopped before the end. The database is as it was.");
      onBytes(packed.bytesRead, size);
      yield chunk as Buffer;
    }
  } catch (error) {
    explain(error, file);
  } finally {
    packed.destroy();
    unpacked.destroy();
  }
}

function explain(error: unknown, file: string): never {
  const code = error instanceof Error && "code" in error ? error.code : null;
  const message = error instanceof Error ? error.message : "";
  if (code === "Z_BUF_ERROR") throw cutOff();
  if (code === "Z_DATA_ERROR") throw message === "incorrect header check" ? noBackup(file) : damaged();
  if (code === "ENOENT") throw new BackupError(`There is no file ${file}.`);
  if (code === "EACCES" || code === "EPERM") throw new BackupError(`${file} may not be read by this user.`);
  if (code === "EISDIR") throw new BackupError(`${file} is a folder. Name the backup in it.`);
  throw error;
}

function noBackup(file: string): BackupError {
  return new BackupError(`${file} is no backup of Waybill.`);
}

function damaged(): BackupError {
  return new BackupError("The file is damaged: its checksums do not fit. Take another copy of it, or an older backup.");
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}
