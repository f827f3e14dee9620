import type { Pool, PoolClient, QueryConfig } from "pg";

const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 2_000;
/** `cannot_connect_now` of PostgreSQL's appendix A, one of the few codes that make the job library try again. */
const TRY_AGAIN = "57P03";

export interface PatientPoolOptions {
  readonly isUnavailable: (error: unknown) => boolean;
  readonly pause: (ms: number) => Promise<void>;
}

/** A pool for who cannot deal with an absent database. */
export interface PatientPool {
  readonly pool: Pool;
  /** Resolves as soon as somebody waits for a database that is away. From now on whoever waits hears nothing any more. */
  giveUp(): Promise<void>;
}

/**
 * The pool for the job library. What it cannot write about a job that is done it reports to nobody, so that one lost connection would
 * end the process. Here who wants a connection while the database is away waits until it is back, and a query that is cut off
 * fails in the one way after which the library makes it again.
 */
export function createPatientPool(pool: Pool, { isUnavailable, pause }: PatientPoolOptions): PatientPool {
  let waiting = 0;
  let tellAway: (() => void) | null = null;
  const patient = overlay(pool, (name) => (name === "connect" ? connect : undefined));
  return {
    pool: patient,
    giveUp: () =>
      new Promise((resolve) => {
        tellAway = resolve;
        if (waiting > 0) resolve();
      }),
  };

  /** With a callback it is the library's listening connection, which knows how to come back. */
  function connect(callback?: Parameters<Pool["connect"]>[0]): unknown {
    return callback === undefined ? connectInTheEnd() : pool.connect(callback);
  }

  async function connectInTheEnd(): Promise<PoolClient> {
    for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
      try {
        return ask(await pool.connect());
      } catch (error) {
        if (tellAway !== null) return forEver(tellAway);
        if (!isUnavailable(error)) throw error;
      }
      waiting += 1;
      await pause(pauseMs);
      waiting -= 1;
    }
  }

  function ask(client: PoolClient): PoolClient {
    const query = async (question: string | QueryConfig, values?: unknown[]) => {
      try {
        return await client.query(question, values);
      } catch (error) {
        throw toTryAgain(error);
      }
    };
    return overlay(client, (name) => (name === "query" ? query : undefined));
  }

  function toTryAgain(error: unknown): unknown {
    if (!(error instanceof Error) || !isUnavailable(error)) return error;
    return Object.assign(new Error(error.message, { cause: error }), { code: TRY_AGAIN });
  }
}

/** Whoever could be told that nothing came of it has no use for that any more, and would take it for a fault. */
function forEver(begin: () => void): Promise<never> {
  begin();
  return new Promise(() => {});
}

/** An object as it is, but for some members. */
function overlay<T extends object>(target: T, replace: (name: string | symbol) => unknown): T {
  return new Proxy(target, {
    get(_target, name) {
      const replaced = replace(name);
      if (replaced !== undefined) return replaced;
      const value: unknown = Reflect.get(target, name);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}
