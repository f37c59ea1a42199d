/* SPDX-License-Identifier: MIT */
/* Transactions that write: verdicts, COMMIT, what a failed one leaves behind; and probes. */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "small_database.h"
#include "support/client.h"
#include "support/cluster.h"
#include "support/leak.h"

LEAK_TEST(writes, a_write_commits)
{
	char *conninfo = small_database();
	struct client c;
	struct answer a;
	char *name;

	client_open(&c, conninfo);
	a = client_run(&c, DB_EDIT,
		       client_txn(TXN_WRITE, "UPDATE t SET name = 'uno' WHERE id = 1", NULL));
	cr_assert_eq(a.outcome, TXN_DONE);
	cr_assert_eq(a.calls, 1);
	cr_assert_eq(a.asked, 1);
	cr_assert_eq(a.committing, 1);
	cr_assert_str_eq(reply_tag(a.replies[0]), "UPDATE 1");
	cr_assert_eq(reply_affected(a.replies[0]), 1);
	answer_release(&a);
	name = client_value(&c, "SELECT name FROM t WHERE id = 1");
	cr_assert_str_eq(name, "uno");
	free(name);
	client_close(&c);
	free(conninfo);
}

/* What goes ahead of a write, or behind it, goes alone: a BEGIN or ROLLBACK between its
 * statements and its COMMIT would be its own. */
LEAK_TEST(writes, a_write_is_alone_on_its_lane)
{
	char *conninfo = small_database();
	struct answer a[4] = { 0 };
	struct request *r[4];
	struct client c;
	char *name;

	client_open(&c, conninfo);
	r[0] = client_send(&c, DB_EDIT, client_txn(TXN_READ, "SELECT pg_sleep(0.2)", NULL),
			   &a[0]);
	r[1] = client_send(&c, DB_EDIT,
			   client_txn(TXN_WRITE, "UPDATE t SET name = 'uno' WHERE id = 1",
				      "SELECT pg_sleep(0.2)", NULL),
			   &a[1]);
	r[2] = client_send(&c, DB_EDIT,
			   client_txn(TXN_READ, "SELECT name FROM t WHERE id = 1", NULL),
			   &a[2]);
	r[3] = client_send(&c, DB_EDIT, client_txn(TXN_READ, "SELECT 1", NULL), &a[3]);
	client_until(&c, request_running(r[0]));
	cr_assert(!request_running(r[1]) && !request_running(r[2]));
	client_until(&c, a[0].calls == 1 && request_running(r[1]));
	cr_assert(!request_running(r[2]));
	client_until(&c, a[1].calls == 1);
	client_until(&c, request_running(r[2]));
	cr_assert(request_running(r[3]), "reads go together");
	client_until(&c, db_pending(c.db) == 0);
	for (size_t i = 0; i < ARRAY_SIZE(a); i++)
		cr_assert_eq(a[i].outcome, TXN_DONE, "%zu: %s", i, a[i].err.why);
	cr_assert_str_eq(reply_text(a[2].replies[0], 0, 0), "uno");
	name = cluster_sql(conninfo, "SELECT name FROM t WHERE id = 1");
	cr_assert_str_eq(name, "uno");
	free(name);
	for (size_t i = 0; i < ARRAY_SIZE(a); i++)
		answer_release(&a[i]);
	client_close(&c);
	free(conninfo);
}

LEAK_TEST(writes, a_verdict_rolls_back)
{
	char *conninfo = small_database();
	struct answer a = { .verdicts = { TXN_ROLLBACK } };
	struct client c;
	char *left;

	client_open(&c, conninfo);
	client_send(&c, DB_EDIT, client_txn(TXN_WRITE, "DELETE FROM t", NULL), &a);
	client_until(&c, a.calls && db_pending(c.db) == 0);
	cr_assert_eq(a.outcome, TXN_ROLLED_BACK);
	cr_assert_eq(a.err.kind, ERR_NONE);
	cr_assert_eq(a.committing, 0);
	answer_release(&a);
	left = client_value(&c, "SELECT count(*) FROM t");
	cr_assert_str_eq(left, "2");
	free(left);
	client_close(&c);
	free(conninfo);
}

/* What a write on a lane that is up costs in flushes, its verdicts as a says. */
static long flushes_of(struct client *c, struct answer *a)
{
	struct db_counters before, after;

	free(client_value(c, "SELECT 1"));
	db_connect(c->db, DB_EDIT);
	client_until(c, db_state(c->db, DB_EDIT) == DB_READY);
	db_counters(c->db, &before);
	client_send(c, DB_EDIT, client_txn(TXN_WRITE, "SELECT 1", NULL), a);
	client_until(c, a->calls && db_pending(c->db) == 0);
	db_counters(c->db, &after);
	return (long)(after.flushes - before.flushes);
}

LEAK_TEST(writes, a_verdict_goes_on)
{
	char *conninfo = small_database();
	struct answer a = {
		.verdicts = { TXN_CONTINUE, TXN_CONTINUE, TXN_COMMIT },
		.more = "UPDATE t SET name = name || '!' WHERE id = 1 RETURNING name",
	};
	struct client c;
	long flushes;

	client_open(&c, conninfo);
	flushes = flushes_of(&c, &a);
	cr_assert_eq(a.outcome, TXN_DONE);
	cr_assert_eq(a.asked, 3);
	cr_assert_eq(a.n, 3);
	cr_assert_str_eq(reply_text(a.replies[2], 0, 0), "one!!");
	cr_assert_eq(flushes, 4);
	answer_release(&a);
	client_close(&c);
	free(conninfo);
}

