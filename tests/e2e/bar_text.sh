#!/bin/sh
# SPDX-License-Identifier: MIT
# Wide, combining and joined signs typed and edited in the bar and in a field: a key takes a whole sign, the
# cursor stands where it seems to, and the server gets what was typed.  Two consoles keep one history.
. tests/support/tmux.sh
terminal 100x30
type_line 'souk -U support_anna --tenant acme-bakery --armed --open products'
wait_for '▸AB-00001'
cursor() { tm display-message -p '#{cursor_x}'; }
at() { # COL
	n=0
	until [ "$(cursor)" -eq "$1" ]; do
		n=$((n + 1))
		[ $n -lt 200 ] || fail "the cursor is at $(cursor), not $1"
		sleep 0.05
	done
}
accent=$(printf '\314\201')                                     # a combining acute
family=$(printf '\360\237\221\251\342\200\215\360\237\222\273') # two emoji joined
type_text ':filter name = 日本語'
wait_for '日本語'
at 21
keys BSpace
at 19
keys Left Left
at 15
type_text "e$accent"
at 16
keys BSpace
at 15
keys C-e
at 19
keys C-u
type_text 'filter name = x💻'
at 18
keys BSpace
at 16
keys Enter
wait_for 'No row matches name = x'
keys BSpace
wait_for '▸AB-00001'

# In a field, and in the record.
keys e
wait_for 'guarded by'
keys j Enter C-a C-k
type_text "日本 e$accent $family!"
keys Home Right Delete
keys Enter
wait_for "日 e$accent"
keys C-s
wait_for 'A reason'
keys Enter
wait_for 'saved as version'
name=$(psql -X -q -At -U postgres -c "SELECT name FROM commerce.catalog_products WHERE tenant_id = 1 AND sku = 'AB-00001'")
[ "$name" = "日 e$accent $family!" ] || fail "saved as '$name'"
# The row is as wide as the others.
wait_for '▸AB-00001'
price() { capture | grep -F "$1" | head -n 1 | grep -o 'USD.*' | wc -m; }
[ "$(price AB-00001)" -eq "$(price AB-00002)" ] || fail "the row is shifted"

# Another console writes the same history meanwhile: no line is lost, none is there twice, none is half.
resize 100x60
tm split-window -v "souk -U support_ben --tenant acme-bakery"
n=0
until tm capture-pane -p -t :0.1 | grep -q '▸ Screens'; do
	n=$((n + 1))
	[ $n -lt 1200 ] || fail "no second console"
	sleep 0.05
done
history=$work/home/state/souk/history
for i in 1 2 3 4 5 6; do
	for pane in 0 1; do
		tm send-keys -t ":0.$pane" -l ":help keys$pane$i"
		tm send-keys -t ":0.$pane" Enter
		tm send-keys -t ":0.$pane" C-c
	done
done
for i in 1 2 3 4 5 6; do
	for pane in 0 1; do
		n=0
		until grep -qx "help keys$pane$i" "$history"; do
			n=$((n + 1))
			[ $n -lt 200 ] || { cat "$history"; fail "help keys$pane$i is not in the history"; }
			sleep 0.05
		done
	done
done
[ -z "$(sort "$history" | uniq -d)" ] || { cat "$history"; fail "a line twice"; }
[ "$(stat -c %a "$history")" = 600 ] || fail "history is open to others"
# What names a password is in neither.
for line in 'connect host=/nonexistent password=hunter1' 'connect postgres://u:hunter2@nowhere.invalid/' \
	'sql SELECT 1 AS PGPASSWORD_hunter3' 'sql ALTER ROLE x PASSWORD hunter4'; do
	tm send-keys -t :0.0 -l ":$line"
	tm send-keys -t :0.0 Enter
	tm send-keys -t :0.0 C-c
done
tm send-keys -t :0.0 -l ':help plain'
tm send-keys -t :0.0 Enter
n=0
until grep -qx 'help plain' "$history"; do
	n=$((n + 1))
	[ $n -lt 200 ] || fail "the last line is not in the history"
	sleep 0.05
done
! grep -rn hunter "$work/home/state" || fail "a password is on the disk"
