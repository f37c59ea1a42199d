/* SPDX-License-Identifier: MIT */
/*
 * What probes may not do: be heard outside, lock more than a write does, leave anything behind;
 * and what cannot be judged is said, by whoever looks and wherever.
 */
#include <libpq-fe.h>

#include "command/probe_memory.h"
#include "rls_look.h"

static const char *const outside = "tests/db/rls/outside.sql";

/* Every line about relations of this beginning has the outcome. */
static void expect_all(const struct told *t, const char *beginning, const char *kind,
		       const char *outcome, size_t at_least)
{
	char *lines = xstrdup(t->rows.data), *rest;
	size_t n = 0;

	for (char *line = strtok_r(lines, "\n", &rest); line;
	     line = strtok_r(NULL, "\n", &rest)) {
		const char *name = strchr(line, '.') ? strchr(line, '.') + 1 : line,
			   *command = strchr(line, '|') + 1, *out = strchr(command, '|') + 1;

		if (strncmp(name, beginning, strlen(beginning)) != 0 ||
		    (kind && strncmp(command, kind, strlen(kind)) != 0) ||
		    (!kind && strncmp(command, "select", 6) == 0))
			continue;
		n++;
		cr_expect(strncmp(out, outcome, strlen(outcome)) == 0 &&
				  out[strlen(outcome)] == '|',
			  "%s is not %s", line, outcome);
	}
	cr_expect_geq(n, at_least, "%s: only %zu probes:\n%s", beginning, n, t->rows.data);
	free(lines);
}

LEAK_TEST(rls_probe, nothing_is_heard_outside)
{
	static const char *const loud[] = {
		"loud_dblink|",	       "loud_helper|",	     "loud_program|", "loud_language|",
		"loud_named|",	       "loud_cascade|",	     "loud_default|", "loud_parts|",
		"loud_cascade_child|", "loud_quiet_helper|", "loud_rule|",    "loud_rule_to|",
		"loud_late|",	       "loud_through|",	     "loud_instead|"
	};
	static const char *const loud_reads[] = { "loud_view|",	       "loud_view_over|",
						  "loud_view_file|",   "loud_policy|",
						  "loud_remote|",      "loud_program_table|",
						  "loud_program_view|" };
	static const char *const loud_calls[] = { "loud_reader(", "loud_writer(",
						  "loud_composer(", "loud_far_reader(" };
	struct cluster *own = cluster_new(NULL);
	char *db = cluster_database_in(own, outside), *heard;
	struct look l;
	struct told t;

	look_at(&l, db, CHECK_ISOLATION);
	probe(&l, &t, probe_all, ARRAY_SIZE(probe_all));
	for (size_t i = 0; i < ARRAY_SIZE(loud); i++) {
		expect_all(&t, loud[i], NULL, "could not probe", 4);
		expect_all(&t, loud[i], "select", "proven", 3);
	}
	expect_all(&t, "loud_remote|", NULL, "could not probe", 4);
	for (size_t i = 0; i < ARRAY_SIZE(loud_reads); i++)
		expect_all(&t, loud_reads[i], "select", "could not probe", 3);
	for (size_t i = 0; i < ARRAY_SIZE(loud_calls); i++)
		expect_all(&t, loud_calls[i], "select", "could not probe", 1);
	expect_all(&t, "calm_view|", "select", "proven", 3);
	expect_all(&t, "calm_reader(", "select", "proven", 3);
	expect_all(&t, "open_reader(", "select", "leaks", 1);
	expect_all(&t, "open_writer(", "call", "leaks", 1);
	expect_all(&t, "calm_through|", NULL, "proven", 4);
	expect_all(&t, "calm_gives|", NULL, "proven", 6);
	expect_all(&t, "calm_keeps|", NULL, "proven", 6);
	expect_all(&t, "calm_marks|", NULL, "proven", 6);
	cr_expect(said(&t, "open_marks|delete all|leaks"), "%s", t.rows.data);
	expect_all(&t, "calm_helper|", NULL, "proven", 6);
	expect_all(&t, "calm_orders", NULL, "proven", 6);
	expect_all(&t, "calm_notify", NULL, "proven", 6);
	expect_all(&t, "calm_off", NULL, "proven", 6);
	heard = cluster_sql(
		db, "SELECT count(*) FROM heard UNION ALL SELECT count(*) FROM " /* not SQL */
		    "pg_ls_dir('.') f WHERE f = 'souk_heard'");			 /* not SQL */
	cr_expect_str_eq(heard, "0\n0");
	free(heard);
	/* The same writes by hand are heard: the test can fail. */
	free(cluster_sql(
		db,
		"SET app.tenant_id = 1; BEGIN; UPDATE loud_dblink SET body = 'x'; " /* not SQL
										     */
		"UPDATE loud_program SET body = 'x'; ROLLBACK")); /* not SQL */
	heard = cluster_sql(
		db,
		"SELECT count(*) > 0 FROM heard UNION ALL SELECT count(*) > 0 FROM " /* not SQL
										      */
		"pg_ls_dir('.') f WHERE f = 'souk_heard'"); /* not SQL */
	cr_expect_str_eq(heard, "t\nt");
	free(heard);
	buf_release(&t.rows);
	err_release(&t.err);
	look_release(&l);
	free(db);
	cluster_free(&own);
}

