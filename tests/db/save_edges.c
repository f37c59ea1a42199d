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
#include "base/timefmt.h"
#include "command/bulk.h"
#include "command/target.h"
#include "support/bench.h"

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
	char *got = bench_value(b, there), *old = xasprintf("n%d/0", key);

	if (b->outcome == SAVE_DONE) {
		cr_assert_str_eq(got, "rye/1", "%s: said to be saved: %s", cut->name, got);
	} else {
		cr_assert_eq(b->outcome, SAVE_FAILED, "%s: outcome %d: %s", cut->name,
			     b->outcome, b->why);
		cr_assert(strstr(b->why, "nothing was written"), "%s: %s", cut->name, b->why);
		cr_assert_str_eq(got, old, "%s: said not to be written: %s", cut->name, got);
	}
	free(got);
	bench_save(b, "name=rye");
	got = bench_value(b, there);
	cr_assert_str_eq(got, "rye/1", "%s: the second save: %s (%d %s)", cut->name, got,
			 b->outcome, b->why);
	free(got);
	free(old);
	free(there);
}

static void cut_each(struct bench *b, size_t from, size_t to)
{
	bench_load(b, "counted", "1");
	bench_save(b, "name=warm"); /* connects the lane */
	for (size_t i = from; i < to; i++) {
		struct trap trap = { b->proxy, &cuts[i] };
		int id = (int)(i - from) + 2;
		char *key = xasprintf("%d", id);

		bench_load(b, "counted", key);
		if (cuts[i].at_commit)
			db_echo(session_db(b->session), lay, &trap);
		else
			proxy_cut_at(b->proxy, cuts[i].side, cuts[i].type, cuts[i].text,
				     cuts[i].pass);
		bench_save(b, "name=rye");
		db_echo(session_db(b->session), NULL, NULL);
		tell_the_truth(b, &cuts[i], id);
		free(key);
	}
	bench_close(b);
}

/* The table has twenty rows: two halves. */
enum { TO_VERDICT = 18 };

Test(save_edges, cut_before_and_after_every_message_to_the_verdict)
{
	struct bench b;

	bench_open_relayed(&b, NULL);
	cut_each(&b, 0, TO_VERDICT);
}

Test(save_edges, cut_before_and_after_every_message_of_commit)
{
	struct bench b;

	bench_open_relayed(&b, NULL);
	cut_each(&b, TO_VERDICT, ARRAY_SIZE(cuts));
}

/* The same before PgBouncer in transaction mode: which server's connection it was, nobody knows. */
static void open_pooled(struct bench *b)
{
	struct cluster *server = cluster_new(NULL);
	char *admin = cluster_database_in(server, BENCH_SCHEMA), *conninfo;
	struct proxy *proxy;

	cluster_pooler(server, NULL);
	proxy = proxy_new_at(cluster_host(server), 6432, false);
	conninfo = xasprintf("%s host=%s port=6432 user=saver", admin, proxy_host(proxy));
	bench_open_at(b, admin, conninfo);
	b->server = server;
	b->proxy = proxy;
	free(conninfo);
}

Test(save_edges, cut_to_the_verdict_before_a_transaction_pooler, .timeout = 180)
{
	struct bench b;

	open_pooled(&b);
	cut_each(&b, 0, TO_VERDICT);
}

Test(save_edges, cut_at_commit_before_a_transaction_pooler, .timeout = 180)
{
	struct bench b;

	open_pooled(&b);
	cut_each(&b, TO_VERDICT, ARRAY_SIZE(cuts));
}

