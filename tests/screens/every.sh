#!/bin/sh
# SPDX-License-Identifier: MIT
# every.sh every/COLSxROWS.LOCALE.expected - open every shipped screen at this size and look at it: what must
# hold of any screen (every.awk), and what frames it against the file: where one is, the heads of the columns,
# titles of panes and panels, hints, and the sentence where there is nothing.  Rows are not kept: the data's
# clock runs.  What belongs to the server is opened as its superuser, the shop's as support, messages as on-call.
# GOLDENS=1 rewrites the file, to be read by a person in the difference.
set -eu
. tests/support/surroundings.sh
surroundings "$1"
name=$(basename "$1" .expected)
size=${name%.*}
locale=${name##*.}
cd "$work/here"

# way_to SCREEN: a record is opened from its list
way_to() {
	case $1 in
	product | order | customer | relation) printf 'open %ss\nkey Enter' "$1" ;;
	tenant) printf 'open tenants\nkey t' ;;
	message) printf 'open outbox-messages\nkey Enter' ;;
	*) echo "open $1" ;;
	esac
}

# script GROUPS: a script that saves each screen of these groups
script() {
	echo 'tenant acme-bakery'
	for f in "$root"/screens/*.screen; do
		screen=$(basename "$f" .screen)
		grep -qE "^group *= *($1)\$" "$f" || continue
		printf '%s\nsave-screen %s\nback 99\n' "$(way_to "$screen")" "$screen"
	done
}

# look USER GROUPS
look() {
	script "$2" >"$1.script"
	LC_ALL=$([ "$locale" = ascii ] && echo C || echo C.UTF-8) timeout "${TEST_TIMEOUT:-120}" \
		souk run "$1.script" --keep-going -U "$1" --size "$size" >"$1.out" 2>&1 || :
	rm "$1.script" "$1.out"
}
look support_anna 'Shop|Sales|Stock|Tenancy'
look oncall_omar 'Messages'
look postgres 'Activity|Database|Operations|Security'

status=0
for f in "$root"/screens/*.screen; do
	screen=$(basename "$f" .screen)
	grep -q '^group' "$f" || continue # what :sql brings is no place of its own
	if [ ! -s "$screen" ]; then
		echo "$screen was not shown"
		status=1
		continue
	fi
	LC_ALL=C awk -v cols="${size%x*}" -v rows="${size#*x}" -v locale="$locale" -v screen="$screen" \
		-v live="$(grep -cE '^(group *= *Activity|query *= *databases)$' "$f" || :)" -v golden="$work/seen" -f "$root/tests/screens/every.awk" "$screen" || status=1
done
sed -E -f "$root/tests/screens/normalize.sed" "$work/seen" | sed -E 's/  +/  /g; s/ +$//' >"$work/golden"
if [ -n "${GOLDENS:-}" ]; then
	cp "$work/golden" "$root/$1"
else
	diff -u "$root/$1" "$work/golden" || status=1
fi
exit $status
