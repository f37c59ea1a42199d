#!/bin/sh
# SPDX-License-Identifier: MIT
# kill -9 at any moment loses at most a second of typing: what was typed, and the line that was being typed, is
# offered again, meets what a colleague saved meanwhile, and is saved once.
. tests/support/tmux.sh
terminal 100x30
sql() { psql -X -q -v ON_ERROR_STOP=1 -c "SELECT set_config('app.tenant_id', '1', false)" -c "$1" >/dev/null; }
kill_souk() { kill -9 "$(pgrep -x souk -t "$(tm list-panes -F '#{pane_tty}' | sed 's,/dev/,,')")"; }
console() {
	type_line 'souk -U support_anna --tenant acme-bakery --open products'
	wait_for 'AB-00001'
}
console
keys e
wait_for 'guarded by version and xmin'
keys j Enter
keys C-a C-k
type_text 'My loaf'
keys Enter
wait_for 'was '
keys j j Enter
keys C-a C-k
type_text 'half a line'
n=0
until grep -rqF 'half a line' "$work/home/state/souk/drafts" 2>/dev/null; do
	n=$((n + 1))
	[ $n -lt 200 ] || fail "the line that is being typed is not on disk"
	sleep 0.05
done
kill_souk
wait_for 'Killed'
# The terminal is as souk had it: its own Enter is not the shell's.
type_text 'stty sane'
keys C-j
keys -R
type_line 'clear; echo again'
wait_gone 'half a line'
# Somebody else saves another field, and the same one.
sql "UPDATE commerce.catalog_products SET price = price + 1 WHERE sku = 'AB-00001'"
sql "UPDATE commerce.catalog_products SET name = 'Their loaf' WHERE sku = 'AB-00001'"
console
# Its form offers it; who leaves the question keeps it.
keys e
wait_for 'No throws it away'
expect 'n no   Esc leave'
keys Escape
wait_gone 'No throws it away'
keys q
wait_gone 'guarded by'
type_text ':drafts'
keys Enter
wait_for 'Typed and never saved'
expect 'name'
keys Enter
wait_for 'Take it up again'
keys Enter
wait_for 'changed while you were editing'
expect 'CONFLICT'
expect 'My loaf'
expect 'Their loaf'
keys m C-s
wait_for 'souk is read-only'
keys y
wait_for 'A reason for the audit'
keys Enter
wait_for 'saved as version'
wait_for 'My loaf'
type_text ':drafts'
keys Enter
wait_for 'there are no drafts'
psql -X -A -t -c "SELECT set_config('app.tenant_id', '1', false)" \
	-c "SELECT name, description FROM commerce.catalog_products WHERE sku = 'AB-00001'" >"$work/row"
grep -q 'My loaf' "$work/row" || fail "the name was not saved: $(cat "$work/row")"
grep -q 'half a line' "$work/row" || fail "the unfinished line was lost: $(cat "$work/row")"
keys q
