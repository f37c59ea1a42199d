/* SPDX-License-Identifier: MIT */
/*
 * Every query file is prepared against the reference platform: it parses, its names exist, it
 * takes the parameters and returns the columns that its header promises.  Variables get the
 * values of the header's "-- example:" line.
 */
#include <criterion/criterion.h>
#include <libpq-fe.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "base/embed.h"
#include "base/path.h"
#include "base/vec.h"
#include "catalog/build.h"
#include "db/sql.h"
#include "support/cluster.h"

/* What is wrong with one file goes here, so that one run names them all. */
static void complain(struct buf *out, const struct sqlquery *q, const char *what,
		     const char *why)
{
	buf_addf(out, "%s", q->name);
	if (q->min_version)
		buf_addf(out, "@%d", q->min_version);
	buf_addf(out, ".sql: %s%s%s\n", what, *why ? ": " : "", why);
}

static bool expand(struct buf *text, const struct sqlquery *q, struct buf *out)
{
	VEC(struct sqlvar) vars = VEC_INIT;
	struct err err = ERR_INIT;
	bool ok;

	for (size_t i = 0; q->example[i]; i++) {
		const char *equals = strchr(q->example[i], '=');

		cr_assert(equals, "%s: \"%s\" is no var=value", q->name, q->example[i]);
		*VEC_PUSH(&vars) = (struct sqlvar){
			xstrndup(q->example[i], (size_t)(equals - q->example[i])),
			equals + 1,
		};
	}
	ok = sql_expand(text, q->text, vars.v, vars.len, &err);
	if (!ok)
		complain(out, q, err.why, "add it to the line \"-- example:\"");
	err_release(&err);
	for (size_t i = 0; i < vars.len; i++)
		free((char *)(uintptr_t)vars.v[i].name);
	VEC_RELEASE(&vars);
	return ok;
}

static size_t count(const char *const *words)
{
	size_t n = 0;

	while (words[n])
		n++;
	return n;
}

/* A word of the header may carry a type: name:type. */
static bool is_column(const char *word, const char *name)
{
	size_t n = strcspn(word, ":");

	return strlen(name) == n && memcmp(word, name, n) == 0;
}

static void check_described(const struct sqlquery *q, const PGresult *res, struct buf *out)
{
	struct buf got = BUF_INIT;
	bool same = count(q->columns) == 0 || count(q->columns) == (size_t)PQnfields(res);

	for (int i = 0; i < PQnfields(res); i++) {
		buf_addf(&got, " %s", PQfname(res, i));
		same = same && (!q->columns[0] || is_column(q->columns[i], PQfname(res, i)));
	}
	if (!same)
		complain(out, q, "the columns are not the header's", got.data);
	if (count(q->params) != (size_t)PQnparams(res)) {
		buf_clear(&got);
		buf_addf(&got, "%d instead of %zu", PQnparams(res), count(q->params));
		complain(out, q, "the number of parameters is not the header's", got.data);
	}
	buf_release(&got);
}

static void check(PGconn *pg, const struct sqlquery *q, struct buf *out)
{
	struct buf text = BUF_INIT;
	PGresult *res;

	if (expand(&text, q, out)) {
		res = PQprepare(pg, "", text.data, 0, NULL);
		if (PQresultStatus(res) != PGRES_COMMAND_OK) {
			complain(out, q, PQresultErrorMessage(res), "");
		} else {
			PQclear(res);
			res = PQdescribePrepared(pg, "");
			check_described(q, res, out);
		}
		PQclear(res);
	}
	buf_release(&text);
}

/* The platform, what the demo adds to it, and the names of extensions that are not here. */
static char *database(void)
{
	struct buf files = BUF_INIT;
	char *conninfo;

	buf_adds(&files, "tests/db/platform/install.sh");
	for (const struct embed *e = embed_sql; e->path; e++) {
		if (strncmp(e->path, "sql/demo/", strlen("sql/demo/")) == 0)
			buf_addf(&files, " %s", e->path);
	}
	buf_adds(&files, " tests/db/queries/citus.sql tests/db/queries/statements.sql");
	conninfo = cluster_database(files.data);
	buf_release(&files);
	return conninfo;
}

