#!/bin/sh
# SPDX-License-Identifier: MIT
# However it ends (a signal, a crash, the window closed, the line dropped) the terminal is as it was found, and
# what was typed into a form is on disk.
. tests/support/tmux.sh
terminal 100x30
type_line 'bash --norc --noprofile'
wait_for 'bash'
type_line 'stty -a | md5sum >before'

begin() {
	type_line 'clear; souk -U support_anna --tenant acme-bakery --open products'
	wait_for '▸AB-00001'
	pid=$(pgrep -s "$(tm list-panes -F '#{pane_pid}')" -x souk)
}

# the same modes, the shell's own screen, a visible cursor, no mouse
as_before() {
	wait_gone 'READ-ONLY'
	type_line 'clear; stty -a | md5sum | cmp - before && echo s""ame'
	wait_for 'same'
	modes=$(tm display-message -p '#{alternate_on}#{mouse_any_flag}#{cursor_flag}#{keypad_cursor_flag}')
	[ "$modes" = 0010 ] || fail "modes $modes after $1"
}

for signal in TERM HUP INT ABRT SEGV; do
	begin
	[ "$(tm display-message -p '#{alternate_on}#{mouse_any_flag}')" = 11 ] || fail "no alternate screen"
	kill -$signal "$pid"
	as_before "SIG$signal"
done

# A server that goes while the console starts.
type_line 'clear; souk -h /nonexistent; echo status $?'
wait_for 'status 2'
as_before 'no server'

# The line drops while a form is open: the process ends by itself, the draft is offered again.
begin
keys e
wait_for 'guarded by version and xmin'
keys j Enter
keys C-a C-k
type_text 'Typed before the line dropped'
keys Enter
wait_for 'was '
n=0
until grep -rqF 'Typed before the line dropped' "$work/home/state/souk/drafts" 2>/dev/null; do
	n=$((n + 1))
	[ $n -lt 100 ] || fail "no draft on disk"
	sleep 0.05
done
[ -z "$(find "$work/home/state/souk" -type f ! -perm 600)" ] || fail "a file is open to others"
tm kill-pane || :
n=0
while kill -0 "$pid" 2>/dev/null; do
	n=$((n + 1))
	[ $n -lt 200 ] || fail "souk goes on without a terminal"
	sleep 0.05
done
terminal 100x30
type_line 'souk -U support_anna --tenant acme-bakery --open products'
wait_for '▸AB-00001'
keys e
wait_for 'draft'
keys y
wait_for 'Typed before the line dropped'
