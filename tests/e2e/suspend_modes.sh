#!/bin/sh
# SPDX-License-Identifier: MIT
# Ctrl-Z wherever one is: the shell gets its terminal back as it was, and what was there and half typed is there again.
. tests/support/tmux.sh
terminal 100x30
sql() { psql -X -q -v ON_ERROR_STOP=1 -c "SELECT set_config('app.tenant_id', '1', false)" -c "$1" >/dev/null; }
type_line 'bash --norc --noprofile'
wait_for 'bash'
type_line 'stty -a | md5sum >before; clear'

# away_and_back TEXT...: which are to be seen before and after, and not meanwhile
away_and_back() {
	for text; do wait_for "$text"; done
	keys C-z
	wait_for 'Stopped'
	modes=$(tm display-message -p '#{alternate_on}#{mouse_any_flag}#{cursor_flag}#{keypad_cursor_flag}')
	[ "$modes" = 0010 ] || fail "modes $modes"
	for text; do refuse "$text"; done
	type_line 'clear; stty -a | md5sum | cmp - before && echo s""ame'
	wait_for 'same'
	type_line 'clear; fg'
	for text; do wait_for "$text"; done
}

type_line 'souk -U support_anna --tenant acme-bakery --open products'
away_and_back '▸AB-00001' 'READ-ONLY'

# The bar, with a text and its menu.
type_text ':tenant acme-b'
away_and_back ':tenant acme-b'
type_text 'akery'
wait_for ':tenant acme-bakery'
keys C-c
wait_for '? help'

# The palette, with what was searched.
keys C-p
type_text 'custo'
away_and_back 'custo' 'Esc leave' 'Customers'
keys Escape
wait_gone 'Esc leave'

# Help.
keys '?'
away_and_back 'Keys' 'variants of this product'
keys q

# A form, with a text half typed.
wait_for '▸AB-00001'
keys e
wait_for 'guarded by version and xmin'
keys j Enter C-a C-k
type_text 'Half typed, wherev'
away_and_back 'Half typed, wherev' 'guarded by version and xmin'
type_text 'er'
keys Enter
wait_for 'was '
away_and_back 'Half typed, wherever' '1 changed'

# The merge, with a choice made.
sql "UPDATE commerce.catalog_products SET name = 'Theirs meanwhile' WHERE sku = 'AB-00001'"
keys C-s
wait_for 'so that this can be saved?'
keys y
wait_for 'A reason for the audit'
type_text 'because'
away_and_back 'because' 'A reason for the audit'
keys Enter
# Nobody knows who sat there meanwhile: it is asked for once more.
wait_gone 'A reason for the audit'
wait_for 'so that this can be saved?'
keys y
wait_for 'changed while you were editing'
keys t
away_and_back 'changed while you were editing' 'chosen: theirs'
keys Escape
wait_gone 'changed while you were editing'
keys Escape
wait_for 'Leave without saving'
keys y
wait_for '▸AB-00001'

# A statement that runs: it is awaited by the server, and its rows are there afterwards.
type_line ":sql select 'slept' as word, pg_sleep(3)::text"
keys C-z
wait_for 'Stopped'
type_line 'clear; fg'
wait_for 'slept'
keys q
wait_for '▸AB-00001'
type_text ':q!'
keys Enter
wait_gone 'READ-ONLY'

# In lines: where one is is told again.
type_line 'clear; souk --plain -U support_anna --tenant acme-bakery --open products'
wait_for 'AB-00001'
keys C-z
wait_for 'Stopped'
type_line 'clear; stty -a | md5sum | cmp - before && echo s""ame'
wait_for 'same'
type_line 'clear; fg'
wait_for 'AB-00001'
keys j
wait_for 'AB-00002'
