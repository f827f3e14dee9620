-- The ground: stores and their keys, orders, shipments, what carriers said, what we made of it, what we told whom.
--
-- Lock order, everywhere: shipments by id, then orders by id, then everything else. A transaction that needs a shipment
-- and its order takes them in that order or risks a deadlock with the normaliser.
-- Ids are text (`ord_01h…`), sortable by time. Times are timestamptz in UTC; a carrier's wall clock is text as printed.

create table stores (
  id text primary key,
  -- A small number that goes into sealed links in clear, so that a link can be opened with its store as associated data.
  store_ref integer generated always as identity unique,
  name text not null,
  brand jsonb not null default '{}',
  language text not null default 'en',
  time_zone text not null default 'UTC',
  settings jsonb not null default '{}',
  created_at timestamptz not null default now(),
  constraint stores_name_is_given check (name <> '')
);

create table api_keys (
  id text primary key,
  store_id text not null references stores (id),
  key_hash bytea not null unique,
  label text not null,
  created_at timestamptz not null default now(),
  revoked_at timestamptz,
  constraint api_keys_hash_is_sha256 check (octet_length(key_hash) = 32)
);

-- A store's account with one outside system. Credentials are sealed under the instance's secret key.
create table connections (
  id text primary key,
  store_id text not null references stores (id),
  family text not null,
  connector text not null,
  label text not null,
  credentials_sealed bytea not null,
  enabled boolean not null default true,
  -- Set by a 429 or a lock-out: nobody calls this connection before.
  blocked_until timestamptz,
  blocked_reason text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint connections_family_is_known check (family in ('carrier', 'channel', 'platform', 'erp', 'helpdesk', 'broker'))
);
create index connections_by_store on connections (store_id, family, connector);

-- Access tokens shared by all processes. The row is locked while a token is obtained, so that a carrier which locks out
-- after a burst of token calls sees one.
create table connection_tokens (
  connection_id text primary key references connections (id) on delete cascade,
  token_sealed bytea,
  expires_at timestamptz,
  updated_at timestamptz not null default now()
);

create table customers (
  id text primary key,
  store_id text not null references stores (id),
  -- The store's own id of the customer, else the folded e-mail address.
  customer_key text not null,
  name text,
  email text,
  phone text,
  language text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint customers_are_one_per_key unique (store_id, customer_key)
);

create table orders (
  id text primary key,
  store_id text not null references stores (id),
  number text not null,
  customer_id text references customers (id),
  placed_at timestamptz not null,
  promised_from date,
  promised_to date,
  destination jsonb,
  language text,
  -- Imported history: logged, shown, never announced.
  silent boolean not null default false,
  status text not null default 'order_confirmed',
  -- When the order came to its end; links die 180 days later.
  closed_at timestamptz,
  -- A higher epoch makes every earlier link of the order worthless.
  link_epoch integer not null default 0,
  -- Counts every change that a tracking page shows.
  view_version bigint not null default 0,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint orders_number_is_unique_in_store unique (store_id, number),
  constraint orders_number_is_given check (number <> ''),
  constraint orders_status_is_known check (status in ('order_confirmed', 'label_created', 'in_transit', 'out_for_delivery', 'delivered', 'exception')),
  constraint orders_promise_is_a_range check (promised_to >= promised_from)
);
create index orders_newest_first on orders (store_id, id desc);

create table line_items (
  id text primary key,
  order_id text not null references orders (id) on delete cascade,
  position integer not null,
  sku text,
  title text not null,
  quantity integer not null,
  image_url text,
  constraint line_items_have_a_place unique (order_id, position),
  constraint line_items_quantity_is_positive check (quantity > 0)
);

