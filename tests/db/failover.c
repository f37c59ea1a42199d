/* SPDX-License-Identifier: MIT */
/*
 * A primary dies with a COMMIT in hand and a real standby takes over: what is told must be true
 * on the server that is there now, and a second save neither doubles nor loses.  The numbers of
 * transactions begin anew on the other timeline: pg_xact_status() there speaks of others.
 */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "support/bench.h"

#define ROW "SELECT name || version FROM counted WHERE id = 2"

struct scene {
	struct cluster *primary, *standby;
	struct proxy *ahead, *behind; /* of the primary, of the standby */
	char *there;                  /* conninfo of the superuser at the standby */
	struct bench b;
};

static void scene_begin(struct scene *s)
{
	char *admin, *conninfo;

	s->primary = cluster_new("synchronous_commit = local");
	admin = cluster_database_in(s->primary, BENCH_SCHEMA);
	s->standby = cluster_standby(s->primary);
	s->ahead = proxy_new(cluster_host(s->primary));
	s->behind = proxy_new(cluster_host(s->standby));
	s->there = xasprintf("%s host=%s", admin, cluster_host(s->standby));
	conninfo = xasprintf("%s user=saver host=%s,%s", admin, proxy_host(s->ahead),
			     proxy_host(s->behind));
	bench_open_at(&s->b, admin, conninfo);
	free(conninfo);
	bench_load(&s->b, "counted", "1");
	bench_save(&s->b, "name=warm"); /* connects the lane */
	bench_load(&s->b, "counted", "2");
}

static void scene_end(struct scene *s)
{
	bench_close(&s->b);
	if (s->ahead)
		proxy_free(&s->ahead);
	proxy_free(&s->behind);
	cluster_free(&s->standby);
	cluster_free(&s->primary);
	free(s->there);
}

static void there(const struct scene *s, const char *sql)
{
	free(cluster_sql(s->there, sql));
}

static void expect_there(const struct scene *s, const char *sql, const char *wanted)
{
	char *got = cluster_sql(s->there, sql);

	cr_assert_str_eq(got, wanted, "%s: %s, not %s", sql, got, wanted);
	free(got);
}

static void pass(struct scene *s, int ms)
{
	bool *late = &s->b.late;

	*late = false;
	loop_timer_start(s->b.limit, (uint64_t)ms, 0);
	while (!*late && !s->b.done)
		loop_turn(s->b.loop, true);
	loop_timer_stop(s->b.limit);
}

/* Until the standby has what the primary has written. */
static void wait_replayed(struct scene *s, const char *wanted)
{
	char *got = NULL;

	for (int i = 0; i < 200; i++) {
		free(got);
		got = cluster_sql(s->there, ROW);
		if (strcmp(got, wanted) == 0)
			break;
		pass(s, 50);
	}
	cr_assert_str_eq(got, wanted, "the standby never had it");
	free(got);
}

static void lose_the_answer(void *ctx, enum db_lane lane, const char *sql,
			    const struct params *params)
{
	const struct scene *s = ctx;

	(void)params;
	if (lane != DB_EDIT || strcmp(sql, "COMMIT") != 0)
		return;
	proxy_cut_at(s->ahead, FROM_SERVER, 'C', "COMMIT", false);
	proxy_refuse(s->ahead, true);
	proxy_refuse(s->behind, true);
}

/* Saved on the primary, and nobody knows: the primary goes away. */
static void save_unanswered(struct scene *s)
{
	static const char *const words[] = { "name=rye", NULL };

	db_echo(session_db(s->b.session), lose_the_answer, s);
	bench_start(&s->b, SAVE_UPDATE, words);
	for (int i = 0; i < 400; i++) {
		char *now = bench_value(&s->b, ROW);
		bool in = strcmp(now, "rye1") == 0;

		free(now);
		if (in)
			break;
		pass(s, 20);
	}
	db_echo(session_db(s->b.session), NULL, NULL);
	proxy_free(&s->ahead); /* a host that is gone: the next one is tried */
	cr_assert_not(s->b.done, "told %d without having asked anybody", s->b.outcome);
}

static void take_over(struct scene *s)
{
	there(s, "SELECT pg_promote()");
}

static void let_in(struct scene *s)
{
	proxy_refuse(s->behind, false);
	bench_wait(&s->b);
}

