#!/bin/sh
# SPDX-License-Identifier: MIT
# The mouse in everything that opens over a screen: lists, days, records, merges, the palette, the bar's menu,
# texts.
# database: tests/e2e/mouse.sql
# user: postgres
. tests/support/tmux.sh

terminal 100x30
type_line 'souk -U postgres --armed --open loaves'
wait_for 'loaf 1 '

# Below the last row is nothing to open.
type_text ':loaves id=7'
keys Enter
wait_gone 'loaf 8 '
mouse 0 5 20
mouse 0 5 20
click 'loaf 7'
expect '1 of'
double_click 'loaf 7'
wait_for '▸ loaf 7'
keys q
wait_gone '▸ loaf 7'
keys q

# A list: gone to, typed in by a double click, added, moved and taken by the words below it.
wait_for 'loaf 8 '
keys e
wait_for 'guarded by'
double_click 'Marks'
wait_for 'take the list'
find_text '╭ Marks'
double_mouse $((col + 4)) $((row + 2))
wait_for 'Enter accept'
keys C-u
type_text 'warm'
click 'Enter accept'
wait_for 'take the list'
expect 'warm'
click 'a add'
wait_for 'Enter accept'
type_text 'sweet'
click 'Enter accept'
wait_for 'take the list'
find_text 'K J move'
mouse 0 "$col" "$row"
click 'D remove'
wait_gone 'sweet'
click 'Ctrl-S take'
wait_for '{rye,warm}'

# A day: the wheel and the words change the month, the same day twice is taken.
click 'Baked'
keys p
wait_for 'March 2026'
find_text 'March 2026'
mouse 65 "$col" "$row"
wait_for 'April 2026'
click 'PgDn month'
wait_for 'May 2026'
click 'PgUp PgDn'
wait_for 'April 2026'
double_click ' 21 '
wait_gone 'April 2026'
wait_for '2026-04-21'

# A record of another relation: searched, scrolled, clicked.
click 'Shelf'
keys p
wait_for 'shelf 03'
find_text 'shelf 03'
for _ in 1 2 3 4 5; do mouse 65 "$col" "$row"; done
wait_for 'shelf 18'
click 'Esc leave'
wait_gone 'shelf 18'
keys p
wait_for 'shelf 03'
click 'shelf 03'
wait_gone 'Esc leave'
wait_for '3  shelf 03'

# The merge: a field, what its word says, and the save, by clicks alone.
click 'Name'
double_click 'Name*'
keys C-u
type_text 'my loaf'
keys Enter
wait_for 'was loaf 1'
psql -X -q -c "UPDATE loaves SET name = 'their loaf', version = version + 1 WHERE id = 1"
keys C-s
wait_for 'CONFLICT'
click 'Marks  {rye'
wait_for '▸ Marks '
click 'Name   loaf 1'
wait_for '▸ Name '
find_text 'm mine'
mouse 0 "$col" "$row"
wait_for 'chosen: mine'
click 'save as version 3'
wait_sql 'my loaf{rye,warm}2026-04-213' 'SELECT name || marks::text || baked || shelf FROM loaves WHERE id = 1'
wait_for 'saved as version 3'

# The palette: its bar, and leaving by its word.
keys C-p
wait_for 'Go to'
# A word from elsewhere is looked for.
printf 'nothing like this\n' | tm load-buffer -
tm paste-buffer -p
wait_for '▸ nothing like this'
wait_for 'nothing matches'
click 'Esc leave'
wait_gone 'Go to'
keys C-p
wait_for 'Go to'
find_text 'Esc leave'
last=$((row - 2))
edge=$(($(capture | sed -n "$((row + 1))p" | wc -m) - 3))
first=$(capture | sed -n "$((row - 3))p")
mouse 0 "$edge" "$last"
n=0
while [ "$(capture | sed -n "$((row - 3))p")" = "$first" ]; do
	n=$((n + 1))
	[ $n -lt 100 ] || fail "the bar of the palette does not move it"
	sleep 0.05
done
keys Escape
wait_gone 'Go to'

# The bar: the wheel moves its menu, a click takes from it, a click in the line puts the cursor there.
type_text ':'
wait_for 'Allow writing'
find_text 'Allow writing'
mouse 65 "$col" "$row"
mouse 65 "$col" "$row"
wait_gone 'Allow writing'
keys C-u
type_text 'filter na'
click 'name '
wait_for ':filter name'
mouse 0 2 30
type_text 'X'
wait_for ':Xfilter name'
keys C-c

# A text: the bar beside it.
keys '?'
wait_for 'Keys'
mouse 0 100 29
wait_for 'All keys can be bound anew'
mouse 0 100 3
wait_gone 'All keys can be bound anew'
keys q
keys q q
wait_gone 'ARMED'

# Left to the terminal it stays so, whatever else is set, until it is asked for.
type_line 'clear; souk -U postgres --no-mouse --open loaves'
wait_for 'loaf 2 '
used() { tm display-message -p '#{mouse_any_flag}'; }
in_bar ':set theme light'
[ "$(used)" = 0 ] || fail "another setting takes the mouse"
type_text ':set mouse yes'
keys Enter
n=0
until [ "$(used)" = 1 ]; do
	n=$((n + 1))
	[ $n -lt 100 ] || fail "the mouse is not taken"
	sleep 0.05
done
