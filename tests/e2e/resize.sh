#!/bin/sh
# SPDX-License-Identifier: MIT
# Large, small and many sizes one after the other: the screen is always whole.
. tests/support/tmux.sh
terminal 80x24
type_line 'souk -U support_anna --tenant acme-bakery --open products'
wait_for 'AB-00020'
resize 300x80
wait_for 'AB-00076'
expect 'UPDATED'
[ "$(capture | wc -l)" -eq 80 ] || fail "not 80 lines"
for size in 120x40 81x25 200x60 82x24 150x50 80x24; do
	resize $size
done
# A storm of sizes, and keys in it.
i=0
while [ $i -lt 60 ]; do
	resize $((80 + i * 37 % 140))x$((24 + i * 13 % 50))
	[ $((i % 7)) -ne 0 ] || keys j k
	i=$((i + 1))
done
resize 80x24
wait_for 'AB-00020'
wait_gone 'AB-00021'
keys Enter
wait_for 'Variants'
resize 160x50
wait_for '─ Variants ─'
resize 80x24
wait_gone '─ Variants ─'
wait_for 'Variants'

# The same with something open over the screen: it is whole again, and what was typed is there.
storm() {
	i=0
	while [ $i -lt 30 ]; do
		resize $((40 + i * 37 % 140))x$((8 + i * 13 % 50))
		i=$((i + 1))
	done
	resize 80x24
}
keys C-p
wait_for 'Go to'
type_text 'order'
storm
wait_for '▸ order'
wait_for 'Esc leave'
keys Escape
wait_gone 'Go to'
keys e
wait_for 'guarded by version and xmin'
keys j Enter
type_text ' in a storm'
storm
wait_for ' in a storm'
wait_for 'SKU'
keys Enter
wait_for '1 changed'
keys q
wait_for 'Leave without saving'
storm
wait_for 'Leave without saving'
keys n
wait_gone 'Leave without saving'
keys Escape
wait_for 'Leave without saving'
keys y
wait_gone 'Leave without saving'
keys q
wait_for '1–20 of'

# Down to a single cell and up to more than fits a screen: souk says what it needs, and is whole again.
tiny() {
	for size in 1x1 300x80 1x80 300x1 20x5 2x2 79x23 1x1; do
		resize $size
		sleep 0.1
	done
	resize 40x10
	wait_for 'Make the terminal larger'
	resize 300x80
	wait_for "$1"
	resize 80x24
	wait_for "$1"
}
tiny 'AB-00001'
keys v
wait_for 'text, 8 bytes'
tiny 'text, 8 bytes'
keys q
wait_gone 'text, 8 bytes'
keys Enter
wait_for 'Variants'
tiny 'Variants'
keys '?'
wait_for 'one line down'
tiny 'one line down'
keys q q
wait_for '▸AB-00001'
type_text ':shop-today'
wait_for ':shop-today'
tiny ':shop-today'
keys Enter
wait_for 'ORDERS PER DAY'
tiny 'ORDERS PER DAY'
keys C-p
wait_for 'Go to'
tiny 'Go to'
keys Escape
wait_gone 'Go to'
keys Escape
wait_gone 'ORDERS PER DAY'
# The merge, with what was chosen.
keys g j
wait_for '▸AB-00002'
keys e
wait_for 'guarded by version and xmin'
keys j Enter C-a C-k
type_text 'Mine in a storm'
keys Enter
wait_for 'Mine in a storm  was'
psql -X -q -v ON_ERROR_STOP=1 -c "SELECT set_config('app.tenant_id', '1', false)" \
	-c "UPDATE commerce.catalog_products SET name = 'Theirs in a storm' WHERE sku = 'AB-00002'" >/dev/null
keys C-s
wait_for 'so that this can be saved?'
tiny 'so that this can be saved?'
keys y
wait_for 'A reason for the audit'
tiny 'A reason for the audit'
keys Enter
wait_for 'changed while you were editing'
keys m
wait_for 'chosen: mine'
tiny 'chosen: mine'
