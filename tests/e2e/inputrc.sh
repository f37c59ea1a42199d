#!/bin/sh
# SPDX-License-Identifier: MIT
# An inputrc that includes another one, for vi, with lines that readline does not understand: it holds, and what is
# wrong in it is said instead of being written across the screen.
. tests/support/tmux.sh
cat >"$work/inputrc" <<END
set editing-mode vi
\$include $work/more
\$nosuch
set no-such-variable on
"unterminated
END
printf '%s\n' '"\C-t": "price"' >"$work/more"
terminal 100x24 INPUTRC="$work/inputrc"
type_line 'souk -U support_anna --tenant acme-bakery --open products'
wait_for 'AB-00001'
type_text ':sort name'
wait_for ':sort name'
keys Escape
keys b c w C-t
wait_for ':sort price'
keys Enter
wait_for 'sort Price'
wait_for 'PRICE▲'
wait_gone ':sort'
type_line ':messages'
wait_for 'nosuch: unknown parser directive'
keys q
wait_gone 'unknown parser directive'
refuse 'readline'
type_line ':q!'
wait_gone 'READ-ONLY'
