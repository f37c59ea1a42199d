#!/bin/sh
# SPDX-License-Identifier: MIT
# What an argument can name is offered, whatever kind of thing it is.
. tests/support/tmux.sh
terminal 120x30
type_line 'souk -U support_anna --tenant acme-bakery --open products'
wait_for 'AB-00001'
offers() { # BEGINNING WANTED: the line that has been begun, and what stands above it
	refuse "$2"
	type_text ":$1"
	wait_for ":${1% }"
	wait_for "$2"
	keys Escape
	wait_gone ":${1% }"
}
while IFS='|' read -r begun wanted; do
	offers "$begun" "$wanted"
done <<'END'
outbox st|How each outbox stands
profile s|Correct a row of the profile
rls rules R01|R01-rls-off
rls fix R02|R02-not-enabled
rls fix R02 catalog_prod|commerce.catalog_products
rls fix R02 catalog_products catalog_products_t|catalog_products_tenant_isolation
outbox use |commerce.outbox_messages
outbox status --outbox outb|commerce.outbox_messages
incident --outbox outb|commerce.outbox_messages
incident --since 1|15m
profile tenant_c|tenant_column
profile set tenant_l|tenant_label
schema snapshot --schema comm|commerce
export js|jsonl
refresh 3|30s
refresh o|off
as support_b|support_ben
set early|early-notice
set na|name=  Name
set status=ina|status=inactive
set name=Rye sta|status=
theme contr|contrast
sql SELECT * FROM catalog_prod|commerce.catalog_products
explain SELECT * FROM commerce.catalog_prod|commerce.catalog_products
get products rye|Rye loaf
get products 7|AB-00007, 
edit orders ORD-1|ORD-10, 
goto AB-00012|1,12  AB-00012, 
outbox find |processed, 
outbox retry --ids 2,1|2,1  TenantCreated, 
stock receive AB-00002|AB-00002, 
update products --set na|name=
connect post|database
connect user=support_b|user=support_ben
connect user=support_ben dbname=post|dbname=postgres
backend cancel |souk, idle
list products stat|status=
filter price |is at most
filter price < 5 an|both hold
\d catalog_pr|commerce.catalog_products
\sf commerce.stock_res|commerce.stock_reserve
\watch 3|30s
\du support_b|support_ben
outbox list --after 1|1  TenantCreated, 
outbox retry --ids 1|1  TenantCreated, 
outbox record Product 70|70  AB-00070, 
outbox find Product 70|70  AB-00070, 
stock reserve AB-00002 1 ORD-1|ORD-10, 
profile set environment st|staging
profile set tenant_setting app|app.tenant_id
profile set application_role support_b|support_ben
profile set tenant_directory commerce.ten|commerce.tenancy_tenants
export csv x.csv --where 'price < 5 and sta|'price < 5 and status
export csv x.csv --filter 'price |is at most
export csv x.csv --filter 'status = act|'status = active
export csv x.csv --sort sku,-pr|sku,-price
import x.csv --key sku,na|sku,name
END
printf 'Article number,name\nAB-1,Rye\n' >"$work/lines.csv"
printf '{"ean": 1, "label": "Rye"}\n' >"$work/lines.jsonl"
offers "import $work/li" 'lines.csv'
offers "import $work/lines.csv --map Art" 'Article number='
offers "import $work/lines.csv --map x=sk" 'x=sku'
offers "import $work/lines.jsonl --map e" 'ean='
# What is put in whole leaves the menu; what was said of it stays.
type_text ':tenant blue-d'
wait_for 'blue-drugs  Blue Drugs'
keys Tab
wait_for ':tenant blue-drugs'
wait_gone 'blue-drugs  Blue Drugs'
expect 'Blue Drugs'
keys Escape
wait_gone ':tenant'
# What was typed and never saved.
keys e
wait_for 'guarded by version and xmin'
keys j Enter
type_text 'Typed in a hurry'
keys Enter
wait_for '1 changed'
type_text ':q!'
keys Enter
wait_for 'are kept as a draft'
type_line 'clear; souk -U support_anna --tenant acme-bakery --open inventory'
wait_for 'MAIN'
offers 'drafts --delete ' 'products, '
# What the screen's rows can do.
offers 'action rec' 'Receive goods'
# A filter that was kept.
keys q
type_line ':products'
wait_for 'AB-00001'
type_line ':filter price < 5'
wait_for 'price < 5'
type_line ':filter-keep cheap'
wait_for 'kept: filter @cheap'
offers 'filter @' 'that was kept'
offers 'filter-keep ch' 'that was kept'
# A conninfo string needs no quotes, nor do they harm.
for line in "user=support_ben dbname=$PGDATABASE" "'user=support_ben dbname=$PGDATABASE'"; do
	type_line ":connect $line"
	wait_for 'role support_ben'
	keys q
	wait_gone 'role support_ben'
done
# What the statistics count is told to who works in all tenants, and is bound by no policy.
type_line ':q!'
wait_gone 'READ-ONLY'
type_line 'clear; souk -U postgres'
wait_for 'Screens'
type_text ':tenant *'
keys Enter
wait_for 'You will see records of every tenant'
type_text 'why not'
keys Enter
wait_for 'ALL TENANTS'
offers 'outbox find Prod' '% of the rows'
type_line ':q!'
