/* SPDX-License-Identifier: MIT */
/*
 * What a person does to many messages stands in no relay's way: no lock that one waits for is
 * held longer than a short batch takes the server, none while the server waits for us, and
 * whoever gives up half-way is told how many were done.
 */
#include <criterion/criterion.h>
#include <inttypes.h>
#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/attr.h"
#include "command/command.h"
#include "command/settings.h"
#include "rows.h"
#include "support/cluster.h"
#include "support/proxy.h"

/* ---- a host that only listens ---- */

struct world {
	struct rows rows;
	char *conninfo;
	struct host host;
	struct call *call;
	bool ready, ended;
	struct err err;
	int64_t changed;
};

static void heard(void *ctx UNUSED, enum say how UNUSED, const char *text UNUSED)
{
}

static void begins(void *ctx UNUSED, const char *title UNUSED,
		   const struct table_column *c UNUSED, size_t n UNUSED)
{
}

/* relation, matched, changed, locked, overtaking */
static void row(void *ctx, const char *const *cells)
{
	((struct world *)ctx)->changed = strtoll(cells[2], NULL, 10);
}

static void ends(void *ctx UNUSED)
{
}

static void progress(void *ctx UNUSED, const char *what UNUSED, double done UNUSED,
		     double total UNUSED)
{
}

static const struct host_ops ops = {
	.say = heard,
	.table_begin = begins,
	.table_row = row,
	.table_end = ends,
	.progress = progress,
};

static void call_ended(void *ctx, const struct err *err, int status UNUSED)
{
	struct world *w = ctx;

	w->ended = true;
	w->call = NULL;
	err_copy(&w->err, err);
}

static void run(const struct world *w, const char *sql)
{
	free(cluster_sql(w->conninfo, sql));
}

static int64_t number(const struct world *w, const char *sql)
{
	char *text = cluster_sql(w->conninfo, sql);
	int64_t n = strtoll(text, NULL, 10);

	free(text);
	return n;
}

/* A table in which each change of ours takes the server a millisecond. */
#define SLOW                                                                                   \
	"CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS "                          \
	"'BEGIN PERFORM pg_sleep(0.001); RETURN NEW; END'; "                                   \
	"CREATE TRIGGER slow BEFORE UPDATE ON outbox_messages FOR EACH ROW "                   \
	"WHEN (NEW.processed_at IS NULL) EXECUTE FUNCTION slow()"

static void begin_at(struct world *w, const char *host, int rows)
{
	struct session_options opts = { .armed = true };
	struct err err = ERR_INIT;
	char *sql = xasprintf("CALL fill(%d); ANALYZE outbox_messages; " SLOW, rows * 10);
	char *own;

	*w = (struct world){ .conninfo = cluster_database("tests/db/schemas/outbox_big.sql") };
	run(w, sql);
	own = host ? xasprintf("%s host=%s", w->conninfo, host) : xstrdup(w->conninfo);
	opts.db.dbname = own;
	w->rows.loop = loop_new();
	w->rows.limit = loop_timer_new(w->rows.loop, rows_late, &w->rows);
	w->rows.session = session_new(w->rows.loop, &opts, &err);
	cr_assert(w->rows.session, "%s", err.why ? err.why : "?");
	session_when_ready(w->rows.session, READY_SCOPE, rows_ready, &w->ready);
	rows_until(&w->rows, w->ready);
	w->host = (struct host){
		.ops = &ops, .ctx = w, .session = w->rows.session, .batch = true
	};
	free(own);
	free(sql);
}

static void end(struct world *w)
{
	call_abandon(&w->call);
	err_release(&w->err);
	rows_close(&w->rows);
	free(w->conninfo);
}

static void act(struct world *w, const char *line)
{
	w->ended = false;
	w->changed = -1;
	err_clear(&w->err);
	w->call = command_line(&w->host, line, call_ended, w);
	cr_assert(w->call || w->ended);
}

/* ---- relays ---- */

struct relay {
	const char *name, *work;
	PGconn *pg;
	int rounds;
};

static void relay_work(struct relay *r)
{
	PGresult *res;

	PQconsumeInput(r->pg);
	while (!PQisBusy(r->pg)) {
		res = PQgetResult(r->pg);
		if (!res) {
			r->rounds++;
			cr_assert(PQsendQuery(r->pg, r->work));
			return;
		}
		cr_assert(PQresultStatus(res) == PGRES_COMMAND_OK ||
				  PQresultStatus(res) == PGRES_TUPLES_OK,
			  "%s: %s", r->name, PQresultErrorMessage(res));
		PQclear(res);
	}
}

static void relay_open(struct relay *r, const char *conninfo)
{
	char *own = xasprintf("%s application_name=%s", conninfo, r->name);

	r->pg = PQconnectdb(own);
	cr_assert_eq(PQstatus(r->pg), CONNECTION_OK);
	/* More than a batch takes, less than all of them together. */
	PQclear(PQexec(r->pg, "SET lock_timeout = '1500ms'"));
	r->rounds = -1;
	cr_assert(PQsendQuery(r->pg, "SELECT 1"));
	free(own);
}

