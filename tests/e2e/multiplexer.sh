#!/bin/sh
# SPDX-License-Identifier: MIT
# Through screen(1) and mosh: aligned, Esc alone is Esc, detached and come back to, ended with what was typed kept.
. tests/support/tmux.sh

inside() {
	type_line 'clear; souk -U support_anna --tenant acme-bakery --open products'
	wait_for '▸AB-00001'
	keys j Enter
	wait_for '▸ AB-00002'
	wait_for 'Variants'
	keys Escape
	wait_for '1–'
	wait_for '▸AB-00002'
}

if command -v screen >/dev/null; then
	terminal 100x30 SCREENDIR="$work/screen"
	mkdir -m 700 "$work/screen"
	type_line 'screen -U -c /dev/null -S souk sh'
	keys Enter
	wait_for '$'
	inside
	# A form is open when the line to it drops: it is there again.
	keys e
	wait_for 'guarded by'
	keys C-a d
	wait_for 'detached'
	type_line 'clear; screen -r souk'
	wait_for 'guarded by'
	keys Escape
	wait_gone 'guarded by'
	type_text ':messages'
	keys Enter
	wait_for 'would hold Esc back'
	keys q
	type_text ':q!'
	keys Enter
	wait_gone 'READ-ONLY'
	type_line exit
	wait_for 'terminating'
	stop
else
	echo "screen is not installed: not tried"
fi

if command -v mosh-server >/dev/null && command -v mosh-client >/dev/null; then
	terminal 100x30
	# It ends by itself should this test not come to its end.
	began=$(MOSH_SERVER_NETWORK_TMOUT=60 LC_ALL=C.UTF-8 mosh-server new -i 127.0.0.1 -- sh 2>/dev/null </dev/null)
	port=$(echo "$began" | sed -n 's/^MOSH CONNECT \([0-9]*\) .*/\1/p')
	MOSH_KEY=$(echo "$began" | sed -n 's/^MOSH CONNECT [0-9]* //p')
	[ -n "$MOSH_KEY" ] || fail "mosh-server did not begin: $began"
	type_line "clear; MOSH_KEY=$MOSH_KEY mosh-client 127.0.0.1 $port"
	wait_gone 'MOSH_KEY'
	type_line "PS1='> '; PATH=$work/bin:\$PATH HOME=$work/home XDG_STATE_HOME=$work/home/state"
	type_line "export PATH HOME XDG_STATE_HOME PGHOST=$PGHOST PGDATABASE=$PGDATABASE"
	inside
	resize 120x35
	wait_for 'AB-00031'
	mouse 0 5 9
	wait_for '▸AB-00006'
	type_text ':q!'
	keys Enter
	wait_gone 'READ-ONLY'
	type_line exit
	wait_for 'mosh is exiting'
else
	echo "mosh is not installed: not tried"
fi
