# shellcheck shell=sh disable=SC2154,SC2034
# SPDX-License-Identifier: MIT
# a table of a million rows without a screen of its own: opened, to its end, and what that keeps in memory
database large "$here/large.sql"
for i in 1 2 3; do
	PGDATABASE=large "$measure" screen until item-0000001 press G press g memory -- \
		"$SOUK" --open public.items | keep souk
done
row "open 1,000,000 rows, last page" ms "$(median souk 2)"
row "  resident after that" KiB "$(median souk 4)" "goal" 12288 "<= 1"
if peer pspg; then
	PGDATABASE=large PSQL_PAGER=pspg "$measure" screen until item-0000001 press G memory -- \
		psql -X -P pager=always -c 'select * from items order by id' | keep pspg
	row "  open and first rows" ms "$(median souk)" "psql into pspg" "$(median pspg)" "< 1"
	row "  resident" KiB "$(median souk 4)" "psql into pspg" "$(median pspg 3)" "< 1"
fi
