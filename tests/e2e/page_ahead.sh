#!/bin/sh
# SPDX-License-Identifier: MIT
# database: empty
# A page that was asked for ahead is whole when it is shown: values that are longer than those before widen their column
# then, nothing is fetched twice, and when the page behind it arrives nothing of the screen is written again.
. tests/support/tmux.sh
psql -X -q -U postgres -v ON_ERROR_STOP=1 <<'SQL'
CREATE TABLE public.growing (id int PRIMARY KEY, name text, words text, at date);
INSERT INTO public.growing SELECT i, repeat('n', 4 + i / 12), repeat('w', 8 + i / 40), date '2026-01-01' + i
	FROM generate_series(1, 400) AS i;
ANALYZE public.growing;
SQL
: >"$work/log"
terminal 120x40
type_line "souk -U postgres --log '$work/log' --open public.growing"
wait_for '1–36 of'
wait_for 'rtt'

last=36
for _ in 1 2 3 4 5 6 7; do
	# Nobody reads the next page before it is let go: the one that is shown was there.
	wait_sql 0 "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'souk' AND state <> 'idle'"
	keys NPage
	wait_for "$((last + 1))–$((last + 36)) of"
	last=$((last + 36))
done
# A page begins where the one before ended; one that begins at a row that is shown is a page again.
again=$(grep -c 'read: SELECT q\..*>= *(*CAST' "$work/log" || :)
first=$(grep 'read: SELECT q\.' "$work/log" | grep -vc '[<>]=* (*CAST' || :)
[ "$again" = 0 ] || fail "pages were fetched again $again times"
[ "$first" = 1 ] || fail "the first page was fetched $first times"

# While nobody may read the table the next page waits for it; then it comes, and nothing is written.
wait_sql 0 "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'souk' AND state <> 'idle'"
mkfifo "$work/held"
psql -X -q -U postgres <"$work/held" >/dev/null &
exec 8>"$work/held"
echo 'BEGIN; LOCK TABLE public.growing IN ACCESS EXCLUSIVE MODE;' >&8
wait_sql 1 "SELECT count(*) FROM pg_locks WHERE granted AND mode = 'AccessExclusiveLock'
	AND relation = 'public.growing'::regclass"
keys NPage
wait_for "$((last + 1))–$((last + 36)) of"
wait_sql 1 "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'souk' AND wait_event_type = 'Lock'"
listen
echo 'COMMIT;' >&8
wait_sql 0 "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'souk' AND state <> 'idle'"
sleep 1
bytes=$(listened)
[ "$bytes" -eq 0 ] || fail "$bytes bytes were written when the page behind arrived: $(cat -v "$work/bytes")"
exec 8>&-