/* ---- what others notice, and what they do meanwhile ---- */

static bool hears(PGconn *pg)
{
	PGnotify *n;

	/* What was sent arrives with the next answer. */
	PQclear(PQexec(pg, "SELECT 1")); /* not SQL */
	n = PQnotifies(pg);
	if (n)
		PQfreemem(n);
	return n != NULL;
}

LEAK_TEST(rls_probe, who_listens_hears_nothing)
{
	static const char *const one[] = { "rls", "probe", "calm_notify", "--write" };
	struct cluster *own = cluster_new(NULL);
	char *db = cluster_database_in(own, outside);
	PGconn *pg = PQconnectdb(db);
	struct look l;
	struct told t;

	PQclear(PQexec(pg, "LISTEN orders")); /* not SQL */
	look_at(&l, db, CHECK_ISOLATION);
	probe(&l, &t, one, ARRAY_SIZE(one));
	expect_all(&t, "calm_notify|", NULL, "proven", 6);
	cr_expect_not(hears(pg));
	free(cluster_sql(db, "SET app.tenant_id = 1; "		    /* not SQL */
			     "UPDATE calm_notify SET body = 'x'")); /* not SQL */
	cr_expect(hears(pg), "nobody would have heard anything");
	PQfinish(pg);
	buf_release(&t.rows);
	err_release(&t.err);
	look_release(&l);
	free(db);
	cluster_free(&own);
}

/* ---- the application's eyes ---- */

static char *as(const char *db, const char *user)
{
	return xasprintf("%s user=%s", db, user);
}

static const char *as_role(struct look *l, const char *role, struct told *t)
{
	static const struct host_ops ops = { .say = tell, .progress = progress };
	const char *words[] = { "as", role };
	struct host host = { .ops = &ops, .ctx = t, .session = l->session };

	*t = (struct told){ .rows = BUF_INIT, .loop = l->loop };
	command_words(&host, words, ARRAY_SIZE(words), ended, t);
	return t->err.kind == ERR_NONE ? NULL : t->err.why;
}

LEAK_TEST(rls_probe, a_role_is_taken_or_refused_at_once)
{
	struct cluster *own = cluster_new(NULL);
	char *db = cluster_database_in(own, outside), *login;
	const char *why;
	struct look l;
	struct told t;

	free(cluster_sql(db, "CREATE ROLE o_ops LOGIN NOINHERIT; GRANT o_app TO o_ops"));
	login = as(db, "o_ops");
	look_at(&l, login, CHECK_ISOLATION);
	cr_expect_null(as_role(&l, "o_app", &t));
	cr_expect_str_eq(session_role(l.session), "o_app");
	why = as_role(&l, "o_owner", &t);
	cr_expect(why && strstr(why, "no member"), "%s", why);
	err_release(&t.err);
	why = as_role(&l, "o_nobody", &t);
	cr_expect(why && strstr(why, "no such role"), "%s", why);
	err_release(&t.err);
	cr_expect_str_eq(session_role(l.session), "o_app", "a refusal changes nothing");
	cr_expect_null(as_role(&l, "-", &t));
	cr_expect_null(session_role(l.session));
	if (catalog_server_version(l.scan->catalog) >= 160000) {
		look_release(&l);
		free(cluster_sql(db, "GRANT o_owner TO o_ops WITH SET FALSE, INHERIT TRUE"));
		look_at(&l, login, CHECK_ISOLATION);
		why = as_role(&l, "o_owner", &t);
		cr_expect(why && strstr(why, "WITH SET"), "%s", why);
		err_release(&t.err);
	}
	look_release(&l);
	free(login);
	free(db);
	cluster_free(&own);
}

