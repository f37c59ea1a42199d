/* SPDX-License-Identifier: MIT */
/* Connections: how they come about, what they are called, how they go and come back. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/path.h"
#include "base/vec.h"
#include "support/client.h"
#include "support/cluster.h"
#include "support/leak.h"
#include "support/proxy.h"

/* The states that a lane goes through, as its observer sees them. */
struct history {
	enum db_lane lane;
	VEC(enum db_state) states;
};

static void note_state(void *ctx, struct db *db, enum db_lane lane)
{
	struct history *h = ctx;
	enum db_state state = db_state(db, lane);

	if (lane == h->lane && (h->states.len == 0 || h->states.v[h->states.len - 1] != state))
		*VEC_PUSH(&h->states) = state;
}

static bool went_through(const struct history *h, const enum db_state *states, size_t n)
{
	return h->states.len == n && memcmp(h->states.v, states, n * sizeof *states) == 0;
}

static bool is_ready(const struct client *c, enum db_lane lane)
{
	return db_state(c->db, lane) == DB_READY;
}

LEAK_TEST(connections, states_and_facts)
{
	static const enum db_state expected[] = { DB_CONNECTING, DB_READY };
	char *conninfo = cluster_database("");
	struct history h = { .lane = DB_READ, .states = VEC_INIT };
	const struct db_session *s;
	struct client c;

	client_open(&c, conninfo);
	cr_assert_eq(db_state(c.db, DB_READ), DB_DOWN);
	cr_assert_null(db_session(c.db));
	db_observe(c.db, note_state, &h);
	db_connect(c.db, DB_READ);
	client_until(&c, is_ready(&c, DB_READ));
	cr_assert(went_through(&h, expected, ARRAY_SIZE(expected)));
	s = db_session(c.db);
	cr_assert_geq(s->server_version, 150000);
	cr_assert_str_eq(s->user, "postgres");
	cr_assert_eq(strncmp(s->database, "t_", 2), 0);
	cr_assert_str_eq(s->host, cluster_host(cluster()));
	cr_assert_str_eq(s->application, "souk");
	cr_assert(s->superuser && !s->in_hot_standby && !s->read_only && !s->tls);
	cr_assert_str_eq(s->tls_text, "");
	cr_assert_gt(s->pid, 0);
	cr_assert_lt(s->rtt, 0);
	free(client_value(&c, "SELECT 1"));
	cr_assert(s->rtt > 0 && s->rtt < 5);
	cr_assert_eq(db_state(c.db, DB_EDIT), DB_DOWN, "a lane is opened when first used");
	db_unobserve(c.db, &h);
	VEC_RELEASE(&h.states);
	client_close(&c);
	free(conninfo);
}

LEAK_TEST(connections, conninfo_then_flags_then_service_then_environment)
{
	char *conninfo = cluster_database("");
	char file[] = "/tmp/souk-service-XXXXXX";
	char *name = strstr(conninfo, "dbname=") + 7;
	char *text = xasprintf(
		"[s]\nhost=%s\nuser=from_service\ndbname=%s\napplication_name=service\n",
		cluster_host(cluster()), name);
	struct err err = ERR_INIT;
	struct client c;

	for (int i = 0; i < 3; i++) {
		static const char *const users[] = { "from_service", "from_flag",
						     "from_conninfo" };

		char *sql = xasprintf("CREATE ROLE %s LOGIN", users[i]);

		free(cluster_sql(conninfo, sql));
		free(sql);
	}
	cr_assert(mkstemp(file) >= 0);
	cr_assert(path_write(file, text, strlen(text), &err));
	setenv("PGSERVICEFILE", file, 1);
	setenv("PGSERVICE", "s", 1);
	setenv("PGUSER", "from_environment", 1);
	setenv("PGAPPNAME", "environment", 1);
	const struct {
		struct db_params params;
		const char *user, *application;
	} cases[] = {
		{ { 0 }, "from_service", "service" },
		{ { .user = "from_flag" }, "from_flag", "service" },
		{ { .user = "from_flag", .dbname = "user=from_conninfo application_name=x" },
		  "from_conninfo",
		  "x" },
	};
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		client_open_with(&c, &cases[i].params);
		free(client_value(&c, "SELECT 1"));
		cr_assert_str_eq(db_session(c.db)->user, cases[i].user);
		cr_assert_str_eq(db_session(c.db)->application, cases[i].application);
		cr_assert_str_eq(db_session(c.db)->database, name);
		client_close(&c);
	}
	unsetenv("PGSERVICE");
	setenv("PGUSER", "postgres", 1);
	setenv("PGHOST", cluster_host(cluster()), 1);
	client_open_with(&c, &(struct db_params){ .dbname = name });
	free(client_value(&c, "SELECT 1"));
	cr_assert_str_eq(db_session(c.db)->user, "postgres");
	cr_assert_str_eq(db_session(c.db)->application, "environment");
	client_close(&c);
	unlink(file);
	free(text);
	free(conninfo);
}

