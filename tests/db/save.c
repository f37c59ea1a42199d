/* SPDX-License-Identifier: MIT */
/*
 * The save protocol on a real server: every edge of the state machine in command/save.h.
 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/path.h"
#include "support/cluster.h"
#include "command/save.h"
#include "command/target.h"
#include "support/proxy.h"

#define SCHEMA "tests/db/schemas/save.sql"

struct bench {
	struct loop *loop;
	struct session *session;
	struct record_plan *plan;
	struct record base;
	struct loop_timer *limit;
	char *admin; /* conninfo of the superuser */
	bool done, late;
	enum save_outcome outcome;
	struct record after, theirs;
	char *why, *column, *holder;
	int attempts;
};

static void on_limit(void *ctx)
{
	struct bench *b = ctx;

	b->late = true;
}

static void wait_for(struct bench *b)
{
	loop_timer_start(b->limit, 20000, 0);
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

static void open_at(struct bench *b, const char *conninfo)
{
	struct session_options opts = { .db.dbname = conninfo, .armed = true };
	struct err err = ERR_INIT;
	char *state = xasprintf("%s/state-%d", cluster_host(cluster()), (int)getpid());

	setenv("XDG_STATE_HOME", state, 1);
	free(state);
	b->loop = loop_new();
	b->limit = loop_timer_new(b->loop, on_limit, b);
	b->session = session_new(b->loop, &opts, &err);
	cr_assert(b->session, "%s", err.why);
	session_when_ready(b->session, true, on_ready, b);
	wait_for(b);
}

static void bench_open(struct bench *b, const char *user)
{
	char *conninfo;

	*b = (struct bench){ .admin = cluster_database(SCHEMA) };
	conninfo = xasprintf("%s user=%s", b->admin, user);
	open_at(b, conninfo);
	free(conninfo);
}

static void bench_close(struct bench *b)
{
	record_plan_free(&b->plan);
	record_release(&b->base);
	record_release(&b->after);
	record_release(&b->theirs);
	session_free(&b->session);
	loop_timer_free(&b->limit);
	loop_free(&b->loop);
	free(b->admin);
	free(b->why);
	free(b->column);
	free(b->holder);
}

static void sql(struct bench *b, const char *text)
{
	free(cluster_sql(b->admin, text));
}

static void on_record(void *ctx, const struct record *record, const struct err *err)
{
	struct bench *b = ctx;

	cr_assert_null(err, "%s", err ? err->why : "");
	cr_assert(record, "there is no such record");
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
	cr_assert(texts, "%s", err.why);
	record_fetch(b->session, b->plan, (const char *const *)texts, on_record, b);
	wait_for(b);
	target_key_free(&texts);
}

static void on_saved(void *ctx, const struct save_result *r)
{
	struct bench *b = ctx;

	b->outcome = r->outcome;
	record_copy(&b->after, &r->after);
	record_copy(&b->theirs, &r->theirs);
	free(b->why);
	free(b->column);
	free(b->holder);
	b->why = xstrdup(r->err.why ? r->err.why : "");
	b->column = xstrdup(r->column ? r->column : "");
	b->holder = xstrdup_null(r->holder);
	b->attempts = r->attempts;
	b->done = true;
}

static void start(struct bench *b, enum save_kind kind, const char *const *words)
{
	struct err err = ERR_INIT;
	size_t n = 0;
	struct change *changes = words[0] ? target_changes(b->plan, words, &n, &err) : NULL;
	struct save_request req = {
		.plan = b->plan,
		.kind = kind,
		.base = &b->base,
		.changes = changes,
		.nchanges = n,
	};

	cr_assert(changes || !words[0], "%s", err.why);
	save_start(b->session, &req, on_saved, b);
	free(changes);
}

static void save(struct bench *b, const char *word)
{
	const char *words[] = { word, NULL };

	start(b, SAVE_UPDATE, words);
	wait_for(b);
}

static void expect(const struct bench *b, enum save_outcome outcome)
{
	cr_assert_eq(b->outcome, outcome, "outcome %d, not %d: %s", b->outcome, outcome,
		     b->why);
}

static void expect_sql(struct bench *b, const char *text, const char *value)
{
	char *got = cluster_sql(b->admin, text);

	got[strcspn(got, "\n")] = '\0';
	cr_assert_str_eq(got, value, "%s: %s, not %s", text, got, value);
	free(got);
}

/* ---- done ---- */

Test(save, a_version_grows_by_one_whoever_bumps_it)
{
	static const char *const relations[] = { "triggered", "counted", "doubled" };

	for (size_t i = 0; i < 3; i++) {
		struct bench b;
		char *query =
			xasprintf("SELECT name || version FROM %s WHERE id = 2", relations[i]);

		bench_open(&b, "saver");
		load(&b, relations[i], "2");
		cr_assert_eq(record_plan_guard(b.plan), GUARD_VERSION, "%s", relations[i]);
		save(&b, "name=rye");
		expect(&b, SAVE_DONE);
		cr_assert_str_eq(b.after.version, "1");
		expect_sql(&b, query, "rye1");
		/* And once more on what the save brought back. */
		record_copy(&b.base, &b.after);
		save(&b, "name=spelt");
		expect(&b, SAVE_DONE);
		expect_sql(&b, query, "spelt2");
		free(query);
		bench_close(&b);
	}
}

Test(save, only_the_changed_column_is_written)
{
	struct bench b;

	bench_open(&b, "saver");
	sql(&b, "REVOKE UPDATE ON triggered FROM saver; GRANT UPDATE (price, version) ON "
		"triggered TO saver");
	load(&b, "triggered", "3");
	save(&b, "price=4.5");
	expect(&b, SAVE_DONE);
	cr_assert_str_eq(record_value(&b.after, "price"), "4.50");
	bench_close(&b);
}

Test(save, names_that_need_quotes)
{
	struct bench b;
	const char *words[] = { "select={\"b\": 2.50}", "a\"b={y,\"z w\"}", NULL };

	bench_open(&b, "saver");
	load(&b, "\"odd \"\"name\"\" % ü\"", "k 1");
	start(&b, SAVE_UPDATE, words);
	wait_for(&b);
	expect(&b, SAVE_DONE);
	cr_assert_str_eq(record_value(&b.after, "select"), "{\"b\": 2.50}");
	cr_assert_str_eq(record_value(&b.after, "a\"b"), "{y,\"z w\"}");
	bench_close(&b);
}

Test(save, an_insert_brings_the_row_back)
{
	struct bench b;
	const char *words[] = { "name=oat", "price=1", NULL };

	bench_open(&b, "saver");
	load(&b, "triggered", "1");
	start(&b, SAVE_INSERT, words);
	wait_for(&b);
	expect(&b, SAVE_DONE);
	cr_assert_str_eq(record_value(&b.after, "id"), "21");
	cr_assert_str_eq(record_value(&b.after, "name"), "oat");
	cr_assert(b.after.xmin);
	bench_close(&b);
}

Test(save, an_insert_into_partitions_brings_xmin_too)
{
	struct bench b;
	const char *words[] = { "id=7", "region=us", "name=seven", NULL };

	bench_open(&b, "saver");
	load(&b, "parted", "1,eu");
	cr_assert_eq(record_plan_guard(b.plan), GUARD_XMIN);
	start(&b, SAVE_INSERT, words);
	wait_for(&b);
	expect(&b, SAVE_DONE);
	cr_assert(b.after.xmin);
	bench_close(&b);
}

Test(save, a_delete_is_guarded_like_an_update)
{
	struct bench b;
	const char *none[] = { NULL };

	bench_open(&b, "saver");
	load(&b, "counted", "5");
	sql(&b, "UPDATE counted SET name = 'theirs', version = 1 WHERE id = 5");
	start(&b, SAVE_DELETE, none);
	wait_for(&b);
	expect(&b, SAVE_CONFLICT);
	load(&b, "counted", "5");
	start(&b, SAVE_DELETE, none);
	wait_for(&b);
	expect(&b, SAVE_DONE);
	expect_sql(&b, "SELECT count(*) FROM counted WHERE id = 5", "0");
	bench_close(&b);
}

/* ---- conflicts ---- */

Test(save, another_version_is_a_conflict_with_theirs_at_hand)
{
	struct bench b;

	bench_open(&b, "saver");
	load(&b, "triggered", "4");
	sql(&b, "UPDATE triggered SET price = 9 WHERE id = 4");
	save(&b, "name=rye");
	expect(&b, SAVE_CONFLICT);
	cr_assert_str_eq(record_value(&b.theirs, "price"), "9.00");
	cr_assert_str_eq(b.theirs.version, "1");
	expect_sql(&b, "SELECT name FROM triggered WHERE id = 4", "loaf 4");
	bench_close(&b);
}

Test(save, a_writer_who_does_not_know_version_is_found_by_xmin)
{
	struct bench b;

	bench_open(&b, "saver");
	load(&b, "counted", "6");
	sql(&b, "UPDATE counted SET name = 'sneaked' WHERE id = 6");
	save(&b, "name=mine");
	expect(&b, SAVE_CONFLICT);
	cr_assert_str_eq(record_value(&b.theirs, "name"), "sneaked");
	bench_close(&b);
}

Test(save, without_version_and_xmin_all_old_values_guard)
{
	struct bench b;

	bench_open(&b, "postgres");
	/* A view has no xmin. Its key is told by a screen; here the column id. */
	{
		const char *key[] = { "id", NULL };
		struct err err = ERR_INIT;
		const struct relation *r =
			catalog_find(session_catalog(b.session), "plain_view", &err);
		const char *texts[] = { "3", NULL };

		cr_assert(r, "%s", err.why);
		b.plan = record_plan_new(session_catalog(b.session), session_profile(b.session),
					 r->oid, key, &err);
		cr_assert(b.plan, "%s", err.why);
		cr_assert_eq(record_plan_guard(b.plan), GUARD_COLUMNS);
		record_fetch(b.session, b.plan, texts, on_record, &b);
		wait_for(&b);
	}
	sql(&b, "UPDATE plain SET amount = 33 WHERE id = 3");
	save(&b, "name=mine");
	expect(&b, SAVE_CONFLICT);
	cr_assert_str_eq(record_value(&b.theirs, "amount"), "33");
	record_copy(&b.base, &b.theirs);
	save(&b, "name=mine");
	expect(&b, SAVE_DONE);
	expect_sql(&b, "SELECT name || amount FROM plain WHERE id = 3", "mine33");
	bench_close(&b);
}

Test(save, a_row_that_moved_to_another_partition_is_told_as_gone_or_changed)
{
	struct bench b;

	bench_open(&b, "saver");
	load(&b, "parted", "1,eu");
	sql(&b, "UPDATE parted SET region = 'us' WHERE id = 1");
	save(&b, "name=mine");
	expect(&b, SAVE_GONE);
	expect_sql(&b, "SELECT name FROM parted WHERE id = 1", "one");
	bench_close(&b);
}

/* ---- refused, gone ---- */

Test(save, deleted_underneath)
{
	struct bench b;

	bench_open(&b, "saver");
	load(&b, "plain", "7");
	sql(&b, "DELETE FROM plain WHERE id = 7");
	save(&b, "amount=1");
	expect(&b, SAVE_GONE);
	bench_close(&b);
}

Test(save, visible_but_not_changeable_under_the_update_policy)
{
	struct bench b;

	bench_open(&b, "saver");
	load(&b, "looked", "2");
	save(&b, "name=mine");
	expect(&b, SAVE_REFUSED);
	cr_assert(strstr(b.why, "policy"), "%s", b.why);
	load(&b, "looked", "1");
	save(&b, "name=mine");
	expect(&b, SAVE_DONE);
	bench_close(&b);
}

Test(save, a_trigger_that_skips_the_row_is_a_refusal)
{
	struct bench b;

	bench_open(&b, "saver");
	load(&b, "triggered", "8");
	save(&b, "name=skipped");
	expect(&b, SAVE_REFUSED);
	bench_close(&b);
}

/* ---- values that the server refuses ---- */

Test(save, field_errors_name_the_column)
{
	static const struct {
		const char *word, *column, *why;
	} cases[] = {
		{ "price=-1", "price", "check constraint" },
		{ "name!", "name", "null value" },
		{ "name=far too long a name", "name", "too long" },
		{ "price=abc", "price", "invalid input" },
		{ "name=forbidden", "", "not for sale" },
	};
	struct bench b;

	bench_open(&b, "saver");
	load(&b, "triggered", "9");
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		save(&b, cases[i].word);
		expect(&b, SAVE_INVALID);
		cr_assert_str_eq(b.column, cases[i].column, "%s: %s", cases[i].word, b.column);
		cr_assert(strstr(b.why, cases[i].why), "%s: %s", cases[i].word, b.why);
	}
	load(&b, "plain", "8");
	save(&b, "name=n9");
	expect(&b, SAVE_INVALID);
	cr_assert_str_eq(b.column, "name");
	bench_close(&b);
}

