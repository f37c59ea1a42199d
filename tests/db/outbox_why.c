/* SPDX-License-Identifier: MIT */
/*
 * Why messages do not leave: each cause is brought about on a real server, and must be told,
 * with the place that the key goes to; without it nothing is alarming.
 */
#include <criterion/criterion.h>
#include <inttypes.h>
#include <libpq-fe.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/timefmt.h"
#include "command/outbox_look.h"
#include "command/outbox_consumers.h"
#include "command/vars.h"
#include "rows.h"
#include "support/cluster.h"
#include "support/leak.h"

struct world {
	struct rows rows;
	char *conninfo;
	struct buf told; /* "cause|state|detail|run" and newline, per cause */
	struct outbox_status status;
	bool ready, answered;
	struct err err;
};

static void run(const struct world *w, const char *sql)
{
	free(cluster_sql(w->conninfo, sql));
}

/* as: words after the conninfo; setting, value: NULL or one that is set before the first look.
 */
static void begin_as(struct world *w, const char *sql, const char *as,
		     const char *settings[][2])
{
	struct err err = ERR_INIT;
	char *mine;

	*w = (struct world){ .conninfo = cluster_database("tests/db/schemas/outbox_big.sql") };
	run(w, sql);
	mine = xasprintf("%s%s", w->conninfo, as);
	rows_session(&w->rows, mine);
	free(mine);
	for (size_t i = 0; settings && settings[i][0]; i++)
		cr_assert(settings_set(session_settings(w->rows.session), settings[i][0],
				       settings[i][1], &err));
	session_when_ready(w->rows.session, READY_SCOPE, rows_ready, &w->ready);
	rows_until(&w->rows, w->ready);
}

static void begin(struct world *w, const char *sql)
{
	begin_as(w, sql, "", NULL);
}

static void end(struct world *w)
{
	rows_close(&w->rows);
	buf_release(&w->told);
	err_release(&w->err);
	free(w->conninfo);
}

static void answered(void *ctx, const struct txn_result *result)
{
	static const char *const columns[] = { "cause", "state", "detail", "run" };
	struct world *w = ctx;
	const struct reply *r;

	w->answered = true;
	if (result->outcome != TXN_DONE) {
		err_copy(&w->err, &result->err);
		return;
	}
	r = result->replies[0];
	for (size_t i = 0; i < reply_rows(r); i++) {
		if (strcmp(reply_get(r, i, "panel"), "why") != 0)
			continue;
		for (size_t k = 0; k < ARRAY_SIZE(columns); k++) {
			const char *text = reply_get(r, i, columns[k]);

			buf_addf(&w->told, "%s%s", k ? "|" : "", text ? text : "");
		}
		buf_addc(&w->told, '\n');
	}
}

static const char *why(struct world *w)
{
	const struct request_callbacks cb = { .done = answered, .ctx = w };
	struct session *s = w->rows.session;
	struct buf sql = BUF_INIT;
	struct scope scope;
	struct txn *t;
	size_t n;
	const struct sqlvar *vars = vars_list(session_vars(s), &n);

	buf_clear(&w->told);
	w->answered = false;
	cr_assert(sql_expand(&sql, sqlset_get(session_sql(s), "outbox_why", 0)->text, vars, n,
			     &w->err));
	session_scope(s, USE_WATCH, &scope);
	t = txn_new(TXN_READ, &scope);
	scope_release(&scope);
	txn_add(t, sql.data, NULL);
	db_send(session_db(s), DB_WATCH, t, &cb, w);
	buf_release(&sql);
	rows_until(&w->rows, w->answered);
	cr_assert(!w->err.kind, "%s", w->err.why);
	return w->told.data ? w->told.data : "";
}

/* Until it is told: the server's bookkeeping comes a moment later. */
static void expect_why(struct world *w, const char *text)
{
	for (int i = 0; i < 100 && !strstr(why(w), text); i++)
		rows_pass(&w->rows, 50);
	cr_expect(strstr(w->told.data, text), "not told: %s\n%s", text, w->told.data);
}

static void refuse_why(struct world *w, const char *text)
{
	cr_expect(!strstr(why(w), text), "told: %s\n%s", text, w->told.data);
}

static PGconn *other(const struct world *w, const char *sql)
{
	PGconn *c = PQconnectdb(w->conninfo);
	PGresult *r = PQexec(c, sql);

	cr_assert(PQresultStatus(r) == PGRES_COMMAND_OK || PQresultStatus(r) == PGRES_TUPLES_OK,
		  "%s", PQerrorMessage(c));
	PQclear(r);
	return c;
}

