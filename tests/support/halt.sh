# shellcheck shell=sh
# SPDX-License-Identifier: MIT
# halt.sh - sourced after tmux.sh by tests whose server stands still: halt CONDITION stops its processes for souk
# (kill -STOP), go_on lets them run, which happens at the end anyway.

sql() {
	psql -X -q -A -t -U postgres -v ON_ERROR_STOP=1 -c "$1"
}

stopped=
# Those of souk that `condition` holds for; at least one.
halt() {
	pids=
	n=0
	until [ -n "$pids" ]; do
		n=$((n + 1))
		[ $n -lt 400 ] || fail "no session of souk: $1"
		pids=$(sql "SELECT pid FROM pg_catalog.pg_stat_activity WHERE application_name = 'souk'
			AND datname = pg_catalog.current_database() AND ($1)")
		sleep 0.05
	done
	for pid in $pids; do
		kill -STOP "$pid"
		stopped="$stopped $pid"
	done
}

go_on() {
	for pid in $stopped; do
		kill -CONT "$pid" 2>/dev/null || :
	done
	stopped=
}
at_end() {
	go_on
}
