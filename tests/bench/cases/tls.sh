# shellcheck shell=sh disable=SC2154,SC2034
# SPDX-License-Identifier: MIT
# from the command to the first rows over TLS, on this machine
page="select sku, name, price, currency, status from commerce.catalog_products
	where tenant_id = 1 order by sku limit 50"
port=$(sh tests/support/cluster.sh tls "$CLUSTER")
socket=$PGHOST
PGHOST=127.0.0.1 PGPORT=$port PGSSLMODE=require
export PGPORT PGSSLMODE
"$measure" screen until "$sku" idle 1 -- "$SOUK" --tenant acme-bakery --open products >/dev/null # the catalog is kept
for i in $(repeat); do
	"$measure" screen until "$sku" -- "$SOUK" --tenant acme-bakery --open products | keep souk
	"$measure" screen until "$sku" -- "$floor" "$page" | keep floor
	"$measure" screen until "$sku" -- psql -X -P pager=off -c "$page" | keep psql
done
PGHOST=$socket
unset PGPORT PGSSLMODE
row "start to first rows over TLS" ms "$(median souk)" "a bare client" "$(median floor)" "<= 1.5"
row "" ms "$(median souk)" "psql, LIMIT 50" "$(median psql)"
