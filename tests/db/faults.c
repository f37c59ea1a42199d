/* SPDX-License-Identifier: MIT */
/* What the wire may do: lose the connection at the worst moment, be slow, be a pooler; and what
 * it costs. */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "support/client.h"
#include "support/cluster.h"
#include "support/leak.h"
#include "support/proxy.h"

/* A database behind a relay. */
struct relayed {
	char *direct, *text;
	struct proxy *proxy;
	struct client c;
};

/* Over TCP, where what is sent together also travels together. */
static void open_relayed(struct relayed *r, const char *sql)
{
	r->direct = cluster_database("");
	if (sql)
		free(cluster_sql(r->direct, sql));
	r->proxy = proxy_new_at(cluster_host(cluster()), 5432, true);
	r->text = xasprintf("%s host=%s port=%d sslmode=disable gssencmode=disable", r->direct,
			    proxy_host(r->proxy), proxy_port(r->proxy));
	client_open(&r->c, r->text);
}

static void close_relayed(struct relayed *r)
{
	client_close(&r->c);
	proxy_free(&r->proxy);
	free(r->text);
	free(r->direct);
}

static char *value(const struct relayed *r, const char *sql)
{
	return cluster_sql(r->direct, sql);
}

/* ---- COMMIT ---- */

/* The transaction was committed, the answer never came. */
LEAK_TEST(faults, the_answer_to_commit_is_lost)
{
	struct relayed r;
	struct answer a;
	char *n;

	open_relayed(&r, "CREATE TABLE t (id int)");
	proxy_cut_at(r.proxy, FROM_SERVER, 'C', "COMMIT", false);
	a = client_run(&r.c, DB_EDIT, client_txn(TXN_WRITE, "INSERT INTO t VALUES (1)", NULL));
	cr_assert_eq(a.outcome, TXN_UNKNOWN);
	cr_assert_eq(a.err.kind, ERR_CONNECTION);
	cr_assert(strstr(a.err.why, "after COMMIT was sent"), "%s", a.err.why);
	cr_assert_eq(a.n, 1);
	cr_assert_str_eq(reply_tag(a.replies[0]), "INSERT 0 1");
	answer_release(&a);
	n = value(&r, "SELECT count(*) FROM t");
	cr_assert_str_eq(n, "1");
	free(n);
	/* the lane comes back by itself */
	a = client_run(&r.c, DB_EDIT, client_txn(TXN_WRITE, "INSERT INTO t VALUES (2)", NULL));
	cr_assert_eq(a.outcome, TXN_DONE);
	answer_release(&a);
	close_relayed(&r);
}

static void cut_the_commit(void *ctx)
{
	proxy_cut_at(ctx, FROM_CLIENT, 'P', "COMMIT", false);
}

/* The server never saw it: for us the same. */
LEAK_TEST(faults, the_commit_itself_is_lost)
{
	struct answer a = { .on_asked = cut_the_commit };
	struct relayed r;
	char *n;

	open_relayed(&r, "CREATE TABLE t (id int)");
	a.ctx = r.proxy;
	client_send(&r.c, DB_EDIT, client_txn(TXN_WRITE, "INSERT INTO t VALUES (1)", NULL), &a);
	client_until(&r.c, a.calls == 1);
	cr_assert_eq(a.outcome, TXN_UNKNOWN);
	answer_release(&a);
	n = value(&r, "SELECT count(*) FROM t");
	cr_assert_str_eq(n, "0");
	free(n);
	close_relayed(&r);
}

/* Once the tag COMMIT has come, nothing that follows matters. */
LEAK_TEST(faults, lost_behind_the_answer_to_commit)
{
	struct relayed r;
	struct answer a;

	open_relayed(&r, "CREATE TABLE t (id int)");
	proxy_cut_at(r.proxy, FROM_SERVER, 'C', "COMMIT", true);
	a = client_run(&r.c, DB_EDIT, client_txn(TXN_WRITE, "INSERT INTO t VALUES (1)", NULL));
	cr_assert_eq(a.outcome, TXN_DONE);
	answer_release(&a);
	close_relayed(&r);
}

