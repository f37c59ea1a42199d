#!/bin/sh
# SPDX-License-Identifier: MIT
# database: empty
# The first screen is asked for before anything is known of the server: what needs its version or its catalog waits.
. tests/support/tmux.sh
psql -qc 'CREATE TABLE public.accounts (id int PRIMARY KEY)' -c 'CREATE TABLE public.ledger (id int PRIMARY KEY)'
terminal 100x24
for screen in bypass role-members; do
	type_line "souk -U postgres --open $screen"
	wait_for '1–'
	refuse '42703'
	type_line ':q!'
	wait_gone 'READ-ONLY'
done
type_line "souk -U postgres --open 'relation ledger'"
wait_for 'Owner'
expect 'ledger'
refuse 'accounts'
type_line ':q!'
wait_gone 'READ-ONLY'
type_line "souk -U postgres --open 'relation nowhere'"
wait_for 'nowhere'
stop

# A relation that is asked for while the catalog is still being read.
hold_catalog pg_trigger
terminal 100x24
type_line 'souk -U postgres'
wait_for 'Screens'
type_line ':describe ledger'
type_line ':messages'
wait_for 'What was said'
refuse 'error'
release_catalog
wait_for 'Owner'
expect 'ledger'
stop

# What is typed before the first screen is there is for that screen: a jump, a search, a command.
psql -qc "INSERT INTO public.ledger SELECT generate_series(1, 400)"
begin() { # LINE: a server of which nothing is kept, until it is asked for the catalog
	rm -rf "$work/home/cache" "$work/home/.cache" "$work/home/state"
	hold_catalog pg_trigger
	terminal 100x30
	type_line "$1"
	wait_for 'READ-ONLY'
}
begin 'souk -U postgres --open public.ledger'
keys G
wait_for '1 key waits for public.ledger'
release_catalog
wait_for '▸400'
stop

begin 'souk -U postgres --open public.ledger'
type_line ':filter id < 300'
type_line ':sort -id'
wait_for 'keys wait for public.ledger'
release_catalog
wait_for '▸299'
expect 'sort -id'
stop

# Esc drops it; where there is no such place, so is what was for it, and that is said.
begin 'souk -U postgres --open public.nobodys'
keys G
wait_for '1 key waits'
keys Escape
wait_for 'dropped: it was given up'
keys G
release_catalog
wait_for 'nobodys: there is no such relation'
expect 'Screens'
stop
begin 'souk -U postgres --open public.nobodys'
keys G Enter
wait_for '2 keys wait'
release_catalog
wait_for 'dropped: its screen did not come'
expect 'Screens'
stop
