# shellcheck shell=sh disable=SC2154,SC2034
# SPDX-License-Identifier: MIT
# the same table with five million rows: what is seen of it costs no more than of one million
#
# BENCH_ROWS: how many (5000000)
many=${BENCH_ROWS:-5000000}
database very_large "$here/large.sql"
psql -X -q -v ON_ERROR_STOP=1 -d very_large -c "insert into items
	select n, 'item-' || lpad(n::text, 7, '0'), n % 1000, (n % 9973) / 100.0, now()
	from generate_series(1000001, $many) n" -c 'vacuum analyze items' >/dev/null
enter=$(printf '\r')
near=$((many - 10000))
rows="select * from items"
for i in $(repeat); do
	PGDATABASE=very_large "$measure" screen until item-0000001 press G press g press ":goto $near" press "$enter" memory -- \
		"$SOUK" --open public.items | keep souk
	PGDATABASE=very_large "$measure" screen until item-0000001 press G memory -- \
		"$floor" "$rows order by id limit 40" "$rows order by id desc limit 40" | keep floor
	PGDATABASE=very_large "$measure" screen until item-0000001 press G -- \
		"$floor" "$rows order by id limit 40" "$rows where id >= $near order by id limit 40" | keep key
done
row "open $many rows" ms "$(median souk)" "a bare client" "$(median floor)" "<= 1.5"
row "  last page" ms "$(median souk 2)" "a bare client" "$(median floor 2)" "<= 2"
row "  a key near the end" ms "$(median souk 5)" "a bare client" "$(median key 2)" "<= 2"
row "  resident after that" KiB "$(median souk 6)" "goal" 12288 "<= 1"
