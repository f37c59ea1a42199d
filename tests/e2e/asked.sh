#!/bin/sh
# SPDX-License-Identifier: MIT
# A question goes with the command that asked it, also where a screen was opened above it.
. tests/support/tmux.sh
terminal 100x30
type_line 'souk -U support_anna --tenant acme-bakery --open products'
wait_for 'AB-00001'
type_text ':explain --analyze select pg_sleep(1)'
keys Enter
type_text ':tenant *'
keys Enter
wait_for 'You will see records of every tenant'
wait_for 'ACTUAL_ROWS'
keys C-c
wait_for 'cancelled: tenant'
keys Escape
wait_for 'AB-00001'
refuse 'You will see records'
# The screens are those that were there.
type_text ':tenant *'
keys Enter
wait_for 'You will see records of every tenant'
keys Escape
wait_for 'the scope stays'
