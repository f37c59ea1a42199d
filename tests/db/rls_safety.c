/* SPDX-License-Identifier: MIT */
/*
 * Probes where things go otherwise: a server that is killed, a pooler, defaults of the server,
 * a table that somebody wants for himself, DDL that is watched.  What they show is the same,
 * nothing remains, and nobody waits longer than a probe takes.
 */
#include <libpq-fe.h>

#include "rls_look.h"

static const char *const outside = "tests/db/rls/outside.sql", *const holes =
								       "tests/db/rls/holes.sql";

/* Something is done when the n-th batch was answered. */
struct meddling {
	struct told told;
	size_t batches, at;
	void (*act)(void *ctx);
	void *ctx;
};

static void told_row(void *ctx, const char *const *cells)
{
	struct meddling *m = ctx;

	row(&m->told, cells);
}

static void told_progress(void *ctx, const char *what, double done, double total)
{
	struct meddling *m = ctx;

	(void)what;
	(void)total;
	if (done > 0 && ++m->batches == m->at)
		m->act(m->ctx);
}

static void probe_meddled(struct look *l, struct meddling *m)
{
	static const struct host_ops ops = {
		.say = tell,
		.table_begin = begin,
		.table_row = told_row,
		.table_end = nothing,
		.progress = told_progress,
	};
	struct host host = { .ops = &ops, .ctx = m, .session = l->session, .batch = true };

	m->told = (struct told){ .rows = BUF_INIT, .loop = l->loop };
	command_words(&host, probe_all, ARRAY_SIZE(probe_all), ended, &m->told);
	loop_run(l->loop);
	cr_assert_geq(m->batches, m->at, "%zu batches: nothing was half-way", m->batches);
}

static void release(struct meddling *m)
{
	buf_release(&m->told.rows);
	err_release(&m->told.err);
}

static size_t count(const char *text, const char *what)
{
	size_t n = 0;

	for (const char *at = text; (at = strstr(at, what)); at++)
		n++;
	return n;
}

/* ---- a killed server ---- */

static void kill_server(void *ctx)
{
	cluster_kill(ctx);
}

LEAK_TEST(rls_safety, a_server_that_is_killed_half_way_is_told)
{
	struct cluster *own = cluster_new(NULL);
	char *db = cluster_database_in(own, holes), *before = fingerprint(db), *after;
	struct meddling m = { .at = 6, .act = kill_server, .ctx = own };
	struct look l;

	look_at(&l, db, CHECK_ISOLATION);
	probe_meddled(&l, &m);
	/* What was answered is told, and so is what was not. */
	cr_expect(m.told.err.kind == ERR_NONE, "%s", m.told.err.why);
	cr_expect(m.told.status == 2 || m.told.status == 5, "status %d", m.told.status);
	cr_expect_gt(count(m.told.rows.data, "|proven|"), 0);
	cr_expect_gt(count(m.told.rows.data, "|could not probe|"), 0);
	look_release(&l);
	cluster_start(own);
	after = fingerprint(db);
	cr_expect_str_eq(before, after, "something remains");
	release(&m);
	free(before);
	free(after);
	free(db);
	cluster_free(&own);
}

/* ---- defaults of the server, and who looks on ---- */

/* Like the probe by itself: as many leaks and proofs of the same things. */
static void expect_the_same(const char *conf, const char *set)
{
	struct cluster *own = cluster_new(conf);
	char *db = cluster_database_in(own, holes), *before, *after;
	struct look l;
	struct told t;

	free(cluster_sql(db, set));
	before = fingerprint(db);
	look_at(&l, db, CHECK_ISOLATION);
	probe(&l, &t, probe_all, ARRAY_SIZE(probe_all));
	cr_expect(said(&t, "r13_true|select|leaks"), "%s%s", conf ? conf : "", set);
	cr_expect(said(&t, "r20_check_true|insert|leaks"));
	cr_expect(said(&t, "r23_blind_delete|delete all|leaks"));
	cr_expect(said(&t, "base_orders|select|proven"));
	cr_expect(said(&t, "base_orders|insert|proven"));
	after = fingerprint(db);
	cr_expect_str_eq(before, after, "something remains");
	buf_release(&t.rows);
	err_release(&t.err);
	look_release(&l);
	free(before);
	free(after);
	free(db);
	cluster_free(&own);
}

