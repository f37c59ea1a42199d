# shellcheck shell=sh disable=SC2154,SC2034
# SPDX-License-Identifier: MIT
# a table of a million rows without a screen of its own: opened, to its end, to a key, and what that keeps in memory
database large "$here/large.sql"
enter=$(printf '\r')
rows="select * from items"
for i in $(repeat); do
	PGDATABASE=large "$measure" screen until item-0000001 press G press g press ":goto 990000" press "$enter" memory -- \
		"$SOUK" --open public.items | keep souk
	PGDATABASE=large "$measure" screen until item-0000001 press G memory -- \
		"$floor" "$rows order by id limit 40" "$rows order by id desc limit 40" | keep floor
	PGDATABASE=large "$measure" screen until item-0000001 press G -- \
		"$floor" "$rows order by id limit 40" "$rows where id >= 990000 order by id limit 40" | keep key
done
row "open 1,000,000 rows" ms "$(median souk)" "a bare client" "$(median floor)" "<= 1.5"
row "  last page" ms "$(median souk 2)" "a bare client" "$(median floor 2)" "<= 2"
row "  a key near the end" ms "$(median souk 5)" "a bare client" "$(median key 2)" "<= 2"
row "  resident after that" KiB "$(median souk 6)" "goal" 12288 "<= 1"
if peer pspg; then
	for i in 1 2 3; do
		PGDATABASE=large PSQL_PAGER=pspg "$measure" screen until item-0000001 press G memory -- \
			psql -X -P pager=always -c 'select * from items order by id' | keep pspg
	done
	row "  open and first rows" ms "$(median souk)" "psql into pspg" "$(median pspg)" "< 1"
	row "  last page" ms "$(median souk 2)" "pspg (all loaded)" "$(median pspg 2)"
	row "  resident" KiB "$(median souk 6)" "psql into pspg" "$(median pspg 3)" "< 1"
fi
