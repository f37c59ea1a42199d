/* SPDX-License-Identifier: MIT */
/*
 * What became of a write whose COMMIT got no answer: the transaction's number, learned in its
 * own flush, is asked about on the connection that came back.  Every answer that the server can
 * give is met here.
 */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "support/client.h"
#include "support/cluster.h"
#include "support/leak.h"
#include "support/proxy.h"

static const char insert[] = "INSERT INTO t VALUES (1)";

struct scene {
	struct cluster *server;
	char *direct, *text;
	struct proxy *proxy;
	struct client c;
};

static void begin(struct scene *s)
{
	s->server = cluster_new(NULL);
	s->direct = cluster_database_in(s->server, "");
	/* a COMMIT that takes a second */
	free(cluster_sql(s->direct,
			 "CREATE TABLE t (id int); CREATE TABLE slow (id int);"
			 "CREATE FUNCTION nap() RETURNS trigger LANGUAGE plpgsql AS "
			 "$$ BEGIN PERFORM pg_sleep(1); RETURN NULL; END $$;"
			 "CREATE CONSTRAINT TRIGGER nap AFTER INSERT ON slow DEFERRABLE "
			 "INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION nap()"));
	s->proxy = proxy_new(cluster_host(s->server));
	s->text = xasprintf("%s host=%s", s->direct, proxy_host(s->proxy));
	client_open(&s->c, s->text);
}

static void end(struct scene *s)
{
	client_close(&s->c);
	proxy_free(&s->proxy);
	free(s->text);
	free(s->direct);
	cluster_free(&s->server);
}

/* A write that also says which transaction on which server it is. */
static struct txn *numbered(const struct scene *s, const char *sql)
{
	return client_txn(TXN_WRITE, sql, sqlset_get(s->c.sql, "save_identity", 150000)->text,
			  NULL);
}

/* On the connection that came back; the xid of a, or another. */
static char *status(struct scene *s, const char *xid)
{
	struct params p = PARAMS_INIT;
	struct txn *t = txn_new(TXN_READ, NULL);
	struct answer a;
	char *text;

	params_text(&p, xid);
	txn_add(t, sqlset_get(s->c.sql, "save_status", 150000)->text, &p);
	params_release(&p);
	a = client_run(&s->c, DB_EDIT, t);
	text = xstrdup(a.outcome == TXN_FAILED		? a.err.sqlstate
		       : reply_null(a.replies[0], 0, 0) ? "NULL"
							: reply_text(a.replies[0], 0, 0));
	answer_release(&a);
	return text;
}

static void check_status(struct scene *s, const struct answer *a, const char *expected)
{
	char *text = status(s, reply_get(a->replies[1], 0, "xid"));

	cr_assert_str_eq(text, expected);
	free(text);
}

LEAK_TEST(evidence, committed)
{
	struct scene s;
	struct answer a;

	begin(&s);
	proxy_cut_at(s.proxy, FROM_SERVER, 'C', "COMMIT", false);
	a = client_run(&s.c, DB_EDIT, numbered(&s, insert));
	cr_assert_eq(a.outcome, TXN_UNKNOWN);
	check_status(&s, &a, "committed");
	answer_release(&a);
	end(&s);
}

static void cut_the_commit(void *ctx)
{
	proxy_cut_at(ctx, FROM_CLIENT, 'P', "COMMIT", false);
}

/* The server learns that its client is gone when it reads the next message: soon. */
LEAK_TEST(evidence, aborted)
{
	struct answer a = { .on_asked = cut_the_commit };
	struct scene s;
	char *text = NULL;

	begin(&s);
	a.ctx = s.proxy;
	client_send(&s.c, DB_EDIT, numbered(&s, insert), &a);
	client_until(&s.c, a.calls == 1);
	cr_assert_eq(a.outcome, TXN_UNKNOWN);
	for (int i = 0; i < 50; i++) {
		free(text);
		text = status(&s, reply_get(a.replies[1], 0, "xid"));
		if (strcmp(text, "in progress") != 0)
			break;
		client_pass(&s.c, 20);
	}
	cr_assert_str_eq(text, "aborted");
	free(text);
	answer_release(&a);
	end(&s);
}

/* The COMMIT is still being done when the connection goes, and gets done. */
LEAK_TEST(evidence, in_progress_then_committed)
{
	struct answer a = { 0 };
	struct scene s;

	begin(&s);
	client_send(&s.c, DB_EDIT, numbered(&s, "INSERT INTO slow VALUES (1)"), &a);
	client_until(&s.c, a.committing == 1);
	client_pass(&s.c, 100);
	proxy_cut(s.proxy);
	client_until(&s.c, a.calls == 1);
	cr_assert_eq(a.outcome, TXN_UNKNOWN);
	check_status(&s, &a, "in progress");
	client_pass(&s.c, 1200);
	check_status(&s, &a, "committed");
	answer_release(&a);
	end(&s);
}

/* The server dies with the COMMIT in hand.  A transaction that left nothing in the log is not
 * even known afterwards: its number lies in the future, and will be given again. */
LEAK_TEST(evidence, the_server_died_before_it_was_written)
{
	struct answer a = { 0 };
	struct scene s;
	char *text;

	begin(&s);
	client_send(&s.c, DB_EDIT, numbered(&s, "INSERT INTO slow VALUES (1)"), &a);
	client_until(&s.c, a.committing == 1);
	client_pass(&s.c, 100);
	cluster_stop(s.server, "immediate");
	client_until(&s.c, a.calls == 1);
	cr_assert_eq(a.outcome, TXN_UNKNOWN);
	cluster_start(s.server);
	client_until(&s.c, db_state(s.c.db, DB_EDIT) == DB_READY);
	text = status(&s, reply_get(a.replies[1], 0, "xid"));
	cr_assert(strcmp(text, "aborted") == 0 || strcmp(text, "22023") == 0, "%s", text);
	free(text);
	answer_release(&a);
	end(&s);
}

/* A number from another life of the database is an error or nothing, never "aborted". */
LEAK_TEST(evidence, numbers_that_say_nothing)
{
	struct scene s;
	char *text;

	begin(&s);
	text = status(&s, "999999999999");
	cr_assert_str_eq(text, "22023", "in the future");
	free(text);
	text = status(&s, "0");
	cr_assert_str_eq(text, "NULL", "too old");
	free(text);
	end(&s);
}