LEAK_TEST(rls_safety, serializable_by_default)
{
	expect_the_same("default_transaction_isolation = serializable\n",
			"SELECT 1"); /* not SQL */
}

LEAK_TEST(rls_safety, read_only_by_default)
{
	expect_the_same("default_transaction_read_only = off\n",
			"ALTER ROLE seed_app SET default_transaction_read_only = on");
}

LEAK_TEST(rls_safety, triggers_off_by_default)
{
	expect_the_same(NULL,
			"DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET " /* not SQL */
			"session_replication_role = replica', current_database()); END $$");
}

/* Whatever is defined or dropped is refused here: no probe does. */
LEAK_TEST(rls_safety, no_probe_defines_anything)
{
	expect_the_same(NULL,
			"CREATE FUNCTION no_ddl() RETURNS event_trigger LANGUAGE plpgsql AS $$ "
			"BEGIN RAISE EXCEPTION 'no DDL here'; END $$; "
			"CREATE EVENT TRIGGER no_ddl ON ddl_command_start "
			"EXECUTE FUNCTION no_ddl(); "
			"SELECT lo_create(0) FROM generate_series(1, 3)"); /* not SQL */
}

/* ---- a pooler ---- */

LEAK_TEST(rls_safety, through_a_pooler_in_transaction_mode)
{
	struct cluster *own = cluster_new(NULL);
	char *db = cluster_database_in(own, holes), *before = fingerprint(db), *after, *pooled;
	struct look l;
	struct told t;

	cluster_pooler(own, "postgres");
	pooled = xasprintf("host=%s port=6432 user=postgres dbname=%s", cluster_host(own),
			   strstr(db, "dbname=") + 7);
	look_at(&l, pooled, CHECK_ISOLATION);
	probe(&l, &t, probe_all, ARRAY_SIZE(probe_all));
	cr_expect(said(&t, "r13_true|select|leaks"));
	cr_expect(said(&t, "base_orders|select|proven"));
	cr_expect(said(&t, "base_orders|insert|proven"));
	cr_expect(said(&t, "r32_immutable|select prepared|leaks"), "%s", t.rows.data);
	after = fingerprint(db);
	cr_expect_str_eq(before, after, "something remains");
	/* Nor does the pooled session keep a role, a setting or a statement. */
	free(after);
	after = cluster_sql(
		pooled, "SELECT current_user || coalesce(nullif(current_setting(" /* not SQL */
			"'app.tenant_id', true), ''), '') || (SELECT count(*) FROM "
			"pg_prepared_statements)");
	cr_expect_str_eq(after, "postgres0");
	buf_release(&t.rows);
	err_release(&t.err);
	look_release(&l);
	free(before);
	free(after);
	free(pooled);
	free(db);
	cluster_free(&own);
}

/* ---- somebody wants a table for himself ---- */

static void want_table(void *ctx)
{
	cr_expect_eq(PQsendQuery(ctx, "BEGIN; LOCK TABLE base_orders IN " /* not SQL */
				      "ACCESS EXCLUSIVE MODE"),
		     1);
}

LEAK_TEST(rls_safety, who_wants_a_table_for_himself_gets_it)
{
	struct cluster *own = cluster_new(NULL);
	char *db = cluster_database_in(own, holes);
	PGconn *pg = PQconnectdb(db);
	struct meddling m = { .at = 6, .act = want_table, .ctx = pg };
	struct look l;
	PGresult *r;

	look_at(&l, db, CHECK_ISOLATION);
	probe_meddled(&l, &m);
	/* No transaction of ours is open any more: there is nothing to wait for. */
	while ((r = PQgetResult(pg))) {
		cr_expect_eq(PQresultStatus(r), PGRES_COMMAND_OK, "%s", PQerrorMessage(pg));
		PQclear(r);
	}
	cr_expect_gt(count(m.told.rows.data, "|proven|"), 0);
	PQfinish(pg);
	release(&m);
	look_release(&l);
	free(db);
	cluster_free(&own);
}