static void expect_pid(struct world *w, const char *format, const PGconn *c)
{
	char *text = xasprintf("%s%d", format, PQbackendPID(c));

	expect_why(w, text);
	free(text);
}

#define DUE                                                                                    \
	"INSERT INTO outbox_messages (event_type, aggregate_id, payload) VALUES ('E', 1, "     \
	"'{}');"

Test(outbox_why, nothing_is_alarming_in_an_empty_one, .timeout = 60)
{
	struct world w;

	begin(&w, "SELECT 1");
	why(&w);
	refuse_why(&w, "|warning|");
	refuse_why(&w, "|critical|");
	refuse_why(&w, "|unknown|");
	end(&w);
}

Test(outbox_why, a_session_blocks_the_relay, .timeout = 60)
{
	struct world w;
	PGconn *holder, *relay;

	begin(&w, DUE);
	holder = other(&w, "BEGIN; UPDATE outbox_messages SET attempts = 1");
	refuse_why(&w, "lock|critical");
	relay = other(&w, "SET application_name = 'relay_1'");
	PQsendQuery(relay, "UPDATE outbox_messages SET processed_at = now()");
	expect_pid(&w, "|open sessions pid=", holder);
	expect_why(&w, "lock|critical|");
	expect_why(&w, "idle in transaction");
	expect_why(&w, "one session is named like a relay; one waits for a lock");
	PQfinish(holder);
	PQclear(PQgetResult(relay));
	PQclear(PQgetResult(relay));
	refuse_why(&w, "lock|");
	PQfinish(relay);
	end(&w);
}

Test(outbox_why, the_whole_table_is_locked, .timeout = 60)
{
	struct world w;
	PGconn *holder;

	begin(&w, DUE);
	holder = other(&w, "BEGIN; LOCK TABLE outbox_messages IN EXCLUSIVE MODE");
	expect_why(&w, "holds ExclusiveLock");
	expect_pid(&w, "|open sessions pid=", holder);
	PQfinish(holder);
	end(&w);
}

Test(outbox_why, no_relay_is_there, .timeout = 60)
{
	struct world w;
	PGconn *relay;

	begin(&w, DUE);
	expect_why(&w, "relay|warning|no session is named like a relay|open sessions");
	run(&w, "UPDATE outbox_messages SET available_at = now() - interval '10 m'");
	expect_why(&w,
		   "relay|critical|no session is named like a relay, and what is due waits for "
		   "10 m ");
	relay = other(&w, "SET application_name = 'relay_1'");
	expect_why(&w, "relay|ok|one session is named like a relay");
	/* Its server process is killed: nobody says goodbye. */
	PQfinish(relay);
	expect_why(&w, "relay|critical|");
	end(&w);
}

Test(outbox_why, the_relay_does_nothing, .timeout = 60)
{
	const char *settings[][2] = { { "outbox-warn-age", "200ms" }, { NULL, NULL } };
	struct world w;
	PGconn *relay;

	begin_as(&w, DUE, "", settings);
	relay = other(&w, "SET application_name = 'relay_1'");
	expect_why(&w,
		   "relay|warning|one session is named like a relay; nothing was done for");
	PQclear(PQexec(relay, "UPDATE outbox_messages SET processed_at = now()"));
	expect_why(&w, "relay|ok|");
	PQfinish(relay);
	end(&w);
}

Test(outbox_why, a_poison_message_is_at_the_head, .timeout = 60)
{
	struct world w;

	begin(&w, DUE DUE "UPDATE outbox_messages SET attempts = 7, last_error = E'no\\n "
			  "broker' WHERE id = 2");
	expect_why(
		&w,
		"poison|warning|message 2 at the head failed 7 times: no broker|open message "
		"id=2");
	run(&w,
	    "UPDATE outbox_messages SET available_at = now() + interval '1 h' WHERE id = 2");
	refuse_why(&w, "poison");
	end(&w);
}

Test(outbox_why, a_slot_is_not_read, .timeout = 60)
{
	struct world w;

	begin(&w, DUE);
	run(&w, "SELECT pg_create_logical_replication_slot('souk_why', 'pgoutput')");
	/* It is not this outbox that leaves through it. */
	expect_why(&w, "slot|warning|slot souk_why is not read by anybody");
	expect_why(&w, "|open slots name=souk_why");
	run(&w, "SELECT pg_drop_replication_slot('souk_why')");
	refuse_why(&w, "slot|");
	end(&w);
}

