#!/bin/sh
# SPDX-License-Identifier: MIT
# database: none
# The demo's first run says what to try, step by step; it ends for good when it is ignored.  Panes grow and
# shrink.
. tests/support/tmux.sh
umask 022
chmod 755 "$work"
terminal 100x30
type_line "souk demo --scale 0 --dir $work/demo"
n=0
until capture | grep -qF 'tour 1 of 7'; do
	n=$((n + 1))
	[ $n -lt 1200 ] || fail 'no tour'
	sleep 0.05
done
wait_for 'acme-bakery'
keys Enter
wait_for 'tour 2 of 7'
wait_for 'AB-00001'
keys /
keys C-g
wait_for 'tour 3 of 7'
keys j k j k j k j k
wait_gone 'tour 3 of 7'
refuse 'tour'
[ -e "$work/home/state/souk/toured" ] || fail 'it will come again'
keys g
keys Enter
wait_for 'Variants'
line() {
	capture | grep -n 'Variants' | head -n 1 | cut -d: -f1
}
before=$(line)
keys '}' '}'
n=0
until [ "$(line)" -eq $((before + 4)) ]; do
	n=$((n + 1))
	[ $n -lt 100 ] || fail "the pane begins at $(line), not four lines below $before"
	sleep 0.05
done
