#!/bin/sh
# SPDX-License-Identifier: MIT
# What a terminal sends beside plain keys: Escape alone and in front of others, focus, the mouse, a paste.
. tests/support/tmux.sh
terminal 100x30
type_line 'souk -U support_anna --tenant acme-bakery --open products'
wait_for '▸AB-00001'
# Bytes as they are, in one write.
send() {
	tm send-keys -H "$@"
}

# Escape alone is Escape at once; an arrow's bytes are never Escape and letters, even in two writes.
keys :
wait_for 'Allow writing'
begun=$(date +%s%N)
keys Escape
n=0
while capture | grep -qF 'Allow writing'; do
	n=$((n + 1))
	[ $n -lt 100 ] || fail "Escape does not close"
done
[ $(($(date +%s%N) - begun)) -lt 1000000000 ] || fail "Escape takes long"
send 1b 5b 42
wait_for '▸AB-00002'
send 1b 4f 42
wait_for '▸AB-00003'

# Focus events are no keys.
send 1b 5b 49 1b 5b 4f
keys j
wait_for '▸AB-00004'
refuse 'does nothing here'

# The mouse: click, wheel, double click, the head of a column. SGR 1006: column and row from 1.
mouse 0 5 12
wait_for '▸AB-00009'
mouse 65 5 12
wait_gone '▸AB-00009'
mouse 64 5 12
mouse 0 7 12
wait_for '▸AB-00009'
mouse 0 3 3
wait_for 'sort -SKU'
wait_for '▸AB-00120'
mouse 0 4 3
wait_for 'sort SKU'
wait_for '▸AB-00001'
mouse 0 5 6
wait_for '▸AB-00003'
mouse 0 5 6
wait_for 'Variants'
keys q
wait_for '▸AB-00003'

# A paste into the bar is text: its newline runs nothing, its escape sequences are no keys.
printf 'quit!\nq\n\033[B' | tm load-buffer -
keys :
wait_for 'Allow writing'
tm paste-buffer -p
wait_for ':quit! q'
expect 'AB-00003'
keys C-c
wait_gone ':quit!'
# And without the bar it is not keys either.
printf 'qqqq' | tm load-buffer -
tm paste-buffer -p
keys j
wait_for '▸AB-00004'

# A sequence that nobody knows is dropped whole.
send 1b 5b 39 39 3b 39 7e 1b 5b 3f 36 32 63
keys j
wait_for '▸AB-00005'
