import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it, test } from "vitest";
import { BackupError, type BackupSource } from "./backup-source.js";
import { openBackup } from "./read-backup.js";
import { readText } from "./read-lines.js";
import { writeBackup } from "./write-backup.js";

const ROWS = ["1\tNordlicht\n", "2\tline\\nfeed and \\\\.\n", "3\t\\N\n"];
const quiet = { onBytes: () => undefined };
let folder: string;
let good: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "waybill-backup-"));
  good = join(folder, "good");
  await writeBackup(sourceOf(ROWS), good, { onRows: () => undefined });
});
afterAll(() => rmSync(folder, { recursive: true }));

describe("a backup", () => {
  it("gives back what went in, as often as it is read, and is for its owner alone", async () => {
    const source = await openBackup(good, quiet);
    const wanted = sourceOf(ROWS);
    expect(source.header).toEqual(wanted.header);
    expect(await source.identities()).toEqual(await wanted.identities());
    for (const _ of [1, 2]) expect(await contents(source)).toEqual(await contents(wanted));
    expect(statSync(good).mode & 0o777).toBe(0o600);
  });

  it("is never overwritten, and leaves nothing behind when it is broken off or cannot be written", async () => {
    await expect(writeBackup(sourceOf(ROWS), good, { onRows: () => undefined })).rejects.toThrow(/is there already/);
    const file = join(folder, "half");
    const failing = { ...sourceOf(ROWS), identities: () => Promise.reject(new Error("gone")) };
    await expect(writeBackup(failing, file, { onRows: () => undefined })).rejects.toThrow("gone");
    const stop = new AbortController();
    const stopped = writeBackup(sourceOf(ROWS), file, { onRows: () => stop.abort(), signal: stop.signal });
    await expect(stopped).rejects.toThrow("Stopped before the end. No file was written.");
    await expect(
      writeBackup(sourceOf(ROWS), join(folder, "none", "file"), { onRows: () => undefined }),
    ).rejects.toThrow(/folder of .* does not exist/);
    expect(readdirSync(folder)).toEqual(["good"]);
    writeFileSync(`${file}.part`, "");
    await expect(writeBackup(sourceOf(ROWS), file, { onRows: () => undefined })).rejects.toThrow(
      /another backup is being written, or was broken off/,
    );
    expect(readdirSync(folder).toSorted()).toEqual(["good", "half.part"]);
  });

  it("is refused wherever it was cut off", async () => {
    const whole = readFileSync(good);
    for (const length of [1, 15, Math.floor(whole.length / 2), whole.length - 9, whole.length - 1])
      await expect(openBackup(put(whole.subarray(0, length)), quiet)).rejects.toThrow(/ends in the middle/);
    const text = gunzipSync(whole);
    for (let length = 20; length < text.length; length += 7)
      await expect(openBackup(put(gzipSync(text.subarray(0, length))), quiet)).rejects.toBeInstanceOf(BackupError);
  });

  it("is refused whichever byte of its text is another", async () => {
    const text = gunzipSync(readFileSync(good));
    for (let at = 0; at < text.length; at += 3) {
      const damaged = Buffer.from(text);
      damaged[at] = (damaged[at] ?? 0) ^ 1;
      await expect(openBackup(put(gzipSync(damaged)), quiet)).rejects.toBeInstanceOf(BackupError);
    }
  });

  it("is refused when it is none, is not there or has a newer format", async () => {
    await expect(openBackup(put(Buffer.from("-- PostgreSQL dump")), quiet)).rejects.toThrow(/no backup of Waybill/);
    await expect(openBackup(put(gzipSync("hello\n")), quiet)).rejects.toThrow(/no backup of Waybill/);
    await expect(openBackup(put(gzipSync("waybill backup 2\n{}\n")), quiet)).rejects.toThrow(/newer format/);
    await expect(openBackup(join(folder, "nowhere"), quiet)).rejects.toThrow(/There is no file/);
    await expect(openBackup(folder, quiet)).rejects.toThrow(/is a folder/);
    const endless = async function* () {
      for (;;) yield Buffer.alloc(1024 * 1024, "x");
    };
    await expect(readText(endless()).line()).rejects.toThrow(/longer than any/);
  });
});

test("rows are found in pieces of any size", async () => {
  const text = Buffer.from(`${ROWS.join("")}\\.\nnext\n`);
  for (let size = 1; size <= text.length; size++) {
    const reader = readText(piecesOf(text, size));
    expect(await joined(reader.rows())).toBe(ROWS.join(""));
    expect(await reader.line()).toBe("next");
    expect(await reader.line()).toBeNull();
    const empty = readText(piecesOf(Buffer.from("\\.\nnext\n"), size));
    expect(await joined(empty.rows())).toBe("");
    expect(await empty.line()).toBe("next");
  }
});

function sourceOf(rows: readonly string[]): BackupSource {
  const header = {
    waybill: "0.1.0",
    postgres: "18.4",
    createdAt: "2026-03-02T08:00:00.000Z",
    migrations: [{ version: 1, name: "0001_ground.sql", checksum: createHash("sha256").digest("hex") }],
    tables: [
      { name: "stores", columns: ["id", "name"], rows: rows.length, months: null },
      { name: "scan_events", columns: ["id"], rows: 0, months: ["2026-03-01"] },
    ],
  };
  return {
    header,
    async *tables() {
      for (const table of header.tables)
        yield { table, chunks: piecesOf(Buffer.from(table.name === "stores" ? rows.join("") : ""), 8) };
    },
    identities: async () => [{ table: "stores", column: "store_ref", next: 4 }],
  };
}

async function* piecesOf(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function joined(chunks: AsyncIterable<Buffer>): Promise<string> {
  const all: Buffer[] = [];
  for await (const chunk of chunks) all.push(chunk);
  return Buffer.concat(all).toString("utf8");
}

async function contents(source: BackupSource): Promise<[string, string][]> {
  const all: [string, string][] = [];
  for await (const { table, chunks } of source.tables()) all.push([table.name, await joined(chunks)]);
  return all;
}

function put(bytes: Buffer): string {
  const file = join(folder, "tried");
  writeFileSync(file, bytes);
  return file;
}