/* A new record whose uuid was made here is recognised when it is sent twice. */
Test(save_edges, an_insert_cut_at_commit_is_not_doubled)
{
	static const char uuid[] = "id=6f1d0a52-7f0e-4a83-9d6f-0a4f8f1b2c3d";
	const char *words[] = { uuid, "name=once", NULL };
	struct bench b;

	bench_open_relayed(&b, NULL);
	bench_load(&b, "counted", "1");
	record_plan_free(&b.plan);
	b.plan = target_plan(b.session, "uuids", NULL, &(struct err)ERR_INIT);
	proxy_cut_at(b.proxy, FROM_SERVER, 'C', "COMMIT", false);
	bench_insert(&b, words);
	bench_expect(&b, SAVE_DONE, NULL);
	bench_insert(&b, words);
	bench_expect(&b, SAVE_INVALID, "duplicate key");
	bench_expect_sql(&b, "SELECT count(*) FROM uuids", "1");
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

	bench_sql(b, sql);
	free(sql);
}

Test(save_edges, a_deadlock_or_a_serialization_failure_is_tried_three_times)
{
	static const char *const states[] = { "40P01", "40001" };

	for (size_t i = 0; i < ARRAY_SIZE(states); i++) {
		struct bench b;

		bench_open_relayed(&b, NULL);
		fail_first(&b, states[i], 2);
		bench_load(&b, "counted", "2");
		bench_save(&b, "name=third");
		bench_expect(&b, SAVE_DONE, NULL);
		cr_assert_eq(b.attempts, 3);
		bench_expect_sql(&b, "SELECT name || version FROM counted WHERE id = 2", "third1");
		bench_close(&b);
		bench_open_relayed(&b, NULL);
		fail_first(&b, states[i], 99);
		bench_load(&b, "counted", "2");
		bench_save(&b, "name=never");
		bench_expect(&b, SAVE_FAILED, "not now");
		cr_assert_eq(b.attempts, 3);
		bench_expect_sql(&b, "SELECT name || version FROM counted WHERE id = 2", "n20");
		bench_close(&b);
	}
}

/* ---- the server says no, or goes away ---- */

Test(save_edges, a_server_that_became_read_only)
{
	struct bench b;

	bench_open_relayed(&b, NULL);
	bench_load(&b, "counted", "2");
	/* As a standby answers after a failover: the write itself is refused. */
	bench_sql(&b, "CREATE FUNCTION standby() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
		" RAISE EXCEPTION 'cannot execute UPDATE in a read-only transaction' USING"
		" ERRCODE = '25006'; END $$; CREATE TRIGGER standby BEFORE UPDATE ON"
		" counted EXECUTE FUNCTION standby()");
	bench_save(&b, "name=rye");
	bench_expect(&b, SAVE_FAILED, "read-only");
	bench_sql(&b, "DROP TRIGGER standby ON counted");
	bench_save(&b, "name=rye");
	bench_expect(&b, SAVE_DONE, NULL);
	bench_expect_sql(&b, "SELECT name || version FROM counted WHERE id = 2", "rye1");
	bench_close(&b);
}

Test(save_edges, a_full_disk_at_the_write_and_at_commit)
{
	struct bench b;

	bench_open_relayed(&b, NULL);
	bench_load(&b, "counted", "2");
	bench_sql(&b, "CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
		" RAISE EXCEPTION 'could not extend file: No space left on device' USING"
		" ERRCODE = '53100'; END $$; CREATE CONSTRAINT TRIGGER full_disk AFTER"
		" UPDATE ON counted DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE"
		" FUNCTION full_disk()");
	bench_save(&b, "name=rye");
	bench_expect(&b, SAVE_FAILED, "No space left");
	bench_expect_sql(&b, "SELECT name || version FROM counted WHERE id = 2", "n20");
	bench_sql(&b, "ALTER TABLE counted DISABLE TRIGGER full_disk;"
				  "CREATE TRIGGER full_now BEFORE UPDATE ON counted EXECUTE"
				  " FUNCTION full_disk()");
	bench_save(&b, "name=rye");
	bench_expect(&b, SAVE_FAILED, "No space left");
	bench_sql(&b, "DROP TRIGGER full_now ON counted");
	bench_save(&b, "name=rye");
	bench_expect(&b, SAVE_DONE, NULL);
	bench_expect_sql(&b, "SELECT name || version FROM counted WHERE id = 2", "rye1");
	bench_close(&b);
}

