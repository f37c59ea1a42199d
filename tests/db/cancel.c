/* SPDX-License-Identifier: MIT */
/* Stopping what runs: cancel, forget, streams, and what stands beside them. */
#include <libpq-fe.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/timefmt.h"
#include "support/client.h"
#include "support/cluster.h"
#include "support/leak.h"

#ifdef LIBPQ_HAS_CHUNK_MODE
enum { CHUNK = 256 }; /* rows that come together */
#else
enum { CHUNK = 1 };
#endif

static const char sleeper[] = "SELECT pg_sleep(60)";

/* How many sessions of this database run that on the server. */
static int sleepers(const char *conninfo)
{
	char *n = cluster_sql(conninfo,
			      "SELECT count(*) FROM pg_stat_activity WHERE state = 'active'"
			      " AND datname = current_database()"
			      " AND query LIKE '%pg_sleep%' AND pid <> pg_backend_pid()");
	int count = (int)strtol(n, NULL, 10);

	free(n);
	return count;
}

static void until_asleep(struct client *c, const char *conninfo, int n)
{
	for (int i = 0; i < 100 && sleepers(conninfo) != n; i++)
		client_pass(c, 20);
	cr_assert_eq(sleepers(conninfo), n);
}

LEAK_TEST(cancel, a_running_read)
{
	char *conninfo = cluster_database("");
	struct db_counters counters;
	struct answer a = { 0 };
	struct client c;
	struct request *r;

	client_open(&c, conninfo);
	r = client_send(&c, DB_READ, client_txn(TXN_READ, "SELECT 1", sleeper, NULL), &a);
	cr_assert(!request_running(r));
	until_asleep(&c, conninfo, 1);
	cr_assert(request_running(r));
	cr_assert_gt(request_seconds(r), 0);
	request_cancel(r);
	client_until(&c, a.calls == 1);
	cr_assert_eq(a.outcome, TXN_FAILED);
	cr_assert_eq(a.err.kind, ERR_CANCELLED);
	cr_assert_str_eq(a.err.sqlstate, "57014");
	cr_assert_eq(a.failed, 1);
	answer_release(&a);
	client_until(&c, db_pending(c.db) == 0);
	cr_assert_eq(sleepers(conninfo), 0);
	db_counters(c.db, &counters);
	cr_assert_eq(counters.connects, 1, "the connection stays");
	free(client_value(&c, "SELECT 1"));
	client_close(&c);
	free(conninfo);
}

/* The cancel may come before its statement has begun, and is then ignored by the server: it is
 * sent again. */
LEAK_TEST(cancel, at_any_moment)
{
	char *conninfo = cluster_database("");
	struct client c;

	client_open(&c, conninfo);
	for (int turns = 0; turns < 20; turns++) {
		struct answer a = { 0 };
		struct request *r =
			client_send(&c, DB_READ, client_txn(TXN_READ, sleeper, NULL), &a);

		for (int i = 0; i < turns; i++)
			loop_turn(c.loop, false);
		request_cancel(r);
		client_until(&c, a.calls == 1);
		cr_assert_eq(a.err.kind, ERR_CANCELLED);
		answer_release(&a);
	}
	client_until(&c, db_pending(c.db) == 0);
	cr_assert_eq(sleepers(conninfo), 0);
	client_close(&c);
	free(conninfo);
}

/* Of several that are under way only the unwanted one is stopped. */
LEAK_TEST(cancel, neighbours_are_answered)
{
	static const char slow[] = "SELECT pg_sleep(0.1)";
	char *conninfo = cluster_database("");
	struct client c;

	client_open(&c, conninfo);
	for (int victim = 0; victim < 5; victim++) {
		struct answer a[5] = { 0 };
		struct request *r[5];

		for (int i = 0; i < 5; i++)
			r[i] = client_send(
				&c, DB_READ,
				client_txn(TXN_READ, i == victim ? sleeper : slow, NULL),
				&a[i]);
		client_pass(&c, 30);
		request_cancel(r[victim]);
		client_until(&c, db_pending(c.db) == 0);
		for (int i = 0; i < 5; i++) {
			cr_assert_eq(a[i].calls, 1);
			cr_assert_eq(a[i].outcome, i == victim ? TXN_FAILED : TXN_DONE,
				     "%d of %d: %s", i, victim, a[i].err.why);
			answer_release(&a[i]);
		}
	}
	client_close(&c);
	free(conninfo);
}

