#!/bin/sh
# SPDX-License-Identifier: MIT
# The mouse alone: the palette from anywhere, the menu, tabs, the way back, heads of columns, panes and the line
# between them, questions, fields.
. tests/support/tmux.sh

# mouse BUTTON COL ROW, from 1; press and, but for the wheel, release
mouse() {
	bytes=$(printf '\033[<%d;%d;%dM' "$1" "$2" "$3")
	[ "$1" -ge 32 ] || bytes=$bytes$(printf '\033[<%d;%d;%dm' "$1" "$2" "$3")
	# shellcheck disable=SC2046 # one word per byte
	tm send-keys -H $(printf %s "$bytes" | od -An -v -tx1)
}

# Where a text stands: sets row and col, from 1.
find_text() {
	wait_for "$1"
	row=$(capture | grep -nF -- "$1" | head -n 1 | cut -d: -f1)
	before=$(capture | sed -n "${row}p")
	before=${before%%"$1"*}
	col=$(($(printf %s "$before" | wc -m) + 1))
}
click() {
	find_text "$1"
	mouse 0 "$col" "$row"
}
# Not twice within the time of a double click on one place.
double_click() {
	find_text "$1"
	mouse 0 "$col" "$row"
	mouse 0 "$col" "$row"
}

terminal 100x30
type_line 'souk -U support_anna --tenant acme-bakery'
double_click 'Categories'
wait_for 'Gluten free'
# The right button opens the palette; the wheel scrolls it, a click goes there.
mouse 2 10 10
wait_for 'Go to'
find_text 'Messages'
mouse 65 "$col" "$row"
mouse 65 "$col" "$row"
wait_gone 'Brands'
click 'Customers'
wait_for 'customer1@post.example'
# Heads sort, the hint line's words are keys, a place of the way leads back.
click 'FIRST NAME'
wait_for 'sort first_name'
click 'Categories'
wait_for 'Gluten free'
keys ']'
wait_for 'customer1@post.example'
click 'filter'
type_text 'customer1@'
wait_gone 'customer2@'
keys C-c
wait_for 'customer2@'
double_click 'customer1@post.example'
wait_for 'Username'
# Tabs of panes; the line between is taken and let go.
click 'Carts'
wait_gone 'PAYMENT'
find_text 'Addresses'
mouse 0 "$col" "$row"
mouse 32 "$col" 8
wait_gone 'Updated'
find_text 'Addresses'
[ "$row" -le 9 ] || fail "the line between is at row $row"
keys q
wait_gone 'Username'
# A question is answered, a list chosen from, a field gone to.
double_click 'customer1@post.example'
wait_for 'Username'
keys e
wait_for 'guarded by'
click 'last_name'
double_click 'last_name'
keys C-u
type_text 'Clicked'
keys Enter
wait_for 'was '
keys Escape
wait_for 'Leave without saving'
find_text 'y yes'
find_text 'n no'
mouse 0 "$col" "$row"
wait_gone 'Leave without saving'
expect 'Clicked'
keys Escape
click 'y yes'
wait_gone 'Clicked'

# Wide: panes stand beside, and the line moves sideways; by keys as well.
resize 180x40
wait_for '─ Orders ─'
line() {
	capture | sed -n 3p | sed 's/ ─ Orders.*//' | wc -m
}
at=$(line)
mouse 0 "$at" 20
mouse 32 $((at + 20)) 20
n=0
until [ "$(line)" -gt $((at + 10)) ]; do
	n=$((n + 1))
	[ $n -lt 100 ] || fail "the line stays at $at"
	sleep 0.05
done
at=$(line)
keys '{' '{'
n=0
until [ "$(line)" -lt "$at" ]; do
	n=$((n + 1))
	[ $n -lt 100 ] || fail "keys do not move it"
	sleep 0.05
done
# Tabs of the console.
keys C-t
wait_for ' 2 acme-bakery'
click '1 acme-bakery'
wait_for 'Username'
