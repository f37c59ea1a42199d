#!/bin/sh
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2154  # here, root and work are the suite's
# Every question over the platform's tables runs as the role it is for, and gives the columns it says.

# columns FILE: what its header says.
said() {
	sed -n 's/^-- columns: //p' "$1"
}

# given LOGIN FILE VALUES: the columns that the server describes, for an operator in tenant 1's scope.
given() {
	{
		echo 'BEGIN READ ONLY;'
		echo "SELECT set_config('app.tenant_id', t.tenant(1)::text, true) \\g /dev/null"
		cat "$2"
		echo "${3:-} \\gdesc"
		echo 'ROLLBACK;'
	} | run_sql -U "$1" -F ' ' | cut -d' ' -f1 | tr '\n' ' ' | sed 's/ $//'
}

grid() {
	wanted=$(said "$2")
	got=$(given "$1" "$2")
	[ "$wanted" = "$got" ] || { echo "says $wanted"; echo "gives $got"; return 1; }
	{
		echo 'BEGIN READ ONLY;'
		echo "SELECT set_config('app.tenant_id', t.tenant(1)::text, true), set_config('search_path', 'pg_catalog', true) \\g /dev/null"
		echo 'SELECT count(*) FROM ('
		cat "$2"
		echo ') q;'
		echo 'ROLLBACK;'
	} | run_sql -U "$1" | { read -r n; [ "$n" -gt 0 ] || [ "${3:-}" = empty ] || { echo "no rows"; return 1; }; }
}

q=$root/sql/queries
for name in tenants tenant settings products product product_prices variants categories brands pricing_rules coupons \
	coupon_redemptions reviews inventory movements reservations low_stock warehouses customers customer_addresses orders \
	order order_items order_history order_events carts cart_items payments refunds idempotency daily_sales \
	product_performance audit migrations matviews reports operators; do
	login=support_anna
	[ $name != operators ] || login=dba_dora
	check "queries: $name as $login" grid $login "$q/$name.sql"
done
check "queries: stock_drift as support_anna" grid support_anna "$q/stock_drift.sql" empty
check "queries: break_glass_log as dba_dora" grid dba_dora "$q/break_glass_log.sql" empty

# Actions and ticks: their parameters, then rolled back.
act() {
	login=$1
	file=$q/$2.sql
	shift 2
	{
		echo 'BEGIN;'
		echo "SELECT set_config('app.tenant_id', t.tenant(1)::text, true) \\g /dev/null"
		printf 'PREPARE p AS\n'
		cat "$file"
		printf ';\n\\pset tuples_only off\n\\pset footer off\nEXECUTE p%s;\nROLLBACK;\n' "${1:+($1)}"
	} | run_sql -U "$login" -F ' ' >"$work/acted" || return 1
	[ "$(said "$file")" = "$(head -1 "$work/acted")" ] || { said "$file"; cat "$work/acted"; return 1; }
}
balance=$(run_sql -c "SELECT min(id) FROM commerce.inventory_balances WHERE tenant_id = t.tenant(1) AND available > 5")
reserved=$(run_sql -c "SELECT id FROM commerce.inventory_reservations WHERE tenant_id = t.tenant(1) AND order_ref = 'order:T'")
house=$(run_sql -c "SELECT max(id) FROM commerce.inventory_warehouses WHERE tenant_id = t.tenant(1)")
check "queries: stock_receive" act support_anna stock_receive "$balance, 1, 'test', 'PO'"
check "queries: stock_adjust" act support_anna stock_adjust "$balance, -1, 'test'"
check "queries: stock_transfer" act support_anna stock_transfer "$balance, $house, 1, 'test'"
check "queries: stock_reserve" act support_anna stock_reserve "$balance, 'order:Q', 1, '5 min', 'test'"
check "queries: stock_release" act support_anna stock_release "$reserved, 'test'"
check "queries: stock_sell" act support_anna stock_sell "$reserved, 'test'"
check "queries: report_refresh" act dba_dora report_refresh "'daily_sales'"
check "queries: break_glass" act dba_dora break_glass "'looking for order 7', 5"
check "queries: mend_glass" act dba_dora mend_glass
for name in retry bury revive requeue; do
	check "queries: commerce_outbox_$name" act oncall_omar commerce_outbox_$name "1, '{1,2}', 'test', true"
done
check "queries: commerce_outbox_postpone" act oncall_omar commerce_outbox_postpone "1, '{1,2}', now() + '1 hour', 'test', true, NULL"
check "queries: commerce_projection_gaps" act oncall_omar commerce_projection_gaps "'neo4j-projection', 10"
check "queries: commerce_partitions" act dba_dora commerce_partitions "0, 5"
check "queries: commerce_retention" act dba_dora commerce_retention "'100 days', 10, true"
check "queries: commerce_idempotency_purge" act dba_dora commerce_idempotency_purge "'1 day', 10, true"
check "queries: demo_plan" act postgres demo_plan 1
check "queries: demo_finish" act postgres demo_finish
check "queries: migrate_lock" act postgres migrate_lock
check "queries: migrate_state" act postgres migrate_state
check "queries: migrate_applied" act postgres migrate_applied
check "queries: migrate_record" act postgres migrate_record "9999, 'x', 'y'"

# Who may do what, role by role: least privilege, written down in grants.expected. What it is on a fresh server is
# asked, not what the tests granted.
granted() {
	createdb -T template0 "grants" && PGDATABASE=grants sh "$here/install.sh" || return 1
	run_sql -d grants -f "$here/grants.query" >"$work/grants"
	dropdb grants
	diff "$here/grants.expected" "$work/grants"
}
check "grants: every role holds what is written down, and nothing else" granted

# The demo's rows are written without triggers, and are as these would have left them.
unharmed() {
	wrong=$(run_sql -c "SELECT * FROM commerce_demo.wrong()")
	[ -z "$wrong" ] || { echo "$wrong"; return 1; }
}
check "demo: what was written in bulk breaks no rule" unharmed

# The live traffic, committed: a good deal of it, and nothing drifts.
ticks() {
	for _ in 1 2 3 4 5 6; do
		for tick in shopper stock; do
			echo "SELECT commerce_demo.$tick();"
			echo "SELECT commerce_demo.$tick();"
			echo "SELECT commerce_demo.$tick();"
		done
	done | run_sql -U app_web_1 || return 1
	for _ in 1 2 3 4; do
		run_sql -U support_ben -f "$q/demo_colleague.sql" || return 1
		echo "PREPARE p AS $(cat "$q/demo_relay.sql"); EXECUTE p('relay-1', 50)" |
			grep -v '^--' | run_sql -U relay_1 || return 1
		echo "PREPARE p AS $(cat "$q/demo_consumer.sql"); EXECUTE p('neo4j-projection', 50)" |
			grep -v '^--' | run_sql -U relay_1 || return 1
	done
}
check "traffic: it runs" ticks
quiet() {
	run_sql -U app_web_1 -f "$q/demo_shopper.sql" -f "$q/demo_stock.sql" &&
		[ "$(run_sql -c 'SELECT count(*) FROM commerce.stock_drift')" = 0 ]
}
check "traffic: nothing drifts" quiet
check "traffic: it breaks no rule" unharmed
edited() {
	[ "$(run_sql -c "SELECT count(*) > 0 FROM commerce.audit_log WHERE actor_id = 'support_ben' AND occurred_at > now() - INTERVAL '2 minutes' AND save_id IS NOT NULL")" = t ]
}
check "traffic: the colleague left his name" edited
