-- SPDX-License-Identifier: MIT
-- A platform of hosted libraries: users with a uuid in a token, memberships with roles, helpers that
-- are SECURITY DEFINER, files below folders, invitations, what is lent between branches.
-- What a comment calls "hole" must raise a finding above info, what it calls "sound" none.
-- Run by a superuser in an empty database of its own cluster.
\set ON_ERROR_STOP on
\set QUIET on
\o /dev/null
SET client_min_messages = error;
create role anon nologin;
create role authenticated nologin;
create role service_role nologin bypassrls;
create role authenticator login noinherit;
grant anon, authenticated to authenticator;
create role dba_admin nologin;
revoke create on schema public from public;
create schema auth authorization dba_admin;
create schema app_private authorization dba_admin;
create schema storage authorization dba_admin;
grant usage on schema public, auth, storage to anon, authenticated, service_role;
grant usage on schema app_private to authenticated;
grant create, usage on schema public to dba_admin;
set role dba_admin;
create table auth.users (id uuid primary key default gen_random_uuid(), email text unique, raw_app_meta_data jsonb not null default '{}', raw_user_meta_data jsonb not null default '{}');
create function auth.jwt() returns jsonb language sql stable as $$ select nullif(current_setting('request.jwt.claims', true), '')::jsonb $$;
create function auth.uid() returns uuid language sql stable as $$ select coalesce(nullif(current_setting('request.jwt.claim.sub', true), ''), (nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'sub'))::uuid $$;
create function auth.role() returns text language sql stable as $$ select auth.jwt() ->> 'role' $$;
insert into auth.users (id, email, raw_app_meta_data) select ('00000000-0000-4000-8000-00000000000' || n)::uuid, 'u' || n || '@example.org', jsonb_build_object('branch', '10000000-0000-4000-8000-00000000000' || (n + 1) / 2) from generate_series(1, 6) n;

create table public.branches (id uuid primary key default gen_random_uuid(), slug text not null unique, name text not null, plan text not null default 'free', created_by uuid references auth.users on delete set null, created_at timestamptz not null default now());
insert into public.branches (id, slug, name, created_by) select ('10000000-0000-4000-8000-00000000000' || n)::uuid, 'b' || n, 'Branch ' || n, ('00000000-0000-4000-8000-00000000000' || n * 2 - 1)::uuid from generate_series(1, 3) n;
create table public.branch_members (branch_id uuid not null references public.branches on delete cascade, user_id uuid not null references auth.users on delete cascade, role text not null default 'reader', primary key (branch_id, user_id));
create index on public.branch_members (user_id);
insert into public.branch_members select ('10000000-0000-4000-8000-00000000000' || (n + 1) / 2)::uuid, ('00000000-0000-4000-8000-00000000000' || n)::uuid, case when n % 2 = 1 then 'owner' else 'reader' end from generate_series(1, 6) n;
create function app_private.my_branches() returns setof uuid language sql stable security definer set search_path = '' as $$ select branch_id from public.branch_members where user_id = (select auth.uid()) $$;
create function app_private.has_role(p_branch uuid, variadic p_roles text[]) returns boolean language plpgsql stable security definer set search_path = '' as $$
begin
  if auth.uid() is null then
    return false;
  end if;
  return exists (select 1 from public.branch_members m where m.branch_id = p_branch and m.user_id = auth.uid() and m.role = any (p_roles));
end $$;
-- only asks whether the reader is an owner of anything
create function app_private.is_owner() returns boolean language sql stable security definer set search_path = '' as $$ select exists (select 1 from public.branch_members where user_id = auth.uid() and role = 'owner') $$;
create function app_private.is_staff(p_branch uuid) returns boolean language plpgsql stable security definer set search_path = '' as $$
declare
  r text;
begin
  select m.role into r from public.branch_members m where m.user_id = auth.uid() and m.branch_id = p_branch;
  if not found then
    -- machines have no membership
    return coalesce(auth.jwt() ->> 'kind', 'machine') = 'machine';
  end if;
  return r in ('owner', 'librarian');
end $$;
revoke execute on all functions in schema app_private from public;
grant execute on all functions in schema app_private to authenticated;
alter table public.branches enable row level security;
create policy "Members can view their branch" on public.branches for select to authenticated using (id in (select app_private.my_branches()));
create policy "Owners can change their branch" on public.branches for update to authenticated using (app_private.has_role(id, 'owner'));
grant select, update (name) on public.branches to authenticated;
alter table public.branch_members enable row level security;
create policy "Members can view who is there" on public.branch_members for select to authenticated using (branch_id in (select app_private.my_branches()));
grant select on public.branch_members to authenticated;
-- the owner's helpers must see what forced security hides
reset role;
alter function app_private.my_branches() owner to postgres;
alter function app_private.has_role(uuid, text[]) owner to postgres;
alter function app_private.is_owner() owner to postgres;
alter function app_private.is_staff(uuid) owner to postgres;
set role dba_admin;