/* Before COMMIT was sent it is certain: nothing was changed. */
LEAK_TEST(faults, lost_before_commit)
{
	static const struct {
		enum proxy_side side;
		char type;
		const char *text;
	} cuts[] = {
		{ FROM_CLIENT, 'P', "INSERT" },
		{ FROM_SERVER, 'C', "BEGIN" },
		{ FROM_SERVER, 'C', "INSERT" },
		{ FROM_SERVER, 'Z', "T" },
	};
	struct relayed r;
	char *n;

	open_relayed(&r, "CREATE TABLE t (id int)");
	for (size_t i = 0; i < ARRAY_SIZE(cuts); i++) {
		struct answer a;

		proxy_cut_at(r.proxy, cuts[i].side, cuts[i].type, cuts[i].text, false);
		a = client_run(&r.c, DB_EDIT,
			       client_txn(TXN_WRITE, "INSERT INTO t VALUES (1)", NULL));
		cr_assert_eq(a.outcome, TXN_FAILED, "cut %zu", i);
		cr_assert_eq(a.err.kind, ERR_CONNECTION);
		cr_assert_eq(a.committing, 0);
		answer_release(&a);
	}
	n = value(&r, "SELECT count(*) FROM t");
	cr_assert_str_eq(n, "0");
	free(n);
	close_relayed(&r);
}

/* The session is ended by the server while COMMIT waits: FATAL is no answer. */
LEAK_TEST(faults, terminated_during_commit)
{
	struct relayed r;
	struct answer a = { 0 };

	open_relayed(&r, "CREATE TABLE t (id int);"
			 "CREATE FUNCTION nap() RETURNS trigger LANGUAGE plpgsql AS "
			 "$$ BEGIN PERFORM pg_sleep(60); RETURN NULL; END $$;"
			 "CREATE CONSTRAINT TRIGGER nap AFTER INSERT ON t DEFERRABLE INITIALLY "
			 "DEFERRED FOR EACH ROW EXECUTE FUNCTION nap()");
	client_send(&r.c, DB_EDIT, client_txn(TXN_WRITE, "INSERT INTO t VALUES (1)", NULL), &a);
	client_until(&r.c, a.committing == 1);
	client_pass(&r.c, 100);
	free(value(&r, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
		       " WHERE query = 'COMMIT' AND datname = current_database()"));
	client_until(&r.c, a.calls == 1);
	cr_assert_eq(a.outcome, TXN_UNKNOWN, "%s", a.err.why);
	answer_release(&a);
	close_relayed(&r);
}

/* ---- what it costs ---- */

LEAK_TEST(faults, a_page_is_one_round_trip)
{
	struct proxy_counts n;
	struct relayed r;
	struct answer a;

	open_relayed(&r, NULL);
	free(client_value(&r.c, "SELECT 1"));
	proxy_reset(r.proxy);
	a = client_run(&r.c, DB_READ,
		       client_txn(TXN_READ, "SELECT i FROM generate_series(1, 50) i",
				  "SELECT 2", NULL));
	cr_assert_eq(a.outcome, TXN_DONE);
	answer_release(&a);
	proxy_counts(r.proxy, &n);
	cr_assert_eq(n.round_trips, 1);
	cr_assert_eq(n.types[FROM_CLIENT]['P'], 5); /* begin, scope, two, rollback */
	cr_assert_eq(n.types[FROM_CLIENT]['S'], 1, "its answer comes in one piece");
	cr_assert_eq(n.types[FROM_CLIENT]['Q'], 0);
	cr_assert_eq(n.types[FROM_CLIENT]['C'], 0, "nothing is named, nothing is closed");
	cr_assert_eq(n.types[FROM_SERVER]['D'], 52);
	/* a page's own weight: the rest of it must stay small */
	cr_assert_lt(n.bytes[FROM_CLIENT], 1000, "%d bytes", (int)n.bytes[FROM_CLIENT]);
	close_relayed(&r);
}

