/* SPDX-License-Identifier: MIT */
/* COPY FROM STDIN inside of a transaction that travels in pipelines otherwise. */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "support/client.h"
#include "support/cluster.h"
#include "support/leak.h"

#define CREATE "CREATE TEMP TABLE souk_copy (id text, name text) ON COMMIT DROP"
#define COPY "COPY pg_temp.souk_copy FROM STDIN"
#define COUNT "SELECT count(*), max(name) FROM pg_temp.souk_copy"

static struct txn *copying(const char *before, const char *data)
{
	struct txn *t = txn_new(TXN_WRITE, NULL);

	txn_add(t, before, NULL);
	txn_copy(t, COPY, data, strlen(data));
	txn_add(t, COUNT, NULL);
	return t;
}

static char *database(void)
{
	char *conninfo = cluster_database("");

	free(cluster_sql(conninfo, "CREATE TABLE t (id int PRIMARY KEY)"));
	return conninfo;
}

/* The lane is there, pipelined, and no transaction is left open on it. */
static void expect_usable(struct client *c)
{
	struct answer a =
		client_run(c, DB_EDIT, client_txn(TXN_READ, "SELECT 1", "SELECT 2", NULL));

	cr_assert_eq(a.outcome, TXN_DONE);
	cr_assert_str_eq(reply_text(a.replies[1], 0, 0), "2");
	answer_release(&a);
}

LEAK_TEST(copy, stands_between_statements)
{
	char *conninfo = database();
	struct client c;
	struct answer a;

	client_open(&c, conninfo);
	a = client_run(&c, DB_EDIT, copying(CREATE, "1\tone\n2\ttw\\no\n3\t\\N\n"));
	cr_assert_eq(a.outcome, TXN_DONE, "%s", a.err.why);
	cr_assert_eq(a.n, 3);
	cr_assert_eq(reply_affected(a.replies[1]), 3);
	cr_assert_str_eq(reply_text(a.replies[2], 0, 0), "3");
	cr_assert_str_eq(reply_text(a.replies[2], 0, 1), "tw\no");
	answer_release(&a);
	expect_usable(&c);
	client_close(&c);
	free(conninfo);
}

LEAK_TEST(copy, twice_and_nothing_at_all)
{
	char *conninfo = database();
	struct txn *t = copying(CREATE, "");
	struct client c;
	struct answer a;

	txn_copy(t, COPY, "1\tx\n", 4);
	txn_copy(t, COPY, "2\ty\n", 4);
	txn_add(t, COUNT, NULL);
	client_open(&c, conninfo);
	a = client_run(&c, DB_EDIT, t);
	cr_assert_eq(a.outcome, TXN_DONE, "%s", a.err.why);
	cr_assert_str_eq(reply_text(a.replies[2], 0, 0), "0");
	cr_assert_str_eq(reply_text(a.replies[5], 0, 0), "2");
	answer_release(&a);
	client_close(&c);
	free(conninfo);
}

LEAK_TEST(copy, more_than_a_socket_holds)
{
	char *conninfo = database();
	struct buf data = BUF_INIT;
	struct client c;
	struct answer a;

	for (int i = 0; i < 60000; i++)
		buf_addf(&data, "%d\t%060d\n", i, i);
	client_open(&c, conninfo);
	a = client_run(&c, DB_EDIT, copying(CREATE, data.data));
	cr_assert_eq(a.outcome, TXN_DONE, "%s", a.err.why);
	cr_assert_str_eq(reply_text(a.replies[2], 0, 0), "60000");
	answer_release(&a);
	client_close(&c);
	buf_release(&data);
	free(conninfo);
}

LEAK_TEST(copy, what_it_refuses_is_its_own_error)
{
	char *conninfo = database();
	struct client c;
	struct answer a;

	client_open(&c, conninfo);
	a = client_run(&c, DB_EDIT, copying(CREATE, "1\n"));
	cr_assert_eq(a.outcome, TXN_FAILED);
	cr_assert_eq(a.failed, 1);
	cr_assert_str_eq(a.err.sqlstate, "22P04");
	answer_release(&a);
	expect_usable(&c);
	client_close(&c);
	free(conninfo);
}

LEAK_TEST(copy, is_not_begun_after_an_error)
{
	char *conninfo = database();
	struct client c;
	struct answer a;

	client_open(&c, conninfo);
	a = client_run(&c, DB_EDIT, copying("SELECT 1 / 0", "1\tx\n"));
	cr_assert_eq(a.outcome, TXN_FAILED);
	cr_assert_eq(a.failed, 0);
	cr_assert_str_eq(a.err.sqlstate, "22012");
	answer_release(&a);
	expect_usable(&c);
	client_close(&c);
	free(conninfo);
}

LEAK_TEST(copy, what_follows_may_fail)
{
	char *conninfo = database();
	struct txn *t = copying(CREATE, "1\tx\n");
	struct client c;
	struct answer a;

	txn_add(t, "SELECT 1 / 0", NULL);
	client_open(&c, conninfo);
	a = client_run(&c, DB_EDIT, t);
	cr_assert_eq(a.outcome, TXN_FAILED);
	cr_assert_eq(a.failed, 3);
	answer_release(&a);
	expect_usable(&c);
	client_close(&c);
	free(conninfo);
}

LEAK_TEST(copy, a_verdict_may_add_one)
{
	char *conninfo = database();
	struct answer a = { .verdicts = { TXN_CONTINUE, TXN_ROLLBACK }, .more = COUNT };
	struct client c;

	client_open(&c, conninfo);
	client_send(&c, DB_EDIT, copying(CREATE, "1\tx\n"), &a);
	client_until(&c, a.calls);
	cr_assert_eq(a.outcome, TXN_ROLLED_BACK);
	cr_assert_eq(a.asked, 2);
	answer_release(&a);
	expect_usable(&c);
	client_close(&c);
	free(conninfo);
}

/* Wherever it is when its owner goes: the lane is there for the next one, and nothing was
 * written. */
LEAK_TEST(copy, forgotten_on_the_way)
{
	char *conninfo = database();
	struct buf data = BUF_INIT;
	struct client c;

	for (int i = 0; i < 40000; i++)
		buf_addf(&data, "%d\t%060d\n", i, i);
	client_open(&c, conninfo);
	for (int turns = 0; turns < 12; turns++) {
		struct txn *t = copying(CREATE, data.data);
		struct answer a = { 0 };

		txn_add(t, "INSERT INTO t SELECT id::int FROM pg_temp.souk_copy", NULL);
		client_send(&c, DB_EDIT, t, &a);
		for (int i = 0; i < turns; i++)
			loop_turn(c.loop, false);
		db_forget(c.db, &a);
		cr_assert_eq(a.calls, 0);
		answer_release(&a);
		expect_usable(&c);
	}
	{
		char *n = client_value(&c, "SELECT count(*) FROM t");

		cr_assert_str_eq(n, "0");
		free(n);
	}
	client_close(&c);
	buf_release(&data);
	free(conninfo);
}

LEAK_TEST(copy, the_connection_goes_meanwhile)
{
	char *conninfo = database();
	struct client c;
	struct answer a;

	client_open(&c, conninfo);
	expect_usable(&c);
	a = client_run(&c, DB_EDIT,
		       copying("SELECT pg_terminate_backend(pg_backend_pid())", "1\tx\n"));
	cr_assert_eq(a.outcome, TXN_FAILED);
	cr_assert_eq(a.err.kind, ERR_CONNECTION);
	answer_release(&a);
	expect_usable(&c);
	client_close(&c);
	free(conninfo);
}