-- One tracking number with one carrier, in one of its uses: carriers recycle numbers. A shipment without an order is a
-- number that a carrier spoke of before anybody registered it.
create table shipments (
  id text primary key,
  store_id text not null references stores (id),
  order_id text references orders (id),
  connection_id text references connections (id),
  carrier text not null,
  tracking_number text not null,
  use_number integer not null default 1,
  direction text not null default 'outbound',
  service_level text,
  ship_date date,
  carrier_unique_id text,
  -- First of the month in which this row was made. Copied to every scan and never changed: one timeline, one partition.
  shipment_month date not null,
  destination jsonb,
  proof jsonb,
  silent boolean not null default false,
  -- Null until a carrier has said something that moves it.
  status text,
  sub_status text,
  status_since timestamptz,
  last_scan_at timestamptz,
  edd_from date,
  edd_to date,
  edd_window_from text,
  edd_window_to text,
  edd_source text,
  notice_kind text,
  notice_at timestamptz,
  next_poll_at timestamptz,
  last_polled_at timestamptz,
  next_check_at timestamptz,
  voided_at timestamptz,
  replaced_by text references shipments (id),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint shipments_use_is_unique unique (store_id, carrier, tracking_number, use_number),
  constraint shipments_direction_is_known check (direction in ('outbound', 'return')),
  constraint shipments_month_is_a_first check (extract(day from shipment_month) = 1),
  constraint shipments_status_has_a_sub_status check ((status is null) = (sub_status is null)),
  constraint shipments_status_is_known check (status in ('order_confirmed', 'label_created', 'in_transit', 'out_for_delivery', 'delivered', 'exception')),
  constraint shipments_edd_is_a_range check (edd_to >= edd_from)
);
create index shipments_by_order on shipments (order_id, status);
create index shipments_due_for_poll on shipments (connection_id, next_poll_at) where next_poll_at is not null;
create index shipments_unregistered on shipments (created_at) where order_id is null;

create table shipment_items (
  shipment_id text not null references shipments (id) on delete cascade,
  line_item_id text not null references line_items (id) on delete cascade,
  quantity integer not null,
  primary key (shipment_id, line_item_id),
  constraint shipment_items_quantity_is_positive check (quantity > 0)
);

-- Raw bodies, exactly as they came. Never updated. A body is stored once per connection and month.
create table carrier_messages (
  id text not null,
  received_month date not null,
  connection_id text not null,
  source text not null,
  body_hash bytea not null,
  body bytea not null,
  -- What a poll asked about: some answers about one number do not repeat it.
  asked_numbers text[],
  received_at timestamptz not null,
  primary key (id, received_month),
  constraint carrier_messages_are_stored_once unique (connection_id, body_hash, received_month),
  constraint carrier_messages_source_is_known check (source in ('push', 'poll'))
) partition by range (received_month);

-- What waits for the normaliser. Narrow, so that leasing touches few pages; a row is gone when its message is done.
create table carrier_message_queue (
  message_id text primary key,
  received_month date not null,
  lease text,
  leased_until timestamptz,
  attempts integer not null default 0
);
-- The queue is small and its rows change often: keep it in cache and let vacuum visit early.
alter table carrier_message_queue set (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 500);

-- Messages that could not be read or written, with the reason. An operator looks, we mend, then they are tried again.
create table parked_messages (
  message_id text primary key,
  received_month date not null,
  connection_id text not null,
  reason text not null,
  parked_at timestamptz not null default now()
);

-- One statement by a carrier that something happened; every distinct version is a row. Appended only.
create table scan_events (
  shipment_id text not null,
  shipment_month date not null,
  identity text not null,
  digest text not null,
  carrier text not null,
  tracking_number text not null,
  scan_code text not null,
  carrier_code text not null,
  carrier_text text not null,
  occurred_at timestamptz,
  local_time text,
  utc_offset text,
  zone text not null,
  precision text not null,
  place jsonb,
  meaning text not null,
  status text,
  sub_status text,
  revokes_delivery boolean not null default false,
  cancels_return boolean not null default false,
  message_id text not null,
  message_month date not null,
  received_at timestamptz not null,
  created_at timestamptz not null default now(),
  constraint scan_events_version_is_stored_once primary key (shipment_id, identity, digest, shipment_month),
  constraint scan_events_meaning_is_known check (meaning in ('status', 'information', 'unmapped')),
  constraint scan_events_meaning_has_a_status check ((meaning = 'status') = (status is not null and sub_status is not null)),
  constraint scan_events_zone_is_known check (zone in ('offset', 'place', 'unknown'))
) partition by range (shipment_month);
create index scan_events_by_number on scan_events (tracking_number, created_at desc);

-- The log of what was news when we learned it. The last row of a shipment equals its fold.
create table transitions (
  id bigint generated always as identity primary key,
  shipment_id text not null references shipments (id) on delete cascade,
  status text not null,
  sub_status text not null,
  -- The scan version that brought it (identity and digest), and when its status-giving scan happened.
  cause text not null,
  occurred_at timestamptz,
  announced boolean not null,
  learned_at timestamptz not null,
  constraint transitions_are_added_once unique (shipment_id, cause, status, sub_status)
);
create index transitions_by_shipment on transitions (shipment_id, id desc);

