# shellcheck shell=sh disable=SC2154,SC2034
# SPDX-License-Identifier: MIT
# from the command to the first rows of a tenant of 10,000 products on the screen
page="select sku, name, price, currency, status from commerce.catalog_products
	where tenant_id = 1 order by sku limit 50"
for i in $(repeat); do
	rm -rf "$work/.cache"
	"$measure" screen until "$sku" -- "$SOUK" --tenant acme-bakery --open products | keep first
	"$measure" screen until "$sku" memory -- "$SOUK" --tenant acme-bakery --open products | keep souk
	"$measure" screen until "$sku" -- psql -X -P pager=off -c "$page" | keep psql
	"$measure" screen until "$sku" -- "$floor" "$page" | keep floor
	! peer pspg || PSQL_PAGER=pspg "$measure" screen until "$sku" memory -- \
		psql -X -P pager=always -c "$page" | keep pspg
	! peer pgcli || "$measure" screen until "$sku" -- pgcli --no-password -e "$page" | keep pgcli
done
row "start to first rows" ms "$(median souk)" "psql, LIMIT 50" "$(median psql)" ""
row "" ms "$(median souk)" "a bare client" "$(median floor)" "<= 1.5"
row "  for the first time: catalog not kept yet" ms "$(median first)" "psql, LIMIT 50" "$(median psql)"
! peer pspg || row "" ms "$(median souk)" "psql into pspg" "$(median pspg)" "< 1"
! peer pgcli || row "" ms "$(median souk)" "pgcli" "$(median pgcli)" "< 1"