/* Who holds a table is not waited for more than once, and everything else is answered. */
LEAK_TEST(rls_probe, a_table_that_is_held_is_told)
{
	struct cluster *own = cluster_new(NULL);
	char *db = cluster_database_in(own, outside);
	PGconn *pg = PQconnectdb(db);
	struct look l;
	struct told t;

	look_at(&l, db, CHECK_ISOLATION);
	PQclear(PQexec(pg, "BEGIN"));					     /* not SQL */
	PQclear(PQexec(pg, "LOCK TABLE calm_off IN ACCESS EXCLUSIVE MODE")); /* not SQL */
	probe(&l, &t, probe_all, ARRAY_SIZE(probe_all));
	expect_all(&t, "calm_off|", "select", "could not probe", 3);
	expect_all(&t, "calm_off|", NULL, "could not probe", 6);
	expect_all(&t, "calm_orders|", NULL, "proven", 6);
	PQfinish(pg);
	buf_release(&t.rows);
	err_release(&t.err);
	look_release(&l);
	free(db);
	cluster_free(&own);
}

/* Tables that are gone since the catalog was read, or look otherwise. */
LEAK_TEST(rls_probe, what_is_gone_meanwhile_is_told)
{
	struct cluster *own = cluster_new(NULL);
	char *db = cluster_database_in(own, outside);
	struct look l;
	struct told t;

	look_at(&l, db, CHECK_ISOLATION);
	free(cluster_sql(db, "DROP TABLE calm_off; "			     /* not SQL */
			     "ALTER TABLE calm_locks RENAME TO calm_other; " /* not SQL */
			     "ALTER TABLE calm_notify RENAME tenant_id TO owner_id"));
	probe(&l, &t, probe_all, ARRAY_SIZE(probe_all));
	expect_all(&t, "calm_off|", "select", "could not probe", 3);
	expect_all(&t, "calm_locks|", "select", "could not probe", 3);
	expect_all(&t, "calm_notify|", "select", "could not probe", 3);
	expect_all(&t, "calm_orders|", NULL, "proven", 6);
	buf_release(&t.rows);
	err_release(&t.err);
	look_release(&l);
	free(db);
	cluster_free(&own);
}

LEAK_TEST(rls_probe, rows_of_nobody_are_no_leak)
{
	static const char *const one[] = { "rls", "probe", "calm_shared" };
	struct cluster *own = cluster_new(NULL);
	char *db = cluster_database_in(own, outside);
	struct look l;
	struct told t;

	look_at(&l, db, CHECK_ISOLATION);
	probe(&l, &t, one, ARRAY_SIZE(one));
	expect_all(&t, "calm_shared", "select", "proven", 3);
	cr_expect_eq(t.status, 0);
	buf_release(&t.rows);
	err_release(&t.err);
	look_release(&l);
	free(db);
	cluster_free(&own);
}

LEAK_TEST(rls_probe, locks_are_those_of_a_write)
{
	struct cluster *own = cluster_new(NULL);
	char *db = cluster_database_in(own, outside), *held;
	struct look l;
	struct told t;

	look_at(&l, db, CHECK_ISOLATION);
	probe(&l, &t, probe_all, ARRAY_SIZE(probe_all));
	/* Triggers look at the locks of their own transaction; one takes a heavy one, and is
	 * told. */
	expect_all(&t, "calm_locks", NULL, "proven", 6);
	expect_all(&t, "heavy_locks", NULL, "could not probe", 6);
	held = cluster_sql(
		db,
		"SELECT count(*) FROM pg_locks l WHERE l.pid <> pg_backend_pid() AND " /* not
											  SQL */
		"l.locktype IN ('relation', 'advisory', 'transactionid')"); /* not SQL */
	cr_expect_str_eq(held, "0", "locks are kept: %s", held);
	free(held);
	buf_release(&t.rows);
	err_release(&t.err);
	look_release(&l);
	free(db);
	cluster_free(&own);
}

/* ---- cancelled half-way ---- */

struct stopping {
	struct told told;
	struct call *call;
	size_t batches, at;
};

static void stop_soon(void *ctx, const char *what, double done, double total)
{
	struct stopping *s = ctx;

	(void)what;
	(void)total;
	if (done > 0 && ++s->batches == s->at)
		loop_stop(s->told.loop);
}