Test(save_edges, a_statement_that_takes_too_long)
{
	struct err err = ERR_INIT;
	struct bench b;

	bench_open_relayed(&b, NULL);
	cr_assert(session_set(b.session, "save-timeout", "300ms", &err));
	bench_load(&b, "counted", "2");
	bench_sql(&b, "CREATE FUNCTION nap() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
			 " PERFORM pg_sleep(30); RETURN NEW; END $$; CREATE TRIGGER nap BEFORE"
			 " UPDATE ON counted FOR EACH ROW EXECUTE FUNCTION nap()");
	bench_save(&b, "name=rye");
	bench_expect(&b, SAVE_FAILED, "timeout");
	bench_sql(&b, "DROP TRIGGER nap ON counted");
	bench_save(&b, "name=rye");
	bench_expect(&b, SAVE_DONE, NULL);
	bench_expect_sql(&b, "SELECT name || version FROM counted WHERE id = 2", "rye1");
	bench_close(&b);
}

/* The backend is ended by an administrator while COMMIT is being done: FATAL is no answer,
 * evidence is. */
Test(save_edges, terminated_while_it_commits)
{
	const char *words[] = { "name=rye", NULL };
	struct bench b;

	bench_open_relayed(&b, NULL);
	bench_load(&b, "counted", "2");
	bench_sql(&b, "CREATE FUNCTION nap() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
		" PERFORM pg_sleep(60); RETURN NEW; END $$; CREATE CONSTRAINT TRIGGER nap"
		" AFTER UPDATE ON counted DEFERRABLE INITIALLY DEFERRED FOR EACH ROW"
		" EXECUTE FUNCTION nap()");
	bench_start(&b, SAVE_UPDATE, words);
	for (int i = 0; i < 400; i++) {
		char *n = bench_value(&b,
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
	bench_sql(&b, "DROP TRIGGER nap ON counted");
	bench_wait(&b);
	bench_expect(&b, SAVE_FAILED, "nothing was written");
	bench_expect_sql(&b, "SELECT name || version FROM counted WHERE id = 2", "n20");
	bench_save(&b, "name=rye");
	bench_expect(&b, SAVE_DONE, NULL);
	bench_expect_sql(&b, "SELECT name || version FROM counted WHERE id = 2", "rye1");
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

	bench_open_relayed(&b, server);
	bench_load(&b, "counted", "2");
	db_echo(session_db(b.session), kill_at_commit, server);
	bench_start(&b, SAVE_UPDATE, words);
	bench_wait(&b);
	db_echo(session_db(b.session), NULL, NULL);
	there = bench_value(&b, "SELECT name || version FROM counted WHERE id = 2");
	told = xstrdup(b.outcome == SAVE_DONE ? "rye1" : "n20");
	cr_assert(b.outcome == SAVE_DONE || b.outcome == SAVE_FAILED, "%d %s", b.outcome,
		  b.why);
	cr_assert_str_eq(there, told, "told %d (%s), there is %s", b.outcome, b.why, there);
	bench_save(&b, "name=rye");
	bench_expect_sql(&b, "SELECT name || version FROM counted WHERE id = 2", "rye1");
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

	bench_open_relayed(&b, NULL);
	bench_load(&b, "counted", "2");
	proxy_hold(b.proxy, true);
	s = bench_start(&b, SAVE_UPDATE, words);
	save_free(&s);
	proxy_hold(b.proxy, false);
	bench_load(&b, "counted", "2");
	cr_assert_str_eq(record_value(&b.base, "name"), "n2");
	bench_save(&b, "name=rye");
	bench_expect(&b, SAVE_DONE, NULL);
	bench_expect_sql(&b, "SELECT name || version FROM counted WHERE id = 2", "rye1");
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

	bench_open_relayed(&b, NULL);
	bench_load(&b, "judged", "1");
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		bench_save(&b, cases[i].word);
		bench_expect(&b, SAVE_INVALID, cases[i].why);
		cr_assert_str_eq(b.column, cases[i].column, "%s: %s", cases[i].word, b.column);
	}
	/* Nothing of all that was written, and the base is still right. */
	bench_save(&b, "amount=10.005");
	bench_expect(&b, SAVE_DONE, NULL);
	cr_assert_str_eq(record_value(&b.after, "amount"), "10.01");
	cr_assert_str_eq(record_value(&b.after, "twice"), "20.02");
	bench_close(&b);
}

Test(save_edges, an_insert_that_a_trigger_leaves_out_is_said_so)
{
	const char *words[] = { "id=77", "name=skipped", "code=A", NULL };
	struct bench b;

	bench_open_relayed(&b, NULL);
	bench_load(&b, "judged", "1");
	bench_insert(&b, words);
	bench_expect(&b, SAVE_REFUSED, "left the new record out");
	bench_close(&b);
}

Test(save_edges, a_deleted_record_comes_back_under_its_generated_key)
{
	struct change changes[2] = { 0 };
	struct save_request req = { .kind = SAVE_INSERT, .changes = changes, .nchanges = 2 };
	struct bench b;

	bench_open_relayed(&b, NULL);
	bench_load(&b, "triggered", "5");
	bench_delete(&b);
	bench_expect(&b, SAVE_DONE, NULL);
	req.plan = b.plan;
	changes[0].column = relation_column(record_plan_relation(b.plan), "id");
	changes[0].value = "5";
	changes[1].column = relation_column(record_plan_relation(b.plan), "name");
	changes[1].value = "back";
	save_start(b.session, &req, bench_saved, &b);
	bench_wait(&b);
	bench_expect(&b, SAVE_DONE, NULL);
	bench_expect_sql(&b, "SELECT name FROM triggered WHERE id = 5", "back");
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

	bench_load(b, "plain", "1");
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
	bench_wait(b);
	return bulk;
}

static void run_rows(struct bench *b, struct bulk *bulk, bool strict)
{
	struct bulk_options opts = { .title = "rows", .strict = strict };

	bulk_run(bulk, &opts, NULL, on_bulk, b);
	bench_wait(b);
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

	bench_open_relayed(&b, NULL);
	bulk = rename_rows(&b, 5);
	bench_sql(&b, "UPDATE plain SET amount = 99 WHERE id = 2;"
				  "UPDATE plain SET name = 'theirs' WHERE id = 3;"
				  "DELETE FROM plain WHERE id = 4");
	run_rows(&b, bulk, false);
	expect_row(bulk, 0, SAVE_DONE, 1);
	expect_row(bulk, 1, SAVE_DONE, 2); /* they changed another column: on top of theirs */
	expect_row(bulk, 2, SAVE_CONFLICT, 1);
	expect_row(bulk, 3, SAVE_GONE, 1);
	expect_row(bulk, 4, SAVE_DONE, 1);
	bench_expect_sql(&b,
			 "SELECT string_agg(name || amount, ' ' ORDER BY id) FROM plain"
			 " WHERE id < 6",
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

	bench_open_relayed(&b, NULL);
	bulk = rename_rows(&b, 2);
	bench_sql(&b, "UPDATE plain SET amount = 99 WHERE id = 2");
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
		bench_sql(b, "UPDATE plain SET amount = amount + 1 WHERE id = 1");
}

Test(save_edges, a_job_is_tried_three_times_and_then_it_is_a_conflict)
{
	struct bulk *bulk;
	struct bench b;
	int64_t began;

	bench_open_relayed(&b, NULL);
	bulk = rename_rows(&b, 1);
	db_echo(session_db(b.session), be_faster, &b);
	began = time_monotonic_us();
	run_rows(&b, bulk, false);
	cr_assert_geq(time_monotonic_us() - began, (50 + 100 + 200) * 1000);
	db_echo(session_db(b.session), NULL, NULL);
	expect_row(bulk, 0, SAVE_CONFLICT, 3);
	bench_expect_sql(&b, "SELECT name || amount FROM plain WHERE id = 1", "n14");
	bulk_free(&bulk);
	bench_close(&b);
}
