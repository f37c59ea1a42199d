# shellcheck shell=sh
# SPDX-License-Identifier: MIT
# tmux.sh - sourced by tests/e2e/*.sh: a real terminal that is driven and photographed.
#
#	. tests/support/tmux.sh
#	terminal 80x24                  a shell with the prompt "$ " in a folder of its own ($work)
#	type_line 'souk "$DB"'          text and Enter
#	in_bar ':sort name'             the same for the command bar: until it was run and the bar is gone
#	wait_for 'Products'             until the screen shows it; 60 s, then the screen and failure
#	keys j j Enter C-c              tmux's names of keys
#	expect 'text' / refuse 'text'   now
#	until_logged 'text'             opens the message log until it says so, and leaves it
#	wait_sql '1' 'SELECT …'         until the database says so; 60 s
#	resize 100x30                   the terminal's size
#	capture [-e]                    the screen as text (with its escape sequences)
#	heads N                         until something is written in colour N of 256: the heads of columns
#	hold_catalog TABLE / release_catalog   nobody reads the catalog as long as pg_catalog.TABLE is locked
#	mouse BUTTON COL ROW            from 1; pressed and, but for wheel and drag, released: 0 left, 2 right, 32 drag,
#	                                64 and 65 wheel
#	find_text 'text'                waits for it and sets row and col
#	double_mouse COL ROW            twice
#	click / double_click 'text'     where it stands
#	stop                            its end, before another terminal
#	fail 'why'
#	at_end() { … }                  done at its end, however it ends; a trap of its own would lose the failure
#	listen                          from here on what is written to the terminal goes to $work/bytes …
#	listened                        … to here; prints how many they are
#
# The surroundings are the same everywhere: own tmux socket, no configuration, no settings of the
# person who runs it.  SOUK is the program; PATH finds it as souk.  Nothing sleeps for luck: wait.
set -eu

root=$(pwd)
SOUK=${SOUK:-$root/build/souk}
work=$(mktemp -d /tmp/souk-e2e-XXXXXX)
mkdir "$work/home" "$work/bin"
ln -s "$SOUK" "$work/bin/souk"

tm() {
	TMUX_TMPDIR=$work tmux -L e2e -f "$work/tmux.conf" "$@"
}

at_end() {
	:
}

finish() {
	status=$?
	trap - EXIT
	at_end || :
	tm kill-server 2>/dev/null || :
	# Who lost the terminal may still be writing a draft.
	rm -rf "$work" 2>/dev/null || { sleep 0.5 && rm -rf "$work"; }
	exit "$status"
}
trap finish EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

hold_catalog() {
	mkfifo "$work/held"
	psql -X -q -U postgres <"$work/held" >/dev/null &
	exec 8>"$work/held" # its end is that of psql, too
	echo "BEGIN; LOCK TABLE pg_catalog.$1 IN ACCESS EXCLUSIVE MODE;" >&8
	wait_sql 1 "SELECT count(*) FROM pg_catalog.pg_locks WHERE granted AND mode = 'AccessExclusiveLock'
		AND relation = 'pg_catalog.$1'::pg_catalog.regclass"
}

release_catalog() {
	echo 'COMMIT;' >&8
	exec 8>&-
	rm "$work/held"
}

# terminal COLSxROWS [NAME=VALUE…]: extra environment; TERM=… chooses the terminal's kind
terminal() {
	size=$1
	shift
	term=tmux-256color
	for v in "$@"; do
		case $v in TERM=*) term=${v#TERM=} ;; esac
	done
	cat >"$work/tmux.conf" <<-CONF
		set -g default-terminal "$term"
		set -g escape-time 0
		set -g status off
		set -g remain-on-exit on
		set -g history-limit 2000
		set -g set-clipboard off
	CONF
	env -i PATH="$work/bin:$PATH" HOME="$work/home" XDG_CONFIG_HOME="$work/home/config" \
		XDG_STATE_HOME="$work/home/state" SHELL=/bin/sh LC_ALL=C.UTF-8 TZ=UTC ESCDELAY=25 \
		INPUTRC=/dev/null PS1='$ ' TMUX_TMPDIR="$work" PGHOST="${PGHOST:-}" \
		PGUSER="${PGUSER:-}" PGDATABASE="${PGDATABASE:-}" PGSERVICEFILE=/nonexistent \
		PGPASSFILE=/nonexistent ASAN_OPTIONS="${ASAN_OPTIONS:-}" LSAN_OPTIONS="${LSAN_OPTIONS:-}" \
		UBSAN_OPTIONS="${UBSAN_OPTIONS:-}" "$@" \
		tmux -L e2e -f "$work/tmux.conf" new-session -d -x "${size%x*}" -y "${size#*x}" \
		-c "$work" -- sh
	wait_for '$'
}

