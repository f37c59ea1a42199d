#!/bin/sh
# SPDX-License-Identifier: MIT
# Hasty fingers: a key pressed twice, the wrong word first, vi's way out.
. tests/support/tmux.sh
terminal 100x30

# A word that resembles a command was taken for a database: both are told.
type_line 'souk listt products; echo "status $?"'
wait_for 'status 2'
expect '"listt" was taken for a database; there is no such command, nearest: list'

# Enter twice in one write opens once, wherever one is.
type_line 'clear; souk -U support_anna --open tenants'
wait_for '▸acme-bakery'
tm send-keys -H 0d 0d
wait_for '▸AB-00001'
expect 'acme-bakery ▸ Tenants ▸ Products'
refuse 'Products ▸ Products'
keys Enter Enter
wait_for 'Variants'
refuse 'error'
keys q
wait_for '▸AB-00001'

# In one write a description is opened, gone down in, and the value in the row seen whole.
tm send-keys -H 64 6a 6a 0d
wait_for '▸ AB-00001 ▸ value'
expect 'text, 8 bytes'
keys q q
wait_for '▸AB-00001'

# :q! asks nothing and loses nothing.
keys e
wait_for 'guarded by version and xmin'
keys j Enter
keys C-a C-k
type_text 'Typed in a hurry'
keys Enter
wait_for '1 changed'
type_text ':q!'
keys Enter
wait_for 'are kept as a draft'
expect 'the changes to commerce.catalog_products'
grep -rqF 'Typed in a hurry' "$work/home/state/souk/drafts" || fail "no draft on disk"

# Without changes it says nothing.
type_line 'clear; souk -U support_anna --tenant acme-bakery --open products'
wait_for '▸AB-00001'
type_text ':q!'
keys Enter
wait_gone 'READ-ONLY'
refuse 'draft'
