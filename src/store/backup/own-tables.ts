import type { Migration } from "../migrate.js";

/** What Waybill's migrations make in a database. Whatever else is there belongs to somebody else and is left alone. */
export interface OwnNames {
  /** In the order in which they were made. Partitions are not among them: they belong to their table. */
  readonly tables: readonly string[];
  readonly functions: readonly string[];
}

/** Tables that are not backed up, with the reason. */
const LEFT_OUT: Readonly<Record<string, string>> = {
  schema_migrations: "the head of the backup lists the migrations, and a restore applies them",
  workers: "the processes of then are not those of now",
  leases: "they are held by processes of then",
  connection_tokens: "access tokens last for hours, and the next call obtains one",
};

const MADE = /^create (?:unlogged )?table (?:if not exists )?(\w+)|^drop table (?:if exists )?(\w+)/gim;
const FUNCTION = /^create (?:or replace )?function (\w+)\(/gim;

/** The names that these migrations make, read from their text. */
export function ownNames(migrations: readonly Migration[]): OwnNames {
  // Made by the migrator itself, before the first file.
  const tables = new Set(["schema_migrations"]);
  const functions = new Set<string>();
  for (const { sql } of migrations) {
    for (const [, made, dropped] of sql.matchAll(MADE)) {
      if (made !== undefined) tables.add(made);
      if (dropped !== undefined) tables.delete(dropped);
    }
    for (const [, name = ""] of sql.matchAll(FUNCTION)) functions.add(name);
  }
  return { tables: [...tables], functions: [...functions] };
}

/** Whether a backup holds this table's rows. */
export function isKept(table: string): boolean {
  return LEFT_OUT[table] === undefined;
}
