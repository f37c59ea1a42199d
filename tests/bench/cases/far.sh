# shellcheck shell=sh disable=SC2154,SC2034
# SPDX-License-Identifier: MIT
# a server 50 ms away: the start, and pages that were asked for ahead
#
# The floor is a bare client: it connects, and asks once. The round trips themselves are counted in tests: of a start
# and a page (tests/db/ahead.c, page.c), of a scoped read and of a save (tests/db/connections.c, save.c).
page=$(printf '\033[6~')
enter=$(printf '\r')
# save NAME: a form opened, the name changed, the changes looked at, and saved; the last is what counts
save() {
	printf '%s\n' answer e 'guarded by' press j press "$enter" press "$(printf '\001\013')$1" press "$enter" \
		answer "$(printf '\023')" reason answer "$enter" 'saved as'
}
mkfifo "$work/far.open"
# One relay for all: what was kept is known by where the server is.
# shellcheck disable=SC2016 # of the inner shell
"$far" 50 sh -c 'echo "$PGHOST" >"$1"; exec cat "$2"' sh "$work/far.host" "$work/far.open" &
exec 8>"$work/far.open"
until [ -s "$work/far.host" ]; do sleep 0.05; done
near=$PGHOST
PGHOST=$(cat "$work/far.host")
"$measure" screen until acme-bakery idle 1 -- "$SOUK" --open tenants >/dev/null # the catalog is kept
for i in $(repeat); do
	"$measure" screen until acme-bakery -- "$SOUK" --open tenants | keep souk
	"$measure" screen until acme-bakery -- "$floor" \
		"select slug, name, status from commerce.tenancy_tenants order by slug" | keep floor
	"$measure" screen until "$sku" key "$page" 40 press G -- "$SOUK" --tenant acme-bakery --open products | keep tenant
	"$measure" screen until "$sku" -- psql -X -P pager=off -c "select sku, name from commerce.catalog_products
		where tenant_id = 1 order by sku limit 50" | keep psql
	# The first connects what saves.
	IFS='
'
	# shellcheck disable=SC2046 # a word a line
	"$measure" screen until "$sku" $(save first) $(save "$i") -- \
		"$SOUK" --tenant acme-bakery --armed --open products | keep save
	unset IFS
done
exec 8>&-
wait
PGHOST=$near
row "50 ms away: start to first rows" ms "$(median souk)" "a bare client" "$(median floor)" "<= 1.1"
row "  of a tenant by name" ms "$(median tenant)" "psql, LIMIT 50" "$(median psql)"
row "  page down, p50" ms "$(median tenant 2)" "" "" "<= 5 ms"
row "  page down, p95" ms "$(median tenant 2 4)" "" "" "<= 5 ms"
row "  a save: its verdict, and COMMIT" ms "$(median save 15)" "two round trips" 100 "<= 1.2"
row "  the last page: BEGIN, scope, query, end" ms "$(median tenant 3)" "a round trip" 50 "<= 1.2"