/* Prepare all that this server takes; returns the complaints. */
static struct buf check_all(const char *dir, size_t *checked)
{
	char *conninfo = database();
	struct err err = ERR_INIT;
	struct sqlset *set = sqlset_load(dir, &err);
	PGconn *pg = PQconnectdb(conninfo);
	const struct sqlquery *q;
	struct buf out = BUF_INIT;

	cr_assert(set, "%s: %s", err.what, err.why);
	cr_assert_eq(PQstatus(pg), CONNECTION_OK, "%s", PQerrorMessage(pg));
	/* as every transaction does */
	PQclear(PQexec(pg, "SET search_path = pg_catalog"));
	/* as a probe has done before it executes it */
	PQclear(PQexec(pg, "PREPARE souk_probe AS SELECT 'x'::text AS found")); /* not SQL */
	*checked = 0;
	for (size_t i = 0; (q = sqlset_at(set, i)); i++) {
		if (q->min_version > PQserverVersion(pg))
			continue;
		check(pg, q, &out);
		++*checked;
	}
	PQfinish(pg);
	sqlset_free(&set);
	free(conninfo);
	return out;
}

Test(queries, each_does_what_its_header_says)
{
	size_t checked;
	struct buf out = check_all(NULL, &checked);

	cr_assert(out.len == 0, "\n%s", out.data);
	cr_assert_gt(checked, 20);
	buf_release(&out);
}

/* They are sent before the server's version is known. */
Test(queries, the_catalog_is_asked_alike_on_every_version)
{
	struct err err = ERR_INIT;
	struct sqlset *set = sqlset_load(NULL, &err);

	cr_assert(set, "%s: %s", err.what, err.why);
	for (int part = 0; part < CATALOG_PARTS; part++) {
		const char *name = catalog_part_query((enum catalog_part)part);

		cr_expect_eq(sqlset_find(set, name, 0), sqlset_find(set, name, 150000),
			     "%s has a newer form", name);
	}
	sqlset_free(&set);
}

/* The check itself: each of these is found. */
Test(queries, wrong_ones_are_found)
{
	static const char *const wrong[][2] = {
		{ "no_relation", "-- summary: x\nSELECT 1 FROM commerce.nobody" },
		{ "columns", "-- summary: x\n-- columns: a b\nSELECT 1 AS b, 2 AS a" },
		{ "fewer", "-- summary: x\n-- columns: a\nSELECT 1 AS a, 2 AS b" },
		{ "params", "-- summary: x\n-- params: a:int\nSELECT 1" },
		{ "variable", "-- summary: x\nSELECT 1 FROM :\"t\"" },
		{ "path", "-- summary: x\nSELECT 1 FROM tenancy_tenants" },
	};
	char dir[] = "/tmp/souk-queries-XXXXXX";
	struct buf out;
	size_t checked;

	cr_assert(mkdtemp(dir));
	for (size_t i = 0; i < ARRAY_SIZE(wrong); i++) {
		char *path = xasprintf("%s/queries/wrong_%s.sql", dir, wrong[i][0]);
		struct err err = ERR_INIT;
		char *folder = path_join(dir, "queries");

		cr_assert(path_mkdirs(folder, &err));
		cr_assert(path_write(path, wrong[i][1], strlen(wrong[i][1]), &err));
		free(folder);
		free(path);
	}
	out = check_all(dir, &checked);
	for (size_t i = 0; i < ARRAY_SIZE(wrong); i++) {
		char *name = xasprintf("wrong_%s.sql: ", wrong[i][0]);

		cr_expect(strstr(out.data, name), "%s was not found in\n%s", name, out.data);
		free(name);
	}
	struct err err = ERR_INIT;

	cr_assert(path_remove_tree(dir, &err));
	buf_release(&out);
}