/* A cancel that hits the wrong one (through a pooler, or of somebody else) costs a read
 * nothing. */
LEAK_TEST(cancel, a_read_hit_by_mistake_is_sent_again)
{
	char *conninfo = cluster_database("");
	struct client c;
	struct answer a = { 0 };
	struct txn *t;
	char *sql;

	client_open(&c, conninfo);
	free(client_value(&c, "SELECT 1"));
	client_send(&c, DB_READ, client_txn(TXN_READ, "SELECT pg_sleep(2), 'slept'", NULL),
		    &a);
	until_asleep(&c, conninfo, 1);
	sql = xasprintf("SELECT pg_cancel_backend(%d)", db_session(c.db)->pid);
	free(cluster_sql(conninfo, sql));
	client_until(&c, a.calls == 1);
	cr_assert_eq(a.outcome, TXN_DONE, "%s", a.err.why);
	cr_assert_str_eq(reply_text(a.replies[0], 0, 1), "slept");
	answer_release(&a);
	/* once: who cancels again means it */
	client_send(&c, DB_READ, client_txn(TXN_READ, "SELECT pg_sleep(5)", NULL), &a);
	for (int i = 0; i < 2; i++) {
		until_asleep(&c, conninfo, 1);
		free(cluster_sql(conninfo, sql));
		client_pass(&c, 200);
	}
	client_until(&c, a.calls == 1);
	cr_assert_eq(a.outcome, TXN_FAILED);
	cr_assert_str_eq(a.err.sqlstate, "57014");
	cr_assert_eq(a.err.kind, ERR_FAILED, "nobody here asked for it");
	answer_release(&a);
	/* nor is what has passed rows on already */
	t = client_txn(TXN_READ,
		       "SELECT CASE WHEN i > 300 THEN pg_sleep(0.05) END, repeat('x', 1000)"
		       " FROM generate_series(1, 1000) i",
		       NULL);
	txn_stream(t, 0);
	client_send(&c, DB_READ, t, &a);
	client_until(&c, a.rows > 0);
	free(cluster_sql(conninfo, sql));
	client_until(&c, a.calls == 1);
	cr_assert_eq(a.outcome, TXN_FAILED);
	answer_release(&a);
	/* a write is never sent again by itself */
	client_send(&c, DB_READ, client_txn(TXN_WRITE, "SELECT pg_sleep(5)", NULL), &a);
	until_asleep(&c, conninfo, 1);
	free(cluster_sql(conninfo, sql));
	client_until(&c, a.calls == 1);
	cr_assert_eq(a.outcome, TXN_FAILED);
	answer_release(&a);
	free(sql);
	client_close(&c);
	free(conninfo);
}

LEAK_TEST(cancel, a_statement_timeout_is_meant)
{
	char *conninfo = cluster_database("");
	struct db_counters before, after;
	struct scope scope;
	struct client c;
	struct answer a;
	struct txn *t;

	scope_init(&scope);
	scope.statement_timeout_ms = 200;
	t = txn_new(TXN_READ, &scope);
	scope_release(&scope);
	txn_add(t, sleeper, NULL);
	client_open(&c, conninfo);
	free(client_value(&c, "SELECT 1"));
	db_counters(c.db, &before);
	a = client_run(&c, DB_READ, t);
	db_counters(c.db, &after);
	cr_assert_eq(a.outcome, TXN_FAILED);
	cr_assert_str_eq(a.err.sqlstate, "57014");
	/* begin, scope, it, rollback; and the rollback that was not reached */
	cr_assert_eq(after.statements - before.statements, 5, "not tried again");
	answer_release(&a);
	client_close(&c);
	free(conninfo);
}

