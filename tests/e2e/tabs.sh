#!/bin/sh
# SPDX-License-Identifier: MIT
# Tabs: each has a scope, places and connections of its own; one that cannot connect says why and goes; the
# last one takes souk with it. Services are completed by name.
. tests/support/tmux.sh
mkdir -p "$work/home"
printf '[shop-two]\nhost=%s\ndbname=%s\nuser=support_ben\n[nowhere]\nhost=/nonexistent\n' "$PGHOST" \
	"$PGDATABASE" >"$work/services"
terminal 120x30 "PGSERVICEFILE=$work/services"
type_line 'souk -U support_anna --tenant acme-bakery --open products'
wait_for 'AB-00001'
refuse '1 acme-bakery'
type_text ':tab blue-drugs'
keys Enter
wait_for ' 2 blue-drugs'
expect '1 acme-bakery'
wait_for 'Screens'
type_text ':products'
keys Enter
wait_for 'blue-drugs ▸ Products'
wait_gone 'AB-00001'
keys M-1
wait_for 'acme-bakery ▸ Products'
wait_for 'AB-00001'
# A click on the other's name goes there.
keys M-2
wait_for 'blue-drugs ▸ Products'
send=$(printf '\033[<0;4;1M\033[<0;4;1m' | od -An -v -tx1)
# shellcheck disable=SC2086 # one word per byte
tm send-keys -H $send
wait_for 'acme-bakery ▸ Products'
# Rows that came late, while another tab was in front, are told there.
type_text ':sql SELECT 7 AS seven FROM pg_sleep(4)'
keys Enter
wait_for 'Products ▸ SQL'
keys M-2
wait_for 'blue-drugs ▸ Products'
wait_for 'acme-bakery: the rows of SQL are there'
keys M-1
wait_for 'SEVEN'
keys q
wait_for 'acme-bakery ▸ Products'
# Four in a narrow terminal: what there is room for of each name.
resize 80x24
type_text ':tab northwind-hardware'
keys Enter
wait_for 'northwind-hardware ▸ Screens'
type_text ':tab blue-drugs'
keys Enter
wait_for ' 1 acm… 2 Pro… 3 nor…  4 Scr… '
resize 130x30
# Two of one tenant are told apart by what is seen in them.
wait_for ' 1 acme-bakery  2 Products, blue-drugs  3 northwind-har…   4 Screens, blue-drugs '
resize 120x30
keys q
wait_for ' 1 acme-bakery  2 blue-drugs   3 northwind-har… '
keys q
wait_gone '3 northwind'
keys M-1
wait_for 'acme-bakery ▸ Products'
# Another server: a service, completed by name.
type_text ':connect sho'
wait_for 'shop-two'
keys Tab
wait_for ':connect shop-two'
keys Enter
wait_for 'role support_ben'
expect '1 acme-bakery'
# One that is not there.
type_text ':connect nowhere'
keys Enter
wait_for 'No such file or directory'
expect 'role support_ben'
keys q
wait_gone 'support_ben'
keys M-1
wait_for 'AB-00001'
# A field that is being typed in keeps its tab.
keys e
wait_for 'guarded by'
keys j Enter
type_text 'x'
wait_for 'packx'
keys M-2
wait_for 'acme-bakery ▸ Products'
keys Escape
wait_gone 'packx'
keys q
wait_for '▸AB-00001'
keys q
wait_for 'Screens'
keys q
wait_for 'blue-drugs'
wait_gone '1 acme-bakery'
expect 'READ-ONLY'
keys q
wait_for 'Screens'
keys q
wait_gone 'READ-ONLY'
