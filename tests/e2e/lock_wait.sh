#!/bin/sh
# SPDX-License-Identifier: MIT
# A save that waits for a lock says for whom; Esc gives it up, nothing is written and nothing typed is lost.
. tests/support/tmux.sh
terminal 100x30
mkfifo "$work/holder"
psql -X -q -v ON_ERROR_STOP=1 <"$work/holder" >/dev/null 2>&1 &
holder=$!
exec 8>"$work/holder"
echo "SET application_name = 'the-holder'; SELECT set_config('app.tenant_id', '1', false); BEGIN;
UPDATE commerce.catalog_products SET price = price WHERE sku = 'AB-00001';" >&8
until [ "$(psql -X -A -t -c "SELECT count(*) FROM pg_stat_activity
	WHERE application_name = 'the-holder' AND state = 'idle in transaction'")" = 1 ]; do sleep 0.05; done
type_line 'souk -U support_anna --tenant acme-bakery --armed --open products'
wait_for 'AB-00001'
in_bar ':set lock-timeout 10m'
keys e
wait_for 'guarded by version and xmin'
keys j Enter
keys C-a C-k
type_text 'My loaf'
keys Enter
wait_for 'was '
keys C-s
wait_for 'A reason for the audit'
type_text 'tests'
keys Enter
wait_for 'waiting'
wait_for 'the-holder'
keys Escape
wait_for 'nothing was written'
expect 'My loaf'
# The server waits no longer either.
until [ "$(psql -X -A -t -c "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'")" = 0 ]; do sleep 0.05; done
echo 'ROLLBACK;' >&8
exec 8>&-
wait $holder || :
keys C-s
wait_for 'saved as version'
wait_for 'My loaf'
keys q q
