-- What operators say that carriers' codes mean, where the release does not know them. Every saying is a row and stays; the
-- newest version of a code counts. Codes mean the same for every store, so this belongs to the installation.
create table code_mappings (
  -- Grows with every change, so that one look at the greatest tells whether anything is new. Writers take turns.
  id bigint generated always as identity primary key,
  carrier text not null,
  code text not null,
  version integer not null,
  -- `withdrawn`: the code is unmapped again.
  meaning text not null,
  sub_status text,
  revokes_delivery boolean not null default false,
  cancels_return boolean not null default false,
  actor text not null,
  reason text not null,
  created_at timestamptz not null default now(),
  constraint code_mappings_have_versions unique (carrier, code, version),
  constraint code_mappings_meaning_is_known check (meaning in ('status', 'information', 'withdrawn')),
  constraint code_mappings_status_has_a_sub_status check ((meaning = 'status') = (sub_status is not null)),
  constraint code_mappings_flags_need_a_status check (meaning = 'status' or not (revokes_delivery or cancels_return)),
  constraint code_mappings_say_why check (reason <> ''),
  constraint code_mappings_name_a_code check (code <> '')
);
