import type { FastifyInstance, FastifyRequest } from "fastify";
import { Problem } from "../runtime/problem.js";
import { hashSecret } from "../runtime/random-secrets.js";
import { findApiKey } from "../store/api-keys.js";
import type { Queryable } from "../store/database.js";

/** Who asks: the store that the key speaks for. */
export interface Caller {
  readonly keyId: string;
  readonly storeId: string;
}

const BEARER = /^Bearer ([A-Za-z0-9_-]{20,100})$/;

const DECORATOR = "caller";

/**
 * Lets nobody into the routes of this scope without a key, before their bodies are even read.
 * Requests then fail with Problem 401 `key_missing` or `key_unknown`.
 */
export function requireKeys(scope: FastifyInstance, db: Queryable): void {
  scope.decorateRequest(DECORATOR, null);
  scope.addHook("onRequest", async (request) => {
    request.setDecorator<Caller>(DECORATOR, await authenticate(db, request));
  });
}

/** Who sent a request of a scope with `requireKeys`. */
export function callerOf(request: FastifyRequest): Caller {
  return request.getDecorator<Caller>(DECORATOR);
}

async function authenticate(db: Queryable, request: FastifyRequest): Promise<Caller> {
  const key = BEARER.exec(request.headers.authorization ?? "")?.[1];
  if (key === undefined) {
    throw new Problem(
      401,
      "key_missing",
      "Send an API key as `Authorization: Bearer wb_…`. `waybill keys create` makes one.",
    );
  }
  const found = await findApiKey(db, hashSecret(key));
  if (found === null) throw new Problem(401, "key_unknown", "This API key is not known, or it was revoked.");
  return { keyId: found.id, storeId: found.storeId };
}
