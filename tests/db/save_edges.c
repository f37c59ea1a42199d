/* SPDX-License-Identifier: MIT */
/*
 * Every edge of the state machine that include/command/save.h draws, and every message of the
 * protocol with the connection cut before and after it: the person is told the truth, and a
 * second save neither doubles nor loses.
 */
#include <criterion/criterion.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/attr.h"
#include "command/bulk.h"
#include "command/save.h"
#include "command/target.h"
#include "support/cluster.h"
#include "support/proxy.h"

#define SCHEMA "tests/db/schemas/save.sql"

struct bench {
	struct loop *loop;
	struct loop_timer *limit;
	struct session *session;
	struct record_plan *plan;
	struct record base;
	struct cluster *server; /* of its own, or NULL: the program's */
	struct proxy *proxy;
	char *admin, *why, *column;
	bool done, late;
	enum save_outcome outcome;
	struct record after;
	int attempts;
};

static void on_limit(void *ctx)
{
	((struct bench *)ctx)->late = true;
}

static void wait_for(struct bench *b)
{
	b->late = false;
	loop_timer_start(b->limit, 40000, 0);
	while (!b->done && !b->late)
		loop_turn(b->loop, true);
	loop_timer_stop(b->limit);
	cr_assert(b->done, "waited in vain");
	b->done = false;
}

static void on_ready(void *ctx, const struct err *err)
{
	struct bench *b = ctx;

	cr_assert_null(err, "%s", err ? err->why : "");
	b->done = true;
}

/* Behind the proxy; server NULL: the program's own. */
static void bench_open(struct bench *b, struct cluster *server)
{
	struct session_options opts = { .armed = true };
	struct err err = ERR_INIT;
	char *conninfo, *state;

	*b = (struct bench){ .server = server };
	b->admin = cluster_database_in(server ? server : cluster(), SCHEMA);
	b->proxy = proxy_new(cluster_host(server ? server : cluster()));
	conninfo = xasprintf("%s host=%s user=saver", b->admin, proxy_host(b->proxy));
	state = xasprintf("%s/state-%d", cluster_host(cluster()), (int)getpid());
	setenv("XDG_STATE_HOME", state, 1);
	opts.db.dbname = conninfo;
	b->loop = loop_new();
	b->limit = loop_timer_new(b->loop, on_limit, b);
	b->session = session_new(b->loop, &opts, &err);
	cr_assert(b->session, "%s", err.why);
	session_when_ready(b->session, true, on_ready, b);
	wait_for(b);
	free(conninfo);
	free(state);
}

static void bench_close(struct bench *b)
{
	record_plan_free(&b->plan);
	record_release(&b->base);
	record_release(&b->after);
	session_free(&b->session);
	loop_timer_free(&b->limit);
	loop_free(&b->loop);
	proxy_free(&b->proxy);
	free(b->admin);
	free(b->why);
	free(b->column);
	if (b->server)
		cluster_free(&b->server);
}

static void on_record(void *ctx, const struct record *record, const struct err *err)
{
	struct bench *b = ctx;

	cr_assert(record && !err, "%s", err ? err->why : "no record");
	record_copy(&b->base, record);
	b->done = true;
}

static void load(struct bench *b, const char *relation, const char *key)
{
	struct err err = ERR_INIT;
	char **texts;

	record_plan_free(&b->plan);
	b->plan = target_plan(b->session, relation, NULL, &err);
	cr_assert(b->plan, "%s", err.why);
	texts = target_key(NULL, b->plan, key, &err);
	record_fetch(b->session, b->plan, (const char *const *)texts, on_record, b);
	wait_for(b);
	target_key_free(&texts);
}

static void on_saved(void *ctx, const struct save_result *r)
{
	struct bench *b = ctx;

	b->outcome = r->outcome;
	record_copy(&b->after, &r->after);
	free(b->why);
	free(b->column);
	b->why = xstrdup(r->err.why ? r->err.why : "");
	b->column = xstrdup(r->column ? r->column : "");
	b->attempts = r->attempts;
	b->done = true;
}

