#!/bin/sh
# SPDX-License-Identifier: MIT
# Marked rows are changed together and taken back as one; a record that somebody deleted meanwhile
# is restored with what was typed; a delete goes back under undo.
. tests/support/tmux.sh
terminal 80x24
sql() { psql -X -q -A -t -v ON_ERROR_STOP=1 -c "SET app.tenant_id = '1'" -c "$1"; }
status_of() { sql "SELECT string_agg(status::text, ' ' ORDER BY sku) FROM commerce.catalog_products WHERE sku IN ('AB-00001', 'AB-00002')"; }
# wait_rules NUMBER: until so many rules are called so
wait_rules() {
	n=0
	until [ "$(sql "SELECT count(*) FROM commerce.pricing_rules WHERE name = 'My rule'")" = "$1" ]; do
		n=$((n + 1))
		[ $n -lt 100 ] || fail "there are not $1 rules of that name"
		sleep 0.1
	done
}
before=$(status_of)
type_line 'souk -U support_anna --tenant acme-bakery --open products'
wait_for 'AB-00002'
keys g Space Space
wait_for '2 marked'
type_text ':set status=discontinued'
keys Enter
wait_for 'Change 2 of 2 rows'
# Enter alone leaves everything as it is.
expect 'Leave everything as it is'
keys G g Down j Enter
wait_for 'souk is read-only'
keys y
wait_for 'A reason for the audit'
type_text 'season'
keys Enter
wait_for 'OUTCOME'
expect 'saved'
[ "$(status_of)" = 'discontinued discontinued' ] || fail "they are $(status_of)"
keys Escape
wait_for 'PRICE'
keys u
wait_for 'Take back all 2 records'
keys y
wait_for 'undone'
[ "$(status_of)" = "$before" ] || fail "they are $(status_of), were $before"

# e on marked rows asks what becomes what; nothing is written before all of it was shown.
wait_for '2 marked'
keys e
wait_for 'Change 2 records'
type_text 'status'
wait_for 'status'
keys Enter
wait_for 'discontinued'
type_text 'disc'
keys Enter
wait_for 'show what that would do'
expect 'status=discontinued'
keys Enter
wait_for 'Change 2 of 2 rows'
[ "$(status_of)" = "$before" ] || fail "they are $(status_of), were $before"
keys Escape
wait_gone 'Change 2 of 2 rows'

type_text ':pricing-rules'
keys Enter
wait_for 'Loss leader'
wait_for 'Loss leader'
keys g e
wait_for 'guarded by version and xmin'
keys Enter
keys C-a C-k
type_text 'My rule'
keys Enter
wait_for 'was '
sql "DELETE FROM commerce.pricing_rules WHERE id = (SELECT id FROM commerce.pricing_rules WHERE tenant_id = 1 ORDER BY name, id LIMIT 1)" >/dev/null
keys C-s
wait_for 'A reason for the audit'
keys Enter
wait_for 'The record is gone'
keys Down
wait_for 'Restore it as a new record'
keys Enter
wait_for 'Loss leader'
wait_rules 1

type_text '/My rule'
keys Enter
wait_for '1–1 of'
keys D
wait_for 'Nothing refers to it'
keys Enter
expect 'Nothing refers to it'
keys y
wait_for 'A reason for the audit'
keys Enter
wait_rules 0
keys u
wait_rules 1
