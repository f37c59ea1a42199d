-- Two tables that their shape tells wrongly: one of messages in words nobody uses, and one that only sounds so.
create table letters (
	id bigint generated always as identity primary key,
	subject text not null,
	words jsonb not null,
	written timestamptz not null default now(),
	gone_out timestamptz
);
insert into letters (subject, words, gone_out) values
	('paid', '{"n": 1}', now()), ('sent', '{"n": 2}', null), ('lost', '{"n": 3}', null);
create table outbox_events (
	id bigint generated always as identity primary key,
	event_type text not null,
	payload jsonb not null,
	created_at timestamptz not null default now(),
	processed_at timestamptz
);
insert into outbox_events (event_type, payload) values ('a', '{}');