static struct save *start(struct bench *b, enum save_kind kind, const char *const *words)
{
	struct err err = ERR_INIT;
	size_t n = 0;
	struct change *changes = words[0] ? target_changes(b->plan, words, &n, &err) : NULL;
	struct save_request req = { .plan = b->plan,
				    .kind = kind,
				    .base = kind == SAVE_INSERT ? NULL : &b->base,
				    .changes = changes,
				    .nchanges = n };
	struct save *save;

	cr_assert(changes || !words[0], "%s", err.why);
	if (!session_armed(b->session))
		session_arm(b->session, true); /* a lost connection disarms */
	save = save_start(b->session, &req, on_saved, b);
	free(changes);
	return save;
}

static void save(struct bench *b, enum save_kind kind, const char *word)
{
	const char *words[] = { word, NULL };

	start(b, kind, words);
	wait_for(b);
}

static char *value(struct bench *b, const char *sql)
{
	char *text = cluster_sql(b->admin, sql);

	text[strcspn(text, "\n")] = '\0';
	return text;
}

static void expect_sql(struct bench *b, const char *sql, const char *wanted)
{
	char *got = value(b, sql);

	cr_assert_str_eq(got, wanted, "%s: %s, not %s", sql, got, wanted);
	free(got);
}

static void expect(const struct bench *b, enum save_outcome outcome, const char *words)
{
	cr_assert_eq(b->outcome, outcome, "outcome %d, not %d: %s", b->outcome, outcome,
		     b->why);
	cr_assert(strstr(b->why, words), "\"%s\" does not say \"%s\"", b->why, words);
}

/* ---- the connection is cut at every message ---- */

struct cut {
	enum proxy_side side;
	char type;
	const char *text;
	bool pass;	/* the message itself gets through */
	bool at_commit; /* lay the trap when COMMIT is sent: the text is in BEGIN too */
	const char *name;
};

static const struct cut cuts[] = {
	{ FROM_CLIENT, 'P', "BEGIN", false, false, "before BEGIN" },
	{ FROM_CLIENT, 'P', "BEGIN", true, false, "after BEGIN" },
	{ FROM_CLIENT, 'P', "set_config", false, false, "before the scope" },
	{ FROM_CLIENT, 'P', "set_config", true, false, "after the scope" },
	{ FROM_CLIENT, 'P', "UPDATE", false, false, "before the write" },
	{ FROM_CLIENT, 'P', "UPDATE", true, false, "after the write" },
	{ FROM_CLIENT, 'P', "LIMIT 2", false, false, "before the re-read" },
	{ FROM_CLIENT, 'P', "LIMIT 2", true, false, "after the re-read" },
	{ FROM_CLIENT, 'P', "pg_current_xact_id", false, false, "before who we are" },
	{ FROM_CLIENT, 'P', "pg_current_xact_id", true, false, "after who we are" },
	{ FROM_CLIENT, 'S', "", false, false, "before Sync" },
	{ FROM_CLIENT, 'S', "", true, false, "after Sync" },
	{ FROM_SERVER, 'C', "BEGIN", false, false, "before the answer to BEGIN" },
	{ FROM_SERVER, 'C', "BEGIN", true, false, "after the answer to BEGIN" },
	{ FROM_SERVER, 'C', "UPDATE", false, false, "before the answer to the write" },
	{ FROM_SERVER, 'C', "UPDATE", true, false, "after the answer to the write" },
	{ FROM_SERVER, 'Z', "T", false, false, "before the verdict" },
	{ FROM_SERVER, 'Z', "T", true, false, "after the verdict" },
	{ FROM_CLIENT, 'P', "COMMIT", false, true, "before COMMIT" },
	{ FROM_CLIENT, 'P', "COMMIT", true, true, "after COMMIT" },
	{ FROM_CLIENT, 'S', "", false, true, "before the Sync of COMMIT" },
	{ FROM_CLIENT, 'S', "", true, true, "after the Sync of COMMIT" },
	{ FROM_SERVER, 'C', "COMMIT", false, false, "before the answer to COMMIT" },
	{ FROM_SERVER, 'C', "COMMIT", true, false, "after the answer to COMMIT" },
};

