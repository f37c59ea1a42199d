#!/bin/sh
# SPDX-License-Identifier: MIT
# The palette finds screens, commands, tenants on the server and what one was at; the places of a session are
# opened again on request.
. tests/support/tmux.sh
terminal 100x30
type_line 'souk -U support_anna --tenant acme-bakery --open products'
wait_for '▸AB-00001'
keys j Enter
wait_for 'Variants'
keys q
wait_for '▸AB-00002'
keys C-p
wait_for 'Product of acme-bakery'
type_text 'blue'
wait_for 'tenant Blue'
keys Enter
wait_for 'blue-drugs ▸ Products'
keys C-p
wait_for 'Go to'
type_text 'reserva'
wait_for 'screen reservations'
keys Enter
wait_for '▸ Reservations'
# A record that was looked at, a click on it.
keys C-p
wait_for 'Product of acme-bakery'
keys Escape
wait_gone 'Go to'
keys Escape
wait_gone 'Reservations'
type_text ':tab acme-bakery'
keys Enter
wait_for ' 2 acme-bakery'
type_text ':orders status=pending'
keys Enter
wait_for 'acme-bakery ▸ Orders'
kill -TERM "$(pgrep -s "$(tm list-panes -F '#{pane_pid}')" -x souk)"
wait_gone 'READ-ONLY'
[ "$(stat -c %a "$work/home/state/souk/places")" = 600 ] || fail "places are open to others"
type_line 'clear; souk -U support_anna'
wait_for 'Screens'
type_text ':restore'
keys Enter
wait_for ' 2 acme-bakery'
wait_for 'Orders'
wait_for 'status=pending'
keys M-1
wait_for 'blue-drugs ▸ Products'

# What is gone meanwhile (a tenant, a relation, a server) is told, and the rest is opened.
kill -TERM "$(pgrep -s "$(tm list-panes -F '#{pane_pid}')" -x souk)"
wait_gone 'READ-ONLY'
places=$work/home/state/souk/places
{
	sed "s/ [0-9]*\$/ no-such-tenant/; q" "$places"
	sed "s/^open.*/open products/" "$places"
	echo 'open no_such_relation'
	sed "1s|^tab [^ ]*|tab /nonexistent|; 2q" "$places"
} >"$work/gone"
cp "$work/gone" "$places"
type_line 'clear; souk -U support_anna'
wait_for 'Screens'
type_text ':restore'
keys Enter
wait_for '▸ Products'
n=0
# In the log, of which the hints show the latest only; a tab that opens meanwhile takes the place of one that shows it.
until capture | grep -qF '/nonexistent' && capture | grep -qF 'no-such-tenant: no tenant has this id'; do
	n=$((n + 1))
	[ $n -lt 100 ] || fail "the server that is gone is not told"
	keys q m
	sleep 0.2
done
wait_for 'no-such-tenant: no tenant has this id'
wait_for 'no_such_relation: there is no such relation'