/* Statements and their COMMIT leave together: what they lock waits for nobody here. */
LEAK_TEST(writes, a_verdict_finishes)
{
	char *conninfo = small_database();
	struct answer a = {
		.verdicts = { TXN_FINISH },
		.more = "UPDATE t SET name = name || '!' WHERE id = 1 RETURNING name",
	};
	struct client c;
	long flushes;

	client_open(&c, conninfo);
	flushes = flushes_of(&c, &a);
	cr_assert_eq(a.outcome, TXN_DONE);
	cr_assert_eq(a.asked, 1);
	cr_assert_eq(a.committing, 1);
	cr_assert_eq(a.n, 2);
	cr_assert_str_eq(reply_text(a.replies[1], 0, 0), "one!");
	cr_assert_eq(flushes, 2);
	answer_release(&a);
	client_close(&c);
	free(conninfo);
}

static void finishes_in_vain(const char *more, const char *sqlstate, int statement)
{
	char *conninfo = small_database(), *left;
	struct answer a = { .verdicts = { TXN_FINISH }, .more = more };
	struct client c;

	client_open(&c, conninfo);
	client_send(&c, DB_EDIT, client_txn(TXN_WRITE, "UPDATE t SET name = 'x'", NULL), &a);
	client_until(&c, a.calls && db_pending(c.db) == 0);
	cr_assert_eq(a.outcome, TXN_FAILED);
	cr_assert_eq(a.failed, statement);
	cr_assert_str_eq(a.err.sqlstate, sqlstate);
	answer_release(&a);
	left = client_value(&c, "SELECT count(*) FROM t WHERE name = 'x'");
	cr_assert_str_eq(left, "0");
	free(left);
	/* and the lane goes on */
	a = client_run(&c, DB_EDIT, client_txn(TXN_WRITE, "DELETE FROM t WHERE id = 2", NULL));
	cr_assert_eq(a.outcome, TXN_DONE);
	answer_release(&a);
	client_close(&c);
	free(conninfo);
}

LEAK_TEST(writes, a_statement_fails_before_its_commit)
{
	finishes_in_vain("INSERT INTO t VALUES (1, 'again')", "23505", 1);
}

LEAK_TEST(writes, a_commit_fails_behind_its_statements)
{
	finishes_in_vain("INSERT INTO d VALUES (1, 99)", "23503", -1);
}

LEAK_TEST(writes, a_failed_write_changes_nothing)
{
	char *conninfo = small_database();
	struct client c;
	struct answer a;
	char *left;

	client_open(&c, conninfo);
	a = client_run(&c, DB_EDIT,
		       client_txn(TXN_WRITE, "UPDATE t SET name = 'x'",
				  "INSERT INTO t VALUES (1, 'again')", "SELECT 1", NULL));
	cr_assert_eq(a.outcome, TXN_FAILED);
	cr_assert_eq(a.failed, 1);
	cr_assert_str_eq(a.err.sqlstate, "23505");
	cr_assert_str_eq(a.constraint, "t_pkey");
	cr_assert_eq(a.asked, 0);
	answer_release(&a);
	left = client_value(&c, "SELECT count(*) FROM t WHERE name = 'x'");
	cr_assert_str_eq(left, "0");
	free(left);
	/* and the lane goes on */
	a = client_run(&c, DB_EDIT, client_txn(TXN_WRITE, "DELETE FROM t WHERE id = 2", NULL));
	cr_assert_eq(a.outcome, TXN_DONE);
	answer_release(&a);
	client_close(&c);
	free(conninfo);
}

LEAK_TEST(writes, a_deferred_constraint_fails_at_commit)
{
	char *conninfo = small_database();
	struct client c;
	struct answer a;

	client_open(&c, conninfo);
	a = client_run(&c, DB_EDIT,
		       client_txn(TXN_WRITE, "INSERT INTO d VALUES (1, 99)", NULL));
	cr_assert_eq(a.outcome, TXN_FAILED);
	cr_assert_eq(a.committing, 1);
	cr_assert_eq(a.failed, -1);
	cr_assert_eq(a.err.kind, ERR_FAILED);
	cr_assert_str_eq(a.err.sqlstate, "23503");
	cr_assert_str_eq(a.constraint, "d_t_fkey");
	answer_release(&a);
	cr_assert_eq(db_state(c.db, DB_EDIT), DB_READY);
	client_close(&c);
	free(conninfo);
}

LEAK_TEST(writes, a_probe_goes_on_after_errors_and_changes_nothing)
{
	char *conninfo = small_database();
	struct client c;
	struct answer a;
	char *left;

	client_open(&c, conninfo);
	a = client_run(&c, DB_EDIT,
		       client_txn(TXN_PROBE, "SAVEPOINT p", "INSERT INTO t VALUES (1, 'again')",
				  "ROLLBACK TO SAVEPOINT p", "DELETE FROM t RETURNING id",
				  "ROLLBACK TO SAVEPOINT p", "SELECT count(*) FROM t", NULL));
	cr_assert_eq(a.outcome, TXN_DONE);
	cr_assert_eq(a.errors, 1);
	cr_assert_null(a.replies[1]);
	cr_assert_eq(reply_rows(a.replies[3]), 2);
	cr_assert_str_eq(reply_text(a.replies[5], 0, 0), "2");
	answer_release(&a);
	a = client_run(&c, DB_EDIT, client_txn(TXN_PROBE, "DELETE FROM t", NULL));
	cr_assert_eq(a.outcome, TXN_DONE);
	answer_release(&a);
	left = client_value(&c, "SELECT count(*) FROM t");
	cr_assert_str_eq(left, "2");
	free(left);
	client_close(&c);
	free(conninfo);
}
