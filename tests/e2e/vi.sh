#!/bin/sh
# SPDX-License-Identifier: MIT
# The bar edits as the person's inputrc says: vi keys, their own bindings, undo; its history keeps a line once and
# no secret.
. tests/support/tmux.sh
cat >"$work/inputrc" <<'RC'
set editing-mode vi
set keymap vi-insert
"\C-x\C-o": "orders"
RC
terminal 100x30 INPUTRC="$work/inputrc"
type_line 'souk -U support_anna --tenant acme-bakery'
wait_for 'Screens'
type_text ':carts'
keys Enter
wait_for '▸ Carts'
type_text ':products status=active'
wait_for ':products status=active'
# Escape leaves insertion, not the bar; b, cw and u are vi's.
keys Escape
type_text 'bcwinactive'
wait_for ':products status=inactive'
keys Escape
type_text 'u'
wait_for ':products status=active'
type_text '0cwcoupons'
wait_for ':coupons status=active'
keys Escape
type_text 'uu'
wait_for ':products status=active'
type_text 'dd'
wait_gone 'status=active'
type_text 'i'
keys C-x C-o
wait_for ':orders'
keys Enter
wait_for 'ORD-'
# The same line twice stands once; what names a secret does not stand at all.
type_text ':orders'
keys Enter
wait_gone ':orders'
type_text ':connect postgresql://anna:hunter2@nowhere.invalid/x'
keys Enter
wait_for 'nowhere.invalid'
keys C-c
n=0
until grep -qx orders "$work/home/state/souk/history" 2>/dev/null; do
	n=$((n + 1))
	[ $n -lt 100 ] || fail "no history"
	sleep 0.05
done
type_text ':q!'
keys Enter
wait_gone 'READ-ONLY'
! grep -q 'hunter2' "$work/home/state/souk/history" || fail "a password in the history"
[ "$(stat -c %a "$work/home/state/souk/history")" = 600 ] || fail "history is open to others"
type_line 'clear; souk -U support_anna --tenant acme-bakery'
wait_for 'Screens'
type_text ':'
keys Escape
type_text 'k'
wait_for ':q!'
type_text 'k'
wait_for ':orders'
type_text 'k'
wait_for ':carts'
keys C-c
wait_gone ':carts'

# The mode in the prompt, without what it tells the terminal; what cycles through matches goes through the menu.
cat >"$work/inputrc" <<'RC'
set editing-mode vi
set show-mode-in-prompt on
set vi-ins-mode-string "\1\e[6 q\2<ins>"
set vi-cmd-mode-string "\1\e[2 q\2<cmd>"
TAB: menu-complete
RC
type_line ':q!'
wait_gone 'READ-ONLY'
type_line 'clear; souk -U support_anna --tenant acme-bakery'
wait_for 'Screens'
type_text ':low'
wait_for ':<ins>low'
keys Escape
wait_for ':<cmd>low'
type_text 'ddi'
wait_for ':<ins>'
keys Tab
wait_for ':<ins>action'
keys Tab
wait_for ':<ins>apply'