/* What can only be mended by another command line is told at once and not tried again. */
LEAK_TEST(connections, hopeless_ones_fail)
{
	static const struct {
		const char *more, *sqlstate, *says;
	} cases[] = {
		{ " dbname=nobody_s", "3D000", "database \"nobody_s\" does not exist" },
		{ " user=nobody_s", "28000", "role \"nobody_s\" does not exist" },
		{ " colour=1", "", "invalid connection option \"colour\"" },
		{ " service=nobody_s", "", "nobody_s" },
	};
	char *conninfo = cluster_database("");

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		char *text = xasprintf("%s%s", conninfo, cases[i].more);
		struct client c;
		struct answer a;

		client_open(&c, text);
		a = client_run(&c, DB_READ, client_txn(TXN_READ, "SELECT 1", NULL));
		cr_assert_eq(a.outcome, TXN_FAILED);
		cr_assert_eq(a.err.kind, ERR_CONNECTION);
		cr_assert_str_eq(a.err.sqlstate, cases[i].sqlstate);
		cr_assert(strstr(a.err.why, cases[i].says), "%s", a.err.why);
		cr_assert(!strstr(a.err.why, "LOCATION") && !strchr(a.err.why, '\n'), "%s",
			  a.err.why);
		cr_assert_eq(db_state(c.db, DB_READ), DB_FAILED, "%s", a.err.why);
		cr_assert_lt(db_next_try(c.db, DB_READ), 0);
		cr_assert_str_eq(db_error(c.db, DB_READ)->why, a.err.why);
		answer_release(&a);
		/* and again at once, without a new attempt */
		a = client_run(&c, DB_READ, client_txn(TXN_READ, "SELECT 1", NULL));
		cr_assert_eq(a.outcome, TXN_FAILED);
		answer_release(&a);
		client_close(&c);
		free(text);
	}
	free(conninfo);
}

static char *login(const char *conninfo, const char *role)
{
	free(cluster_sql(
		conninfo,
		"DO $$ BEGIN"
		" CREATE ROLE pw_scram LOGIN PASSWORD 'sésame \"x'' \\';"
		" EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$"));
	return xasprintf("%s user=%s", conninfo, role);
}

static const char password[] = "sésame \"x' \\";

LEAK_TEST(connections, a_password_is_asked_for)
{
	static const enum db_state expected[] = {
		DB_CONNECTING, DB_PASSWORD, DB_CONNECTING, DB_FAILED, DB_CONNECTING, DB_READY,
	};
	char *conninfo = cluster_database("");
	char *text = login(conninfo, "pw_scram");
	struct history h = { .lane = DB_READ, .states = VEC_INIT };
	struct answer a = { 0 }, b = { 0 };
	struct client c;

	client_open(&c, text);
	db_observe(c.db, note_state, &h);
	client_send(&c, DB_READ, client_txn(TXN_READ, "SELECT 1", NULL), &a);
	client_until(&c, db_state(c.db, DB_READ) == DB_PASSWORD);
	client_pass(&c, 50);
	cr_assert_eq(a.calls, 0, "it waits for the person");
	db_password(c.db, "wrong");
	client_until(&c, a.calls == 1);
	cr_assert_eq(a.outcome, TXN_FAILED);
	cr_assert_str_eq(a.err.sqlstate, "28P01");
	cr_assert_eq(db_state(c.db, DB_READ), DB_FAILED);
	client_send(&c, DB_READ, client_txn(TXN_READ, "SELECT 1", NULL), &b);
	db_password(c.db, password);
	client_until(&c, b.calls == 1);
	cr_assert_eq(b.outcome, TXN_DONE, "%s", b.err.why);
	cr_assert(went_through(&h, expected, ARRAY_SIZE(expected)));
	answer_release(&a);
	/* the other lanes know it */
	a = client_run(&c, DB_EDIT, client_txn(TXN_WRITE, "SELECT 1", NULL));
	cr_assert_eq(a.outcome, TXN_DONE);
	answer_release(&a);
	answer_release(&b);
	VEC_RELEASE(&h.states);
	client_close(&c);
	free(text);
	free(conninfo);
}