Test(outbox_why, a_change_data_relay_has_no_slot, .timeout = 60)
{
	struct world w;

	begin(&w,
	      "DROP TABLE outbox_messages; CREATE TABLE outbox (id uuid PRIMARY KEY, "
	      "aggregatetype text NOT NULL, aggregateid text NOT NULL, type text NOT NULL, "
	      "payload jsonb); INSERT INTO outbox VALUES (gen_random_uuid(), 'a', '1', 't')");
	expect_why(
		&w,
		"slot|warning|nothing in this table tells what was sent, and no logical slot "
		"reads this database|open slots");
	run(&w, "SELECT pg_create_logical_replication_slot('souk_cdc', 'pgoutput')");
	expect_why(&w, "slot|critical|slot souk_cdc is not read by anybody");
	expect_why(&w, "publication|warning|no publication of inserts covers this table");
	run(&w, "CREATE PUBLICATION p FOR TABLE outbox");
	expect_why(&w, "publication|ok|published by p");
	refuse_why(&w, "relay|critical");
	run(&w, "SELECT pg_drop_replication_slot('souk_cdc')");
	end(&w);
}

Test(outbox_why, one_dead_row_is_one, .timeout = 60)
{
	struct world w;

	begin(&w, DUE DUE "DELETE FROM outbox_messages WHERE id = 1");
	expect_why(&w, "vacuum|ok|1 dead row beside 1 live, never vacuumed|open vacuum");
	end(&w);
}

Test(outbox_why, a_transaction_holds_vacuum_back, .timeout = 60)
{
	const char *settings[][2] = { { "transaction-warn-age", "100ms" }, { NULL, NULL } };
	struct world w;
	PGconn *old;

	begin_as(&w, "CALL fill(30000); DELETE FROM outbox_messages WHERE id <= 15000", "",
		 settings);
	expect_why(&w, "vacuum|warning|vacuum is behind: 15000 dead rows");
	expect_why(&w, "|open horizon");
	refuse_why(&w, "snapshot");
	old = other(
		&w,
		"BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM outbox_messages");
	expect_why(&w, "snapshot|warning|");
	expect_pid(&w, "|open sessions pid=", old);
	PQclear(PQexec(old, "UPDATE outbox_messages SET attempts = 1 WHERE id = 20000; "
			    "PREPARE TRANSACTION 'souk_why'"));
	expect_why(&w, "prepared|warning|prepared transaction souk_why");
	PQclear(PQexec(old, "ROLLBACK PREPARED 'souk_why'"));
	PQfinish(old);
	run(&w, "VACUUM outbox_messages");
	expect_why(&w, "vacuum|ok|");
	refuse_why(&w, "prepared");
	end(&w);
}

Test(outbox_why, another_databases_transaction_is_none_of_ours, .timeout = 60)
{
	const char *settings[][2] = { { "transaction-warn-age", "1ms" }, { NULL, NULL } };
	struct world w, theirs;

	begin_as(&theirs, DUE, "", NULL);
	run(&theirs, "BEGIN; UPDATE outbox_messages SET attempts = 1; PREPARE TRANSACTION "
		     "'souk_theirs'");
	begin_as(&w, DUE, "", settings);
	why(&w);
	refuse_why(&w, "prepared");
	run(&theirs, "ROLLBACK PREPARED 'souk_theirs'");
	end(&theirs);
	end(&w);
}

Test(outbox_why, everything_is_due_far_in_the_future, .timeout = 60)
{
	struct world w;

	begin(&w,
	      DUE "UPDATE outbox_messages SET available_at = now() + interval '200 years 1 h'");
	expect_why(&w, "schedule|ok|nothing is due; the first of those that wait comes on 2");
	expect_why(&w, "|open outbox-messages state=delayed");
	refuse_why(&w, "|warning|");
	run(&w, "UPDATE outbox_messages SET available_at = 'infinity'");
	expect_why(&w, "schedule|ok|nothing is due; the first of those that wait comes never "
		       "(infinity)");
	run(&w, "UPDATE outbox_messages SET available_at = '-infinity'");
	refuse_why(&w, "schedule");
	end(&w);
}

Test(outbox_why, who_writes_has_a_clock_ahead, .timeout = 60)
{
	struct world w;

	begin(&w, DUE "UPDATE outbox_messages SET occurred_at = now() + interval '1 h'");
	expect_why(&w, "clock|warning|the newest of the first ones was written 3");
	end(&w);
}

