import type { Queryable } from "./database.js";

/**
 * What has to be known of an order before its page may be shown: which links open it, which version of it is the latest, and
 * what its store says on every page. Read in one row, so that its parts belong together.
 */
export interface PageHead {
  readonly orderId: string;
  readonly viewVersion: number;
  readonly linkEpoch: number;
  /** When the order came to its end, in ms since the epoch; null while it is open. */
  readonly closedAtMs: number | null;
  /** BCP 47: of the order, else of its customer, else of its store. */
  readonly locale: string;
  readonly customerId: string | null;
  readonly store: {
    readonly id: string;
    /** The small number that sealed links carry in clear. */
    readonly storeRef: number;
    readonly name: string;
    readonly brand: unknown;
    readonly language: string;
    readonly timeZone: string;
  };
}

/** The head of one order's page, or null when there is no such order. */
export async function readPageHead(db: Queryable, orderId: string): Promise<PageHead | null> {
  const { rows } = await db.query<PageHead>(
    `select o.id as "orderId", o.view_version as "viewVersion", o.link_epoch as "linkEpoch",
       (extract(epoch from o.closed_at) * 1000)::float8 as "closedAtMs",
       coalesce(o.language, c.language, s.language) as locale, o.customer_id as "customerId",
       jsonb_build_object('id', s.id, 'storeRef', s.store_ref, 'name', s.name, 'brand', s.brand, 'language', s.language,
         'timeZone', s.time_zone) as store
     from orders o join stores s on s.id = o.store_id left join customers c on c.id = o.customer_id
     where o.id = $1`,
    [orderId],
  );
  return rows[0] ?? null;
}
