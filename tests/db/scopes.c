/* SPDX-License-Identifier: MIT */
/* What holds inside a transaction only: role, scope, READ ONLY. */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "small_database.h"
#include "support/client.h"
#include "support/cluster.h"
#include "support/leak.h"

static void count_told(void *ctx, struct db *db, enum db_lane lane)
{
	(void)lane;
	cr_assert(db_session(db)->superuser);
	++*(int *)ctx;
}

/* Inside the transaction is_superuser is the role's; that is nobody's business outside. */
LEAK_TEST(scopes, a_role_does_not_show_in_the_session)
{
	char *conninfo = small_database();
	struct scope scope;
	struct client c;
	struct answer a;
	struct txn *t;
	int told = 0;

	free(cluster_sql(conninfo, "CREATE ROLE session_tester"));
	scope_init(&scope);
	scope.role = xstrdup("session_tester");
	client_open(&c, conninfo);
	free(client_value(&c, "SELECT 1"));
	db_observe(c.db, count_told, &told);
	for (enum txn_kind kind = TXN_READ; kind <= TXN_WRITE; kind++) {
		t = txn_new(kind, &scope);
		txn_add(t, "SELECT current_user", NULL);
		a = client_run(&c, DB_READ, t);
		cr_assert_eq(a.outcome, TXN_DONE, "%s", a.err.why);
		answer_release(&a);
	}
	cr_assert_eq(told, 0);
	scope_release(&scope);
	client_close(&c);
	free(cluster_sql(conninfo, "DROP ROLE session_tester"));
	free(conninfo);
}

LEAK_TEST(scopes, a_read_cannot_write)
{
	char *conninfo = small_database();
	struct client c;
	struct answer a;

	client_open(&c, conninfo);
	a = client_run(&c, DB_READ, client_txn(TXN_READ, "DELETE FROM t", NULL));
	cr_assert_eq(a.outcome, TXN_FAILED);
	cr_assert_str_eq(a.err.sqlstate, "25006");
	answer_release(&a);
	a = client_run(&c, DB_READ,
		       client_txn(TXN_SNAPSHOT, "SHOW transaction_isolation", NULL));
	cr_assert_str_eq(reply_text(a.replies[0], 0, 0), "repeatable read");
	answer_release(&a);
	client_close(&c);
	free(conninfo);
}

LEAK_TEST(scopes, nothing_stays_in_the_session)
{
	char *conninfo = small_database();
	struct client c;
	char *value;

	client_open(&c, conninfo);
	free(client_value(&c, "SELECT set_config('app.tenant_id', '7', false)"));
	value = client_value(&c, "SELECT coalesce(current_setting('app.tenant_id', true), '')");
	cr_assert_str_eq(value, "");
	free(value);
	client_close(&c);
	free(conninfo);
}

static struct txn *scoped(enum txn_kind kind, const struct scope *scope, const char *sql)
{
	struct txn *t = txn_new(kind, scope);

	txn_add(t, sql, NULL);
	return t;
}

LEAK_TEST(scopes, the_scope_holds_inside_and_ends_with_the_transaction)
{
	char *conninfo = small_database();
	struct scope scope;
	struct client c;
	struct answer a;

	free(cluster_sql(conninfo, "CREATE ROLE scope_tester"));
	scope_init(&scope);
	scope_set(&scope, "app.tenant_id", "it's \"7\", \\{}\n%s");
	scope.role = xstrdup("scope_tester");
	scope.search_path = xstrdup("pg_catalog, \"Öther\"");
	scope.statement_timeout_ms = 1234;
	client_open(&c, conninfo);
	a = client_run(
		&c, DB_READ,
		scoped(TXN_READ, &scope,
		       "SELECT current_setting('app.tenant_id'), current_user, "
		       "current_setting('search_path'), current_setting('statement_timeout'),"
		       "current_setting('DateStyle'), session_user"));
	cr_assert_eq(a.outcome, TXN_DONE, "%s", a.err.why);
	cr_assert_str_eq(reply_text(a.replies[0], 0, 0), "it's \"7\", \\{}\n%s");
	cr_assert_str_eq(reply_text(a.replies[0], 0, 1), "scope_tester");
	cr_assert_str_eq(reply_text(a.replies[0], 0, 2), "pg_catalog, \"Öther\"");
	cr_assert_str_eq(reply_text(a.replies[0], 0, 3), "1234ms");
	cr_assert_eq(strncmp(reply_text(a.replies[0], 0, 4), "ISO", 3), 0);
	cr_assert_str_eq(reply_text(a.replies[0], 0, 5), "postgres");
	answer_release(&a);
	cr_assert(db_session(c.db)->superuser, "the session user's, not the role's");
	a = client_run(&c, DB_READ,
		       client_txn(TXN_READ,
				  "SELECT current_setting('app.tenant_id', true), current_user,"
				  "current_setting('statement_timeout')",
				  NULL));
	cr_assert_str_eq(reply_text(a.replies[0], 0, 0), "");
	cr_assert_str_eq(reply_text(a.replies[0], 0, 1), "postgres");
	cr_assert_str_eq(reply_text(a.replies[0], 0, 2), "0");
	answer_release(&a);
	/* the distributed way sets the same, with quoted literals */
	scope.distributed = true;
	a = client_run(&c, DB_READ,
		       scoped(TXN_READ, &scope,
			      "SELECT current_setting('app.tenant_id'), current_user, "
			      "current_setting('search_path')"));
	cr_assert_eq(a.outcome, TXN_DONE, "%s", a.err.why);
	cr_assert_str_eq(reply_text(a.replies[0], 0, 0), "it's \"7\", \\{}\n%s");
	cr_assert_str_eq(reply_text(a.replies[0], 0, 1), "scope_tester");
	cr_assert_str_eq(reply_text(a.replies[0], 0, 2), "pg_catalog, \"Öther\"");
	answer_release(&a);
	scope_release(&scope);
	client_close(&c);
	free(cluster_sql(conninfo, "DROP ROLE scope_tester"));
	free(conninfo);
}

LEAK_TEST(scopes, a_scope_that_is_refused_says_so)
{
	char *conninfo = small_database();
	struct scope scope;
	struct client c;
	struct answer a;

	scope_init(&scope);
	scope.role = xstrdup("nobody_by_that_name");
	client_open(&c, conninfo);
	a = client_run(&c, DB_READ, scoped(TXN_READ, &scope, "SELECT 1"));
	cr_assert_eq(a.outcome, TXN_FAILED);
	cr_assert_eq(a.failed, -1);
	cr_assert_str_eq(a.err.sqlstate, "22023");
	answer_release(&a);
	scope_release(&scope);
	client_close(&c);
	free(conninfo);
}