struct trap {
	struct proxy *proxy;
	const struct cut *cut;
};

static void lay(void *ctx, enum db_lane lane, const char *sql, const struct params *params)
{
	const struct trap *t = ctx;

	(void)lane;
	(void)params;
	if (strcmp(sql, "COMMIT") == 0)
		proxy_cut_at(t->proxy, t->cut->side, t->cut->type, t->cut->text, t->cut->pass);
}

/* What was told is what is there; and the same save once more writes it exactly once. */
static void tell_the_truth(struct bench *b, const struct cut *cut, int key)
{
	char *there =
		xasprintf("SELECT name || '/' || version FROM counted WHERE id = %d", key);
	char *got = value(b, there), *old = xasprintf("n%d/0", key);

	if (b->outcome == SAVE_DONE) {
		cr_assert_str_eq(got, "rye/1", "%s: said to be saved: %s", cut->name, got);
	} else {
		cr_assert_eq(b->outcome, SAVE_FAILED, "%s: outcome %d: %s", cut->name,
			     b->outcome, b->why);
		cr_assert(strstr(b->why, "nothing was written"), "%s: %s", cut->name, b->why);
		cr_assert_str_eq(got, old, "%s: said not to be written: %s", cut->name, got);
	}
	free(got);
	save(b, SAVE_UPDATE, "name=rye");
	got = value(b, there);
	cr_assert_str_eq(got, "rye/1", "%s: the second save: %s (%d %s)", cut->name, got,
			 b->outcome, b->why);
	free(got);
	free(old);
	free(there);
}

static void cut_each(size_t from, size_t to)
{
	struct bench b;

	bench_open(&b, NULL);
	load(&b, "counted", "1");
	save(&b, SAVE_UPDATE, "name=warm"); /* connects the lane */
	for (size_t i = from; i < to; i++) {
		struct trap trap = { b.proxy, &cuts[i] };
		int id = (int)(i - from) + 2;
		char *key = xasprintf("%d", id);

		load(&b, "counted", key);
		if (cuts[i].at_commit)
			db_echo(session_db(b.session), lay, &trap);
		else
			proxy_cut_at(b.proxy, cuts[i].side, cuts[i].type, cuts[i].text,
				     cuts[i].pass);
		save(&b, SAVE_UPDATE, "name=rye");
		db_echo(session_db(b.session), NULL, NULL);
		tell_the_truth(&b, &cuts[i], id);
		free(key);
	}
	bench_close(&b);
}

/* The table has twenty rows: two halves. */
Test(save_edges, cut_before_and_after_every_message_to_the_verdict)
{
	cut_each(0, 18);
}

Test(save_edges, cut_before_and_after_every_message_of_commit)
{
	cut_each(18, ARRAY_SIZE(cuts));
}

/* A new record whose uuid was made here is recognised when it is sent twice. */
Test(save_edges, an_insert_cut_at_commit_is_not_doubled)
{
	static const char uuid[] = "id=6f1d0a52-7f0e-4a83-9d6f-0a4f8f1b2c3d";
	const char *words[] = { uuid, "name=once", NULL };
	struct bench b;

	bench_open(&b, NULL);
	load(&b, "counted", "1");
	record_plan_free(&b.plan);
	b.plan = target_plan(b.session, "uuids", NULL, &(struct err)ERR_INIT);
	proxy_cut_at(b.proxy, FROM_SERVER, 'C', "COMMIT", false);
	start(&b, SAVE_INSERT, words);
	wait_for(&b);
	expect(&b, SAVE_DONE, "");
	start(&b, SAVE_INSERT, words);
	wait_for(&b);
	expect(&b, SAVE_INVALID, "duplicate key");
	expect_sql(&b, "SELECT count(*) FROM uuids", "1");
	bench_close(&b);
}

/* ---- deadlock, serialization: again, 3 times ---- */

/* A trigger that fails the first n times with a SQLSTATE; a sequence counts, for it is not
 * rolled back. */
