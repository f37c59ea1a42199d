#!/bin/sh
# SPDX-License-Identifier: MIT
# The terminal is gone (the line dropped, the window closed), whatever was being done, with SIGHUP or without: souk ends
# by itself, burns nothing while it does, keeps what was typed, and leaves no session on the server.
. tests/support/tmux.sh

# begin HUP-ACTION: "" ignores the signal in souk too, as nohup does; : leaves it its own
begin() {
	terminal 100x30
	rm -f "$work/times"
	type_line "sh -c 'trap \"$1\" HUP; souk -U support_anna --tenant acme-bakery --open products; times >spent; mv spent times'"
	wait_for '▸AB-00001'
}

# gone WHAT
gone() {
	stop
	n=0
	until [ -f "$work/times" ]; do
		n=$((n + 1))
		[ $n -lt 600 ] || {
			echo "FAILED: $1: souk goes on without a terminal"
			exit 1
		}
		sleep 0.05
	done
	# The second line is of the children: "0m0.25s 0m0.06s".
	tail -n 1 "$work/times" | tr 'ms' '  ' | awk '{ exit !($1 * 60 + $2 + $3 * 60 + $4 < 5) }' || {
		echo "FAILED: $1: processor time $(tail -n 1 "$work/times")"
		exit 1
	}
	wait_sql 0 "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
}

for hup in '' :; do
	begin "$hup"
	gone 'a grid'

	begin "$hup"
	type_text ':tenant blu'
	wait_for ':tenant blu'
	gone 'the bar'

	begin "$hup"
	keys C-p
	wait_for 'Esc leave'
	gone 'the palette'

	begin "$hup"
	keys '?'
	wait_for 'variants of this product'
	gone 'help'

	begin "$hup"
	type_line ":sql select pg_sleep(600)"
	wait_sql 1 "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE '%pg_sleep(600)%' AND state = 'active' AND pid <> pg_backend_pid()"
	gone 'a statement that runs'

	# A line that is not finished is worth keeping too.
	begin "$hup"
	keys e
	wait_for 'guarded by version and xmin'
	keys j Enter
	keys C-a C-k
	type_text "Typed before the line dropped, $hup."
	wait_for "line dropped, $hup."
	gone 'a form'
	grep -rqF "Typed before the line dropped, $hup." "$work/home/state/souk/drafts" || {
		echo "FAILED: no draft of what was being typed"
		exit 1
	}
	rm -rf "$work/home/state/souk/drafts"
done

# Over a screen: a whole value, the questions before a save, the merge; what was typed is a draft in each.
sql() { psql -X -q -v ON_ERROR_STOP=1 -c "SELECT set_config('app.tenant_id', '1', false)" -c "$1" >/dev/null; }
type_name() {
	keys e
	wait_for 'guarded by version and xmin'
	keys j Enter
	keys C-a C-k
	type_text "$1"
	keys Enter
	wait_for "$1  was"
}
kept() { # TEXT WHERE
	grep -rqF "$1" "$work/home/state/souk/drafts" || {
		echo "FAILED: no draft: $2"
		exit 1
	}
	rm -rf "$work/home/state/souk/drafts"
}
for hup in '' :; do
	begin "$hup"
	keys v
	wait_for 'text, 8 bytes'
	gone 'a value'

	begin "$hup"
	type_name 'Asked to be armed'
	keys C-s
	wait_for 'so that this can be saved?'
	gone 'a question'
	kept 'Asked to be armed' 'a question'

	begin "$hup"
	type_name 'Mine in the merge'
	sql "UPDATE commerce.catalog_products SET name = 'Theirs$hup' WHERE sku = 'AB-00001'"
	keys C-s
	wait_for 'so that this can be saved?'
	keys y
	wait_for 'A reason for the audit'
	keys Enter
	wait_for 'changed while you were editing'
	keys m
	wait_for 'chosen: mine'
	gone 'the merge'
	kept 'Mine in the merge' 'the merge'
done

# It may be told so more than once, by the terminal and by the system, while the draft is being written.
begin :
pid=$(pgrep -s "$(tm list-panes -F '#{pane_pid}')" -x souk)
type_name 'Told many times'
while kill -HUP "$pid" 2>/dev/null; do :; done
stop
kept 'Told many times' 'many hangups'

# In somebody else's hands: the editor goes with the line, or is waited for no longer.
terminal 100x30 EDITOR="$work/editor"
printf '#!/bin/sh\n: >"%s"\nexec cat\n' "$work/editing" >"$work/editor"
chmod +x "$work/editor"
type_line "sh -c 'trap : HUP; souk -U support_anna --tenant acme-bakery --open products; times >spent; mv spent times'"
rm -f "$work/times"
wait_for '▸AB-00001'
type_name 'Before the editor'
keys j j E
n=0
until [ -f "$work/editing" ]; do
	n=$((n + 1))
	[ $n -lt 600 ] || fail 'no editor'
	sleep 0.05
done
gone 'an editor'
kept 'Before the editor' 'an editor'

# In lines.
terminal 100x30
rm -f "$work/times"
type_line "sh -c 'trap : HUP; souk --plain -U support_anna --tenant acme-bakery --open products; times >spent; mv spent times'"
wait_for 'SKU AB-00001'
gone 'lines'

# Stopped by Ctrl-Z when it happens: nobody could continue it.
begin :
keys C-z
n=0
pid=$(pgrep -s "$(tm list-panes -F '#{pane_pid}')" -x souk)
until grep -q '^State:[[:space:]]*T' "/proc/$pid/status"; do
	n=$((n + 1))
	[ $n -lt 600 ] || fail 'Ctrl-Z does not stop it'
	sleep 0.05
done
gone 'stopped'
