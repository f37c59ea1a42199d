/* SPDX-License-Identifier: MIT */
#include <criterion/criterion.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/path.h"
#include "db/sql.h"
#include "support/leak.h"

/* A folder such as --sql takes, with these files. */
static char *folder(const char *const files[][2], size_t n)
{
	char *dir = xstrdup("/tmp/souk-sql-XXXXXX");
	struct err err = ERR_INIT;

	cr_assert(mkdtemp(dir));
	for (size_t i = 0; i < n; i++) {
		char *path = path_join(dir, files[i][0]);
		char *slash = strrchr(path, '/');

		*slash = '\0';
		cr_assert(path_mkdirs(path, &err));
		*slash = '/';
		cr_assert(path_write(path, files[i][1], strlen(files[i][1]), &err));
		free(path);
	}
	return dir;
}

static void remove_folder(char *dir)
{
	struct err err = ERR_INIT;

	cr_assert(path_remove_tree(dir, &err));
	free(dir);
}

static struct sqlset *load(const char *const files[][2], size_t n)
{
	char *dir = folder(files, n);
	struct err err = ERR_INIT;
	struct sqlset *set = sqlset_load(dir, &err);

	cr_assert(set, "%s: %s", err.what, err.why);
	remove_folder(dir);
	return set;
}

/* The complaint about one file. */
static char *complaint(const char *name, const char *text)
{
	const char *const files[][2] = { { name, text } };
	char *dir = folder(files, 1);
	struct err err = ERR_INIT;
	struct sqlset *set = sqlset_load(dir, &err);
	char *said;

	cr_assert_null(set, "%s was taken", text);
	said = err_text(&err);
	err_release(&err);
	remove_folder(dir);
	return said;
}

LEAK_TEST(sql, shipped_set_loads)
{
	struct err err = ERR_INIT;
	struct sqlset *set = sqlset_load(NULL, &err);
	const struct sqlquery *q, *last = NULL;

	cr_assert(set, "%s: %s", err.what, err.why);
	cr_assert_str_eq(sqlset_get(set, "scope", 150000)->columns[0], "settings");
	for (size_t i = 0; (q = sqlset_at(set, i)); i++) {
		cr_expect(*q->summary, "%s has no summary", q->name);
		cr_expect(!last || strcmp(last->name, q->name) < 0 ||
			  last->min_version < q->min_version);
		last = q;
	}
	sqlset_free(&set);
}

/* What the program gives back at rest is not needed for a line that is said again and again. */
LEAK_TEST(sql, short_texts_are_copied_when_they_are_asked_for)
{
	struct err err = ERR_INIT;
	struct sqlset *set = sqlset_load(NULL, &err);
	const char *text = sqlset_find(set, "scope", 0)->text;
	const char *state = sqlset_find(set, "catalog_state", 0)->text;

	cr_assert_neq(sqlset_get(set, "scope", 0)->text, text);
	cr_assert_str_eq(sqlset_get(set, "scope", 0)->text, text);
	cr_assert_eq(sqlset_get(set, "scope", 0)->text, sqlset_find(set, "scope", 0)->text);
	cr_assert_eq(sqlset_get(set, "catalog_state", 0)->text, state);
	sqlset_free(&set);
}

LEAK_TEST(sql, header)
{
	static const char *const files[][2] = {
		{ "queries/roles.sql", "-- summary: every role\n"
				       "-- params: name:text, limit:int\n"
				       "-- columns: oid rolname\n"
				       "--          rolcanlogin\n"
				       "-- columns: more\n"
				       "-- Prose about it: with a colon.\n"
				       "-- example: schema=commerce t=a\n"
				       "\nSELECT 1 -- summary: no header\n  FROM x;\n\n" },
		{ "queries/bare.sql", "-- summary: nothing else\n-- params: none\nSELECT 2" },
	};
	struct sqlset *set = load(files, ARRAY_SIZE(files));
	const struct sqlquery *q = sqlset_get(set, "roles", 150000);

	cr_assert_str_eq(q->name, "roles");
	cr_assert_str_eq(q->summary, "every role");
	cr_assert_str_eq(q->params[0], "name:text");
	cr_assert_str_eq(q->params[1], "limit:int");
	cr_assert_null(q->params[2]);
	cr_assert_str_eq(q->columns[2], "rolcanlogin");
	cr_assert_str_eq(q->columns[3], "more");
	cr_assert_null(q->columns[4]);
	cr_assert_str_eq(q->example[1], "t=a");
	cr_assert_str_eq(q->text, "\nSELECT 1 -- summary: no header\n  FROM x");
	q = sqlset_get(set, "bare", 150000);
	cr_assert_null(q->params[0]);
	cr_assert_null(q->columns[0]);
	sqlset_free(&set);
}

LEAK_TEST(sql, what_queries_have_in_common)
{
	static const char *const files[][2] = {
		{ "queries/a.sql", "-- summary: a\n-- fragments: own.held own.rest\n"
				   "WITH h AS (:held) SELECT ':held', 1::int FROM h :rest" },
		{ "fragments/own.sql", "-- fragment: held\nSELECT 2\n-- fragment: rest\nLIMIT 3" },
	};
	struct sqlset *set = load(files, ARRAY_SIZE(files));

	cr_assert_str_eq(sqlset_get(set, "a", 0)->text,
			 "WITH h AS (SELECT 2) SELECT ':held', 1::int FROM h LIMIT 3");
	sqlset_free(&set);
}

