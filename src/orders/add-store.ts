import { type Brand, readBrand } from "../domain/brand.js";
import { Problem } from "../runtime/problem.js";
import type { Queryable } from "../store/database.js";
import { insertStore } from "../store/stores.js";

const MAX_NAME_CHARACTERS = 200;

/** A store as somebody asks for it. Brand fields that are left out stay unset. */
export interface NewStore {
  readonly name: string;
  /** BCP 47, such as `en` or `pt-BR`. */
  readonly language?: string | undefined;
  /** IANA, such as `Europe/Berlin`. */
  readonly timeZone?: string | undefined;
  readonly brand: Partial<Record<BrandField, string | undefined>>;
}

export type BrandField = Exclude<keyof Brand, "name">;

const BRAND_FIELDS: Readonly<Record<BrandField, string>> = {
  logoUrl: "The logo must be an https: address.",
  accentColor: "The accent colour must be six hex digits behind a #, such as #2f5bd7.",
  websiteUrl: "The website must be an https: address.",
  supportUrl: "The support page must be an https: address.",
  supportEmail: "The support address must be an e-mail address, such as help@example.com.",
};

/**
 * Adds a store and returns its id. Its brand is kept as it was checked; whether the accent can be read on a page is seen
 * to when it is drawn.
 * @throws Problem 422 `store_invalid`
 */
export async function addStore(
  db: Queryable,
  store: NewStore,
  { newId }: { readonly newId: (prefix: string) => string },
): Promise<string> {
  const id = newId("sto");
  const name = store.name.trim();
  if (name === "" || name.length > MAX_NAME_CHARACTERS || /\p{Cc}/u.test(name)) {
    throw invalid(`The name of a store is one line of 1 to ${MAX_NAME_CHARACTERS} characters.`);
  }
  await insertStore(db, {
    id,
    name,
    brand: checkedBrand(name, store.brand),
    language: checkedLanguage(store.language ?? "en"),
    timeZone: checkedTimeZone(store.timeZone ?? "UTC"),
  });
  return id;
}

/** What `readBrand` does not take as given is refused here, where somebody can still mend it. */
function checkedBrand(name: string, given: NewStore["brand"]): Partial<Record<BrandField, string>> {
  const read = readBrand(name, given);
  const kept: Partial<Record<BrandField, string>> = {};
  for (const field of Object.keys(BRAND_FIELDS) as BrandField[]) {
    const wanted = given[field];
    if (wanted === undefined) continue;
    const value = read[field];
    const wasTaken = field === "accentColor" ? value === wanted.toLowerCase() : value !== null;
    if (!wasTaken || value === null) throw invalid(BRAND_FIELDS[field]);
    kept[field] = value;
  }
  return kept;
}

function checkedLanguage(language: string): string {
  try {
    const [canonical] = Intl.getCanonicalLocales(language);
    if (canonical !== undefined && canonical.length <= 35) return canonical;
  } catch {
    // The sentence below says it.
  }
  throw invalid("The language must be a BCP 47 tag, such as en or pt-BR.");
}

function checkedTimeZone(timeZone: string): string {
  try {
    return new Intl.DateTimeFormat("en", { timeZone }).resolvedOptions().timeZone;
  } catch {
    throw invalid("The time zone must be an IANA name, such as Europe/Berlin.");
  }
}

function invalid(detail: string): Problem {
  return new Problem(422, "store_invalid", detail);
}
