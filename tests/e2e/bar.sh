#!/bin/sh
# SPDX-License-Identifier: MIT
# The command bar: completion in a menu, editing, history and Ctrl-R, a paste, errors where they are.
. tests/support/tmux.sh
terminal 100x30
type_line 'souk -U support_anna --tenant acme-bakery'
wait_for 'Screens'
type_text ':prod'
wait_for 'product-performance'
keys Tab
wait_for ':product'
keys Escape
wait_gone 'product-performance'
type_text ':ordersx'
keys BSpace C-a C-k
type_text 'products @acme-bakery /pretzel'
keys Enter
wait_for 'AB-00006'
refuse 'AB-00001'
expect '/pretzel'
keys BSpace
wait_for 'AB-00001'
# Its history, and looking through it.
type_text ':'
keys Up
wait_for ':products @acme-bakery /pretzel'
keys C-u C-r
type_text 'pret'
wait_for 'reverse-i-search'
keys C-g C-g
wait_gone 'reverse-i-search'
# An error stays with the line that it is about.
type_text ':filter prise = 3'
keys Enter
wait_for 'did you mean "price"?'
expect ':filter prise = 3'
keys Escape
wait_gone ':filter prise'
# It stands under the wrong word, wide ones before it; in a line longer than the window that word is in sight.
under() { # WORD SENTENCE: the columns at which they begin
	at=$(capture | tail -n 1 | sed "s/$1.*//" | sed 's/[日本語]/&./g' | wc -m)
	told=$(capture | grep -F "$2" | tail -n 1 | sed "s/[^ ].*//" | wc -m)
	[ "$at" -eq "$told" ] || fail "'$1' is at $at, the sentence at $told"
}
type_text ':filter name = 日本語 and prise = 3'
keys Enter
wait_for 'did you mean "price"?'
under prise 'unknown column'
keys Escape
wait_gone ':filter name'
type_text ":filter name = $(printf '%0180d' 0)"
type_text ' and x = 3'
keys Enter
wait_for 'unknown column "x"'
expect ' and x = 3'
keys Escape
wait_gone 'unknown column'
type_text ':filtr'
keys Enter
wait_for 'did you mean "filter"?'
keys Escape
wait_gone ':filtr'
# What a column may hold, and the topics of help.
type_text ':products status='
wait_for 'status=discontinued'
keys C-u
type_text 'set theme '
wait_for 'contrast'
keys C-u
type_text 'help scop'
wait_for 'whose records one sees'
keys Tab Enter
wait_for 'security enforces it'
keys q
wait_gone 'security enforces it'
# A paste is text, whatever is in it.
tm set-buffer 'filter status = 
inactive'
type_text ':'
tm paste-buffer -p
wait_for ':filter status =  inactive'
keys Enter
wait_for 'inactive'
wait_gone ' active '
keys q q
wait_gone 'READ-ONLY'
# The history is the person's alone, and stays.
[ "$(stat -c %a "$work/home/state/souk/history")" = 600 ] || fail "history is open to others"
type_line 'clear; souk -U support_anna --tenant acme-bakery'
wait_for 'Screens'
type_text ':'
keys Up
wait_for ':filter status =  inactive'
