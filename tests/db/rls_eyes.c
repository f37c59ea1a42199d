/* SPDX-License-Identifier: MIT */
/*
 * The application's eyes: a role, and somebody where policies ask who one is.
 */
#include "command/tenant.h"
#include "db/scope.h"
#include "rls_look.h"

static const char *const members = "tests/db/rls/members.sql";

static void run(struct look *l, struct told *t, const char *const *words, size_t n)
{
	static const struct host_ops ops = { .say = tell, .progress = progress };
	struct host host = { .ops = &ops, .ctx = t, .session = l->session };

	*t = (struct told){ .rows = BUF_INIT, .loop = l->loop, .status = -2 };
	command_words(&host, words, n, ended, t);
	if (t->status == -2)
		loop_run(l->loop);
	cr_assert_eq(t->err.kind, ERR_NONE, "%s", t->err.why);
}

static void expect_said(const struct look *l, const char *setting, const char *value)
{
	const char *said;
	struct scope scope;

	session_scope(l->session, USE_READ, &scope);
	said = scope_get(&scope, setting);
	if (value)
		cr_expect(said && strcmp(said, value) == 0, "%s is %s", setting,
			  said ? said : "not said");
	else
		cr_expect_null(said);
	scope_release(&scope);
}

LEAK_TEST(rls_eyes, a_role_is_somebody_of_the_tenant)
{
	static const char
		*const one[] = { "tenant", "one" },
		       *const two[] = { "tenant", "two" }, *const as[] = { "as", "w_web" },
		       *const named[] = { "as", "w_web", "7" }, *const back[] = { "as", "-" };
	struct cluster *own = cluster_new(NULL);
	char *db = cluster_database_in(own, members);
	struct look l;
	struct told t;

	look_at(&l, db, CHECK_ISOLATION);
	run(&l, &t, one, ARRAY_SIZE(one));
	cr_expect_null(session_person(l.session), "nobody without a role");
	expect_said(&l, "app.user_id", NULL);
	run(&l, &t, as, ARRAY_SIZE(as));
	cr_assert_not_null(session_person(l.session));
	cr_expect_str_eq(session_person(l.session), "1 of app.members");
	expect_said(&l, "app.user_id", "1");
	/* Another tenant's person is another. */
	run(&l, &t, two, ARRAY_SIZE(two));
	cr_assert_not_null(session_person(l.session));
	cr_expect_str_eq(session_person(l.session), "2 of app.members");
	expect_said(&l, "app.user_id", "2");
	expect_said(&l, "app.org", "22222222-2222-2222-2222-222222222222");
	run(&l, &t, named, ARRAY_SIZE(named));
	cr_expect_str_eq(session_person(l.session), "7");
	expect_said(&l, "app.user_id", "7");
	run(&l, &t, back, ARRAY_SIZE(back));
	cr_expect_null(session_person(l.session));
	expect_said(&l, "app.user_id", NULL);
	look_release(&l);
	free(db);
	cluster_free(&own);
}

static void ready_again(void *ctx, const struct err *err)
{
	struct look *l = ctx;

	if (err)
		err_copy(&l->err, err);
	loop_stop(l->loop);
}

/* --role and --tenant: the tenant is found though the role may not list it. */
LEAK_TEST(rls_eyes, a_command_is_somebody_as_well)
{
	struct cluster *own = cluster_new(NULL);
	char *db = cluster_database_in(own, members);
	struct session_options options = { .db = { .dbname = db },
					   .role = "w_web",
					   .tenant = "two" };
	struct look l = { .loop = loop_new() };

	l.session = session_new(l.loop, &options, &l.err);
	cr_assert_not_null(l.session, "%s", l.err.why);
	session_when_ready(l.session, READY_SCOPE, ready_again, &l);
	loop_run(l.loop);
	cr_assert_eq(l.err.kind, ERR_NONE, "%s", l.err.why);
	cr_expect_str_eq(session_role(l.session), "w_web");
	cr_assert_not_null(session_person(l.session));
	expect_said(&l, "app.user_id", "2");
	session_free(&l.session);
	loop_free(&l.loop);
	err_release(&l.err);
	free(db);
	cluster_free(&own);
}