LEAK_TEST(cancel, a_write_before_its_commit)
{
	char *conninfo = cluster_database("");
	struct answer a = { 0 };
	struct client c;
	struct request *r;
	char *left;

	free(cluster_sql(conninfo, "CREATE TABLE t AS SELECT 1 AS id"));
	client_open(&c, conninfo);
	r = client_send(&c, DB_EDIT, client_txn(TXN_WRITE, "DELETE FROM t", sleeper, NULL), &a);
	until_asleep(&c, conninfo, 1);
	request_cancel(r);
	client_until(&c, a.calls == 1);
	cr_assert_eq(a.outcome, TXN_FAILED);
	cr_assert_eq(a.err.kind, ERR_CANCELLED);
	cr_assert_eq(a.asked, 0);
	cr_assert_eq(a.committing, 0);
	answer_release(&a);
	client_until(&c, db_pending(c.db) == 0);
	left = client_value(&c, "SELECT count(*) FROM t");
	cr_assert_str_eq(left, "1");
	free(left);
	/* the lane is clean */
	a = client_run(&c, DB_EDIT, client_txn(TXN_WRITE, "DELETE FROM t", NULL));
	cr_assert_eq(a.outcome, TXN_DONE);
	answer_release(&a);
	client_close(&c);
	free(conninfo);
}

/* Once COMMIT was sent nothing stops it, and its answer is told. */
LEAK_TEST(cancel, a_write_after_its_commit)
{
	char *conninfo = cluster_database("");
	struct db_counters counters;
	struct answer a = { 0 };
	struct client c;
	struct request *r;

	free(cluster_sql(conninfo,
			 "CREATE TABLE t (id int);"
			 "CREATE FUNCTION nap() RETURNS trigger LANGUAGE plpgsql AS "
			 "$$ BEGIN PERFORM pg_sleep(0.5); RETURN NULL; END $$;"
			 "CREATE CONSTRAINT TRIGGER nap AFTER INSERT ON t DEFERRABLE INITIALLY "
			 "DEFERRED FOR EACH ROW EXECUTE FUNCTION nap()"));
	client_open(&c, conninfo);
	r = client_send(&c, DB_EDIT, client_txn(TXN_WRITE, "INSERT INTO t VALUES (1)", NULL),
			&a);
	client_until(&c, a.committing == 1);
	client_pass(&c, 100);
	request_cancel(r);
	client_until(&c, a.calls == 1);
	cr_assert_eq(a.outcome, TXN_DONE);
	db_counters(c.db, &counters);
	cr_assert_eq(counters.cancels, 0);
	answer_release(&a);
	client_close(&c);
	free(conninfo);
}

LEAK_TEST(cancel, waiting_ones_are_answered_without_a_word_to_the_server)
{
	char *conninfo = cluster_database("");
	struct answer a[3] = { 0 };
	struct db_counters counters;
	struct client c;

	client_open(&c, conninfo);
	for (size_t i = 0; i < ARRAY_SIZE(a); i++)
		client_send(&c, DB_EDIT, client_txn(TXN_WRITE, "SELECT pg_sleep(0.3)", NULL),
			    &a[i]);
	client_pass(&c, 100);
	cr_assert_eq(db_cancel(c.db, &a[1]), 1);
	cr_assert_eq(db_cancel(c.db, &c), 0);
	client_until(&c, a[1].calls == 1);
	cr_assert_eq(a[1].err.kind, ERR_CANCELLED);
	cr_assert_eq(a[0].calls, 0);
	client_until(&c, db_pending(c.db) == 0);
	cr_assert_eq(a[2].outcome, TXN_DONE);
	db_counters(c.db, &counters);
	cr_assert_eq(counters.cancels, 0);
	for (size_t i = 0; i < ARRAY_SIZE(a); i++)
		answer_release(&a[i]);
	client_close(&c);
	free(conninfo);
}

/* ---- forget ---- */

/* After so many turns of the loop the owner goes; no word reaches it, and the server stops. */
static void forget_after(const char *conninfo, enum txn_kind kind, int turns)
{
	struct answer a = { 0 };
	struct client c;

	client_open(&c, conninfo);
	client_send(&c, DB_EDIT, client_txn(kind, "SELECT 1", sleeper, NULL), &a);
	for (int i = 0; i < turns; i++)
		loop_turn(c.loop, false);
	if (turns > 20)
		until_asleep(&c, conninfo, 1);
	db_forget(c.db, &a);
	client_until(&c, db_pending(c.db) == 0);
	cr_assert_eq(a.calls, 0);
	cr_assert_eq(sleepers(conninfo), 0);
	a = client_run(&c, DB_EDIT, client_txn(TXN_WRITE, "SELECT 1", NULL));
	cr_assert_eq(a.outcome, TXN_DONE, "%s", a.err.why);
	answer_release(&a);
	client_close(&c);
}