static void relay_close(struct relay *r)
{
	PGresult *res;

	while ((res = PQgetResult(r->pg)))
		PQclear(res);
	PQfinish(r->pg);
}

#define CLAIM(locking, n)                                                                      \
	"BEGIN; WITH c AS (SELECT id FROM outbox_messages WHERE processed_at IS NULL AND "     \
	"dead_at IS NULL ORDER BY " n " LIMIT 1 FOR UPDATE" locking ") UPDATE "                \
	"outbox_messages m SET processed_at = now() FROM c WHERE m.id = c.id; COMMIT"

/* Who waits for a session of ours: the patient relay may, for a moment. */
static const char waiting[] =
	"SELECT count(*) FROM pg_stat_activity a JOIN pg_locks l ON l.pid = a.pid AND NOT "
	"l.granted "
	"WHERE a.datname = current_database() AND a.application_name IN ('relay_skip', "
	"'relay_insert') AND l.locktype <> 'extend' AND "
	"pg_blocking_pids(a.pid) && ARRAY(SELECT pid FROM pg_stat_activity WHERE datname = "
	"current_database() AND application_name = 'souk')";

static void relays_go_on(struct world *w, const char *line, const char *done)
{
	struct relay relays[] = {
		{ .name = "relay_skip", .work = CLAIM(" SKIP LOCKED", "available_at, id") },
		/* The end that a batch comes to last, and whatever it has locked now. */
		{ .name = "relay_patient", .work = CLAIM("", "random()") },
		{ .name = "relay_insert",
		  .work = "INSERT INTO outbox_messages (event_type, aggregate_id, payload) "
			  "VALUES ('New', 1, '{}')" },
	};
	int64_t seen = -1;
	int steps = 0;

	for (size_t i = 0; i < ARRAY_SIZE(relays); i++)
		relay_open(&relays[i], w->conninfo);
	act(w, line);
	for (int turns = 0; !w->ended; turns++) {
		int64_t now;

		cr_assert_lt(turns, 4000, "%s does not end", line);
		for (size_t i = 0; i < ARRAY_SIZE(relays); i++)
			relay_work(&relays[i]);
		rows_pass(&w->rows, 10);
		if (turns % 5)
			continue;
		cr_expect_eq(number(w, waiting), 0, "%s: a relay waits", line);
		now = number(w, done);
		steps += now != seen;
		seen = now;
	}
	cr_expect_eq(w->err.kind, ERR_NONE, "%s: %s", line, w->err.why);
	cr_expect_gt(w->changed, 500, "%s: %" PRId64, line, w->changed);
	cr_expect_gt(steps, 3, "%s: it was done in %d steps", line, steps);
	for (size_t i = 0; i < ARRAY_SIZE(relays); i++) {
		cr_expect_gt(relays[i].rounds, 5, "%s: %s came round %d times", line,
			     relays[i].name, relays[i].rounds);
		relay_close(&relays[i]);
	}
}

#define DEAD "SELECT count(*) FROM outbox_messages WHERE dead_at IS NOT NULL"
#define POSTPONED "SELECT count(*) FROM outbox_messages WHERE available_at > now()"

static void beside(const char *before, const char *line, const char *done)
{
	struct world w;

	begin_at(&w, NULL, 1500);
	run(&w, before);
	relays_go_on(&w, line, done);
	end(&w);
}

Test(outbox_batch, relays_go_on_beside_postpone)
{
	beside("", "outbox postpone 1h --all --reason test", POSTPONED);
}

Test(outbox_batch, relays_go_on_beside_retry)
{
	beside("ALTER TABLE outbox_messages DISABLE TRIGGER slow; UPDATE outbox_messages SET "
	       "available_at = now() + interval '1 h' WHERE processed_at IS NULL; ALTER TABLE "
	       "outbox_messages ENABLE TRIGGER slow",
	       "outbox retry --state delayed --all --out-of-order --reason test", POSTPONED);
}

Test(outbox_batch, relays_go_on_beside_dead)
{
	beside("", "outbox dead --all --reason test", DEAD);
}

/* Those that relays take are the ones that came before. */
Test(outbox_batch, relays_go_on_beside_revive)
{
	beside("ALTER TABLE outbox_messages DISABLE TRIGGER slow; UPDATE outbox_messages SET "
	       "dead_at = now() WHERE processed_at IS NULL AND id % 15 < 12; ALTER TABLE "
	       "outbox_messages ENABLE TRIGGER slow",
	       "outbox revive --all --out-of-order --reason test", DEAD);
}

/* ---- a long way to the server ---- */

