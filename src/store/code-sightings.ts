import { toColumns } from "./columns.js";
import type { Queryable } from "./database.js";

/** How often a carrier sent a code that we do not know, with one example. */
export interface CodeSighting {
  readonly carrier: string;
  readonly code: string;
  readonly seen: number;
  readonly exampleText: string;
  readonly exampleMessageId: string;
}

/** Counts sightings. Sorted, and last in its transaction: these few rows are shared by all normalisers. */
export async function countCodeSightings(db: Queryable, sightings: readonly CodeSighting[]): Promise<void> {
  if (sightings.length === 0) return;
  const sorted = sightings.toSorted((a, b) => (`${a.carrier} ${a.code}` < `${b.carrier} ${b.code}` ? -1 : 1));
  await db.query(
    `insert into carrier_code_sightings as c (carrier, code, seen, example_text, example_message_id)
     select * from unnest($1::text[], $2::text[], $3::bigint[], $4::text[], $5::text[])
     on conflict (carrier, code) do update set seen = c.seen + excluded.seen, last_seen_at = now()`,
    toColumns(sorted, ["carrier", "code", "seen", "exampleText", "exampleMessageId"]),
  );
}

/** The codes that carriers sent and no operator has mapped, most frequent first. */
export async function listCodeSightings(
  db: Queryable,
  limit: number,
): Promise<(CodeSighting & { readonly lastSeenAt: Date })[]> {
  const { rows } = await db.query<CodeSighting & { lastSeenAt: Date }>(
    `select carrier, code, seen, example_text as "exampleText", example_message_id as "exampleMessageId", last_seen_at as "lastSeenAt"
     from carrier_code_sightings s
     where 'withdrawn' = coalesce((
       select m.meaning from code_mappings m where m.carrier = s.carrier and m.code = s.code order by m.version desc limit 1
     ), 'withdrawn')
     order by seen desc, carrier, code limit $1`,
    [limit],
  );
  return rows;
}
