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
# The row that was found is still there without the search, with those beside it.
keys BSpace
wait_for 'AB-00007'
expect '▸AB-00006'
keys Home
wait_for '▸AB-00001'
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
under() { # WORD SENTENCE: the columns at which they begin, the last such word
	at=$(capture | tail -n 1 | sed "s/\(.*\)$1.*/\1/" | sed 's/[日本語]/&./g' | wc -m)
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
# So do those that the server finds, in SQL of one's own: the line is there again to be mended.
refused() { # LINE WORD SENTENCE
	type_line "$1"
	wait_for "$3"
	expect "$1"
	under "$2" "$3"
	keys Escape
	wait_gone "$3"
	expect 'AB-00001'
}
refused ":where name = '日本' and prise > 3" prise 'where: character 17: column "prise" does not exist'
refused ':where price > 3 and sku ~ 3' '~' 'where: character 19: operator does not exist'
refused ":where price > 'dear' or price > 1" "'dear'" 'where: character 9: invalid input syntax'
refused ':where 1 / (price - price) > 1' '1 .*' 'where: division by zero'
refused ":where name ~ '('" "name ~ '('" 'where: invalid regular expression'
refused ':filter sku = 7x and price = 7x' '7x' 'filter: character 22: "7x" is not a number'
refused ':sql SELECT 1, nope FROM pg_class' 'nope' 'sql: character 11: column "nope" does not exist'
refused ':explain SELECT 1 FROM nowhere' 'nowhere' 'explain: character 15: relation "nowhere" does not exist'
type_line ':where price >'
wait_for 'where: character 8: something is missing here'
type_line ' 15'
wait_for 'where price > 15'
wait_gone 'something is missing'
keys BSpace
wait_gone 'where price > 15'
keys Home
wait_for '▸AB-00001'
# Who has gone on meanwhile is not interrupted: then it is told beside the rows.
type_line ':set lock-timeout 60s'
mkfifo "$work/statements"
psql -X -q <"$work/statements" >/dev/null &
exec 3>"$work/statements"
echo 'SELECT pg_advisory_lock(7);' >&3
wait_sql t "SELECT count(*) = 1 FROM pg_locks WHERE locktype = 'advisory' AND granted"
type_line ":where CASE WHEN pg_advisory_xact_lock(7)::text = '' THEN 1 / (price - price) > 1 END"
wait_sql t "SELECT count(*) = 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
keys j
wait_for '▸AB-00002'
exec 3>&-
wait_for 'error: where: division by zero'
refuse ':where pg_advisory'
keys k
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
