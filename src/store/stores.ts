import { toJson } from "./columns.js";
import type { Queryable } from "./database.js";

/** A store as its settings say. `brand` and `settings` are checked where they are read and written. */
export interface StoreRow {
  readonly id: string;
  /** The small number that sealed links carry in clear. */
  readonly storeRef: number;
  readonly name: string;
  readonly brand: unknown;
  readonly language: string;
  readonly timeZone: string;
  readonly settings: unknown;
  readonly createdAt: Date;
}

const STORE_COLUMNS = `id, store_ref as "storeRef", name, brand, language, time_zone as "timeZone", settings, created_at as "createdAt"`;

/** Adds a store. */
export async function insertStore(
  db: Queryable,
  store: {
    readonly id: string;
    readonly name: string;
    readonly brand: unknown;
    readonly language: string;
    readonly timeZone: string;
  },
): Promise<void> {
  await db.query(`insert into stores (id, name, brand, language, time_zone) values ($1, $2, $3::jsonb, $4, $5)`, [
    store.id,
    store.name,
    toJson(store.brand),
    store.language,
    store.timeZone,
  ]);
}

/** One store by its id, or null. */
export async function findStore(db: Queryable, id: string): Promise<StoreRow | null> {
  const { rows } = await db.query<StoreRow>(`select ${STORE_COLUMNS} from stores where id = $1`, [id]);
  return rows[0] ?? null;
}

/** All stores, oldest first. */
export async function listStores(db: Queryable): Promise<StoreRow[]> {
  const { rows } = await db.query<StoreRow>(`select ${STORE_COLUMNS} from stores order by id limit 1000`);
  return rows;
}
