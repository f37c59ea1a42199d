#!/bin/sh
# SPDX-License-Identifier: MIT
# Another tenant is chosen: nothing of the one before stands under the new name, and nothing typed is lost.
. tests/support/tmux.sh
terminal 100x24
type_line 'souk -U support_anna --tenant acme-bakery --open shop-today'
wait_for 'USD'
type_line ':tenant blue-drugs'
wait_for 'EUR'
expect 'blue-drugs ▸ Shop today'
refuse 'USD'
type_line ':tenant acme-bakery'
wait_for 'USD'
refuse 'EUR'

# A record, and a value above it: back to the list they were opened from.
type_line ':products'
wait_for 'AB-00001'
keys Enter
wait_for 'Short description'
keys v
wait_for 'text, 1 byte'
type_line ':tenant blue-drugs'
wait_for 'BD-00001'
expect 'blue-drugs ▸ Shop today ▸ Products  '
refuse 'AB-00001'

# What is not saved is not left behind.
keys e
wait_for 'guarded by'
keys j Enter
wait_for 'name: '
type_text 'Zz '
keys Enter
wait_for '1 changed'
for line in ':tenant acme-bakery' ':products @acme-bakery' ':tenant *'; do
	type_line "$line"
	wait_for 'is not saved, and would stand'
	expect 'blue-drugs ▸'
	keys C-l
	type_line ':disarm'
	wait_gone 'is not saved, and would stand'
done
type_line ':products @blue-drugs /magnesium'
wait_for '/magnesium'
wait_for 'BD-00001'
stop
