# shellcheck shell=sh disable=SC2154,SC2034
# SPDX-License-Identifier: MIT
# a key press: time to the last byte painted, bytes to the terminal, wake-ups
#
# Of the 198 bytes that a line scrolled costs here, 128 are letters: the row that the cursor left is
# written once more without its bar, and what differs in the row that it came to. The rest are 14 to
# say which rows are seen, one to scroll (the region stays set, brief.h), three colours and ten jumps
# over blanks. A program without a bar over the whole row (less) needs 188, and with nothing but one
# column 173.
#
# A key takes 0.4 million instructions within the screen, half of them curses' (tests/e2e/key_cost.sh
# counts them, and the calls of the system: five), and 6 million for a page of all new rows: what
# is beyond that in these times is the system's, between the keyboard, souk, the server and the screen.
# The next rows are asked for before the paint, which puts it off by 0.08 million (1 %) and starts the
# server earlier by the whole paint.
down=$(printf '\033OB')
page=$(printf '\033[6~')
psql -X -c 'select sku, name, price, currency, status from commerce.catalog_products
	where tenant_id = 1 order by sku' >"$work/rows.txt"
# Within the screen, to its end, a line scrolled each, a page each, the last row; in turns.
for i in $(repeat); do
	"$measure" screen until "$sku" key j 30 key j 10 key j 30 key "$page" 100 press G -- \
		"$SOUK" --tenant acme-bakery --open products | sed 1d | keep souk
	! peer htop || "$measure" screen press h key "$down" 30 -- htop | sed 1d | keep htop
	! peer tig || (cd "$root" && "$measure" screen press j key j 30 key j 10 key j 30 key "$page" 10 -- tig) |
		sed 1d | keep tig
	! peer pspg || "$measure" screen press j key j 30 key j 10 key j 30 key "$page" 100 press G -- \
		pspg -f "$work/rows.txt" | sed 1d | keep pspg
	# It has no cursor: each of its lines scrolls.
	! peer less || "$measure" screen press j key j 30 -- less -S "$work/rows.txt" | sed 1d | keep less
done
# against WHAT LINE PEER MS-GOAL BYTES-GOAL
against() {
	row "$1" ms "$(median souk "$2")" "$3" "$(median "$3" "$2")" "$4"
	row "" bytes "$(median souk "$2" 2)" "$3" "$(median "$3" "$2" 2)" "$5"
	row "" wakeups "$(median souk "$2" 3)" "$3" "$(median "$3" "$2" 3)" ""
}
! peer htop || against "cursor down one row" 1 htop "" "<= 300 bytes"
! peer tig || against "cursor down one row" 1 tig "<= 1" "< 1"
! peer pspg || against "cursor down one row" 1 pspg "" "< 1"
! peer tig || against "a line scrolled" 3 tig "<= 1" "<= 200 bytes"
! peer pspg || against "a line scrolled" 3 pspg "<= 1" "< 1"
! peer htop || row "" ms "$(median souk 3)" "htop, a row" "$(median htop)" "<= 1"
! peer less || row "" bytes "$(median souk 3 2)" "less" "$(median less 1 2)"
! peer tig || against "page down" 4 tig "" "< 1"
if peer pspg; then
	against "page down" 4 pspg "<= 1" ""
	row "  p95" ms "$(median souk 4 4)" "pspg" "$(median pspg 4 4)" "<= 1"
	row "to the last row" ms "$(median souk 5)" "pspg (all loaded)" "$(median pspg 5)"
fi
