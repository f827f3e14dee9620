-- Who pushes what: one row for each shipment (or leg) that goes through a connection, from its registration to its end.

create table shipment_subscriptions (
  shipment_id text primary key references shipments (id) on delete cascade,
  connection_id text not null references connections (id),
  state text not null default 'waiting',
  -- The carrier's id of the subscription, and of the job in which it decides about it.
  reference text,
  job_id text,
  -- When the carrier last agreed, and until when. An expiry of null is for good.
  subscribed_at timestamptz,
  expires_at timestamptz,
  -- When to look at it next; null when there is nothing left to do. A claim puts it off.
  next_attempt_at timestamptz default now(),
  attempts integer not null default 0,
  -- With how many others it may be asked for at most, while a rejected batch is searched for the number at fault.
  batch_limit integer,
  -- Why it is as it is, for operators.
  reason text,
  updated_at timestamptz not null default now(),
  constraint shipment_subscriptions_state_is_known check (state in ('waiting', 'pending', 'subscribed', 'polling', 'failed', 'ended')),
  constraint shipment_subscriptions_pending_has_a_job check (state <> 'pending' or job_id is not null),
  constraint shipment_subscriptions_subscribed_says_when check (state <> 'subscribed' or subscribed_at is not null),
  constraint shipment_subscriptions_failed_says_why check (state not in ('polling', 'failed') or reason is not null)
);
create index shipment_subscriptions_due on shipment_subscriptions (connection_id, next_attempt_at)
  where next_attempt_at is not null and state <> 'pending';
create index shipment_subscriptions_pending on shipment_subscriptions (connection_id, next_attempt_at) where state = 'pending';
create index shipment_subscriptions_by_job on shipment_subscriptions (connection_id, job_id) where job_id is not null;
-- One subscription of a carrier may serve several numbers; it is ended with the last.
create index shipment_subscriptions_by_reference on shipment_subscriptions (connection_id, reference)
  where reference is not null and state <> 'ended';
create index shipment_subscriptions_counted on shipment_subscriptions (connection_id, state) where state <> 'ended';

-- The last verified push, to the minute: a connection that was silent for long is polled as if nothing were subscribed.
alter table connections add column push_heard_at timestamptz;
-- Subscribing may be refused where asking is not, so it has a pause of its own.
alter table connections add column subscribing_paused_until timestamptz;
alter table connections add column subscribing_paused_reason text;

-- What was registered before subscriptions were kept.
insert into shipment_subscriptions (shipment_id, connection_id)
select id, connection_id from shipments
where connection_id is not null and (order_id is not null or leg_of is not null) and voided_at is null and replaced_by is null
  and next_poll_at is not null;