Test(outbox_why, a_consumer_stands_still, .timeout = 60)
{
	struct world w;

	begin(&w,
	      "CALL fill(1000); UPDATE outbox_messages SET occurred_at = now() - interval '2 "
	      "h', "
	      "processed_at = now(); CREATE TABLE consumer_offsets (consumer text, event_type "
	      "text, last_processed_id bigint NOT NULL, updated_at timestamptz, PRIMARY KEY "
	      "(consumer, event_type)); INSERT INTO consumer_offsets VALUES ('it''s a graph', "
	      "'Event1', 500, now()), ('search', 'Event1', 1000, now())");
	expect_why(&w, "consumer|warning|it's a graph is 2 h behind");
	expect_why(&w, "|open consumers consumer='it''s a graph'");
	refuse_why(&w, "search");
	run(&w, "UPDATE consumer_offsets SET last_processed_id = 1000");
	refuse_why(&w, "consumer|");
	end(&w);
}

/* ---- whose statistics cannot be seen ---- */

Test(outbox_why, a_role_without_statistics_raises_no_false_alarm, .timeout = 60)
{
	struct world w;
	PGconn *relay;

	begin_as(
		&w,
		DUE
		"DO $$ BEGIN CREATE ROLE why_plain LOGIN; EXCEPTION WHEN duplicate_object THEN "
		"END $$; GRANT SELECT ON ALL TABLES IN SCHEMA public TO why_plain",
		" user=why_plain", NULL);
	relay = other(&w, "SET application_name = 'relay_1'");
	expect_why(&w, "locks and snapshots|unknown|unknown from here");
	expect_why(&w, "relay|ok|one session is named like a relay");
	refuse_why(&w, "|warning|");
	refuse_why(&w, "|critical|");
	PQfinish(relay);
	end(&w);
}

/* ---- looking ---- */

static void looked(void *ctx, const struct outbox_status *status, const struct err *err)
{
	struct world *w = ctx;

	w->answered = true;
	cr_assert(status, "%s", err ? err->why : "?");
	w->status = *status;
}

/* ---- on a hot standby ---- */

/* The same database as there, once it has what was written. */
static void follow(struct world *w, const struct world *primary, struct cluster *standby)
{
	char *there = cluster_sql(primary->conninfo, "SELECT pg_current_wal_insert_lsn()");
	char *name = cluster_sql(primary->conninfo, "SELECT current_database()");
	char *ask = xasprintf("SELECT pg_last_wal_replay_lsn() >= '%s'", there);
	char *came = NULL;

	*w = (struct world){ .conninfo = xasprintf("host=%s user=postgres dbname=%s",
						   cluster_host(standby), name) };
	for (int i = 0; i < 200 && (!came || strcmp(came, "t") != 0); i++) {
		char *all = xasprintf("host=%s user=postgres dbname=postgres",
				      cluster_host(standby));

		free(came);
		came = cluster_sql(all, ask);
		free(all);
		usleep(50000);
	}
	cr_assert_str_eq(came, "t");
	rows_session(&w->rows, w->conninfo);
	session_when_ready(w->rows.session, READY_SCOPE, rows_ready, &w->ready);
	rows_until(&w->rows, w->ready);
	free(came);
	free(ask);
	free(name);
	free(there);
}

/* Much waits, a relay is blocked and vacuum is behind; what of that cannot be seen is unknown,
 * and what can is right. */
