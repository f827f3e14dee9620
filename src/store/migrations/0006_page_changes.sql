-- Whoever holds tracking pages in memory hears of every write that such a page shows, from the writing transaction itself.
-- A trigger and not the writer says it, so that no writer, present or future, can forget to. One statement of many rows
-- makes one notification for each 100 orders: a payload holds less than 8,000 bytes, and an id of ours is 30 of them.

-- `o:<order>:<view version>:<link epoch>`, or `o:<order>:gone`, with blanks between.
create function notify_orders_changed() returns trigger language plpgsql as $$
begin
  perform pg_notify('waybill_pages_changed', string_agg(format('o:%s:%s:%s', id, view_version, link_epoch), ' '))
  from (select id, view_version, link_epoch, (row_number() over () - 1) / 100 as part from changed) t
  group by part;
  return null;
end
$$;

create function notify_orders_gone() returns trigger language plpgsql as $$
begin
  perform pg_notify('waybill_pages_changed', string_agg(format('o:%s:gone', id), ' '))
  from (select id, (row_number() over () - 1) / 100 as part from gone) t
  group by part;
  return null;
end
$$;

create trigger orders_notify_changed after update on orders
  referencing new table as changed for each statement execute function notify_orders_changed();
create trigger orders_notify_gone after delete on orders
  referencing old table as gone for each statement execute function notify_orders_gone();

-- Name, brand, language and time zone of a store are on every page of it, and a customer's language is that of their orders
-- which say none: too many orders to count a version up in each, so the store or the customer is named instead.
create function notify_page_owner_changed() returns trigger language plpgsql as $$
begin
  perform pg_notify('waybill_pages_changed', tg_argv[0] || ':' || new.id);
  return null;
end
$$;

create trigger stores_notify_changed after update on stores
  for each row when (old.* is distinct from new.*) execute function notify_page_owner_changed('s');
create trigger customers_notify_changed after update of language on customers
  for each row when (old.language is distinct from new.language) execute function notify_page_owner_changed('c');