static void fail_first(struct bench *b, const char *sqlstate, int n)
{
	char *sql =
		xasprintf("CREATE SEQUENCE tries; GRANT USAGE ON tries TO saver;"
			  "CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
			  " IF nextval('public.tries') <= %d THEN RAISE EXCEPTION 'not now' "
			  "USING ERRCODE = '%s';"
			  " END IF; RETURN NEW; END $$;"
			  "CREATE TRIGGER fail BEFORE UPDATE ON counted FOR EACH ROW EXECUTE "
			  "FUNCTION fail()",
			  n, sqlstate);

	free(cluster_sql(b->admin, sql));
	free(sql);
}

Test(save_edges, a_deadlock_or_a_serialization_failure_is_tried_three_times)
{
	static const char *const states[] = { "40P01", "40001" };

	for (size_t i = 0; i < ARRAY_SIZE(states); i++) {
		struct bench b;

		bench_open(&b, NULL);
		fail_first(&b, states[i], 2);
		load(&b, "counted", "2");
		save(&b, SAVE_UPDATE, "name=third");
		expect(&b, SAVE_DONE, "");
		cr_assert_eq(b.attempts, 3);
		expect_sql(&b, "SELECT name || version FROM counted WHERE id = 2", "third1");
		bench_close(&b);
		bench_open(&b, NULL);
		fail_first(&b, states[i], 99);
		load(&b, "counted", "2");
		save(&b, SAVE_UPDATE, "name=never");
		expect(&b, SAVE_FAILED, "not now");
		cr_assert_eq(b.attempts, 3);
		expect_sql(&b, "SELECT name || version FROM counted WHERE id = 2", "n20");
		bench_close(&b);
	}
}

/* ---- the server says no, or goes away ---- */

Test(save_edges, a_server_that_became_read_only)
{
	struct bench b;

	bench_open(&b, NULL);
	load(&b, "counted", "2");
	/* As a standby answers after a failover: the write itself is refused. */
	free(cluster_sql(
		b.admin,
		"CREATE FUNCTION standby() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
		" RAISE EXCEPTION 'cannot execute UPDATE in a read-only transaction' USING"
		" ERRCODE = '25006'; END $$; CREATE TRIGGER standby BEFORE UPDATE ON"
		" counted EXECUTE FUNCTION standby()"));
	save(&b, SAVE_UPDATE, "name=rye");
	expect(&b, SAVE_FAILED, "read-only");
	free(cluster_sql(b.admin, "DROP TRIGGER standby ON counted"));
	save(&b, SAVE_UPDATE, "name=rye");
	expect(&b, SAVE_DONE, "");
	expect_sql(&b, "SELECT name || version FROM counted WHERE id = 2", "rye1");
	bench_close(&b);
}

Test(save_edges, a_full_disk_at_the_write_and_at_commit)
{
	struct bench b;

	bench_open(&b, NULL);
	load(&b, "counted", "2");
	free(cluster_sql(
		b.admin,
		"CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
		" RAISE EXCEPTION 'could not extend file: No space left on device' USING"
		" ERRCODE = '53100'; END $$; CREATE CONSTRAINT TRIGGER full_disk AFTER"
		" UPDATE ON counted DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE"
		" FUNCTION full_disk()"));
	save(&b, SAVE_UPDATE, "name=rye");
	expect(&b, SAVE_FAILED, "No space left");
	expect_sql(&b, "SELECT name || version FROM counted WHERE id = 2", "n20");
	free(cluster_sql(b.admin, "ALTER TABLE counted DISABLE TRIGGER full_disk;"
				  "CREATE TRIGGER full_now BEFORE UPDATE ON counted EXECUTE"
				  " FUNCTION full_disk()"));
	save(&b, SAVE_UPDATE, "name=rye");
	expect(&b, SAVE_FAILED, "No space left");
	free(cluster_sql(b.admin, "DROP TRIGGER full_now ON counted"));
	save(&b, SAVE_UPDATE, "name=rye");
	expect(&b, SAVE_DONE, "");
	expect_sql(&b, "SELECT name || version FROM counted WHERE id = 2", "rye1");
	bench_close(&b);
}

