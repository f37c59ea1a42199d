/* SPDX-License-Identifier: MIT */
/* The installer: order, record, refusals, and where an error is. */
#include "base/alloc.h"
#include "base/embed.h"
#include "support/client.h"
#include "db/migrate.h"
#include "support/cluster.h"
#include "support/leak.h"

#define FILE_OF(name, body) { "sql/migrations/" name ".sql", body, sizeof(body) - 1 }
#define FIRST                                                                                 \
	"-- The record, and something to stand on.\n"                                          \
	"CREATE SCHEMA commerce;\n"                                                            \
	"CREATE TABLE commerce.schema_migrations (number integer PRIMARY KEY,\n"               \
	"	name text NOT NULL, checksum text NOT NULL,\n"                                    \
	"	applied_at timestamptz NOT NULL DEFAULT now(),\n"                                 \
	"	applied_by text NOT NULL DEFAULT session_user);\n"
#define SECOND "CREATE TABLE commerce.t (x int);\nINSERT INTO commerce.t VALUES (1);\n"
#define THIRD  "DO $$ BEGIN INSERT INTO commerce.t VALUES (3); END $$;\n"

/* The table is in no order, as a folder may be. */
static const struct embed three[] = {
	FILE_OF("0002_second", SECOND), FILE_OF("0001_first", FIRST), FILE_OF("0010_third", THIRD),
	{ "sql/queries/other.sql", "nonsense", 8 }, { 0 },
};

struct run {
	struct client c;
	struct migrate *m;
	bool done;
	struct err err;
	struct buf told;
};

static void done(void *ctx, const struct err *err)
{
	struct run *r = ctx;

	r->done = true;
	if (err)
		err_copy(&r->err, err);
}

static void progress(void *ctx, const char *name)
{
	struct run *r = ctx;

	buf_addf(&r->told, "%s ", name);
}

static void open_run(struct run *r, const char *conninfo, const struct embed *files)
{
	*r = (struct run){ .told = BUF_INIT };
	client_open(&r->c, conninfo);
	r->m = migrate_new(r->c.db, files);
	migrate_progress(r->m, progress, r);
}

static bool look(struct run *r)
{
	r->done = false;
	migrate_look(r->m, done, r);
	client_until(&r->c, r->done);
	return r->err.kind == ERR_NONE;
}

static bool apply(struct run *r)
{
	r->done = false;
	migrate_run(r->m, false, done, r);
	client_until(&r->c, r->done);
	return r->err.kind == ERR_NONE;
}

static void close_run(struct run *r)
{
	migrate_free(&r->m);
	client_close(&r->c);
	err_release(&r->err);
	buf_release(&r->told);
}

/* Look, expect a refusal with these words, and that nothing was written. */
static void refused(const char *conninfo, const struct embed *files, const char *what,
		    const char *why)
{
	struct run r;

	open_run(&r, conninfo, files);
	cr_assert_not(look(&r));
	cr_expect_str_eq(r.err.what, what);
	cr_expect(strstr(r.err.why, why), "%s", r.err.why);
	cr_expect_not_null(r.err.hint);
	close_run(&r);
}

static void install(const char *conninfo, const struct embed *files)
{
	struct run r;

	open_run(&r, conninfo, files);
	cr_assert(look(&r), "%s", r.err.why);
	cr_assert(apply(&r), "%s", r.err.why);
	close_run(&r);
}

static void expect_value(const char *conninfo, const char *sql, const char *expected)
{
	char *value = cluster_sql(conninfo, sql);

	cr_expect_str_eq(value, expected, "%s: %s", sql, value);
	free(value);
}

LEAK_TEST(migrate, applies_in_order_and_once)
{
	char *conninfo = cluster_database("");
	struct run r;

	open_run(&r, conninfo, three);
	cr_assert(look(&r));
	cr_expect_not(migrate_installed(r.m));
	cr_expect_eq(migrate_len(r.m), 3);
	cr_expect_eq(migrate_due(r.m), 3);
	cr_assert(apply(&r), "%s", r.err.why);
	cr_expect_str_eq(r.told.data, "0001_first 0002_second 0010_third ");
	cr_expect(migrate_installed(r.m));
	cr_expect_eq(migrate_due(r.m), 0);
	cr_expect_str_eq(migrate_at(r.m, 2)->name, "0010_third");
	cr_expect_str_eq(migrate_at(r.m, 2)->applied_by, "postgres");
	cr_assert(apply(&r), "%s", r.err.why);
	expect_value(conninfo, "SELECT string_agg(x::text, ',' ORDER BY x) FROM commerce.t", "1,3");
	expect_value(conninfo, "SELECT string_agg(number || name, ',' ORDER BY number) "
			       "FROM commerce.schema_migrations", "1first,2second,10third");
	close_run(&r);
	free(conninfo);
}

LEAK_TEST(migrate, the_checksum_is_sha256_of_the_file)
{
	char *conninfo = cluster_database("");

	install(conninfo, three);
	expect_value(conninfo, "SELECT checksum = encode(sha256('" SECOND "'::bytea), 'hex') "
			       "FROM commerce.schema_migrations WHERE number = 2", "t");
	free(conninfo);
}