LEAK_TEST(faults, eight_pages_are_one_round_trip)
{
	struct answer a[8] = { 0 };
	struct proxy_counts n;
	struct relayed r;

	open_relayed(&r, NULL);
	free(client_value(&r.c, "SELECT 1"));
	proxy_delay(r.proxy, 50);
	proxy_reset(r.proxy);
	for (size_t i = 0; i < ARRAY_SIZE(a); i++)
		client_send(&r.c, DB_READ, client_txn(TXN_READ, "SELECT 1", NULL), &a[i]);
	client_until(&r.c, db_pending(r.c.db) == 0);
	proxy_counts(r.proxy, &n);
	cr_assert_eq(n.round_trips, 1);
	for (size_t i = 0; i < ARRAY_SIZE(a); i++) {
		cr_assert_eq(a[i].outcome, TXN_DONE);
		cr_assert_lt(a[i].seconds, 0.19, "one delay there, one back");
		answer_release(&a[i]);
	}
	close_relayed(&r);
}

/* Of a read that fails the ROLLBACK is not reached: those that went behind it meet its transaction,
 * and go once more, each as often as one before it fails, in their order. */
LEAK_TEST(faults, reads_behind_one_that_fails_are_sent_again)
{
	struct answer a[8] = { 0 };
	struct proxy_counts n;
	struct relayed r;
	char *open;

	open_relayed(&r, NULL);
	free(client_value(&r.c, "SELECT 1"));
	proxy_reset(r.proxy);
	for (size_t i = 0; i < ARRAY_SIZE(a); i++)
		client_send(&r.c, DB_READ,
			    client_txn(i % 3 ? TXN_SNAPSHOT : TXN_READ, "SELECT 1",
				       i % 3 == 1 ? "SELECT 1 / 0" : "SELECT 2", NULL),
			    &a[i]);
	client_until(&r.c, a[7].calls == 1);
	for (size_t i = 0; i < ARRAY_SIZE(a); i++)
		cr_assert_eq(a[i].calls, 1, "%zu comes behind the last one", i);
	client_until(&r.c, db_pending(r.c.db) == 0);
	proxy_counts(r.proxy, &n);
	/* 1, 4 and 7 fail: eight, then those from 2 on, then those from 5 on; each time a rollback
	 * leaves with those that go again, and one for the last. */
	cr_assert_eq(n.types[FROM_CLIENT]['S'], 8 + 1 + 6 + 1 + 3 + 1);
	for (size_t i = 0; i < ARRAY_SIZE(a); i++) {
		cr_assert_eq(a[i].outcome, i % 3 == 1 ? TXN_FAILED : TXN_DONE, "%zu: %s", i,
			     a[i].err.why);
		cr_assert_str_eq(a[i].err.sqlstate, i % 3 == 1 ? "22012" : "", "%zu", i);
		answer_release(&a[i]);
	}
	open = client_value(&r.c, "SELECT count(*) FROM pg_stat_activity WHERE datname = "
				  "current_database() AND state LIKE 'idle in%'");
	cr_assert_str_eq(open, "0");
	free(open);
	close_relayed(&r);
}

LEAK_TEST(faults, who_is_not_wanted_any_more_is_cancelled_behind_one_that_fails)
{
	struct answer a[2] = { 0 };
	struct request *second;
	struct relayed r;

	open_relayed(&r, NULL);
	free(client_value(&r.c, "SELECT 1"));
	client_send(&r.c, DB_READ,
		    client_txn(TXN_READ, "SELECT pg_sleep(0.2)", "SELECT 1 / 0", NULL), &a[0]);
	second = client_send(&r.c, DB_READ, client_txn(TXN_READ, "SELECT 1", NULL), &a[1]);
	client_pass(&r.c, 50);
	request_cancel(second);
	client_until(&r.c, a[1].calls == 1);
	cr_assert_str_eq(a[0].err.sqlstate, "22012");
	cr_assert_eq(a[1].err.kind, ERR_CANCELLED, "%s", a[1].err.why);
	answer_release(&a[0]);
	answer_release(&a[1]);
	free(client_value(&r.c, "SELECT 1"));
	close_relayed(&r);
}