/* A probe of a server of its own, which stands still behind so many batches. */
struct half_way {
	struct cluster *own;
	char *db, *before;
	struct look l;
	struct stopping s;
	struct host host;
};

static void half_way(struct half_way *h, size_t batches)
{
	static const struct host_ops ops = {
		.say = tell,
		.table_begin = begin,
		.table_row = row,
		.table_end = nothing,
		.progress = stop_soon,
	};

	h->own = cluster_new(NULL);
	h->db = cluster_database_in(h->own, "tests/db/rls/holes.sql");
	h->before = fingerprint(h->db);
	look_at(&h->l, h->db, CHECK_ISOLATION);
	h->s = (struct stopping){ .told = { .loop = h->l.loop, .rows = BUF_INIT },
				  .at = batches };
	h->host = (struct host){
		.ops = &ops, .ctx = &h->s, .session = h->l.session, .batch = true
	};
	h->s.call =
		command_words(&h->host, probe_all, ARRAY_SIZE(probe_all), ended, &h->s.told);
	loop_run(h->l.loop);
	cr_assert_eq(h->s.batches, batches, "%zu batches: nothing was half-way", h->s.batches);
}

static void half_way_is_as_before(struct half_way *h)
{
	char *after = fingerprint(h->db);

	cr_expect_str_eq(h->before, after, "something remains");
	free(after);
	free(h->before);
	buf_release(&h->s.told.rows);
	err_release(&h->s.told.err);
	look_release(&h->l);
	free(h->db);
	cluster_free(&h->own);
}

/* The server ends what was under way; it does not depend on how soon. */
static void wait_for_the_server(const char *db)
{
	for (int i = 0;; i++) {
		char *busy = cluster_sql(
			db, "SELECT count(*) FROM pg_stat_activity " /* not SQL */
			    "WHERE application_name LIKE 'souk%' OR xact_start < now()");
		bool idle = strcmp(busy, "0") == 0;

		free(busy);
		if (idle)
			return;
		cr_assert_lt(i, 200, "something is still under way");
	}
}

LEAK_TEST(rls_probe, cancelled_half_way_nothing_remains)
{
	struct half_way h;

	half_way(&h, 4); /* tenants, unset, the first writes */
	cr_assert_eq(h.s.told.rows.len, 0);
	call_abandon(&h.s.call);
	session_free(&h.l.session);
	wait_for_the_server(h.db);
	half_way_is_as_before(&h);
}

/* Cancelled by who asked: what was answered is told and remembered, and so is what was not. */
LEAK_TEST(rls_probe, cancelled_half_way_tells_what_was_answered)
{
	struct half_way h;
	struct told whole;

	half_way(&h, 12);
	cr_assert(call_cancel(&h.s.call), "it was abandoned");
	loop_run(h.l.loop); /* ended() has stopped it */
	cr_expect(said(&h.s.told, "|proven|"));
	cr_expect(said(&h.s.told, "r85_nullable|delete all|could not probe"));
	cr_expect(h.s.told.cancelled, "it is not said");
	/* As if it had never been begun. */
	probe(&h.l, &whole, probe_all, ARRAY_SIZE(probe_all));
	cr_expect(said(&whole, "base_orders|delete|proven"), "%s", whole.rows.data);
	buf_release(&whole.rows);
	err_release(&whole.err);
	half_way_is_as_before(&h);
}

/* ---- large tables ---- */

/* The last tenant's rows stand at the end of a table of which nearly all is another's: they are
 * found by the index, whatever the planner takes for likely. */
