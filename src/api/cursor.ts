import { z } from "zod";

const MAX_PAGE = 100;

/** The query of every list: how many, and from where. */
export const pageQuery = z.object({
  limit: z.coerce.number().int().min(1).max(MAX_PAGE).default(25),
  cursor: z
    .string()
    .max(60)
    .regex(/^[a-z]+_[0-9a-z]+$/, "is not a cursor of ours")
    .optional()
    .describe("`nextCursor` of the page before."),
});

/** Cuts a page out of one row more than asked for, which tells whether there is another page. */
export function cutPage<Row extends { readonly id: string }>(
  rows: readonly Row[],
  limit: number,
): { rows: readonly Row[]; nextCursor: string | null } {
  const page = rows.slice(0, limit);
  return { rows: page, nextCursor: rows.length > limit ? (page.at(-1)?.id ?? null) : null };
}
