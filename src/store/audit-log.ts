import type { Queryable } from "./database.js";

/** Writes down who did what to what. `detail` holds no secret and no personal data. */
export async function writeAudit(
  db: Queryable,
  entry: {
    readonly storeId: string | null;
    readonly actor: string;
    readonly action: string;
    readonly subject: string;
    readonly detail?: object;
  },
): Promise<void> {
  await db.query(
    `insert into audit_log (store_id, actor, action, subject, detail) values ($1, $2, $3, $4, $5::jsonb)`,
    [entry.storeId, entry.actor, entry.action, entry.subject, JSON.stringify(entry.detail ?? {})],
  );
}