LEAK_TEST(connections, a_password_given_or_refused_beforehand)
{
	char *conninfo = cluster_database("");
	char *text = login(conninfo, "pw_scram");
	struct client c;
	struct answer a;

	client_open_with(&c, &(struct db_params){ .dbname = text, .password = password });
	free(client_value(&c, "SELECT 1"));
	client_close(&c);
	client_open_with(&c, &(struct db_params){ .dbname = text, .no_password = true });
	a = client_run(&c, DB_READ, client_txn(TXN_READ, "SELECT 1", NULL));
	cr_assert_eq(a.outcome, TXN_FAILED);
	cr_assert_eq(a.err.kind, ERR_CONNECTION);
	cr_assert_eq(db_state(c.db, DB_READ), DB_FAILED);
	answer_release(&a);
	client_close(&c);
	free(text);
	free(conninfo);
}

LEAK_TEST(connections, a_server_that_is_not_there_is_tried_again)
{
	struct cluster *server = cluster_new(NULL);
	char *conninfo = cluster_database_in(server, "");
	struct history h = { .lane = DB_READ, .states = VEC_INIT };
	struct client c;
	struct answer a;

	cluster_stop(server, "fast");
	client_open(&c, conninfo);
	db_observe(c.db, note_state, &h);
	a = client_run(&c, DB_READ, client_txn(TXN_READ, "SELECT 1", NULL));
	cr_assert_eq(a.outcome, TXN_FAILED);
	cr_assert_eq(a.err.kind, ERR_CONNECTION);
	cr_assert(a.err.hint && strstr(a.err.hint, "Is the server running"), "%s", a.err.why);
	cr_assert_eq(db_state(c.db, DB_READ), DB_LOST);
	cr_assert_geq(db_next_try(c.db, DB_READ), 0);
	cr_assert_lt(db_next_try(c.db, DB_READ), 0.3);
	answer_release(&a);
	client_until(&c, h.states.len >= 6); /* connecting and lost, three times */
	cluster_start(server);
	db_retry(c.db);
	client_until(&c, is_ready(&c, DB_READ));
	cr_assert_eq(db_error(c.db, DB_READ)->kind, ERR_NONE);
	free(client_value(&c, "SELECT 1"));
	VEC_RELEASE(&h.states);
	client_close(&c);
	free(conninfo);
	cluster_free(&server);
}

LEAK_TEST(connections, a_terminated_session_comes_back)
{
	static const enum db_state expected[] = { DB_LOST, DB_CONNECTING, DB_READY };
	char *conninfo = cluster_database("");
	struct history h = { .lane = DB_READ, .states = VEC_INIT };
	struct answer a = { 0 };
	struct client c;
	char *kill;

	client_open(&c, conninfo);
	free(client_value(&c, "SELECT 1"));
	/* while idle */
	kill = xasprintf("SELECT pg_terminate_backend(%d)", db_session(c.db)->pid);
	db_observe(c.db, note_state, &h);
	free(cluster_sql(conninfo, kill));
	free(kill);
	client_until(&c, db_state(c.db, DB_READ) == DB_LOST);
	cr_assert_str_eq(db_error(c.db, DB_READ)->sqlstate, "57P01");
	client_until(&c, is_ready(&c, DB_READ));
	cr_assert(went_through(&h, expected, ARRAY_SIZE(expected)));
	/* in the middle of a query */
	VEC_CLEAR(&h.states);
	client_send(&c, DB_READ, client_txn(TXN_READ, "SELECT pg_sleep(60)", NULL), &a);
	client_pass(&c, 100);
	kill = xasprintf("SELECT pg_terminate_backend(%d)", db_session(c.db)->pid);
	free(cluster_sql(conninfo, kill));
	free(kill);
	client_until(&c, a.calls == 1);
	cr_assert_eq(a.outcome, TXN_FAILED);
	cr_assert_eq(a.err.kind, ERR_CONNECTION);
	cr_assert_str_eq(a.err.sqlstate, "57P01");
	answer_release(&a);
	client_until(&c, is_ready(&c, DB_READ));
	cr_assert(went_through(&h, expected, ARRAY_SIZE(expected)));
	free(client_value(&c, "SELECT 1"));
	VEC_RELEASE(&h.states);
	client_close(&c);
	free(conninfo);
}

