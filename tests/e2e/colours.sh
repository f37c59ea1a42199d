#!/bin/sh
# SPDX-License-Identifier: MIT
# Colour where there is colour, none where it is not wanted, and the state is a word in any case.
. tests/support/tmux.sh

# colours TERM [NAME=VALUE]: what the header's READ-ONLY is written with
look() {
	terminal 100x30 "$@"
	type_line 'souk -U support_anna --tenant acme-bakery --open products'
	wait_for 'inactive'
	wait_for 'READ-ONLY'
}

stop() {
	tm kill-server
	while tm list-sessions 2>/dev/null; do sleep 0.05; done
}

escape=$(printf '\033')
has() {
	capture -e | grep -qF "${escape}[$1" || fail "no $1 on the screen"
}
has_not() {
	! capture -e | grep -qE "${escape}\[[0-9;]*($1)[0-9;]*m" || fail "$1 on the screen"
}

look TERM=tmux-256color
has '38;5;'
stop
look TERM=screen
has '32m'
has_not '38;5'
stop
look TERM=tmux-256color NO_COLOR=1
has_not '3[0-7]|4[0-7]|38;5|48;5'
expect 'inactive'
stop
look TERM=vt100
has_not '3[0-7]|4[0-7]|38;5|48;5'
stop
look TERM=linux
expect 'inactive'
