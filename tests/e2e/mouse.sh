#!/bin/sh
# SPDX-License-Identifier: MIT
# The mouse alone: the palette from anywhere, the menu, tabs, the way back, heads of columns, panes and the line
# between them, questions, fields.
. tests/support/tmux.sh

# The wheel over the middle of the list, until it is to be seen: one step, and the next when that is done.
list() {
	capture | sed 1,3d
}

roll() {
	n=0
	until list | grep -qF -- "$1"; do
		before=$(list)
		mouse 65 50 15
		while [ "$(list)" = "$before" ]; do
			n=$((n + 1))
			[ $n -lt 400 ] || fail "no '$1' below"
			sleep 0.05
		done
	done
}

terminal 100x30
type_line 'souk -U support_anna --tenant acme-bakery'
double_click 'Categories'
wait_for 'Gluten free'
# The right button goes to the row and shows what can be done there; the last of it is the palette,
# which the wheel scrolls, and a click goes there.
mouse 2 10 10
wait_for 'Esc leave'
expect 'open the row under the cursor'
roll 'copy the value under the cursor'
click 'copy the value under the cursor'
wait_for 'copied'
mouse 2 10 10
wait_for 'Esc leave'
roll 'find a command, a screen'
click 'find a command, a screen'
wait_for 'Go to'
find_text 'Audit'
mouse 65 "$col" "$row"
mouse 65 "$col" "$row"
wait_gone 'Carts'
click 'Customers'
wait_for 'customer1@post.example'
# Heads sort, the hint line's words are keys, a place of the way leads back.
click 'FIRST NAME'
wait_for 'sort First name'
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
click 'Last name'
double_click 'Last name'
keys C-u
type_text 'Clicked'
keys Enter
wait_for 'was '
# What keys do to a field the menu does too.
find_text 'Last name'
mouse 2 "$col" "$row"
wait_for 'revert: the value that it had'
click 'revert: the value that it had'
wait_gone 'Clicked'
double_click 'Last name'
keys C-u
type_text 'Clicked'
keys Enter
wait_for 'was '
keys Escape
wait_for 'Leave without saving'
find_text 'y yes'
find_text 'n or Esc no'
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
# The wheel scrolls what it is over, and the keys stay where they were: one cursor is shown.
keys q
wait_gone 'Username'
resize 180x24
type_text ':product AB-00001'
keys Enter
wait_for '▸ ID '
keys Tab
wait_for '▸MAIN'
n=0
until [ "$(capture | sed 1,2d | grep -o '▸' | wc -l)" -eq 1 ]; do # not while it is being painted
	n=$((n + 1))
	[ $n -lt 100 ] || fail "more than one cursor"
	sleep 0.05
done
find_text 'Short description'
n=0
while capture | grep -qF 'Public ID'; do
	n=$((n + 1))
	[ $n -lt 100 ] || fail "the wheel does not scroll what it is over"
	mouse 65 "$col" "$row"
	sleep 0.1
done
expect '▸MAIN'
keys q
# Tabs of the console.
keys C-t
wait_for ' 2 Screens, acme-bakery'
click '1 Customers, acme'
wait_for 'customer1@post.example'