LEAK_TEST(cancel, forgotten_in_every_state)
{
	char *conninfo = cluster_database("");

	for (int turns = 0; turns < 24; turns += 2) {
		forget_after(conninfo, TXN_READ, turns);
		forget_after(conninfo, TXN_WRITE, turns);
	}
	forget_after(conninfo, TXN_PROBE, 21);
	free(conninfo);
}

LEAK_TEST(cancel, forgotten_while_there_is_no_server)
{
	struct answer a = { 0 }, b = { 0 };
	struct client c;

	client_open(&c, "host=/nowhere");
	client_send(&c, DB_READ, client_txn(TXN_READ, "SELECT 1", NULL), &a);
	client_until(&c, db_state(c.db, DB_READ) == DB_LOST);
	client_until(&c, db_pending(c.db) == 0);
	answer_release(&a);
	client_send(&c, DB_READ, client_txn(TXN_READ, "SELECT 1", NULL), &b);
	cr_assert_eq(db_pending(c.db), 1);
	db_forget(c.db, &b);
	client_until(&c, db_pending(c.db) == 0);
	cr_assert_eq(b.calls, 0);
	client_close(&c);
}

LEAK_TEST(cancel, forgotten_after_commit_was_sent)
{
	char *conninfo = cluster_database("");
	struct answer a = { 0 };
	struct client c;
	char *n;

	free(cluster_sql(conninfo, "CREATE TABLE t (id int)"));
	client_open(&c, conninfo);
	client_send(&c, DB_EDIT, client_txn(TXN_WRITE, "INSERT INTO t VALUES (1)", NULL), &a);
	client_until(&c, a.committing == 1);
	db_forget(c.db, &a);
	client_until(&c, db_pending(c.db) == 0);
	cr_assert_eq(a.calls, 0);
	n = cluster_sql(conninfo, "SELECT count(*) FROM t");
	cr_assert_str_eq(n, "1");
	free(n);
	client_close(&c);
	free(conninfo);
}

/* db_free stops what runs, too. */
LEAK_TEST(cancel, freed_while_it_runs)
{
	char *conninfo = cluster_database("");
	struct answer a = { 0 };
	struct client c;

	client_open(&c, conninfo);
	client_send(&c, DB_READ, client_txn(TXN_READ, sleeper, NULL), &a);
	until_asleep(&c, conninfo, 1);
	client_close(&c);
	for (int i = 0; i < 100 && sleepers(conninfo) > 0; i++) {
		struct client other;

		client_open(&other, conninfo);
		client_pass(&other, 20);
		client_close(&other);
	}
	cr_assert_eq(sleepers(conninfo), 0);
	cr_assert_eq(a.calls, 0);
	free(conninfo);
}

/* ---- streams ---- */

static struct txn *stream(const char *sql)
{
	struct txn *t = client_txn(TXN_READ, "SELECT 1", sql, "SELECT 2", NULL);

	txn_stream(t, 1);
	return t;
}

LEAK_TEST(cancel, a_stream_passes_by)
{
	char *conninfo = cluster_database("");
	struct answer a;
	struct client c;

	client_open(&c, conninfo);
	a = client_run(&c, DB_BULK,
		       stream("SELECT i, repeat('x', 100) FROM generate_series(1, 20000) i"));
	cr_assert_eq(a.outcome, TXN_DONE, "%s", a.err.why);
	cr_assert_eq(a.rows, 20000);
	cr_assert_eq(a.n, 3);
	cr_assert_eq(reply_rows(a.replies[1]), 0);
	cr_assert_eq(reply_columns(a.replies[1]), 2, "its columns are told even without rows");
	cr_assert_str_eq(reply_text(a.replies[2], 0, 0), "2");
	answer_release(&a);
	/* an error in the middle keeps the rows before it */
	a = client_run(&c, DB_BULK,
		       stream("SELECT 1 / (5000 - i) FROM generate_series(1, 9000) i"));
	cr_assert_eq(a.outcome, TXN_FAILED);
	cr_assert_eq(a.failed, 1);
	cr_assert(a.rows > 4999 - CHUNK && a.rows <= 4999);
	answer_release(&a);
	client_close(&c);
	free(conninfo);
}

