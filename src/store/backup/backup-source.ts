import { z } from "zod";

/** A backup that cannot be made, read or restored. The message says what to do. */
export class BackupError extends Error {
  override readonly name = "BackupError";
}

/** A table as a backup knows it. */
export const BackedUpTable = z.object({
  name: z.string().min(1),
  columns: z.array(z.string().min(1)).min(1),
  rows: z.int().nonnegative(),
  /** First days (`YYYY-MM-01`) of the months that it has partitions for; null for a table without. */
  months: z.array(z.string().regex(/^\d{4}-\d{2}-01$/)).nullable(),
});
export type BackedUpTable = z.output<typeof BackedUpTable>;

/** What stands before the rows. */
export const BackupHeader = z.object({
  /** Version of Waybill and of PostgreSQL that made it. */
  waybill: z.string(),
  postgres: z.string(),
  createdAt: z.iso.datetime(),
  migrations: z.array(z.object({ version: z.int().positive(), name: z.string(), checksum: z.string() })).min(1),
  tables: z.array(BackedUpTable).min(1),
});
export type BackupHeader = z.output<typeof BackupHeader>;

/** Which number an identity column gives next. */
export const NextIdentity = z.object({ table: z.string(), column: z.string(), next: z.int().positive() });
export type NextIdentity = z.output<typeof NextIdentity>;

/** The rows of one table in PostgreSQL's text format of COPY, in pieces of bounded size. */
export interface TableRows {
  readonly table: BackedUpTable;
  readonly chunks: AsyncIterable<Buffer>;
}

/** A store at one moment: a living database, or a file. */
export interface BackupSource {
  readonly header: BackupHeader;
  /** One table after the other. The chunks of one are read to their end before the next is asked for. */
  tables(): AsyncIterable<TableRows>;
  /** Ask when the tables are read: numbers that were given meanwhile are not given again. */
  identities(): Promise<readonly NextIdentity[]>;
}

/** Tells how far it is: `done` of `total` rows. */
export type OnRows = (done: number, total: number) => void;

/** The rows in a piece of COPY text: each ends with a line feed, and one inside a value is escaped. */
export function countRows(chunk: Buffer): number {
  let rows = 0;
  for (let at = chunk.indexOf(LINE_FEED); at >= 0; at = chunk.indexOf(LINE_FEED, at + 1)) rows++;
  return rows;
}

/** All rows of a backup. */
export function totalRows({ tables }: BackupHeader): number {
  return tables.reduce((sum, { rows }) => sum + rows, 0);
}

const LINE_FEED = 10;
