import pg from "pg";
import type { Queryable } from "../database.js";

/** Brings back what was set aside. */
export type BringBack = () => Promise<void>;

/**
 * Sets aside foreign keys, triggers of ours and the indexes that no constraint needs, in the caller's transaction. Rows can
 * then be loaded in any order and stay as they are; a foreign key that comes back is checked over all rows at once, and an
 * index is built at once, both many times faster than row by row.
 */
export async function setAside(tx: Queryable, tables: readonly string[]): Promise<BringBack> {
  const { rows: keys } = await tx.query<{ table: string; name: string; definition: string }>(
    `select conrelid::regclass::text as "table", conname as name, pg_get_constraintdef(oid) as definition
     from pg_constraint where contype = 'f' and conparentid = 0 and conrelid = any($1::text[]::regclass[]) order by 1, 2`,
    [tables],
  );
  const { rows: indexes } = await tx.query<{ name: string; definition: string }>(
    `select i.indexrelid::regclass::text as name, pg_get_indexdef(i.indexrelid) as definition
     from pg_index i where i.indrelid = any($1::text[]::regclass[])
       and not exists (select from pg_constraint c where c.conindid = i.indexrelid) order by 1`,
    [tables],
  );
  const { rows: triggers } = await tx.query<{ table: string; name: string }>(
    `select tgrelid::regclass::text as "table", tgname as name from pg_trigger
     where not tgisinternal and tgparentid = 0 and tgenabled = 'O' and tgrelid = any($1::text[]::regclass[]) order by 1, 2`,
    [tables],
  );
  // Names of tables and indexes come quoted from PostgreSQL, as do definitions.
  for (const { table, name } of keys) await tx.query(`alter table ${table} drop constraint ${quoted(name)}`);
  for (const { name } of indexes) await tx.query(`drop index ${name}`);
  for (const { table, name } of triggers) await tx.query(`alter table ${table} disable trigger ${quoted(name)}`);
  return async () => {
    // The definition of a partitioned table's index says ONLY, and would leave its partitions without.
    for (const { definition } of indexes) await tx.query(definition.replace(" ON ONLY ", " ON "));
    for (const { table, name, definition } of keys)
      await tx.query(`alter table ${table} add constraint ${quoted(name)} ${definition}`);
    for (const { table, name } of triggers) await tx.query(`alter table ${table} enable trigger ${quoted(name)}`);
  };
}

function quoted(name: string): string {
  return pg.escapeIdentifier(name);
}
