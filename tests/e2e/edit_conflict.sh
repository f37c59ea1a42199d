#!/bin/sh
# SPDX-License-Identifier: MIT
# Two people edit one product: the form tells early, the merge dialog solves what it can and asks for the rest.
. tests/support/tmux.sh
terminal 100x30
sql() { psql -X -q -v ON_ERROR_STOP=1 -c "SELECT set_config('app.tenant_id', '1', false)" -c "$1" >/dev/null; }
type_line 'souk -U support_anna --tenant acme-bakery --open products'
wait_for 'AB-00001'
keys e
wait_for 'guarded by version and xmin'
keys j Enter
keys C-a C-k
type_text 'My loaf'
keys Enter
wait_for 'was '
sql "UPDATE commerce.catalog_products SET price = price + 1 WHERE sku = 'AB-00001'"
wait_for 'somebody saved this record while you edit'
sql "UPDATE commerce.catalog_products SET name = 'Their loaf' WHERE sku = 'AB-00001'"
keys C-s
wait_for 'souk is read-only'
keys y
wait_for 'A reason for the audit'
type_text 'tests'
keys Enter
wait_for 'changed while you were editing'
expect 'CONFLICT'
expect 'Their loaf'
# Enter never overwrites, nor does a save with an open conflict.
keys Enter C-s
wait_for 'still wants a choice'
# All fields: the cursor stays with its own, and a text that nobody changed is told from its beginning.
keys a
wait_for 'Public ID'
expect '▸ Name'
refuse '…dough.'
keys m
wait_for 'chosen: mine'
keys C-s
wait_for 'saved as version'
wait_for 'My loaf'
keys u
wait_for 'undone'
wait_for 'Their loaf'
keys q q
