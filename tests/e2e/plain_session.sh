#!/bin/sh
# SPDX-License-Identifier: MIT
# A whole session with --plain as a screen reader hears it: a list, the cursor, a search, a filter, an edit, a
# save, a conflict and its merge, the outbox, help, the end.  Everything is told in one line, once.
. tests/support/tmux.sh
terminal 100x50 TERM=dumb
tm pipe-pane "cat >>'$work/bytes'"

# rest: until nothing was written for a second; size is what was written by then
rest() {
	until size=$(wc -c <"$work/bytes") && sleep 1 && [ "$(wc -c <"$work/bytes")" -eq "$size" ]; do :; done
}

# heard N TEXT: until it was told that often; 60 s
heard() {
	n=0
	until [ "$(count "$2")" -ge "$1" ]; do
		n=$((n + 1))
		[ $n -lt 1200 ] || { cat -v "$work/bytes"; fail "'$2' was not heard $1 times"; }
		sleep 0.05
	done
}
count() { tr '\r' '\n' <"$work/bytes" | grep -cF -- "$1" || :; }
once() { [ "$(count "$1")" -eq 1 ] || { cat -v "$work/bytes"; fail "'$1' was heard $(count "$1") times"; }; }
sql() { psql -X -q -v ON_ERROR_STOP=1 -c "SELECT set_config('app.tenant_id', '1', false)" -c "$1" >/dev/null; }

type_line 'souk --plain -U support_anna --tenant acme-bakery'
heard 1 'Enter open, / find, : command'
type_text ':products'
keys Enter
heard 1 'SKU AB-00001, Name'
keys j
heard 1 'SKU AB-00002, Name'
# What was typed was heard as it was typed; how many rows there are is told with it, and when it is dropped.
keys /
heard 1 /
type_text rye
heard 1 /rye
keys Enter
heard 1 '1–6 of 6'
heard 1 'SKU AB-00035, Name'
once /rye
keys BSpace
heard 1 '35–80 of 120'
heard 2 'SKU AB-00035, Name'
keys Home
heard 2 'SKU AB-00001, Name'
type_text ':filter price > 20'
keys Enter
heard 1 'price > 20, 1–17 of 17'
heard 1 'SKU AB-00006, Name'
keys BSpace
heard 2 'SKU AB-00006, Name'
keys Home
heard 3 'SKU AB-00001, Name'
# A save is told once, and so is the row with what changed; that the marks go is no news.
keys e
heard 1 'Edit 1 AB-00001 in Products, guarded by version'
keys Down Enter C-a C-k
type_text 'My loaf'
keys Enter
heard 1 'My loaf, was'
keys C-s
heard 1 'Arm it, so that this can be saved?'
keys y
heard 1 'A reason for the audit'
type_text SUP-1
keys Enter
heard 1 'Name My loaf (changed)'
once 'saved as version'
sleep 4
keys j
heard 2 'SKU AB-00002, Name'
once 'SKU AB-00001, Name My loaf'
# Somebody was faster: who, which field, what there is to choose, what was chosen.
keys e
heard 1 'Edit 2 AB-00002 in Products, guarded by version'
keys Down Enter C-a C-k
type_text 'My bread'
keys Enter
heard 1 'My bread, was'
sql "UPDATE commerce.catalog_products SET name = 'Their bread' WHERE sku = 'AB-00002'"
keys C-s
heard 2 'A reason for the audit'
type_text SUP-2
keys Enter
heard 1 'Their bread, My bread, ?, CONFLICT'
keys m
heard 1 'Name, chosen: mine'
keys C-s
heard 2 'saved as version'
heard 1 'Name My bread (changed)'
# The outbox is read when one asks; nothing is told of by itself.
type_text ':outbox'
keys Enter
heard 1 'Outbox outbox_messages'
heard 1 'BY EVENT TYPE'
rest
sleep 3
[ "$(wc -c <"$work/bytes")" -eq "$size" ] || fail "something is told while nothing happens"
keys q '?'
heard 1 'Down j Ctrl-N, one row down'
keys q
heard 2 'SKU AB-00002, Name My bread'
type_text ':help merge'
keys Enter
heard 1 'Help: merge'
keys q
heard 3 'SKU AB-00002, Name My bread'
keys q
heard 2 Brands
keys q
wait_for '$'
# Text and nothing else: no boxes, no escape sequences, no bell.
! grep -q "$(printf '[\033\007]')" "$work/bytes" || fail "more than text"
! grep -qE '[│─╭╮╰╯┃█▁-▇⠁-⣿▸●…]' "$work/bytes" || fail "signs that are drawn: $(grep -E '[│─╭╮╰╯┃█▁-▇⠁-⣿▸●…]' "$work/bytes" | head -n 3)"