/* All lanes come back, after a clean restart and after a crash. */
LEAK_TEST(connections, a_restarted_server_is_found_again)
{
	struct cluster *server = cluster_new(NULL);
	char *conninfo = cluster_database_in(server, "");
	struct client c;

	client_open(&c, conninfo);
	for (enum db_lane lane = DB_READ; lane < DB_LANES; lane++)
		db_connect(c.db, lane);
	for (int crash = 0; crash < 2; crash++) {
		struct answer a = { 0 };

		client_until(&c, is_ready(&c, DB_READ) && is_ready(&c, DB_EDIT) &&
					 is_ready(&c, DB_WATCH) && is_ready(&c, DB_BULK));
		client_send(&c, DB_EDIT, client_txn(TXN_WRITE, "SELECT pg_sleep(60)", NULL),
			    &a);
		client_pass(&c, 50);
		if (crash)
			cluster_kill(server);
		else
			cluster_stop(server, "fast");
		client_until(&c, a.calls == 1);
		cr_assert_eq(a.outcome, TXN_FAILED, "nothing was committed");
		cr_assert_eq(a.err.kind, ERR_CONNECTION);
		answer_release(&a);
		client_pass(&c, 300);
		if (crash)
			cluster_stop(server, "immediate");
		cluster_start(server);
	}
	client_until(&c, is_ready(&c, DB_READ) && is_ready(&c, DB_EDIT) &&
				 is_ready(&c, DB_WATCH) && is_ready(&c, DB_BULK));
	free(client_value(&c, "SELECT 1"));
	client_close(&c);
	free(conninfo);
	cluster_free(&server);
}

/* Reads that were not sent yet wait for the way back; a write might meet another server there.
 */
LEAK_TEST(connections, what_waits_when_the_connection_goes)
{
	char *conninfo = cluster_database("");
	struct proxy *proxy = proxy_new(cluster_host(cluster()));
	char *text = xasprintf("%s host=%s", conninfo, proxy_host(proxy));
	struct answer first = { 0 }, write = { 0 }, read = { 0 };
	struct client c;

	client_open(&c, text);
	db_connect(c.db, DB_EDIT);
	client_until(&c, is_ready(&c, DB_EDIT));
	client_send(&c, DB_EDIT, client_txn(TXN_WRITE, "SELECT pg_sleep(60)", NULL), &first);
	client_send(&c, DB_EDIT, client_txn(TXN_WRITE, "SELECT 1", NULL), &write);
	client_send(&c, DB_EDIT, client_txn(TXN_READ, "SELECT 1", NULL), &read);
	client_pass(&c, 50);
	proxy_cut(proxy);
	client_until(&c, db_pending(c.db) == 0);
	cr_assert_eq(first.outcome, TXN_FAILED);
	cr_assert_eq(write.outcome, TXN_FAILED);
	cr_assert_eq(write.err.kind, ERR_CONNECTION);
	cr_assert_eq(read.outcome, TXN_DONE);
	cr_assert(first.calls == 1 && write.calls == 1 && read.calls == 1);
	answer_release(&first);
	answer_release(&write);
	answer_release(&read);
	client_close(&c);
	proxy_free(&proxy);
	free(text);
	free(conninfo);
}

