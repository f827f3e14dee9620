-- What is kept for how long, who sees to it, and the indexes that lists, searches and deletions need.

-- Raw bodies are compressed by lz4 where the server was built with it, which unpacks several times faster than PostgreSQL's
-- own method; that stays where it was not. Partitions made from now on take it over from their parent.
do $$
declare
  part regclass;
begin
  if exists (select from pg_settings where name = 'default_toast_compression' and 'lz4' = any (enumvals)) then
    for part in select relid from pg_partition_tree('carrier_messages') loop
      execute format('alter table %s alter column body set compression lz4', part);
    end loop;
  end if;
end
$$;

-- Work that only one process does at a time. A row instead of an advisory lock: a session's lock would be lost, or kept for ever,
-- behind a pooler that lends connections by the transaction.
create table leases (
  name text primary key,
  holder text not null,
  until timestamptz not null
);

-- How far work has come that goes over a table in small steps.
create table retention_marks (
  name text primary key,
  mark text not null
);

-- When the customer and the address were taken off the order. Null: they are still there, or there were none.
alter table orders add column anonymised_at timestamptz;
create index orders_to_anonymise on orders (created_at) where anonymised_at is null;
create index orders_by_age on orders (created_at);
create index orders_by_customer on orders (customer_id) where customer_id is not null;
create index orders_by_status on orders (store_id, status, id desc);
create index customers_by_email on customers (store_id, lower(email)) where email is not null;

-- Lists, all and by status. Deleting a shipment asks who was replaced by it.
create index shipments_newest_first on shipments (store_id, id desc) where order_id is not null;
create index shipments_by_status on shipments (store_id, status, id desc) where order_id is not null;
create index shipments_by_month on shipments (shipment_month);
create index shipments_replaced on shipments (replaced_by) where replaced_by is not null;
create index shipment_items_by_line_item on shipment_items (line_item_id);

-- A message outlives the parcel that it told of: the log has a period of its own.
alter table messages drop constraint messages_shipment_id_fkey,
  add constraint messages_shipment_id_fkey foreign key (shipment_id) references shipments (id) on delete set null;
alter table messages drop constraint messages_transition_id_fkey,
  add constraint messages_transition_id_fkey foreign key (transition_id) references transitions (id) on delete set null;
create index messages_by_shipment on messages (shipment_id) where shipment_id is not null;
create index messages_by_transition on messages (transition_id) where transition_id is not null;
create index messages_by_lead on messages (merged_into) where merged_into is not null;
create index messages_with_texts on messages (created_at) where body_text is not null or body_html is not null;
create index messages_with_recipients on messages (created_at) where recipient is not null;
create index messages_by_recipient on messages (store_id, lower(recipient)) where recipient is not null;
create index messages_in_trouble on messages (state, id) where state in ('unknown', 'failed');

-- Answers to polls that brought nothing new are kept for days, all other bodies for months.
create index carrier_messages_polled on carrier_messages (id) where source = 'poll';