Test(save_edges, a_statement_that_takes_too_long)
{
	struct err err = ERR_INIT;
	struct bench b;

	bench_open(&b, NULL);
	cr_assert(session_set(b.session, "save-timeout", "300ms", &err));
	load(&b, "counted", "2");
	free(cluster_sql(b.admin,
			 "CREATE FUNCTION nap() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
			 " PERFORM pg_sleep(30); RETURN NEW; END $$; CREATE TRIGGER nap BEFORE"
			 " UPDATE ON counted FOR EACH ROW EXECUTE FUNCTION nap()"));
	save(&b, SAVE_UPDATE, "name=rye");
	expect(&b, SAVE_FAILED, "timeout");
	free(cluster_sql(b.admin, "DROP TRIGGER nap ON counted"));
	save(&b, SAVE_UPDATE, "name=rye");
	expect(&b, SAVE_DONE, "");
	expect_sql(&b, "SELECT name || version FROM counted WHERE id = 2", "rye1");
	bench_close(&b);
}

/* The backend is ended by an administrator while COMMIT is being done: FATAL is no answer,
 * evidence is. */
Test(save_edges, terminated_while_it_commits)
{
	const char *words[] = { "name=rye", NULL };
	struct bench b;

	bench_open(&b, NULL);
	load(&b, "counted", "2");
	free(cluster_sql(
		b.admin,
		"CREATE FUNCTION nap() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
		" PERFORM pg_sleep(60); RETURN NEW; END $$; CREATE CONSTRAINT TRIGGER nap"
		" AFTER UPDATE ON counted DEFERRABLE INITIALLY DEFERRED FOR EACH ROW"
		" EXECUTE FUNCTION nap()"));
	start(&b, SAVE_UPDATE, words);
	for (int i = 0; i < 400; i++) {
		char *n = value(&b,
				"SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
				" WHERE query = 'COMMIT' AND wait_event = 'PgSleep' AND"
				" datname = current_database()");
		bool hit = strcmp(n, "0") != 0;

		free(n);
		if (hit)
			break;
		loop_timer_start(b.limit, 20, 0);
		loop_turn(b.loop, true);
	}
	free(cluster_sql(b.admin, "DROP TRIGGER nap ON counted"));
	wait_for(&b);
	expect(&b, SAVE_FAILED, "nothing was written");
	expect_sql(&b, "SELECT name || version FROM counted WHERE id = 2", "n20");
	save(&b, SAVE_UPDATE, "name=rye");
	expect(&b, SAVE_DONE, "");
	expect_sql(&b, "SELECT name || version FROM counted WHERE id = 2", "rye1");
	bench_close(&b);
}

static void kill_at_commit(void *ctx, enum db_lane lane, const char *sql,
			   const struct params *params)
{
	(void)lane;
	(void)params;
	if (strcmp(sql, "COMMIT") != 0)
		return;
	cluster_kill(ctx);
	cluster_start(ctx);
}

/* The whole server dies by kill -9 with the COMMIT in hand, and comes back. */
Test(save_edges, the_server_is_killed_at_commit)
{
	const char *words[] = { "name=rye", NULL };
	struct cluster *server = cluster_new(NULL);
	struct bench b;
	char *told, *there;

	bench_open(&b, server);
	load(&b, "counted", "2");
	db_echo(session_db(b.session), kill_at_commit, server);
	start(&b, SAVE_UPDATE, words);
	wait_for(&b);
	db_echo(session_db(b.session), NULL, NULL);
	there = value(&b, "SELECT name || version FROM counted WHERE id = 2");
	told = xstrdup(b.outcome == SAVE_DONE ? "rye1" : "n20");
	cr_assert(b.outcome == SAVE_DONE || b.outcome == SAVE_FAILED, "%d %s", b.outcome,
		  b.why);
	cr_assert_str_eq(there, told, "told %d (%s), there is %s", b.outcome, b.why, there);
	save(&b, SAVE_UPDATE, "name=rye");
	expect_sql(&b, "SELECT name || version FROM counted WHERE id = 2", "rye1");
	free(there);
	free(told);
	bench_close(&b);
}