/* ---- the schema changes meanwhile ---- */

static void change_schema(void *ctx)
{
	free(cluster_sql(ctx, "DROP TABLE r85_nullable CASCADE; " /* not SQL */
			      "ALTER TABLE r82_email RENAME tenant_id TO whose; " /* not SQL */
			      "ALTER TABLE r81_child DISABLE ROW LEVEL SECURITY")); /* not SQL */
}

LEAK_TEST(rls_safety, what_changes_half_way_is_not_taken_for_proven)
{
	static const char *const unproven[] = {
		"r85_nullable|select|proven", "r85_nullable|insert|proven",
		"r85_nullable|delete|proven", "r82_email|insert|proven",
		"r82_email|move|proven",      "r81_child|select|proven",
		"r81_child|update|proven",
	};
	struct cluster *own = cluster_new(NULL);
	char *db = cluster_database_in(own, holes), *before, *after;
	struct meddling m = { .at = 8, .act = change_schema, .ctx = db };
	struct look l;

	look_at(&l, db, CHECK_ISOLATION);
	probe_meddled(&l, &m);
	cr_expect(m.told.err.kind == ERR_NONE, "%s", m.told.err.why);
	for (size_t i = 0; i < ARRAY_SIZE(unproven); i++)
		cr_expect_not(said(&m.told, unproven[i]), "%s in\n%s", unproven[i],
			      m.told.rows.data);
	cr_expect(said(&m.told, "r85_nullable|select|could not probe"), "%s", m.told.rows.data);
	cr_expect(said(&m.told, "r82_email|insert|could not probe"));
	cr_expect(said(&m.told, "r81_child|select|leaks"));
	cr_expect(said(&m.told, "base_orders|insert|proven"));
	before = fingerprint(db);
	release(&m);
	look_release(&l);
	after = fingerprint(db);
	cr_expect_str_eq(before, after, "something was still under way");
	free(before);
	free(after);
	free(db);
	cluster_free(&own);
}

/* ---- who may not become anybody ---- */

LEAK_TEST(rls_safety, who_may_not_become_the_role_is_told)
{
	struct cluster *own = cluster_new(NULL);
	char *db = cluster_database_in(own, outside), *login;
	struct look l;
	struct told t;

	free(cluster_sql(db, "CREATE ROLE o_alone LOGIN BYPASSRLS; " /* not SQL */
			     "GRANT USAGE ON SCHEMA public TO o_alone; "
			     "GRANT SELECT ON ALL TABLES IN SCHEMA public TO o_alone"));
	login = xasprintf("%s user=o_alone", db);
	look_at(&l, login, CHECK_ISOLATION);
	probe(&l, &t, probe_all, ARRAY_SIZE(probe_all));
	cr_expect_gt(t.rows.len, 0);
	cr_expect_not(said(&t, "|proven|o_app"), "%s", t.rows.data);
	cr_expect_not(said(&t, "|leaks|o_app"), "%s", t.rows.data);
	cr_expect(said(&t, "calm_orders|select|could not probe|o_app"), "%s", t.rows.data);
	buf_release(&t.rows);
	err_release(&t.err);
	look_release(&l);
	free(login);
	free(db);
	cluster_free(&own);
}

/* ---- what stops a probe is said to be what it is ---- */

/* "relation|command|outcome|why" a line, then what else was said. */
static void why_row(void *ctx, const char *const *cells)
{
	struct told *t = ctx;

	buf_addf(&t->rows, "%s|%s|%s|%s\n", cells[0], cells[2], cells[3],
		 cells[8] ? cells[8] : "");
}

static void why_said(void *ctx, enum say how, const char *text)
{
	struct told *t = ctx;

	(void)how;
	buf_addf(&t->rows, "%s\n", text);
}

