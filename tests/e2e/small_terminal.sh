#!/bin/sh
# SPDX-License-Identifier: MIT
# Too small is said kindly; a larger window goes on; a dumb terminal and no terminal are refused in words.
. tests/support/tmux.sh
terminal 100x30
type_line 'souk -U support_anna --tenant acme-bakery --open products'
wait_for 'AB-00001'
resize 40x10
wait_for 'Make the terminal larger'
resize 100x30
wait_for 'AB-00001'
keys q q
wait_gone 'READ-ONLY'
type_line 'TERM=dumb souk -U support_anna; echo status $?'
wait_for 'status 1'
type_line 'clear; souk -U support_anna </dev/null >out 2>err; echo status $?'
# A console without standard input still has its terminal.
wait_for 'Screens'
keys q
wait_for 'status 0'

# Narrow, the words are broken; where nothing can be seen no key acts but the one they name.
stop
terminal 100x30
type_line 'souk -U support_anna --tenant acme-bakery --open products'
wait_for '▸AB-00001'
resize 26x20
wait_for 'or press Ctrl-C to leave:'
expect 'what was typed is kept.'
keys j j Enter
resize 100x30
wait_for '▸AB-00001'
refuse 'Variants'
keys e
wait_for 'guarded by version and xmin'
keys j Enter
keys C-a C-k
type_text 'Typed in a corner'
keys Enter
wait_for '1 changed'
resize 100x5
wait_for 'or press Ctrl-C to leave'
keys C-c
wait_for 'are kept as a draft'
resize 100x30
wait_gone 'READ-ONLY'
grep -rqF 'Typed in a corner' "$work/home/state/souk/drafts" || fail "no draft on disk"

# In a corner that does not hold these words, fewer are said.
stop
terminal 100x30
type_line 'souk -U support_anna --tenant acme-bakery --open products'
wait_for '▸AB-00001'
resize 20x5
wait_for 'souk wants 80x24:'
expect 'Ctrl-C leaves.'
resize 9x2
wait_for '80x24'
resize 100x30
wait_for '▸AB-00001'