-- Every delivery date that anybody stated, with who and when.
create table edd_statements (
  shipment_id text not null references shipments (id) on delete cascade,
  source text not null,
  from_date date not null,
  to_date date not null,
  window_from text,
  window_to text,
  -- Sort key of the newest scan in the body that stated it (ms); null when the body had none.
  newest_scan_key bigint,
  received_at timestamptz not null,
  constraint edd_statements_are_stored_once unique nulls not distinct (shipment_id, source, from_date, to_date, window_from, window_to, newest_scan_key),
  constraint edd_statements_source_is_known check (source in ('carrier', 'predicted', 'promised')),
  constraint edd_statements_are_ranges check (to_date >= from_date)
);

-- The communication log: one row for every piece of news and channel, sent or not.
create table messages (
  id text primary key,
  store_id text not null references stores (id),
  order_id text not null references orders (id) on delete cascade,
  shipment_id text references shipments (id) on delete cascade,
  -- What it tells: `confirmed` for the order itself, else `transition:<id>`.
  cause text not null,
  transition_id bigint references transitions (id) on delete cascade,
  channel text not null,
  status text not null,
  sub_status text not null,
  state text not null,
  -- Why it was suppressed, refused or is unknown.
  reason text,
  merged_into text references messages (id),
  connection_id text references connections (id),
  recipient text,
  language text,
  template text,
  subject text,
  body_text text,
  body_html text,
  -- The worker that has it in hand while `sending`, so that its death can be told from slowness.
  worker_id text,
  gateway_id text,
  attempts integer not null default 0,
  next_attempt_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint messages_cover_news_once unique (order_id, cause, channel),
  constraint messages_channel_is_known check (channel in ('email', 'sms', 'whatsapp', 'push')),
  constraint messages_state_is_known check (state in ('queued', 'sending', 'sent', 'unknown', 'failed', 'suppressed', 'merged')),
  constraint messages_suppressed_says_why check (state <> 'suppressed' or reason is not null),
  constraint messages_merged_says_where check ((state = 'merged') = (merged_into is not null)),
  constraint messages_sending_has_a_worker check (state <> 'sending' or worker_id is not null)
);
create index messages_by_order on messages (order_id, id);
create index messages_in_hand on messages (worker_id) where state = 'sending';

-- What happened to a message, appended only: queued, sending, accepted, refused, unknown, resent, suppressed.
create table message_events (
  id bigint generated always as identity primary key,
  message_id text not null references messages (id) on delete cascade,
  kind text not null,
  detail text,
  at timestamptz not null default now()
);
create index message_events_by_message on message_events (message_id, id);

-- Short links are random and stored hashed. Sealed links need no row.
create table short_links (
  link_hash bytea primary key,
  order_id text not null references orders (id) on delete cascade,
  created_at timestamptz not null default now(),
  revoked_at timestamptz,
  constraint short_links_hash_is_sha256 check (octet_length(link_hash) = 32)
);
create index short_links_by_order on short_links (order_id);

-- Codes a carrier sent that we do not know, with an example, until somebody maps them.
create table carrier_code_sightings (
  carrier text not null,
  code text not null,
  seen bigint not null,
  example_text text not null,
  example_message_id text not null,
  first_seen_at timestamptz not null default now(),
  last_seen_at timestamptz not null default now(),
  primary key (carrier, code)
);

-- Answers already given to a request with an Idempotency-Key.
create table idempotency_keys (
  store_id text not null references stores (id),
  key text not null,
  request_hash bytea not null,
  status integer,
  response jsonb,
  created_at timestamptz not null default now(),
  primary key (store_id, key)
);
create index idempotency_keys_by_age on idempotency_keys (created_at);

-- Processes that are alive. What a dead one had in hand is taken back.
create table workers (
  id text primary key,
  roles text not null,
  -- The names under which its job runner holds jobs.
  job_worker_ids text[] not null default '{}',
  started_at timestamptz not null default now(),
  beat_at timestamptz not null default now()
);

create table audit_log (
  id bigint generated always as identity primary key,
  store_id text,
  actor text not null,
  action text not null,
  subject text not null,
  detail jsonb not null default '{}',
  at timestamptz not null default now()
);
create index audit_log_by_subject on audit_log (subject, id desc);
