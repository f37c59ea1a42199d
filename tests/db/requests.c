/* SPDX-License-Identifier: MIT */
/* Transactions: what is answered, what an error leaves behind, what travels together. */
#include <stdlib.h>

#include "base/alloc.h"
#include "support/client.h"
#include "support/cluster.h"
#include "support/leak.h"

static char *database(void)
{
	char *conninfo = cluster_database("");

	free(cluster_sql(conninfo, "CREATE TABLE t (id int PRIMARY KEY, name text);"
				   "INSERT INTO t VALUES (1, 'one'), (2, NULL);"
				   "CREATE TABLE d (id int, t int REFERENCES t DEFERRABLE "
				   "INITIALLY DEFERRED)"));
	return conninfo;
}

LEAK_TEST(requests, a_read_is_one_flush)
{
	char *conninfo = database();
	struct db_counters before, after;
	struct client c;
	struct answer a;

	client_open(&c, conninfo);
	free(client_value(&c, "SELECT 1"));
	db_counters(c.db, &before);
	a = client_run(&c, DB_READ, client_txn(TXN_READ, "SELECT id, name FROM t ORDER BY id",
					       "SELECT current_setting('transaction_read_only')",
					       NULL));
	db_counters(c.db, &after);
	cr_assert_eq(a.outcome, TXN_DONE);
	cr_assert_eq(a.n, 2);
	cr_assert_eq(reply_rows(a.replies[0]), 2);
	cr_assert_str_eq(reply_get(a.replies[0], 0, "name"), "one");
	cr_assert(reply_null(a.replies[0], 1, 1));
	cr_assert_eq(reply_int(a.replies[0], 1, 0), 2);
	cr_assert_str_eq(reply_text(a.replies[1], 0, 0), "on");
	cr_assert_eq(after.flushes - before.flushes, 1);
	answer_release(&a);
	client_close(&c);
	free(conninfo);
}

LEAK_TEST(requests, several_reads_share_a_flush)
{
	char *conninfo = database();
	struct db_counters before, after;
	struct answer a[5] = { 0 };
	struct client c;

	client_open(&c, conninfo);
	free(client_value(&c, "SELECT 1"));
	db_counters(c.db, &before);
	for (size_t i = 0; i < ARRAY_SIZE(a); i++)
		client_send(&c, DB_READ, client_txn(TXN_READ, "SELECT 1 FROM t", NULL), &a[i]);
	client_until(&c, db_pending(c.db) == 0);
	db_counters(c.db, &after);
	cr_assert_eq(after.flushes - before.flushes, 1);
	for (size_t i = 0; i < ARRAY_SIZE(a); i++) {
		cr_assert_eq(a[i].outcome, TXN_DONE);
		cr_assert_eq(a[i].calls, 1);
		answer_release(&a[i]);
	}
	client_close(&c);
	free(conninfo);
}

LEAK_TEST(requests, the_third_of_ten_fails)
{
	char *conninfo = database();
	struct txn *t = txn_new(TXN_READ, NULL);
	struct client c;
	struct answer a;

	for (int i = 0; i < 10; i++)
		txn_add(t, i == 2 ? "SELECT 1 / 0" : "SELECT 1", NULL);
	client_open(&c, conninfo);
	a = client_run(&c, DB_READ, t);
	cr_assert_eq(a.outcome, TXN_FAILED);
	cr_assert_eq(a.failed, 2);
	cr_assert_str_eq(a.err.sqlstate, "22012");
	cr_assert_eq(a.err.kind, ERR_FAILED);
	cr_assert(a.n == 10 && a.replies[0] && a.replies[1]);
	for (size_t i = 2; i < 10; i++)
		cr_assert_null(a.replies[i]);
	answer_release(&a);
	/* nothing is left open */
	free(client_value(&c, "SELECT 1"));
	client_close(&c);
	free(conninfo);
}

LEAK_TEST(requests, a_write_commits)
{
	char *conninfo = database();
	struct client c;
	struct answer a;
	char *name;

	client_open(&c, conninfo);
	a = client_run(&c, DB_EDIT,
		       client_txn(TXN_WRITE, "UPDATE t SET name = 'uno' WHERE id = 1", NULL));
	cr_assert_eq(a.outcome, TXN_DONE);
	cr_assert_eq(a.committing, 1);
	cr_assert_eq(reply_affected(a.replies[0]), 1);
	answer_release(&a);
	name = client_value(&c, "SELECT name FROM t WHERE id = 1");
	cr_assert_str_eq(name, "uno");
	free(name);
	client_close(&c);
	free(conninfo);
}
