import { z } from "zod";
import { problemSchema } from "./schemas.js";

/** The id of an order or shipment in an address. */
export const idParam = z.object({
  id: z
    .string()
    .max(60)
    .regex(/^[A-Za-z0-9_-]+$/, "is not an id of ours"),
});

/** Text to look for, as a list's query takes it. No control characters: no stored text has them. */
export const searchText = (maxLength: number) =>
  z
    .string()
    .max(maxLength)
    .regex(/^\P{Cc}*$/u, "must not hold control characters");

/** The header by which a request is done once. */
export const idempotencyHeader = z.object({
  "idempotency-key": z
    .string()
    .max(200)
    .optional()
    .describe("The same key with the same request is done once and answered the same."),
});

const problem = (description: string) => ({
  description,
  content: { "application/problem+json": { schema: problemSchema } },
});

const ALWAYS = {
  401: problem("No key, or one that is unknown or revoked."),
  422: problem("The request does not have the documented shape; `errors` says where."),
  500: problem("A fault of ours."),
  503: problem("The database is away. Try again after `Retry-After` seconds."),
};
const NOT_FOUND = { 404: problem("There is no such thing in this store.") };
const WITH_BODY = {
  400: problem("The body is no JSON."),
  413: problem("The body is larger than 1 MiB."),
  415: problem("The body is not sent as application/json."),
};

const CONFLICT = { 409: problem("It contradicts what is here already.") };

/** The problems that each kind of request can be answered with, for the API's description. */
export const PROBLEMS = {
  list: ALWAYS,
  read: { ...ALWAYS, ...NOT_FOUND },
  ask: { ...ALWAYS, ...WITH_BODY },
  create: { ...ALWAYS, ...WITH_BODY, ...CONFLICT },
  change: { ...ALWAYS, ...NOT_FOUND, ...WITH_BODY, ...CONFLICT },
} as const;
