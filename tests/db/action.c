/* SPDX-License-Identifier: MIT */
/* A function that is called for a record: what is told of it, and what became of it when nobody
 * answered. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "command/action.h"
#include "support/bench.h"

static const char screen[] = "[screen]\ntitle = Stock\nkind = grid\nrelation = public.stock\n"
			     "key = tenant_id id\nscope = tenant\n"
			     "[action move]\ntitle = Move\n"
			     "call = public.move(p_id bigint, p_by integer, p_reason text?)\n"
			     "fixed = p_id={id}\n";

struct scene {
	struct bench b;
	struct screenset *set;
	const struct screendef *def;
	struct action_call *call;
	enum action_outcome outcome;
	char *why;
};

static void scene_begin(struct scene *s)
{
	char id[] = "1", label[] = "one";
	const struct tenant_choice tenant = { .kind = TENANT_ONE, .id = id, .label = label };
	struct cluster *server = cluster_new("synchronous_commit = local");
	char *admin = cluster_database_in(server, "tests/db/schemas/action.sql");
	struct proxy *proxy = proxy_new(cluster_host(server));
	char *conninfo = xasprintf("%s host=%s user=saver", admin, proxy_host(proxy));
	struct err err = ERR_INIT;

	*s = (struct scene){ .why = NULL };
	bench_open_at(&s->b, admin, conninfo);
	s->b.server = server;
	s->b.proxy = proxy;
	session_set_tenant(s->b.session, &tenant);
	s->set = screenset_load(NULL, &err);
	cr_assert(s->set, "%s", err.why);
	s->def = screenset_add(s->set, "stock.screen", "stock", screen, strlen(screen), &err);
	cr_assert(s->def, "%s", err.why);
	free(conninfo);
}

static void scene_end(struct scene *s)
{
	action_free(&s->call);
	screenset_free(&s->set);
	free(s->why);
	bench_close(&s->b);
}

static void on_waiting(void *ctx, const char *text)
{
	(void)ctx;
	(void)text;
}

static void on_done(void *ctx, const struct action_result *r)
{
	struct scene *s = ctx;

	s->outcome = r->outcome;
	s->why = xstrdup(r->err && r->err->why ? r->err->why : "");
	s->b.done = true;
}

static void move(struct scene *s, const char *id, const char *by)
{
	const struct action_callbacks cb = { .waiting = on_waiting, .done = on_done, .ctx = s };
	const char *values[] = { id, by, "tests" };
	const struct action_request req = { .def = s->def,
					    .action = action_find(s->def, "move"),
					    .values = values };
	struct err err = ERR_INIT;

	s->b.done = false;
	free(s->why);
	s->why = NULL;
	session_arm(s->b.session, true);
	s->call = action_start(s->b.session, &req, &cb, &err);
	cr_assert(s->call, "%s", err.why);
}

static void expect(const struct scene *s, enum action_outcome outcome, const char *words)
{
	cr_assert_eq(s->outcome, outcome, "%d: %s", s->outcome, s->why);
	cr_assert(strstr(s->why, words), "%s", s->why);
}

Test(action, the_audit_says_what_it_made_of_the_record)
{
	struct scene s;

	scene_begin(&s);
	move(&s, "2", "-3");
	bench_wait(&s.b);
	expect(&s, ACTION_DONE, "");
	bench_expect_sql(&s.b,
			 "SELECT action || ' ' || entity_id || ' ' || before || ' ' || after "
			 "FROM audit_log",
			 "move 2 {\"on_hand\": \"10\", \"version\": \"0\"} {\"p_by\": \"-3\", "
			 "\"p_id\": \"2\", \"on_hand\": \"7\", \"version\": \"1\", "
			 "\"p_reason\": \"tests\"}");
	action_free(&s.call);
	move(&s, "2", "-8");
	bench_wait(&s.b);
	expect(&s, ACTION_REFUSED, "check constraint");
	bench_expect_sql(&s.b, "SELECT count(*) FROM audit_log", "1");
	scene_end(&s);
}

/* ---- nobody answered the COMMIT, and the numbers of transactions began anew ---- */

static void lose(void *ctx, enum db_lane lane, const char *sql, const struct params *params)
{
	struct scene *s = ctx;

	(void)params;
	if (lane != DB_EDIT || strcmp(sql, "COMMIT") != 0)
		return;
	proxy_refuse(s->b.proxy, true);
	db_echo(session_db(s->b.session), NULL, NULL);
}

static void lose_the_answer(void *ctx, enum db_lane lane, const char *sql,
			    const struct params *p)
{
	struct scene *s = ctx;

	if (lane == DB_EDIT && strcmp(sql, "COMMIT") == 0)
		proxy_cut_at(s->b.proxy, FROM_SERVER, 'C', "COMMIT", false);
	lose(ctx, lane, sql, p);
}

static void lose_the_commit(void *ctx, enum db_lane lane, const char *sql,
			    const struct params *p)
{
	struct scene *s = ctx;

	if (lane == DB_EDIT && strcmp(sql, "COMMIT") == 0)
		proxy_cut_at(s->b.proxy, FROM_CLIENT, 'P', "COMMIT", false);
	lose(ctx, lane, sql, p);
}

static void until_lost(struct scene *s)
{
	for (int i = 0; i < 2000 && db_state(session_db(s->b.session), DB_EDIT) != DB_LOST; i++)
		loop_turn(s->b.loop, true);
	cr_assert_eq(db_state(session_db(s->b.session), DB_EDIT), DB_LOST);
	cr_assert_not(s->b.done, "told %d without having asked anybody", s->outcome);
}

/* The server comes back as one that has taken over from itself: on another timeline. */
static void take_over(struct scene *s)
{
	bench_sql(&s->b, "COPY (SELECT 1) TO PROGRAM 'cat > standby.signal'");
	cluster_kill(s->b.server);
	cluster_start(s->b.server);
	bench_sql(&s->b, "SELECT pg_promote()");
	proxy_refuse(s->b.proxy, false);
	bench_wait(&s->b);
}

Test(action, done_although_another_server_took_over, .timeout = 120)
{
	struct scene s;

	scene_begin(&s);
	db_echo(session_db(s.b.session), lose_the_answer, &s);
	move(&s, "3", "5");
	until_lost(&s);
	take_over(&s);
	expect(&s, ACTION_DONE, "");
	bench_expect_sql(&s.b, "SELECT on_hand FROM stock WHERE id = 3", "15");
	scene_end(&s);
}

Test(action, without_a_trace_it_is_not_known, .timeout = 120)
{
	struct scene s;

	scene_begin(&s);
	db_echo(session_db(s.b.session), lose_the_commit, &s);
	move(&s, "4", "5");
	until_lost(&s);
	take_over(&s);
	expect(&s, ACTION_UNKNOWN, "another server took over");
	expect(&s, ACTION_UNKNOWN, "the audit has nothing of it");
	bench_expect_sql(&s.b, "SELECT on_hand FROM stock WHERE id = 4", "10");
	scene_end(&s);
}