LEAK_TEST(migrate, an_upgrade_applies_what_is_new)
{
	static const struct embed two[] = { FILE_OF("0001_first", FIRST),
					    FILE_OF("0002_second", SECOND), { 0 } };
	char *conninfo = cluster_database("");
	struct run r;

	install(conninfo, two);
	open_run(&r, conninfo, three);
	cr_assert(look(&r));
	cr_expect_eq(migrate_due(r.m), 1);
	cr_assert(apply(&r));
	cr_expect_str_eq(r.told.data, "0010_third ");
	close_run(&r);
	free(conninfo);
}

LEAK_TEST(migrate, refuses_what_it_does_not_understand)
{
	static const struct embed changed[] = { FILE_OF("0001_first", FIRST),
						FILE_OF("0002_second", SECOND "-- more"), { 0 } };
	static const struct embed renamed[] = { FILE_OF("0001_first", FIRST),
						FILE_OF("0002_zweite", SECOND), { 0 } };
	static const struct embed older[] = { FILE_OF("0001_first", FIRST), { 0 } };
	static const struct embed between[] = { FILE_OF("0001_first", FIRST),
						FILE_OF("0002_second", SECOND),
						FILE_OF("0003_late", "SELECT 1"),
						FILE_OF("0010_third", THIRD), { 0 } };
	char *conninfo = cluster_database("");

	install(conninfo, three);
	refused(conninfo, changed, "0002_second", "changed after");
	refused(conninfo, renamed, "0002_zweite", "changed after");
	refused(conninfo, older, "second", "not known");
	refused(conninfo, between, "0003_late", "never applied here, though 0010_third was");
	free(conninfo);
}

LEAK_TEST(migrate, refuses_a_schema_of_somebody_else)
{
	char *conninfo = cluster_database("");

	free(cluster_sql(conninfo, "CREATE SCHEMA commerce CREATE TABLE theirs ()"));
	refused(conninfo, three, "schema commerce", "with 1 relations of postgres");
	free(conninfo);
}

LEAK_TEST(migrate, a_failure_names_the_line_and_leaves_the_rest)
{
	static const struct embed broken[] = {
		FILE_OF("0001_first", FIRST),
		FILE_OF("0002_broken", "CREATE TABLE commerce.t (x int);\n\n-- Zählt nicht.\n"
				       "INSERT INTO commerce.t\nSELECT 'ä', nosuch;\n"
				       "SELECT 1;\n"),
		{ 0 },
	};
	char *conninfo = cluster_database("");
	struct run r;

	open_run(&r, conninfo, broken);
	cr_assert(look(&r));
	cr_assert_not(apply(&r));
	cr_expect_str_eq(r.err.what, "0002_broken.sql:5");
	cr_expect_str_eq(r.err.sqlstate, "42703");
	expect_value(conninfo, "SELECT to_regclass('commerce.t') IS NULL", "t");
	expect_value(conninfo, "SELECT string_agg(name, ',') FROM commerce.schema_migrations",
		     "first");
	close_run(&r);
	free(conninfo);
}

LEAK_TEST(migrate, two_at_once_install_once)
{
	static const struct embed slow[] = { FILE_OF("0001_first", FIRST),
					     FILE_OF("0002_second", SECOND "SELECT pg_sleep(0.3)"),
					     { 0 } };
	char *conninfo = cluster_database("");
	struct run a, b;

	open_run(&a, conninfo, slow);
	open_run(&b, conninfo, slow);
	cr_assert(look(&a) && look(&b));
	a.done = b.done = false;
	migrate_run(a.m, false, done, &a);
	migrate_run(b.m, false, done, &b);
	for (int i = 0; i < 1000 && !(a.done && b.done); i++) {
		client_pass(&a.c, 5);
		client_pass(&b.c, 5);
	}
	cr_expect_eq(a.err.kind, ERR_NONE, "%s", a.err.why);
	cr_expect_eq(b.err.kind, ERR_NONE, "%s", b.err.why);
	expect_value(conninfo, "SELECT count(*) FROM commerce.t", "1");
	close_run(&a);
	close_run(&b);
	free(conninfo);
}

LEAK_TEST(migrate, a_script_leaves_no_record)
{
	char *conninfo = cluster_database("");
	struct run r;

	open_run(&r, conninfo, three);
	migrate_script(r.m, "words", "CREATE TABLE a (x int); INSERT INTO a VALUES (7);", done, &r);
	client_until(&r.c, r.done);
	cr_expect_eq(r.err.kind, ERR_NONE);
	expect_value(conninfo, "SELECT x FROM a", "7");
	close_run(&r);
	free(conninfo);
}

/* What it is called is told long after who asked has forgotten it. */
LEAK_TEST(migrate, a_script_that_fails_is_named)
{
	char *conninfo = cluster_database("");
	char *name = xstrdup("words");
	struct run r;

	open_run(&r, conninfo, three);
	migrate_script(r.m, name, "CREATE TABLE a (x int);\nINSERT INTO b VALUES (7);", done, &r);
	memset(name, '?', strlen(name));
	free(name);
	client_until(&r.c, r.done);
	cr_expect_str_eq(r.err.what, "words.sql:2");
	expect_value(conninfo, "SELECT pg_catalog.to_regclass('a') IS NULL", "t");
	close_run(&r);
	free(conninfo);
}

/* The platform itself. */
LEAK_TEST(migrate, the_shipped_files_install)
{
	char *conninfo = cluster_database("");

	install(conninfo, embed_sql);
	expect_value(conninfo, "SELECT count(*) > 10 FROM commerce.schema_migrations", "t");
	free(conninfo);
}
