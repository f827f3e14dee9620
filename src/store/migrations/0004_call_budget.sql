-- Polling under a budget: how many calls a connection may make, how many it made, and in which order its shipments come.

-- What this account was granted, where that differs from what the carrier grants a new one.
alter table connections add column calls_per_second double precision;
alter table connections add column calls_per_hour integer;
alter table connections add column calls_per_day integer;
alter table connections add column poll_batch_size integer;
alter table connections add constraint connections_calls_per_second_is_a_rate check (calls_per_second > 0 and calls_per_second <= 10000);
alter table connections add constraint connections_calls_per_hour_is_positive check (calls_per_hour > 0);
alter table connections add constraint connections_calls_per_day_is_positive check (calls_per_day > 0);
alter table connections add constraint connections_poll_batch_size_is_positive check (poll_batch_size > 0);
-- Refusals for being called too often, one after the other, that named no time to come back.
alter table connections add column rate_limited_times integer not null default 0;

-- The calls of each connection, shared by all processes. A window is a bucket of which one instant is kept: the one at which
-- it will be full again. The counts are for people.
create table call_budgets (
  connection_id text primary key references connections (id) on delete cascade,
  second_full_at timestamptz not null default 'epoch',
  hour_full_at timestamptz not null default 'epoch',
  day_full_at timestamptz not null default 'epoch',
  calls bigint not null default 0,
  hour_started_at timestamptz not null default 'epoch',
  hour_calls integer not null default 0,
  -- By UTC.
  day_started_at timestamptz not null default 'epoch',
  day_calls integer not null default 0
) with (fillfactor = 50);

-- Who comes first among the shipments that are due, as planned when they were last asked about. What was never asked about has
-- the rank of a label.
alter table shipments add column poll_rank smallint not null default 2;
-- What still waits for its turn then comes first from that moment on: its delivery day begins, or it has ended for good.
alter table shipments add column poll_urgent_at timestamptz;
-- The most numbers that it may be asked about with, after the carrier rejected a call about more. Null when it was answered.
alter table shipments add column poll_batch_limit integer;
-- What was planned rests on facts that have changed since.
alter table shipments add column poll_plan_stale boolean not null default false;
alter table shipments add constraint shipments_poll_rank_is_known check (poll_rank between 0 and 3);
alter table shipments add constraint shipments_poll_batch_limit_is_positive check (poll_batch_limit > 0);
create index shipments_by_poll_rank on shipments (connection_id, poll_rank, next_poll_at) where next_poll_at is not null;
create index shipments_poll_urgent on shipments (poll_urgent_at) where poll_urgent_at is not null;
create index shipments_to_plan on shipments (id) where poll_plan_stale and next_poll_at is not null;
drop index shipments_due_for_poll;

-- Several write what a plan rests on, and none of them plans polls; so the row itself notes it.
create function mark_poll_plan_stale() returns trigger language plpgsql as $$
begin
  new.poll_plan_stale := true;
  return new;
end
$$;
create trigger shipments_mark_poll_plan_stale
  before update of status, sub_status, edd_from, edd_to, notice_kind on shipments
  for each row
  when (new.next_poll_at is not null and (old.status, old.sub_status, old.edd_from, old.edd_to, old.notice_kind)
    is distinct from (new.status, new.sub_status, new.edd_from, new.edd_to, new.notice_kind))
  execute function mark_poll_plan_stale();