Test(outbox_why, a_standby_says_what_it_cannot_see, .timeout = 120)
{
	struct cluster *server = cluster_new(NULL), *copy = cluster_standby(server);
	struct world primary = { .conninfo = cluster_database_in(
					 server, "tests/db/schemas/outbox_big.sql") },
		     w;
	struct outbox_watch *watch = outbox_watch_new();
	const struct outbox *o;

	run(&primary,
	    "CALL fill(30000); DELETE FROM outbox_messages WHERE id <= 12000; "
	    "UPDATE outbox_messages SET available_at = now() - interval '10 m' WHERE id = "
	    "29000");
	run(&primary, "SELECT pg_create_logical_replication_slot('souk_there', 'pgoutput')");
	run(&primary, "ANALYZE outbox_messages");
	follow(&w, &primary, copy);
	o = vars_outbox(session_vars(w.rows.session));
	for (int i = 0; i < 3; i++) {
		w.answered = false;
		outbox_look(w.rows.session, o, watch, true, NULL, looked, &w);
		rows_until(&w.rows, w.answered);
	}
	cr_expect(w.status.standby);
	cr_expect_eq(w.status.due.n, 3000, "%" PRId64, w.status.due.n);
	cr_expect(outbox_count_exact(&w.status.due));
	cr_expect_geq(w.status.oldest_due, 600.0);
	cr_expect_eq(w.status.state, OUTBOX_CRITICAL);
	cr_expect_eq(w.status.dead_rows, -1, "a standby counts no dead rows");
	cr_expect(isnan(w.status.process_rate) || w.status.process_rate == 0);
	expect_why(&w, "relay|unknown|unknown from here: relays work on the primary");
	expect_why(&w, "vacuum|unknown|unknown from here: the primary counts dead rows");
	expect_why(&w,
		   "locks and snapshots|unknown|unknown from here: sessions of the primary");
	refuse_why(&w, "|warning|");
	refuse_why(&w, "|critical|");
	/* On the primary they are seen. */
	rows_session(&primary.rows, primary.conninfo);
	session_when_ready(primary.rows.session, READY_SCOPE, rows_ready, &primary.ready);
	rows_until(&primary.rows, primary.ready);
	expect_why(&primary, "relay|critical|");
	expect_why(&primary, "slot|warning|slot souk_there");
	outbox_watch_free(&watch);
	end(&w);
	end(&primary);
	cluster_free(&copy);
	cluster_free(&server);
}

/* ---- clocks ---- */

static int64_t an_hour_behind(void)
{
	return time_now_us() - INT64_C(3600) * 1000000;
}

static int64_t two_hours_ahead(void)
{
	return time_now_us() + INT64_C(7200) * 1000000;
}

/* Ages are the server's: our clock has no part in them. */
static void clock_is(int64_t (*now_us)(void), double server_ahead)
{
	const struct outbox *o;
	struct outbox_watch *watch = outbox_watch_new();
	struct world w;

	outbox_watch_clock(watch, now_us);
	begin(&w, DUE "UPDATE outbox_messages SET available_at = now() - interval '90 s'");
	o = vars_outbox(session_vars(w.rows.session));
	outbox_look(w.rows.session, o, watch, false, NULL, looked, &w);
	rows_until(&w.rows, w.answered);
	cr_expect_lt(fabs(w.status.clock_ahead - server_ahead), 5.0, "%f", w.status.clock_ahead);
	cr_expect_geq(w.status.oldest_due, 90.0);
	cr_expect_lt(w.status.oldest_due, 110.0);
	cr_expect_eq(w.status.due.n, 1);
	outbox_watch_free(&watch);
	end(&w);
}

Test(outbox_why, our_clock_is_behind_the_servers, .timeout = 60)
{
	clock_is(an_hour_behind, 3600);
}

Test(outbox_why, our_clock_is_ahead_of_the_servers, .timeout = 60)
{
	clock_is(two_hours_ahead, -7200);
}

/* ---- passed over ---- */

/* Ids are handed out before their transactions commit. */
Test(outbox_why, a_message_that_came_late_was_passed_over, .timeout = 60)
{
	struct world w;
	struct buf sql = BUF_INIT;
	char *n;

	begin(&w, "CALL fill(100); UPDATE outbox_messages SET processed_at = now(), event_type "
		  "= 'E'; "
		  "CREATE TABLE consumer_offsets (consumer text, event_type text, "
		  "last_processed_id "
		  "bigint NOT NULL, PRIMARY KEY (consumer, event_type)); "
		  "INSERT INTO consumer_offsets VALUES ('graph', 'E', 90), ('mute', 'E', 90); "
		  "CREATE TABLE "
		  "graph_projection_status (consumer text, event_type text, outbox_id bigint, "
		  "status text, "
		  "last_error text, occurred_at timestamptz, PRIMARY KEY (consumer, "
		  "event_type, outbox_id)); "
		  "INSERT INTO graph_projection_status SELECT 'graph', 'E', id, CASE WHEN id = "
		  "70 THEN "
		  "'failed' ELSE 'ok' END, NULL, now() FROM outbox_messages WHERE id <= 90 AND "
		  "id NOT IN (65, "
		  "88)");
	outbox_gaps_sql(&sql, w.rows.session, vars_outbox(session_vars(w.rows.session)));
	n = cluster_sql(w.conninfo, sql.data);
	cr_expect_str_eq(n, "3");
	free(n);
	/* Who never wrote anything down is not accused. */
	run(&w, "DELETE FROM graph_projection_status");
	n = cluster_sql(w.conninfo, sql.data);
	cr_expect_str_eq(n, "");
	free(n);
	buf_release(&sql);
	end(&w);
}