static void probe_why(struct look *l, struct told *t, const char *const *words, size_t n)
{
	static const struct host_ops ops = {
		.say = why_said,
		.table_begin = begin,
		.table_row = why_row,
		.table_end = nothing,
		.progress = progress,
	};
	struct host host = { .ops = &ops, .ctx = t, .session = l->session, .batch = true };

	*t = (struct told){ .rows = BUF_INIT, .loop = l->loop };
	command_words(&host, words, n, ended, t);
	loop_run(l->loop);
	cr_assert(t->err.kind == ERR_NONE, "%s", t->err.why);
}

/* One's name ends as the other's. */
static void add_counted(const char *db)
{
	static const char *const schemas[] = { "a_public", "public" };
	PGconn *pg = PQconnectdb(db);
	struct buf sql = BUF_INIT;

	buf_adds(&sql, "CREATE SCHEMA a_public; GRANT USAGE ON SCHEMA a_public TO tr_app;");
	for (size_t i = 0; i < ARRAY_SIZE(schemas); i++)
		buf_addf(&sql,
			 "SET search_path = %s, public; SELECT mk('counted', 'true');"
			 "ALTER TABLE counted ADD n bigint GENERATED ALWAYS AS IDENTITY;",
			 schemas[i]);
	PGresult *res = PQexec(pg, sql.data);

	cr_assert_eq(PQresultStatus(res), PGRES_COMMAND_OK, "%s", PQerrorMessage(pg));
	PQclear(res);
	PQfinish(pg);
	buf_release(&sql);
}

LEAK_TEST(rls_safety, what_stops_a_probe_is_what_is_said)
{
	static const char *const lines[] = {
		"mimic|select|leaks|",
		"mimic|insert|could not probe|new row violates",
		"mimic|move|could not probe|new row violates",
		"sound|insert|proven|new row violates",
		"columns_sound|update|proven|",
		"columns_sound|update all|proven|",
		"columns_open|update all|leaks|",
		"columns_open|move|refused|permission denied",
		"held|delete|leaks|no policy stopped it, only held_by_held_id_fkey did (23503)",
		"later|insert|could not probe|not at the end either (P0001)",
		"later|update|could not probe|not at the end either (P0001)",
		"later|delete|leaks|",
		"slow|select|could not probe|canceling statement",
		"slow|delete all|could not probe|not tried: others of it took too long",
		"only_read|insert|refused|the role has no such right",
		"public.by_trigger (trigger t)",
		" a_public.counted.n",
		" public.counted.n",
	};
	static const char *const never[] = { "only_read.n" };
	struct cluster *own = cluster_new(NULL);
	char *db = cluster_database_in(own, "tests/db/rls/trouble.sql"), *before, *after;
	struct look l;
	struct told t;

	add_counted(db);
	before = fingerprint(db);
	look_at(&l, db, CHECK_ISOLATION);
	probe_why(&l, &t, probe_all, ARRAY_SIZE(probe_all));
	for (size_t i = 0; i < ARRAY_SIZE(lines); i++)
		cr_expect(said(&t, lines[i]), "%s in\n%s", lines[i], t.rows.data);
	for (size_t i = 0; i < ARRAY_SIZE(never); i++)
		cr_expect_not(said(&t, never[i]), "%s in\n%s", never[i], t.rows.data);
	after = fingerprint(db);
	cr_expect_str_eq(before, after, "something remains");
	buf_release(&t.rows);
	err_release(&t.err);
	look_release(&l);
	free(before);
	free(after);
	free(db);
	cluster_free(&own);
}