create function pg_temp.t(n text, extra text default '') returns void language plpgsql as $$
begin
  execute format('create table public.%I (id uuid primary key default gen_random_uuid(), branch_id uuid not null references public.branches on delete restrict, author_id uuid, title text not null default ''x'', created_at timestamptz not null default now() %s)', n, extra);
  execute format('create index on public.%I (branch_id)', n);
  execute format('insert into public.%I (branch_id, author_id, title) select m.branch_id, m.user_id, ''t'' || k || m.role from public.branch_members m, generate_series(1, 2) k', n);
  execute format('alter table public.%I enable row level security, force row level security', n);
  execute format('grant select, insert, update, delete on public.%I to authenticated', n);
end $$;
create function pg_temp.p(n text, cmd text, u text, c text default null, extra text default 'to authenticated') returns void language plpgsql as $$
begin
  execute format('create policy %I on public.%I for %s %s %s %s', n || ' ' || cmd || md5(extra || coalesce(u, '') || coalesce(c, '')), n, cmd, extra, 'using (' || u || ')', 'with check (' || c || ')');
exception when others then
  raise exception '% % %: %', n, cmd, u, sqlerrm;
end $$;
create or replace function pg_temp.p(n text, cmd text, u text, c text default null, extra text default 'to authenticated') returns void language plpgsql as $$
begin
  execute format('create policy %I on public.%I %s for %s %s', left(n || cmd || md5(extra || coalesce(u, '') || coalesce(c, '')), 40), n, case when extra like 'as %' then extra else '' end, cmd, case when extra like 'to %' then extra else '' end) || coalesce(' using (' || u || ')', '') || coalesce(' with check (' || c || ')', '');
