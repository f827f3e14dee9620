-- Several numbers and several voices for one parcel: the legs that partners carry, and what aggregators relay.

-- The carrier that has the parcel, where only an aggregator knows (the shipment is registered with the aggregator).
alter table shipments add column underlying_carrier text;

-- A number under which a shipment goes on is a row of its own, so that it is locked, polled and subscribed like any; its
-- scans are filed under the shipment. A leg has no order of its own and dies with its shipment.
alter table shipments add column leg_of text references shipments (id) on delete cascade;
alter table shipments add column leg_relation text;
alter table shipments add constraint shipments_leg_has_a_relation check ((leg_of is null) = (leg_relation is null));
alter table shipments add constraint shipments_leg_relation_is_known check (leg_relation in ('next_leg', 'return', 'reroute'));
alter table shipments add constraint shipments_leg_has_no_order check (leg_of is null or order_id is null);
create index shipments_legs on shipments (leg_of) where leg_of is not null;

alter table scan_events add column relayed boolean not null default false;
alter table scan_events add column on_return_leg boolean not null default false;

-- A notice names a number and a connection; under which carrier the number is registered there has to be looked up.
create index shipments_by_number on shipments (tracking_number);