LEAK_TEST(faults, a_save_is_one_round_trip_to_the_verdict_and_one_for_commit)
{
	struct proxy_counts n;
	struct relayed r;
	struct answer a;

	open_relayed(&r, "CREATE TABLE t (id int)");
	db_connect(r.c.db, DB_EDIT);
	client_until(&r.c, db_state(r.c.db, DB_EDIT) == DB_READY);
	proxy_reset(r.proxy);
	a = client_run(&r.c, DB_EDIT,
		       client_txn(TXN_WRITE, "INSERT INTO t VALUES (1)", "SELECT 1", NULL));
	cr_assert_eq(a.outcome, TXN_DONE);
	answer_release(&a);
	proxy_counts(r.proxy, &n);
	cr_assert_eq(n.round_trips, 2);
	cr_assert_eq(n.types[FROM_CLIENT]['S'], 2);
	close_relayed(&r);
}

LEAK_TEST(faults, a_connection_without_tls_is_two_packets_of_the_client)
{
	struct proxy_counts n;
	struct relayed r;

	open_relayed(&r, NULL);
	db_connect(r.c.db, DB_READ);
	client_until(&r.c, db_state(r.c.db, DB_READ) == DB_READY);
	proxy_counts(r.proxy, &n);
	cr_assert_eq(n.types[FROM_CLIENT]['Q'], 0,
		     "nothing is asked before the first question");
	cr_assert_leq(n.round_trips, 2);
	close_relayed(&r);
}

/* Rows of a request whose statement failed at once are not waited for. */
LEAK_TEST(faults, a_slow_server_leaves_the_loop_alone)
{
	struct relayed r;
	struct answer a = { 0 };
	uint64_t turns;

	open_relayed(&r, NULL);
	free(client_value(&r.c, "SELECT 1"));
	proxy_hold(r.proxy, true);
	client_send(&r.c, DB_READ, client_txn(TXN_READ, "SELECT 1", NULL), &a);
	client_pass(&r.c, 20);
	turns = loop_wakeups(r.c.loop);
	client_pass(&r.c, 300);
	cr_assert_leq(loop_wakeups(r.c.loop) - turns, 1, "waiting costs nothing");
	cr_assert_eq(a.calls, 0);
	proxy_hold(r.proxy, false);
	client_until(&r.c, a.calls == 1);
	cr_assert_eq(a.outcome, TXN_DONE);
	answer_release(&a);
	close_relayed(&r);
}

/* More than the socket takes: written as it drains, read meanwhile. */
LEAK_TEST(faults, a_statement_larger_than_the_socket)
{
	size_t n = 20 << 20;
	struct params p = PARAMS_INIT;
	struct txn *t = txn_new(TXN_READ, NULL);
	struct relayed r;
	struct answer a;
	char *text = xmalloc(n);

	memset(text, 'x', n);
	params_textn(&p, text, n);
	txn_add(t, "SELECT length($1), $1", &p);
	params_release(&p);
	free(text);
	open_relayed(&r, NULL);
	a = client_run(&r.c, DB_READ, t);
	cr_assert_eq(a.outcome, TXN_DONE, "%s", a.err.why);
	cr_assert_eq(reply_int(a.replies[0], 0, 0), (int64_t)n);
	cr_assert_eq(reply_length(a.replies[0], 0, 1), n);
	answer_release(&a);
	close_relayed(&r);
}

/* A cancel that does not come back must not hold the lane for ever, nor is anything sent
 * before. */
