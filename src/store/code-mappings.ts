import type { SubStatus } from "../domain/status.js";
import type { Queryable } from "./database.js";

/** What an operator says that a code means. `withdrawn`: nothing any more. */
export type MappedMeaning =
  | {
      readonly kind: "status";
      readonly subStatus: SubStatus;
      readonly revokesDelivery: boolean;
      readonly cancelsReturn: boolean;
    }
  | { readonly kind: "information" }
  | { readonly kind: "withdrawn" };

/** Which code of which carrier, as scans name it (`carrier`, `carrierCode`). */
export interface MappedCode {
  readonly carrier: string;
  readonly code: string;
}

/** A version of a mapping, to be added. */
export interface NewCodeMapping extends MappedCode {
  readonly meaning: MappedMeaning;
  readonly actor: string;
  readonly reason: string;
}

/** A version of a mapping as stored. `subStatus` is text: an older release may have known another list. */
export interface CodeMappingRow extends MappedCode {
  readonly version: number;
  readonly meaning: MappedMeaning["kind"];
  readonly subStatus: string | null;
  readonly revokesDelivery: boolean;
  readonly cancelsReturn: boolean;
  readonly actor: string;
  readonly reason: string;
  readonly createdAt: Date;
}

const COLUMNS = `carrier, code, version, meaning, sub_status as "subStatus", revokes_delivery as "revokesDelivery",
  cancels_return as "cancelsReturn", actor, reason, created_at as "createdAt"`;

/** Lets one transaction at a time change mappings, so that a change with a lower id never appears after a higher one. */
export async function lockCodeMappings(db: Queryable): Promise<void> {
  await db.query(`lock table code_mappings in share row exclusive mode`);
}

/** Adds the next version of a code's mapping and returns its number. Under `lockCodeMappings`. */
export async function insertCodeMapping(db: Queryable, mapping: NewCodeMapping): Promise<number> {
  const { carrier, code, meaning, actor, reason } = mapping;
  const moves = meaning.kind === "status" ? meaning : null;
  const { rows } = await db.query<{ version: number }>(
    `insert into code_mappings (carrier, code, version, meaning, sub_status, revokes_delivery, cancels_return, actor, reason)
     select $1, $2, coalesce(max(version), 0) + 1, $3, $4, $5, $6, $7, $8 from code_mappings where carrier = $1 and code = $2
     returning version`,
    [
      carrier,
      code,
      meaning.kind,
      moves?.subStatus ?? null,
      moves?.revokesDelivery ?? false,
      moves?.cancelsReturn ?? false,
      actor,
      reason,
    ],
  );
  return rows[0]?.version ?? 1;
}

/** Rises with every change of any mapping; 0 while there is none. */
export async function readMappingsRevision(db: Queryable): Promise<number> {
  const { rows } = await db.query<{ revision: number }>(`select coalesce(max(id), 0) as revision from code_mappings`);
  return rows[0]?.revision ?? 0;
}

/** The newest version of every code that is mapped now, by carrier and code. */
export async function listCodeMappings(db: Queryable): Promise<CodeMappingRow[]> {
  const { rows } = await db.query<CodeMappingRow>(
    `select * from (
       select distinct on (carrier, code) ${COLUMNS} from code_mappings order by carrier, code, version desc
     ) as newest where meaning <> 'withdrawn' order by carrier, code`,
  );
  return rows;
}

/** The newest version of one code's mapping, withdrawn ones too, or null. */
export async function findCodeMapping(db: Queryable, { carrier, code }: MappedCode): Promise<CodeMappingRow | null> {
  const { rows } = await db.query<CodeMappingRow>(
    `select ${COLUMNS} from code_mappings where carrier = $1 and code = $2 order by version desc limit 1`,
    [carrier, code],
  );
  return rows[0] ?? null;
}

/** Every version of every mapping, newest first. */
export async function listCodeMappingHistory(db: Queryable, limit: number): Promise<CodeMappingRow[]> {
  const { rows } = await db.query<CodeMappingRow>(`select ${COLUMNS} from code_mappings order by id desc limit $1`, [
    limit,
  ]);
  return rows;
}