LEAK_TEST(rls_probe, rows_of_a_large_table_are_found_by_its_index)
{
	static const char *const one[] = { "rls", "probe", "big" };
	struct cluster *own = cluster_new(NULL);
	char *db = cluster_database_in(own, "tests/db/rls/trouble.sql"), *read = NULL;
	struct look l;
	struct told t;

	free(cluster_sql(
		db, "CREATE TABLE big (id bigint PRIMARY KEY, " /* not SQL */
		    "tenant_id bigint NOT NULL, body text); "
		    "INSERT INTO big SELECT n, 1 + (n > 99900)::int, 'x' " /* not SQL */
		    "FROM generate_series(1, 100000) n; "
		    "CREATE INDEX ON big (tenant_id); "		  /* not SQL */
		    "ALTER TABLE big ENABLE ROW LEVEL SECURITY, " /* not SQL */
		    "FORCE ROW LEVEL SECURITY; "
		    "CREATE POLICY own ON big USING " /* not SQL */
		    "(tenant_id = nullif(current_setting('app.tenant_id', true), '')::bigint); "
		    "GRANT SELECT ON big TO tr_app; ANALYZE big"));
	/* By now the making of it was counted. */
	free(cluster_sql(db, "SELECT pg_stat_reset()"));
	look_at(&l, db, CHECK_ISOLATION);
	probe(&l, &t, one, ARRAY_SIZE(one));
	cr_expect(said(&t, "big|select|proven"), "%s", t.rows.data);
	look_release(&l);
	/* What a session did is counted when it ends. */
	for (int i = 0; i < 200 && !(read && *read != '0'); i++) {
		free(read);
		read = cluster_sql(db,
				   "SELECT idx_scan || '|' || seq_tup_read FROM " /* not SQL */
				   "pg_stat_user_tables WHERE relname = 'big'");
	}
	cr_expect(read && strtol(strchr(read, '|') + 1, NULL, 10) < 5000, "%s", read);
	free(read);
	buf_release(&t.rows);
	err_release(&t.err);
	free(db);
	cluster_free(&own);
}

/* ---- what cannot be judged ---- */

LEAK_TEST(rls_probe, an_ordinary_role_is_told_what_it_cannot_judge)
{
	struct cluster *own = cluster_new(NULL);
	char *db = cluster_database_in(own, "tests/db/rls/holes.sql"),
	     *login = as(db, "seed_nobody");
	const struct finding *f;
	struct look l, whole;

	look_at(&l, login, CHECK_ISOLATION | CHECK_SPEED);
	look_at(&whole, db, CHECK_ISOLATION | CHECK_SPEED);
	f = find(&l, "R90", "t_");
	cr_assert_not_null(f);
	cr_expect(strstr(f->message, "seed_nobody may not read them"), "%s", f->message);
	cr_expect_eq(f->severity, SEVERITY_INFO);
	cr_expect_null(find(&whole, "R90", "t_"));
	/* The catalog is open to it: it finds all the holes that the superuser finds. */
	for (size_t i = 0; i < whole.scan->findings->list.len; i++) {
		const struct finding *x = &whole.scan->findings->list.v[i];

		if (strncmp(x->id, "R51", 3) != 0) /* options of user mappings */
			cr_expect(find(&l, x->id, x->object), "%s on %s", x->id, x->object);
	}
	cr_expect_not_null(find(&l, "R90", "seed_far"));
	look_release(&l);
	look_release(&whole);
	free(login);
	free(db);
	cluster_free(&own);
}

LEAK_TEST(rls_probe, on_a_standby)
{
	struct cluster *own = cluster_new(NULL);
	char *db = cluster_database_in(own, "tests/db/rls/holes.sql"), *there, *behind;
	struct cluster *copy = cluster_standby(own);
	const struct relation *orders;
	struct err err = ERR_INIT;
	struct look l, primary;
	struct told t;

	there = xasprintf("host=%s user=postgres dbname=%s", cluster_host(copy),
			  strstr(db, "dbname=") + 7);
	look_at(&primary, db, CHECK_ISOLATION);
	look_at(&l, there, CHECK_ISOLATION);
	cr_expect_not_null(find(&l, "R90", "t_"));
	for (size_t i = 0; i < primary.scan->findings->list.len; i++) {
		const struct finding *x = &primary.scan->findings->list.v[i];

		cr_expect(find(&l, x->id, x->object), "%s on %s", x->id, x->object);
	}
	probe(&l, &t, probe_all, ARRAY_SIZE(probe_all));
	cr_expect_eq(t.status, 5);
	cr_expect(said(&t, "r13_true|select|leaks"));
	cr_expect(said(&t, "base_orders|select|proven"));
	expect_all(&t, "base_orders", NULL, "could not probe", 6);
	cr_expect_not(t.numbers, "nothing was written");
	/* Nor is it said to be. */
	orders = catalog_find(l.scan->catalog, "base_orders", &err);
	cr_expect_str_eq(probe_memory_word(session_probes(l.session), orders->oid),
			 "proven, in part");
	behind = cluster_sql(there, "SELECT pg_is_in_recovery()"); /* not SQL */
	cr_expect_str_eq(behind, "t");
	free(behind);
	buf_release(&t.rows);
	err_release(&t.err);
	look_release(&primary);
	look_release(&l);
	free(there);
	free(db);
	cluster_free(&copy);
	cluster_free(&own);
}