static void wait_lane(struct scene *s, bool ready)
{
	for (int i = 0; i < 400; i++) {
		if ((db_state(session_db(s->b.session), DB_EDIT) == DB_READY) == ready)
			return;
		pass(s, 50);
	}
	cr_assert_fail("the lane is not %s", ready ? "back" : "lost");
}

/* The save reached the primary alone, and is gone with it. */
static void take_over_without_it(struct scene *s)
{
	scene_begin(s);
	cluster_stop(s->standby, "fast");
	save_unanswered(s);
	cluster_kill(s->primary);
	cluster_start(s->standby);
	take_over(s);
}

/* As many transactions on the new timeline as make every number of the old one somebody else's. */
static void burn_numbers(struct scene *s)
{
	there(s, "DO $$ BEGIN FOR i IN 1..3000 LOOP PERFORM pg_current_xact_id(); COMMIT; "
		 "END LOOP; END $$");
}

Test(failover, the_save_had_reached_the_standby, .timeout = 180)
{
	struct scene s;

	scene_begin(&s);
	save_unanswered(&s);
	wait_replayed(&s, "rye1");
	cluster_kill(s.primary);
	take_over(&s);
	burn_numbers(&s);
	let_in(&s);
	bench_expect(&s.b, SAVE_DONE, NULL);
	expect_there(&s, ROW, "rye1");
	scene_end(&s);
}

/* Its number was given to somebody else meanwhile, who did commit. */
Test(failover, the_save_was_lost_with_the_primary, .timeout = 180)
{
	struct scene s;

	take_over_without_it(&s);
	burn_numbers(&s);
	let_in(&s);
	bench_expect(&s.b, SAVE_FAILED, "another server took over");
	expect_there(&s, ROW, "n20");
	/* Once more is exactly once. */
	bench_save(&s.b, "name=rye");
	bench_expect(&s.b, SAVE_DONE, NULL);
	expect_there(&s, ROW, "rye1");
	scene_end(&s);
}

/* And somebody changed the record there: whose change version 1 is cannot be told. */
Test(failover, nothing_tells, .timeout = 180)
{
	struct scene s;

	take_over_without_it(&s);
	there(&s, "UPDATE counted SET name = 'theirs', version = version + 1 WHERE id = 2");
	let_in(&s);
	bench_expect(&s.b, SAVE_UNKNOWN, "nothing tells");
	expect_there(&s, ROW, "theirs1");
	bench_save(&s.b, "name=rye");
	bench_expect(&s.b, SAVE_CONFLICT, NULL);
	cr_assert_str_eq(record_value(&s.b.theirs, "name"), "theirs");
	scene_end(&s);
}

/* A standby that has not heard of the save yet is no witness against it. */
Test(failover, a_standby_is_not_asked_before_it_took_over, .timeout = 180)
{
	struct scene s;

	scene_begin(&s);
	there(&s, "SELECT pg_wal_replay_pause()");
	save_unanswered(&s);
	proxy_refuse(s.behind, false);
	pass(&s, 2500);
	cr_assert_not(s.b.done, "told %d by a standby: %s", s.b.outcome, s.b.why);
	there(&s, "SELECT pg_wal_replay_resume()");
	wait_replayed(&s, "rye1");
	cluster_kill(s.primary);
	take_over(&s);
	bench_wait(&s.b);
	bench_expect(&s.b, SAVE_DONE, NULL);
	expect_there(&s, ROW, "rye1");
	scene_end(&s);
}

/* The connection comes back to a server that only reads: nothing is written, and it is said. */
Test(failover, a_standby_writes_nothing, .timeout = 180)
{
	struct scene s;

	scene_begin(&s);
	proxy_free(&s.ahead);
	wait_lane(&s, false);
	wait_lane(&s, true);
	bench_load(&s.b, "counted", "2");
	bench_save(&s.b, "name=rye");
	bench_expect(&s.b, SAVE_FAILED, "read-only");
	expect_there(&s, ROW, "n20");
	cluster_kill(s.primary);
	take_over(&s);
	bench_save(&s.b, "name=rye");
	bench_expect(&s.b, SAVE_DONE, NULL);
	expect_there(&s, ROW, "rye1");
	scene_end(&s);
}