LEAK_TEST(connections, server_parameters_are_followed)
{
	struct cluster *server = cluster_new(NULL);
	char *conninfo = cluster_database_in(server, "");
	struct client c;

	client_open(&c, conninfo);
	free(client_value(&c, "SELECT 1"));
	cr_assert(!db_session(c.db)->read_only);
	free(cluster_sql(conninfo, "ALTER SYSTEM SET default_transaction_read_only = on"));
	free(cluster_sql(conninfo, "SELECT pg_reload_conf()"));
	for (int i = 0; i < 50 && !db_session(c.db)->read_only; i++) {
		client_pass(&c, 20);
		free(client_value(&c, "SELECT 1"));
	}
	cr_assert(db_session(c.db)->read_only);
	/* a write says READ WRITE itself */
	struct answer a =
		client_run(&c, DB_EDIT, client_txn(TXN_WRITE, "CREATE TABLE w (id int)", NULL));

	cr_assert_eq(a.outcome, TXN_DONE);
	answer_release(&a);
	client_close(&c);
	free(conninfo);
	cluster_free(&server);
}

LEAK_TEST(connections, the_watch_lane_shares_when_there_are_too_few)
{
	char *conninfo = cluster_database("");
	char *text;
	struct client c;
	struct answer a;

	free(cluster_sql(conninfo, "CREATE ROLE two_only LOGIN CONNECTION LIMIT 2"));
	text = xasprintf("%s user=two_only", conninfo);
	client_open(&c, text);
	free(client_value(&c, "SELECT 1"));
	db_connect(c.db, DB_EDIT);
	client_until(&c, is_ready(&c, DB_EDIT));
	for (int i = 0; i < 2; i++) {
		a = client_run(&c, DB_WATCH,
			       client_txn(TXN_READ, "SELECT pg_backend_pid()", NULL));
		cr_assert_eq(a.outcome, TXN_DONE);
		cr_assert_eq(reply_int(a.replies[0], 0, 0), db_session(c.db)->pid);
		answer_release(&a);
	}
	cr_assert_eq(db_state(c.db, DB_WATCH), DB_FAILED);
	cr_assert_str_eq(db_error(c.db, DB_WATCH)->sqlstate, "53300");
	a = client_run(&c, DB_BULK, client_txn(TXN_READ, "SELECT 1", NULL));
	cr_assert_eq(a.outcome, TXN_FAILED);
	cr_assert_str_eq(a.err.sqlstate, "53300");
	cr_assert_str_eq(a.err.why, "no connection for long work could be opened: "
				    "too many connections for role \"two_only\"");
	cr_assert_not_null(a.err.hint);
	answer_release(&a);
	/* as soon as there is room, bulk has it */
	free(cluster_sql(conninfo, "ALTER ROLE two_only CONNECTION LIMIT 3"));
	a = client_run(&c, DB_BULK, client_txn(TXN_READ, "SELECT 1", NULL));
	cr_assert_eq(a.outcome, TXN_DONE);
	answer_release(&a);
	client_close(&c);
	free(text);
	free(conninfo);
}

LEAK_TEST(connections, idle_is_idle)
{
	char *conninfo = cluster_database("");
	struct client c;
	uint64_t before;

	client_open(&c, conninfo);
	free(client_value(&c, "SELECT 1"));
	for (enum db_lane lane = DB_READ; lane < DB_LANES; lane++)
		db_connect(c.db, lane);
	client_until(&c,
		     is_ready(&c, DB_EDIT) && is_ready(&c, DB_WATCH) && is_ready(&c, DB_BULK));
	client_pass(&c, 50);
	before = loop_wakeups(c.loop);
	client_pass(&c, 1000);
	cr_assert_leq(loop_wakeups(c.loop) - before, 1, "the test's own timer");
	client_close(&c);
	free(conninfo);
}

/* In whatever state: everything is closed and freed. */
LEAK_TEST(connections, freed_in_every_state)
{
	char *conninfo = cluster_database("");
	char *text = login(conninfo, "pw_scram");
	struct client c;

	for (int turns = 0; turns < 12; turns++) {
		struct answer a = { 0 };

		client_open(&c, turns % 2 ? text : conninfo);
		client_send(&c, DB_READ, client_txn(TXN_READ, "SELECT pg_sleep(60)", NULL), &a);
		for (int i = 0; i < turns; i++)
			loop_turn(c.loop, false);
		if (turns > 8)
			client_pass(&c, 20);
		client_close(&c);
		cr_assert_eq(a.calls, 0);
	}
	free(text);
	free(conninfo);
}
