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
stop

# What is written, byte by byte, for each number of colours.
cat >"$work/more.src" <<'TI'
t16|sixteen colours, colors#16, pairs#256,
	setaf=\E[%?%p1%{8}%<%t3%p1%d%e9%p1%{8}%-%d%;m,
	setab=\E[%?%p1%{8}%<%t4%p1%d%e10%p1%{8}%-%d%;m, use=xterm,
t256|256 colours, use=xterm-256color,
t256-direct|true colours, RGB, colors#0x1000000, pairs#0x7FFF, initc@, op=\E[39;49m,
	setaf=\E[%?%p1%{8}%<%t3%p1%d%e38;2;%p1%{65536}%/%d;%p1%{256}%/%{255}%&%d;%p1%{255}%&%d%;m,
	setab=\E[%?%p1%{8}%<%t4%p1%d%e48;2;%p1%{65536}%/%d;%p1%{256}%/%{255}%&%d;%p1%{255}%&%d%;m,
	use=xterm-256color,
TI
mkdir "$work/terminfo"
tic -x -o "$work/terminfo" "$work/more.src"

# bytes NAME=VALUE…: what souk writes with them
bytes() {
	terminal 100x30 TERMINFO="$work/terminfo"
	listen
	type_line "env $* souk -U support_anna --tenant acme-bakery --open products"
	wait_for 'inactive'
	wait_for 'READ-ONLY'
	keys q q
	wait_gone 'READ-ONLY'
	listened >/dev/null
	stop
}

wrote() {
	grep -qE "$escape\[([0-9;]*;)?($1)m" "$work/bytes" || fail "no $1 was written"
}
wrote_no() {
	! grep -qE "$escape\[([0-9;]*;)?($1)m" "$work/bytes" || fail "$1 was written"
}

bytes TERM=t256 NO_COLOR=1 COLORTERM=truecolor
wrote_no '[349][0-7]|10[0-7]|[34]8;[0-9;]*'
bytes TERM=xterm NO_COLOR=
wrote '[34][0-7]'
wrote_no '9[0-7]|10[0-7]|[34]8;[0-9;]*'
bytes TERM=t16
wrote '9[0-7]'
wrote_no '[34]8;[0-9;]*'
bytes TERM=t256
wrote '38;5;[0-9]+'
wrote_no '[34]8;2;[0-9;]*'
bytes TERM=t256 COLORTERM=truecolor
wrote '38;2;[0-9;]*'
bytes TERM=xterm COLORTERM=yes
wrote '38;5;[0-9]+'
# What COLORTERM promises is only believed where a description knows how.
bytes TERM=vt100 COLORTERM=truecolor
wrote_no '[349][0-7]|[34]8;[0-9;]*'
