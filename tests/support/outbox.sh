# shellcheck shell=sh disable=SC2154 # work is tmux.sh's
# SPDX-License-Identifier: MIT
# outbox.sh - sourced after tmux.sh: what tests of the outbox on screen do alike.

sql() {
	psql -X -q -A -t -v ON_ERROR_STOP=1 -c "$1"
}
# until_sql 'SELECT …': until it answers something
until_sql() {
	n=0
	until [ -n "$(sql "$1")" ]; do
		n=$((n + 1))
		[ $n -lt 200 ] || fail "never: $1"
		sleep 0.1
	done
}
# The screen as one line, so that a sentence that was wrapped is found.
flat() {
	capture | tr '\n' ' ' | tr -s ' '
}
wait_flat() {
	n=0
	until flat | grep -qE -- "$1"; do
		n=$((n + 1))
		[ $n -lt 400 ] || fail "nowhere: $1"
		[ $((n % 20)) -ne 0 ] || keys r
		sleep 0.1
	done
}
# hear_bytes BELL NOTIFY: settings of the program to come; its bytes go to $work/bytes
hear_bytes() {
	mkdir -p "$work/home/config/souk"
	printf '[settings]\nbell = %s\nnotify = %s\n' "$1" "$2" >"$work/home/config/souk/souk.conf"
	tm pipe-pane -o "cat >$work/bytes"
}
# told BYTES: how often the program wrote them; a bell is %
told() {
	tr '\033\007' '\n%' <"$work/bytes" | grep -ac "$1" || :
}
wait_told() { # BYTES TIMES
	n=0
	until [ "$(told "$1")" -ge "$2" ]; do
		n=$((n + 1))
		[ $n -lt 200 ] || fail "$1 was written $(told "$1") times, not $2"
		sleep 0.1
	done
}
# session NAME FD 'SQL…': a session of that application_name which did this and stays until the descriptor is closed
session() {
	mkfifo "$work/$1.in"
	PGAPPNAME=$1 psql -X -q <"$work/$1.in" >/dev/null 2>&1 &
	eval "exec $2>\"$work/$1.in\""
	rm "$work/$1.in"
	echo "$3" >&"$2"
	until_sql "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND application_name = '$1' AND state LIKE 'idle%'"
}
pid_of() {
	sql "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND application_name = '$1'"
}
