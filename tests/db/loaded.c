/* SPDX-License-Identifier: MIT */
/* What was exported, as INSERTs, CSV and JSON, loads into PostgreSQL equal, whatever the types. */
#include "rows.h"

#include <sys/stat.h>

#include "base/path.h"
#include "command/export.h"
#include "support/cluster.h"

struct exported {
	bool done;
	struct err err;
	uint64_t rows;
};

static void on_exported(void *ctx, const struct err *err, uint64_t rows)
{
	struct exported *x = ctx;

	x->done = true;
	x->rows = rows;
	if (err)
		err_copy(&x->err, err);
}

/* All rows of the relation into a file. */
static void export_as(const char *db, const char *relation, const char *format,
		      const char *path)
{
	struct rows t;
	struct err err = ERR_INIT;
	struct exported x = { .err = ERR_INIT };
	const struct export_callbacks cb = { .done = on_exported, .ctx = &x };
	const struct export_request req = { .path = path, .format = format };
	bool ready = false;

	rows_session(&t, db);
	session_when_ready(t.session, READY_SCOPE, rows_ready, &ready);
	rows_until(&t, ready);
	const struct screendef *def = session_screen(t.session, relation, &err);
	cr_assert(def, "%s", err.why);
	t.r = rowset_new(t.session, def, NULL, rows_event, &t, &err);
	cr_assert(t.r, "%s", err.why);
	struct export *e = export_start(t.r, &req, &cb, &err);
	cr_assert(e, "%s", err.why);
	rows_until(&t, x.done);
	cr_assert_eq(x.err.kind, ERR_NONE, "%s as %s: %s", relation, format, x.err.why);
	cr_assert_gt(x.rows, 3);
	export_free(&e);
	rows_close(&t);
}

/* psql runs it as a file, which may say more than one thing. */
static void run_script(const char *db, const char *dir, const char *text)
{
	char *path = path_join(dir, "load.psql"), *include = xasprintf("\\i %s", path);
	struct err err = ERR_INIT;

	cr_assert(path_write(path, text, strlen(text), &err), "%s", err.why);
	free(cluster_sql(db, include));
	free(include);
	free(path);
}

/* All of a relation, as one text. */
static char *sum(const char *db, const char *relation)
{
	char *sql = xasprintf("SELECT count(*) || ' ' || md5(string_agg(t::text, '|' ORDER BY "
			      "t.id, t::text)) FROM %s AS t",
			      relation);
	char *out = cluster_sql(db, sql);

	free(sql);
	return out;
}

/* Which columns differ, for the message. */
static char *differences(const char *db, const char *relation)
{
	char *sql = xasprintf(
		"SELECT string_agg(DISTINCT a.key || ': ' || left(a.value::text, 80) || ' <> ' "
		"|| left(b.value::text, 80), chr(10)) FROM was AS w JOIN %s AS o ON o.id = w.id, "
		"json_each(row_to_json(w)) AS a JOIN LATERAL json_each(row_to_json(o)) AS b "
		"ON b.key = a.key WHERE a.value::text <> b.value::text",
		relation);
	char *out = cluster_sql(db, sql);

	free(sql);
	return out;
}

/* Whoever loads may have other habits than whoever exported. */
static const char habits[] =
	"DO $$ BEGIN EXECUTE format('ALTER DATABASE %1$I SET datestyle = ''SQL, DMY'';"
	"ALTER DATABASE %1$I SET timezone = ''America/St_Johns'';"
	"ALTER DATABASE %1$I SET intervalstyle = ''sql_standard'';"
	"ALTER DATABASE %1$I SET bytea_output = ''escape''', current_database()); END $$";

/* @R is the relation, @F the file. */
struct loading {
	const char *format, *script;
};
static const struct loading loadings[] = {
	{ "sql", "ALTER TABLE @R RENAME TO was;\n"
		 "CREATE TABLE @R (LIKE was INCLUDING ALL);\n\\i @F\n" },
	{ "csv", "ALTER TABLE @R RENAME TO was;\n"
		 "CREATE TABLE @R AS TABLE was WITH NO DATA;\n"
		 "\\set columns `head -n 1 @F | tr -d '\\r'`\n"
		 "COPY @R (:columns) FROM '@F' CSV HEADER;\n" },
	/* Its objects are flat: each value is what the text of one is cast from. */
	{ "json", "ALTER TABLE @R RENAME TO was;\n"
		  "CREATE TABLE @R AS TABLE was WITH NO DATA;\n\\set rows `cat @F`\n"
		  "SELECT format('INSERT INTO @R SELECT %s FROM "
		  "json_array_elements($rows$%s$rows$) AS l', "
		  "string_agg(format('(l->>%L)::%s', attname, format_type(atttypid, "
		  "atttypmod)), ', ' ORDER BY attnum), :'rows') FROM pg_attribute WHERE attrelid = "
		  "'@R'::regclass AND attnum > 0 \\gexec\n" },
};

static void add_script(struct buf *out, const char *script, const char *relation,
		       const char *path)
{
	for (const char *c = script; *c; c++) {
		if (*c == '@')
			buf_adds(out, *++c == 'R' ? relation : path);
		else
			buf_addc(out, *c);
	}
}

static void round_trip(const char *files, const char *relation, const struct loading *how)
{
	char *db = cluster_database(files), *dir = xstrdup("/tmp/souk-loaded-XXXXXX");
	struct err err = ERR_INIT;

	cr_assert(mkdtemp(dir));
	char *path = path_join(dir, "rows");
	free(cluster_sql(db, habits));
	export_as(db, relation, how->format, path);
	char *before = sum(db, relation);
	struct buf script = BUF_INIT;
	add_script(&script, how->script, relation, path);
	/* The server reads it, who is another user. */
	cr_assert_eq(chmod(dir, 0755), 0);
	cr_assert_eq(chmod(path, 0644), 0);
	run_script(db, dir, script.data);
	char *after = sum(db, relation), *why = differences(db, relation);
	cr_expect_str_eq(after, before, "%s as %s:\n%s", relation, how->format, why);
	cr_assert(path_remove_tree(dir, &err));
	buf_release(&script);
	free(before);
	free(after);
	free(why);
	free(path);
	free(dir);
	free(db);
}

Test(loaded, values_that_can_be_sorted, .timeout = 120)
{
	for (size_t i = 0; i < ARRAY_SIZE(loadings); i++)
		round_trip("tests/db/schemas/types.sql", "types", &loadings[i]);
}

Test(loaded, values_that_are_odd, .timeout = 120)
{
	for (size_t i = 0; i < ARRAY_SIZE(loadings); i++)
		round_trip("tests/db/schemas/odd_types.sql", "odd_types", &loadings[i]);
}