Test(save, a_deferred_constraint_fails_at_commit_and_is_no_lost_connection)
{
	struct bench b;

	bench_open(&b, "saver");
	load(&b, "deferred", "1");
	save(&b, "parent=99");
	expect(&b, SAVE_INVALID);
	cr_assert_str_eq(b.column, "parent");
	expect_sql(&b, "SELECT parent FROM deferred", "1");
	bench_close(&b);
}

Test(save, numbers_are_rounded_as_an_assignment_does)
{
	struct bench b;

	bench_open(&b, "saver");
	load(&b, "triggered", "10");
	save(&b, "price=10.005");
	expect(&b, SAVE_DONE);
	cr_assert_str_eq(record_value(&b.after, "price"), "10.01");
	bench_close(&b);
}

/* ---- locks ---- */

struct client_process {
	FILE *in;
};

static void hold_lock(struct bench *b, struct client_process *p)
{
	char *cmd = xasprintf("psql -qAt '%s' >/dev/null", b->admin);

	p->in = popen(cmd, "w");
	fputs("BEGIN; UPDATE plain SET amount = 0 WHERE id = 11;\n", p->in);
	fflush(p->in);
	free(cmd);
	for (int i = 0; i < 200; i++) {
		char *n = cluster_sql(
			b->admin,
			"SELECT count(*) FROM pg_locks l WHERE relation = 'plain'::regclass "
			"AND mode = 'RowExclusiveLock'");
		bool held = *n == '1';

		free(n);
		if (held)
			return;
	}
	cr_assert_fail("the lock was never taken");
}