LEAK_TEST(cancel, a_stream_that_is_full_stops)
{
	char *conninfo = cluster_database("");
	struct answer a = { .stop_at = 100 };
	struct db_counters counters;
	struct client c;

	client_open(&c, conninfo);
	client_send(&c, DB_BULK,
		    stream("SELECT i, repeat('x', 1000) FROM generate_series(1, 10000000) i"),
		    &a);
	client_until(&c, a.calls == 1);
	cr_assert_eq(a.outcome, TXN_FAILED);
	cr_assert_eq(a.err.kind, ERR_CANCELLED);
	cr_assert_lt(a.rows, 100 + CHUNK, "not called again");
	db_counters(c.db, &counters);
	cr_assert_lt(counters.rows, 5000000, "and the server stopped");
	answer_release(&a);
	client_until(&c, db_pending(c.db) == 0);
	client_close(&c);
	free(conninfo);
}

/* It wanted no more; that all had come already changes nothing. */
LEAK_TEST(cancel, a_short_stream_that_is_full_was_stopped_too)
{
	char *conninfo = cluster_database("");
	struct answer a = { .stop_at = 1 };
	struct client c;

	client_open(&c, conninfo);
	client_send(&c, DB_BULK, stream("SELECT generate_series(1, 5)"), &a);
	client_until(&c, db_pending(c.db) == 0);
	cr_assert_eq(a.outcome, TXN_FAILED);
	cr_assert_eq(a.err.kind, ERR_CANCELLED);
	answer_release(&a);
	client_close(&c);
	free(conninfo);
}

struct pauser {
	struct request *r;
	struct answer *a;
	size_t at;
	bool paused;
};

static void pause_there(void *ctx)
{
	struct pauser *p = ctx;

	if (p->a->rows >= p->at && !p->paused)
		request_pause(p->r, true);
}

LEAK_TEST(cancel, a_stream_can_be_paused)
{
	char *conninfo = cluster_database("");
	struct answer a = { 0 };
	struct pauser p = { .a = &a, .at = 1000 };
	struct client c;
	uint64_t wakeups;

	a.on_streamed = pause_there;
	a.ctx = &p;
	client_open(&c, conninfo);
	p.r = client_send(
		&c, DB_BULK,
		stream("SELECT i, repeat('x', 1000) FROM generate_series(1, 20000) i"), &a);
	client_until(&c, a.rows >= 1000);
	client_pass(&c, 100);
	cr_assert_lt(a.rows, 1000 + CHUNK);
	wakeups = loop_wakeups(c.loop);
	client_pass(&c, 200);
	cr_assert_leq(loop_wakeups(c.loop) - wakeups, 1, "what is not wanted wakes nobody");
	p.paused = true;
	cr_assert_eq(a.calls, 0);
	request_pause(p.r, false);
	client_until(&c, a.calls == 1);
	cr_assert_eq(a.rows, 20000);
	cr_assert_eq(a.outcome, TXN_DONE);
	answer_release(&a);
	/* a paused one can be forgotten */
	p.at = 10;
	p.paused = false;
	a.on_streamed = pause_there;
	a.ctx = &p;
	p.r = client_send(
		&c, DB_BULK,
		stream("SELECT i, repeat('x', 1000) FROM generate_series(1, 9000000) i"), &a);
	client_until(&c, a.rows >= 10);
	db_forget(c.db, &a);
	client_until(&c, db_pending(c.db) == 0);
	cr_assert_eq(a.calls, 0);
	a = client_run(&c, DB_BULK, client_txn(TXN_READ, "SELECT 1", NULL));
	cr_assert_eq(a.outcome, TXN_DONE);
	answer_release(&a);
	client_close(&c);
	free(conninfo);
}

LEAK_TEST(cancel, a_probe_can_be_streamed)
{
	char *conninfo = cluster_database("");
	struct answer a = { 0 };
	struct txn *t =
		client_txn(TXN_PROBE, "SAVEPOINT p", "SELECT 1 / 0", "ROLLBACK TO SAVEPOINT p",
			   "SELECT generate_series(1, 500)", NULL);
	struct client c;

	txn_stream(t, 3);
	client_open(&c, conninfo);
	client_send(&c, DB_BULK, t, &a);
	client_until(&c, db_pending(c.db) == 0);
	cr_assert_eq(a.outcome, TXN_DONE);
	cr_assert_eq(a.errors, 1);
	cr_assert_eq(a.rows, 500);
	answer_release(&a);
	client_close(&c);
	free(conninfo);
}
