#!/bin/sh
# SPDX-License-Identifier: MIT
# A paste is text wherever it lands: lines, tabs, control bytes, broken UTF-8, a megabyte; none of it is a key.
. tests/support/tmux.sh
terminal 100x30
type_line 'souk -U support_anna --tenant acme-bakery --open products'
wait_for '▸AB-00001'

# Reads what is to be pasted.
paste() {
	tm load-buffer -
	tm paste-buffer -p
}

# The bar: one line, nothing is run, escape sequences and control bytes are no keys.
keys :
wait_for 'Allow writing'
printf 'products\001\n:q!\n\033[Bstatus=\tact\303ive\r' | paste
wait_for ':q!'
expect 'AB-00003'
expect 'status='
keys C-c
wait_gone ':q!'

# The search: the first rows that match it, and no other key.
keys /
printf 'AB-00007\n' | paste
wait_for 'AB-00007'
wait_gone 'AB-00003'
keys C-c
wait_for '▸AB-00001'

# The palette: what stands on the first line.
keys C-p
wait_for 'Esc leave'
printf 'custo\033[A\001mers\nq\n' | paste
wait_for 'custo'
expect 'Esc leave'
keys Escape
wait_gone 'Esc leave'

# A field takes lines as lines: they are in the database as they were pasted.
keys e
wait_for 'guarded by version and xmin'
keys j j j Enter
wait_for 'Description'
keys C-a C-k
printf 'first line\nsecond\tline \360\237\245\220' | paste
wait_for 'second'
keys Enter
wait_for '1 changed'
keys C-s
wait_for 'so that this can be saved?'
keys y
wait_for 'A reason for the audit'
keys Enter
wait_for 'saved as version'
psql -X -q -A -t -c "SELECT set_config('app.tenant_id', '1', false)" -c "SELECT description FROM commerce.catalog_products WHERE sku = 'AB-00001'" |
	tail -n +2 >"$work/there"
printf 'first line\nsecond\tline \360\237\245\220\n' | cmp - "$work/there" || fail "in the database: $(cat "$work/there")"

# A megabyte, and broken UTF-8 in it: it is taken or refused in words, and keys are heard at once.
wait_for '▸AB-00001'
keys e
wait_for 'guarded by version and xmin'
keys j j j j Enter
wait_for 'short_description: '
keys C-a C-k
{
	head -c 1000000 /dev/zero | tr '\0' 'x'
	printf '\377\376 end'
} | paste
keys C-e
wait_for 'end'
keys C-a C-k
type_text 'short again'
wait_for 'short again'
keys Enter
wait_for '1 changed'