/* While the server waits for us it holds nothing of ours but what reading takes. */
static const char held[] =
	"SELECT count(*) FROM pg_stat_activity a JOIN pg_locks l USING (pid) "
	"WHERE a.datname = current_database() AND a.application_name = 'souk' AND "
	"a.state LIKE 'idle%' AND "
	"l.mode <> 'AccessShareLock' AND l.locktype <> 'virtualxid'";

Test(outbox_batch, holds_no_lock_on_the_way)
{
	struct proxy *proxy = proxy_new(cluster_host(cluster()));
	struct world w;
	int looks = 0;

	begin_at(&w, proxy_host(proxy), 300);
	proxy_delay(proxy, 60);
	act(&w, "outbox postpone 1h --all --reason test");
	for (; !w.ended; looks++) {
		cr_assert_lt(looks, 3000);
		rows_pass(&w.rows, 5);
		/* They are not read at one moment: what waits for us is seen twice. */
		cr_expect(number(&w, held) == 0 || number(&w, held) == 0,
			  "a lock waits for us");
	}
	cr_expect_eq(w.err.kind, ERR_NONE, "%s", w.err.why);
	cr_expect_eq(w.changed, 300);
	cr_expect_gt(looks, 20);
	end(&w);
	proxy_free(&proxy);
}

/* ---- given up half-way ---- */

static void until_some(struct world *w)
{
	for (int i = 0; !w->ended && number(w, POSTPONED) == 0; i++) {
		cr_assert_lt(i, 2000);
		rows_pass(&w->rows, 5);
	}
	cr_assert(!w->ended, "it was over too soon: %s", w->err.why ? w->err.why : "no error");
}

Test(outbox_batch, whoever_gives_up_is_told_how_far_it_came)
{
	struct world w;
	int64_t told = -1, all = -1;

	begin_at(&w, NULL, 3000);
	act(&w, "outbox postpone 1h --all --reason test");
	until_some(&w);
	cr_assert(call_cancel(&w.call));
	rows_until(&w.rows, w.ended);
	cr_expect_eq(w.err.kind, ERR_CANCELLED);
	cr_assert_eq(sscanf(w.err.why, "cancelled: %" SCNd64 " of %" SCNd64, &told, &all), 2,
		     "%s", w.err.why);
	cr_expect_eq(all, 3000);
	cr_expect(told > 0 && told < all, "%s", w.err.why);
	cr_expect_eq(number(&w, POSTPONED), told);
	/* Nothing of it goes on behind. */
	rows_pass(&w.rows, 300);
	cr_expect_eq(number(&w, POSTPONED), told);
	cr_expect_eq(number(&w, held), 0);
	/* While they are counted nothing was changed. */
	act(&w, "outbox retry --state delayed --all --reason test");
	cr_assert(call_cancel(&w.call));
	rows_until(&w.rows, w.ended);
	cr_expect_str_eq(w.err.why, "cancelled: nothing was changed");
	cr_expect_eq(number(&w, POSTPONED), told);
	end(&w);
}

Test(outbox_batch, its_session_is_ended_half_way)
{
	struct world w;
	int64_t told = -1;

	begin_at(&w, NULL, 3000);
	act(&w, "outbox postpone 1h --all --reason test");
	until_some(&w);
	run(&w, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = "
		"current_database() AND application_name = 'souk'");
	rows_until(&w.rows, w.ended);
	cr_assert_eq(w.err.kind, ERR_CONNECTION, "%s", w.err.why);
	cr_assert(w.err.hint);
	cr_assert_eq(sscanf(w.err.hint, "%" SCNd64, &told), 1, "%s", w.err.hint);
	/* Of the batch that was under way it says that it does not know. */
	if (strstr(w.err.hint, "not known"))
		cr_expect_geq(number(&w, POSTPONED), told, "%s", w.err.hint);
	else
		cr_expect_eq(number(&w, POSTPONED), told, "%s", w.err.hint);
	end(&w);
}

Test(outbox_batch, a_locked_table_is_not_waited_for_long)
{
	struct world w;
	PGconn *holder;
	struct err err = ERR_INIT;

	begin_at(&w, NULL, 300);
	cr_assert(
		settings_set(session_settings(w.rows.session), "lock-timeout", "200ms", &err));
	holder = PQconnectdb(w.conninfo);
	PQclear(PQexec(holder, "BEGIN; LOCK TABLE outbox_messages IN SHARE MODE"));
	act(&w, "outbox postpone 1h --all --reason test");
	rows_until(&w.rows, w.ended);
	cr_expect_str_eq(w.err.sqlstate, "55P03", "%s", w.err.why);
	cr_expect_str_eq(w.err.hint, "0 messages were changed before that");
	PQfinish(holder);
	cr_expect_eq(number(&w, POSTPONED), 0);
	act(&w, "outbox postpone 1h --all --limit 250 --reason test");
	rows_until(&w.rows, w.ended);
	cr_expect_eq(w.changed, 250);
	end(&w);
}
