#!/bin/sh
# SPDX-License-Identifier: MIT
# What an argument can name is offered, whatever kind of thing it is.
. tests/support/tmux.sh
terminal 120x30
type_line 'souk -U support_anna --tenant acme-bakery --open products'
wait_for 'AB-00001'
offers() { # BEGINNING WANTED: the line that has been begun, and what stands above it
	type_text ":$1"
	wait_for "$2"
	keys Escape
	wait_gone ":${1% }"
}
while IFS='|' read -r begun wanted; do
	offers "$begun" "$wanted"
done <<'END'
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
as support_b|support_ben
set early|early-notice
theme contr|contrast
sql SELECT * FROM catalog_prod|commerce.catalog_products
explain SELECT * FROM commerce.catalog_prod|commerce.catalog_products
END
: >"$work/lines.csv"
offers "import $work/li" 'lines.csv'
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
keys q q
