#!/bin/sh
# SPDX-License-Identifier: MIT
# database: empty
# A line scrolled costs the terminal a scroll region and what is new on it, not a screen.
. tests/support/tmux.sh
terminal 120x40
psql -X -q -v ON_ERROR_STOP=1 -c "CREATE TABLE rolls (id int PRIMARY KEY, words text);
	INSERT INTO rolls SELECT i, repeat('bread and butter ' || i || ' ', 5)
	FROM generate_series(1, 2000) AS i; ANALYZE rolls" >/dev/null
type_line 'bash --norc --noprofile'
wait_for 'bash'
type_line 'souk --open rolls'
wait_for '1–36 of ~2000'
# The last line, and one beyond it, so that the window scrolls from here on.
n=0
while [ $n -lt 36 ]; do
	keys j
	n=$((n + 1))
done
wait_for '2–37 of'

# The terminal's region that scrolls; what stays set for the next line is taken back on every way out.
region() {
	tm display-message -p '#{scroll_region_upper}-#{scroll_region_lower}'
}

# key WORD: bytes that the key costs until the screen shows the word
cost() {
	listen
	keys "$1"
	wait_for "$2"
	listened
}

down=$(cost j '3–38 of')
[ "$(region)" = 3-37 ] || fail "the region that scrolls is not that of the rows: $(region)"
[ "$down" -lt 400 ] || fail "a line scrolled costs $down bytes of a screen of $((120 * 40))"
# Nothing changed: nothing is sent.
listen
keys r
n=0
while [ $n -lt 20 ]; do
	sleep 0.05
	n=$((n + 1))
done
again=$(listened)
[ "$again" -lt 120 ] || fail "the same rows fetched again cost $again bytes"
# To move within the screen costs the two lines.
up=$(cost k '▸37')
[ "$up" -lt 500 ] || fail "moving the cursor costs $up bytes"
keys j
wait_for '▸38'
keys j
wait_for '4–39 of'
[ "$(region)" = 3-37 ] || fail "the region that scrolls is not that of the rows: $(region)"
keys C-z
wait_for 'Stopped'
[ "$(region)" = 0-39 ] || fail "the shell was left with a region: $(region)"
type_line fg
wait_for '4–39 of'
keys j
wait_for '5–40 of'
keys q q q
type_line 'echo g""one'
wait_for 'gone'
[ "$(region)" = 0-39 ] || fail "the shell was left with a region: $(region)"