Test(save, a_row_lock_is_told_with_its_holder)
{
	struct bench b;
	struct client_process p;
	struct err err = ERR_INIT;

	bench_open(&b, "postgres");
	cr_assert(session_set(b.session, "lock-timeout", "200ms", &err));
	load(&b, "plain", "11");
	hold_lock(&b, &p);
	save(&b, "amount=1");
	expect(&b, SAVE_LOCKED);
	cr_assert(b.holder && strstr(b.holder, "postgres (pid "), "%s",
		  b.holder ? b.holder : "-");
	fputs("ROLLBACK;\n", p.in);
	pclose(p.in);
	save(&b, "amount=1");
	expect(&b, SAVE_DONE);
	bench_close(&b);
}

/* ---- the connection dies ---- */

static void open_through(struct bench *b, struct proxy **proxy)
{
	char *conninfo;

	*b = (struct bench){ .admin = cluster_database(SCHEMA) };
	*proxy = proxy_new(cluster_host(cluster()));
	conninfo = xasprintf("%s host=%s user=saver", b->admin, proxy_host(*proxy));
	open_at(b, conninfo);
	free(conninfo);
}

Test(save, committed_although_the_answer_never_came)
{
	struct bench b;
	struct proxy *proxy;

	open_through(&b, &proxy);
	load(&b, "triggered", "12");
	proxy_cut_at(proxy, FROM_SERVER, 'C', "COMMIT", false);
	save(&b, "name=truth");
	expect(&b, SAVE_DONE);
	expect_sql(&b, "SELECT name || version FROM triggered WHERE id = 12", "truth1");
	bench_close(&b);
	proxy_free(&proxy);
}