LEAK_TEST(sql, the_highest_version_that_fits)
{
	static const char *const files[][2] = {
		{ "queries/q@170000.sql", "-- summary: c\nSELECT 17" },
		{ "queries/q.sql", "-- summary: a\nSELECT 15" },
		{ "queries/q@160000.sql", "-- summary: b\nSELECT 16" },
		{ "queries/new@180000.sql", "-- summary: d\nSELECT 18" },
	};
	struct sqlset *set = load(files, ARRAY_SIZE(files));

	cr_assert_str_eq(sqlset_find(set, "q", 150018)->text, "SELECT 15");
	cr_assert_str_eq(sqlset_find(set, "q", 160000)->text, "SELECT 16");
	cr_assert_str_eq(sqlset_find(set, "q", 169999)->text, "SELECT 16");
	cr_assert_str_eq(sqlset_find(set, "q", 180001)->text, "SELECT 17");
	cr_assert_str_eq(sqlset_find(set, "q", 0)->text, "SELECT 17");
	cr_assert_null(sqlset_find(set, "new", 170000));
	cr_assert_null(sqlset_find(set, "absent", 0));
	sqlset_free(&set);
}

LEAK_TEST(sql, a_folder_replaces_what_it_has)
{
	static const char *const files[][2] = {
		{ "queries/scope.sql", "-- summary: mine\nSELECT 'mine'" },
		{ "queries/.hidden.sql", "no header" },
		{ "queries/notes.txt", "no header" },
		{ "fragments/txn.sql", "-- fragment: commit\nCOMMIT AND CHAIN\n" },
	};
	struct sqlset *set = load(files, ARRAY_SIZE(files));

	cr_assert_str_eq(sqlset_get(set, "scope", 0)->text, "SELECT 'mine'");
	cr_assert_str_eq(sqlset_fragment(set, "txn.commit"), "COMMIT AND CHAIN");
	cr_assert_str_eq(sqlset_fragment(set, "txn.rollback"), "ROLLBACK");
	sqlset_free(&set);
}

LEAK_TEST(sql, fragments)
{
	static const char *const files[][2] = {
		{ "fragments/f.sql", "-- What this is.\n\n"
				     "-- fragment: one\nSELECT 1\n  -- inside\n FROM x\n\n"
				     "-- About the second.\n-- more\n"
				     "-- fragment: two  \n\n:'v' :\"i\"\n" },
	};
	struct sqlset *set = load(files, ARRAY_SIZE(files));
	const struct sqlvar vars[] = { { "v", "it's" }, { "i", "n" } };
	struct buf out = BUF_INIT;

	cr_assert_str_eq(sqlset_fragment(set, "f.one"), "SELECT 1\n  -- inside\n FROM x");
	sql_fragment(&out, set, "f.two", vars, ARRAY_SIZE(vars));
	cr_assert_str_eq(out.data, "\n'it''s' \"n\"");
	buf_release(&out);
	sqlset_free(&set);
}

LEAK_TEST(sql, broken_files_are_named_with_their_line)
{
	static const struct {
		const char *name, *text, *says;
	} cases[] = {
		{ "queries/a.sql", "SELECT 1", "queries/a.sql:0: a query begins with" },
		{ "queries/a.sql", "-- summary:\nSELECT 1",
		  "queries/a.sql:1: a query begins with" },
		{ "queries/a.sql", "-- summary: x\n\n;\n", "there is no statement" },
		{ "queries/a.sql", "-- summary: x\n-- columnz: a\nSELECT 1",
		  "queries/a.sql:2: unknown header \"columnz\" (did you mean \"columns\"?)" },
		{ "queries/a@sixteen.sql", "-- summary: x\nSELECT 1", "a server version" },
		{ "queries/a@16.sql", "-- summary: x\nSELECT 1", "a server version" },
		{ "fragments/f.sql", "SELECT 1\n-- fragment: x\n",
		  "f.sql:1: text before the first" },
		{ "queries/a.sql", "-- summary: x\n-- fragments: f.none\nSELECT (:none)",
		  "a: there is no fragment \"f.none\"" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		char *said = complaint(cases[i].name, cases[i].text);

		cr_expect(strstr(said, cases[i].says), "%s instead of %s", said, cases[i].says);
		free(said);
	}
}

LEAK_TEST(sql, a_missing_folder_is_an_error)
{
	struct err err = ERR_INIT;

	cr_assert_null(sqlset_load("/nowhere/at/all", &err));
	cr_assert_str_eq(err.what, "/nowhere/at/all");
	err_release(&err);
}

Test(sql, a_missing_query_is_a_bug, .signal = SIGABRT)
{
	struct err err = ERR_INIT;

	sqlset_get(sqlset_load(NULL, &err), "absent", 0);
}

Test(sql, a_missing_fragment_is_a_bug, .signal = SIGABRT)
{
	struct err err = ERR_INIT;

	sqlset_fragment(sqlset_load(NULL, &err), "txn.absent");
}

Test(sql, an_unknown_variable_of_a_fragment_is_a_bug, .signal = SIGABRT)
{
	struct err err = ERR_INIT;
	struct buf out = BUF_INIT;

	sql_fragment(&out, sqlset_load(NULL, &err), "txn.set-local", NULL, 0);
}
