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
