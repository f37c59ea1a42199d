#!/bin/sh
# SPDX-License-Identifier: MIT
# parts.sh parts/COLSxROWS.LOCALE.expected - what parts/steps saves at this size, whole: forms, dialogs, help,
# lists to choose from.  GOLDENS=1 rewrites the file, to be read by a person in the difference.
set -eu
. tests/support/surroundings.sh
surroundings "$1"
name=$(basename "$1" .expected)
size=${name%.*}
locale=${name##*.}
script=$root/tests/screens/parts/steps
cd "$work/here"

# What is made anew with each database would show through beside a dialog.
for t in catalog_products pricing_coupons; do
	times="created_at = '2026-01-02 03:04:05+00', updated_at = '2026-01-02 03:04:05+00'"
	[ $t = catalog_products ] || times="$times, valid_from = '2026-01-03+00', valid_until = '2026-09-01+00'"
	psql -X -q -U postgres -v ON_ERROR_STOP=1 -c 'SET session_replication_role = replica' \
		-c "UPDATE commerce.$t SET public_id = pg_catalog.format('00000000-0000-4000-8000-%s',
			pg_catalog.lpad(id::text, 12, '0'))::uuid, $times WHERE tenant_id = 1"
done

status=0
LC_ALL=$([ "$locale" = ascii ] && echo C || echo C.UTF-8) timeout "${TEST_TIMEOUT:-120}" \
	souk run "$script" --keep-going --size "$size" --tenant acme-bakery >"$work/out" 2>&1 || status=$?
{
	sed -n 's/^save-screen  *//p' "$script" | while read -r screen; do
		echo "== $screen"
		cat "$screen" || echo "(was not saved)"
	done
	echo "== told"
	cat "$work/out"
	[ "$status" -le 1 ] || echo "== exit status $status"
} 2>&1 | sed -E -f "$root/tests/screens/normalize.sed" -e "s|$root/||" -e 's/(YYYY-MM-DD) [0-9:]{8}/\1 TIME/' \
	-e 's/, ([0-9]+ m?s ago|just now) (.*[^ ]) *(│|\|)$/, # ago \2 \3/' -e 's/(AB-[0-9]+) (●|\*)/\1  /' |
	# Of help and of what there is to go to only the beginning: it grows with every key and screen.
	awk '/^== / { part = /help-keys|merge-help|palette$/; n = 0 }
		{ n++ }
		part && n <= 15 { sub(/[0-9]+(–|-)[0-9]+ of [0-9]+$/, "# of #"); sub(/ *(┃|│|#|\|)$/, "") }
		!part || n <= 15' >"$work/seen"
status=0
[ -s "$work/seen" ] || status=1
# Nothing is wider than the terminal; without UTF-8 there is nothing but ASCII; boxes are whole.
LC_ALL=C awk -v cols="${size%x*}" -v locale="$locale" '
	function count(s, sign) { return gsub(sign, "", s) }
	/^== / { screen = $2 }
	locale == "ascii" && /[^ -~]/ { print screen ": not ASCII: " $0; bad = 1 }
	locale == "ascii" && screen != "told" && length($0) > cols { print screen ": wider than the terminal: " $0; bad = 1 }
	count($0, "╭") != count($0, "╮") || count($0, "╰") != count($0, "╯") { print screen ": half a box: " $0; bad = 1 }
	/was not saved/ { print screen ": was not saved"; bad = 1 }
	END { exit bad }' "$work/seen" || status=1
if [ -n "${GOLDENS:-}" ]; then
	cp "$work/seen" "$root/$1"
else
	diff -u "$root/$1" "$work/seen" || status=1
fi
exit $status
