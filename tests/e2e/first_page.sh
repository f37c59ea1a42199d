#!/bin/sh
# SPDX-License-Identifier: MIT
# database: empty
# The first page of a relation without a screen of its own is asked for by the catalog of an earlier session: before the
# server has said that it holds, shown once it has said so of what the page rests on, and asked for once.
. tests/support/tmux.sh
psql -X -q -U postgres -v ON_ERROR_STOP=1 <<'SQL'
CREATE TABLE public.items (id int PRIMARY KEY, name text);
INSERT INTO public.items SELECT i, 'item ' || i FROM generate_series(1, 400) AS i;
ANALYZE public.items;
SQL

# first_pages: how often one was asked for, as the log of the session tells; what goes on from a row is none
first_pages() {
	grep 'read: SELECT q\.' "$work/log" | grep -vc '[<>] (*CAST' || :
}
begin() { # WORDS: what is opened
	: >"$work/log"
	terminal 100x30
	type_line "souk -U postgres --log '$work/log' --open $1"
}

# An earlier session, which keeps what it read.
begin public.items
wait_for 'item 26'
n=0
until [ -n "$(find "$work/home" -path '*catalog/*' -type f)" ]; do
	n=$((n + 1))
	[ $n -lt 600 ] || fail 'the catalog is not kept'
	sleep 0.05
done
stop

asked_for_once() {
	case $words in
	*record*) ;; # the line that is looked at then has its whole width
	*) [ "$(first_pages)" = 1 ] || fail "$words: the first page was asked for $(first_pages) times" ;;
	esac
}
rows() {
	case $words in
	*record*) wait_for 'item 7' ;;
	*-name*) wait_for 'item 99' ;;
	*) wait_for 'item 26' ;;
	esac
}

for words in public.items items "'items --sort -name'" "'items.record id=7'"; do
	# The table's own comments are not told: so nothing is known of what is asked for.
	hold_catalog pg_description
	begin "$words"
	n=0
	until [ "$(first_pages)" = 1 ]; do
		n=$((n + 1))
		[ $n -lt 600 ] || fail "$words is not asked for ahead: $(cat "$work/log")"
		sleep 0.05
	done
	wait_for 'READ-ONLY'
	refuse 'item '
	release_catalog
	rows
	wait_for 'rtt'
	asked_for_once
	stop

	# Only what all else rests on is not told.
	hold_catalog pg_publication_rel
	begin "$words"
	rows
	asked_for_once
	release_catalog
	stop
done

# What is another table by now is not what was asked for ahead.
psql -X -q -U postgres -c 'ALTER TABLE public.items RENAME TO old_items' \
	-c 'CREATE TABLE public.items (id bigint PRIMARY KEY, title text, name text)' \
	-c "INSERT INTO public.items VALUES (1, 'the younger', 'table')"
begin public.items
wait_for 'the younger'
refuse 'item '