/* ---- giving up ---- */

Test(save_edges, who_gives_up_before_commit_has_written_nothing)
{
	const char *words[] = { "name=rye", NULL };
	struct bench b;
	struct save *s;

	bench_open(&b, NULL);
	load(&b, "counted", "2");
	proxy_hold(b.proxy, true);
	s = start(&b, SAVE_UPDATE, words);
	save_free(&s);
	proxy_hold(b.proxy, false);
	load(&b, "counted", "2");
	cr_assert_str_eq(record_value(&b.base, "name"), "n2");
	save(&b, SAVE_UPDATE, "name=rye");
	expect(&b, SAVE_DONE, "");
	expect_sql(&b, "SELECT name || version FROM counted WHERE id = 2", "rye1");
	bench_close(&b);
}

/* ---- values that only the server can judge ---- */

Test(save_edges, what_only_the_server_can_judge)
{
	static const struct {
		const char *word, *column, *why;
	} cases[] = {
		{ "rate=200", "rate", "percent_check" },
		{ "during=[2026-01-02,2026-01-05)", "during", "exclusion constraint" },
		{ "name=raised", "", "the trigger does not want it" },
		{ "tenant=2", "", "row-level security" },
		{ "code=TOOLONG", "code", "too long" },
		{ "amount=1e20", "amount", "overflow" },
	};
	struct bench b;

	bench_open(&b, NULL);
	load(&b, "judged", "1");
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		save(&b, SAVE_UPDATE, cases[i].word);
		expect(&b, SAVE_INVALID, cases[i].why);
		cr_assert_str_eq(b.column, cases[i].column, "%s: %s", cases[i].word, b.column);
	}
	/* Nothing of all that was written, and the base is still right. */
	save(&b, SAVE_UPDATE, "amount=10.005");
	expect(&b, SAVE_DONE, "");
	cr_assert_str_eq(record_value(&b.after, "amount"), "10.01");
	cr_assert_str_eq(record_value(&b.after, "twice"), "20.02");
	bench_close(&b);
}

Test(save_edges, an_insert_that_a_trigger_leaves_out_is_said_so)
{
	const char *words[] = { "id=77", "name=skipped", "code=A", NULL };
	struct bench b;

	bench_open(&b, NULL);
	load(&b, "judged", "1");
	start(&b, SAVE_INSERT, words);
	wait_for(&b);
	expect(&b, SAVE_REFUSED, "left the new record out");
	bench_close(&b);
}

Test(save_edges, a_deleted_record_comes_back_under_its_generated_key)
{
	struct change changes[2] = { 0 };
	struct save_request req = { .kind = SAVE_INSERT, .changes = changes, .nchanges = 2 };
	struct bench b;

	bench_open(&b, NULL);
	load(&b, "triggered", "5");
	save(&b, SAVE_DELETE, NULL);
	expect(&b, SAVE_DONE, "");
	req.plan = b.plan;
	changes[0].column = relation_column(record_plan_relation(b.plan), "id");
	changes[0].value = "5";
	changes[1].column = relation_column(record_plan_relation(b.plan), "name");
	changes[1].value = "back";
	save_start(b.session, &req, on_saved, &b);
	wait_for(&b);
	expect(&b, SAVE_DONE, "");
	expect_sql(&b, "SELECT name FROM triggered WHERE id = 5", "back");
	bench_close(&b);
}

/* ---- several records, each by itself ---- */

static void on_bulk(void *ctx)
{
	((struct bench *)ctx)->done = true;
}

/* Rows 1 to n of plain, each to be named b1, b2 … */
static struct bulk *rename_rows(struct bench *b, int n)
{
	struct bulk *bulk = bulk_new(b->session);

