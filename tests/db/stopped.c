/* SPDX-License-Identifier: MIT */
/* A server process that stands still: what was asked of it ends all the same. */
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "db/scope.h"
#include "support/client.h"
#include "support/cluster.h"
#include "support/leak.h"

static pid_t backend(struct client *c, enum db_lane lane)
{
	struct answer a =
		client_run(c, lane, client_txn(TXN_READ, "SELECT pg_backend_pid()", NULL));
	pid_t pid = (pid_t)reply_int(a.replies[0], 0, 0);

	answer_release(&a);
	return pid;
}

static struct txn *with_timeout(const char *sql, int ms)
{
	struct scope scope;
	struct txn *txn;

	scope_init(&scope);
	scope.statement_timeout_ms = ms;
	txn = txn_new(TXN_READ, &scope);
	scope_release(&scope);
	txn_add(txn, sql, NULL);
	return txn;
}

static int value(const char *conninfo)
{
	char *text = cluster_sql(conninfo, "SELECT v FROM kept");
	int v = (int)strtol(text, NULL, 10);

	free(text);
	return v;
}

LEAK_TEST(stopped, ends_all_the_same)
{
	char *conninfo = cluster_database("");
	struct answer read = { 0 }, write = { 0 }, silent = { 0 };
	struct request *r, *w;
	struct client c;
	pid_t pid[3];

	free(cluster_sql(conninfo, "CREATE TABLE kept AS SELECT 1 AS v"));
	client_open(&c, conninfo);
	for (int lane = DB_READ; lane <= DB_WATCH; lane++) {
		pid[lane] = backend(&c, (enum db_lane)lane);
		cr_assert_eq(kill(pid[lane], SIGSTOP), 0);
	}
	client_send(&c, DB_WATCH, with_timeout("SELECT 1", 100), &silent);
	r = client_send(&c, DB_READ, client_txn(TXN_READ, "SELECT 1", NULL), &read);
	w = client_send(&c, DB_EDIT, client_txn(TXN_WRITE, "UPDATE kept SET v = 2", NULL),
			&write);
	client_until(&c, request_running(r) && request_running(w));
	request_cancel(r);
	request_cancel(w);

	/* Given up: the next ones find other servers. */
	client_until(&c, read.calls == 1 && write.calls == 1);
	cr_assert_eq(read.err.kind, ERR_CANCELLED);
	cr_assert_eq(write.err.kind, ERR_CANCELLED);
	cr_assert_eq(write.outcome, TXN_FAILED, "it is known that nothing was written");
	cr_assert_neq(backend(&c, DB_READ), pid[DB_READ]);
	cr_assert_neq(backend(&c, DB_EDIT), pid[DB_EDIT]);

	/* Nobody gave this one up: its own timeout is long over. */
	client_until(&c, silent.calls == 1);
	cr_assert_eq(silent.err.kind, ERR_CONNECTION);
	cr_assert(strstr(silent.err.why, "has said nothing"), "%s", silent.err.why);

	for (int lane = DB_READ; lane <= DB_WATCH; lane++)
		kill(pid[lane], SIGCONT);
	for (int i = 0; i < 100; i++) {
		char *n = cluster_sql(conninfo,
				      "SELECT count(*) FROM pg_stat_activity WHERE "
				      "state <> 'idle' AND datname = current_database() "
				      "AND pid <> pg_backend_pid()");
		bool gone = strcmp(n, "0") == 0;

		free(n);
		if (gone)
			break;
		client_pass(&c, 20);
	}
	cr_assert_eq(value(conninfo), 1);
	answer_release(&read);
	answer_release(&write);
	answer_release(&silent);
	client_close(&c);
	free(conninfo);
}

/* One that goes on in time is none the wiser. */
LEAK_TEST(stopped, goes_on)
{
	char *conninfo = cluster_database("");
	struct db_counters counters;
	struct answer a = { 0 };
	struct client c;
	pid_t pid;

	client_open(&c, conninfo);
	pid = backend(&c, DB_READ);
	cr_assert_eq(kill(pid, SIGSTOP), 0);
	client_send(&c, DB_READ, with_timeout("SELECT 7", 100), &a);
	client_pass(&c, 500);
	cr_assert_eq(a.calls, 0);
	kill(pid, SIGCONT);
	client_until(&c, a.calls == 1);
	db_counters(c.db, &counters);
	cr_assert_eq(counters.connects, 1);
	answer_release(&a);
	client_close(&c);
	free(conninfo);
}