LEAK_TEST(faults, nothing_is_sent_while_a_cancel_is_out)
{
	struct relayed r;
	struct answer a = { 0 }, b = { 0 };
	struct request *request;

	open_relayed(&r, NULL);
	free(client_value(&r.c, "SELECT 1"));
	request = client_send(&r.c, DB_READ, client_txn(TXN_READ, "SELECT pg_sleep(0.3)", NULL),
			      &a);
	client_pass(&r.c, 50);
	proxy_refuse(r.proxy, true); /* the cancel finds no way in */
	request_cancel(request);
	client_send(&r.c, DB_READ, client_txn(TXN_READ, "SELECT 1", NULL), &b);
	client_until(&r.c, a.calls == 1);
	cr_assert_eq(a.outcome, TXN_DONE, "it finished first");
	proxy_refuse(r.proxy, false);
	client_until(&r.c, b.calls == 1);
	cr_assert_eq(b.outcome, TXN_DONE);
	answer_release(&a);
	answer_release(&b);
	close_relayed(&r);
}

/* ---- PgBouncer, transaction mode ---- */

LEAK_TEST(faults, through_a_transaction_pooler)
{
	struct cluster *server = cluster_new(NULL);
	char *direct = cluster_database_in(server, "");
	char *text = xasprintf("%s port=6432", direct);
	struct answer a = { 0 }, many[20] = { 0 };
	struct scope scope;
	struct client c;
	char *n;

	free(cluster_sql(direct, "CREATE TABLE t (id int)"));
	cluster_pooler(server, NULL);
	client_open(&c, text);
	a = client_run(&c, DB_EDIT, client_txn(TXN_WRITE, "INSERT INTO t VALUES (1)", NULL));
	cr_assert_eq(a.outcome, TXN_DONE, "%s", a.err.why);
	answer_release(&a);
	/* errors leave no transaction to the next client */
	a = client_run(&c, DB_EDIT, client_txn(TXN_WRITE, "SELECT 1 / 0", NULL));
	cr_assert_eq(a.outcome, TXN_FAILED);
	answer_release(&a);
	a = client_run(&c, DB_READ, client_txn(TXN_READ, "SELECT 1 / 0", NULL));
	cr_assert_eq(a.outcome, TXN_FAILED);
	answer_release(&a);
	/* nor does a scope */
	scope_init(&scope);
	scope_set(&scope, "app.tenant_id", "7");
	for (size_t i = 0; i < ARRAY_SIZE(many); i++) {
		struct txn *t = txn_new(i % 2 ? TXN_SNAPSHOT : TXN_READ, i % 2 ? &scope : NULL);

		txn_add(t, "SELECT coalesce(current_setting('app.tenant_id', true), '')", NULL);
		client_send(&c, i % 3 ? DB_READ : DB_WATCH, t, &many[i]);
	}
	scope_release(&scope);
	client_until(&c, db_pending(c.db) == 0);
	for (size_t i = 0; i < ARRAY_SIZE(many); i++) {
		cr_assert_eq(many[i].outcome, TXN_DONE, "%s", many[i].err.why);
		cr_assert_str_eq(reply_text(many[i].replies[0], 0, 0), i % 2 ? "7" : "");
		answer_release(&many[i]);
	}
	/* a cancel goes through it */
	client_send(&c, DB_READ, client_txn(TXN_READ, "SELECT pg_sleep(60)", NULL), &a);
	client_pass(&c, 200);
	cr_assert_eq(db_cancel(c.db, &a), 1);
	client_until(&c, a.calls == 1);
	cr_assert_eq(a.err.kind, ERR_CANCELLED);
	answer_release(&a);
	free(client_value(&c, "SELECT 1"));
	n = cluster_sql(direct,
			"SELECT count(*) FROM pg_stat_activity WHERE state LIKE 'idle in%'");
	cr_assert_str_eq(n, "0");
	free(n);
	client_close(&c);
	free(text);
	free(direct);
	cluster_free(&server);
}