/* READ COMMITTED holds the word too, so the trap is laid when the statement itself is on its
 * way. */
static void cut_commit(void *ctx, enum db_lane lane, const char *text,
		       const struct params *params)
{
	(void)lane;
	(void)params;
	if (strcmp(text, "COMMIT") == 0)
		proxy_cut_at(ctx, FROM_CLIENT, 'P', "COMMIT", false);
}

Test(save, the_commit_that_never_reached_the_server_is_said_not_to_be_written)
{
	struct bench b;
	struct proxy *proxy;

	open_through(&b, &proxy);
	load(&b, "triggered", "13");
	db_echo(session_db(b.session), cut_commit, proxy);
	save(&b, "name=lost");
	expect(&b, SAVE_FAILED);
	cr_assert(strstr(b.why, "nothing was written") || strstr(b.why, "did not commit"), "%s",
		  b.why);
	expect_sql(&b, "SELECT name || version FROM triggered WHERE id = 13", "loaf 130");
	db_echo(session_db(b.session), NULL, NULL);
	/* A lost connection disarms. */
	cr_assert_not(session_armed(b.session));
	session_arm(b.session, true);
	/* And a second save neither doubles nor loses: the base is still right. */
	save(&b, "name=again");
	expect(&b, SAVE_DONE);
	expect_sql(&b, "SELECT name || version FROM triggered WHERE id = 13", "again1");
	bench_close(&b);
	proxy_free(&proxy);
}

Test(save, the_connection_dies_before_the_verdict)
{
	struct bench b;
	struct proxy *proxy;

	open_through(&b, &proxy);
	load(&b, "triggered", "14");
	proxy_cut_at(proxy, FROM_SERVER, 'C', "UPDATE", false);
	save(&b, "name=cut");
	expect(&b, SAVE_FAILED);
	cr_assert(strstr(b.why, "nothing was written"), "%s", b.why);
	expect_sql(&b, "SELECT name || version FROM triggered WHERE id = 14", "loaf 140");
	bench_close(&b);
	proxy_free(&proxy);
}

Test(save, the_verdict_is_one_round_trip_and_commit_one_more)
{
	struct bench b;
	struct proxy *proxy;
	struct proxy_counts counts;

	open_through(&b, &proxy);
	load(&b, "triggered", "15");
	save(&b, "name=first"); /* connects the lane */
	record_copy(&b.base, &b.after);
	proxy_reset(proxy);
	save(&b, "name=second");
	expect(&b, SAVE_DONE);
	proxy_counts(proxy, &counts);
	cr_assert_eq(counts.round_trips, 2, "%d round trips", (int)counts.round_trips);
	bench_close(&b);
	proxy_free(&proxy);
}
