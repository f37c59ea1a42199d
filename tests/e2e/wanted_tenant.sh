#!/bin/sh
# SPDX-License-Identifier: MIT
# --tenant: what is opened at the start waits until it is known who that is, and a mistyped one is no licence to
# show all of them.
. tests/support/tmux.sh
terminal 100x24
psql -X -q -U postgres -c "UPDATE commerce.sales_orders SET created_at = pg_catalog.now() - '3 h'::interval
	WHERE tenant_id = 1 AND order_number = 'ORD-1'"
for catalog in read kept; do
	type_line 'souk -U support_anna --tenant acme-bakery --open shop-today'
	wait_for '21 h'
	# One look, and that was of the tenant: a look before it would be the first bar.
	capture | grep -q 'ORDERS IN 24 H [1-9][0-9]*  *[a-zA-Z]' || fail "the catalog is $catalog: asked before the tenant was known"
	type_line ':q!'
	wait_gone 'READ-ONLY'
done

type_line 'souk -U postgres --tenant acme-bakrey'
wait_for 'error: acme-bakrey: no tenant'
expect 'no tenant ▸'
type_line ':open commerce.catalog_products'
wait_gone ':open'
refuse 'BD-0'
refuse 'AB-0'
type_line ':products'
wait_for 'choose a tenant for products'
type_line ':tenant acme-bakery'
wait_for 'AB-00001'
expect 'acme-bakery ▸'
refuse 'acme-bakrey'
type_line ':q!'
wait_gone 'READ-ONLY'

for mistake in "--tenant ''|error: tenant: the name is empty" '--profile /nowhere|error: /nowhere: '; do
	type_line "souk -U support_anna ${mistake%|*}"
	wait_for "${mistake#*|}"
	type_line ':q!'
	wait_gone 'READ-ONLY'
done

# Nothing of the tenant's is touched either, by whom no policy binds.
printf '%s\n' 'open commerce.catalog_products' 'update products --set name=Rye' 'sql SELECT 1' >"$work/script"
type_line "souk run $work/script -U postgres --armed --reason test --tenant acme-bakrey --keep-going; echo status \$?"
wait_for 'status 1'
expect 'script:1: acme-bakrey: no tenant'
expect 'script:2: acme-bakrey: no tenant'
refuse 'script:3'
stop
wait_sql 0 "SELECT count(*) FROM commerce.catalog_products WHERE name = 'Rye'"
