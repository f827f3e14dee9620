import type { Queryable } from "./database.js";

/**
 * A window of calls as a bucket that fills steadily: it holds `burst` calls (at least 1), and `perSecond` come in. How a
 * limit becomes a pace is a rule of `ingest`.
 */
export interface CallPace {
  readonly burst: number;
  readonly perSecond: number;
}

/** The paces that one connection keeps, all at once; null where it has no such window. */
export interface CallPaces {
  readonly second: CallPace;
  readonly hour: CallPace | null;
  readonly day: CallPace | null;
}

/** What was granted of the calls wanted. `waitMs` is 0 when one was, else how long until the next. */
export interface TakenCalls {
  readonly granted: number;
  readonly waitMs: number;
}

const NO_CONNECTION: TakenCalls = { granted: 0, waitMs: 60_000 };

/**
 * Takes up to `wanted` calls (at least 1) of a connection, for all processes together, in one statement: as many as every
 * window allows. `at` is the moment, by the database's clock where it is null, since the clocks of processes differ.
 */
export async function takeCalls(
  db: Queryable,
  connectionId: string,
  { paces, wanted, at }: { readonly paces: CallPaces; readonly wanted: number; readonly at: Date | null },
): Promise<TakenCalls> {
  const values = [connectionId, wanted, at, ...burstsOf(paces), ...perSecondOf(paces)];
  const { rows } = await db.query<TakenCalls>(TAKE, values);
  if (rows[0] !== undefined) return rows[0];
  await db.query(
    `insert into call_budgets (connection_id) select id from connections where id = $1 on conflict do nothing`,
    [connectionId],
  );
  // Of a connection that is gone there is no call to take.
  return (await db.query<TakenCalls>(TAKE, values)).rows[0] ?? NO_CONNECTION;
}

// `least` and `greatest` pass over null, which is what a window that is not there gives.
const TAKE = `with held as (
    select clock.at,
      $4::float8 - $7::float8 * greatest(0, extract(epoch from second_full_at - clock.at)::float8) as second_ready,
      $5::float8 - $8::float8 * greatest(0, extract(epoch from hour_full_at - clock.at)::float8) as hour_ready,
      $6::float8 - $9::float8 * greatest(0, extract(epoch from day_full_at - clock.at)::float8) as day_ready
    from call_budgets b, (select coalesce($3::timestamptz, clock_timestamp()) as at) as clock
    where b.connection_id = $1
    for no key update of b
  ), verdict as (
    -- A hair's breadth more, since a bucket that fills by fractions is never full to the last digit.
    select at, greatest(0, least($2::int, floor(least(second_ready, hour_ready, day_ready) + 1e-6)))::int as granted,
      ceil(1000 * greatest(0, (1 - second_ready) / $7, (1 - hour_ready) / $8, (1 - day_ready) / $9) - 1e-3)::int as wait_ms
    from held
  ), taken as (
    update call_budgets b set
      second_full_at = greatest(b.second_full_at, v.at) + make_interval(secs => v.granted / $7),
      hour_full_at = coalesce(greatest(b.hour_full_at, v.at) + make_interval(secs => v.granted / $8), b.hour_full_at),
      day_full_at = coalesce(greatest(b.day_full_at, v.at) + make_interval(secs => v.granted / $9), b.day_full_at),
      calls = b.calls + v.granted,
      hour_calls = v.granted + case when b.hour_started_at = date_trunc('hour', v.at, 'UTC') then b.hour_calls else 0 end,
      hour_started_at = date_trunc('hour', v.at, 'UTC'),
      day_calls = v.granted + case when b.day_started_at = date_trunc('day', v.at, 'UTC') then b.day_calls else 0 end,
      day_started_at = date_trunc('day', v.at, 'UTC')
    from verdict v where b.connection_id = $1 and v.granted > 0
  )
  select granted, case when granted = 0 then greatest(1, wait_ms) else 0 end as "waitMs" from verdict`;

/** Gives back calls that were taken and not made. */
export async function giveBackCalls(
  db: Queryable,
  connectionId: string,
  { paces, unused }: { readonly paces: CallPaces; readonly unused: number },
): Promise<void> {
  if (unused <= 0) return;
  await db.query(
    `update call_budgets set
       second_full_at = second_full_at - make_interval(secs => $2::int / $3::float8),
       hour_full_at = coalesce(hour_full_at - make_interval(secs => $2::int / $4::float8), hour_full_at),
       day_full_at = coalesce(day_full_at - make_interval(secs => $2::int / $5::float8), day_full_at),
       calls = greatest(0, calls - $2), hour_calls = greatest(0, hour_calls - $2), day_calls = greatest(0, day_calls - $2)
     where connection_id = $1`,
    [connectionId, unused, ...perSecondOf(paces)],
  );
}

const windowsOf = ({ second, hour, day }: CallPaces) => [second, hour, day];
const burstsOf = (paces: CallPaces) => windowsOf(paces).map((pace) => pace?.burst ?? null);
const perSecondOf = (paces: CallPaces) => windowsOf(paces).map((pace) => pace?.perSecond ?? null);

/**
 * Stops everybody from calling a connection whose carrier was called too often: for as long as it said, else `firstMs`, twice
 * as long each time that it refuses again without an answer in between, up to `longestMs`. Of processes that are refused at
 * the same time one counts. Returns until when.
 */
export async function blockRateLimited(
  db: Queryable,
  connectionId: string,
  wait: {
    readonly retryAfterMs: number | null;
    readonly firstMs: number;
    readonly longestMs: number;
    readonly at: Date;
  },
): Promise<Date> {
  const { rows } = await db.query<{ until: Date }>(
    `update connections set
       blocked_until = greatest(blocked_until, case
         when $2::float8 is not null then $5::timestamptz + make_interval(secs => $2::float8 / 1000)
         when blocked_until > $5 then blocked_until
         else $5 + make_interval(secs => least($4::float8, $3::float8 * 2 ^ least(rate_limited_times, 30)) / 1000) end),
       rate_limited_times = rate_limited_times + case when $2 is not null or blocked_until > $5 then 0 else 1 end,
       blocked_reason = 'rate_limited', updated_at = now()
     where id = $1 returning blocked_until as until`,
    [connectionId, wait.retryAfterMs, wait.firstMs, wait.longestMs, wait.at],
  );
  return rows[0]?.until ?? wait.at;
}

/** A connection was answered: refusals before that count no more. */
export async function forgetRateLimits(db: Queryable, connectionId: string): Promise<void> {
  await db.query(`update connections set rate_limited_times = 0 where id = $1 and rate_limited_times > 0`, [
    connectionId,
  ]);
}