	load(b, "plain", "1");
	for (int i = 1; i <= n; i++) {
		char *id = xasprintf("%d", i), *name = xasprintf("b%d", i);
		const char *key[] = { id, NULL };
		struct change change = {
			.column = relation_column(record_plan_relation(b->plan), "name"),
			.value = name,
		};

		bulk_change(bulk_add(bulk, b->plan, SAVE_UPDATE, key), &change, 1);
		free(id);
		free(name);
	}
	bulk_load(bulk, on_bulk, b);
	wait_for(b);
	return bulk;
}

static void run_rows(struct bench *b, struct bulk *bulk, bool strict)
{
	struct bulk_options opts = { .title = "rows", .strict = strict };

	bulk_run(bulk, &opts, NULL, on_bulk, b);
	wait_for(b);
}

static void expect_row(const struct bulk *bulk, size_t i, enum save_outcome outcome, int attempts)
{
	const struct bulk_row *row = bulk_at(bulk, i);

	cr_assert_eq(row->state, BULK_RAN, "row %zu: state %d", i, row->state);
	cr_assert_eq(row->outcome, outcome, "row %zu: %s (%s)", i, bulk_word(row),
		     row->why ? row->why : "");
	cr_assert_eq(row->attempts, attempts, "row %zu: %d attempts", i, row->attempts);
}

Test(save_edges, rows_together_are_guarded_each_by_itself)
{
	struct undo_step step;
	struct bulk *bulk;
	struct bench b;

	bench_open(&b, NULL);
	bulk = rename_rows(&b, 5);
	free(cluster_sql(b.admin, "UPDATE plain SET amount = 99 WHERE id = 2;"
				  "UPDATE plain SET name = 'theirs' WHERE id = 3;"
				  "DELETE FROM plain WHERE id = 4"));
	run_rows(&b, bulk, false);
	expect_row(bulk, 0, SAVE_DONE, 1);
	expect_row(bulk, 1, SAVE_DONE, 2); /* they changed another column: on top of theirs */
	expect_row(bulk, 2, SAVE_CONFLICT, 1);
	expect_row(bulk, 3, SAVE_GONE, 1);
	expect_row(bulk, 4, SAVE_DONE, 1);
	expect_sql(&b, "SELECT string_agg(name || amount, ' ' ORDER BY id) FROM plain WHERE id < 6",
		   "b11 b299 theirs3 b55");
	/* What was written goes back as one. */
	cr_assert(undo_take(session_undo(b.session), UNDO_BACK, &step));
	cr_assert_eq(step.n, 3);
	undo_step_release(&step);
	cr_assert_not(undo_take(session_undo(b.session), UNDO_BACK, &step));
	bulk_free(&bulk);
	bench_close(&b);
}

Test(save_edges, a_plan_does_not_write_on_what_it_did_not_see)
{
	struct bulk *bulk;
	struct bench b;

	bench_open(&b, NULL);
	bulk = rename_rows(&b, 2);
	free(cluster_sql(b.admin, "UPDATE plain SET amount = 99 WHERE id = 2"));
	run_rows(&b, bulk, true);
	expect_row(bulk, 0, SAVE_DONE, 1);
	expect_row(bulk, 1, SAVE_CONFLICT, 1);
	bulk_free(&bulk);
	bench_close(&b);
}

/* Somebody is faster each time. */
static void be_faster(void *ctx, enum db_lane lane, const char *sql, const struct params *params)
{
	struct bench *b = ctx;

	(void)lane;
	(void)params;
	if (strstr(sql, "UPDATE"))
		free(cluster_sql(b->admin, "UPDATE plain SET amount = amount + 1 WHERE id = 1"));
}

Test(save_edges, a_job_is_tried_three_times_and_then_it_is_a_conflict)
{
	struct bulk *bulk;
	struct bench b;

	bench_open(&b, NULL);
	bulk = rename_rows(&b, 1);
	db_echo(session_db(b.session), be_faster, &b);
	run_rows(&b, bulk, false);
	db_echo(session_db(b.session), NULL, NULL);
	expect_row(bulk, 0, SAVE_CONFLICT, 3);
	expect_sql(&b, "SELECT name || amount FROM plain WHERE id = 1", "n14");
	bulk_free(&bulk);
	bench_close(&b);
}