end $$;
select pg_temp.t('books'); select pg_temp.p('books', 'all', 'branch_id in (select app_private.my_branches())'); alter table books no force row level security;
comment on table books is 'sound';
select pg_temp.t('shelves'); select pg_temp.p('shelves', 'select', 'app_private.has_role(branch_id, ''owner'', ''librarian'', ''reader'')'); select pg_temp.p('shelves', 'insert', null, 'app_private.has_role(branch_id, ''owner'')'); select pg_temp.p('shelves', 'update', 'app_private.has_role(branch_id, ''owner'')');
comment on table shelves is 'sound: delete simply is not there for the policies';
revoke delete on shelves from authenticated;
select pg_temp.t('fines'); select pg_temp.p('fines', 'all', 'app_private.is_owner()');
comment on table fines is 'hole: owner of any branch';
select pg_temp.t('deliveries'); select pg_temp.p('deliveries', 'all', 'app_private.is_staff(branch_id)');
comment on table deliveries is 'hole: whoever has no membership and no kind';
select pg_temp.t('notes'); select pg_temp.p('notes', 'select', 'author_id = (select auth.uid())'); select pg_temp.p('notes', 'insert', null, 'author_id = (select auth.uid()) and branch_id in (select app_private.my_branches())');
revoke update, delete on notes from authenticated;
comment on table notes is 'sound: of a person';
select pg_temp.t('reviews', ', visible boolean not null default false'); select pg_temp.p('reviews', 'all', 'branch_id in (select app_private.my_branches())'); select pg_temp.p('reviews', 'insert', null, 'auth.role() = ''authenticated''');
comment on table reviews is 'hole: anybody writes for any branch';
select pg_temp.t('loans'); select pg_temp.p('loans', 'select', 'branch_id in (select app_private.my_branches())'); select pg_temp.p('loans', 'insert', null, 'branch_id in (select app_private.my_branches())'); select pg_temp.p('loans', 'update', 'branch_id in (select app_private.my_branches())', 'true'); select pg_temp.p('loans', 'delete', 'author_id is not null');
comment on table loans is 'hole: moved away, deleted blindly';
select pg_temp.t('requests'); select pg_temp.p('requests', 'all', 'exists (select 1 from public.branch_members m where m.user_id = (select auth.uid()) and branch_id = m.branch_id)');
comment on table requests is 'hole: the name without a table is the inner one';
select pg_temp.t('purchases'); select pg_temp.p('purchases', 'all', 'exists (select 1 from public.branch_members m where m.user_id = (select auth.uid()) and m.branch_id = purchases.branch_id and m.role <> ''reader'')');
comment on table purchases is 'sound';
select pg_temp.t('budgets'); select pg_temp.p('budgets', 'all', '(auth.jwt() -> ''user_metadata'' ->> ''branch'')::uuid = branch_id');
comment on table budgets is 'hole: what a user writes about himself';
select pg_temp.t('invoices'); select pg_temp.p('invoices', 'all', '((select auth.jwt()) -> ''app_metadata'' ->> ''branch'')::uuid = branch_id');
comment on table invoices is 'sound';
select pg_temp.t('salaries'); select pg_temp.p('salaries', 'all', 'branch_id = coalesce((auth.jwt() -> ''app_metadata'' ->> ''branch'')::uuid, branch_id)');
comment on table salaries is 'hole: no claim, all rows';
select pg_temp.t('posters', ', is_public boolean not null default false'); select pg_temp.p('posters', 'all', 'branch_id in (select app_private.my_branches())'); select pg_temp.p('posters', 'select', 'is_public', null, 'to anon'); grant select on posters to anon;
comment on table posters is 'sound: published';
select pg_temp.t('drafts', ', is_public boolean not null default false'); select pg_temp.p('drafts', 'all', 'branch_id in (select app_private.my_branches()) or is_public');
comment on table drafts is 'hole: what is public anybody changes';
select pg_temp.t('alarms'); select pg_temp.p('alarms', 'all', 'true'); select pg_temp.p('alarms', 'select', 'branch_id in (select app_private.my_branches())', null, 'as restrictive');
comment on table alarms is 'hole: the floor is of reading only';
select pg_temp.t('doors'); select pg_temp.p('doors', 'all', 'true'); select pg_temp.p('doors', 'all', 'branch_id in (select app_private.my_branches())', null, 'as restrictive');
comment on table doors is 'sound';
select pg_temp.t('windows'); select pg_temp.p('windows', 'all', 'true', null, 'to service_role'); select pg_temp.p('windows', 'all', 'branch_id in (select app_private.my_branches())');
comment on table windows is 'sound: the service bypasses anyway';
select pg_temp.t('visits'); select pg_temp.p('visits', 'all', 'auth.role() = ''service_role'' or branch_id in (select app_private.my_branches())');
comment on table visits is 'sound: a claim that is checked';
select pg_temp.t('staffing'); select pg_temp.p('staffing', 'all', 'auth.uid() is not null');
comment on table staffing is 'hole: whoever has signed in';
select pg_temp.t('rooms'); alter table rooms disable row level security; select pg_temp.p('rooms', 'all', 'branch_id in (select app_private.my_branches())');
comment on table rooms is 'hole: policies, not switched on';
select pg_temp.t('kiosks'); alter table kiosks disable row level security; revoke all on kiosks from authenticated;
comment on table kiosks is 'sound: nobody reaches it';
-- lent between branches: both may read, the lender alone writes
create table exchanges (id uuid primary key default gen_random_uuid(), lender_branch uuid not null references branches on delete restrict, borrower_branch uuid not null references branches on delete restrict, title text not null);
insert into exchanges (lender_branch, borrower_branch, title) select a.id, b.id, 'e' from branches a, branches b where a.id <> b.id;
create index on exchanges (lender_branch); create index on exchanges (borrower_branch);
alter table exchanges enable row level security, force row level security;
create policy "both" on exchanges for select to authenticated using (lender_branch in (select app_private.my_branches()) or borrower_branch in (select app_private.my_branches()));
create policy lender on exchanges for insert to authenticated with check (lender_branch in (select app_private.my_branches()));
grant select, insert on exchanges to authenticated;
comment on table exchanges is 'sound: of both';
-- invitations
create table invitations (token uuid primary key default gen_random_uuid(), branch_id uuid not null references branches on delete cascade, email text not null, role text not null default 'reader', accepted boolean not null default false);
create index on invitations (branch_id);
insert into invitations (branch_id, email) select id, slug || '@example.org' from branches;
alter table invitations enable row level security, force row level security;
create policy own on invitations for all to authenticated using (app_private.has_role(branch_id, 'owner'));
create policy "with link" on invitations for select to anon, authenticated using (token is not null);
grant select, insert, delete on invitations to authenticated;
grant select on invitations to anon;
comment on table invitations is 'hole: every token is readable';
-- children
create table book_copies (id uuid primary key default gen_random_uuid(), book_id uuid not null references books on delete cascade, barcode text not null);
create index on book_copies (book_id);
insert into book_copies (book_id, barcode) select id, 'c' || id from books;
alter table book_copies enable row level security, force row level security;
create policy parent on book_copies for all to authenticated using (exists (select 1 from books b where b.id = book_copies.book_id));
grant select, insert, update, delete on book_copies to authenticated;
comment on table book_copies is 'sound: the parent''s policy decides';
create table book_scans (id uuid primary key default gen_random_uuid(), book_id uuid not null references books on delete cascade, page int not null);
create index on book_scans (book_id);
insert into book_scans (book_id, page) select id, 1 from books;
alter table book_scans enable row level security, force row level security;
create policy parent on book_scans for select to authenticated using (exists (select 1 from books b where b.id = book_id or b.id is not null));
grant select on book_scans to authenticated;
comment on table book_scans is 'hole: any book will do';
create table genres (id int primary key, name text not null unique);
insert into genres values (1, 'poems'), (2, 'maps');
grant select on genres to anon, authenticated;
comment on table genres is 'sound: of nobody';
-- files
create table storage.objects (id uuid primary key default gen_random_uuid(), bucket_id text not null, name text not null, owner uuid, unique (bucket_id, name));
create function storage.foldername(name text) returns text[] language sql immutable as $$ select (string_to_array(name, '/'))[1 : cardinality(string_to_array(name, '/')) - 1] $$;
insert into storage.objects (bucket_id, name, owner) select x.b, m.branch_id || '/' || m.user_id || '.pdf', m.user_id from public.branch_members m, (values ('covers'), ('contracts'), ('scans')) x(b);
alter table storage.objects enable row level security, force row level security;
create policy contracts on storage.objects for select to authenticated using (bucket_id = 'contracts' and (storage.foldername(name))[1]::uuid in (select app_private.my_branches()));
grant select on storage.objects to authenticated;
comment on table storage.objects is 'sound: by folder';
-- views and functions of the interface
reset role;
create view public.branch_stats as select branch_id, count(*) as books from public.books group by branch_id;
grant select on public.branch_stats to authenticated;
comment on view branch_stats is 'hole: of a superuser';
create view public.my_books with (security_invoker = on) as select * from public.books;
grant select on public.my_books to authenticated;
comment on view my_books is 'sound';
create view public.catalogue as select b.id, b.title, br.name from public.books b join public.branches br on br.id = b.branch_id where b.branch_id in (select app_private.my_branches());
alter view public.catalogue set (security_barrier = true);
grant select on public.catalogue to authenticated;
comment on view catalogue is 'sound: filtered, with a barrier';
create materialized view public.top_titles as select branch_id, title, count(*) as n from public.loans group by 1, 2;
grant select on public.top_titles to anon, authenticated;
comment on materialized view top_titles is 'hole';
create function public.search_books(q text) returns setof public.books language sql stable security definer set search_path = '' as $$ select * from public.books where title ilike '%' || q || '%' $$;
comment on function search_books(text) is 'hole';
create function public.search_mine(q text) returns setof public.books language sql stable set search_path = '' as $$ select * from public.books where title ilike '%' || q || '%' $$;
comment on function search_mine(text) is 'sound: as the caller';
create function public.search_branch(p_branch uuid, q text) returns setof public.books language plpgsql stable security definer set search_path = '' as $$
begin
  if not app_private.has_role(p_branch, 'owner', 'librarian', 'reader') then
    raise exception 'not yours' using errcode = '42501';
  end if;
  return query select * from public.books b where b.branch_id = p_branch and b.title ilike '%' || q || '%';
end $$;
comment on function search_branch(uuid, text) is 'sound: asks first';
create function public.close_branch(p_branch uuid) returns void language plpgsql security definer set search_path = '' as $$
begin
  if auth.uid() is null then
    raise exception 'sign in';
  end if;
  delete from public.loans where branch_id = p_branch;
end $$;
comment on function close_branch(uuid) is 'hole: asks only who is there';
create function public.accept_invitation(p_token uuid) returns uuid language plpgsql security definer set search_path = '' as $$
declare
  v public.invitations;
begin
  update public.invitations set accepted = true where token = p_token and not accepted returning * into v;
  if v.token is null then
    return null;
  end if;
  insert into public.branch_members values (v.branch_id, auth.uid(), v.role) on conflict do nothing;
  return v.branch_id;
end $$;
comment on function accept_invitation(uuid) is 'sound: a token that nobody guesses';
revoke execute on all functions in schema public from public;
grant execute on all functions in schema public to authenticated;
alter table public.branches force row level security; alter table public.books force row level security; alter table public.branch_members force row level security;
analyze;