/* Of what every tenant is shown nothing is leaked by reading: by writing it is. */
LEAK_TEST(rls_safety, what_all_are_shown_is_tried_by_writing)
{
	static const char *const lines[] = {
		"board|select|could not probe|every tenant is shown all its rows",
		"board|insert|proven|new row violates",
		"board|update|leaks|",
		"board|delete|proven|",
	};
	static const char *const read_only[] = { "rls", "probe", "board" };
	struct cluster *own = cluster_new(NULL);
	char *db = cluster_database_in(own, "tests/db/rls/trouble.sql");
	struct look l;
	struct told t;

	free(cluster_sql(
		db, "CREATE TABLE board AS SELECT id, tenant_id, " /* not SQL */
		    "'a'::text AS note, true AS is_public FROM sound; "
		    "ALTER TABLE board ADD PRIMARY KEY (id), " /* not SQL */
		    "ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY; "
		    "CREATE POLICY own ON board USING "
		    "(tenant_id = current_setting('app.tenant_id')::bigint); "
		    "CREATE POLICY shown ON board FOR SELECT USING (is_public); "
		    "CREATE POLICY changed ON board FOR UPDATE USING (is_public); "
		    "GRANT SELECT, INSERT, UPDATE, DELETE ON board TO tr_app; "
		    "ANALYZE board"));
	look_at(&l, db, CHECK_ISOLATION);
	probe_why(&l, &t, probe_all, ARRAY_SIZE(probe_all));
	for (size_t i = 0; i < ARRAY_SIZE(lines); i++)
		cr_expect(said(&t, lines[i]), "%s in\n%s", lines[i], t.rows.data);
	buf_release(&t.rows);
	probe_why(&l, &t, read_only, ARRAY_SIZE(read_only));
	cr_expect(said(&t, "board|select|could not probe|it has no rows but those that every "
			   "tenant is shown"),
		  "%s", t.rows.data);
	buf_release(&t.rows);
	err_release(&t.err);
	look_release(&l);
	free(db);
	cluster_free(&own);
}

LEAK_TEST(rls_safety, a_lock_is_said_to_be_one)
{
	struct cluster *own = cluster_new(NULL);
	char *db = cluster_database_in(own, "tests/db/rls/trouble.sql");
	PGconn *pg = PQconnectdb(db);
	struct look l;
	struct told t;

	look_at(&l, db, CHECK_ISOLATION);
	PQclear(PQexec(pg, "BEGIN")); /* not SQL */
	PQclear(PQexec(pg, "LOCK TABLE sound IN ACCESS EXCLUSIVE MODE")); /* not SQL */
	probe_why(&l, &t, probe_all, ARRAY_SIZE(probe_all));
	cr_expect(said(&t, "sound|select|could not probe|looking for two tenants failed: "
			   "somebody else has locked it (55P03)"),
		  "%s", t.rows.data);
	cr_expect(said(&t, "columns_sound|select|proven|"), "%s", t.rows.data);
	PQfinish(pg);
	buf_release(&t.rows);
	err_release(&t.err);
	look_release(&l);
	free(db);
	cluster_free(&own);
}

/* ---- a standby ---- */

LEAK_TEST(rls_safety, a_standby_is_read_and_not_written)
{
	struct cluster *own = cluster_new(NULL), *copy;
	char *db = cluster_database_in(own, "tests/db/rls/trouble.sql"), *there;
	struct look l;
	struct told t;

	copy = cluster_standby(own);
	there = xasprintf("host=%s user=postgres %s", cluster_host(copy), strstr(db, "dbname="));
	look_at(&l, there, CHECK_ISOLATION);
	probe_why(&l, &t, probe_all, ARRAY_SIZE(probe_all));
	cr_expect(said(&t, "mimic|select|leaks|"), "%s", t.rows.data);
	cr_expect(said(&t, "sound|select|proven|"));
	cr_expect(said(&t, "a standby cannot be written"));
	cr_expect_not(said(&t, "|insert|proven|"));
	cr_expect_not(said(&t, "|insert|leaks|"));
	buf_release(&t.rows);
	err_release(&t.err);
	look_release(&l);
	free(there);
	free(db);
	cluster_free(&copy);
	cluster_free(&own);
}

/* ---- a look that is left ---- */

LEAK_TEST(rls_safety, a_look_that_is_left_half_way_leaves_nothing)
{
	struct cluster *own = cluster_new(NULL);
	char *db = cluster_database_in(own, outside);
	struct look l;

	look_at(&l, db, CHECK_ISOLATION);
	rls_scan_start(l.session, CHECK_ISOLATION, scanned, &l, &l);
	db_forget(session_db(l.session), &l);
	look_release(&l);
	free(db);
	cluster_free(&own);
}