# Until the server's process is gone: another one cannot begin in its place before.
stop() {
	server=$(tm display-message -p '#{pid}')
	tm kill-server
	while kill -0 "$server" 2>/dev/null; do sleep 0.05; done
}

keys() {
	tm send-keys "$@"
}

type_text() {
	tm send-keys -l -- "$1"
}

type_line() {
	type_text "$1"
	keys Enter
}

capture() {
	tm capture-pane -p "$@"
}

until_there() { # FILE
	n=0
	until [ -e "$1" ]; do
		n=$((n + 1))
		[ $n -lt 1200 ] || fail "no $1 in 60 s"
		sleep 0.05
	done
}

# Who writes it down is there when the first is done, and through when the second is.
listen() {
	rm -f "$work/bytes" "$work/listened"
	tm pipe-pane -O "cat >'$work/bytes'; : >'$work/listened'"
	until_there "$work/bytes"
}

listened() {
	tm pipe-pane
	until_there "$work/listened"
	wc -c <"$work/bytes"
}

fail() {
	echo "FAILED: $*"
	echo "---- screen"
	capture || :
	echo "----"
	exit 1
}

wait_for() {
	n=0
	until capture | grep -qF -- "$1"; do
		n=$((n + 1))
		[ $n -lt 1200 ] || fail "no '$1' in 60 s"
		sleep 0.05
	done
}

wait_gone() {
	n=0
	while capture | grep -qF -- "$1"; do
		n=$((n + 1))
		[ $n -lt 1200 ] || fail "'$1' is still there after 60 s"
		sleep 0.05
	done
}

in_bar() {
	type_text "$1"
	wait_for "$1"
	keys Enter
	wait_gone "$1"
}

until_logged() {
	tries=0
	keys m
	wait_for 'What was said'
	until capture | grep -qF -- "$1"; do
		tries=$((tries + 1))
		[ $tries -lt 100 ] || fail "the log does not say '$1'"
		keys q
		wait_gone 'What was said'
		sleep 0.2
		keys m
		wait_for 'What was said'
	done
	keys q
	wait_gone 'What was said'
}

expect() {
	capture | grep -qF -- "$1" || fail "the screen does not show '$1'"
}

refuse() {
	! capture | grep -qF -- "$1" || fail "the screen shows '$1'"
}

heads() {
	n=0
	until capture -e | grep -qE "$(printf '\033')\[[0-9;]*38;5;$1[m;]"; do
		n=$((n + 1))
		[ $n -lt 200 ] || fail "the heads are not in colour $1"
		sleep 0.05
	done
}

wait_sql() {
	n=0
	until [ "$(psql -X -q -A -t -c "$2")" = "$1" ]; do
		n=$((n + 1))
		[ $n -lt 300 ] || fail "not '$1' in 60 s: $2"
		sleep 0.2
	done
}

resize() {
	tm resize-window -x "${1%x*}" -y "${1#*x}"
}

mouse() {
	bytes=$(printf '\033[<%d;%d;%dM' "$1" "$2" "$3")
	[ "$1" -ge 32 ] || bytes=$bytes$(printf '\033[<%d;%d;%dm' "$1" "$2" "$3")
	# shellcheck disable=SC2046 # one word per byte
	tm send-keys -H $(printf %s "$bytes" | od -An -v -tx1)
}

find_text() {
	wait_for "$1"
	row=$(capture | grep -nF -- "$1" | head -n 1 | cut -d: -f1)
	before=$(capture | sed -n "${row}p")
	before=${before%%"$1"*}
	# shellcheck disable=SC2034 # the caller's
	col=$(($(printf %s "$before" | wc -m) + 1))
}

click() {
	find_text "$1"
	mouse 0 "$col" "$row"
}

# Twice on one place in one write: no load makes two clicks of it.
double_mouse() { # COL ROW
	one=$(printf '\033[<0;%d;%dM\033[<0;%d;%dm' "$1" "$2" "$1" "$2")
	# shellcheck disable=SC2046 # one word per byte
	tm send-keys -H $(printf %s "$one$one" | od -An -v -tx1)
}

double_click() {
	find_text "$1"
	double_mouse "$col" "$row"
}
