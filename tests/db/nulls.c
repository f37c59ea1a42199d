/* SPDX-License-Identifier: MIT */
/* Columns that say NOT NULL, and rows that have a NULL there all the same: each is read. */
#include "rows.h"

enum { ROWS = 700 };

/* Every id from 1 to ROWS, on the way down and on the way up. */
static void expect_all(struct rows *t, const char *sort)
{
	for (int step = 1; step >= -1; step -= 2) {
		bool seen[ROWS + 1] = { false };
		struct err err = ERR_INIT;
		size_t n = 0;

		cr_assert(rowset_sort(t->r, sort, &err), "%s", err.why);
		rows_settle(t);
		if (step < 0)
			rowset_last(t->r);
		rows_settle(t);
		for (int page = 0; page < ROWS; page++) {
			size_t at = rowset_cursor(t->r);
			long id = strtol(rows_cell(t, at, "id"), NULL, 10);

			n += !seen[id];
			seen[id] = true;
			rowset_move(t->r, step);
			rows_settle(t);
		}
		cr_expect_null(rowset_error(t->r), "%s", rowset_error(t->r)->why);
		cr_expect_eq(n, ROWS, "%s, step %d: %zu rows", sort, step, n);
	}
}

static void expect_every_way(const char *sql)
{
	static const char *const sorts[] = { "x", "-x", "y x", "-y -x" };
	struct rows t;

	rows_open_relation(&t, sql, "x");
	for (size_t i = 0; i < sizeof sorts / sizeof *sorts; i++)
		expect_all(&t, sorts[i]);
	rows_close(&t);
}

Test(nulls, let_in_by_a_child, .timeout = 120)
{
	expect_every_way(
		"CREATE TABLE x (id int PRIMARY KEY, x int NOT NULL, y int NOT NULL);"
		"CREATE TABLE x1 (PRIMARY KEY (id)) INHERITS (x);"
		"CREATE TABLE x2 (PRIMARY KEY (id)) INHERITS (x1);"
		"DO $$ BEGIN ALTER TABLE x2 ALTER x DROP NOT NULL;"
		" EXCEPTION WHEN OTHERS THEN NULL; END $$;"
		"INSERT INTO x SELECT i, i % 30, i % 2 FROM generate_series(1, 300) AS i;"
		"INSERT INTO x2 SELECT i, CASE WHEN i % 3 > 0 OR"
		" (SELECT attnotnull FROM pg_attribute WHERE attrelid = 'x2'::regclass"
		" AND attname = 'x') THEN i % 30 END, i % 2 FROM generate_series(301, 700) AS "
		"i");
}

/* CREATE DOMAIN, Notes: a sub-query without a row is a NULL that no constraint sees. */
Test(nulls, let_in_by_a_domain, .timeout = 120)
{
	expect_every_way(
		"CREATE DOMAIN d AS int NOT NULL;"
		"CREATE TABLE x (id int PRIMARY KEY, x d, y int NOT NULL);"
		"INSERT INTO x SELECT i, i % 30, i % 2 FROM generate_series(1, 400) AS i;"
		"INSERT INTO x SELECT i, (SELECT x FROM x WHERE false), i % 2"
		" FROM generate_series(401, 700) AS i");
}

/* PostgreSQL 18; a server before it has no such constraint, and nothing to be misled by. */
Test(nulls, there_before_the_constraint, .timeout = 120)
{
	expect_every_way(
		"CREATE TABLE x (id int PRIMARY KEY, x int, y int NOT NULL);"
		"INSERT INTO x SELECT i, nullif(i % 30, 7), i % 2 FROM generate_series(1, 700) "
		"AS i;"
		"DO $$ BEGIN"
		" IF current_setting('server_version_num')::int >= 180000"
		" THEN EXECUTE 'ALTER TABLE x ADD CONSTRAINT n NOT NULL x NOT VALID'; END IF;"
		" END $$");
}

/* What another server holds is only declared. */
Test(nulls, of_a_foreign_table)
{
	static const char sql[] =
		"CREATE FOREIGN DATA WRAPPER w; CREATE SERVER s FOREIGN DATA WRAPPER w;"
		"CREATE TABLE x (id int NOT NULL, x int NOT NULL) PARTITION BY RANGE (id);"
		"CREATE TABLE x1 PARTITION OF x FOR VALUES FROM (1) TO (9);"
		"CREATE TABLE z (id int NOT NULL, x int NOT NULL) PARTITION BY RANGE (id);"
		"CREATE FOREIGN TABLE z1 PARTITION OF z FOR VALUES FROM (1) TO (9) SERVER s;"
		"CREATE TABLE y (id int NOT NULL)";
	struct rows t;
	struct err err = ERR_INIT;

	rows_open_relation(&t, sql, "y");
	const struct catalog *c = session_catalog(t.session);
	const struct relation *here = catalog_find(c, "x", &err),
			      *there = catalog_find(c, "z1", &err),
			      *both = catalog_find(c, "z", &err);

	cr_assert(here && there && both);
	cr_expect(relation_column(here, "x")->never_null);
	cr_expect(relation_column(there, "x")->not_null);
	cr_expect_not(relation_column(there, "x")->never_null);
	cr_expect_not(relation_column(both, "x")->never_null);
	rows_close(&t);
}
