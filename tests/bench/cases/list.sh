# shellcheck shell=sh disable=SC2154,SC2034
# SPDX-License-Identifier: MIT
# rows in batch: 1,000 of a tenant, and all of a table to a file
columns="tenant_id, id, sku, name, price, currency, status, updated_at"
for i in $(repeat); do
	"$measure" run "$SOUK" list products --tenant acme-bakery --limit 1000 --format csv | keep souk
	"$measure" run psql -X --csv -c "select $columns from commerce.catalog_products
		where tenant_id = 1 order by sku limit 1000" | keep psql
	"$measure" run "$SOUK" export commerce.catalog_products "$work/out.csv" --tenant acme-bakery --yes |
		keep export
	"$measure" run psql -X -c "\\copy (select * from commerce.catalog_products where tenant_id = 1
		order by id) to '$work/copy.csv' csv header" | keep copy
	rm -f "$work/out.csv"
done
row "list 1,000 rows as CSV" ms "$(median souk)" "psql --csv" "$(median psql)"
row "export 10,000 rows, all columns" ms "$(median export)" "psql \\copy" "$(median copy)"
row "  its memory" KiB "$(median export 1 2)" "psql \\copy" "$(median copy 1 2)"
