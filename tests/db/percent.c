/* SPDX-License-Identifier: MIT */
/* Going to N %: as near as the statistics tell. */
#include "rows.h"

#include <math.h>

#include "support/cluster.h"

static const char screen[] = "[screen]\ntitle = Shared\nkind = grid\nrelation = public.shared\n"
			     "key = tenant, n\norder = tenant, n\n";

/* Which part of the rows lies before the cursor's, in ascending order. */
static double before(const struct rows *t, const char *db)
{
	size_t at = rowset_cursor(t->r);
	char *tenant = xstrdup(rows_cell(t, at, "tenant"));
	char *sql = xasprintf("SELECT count(*) FROM shared WHERE (tenant, n) < ('%s', %s)", tenant,
			      rows_cell(t, at, "n"));
	char *rows = cluster_sql(db, sql);
	double part = strtod(rows, NULL) / 20000;

	free(rows);
	free(sql);
	free(tenant);
	return part;
}

/* Few values are common to nearly all rows, as tenants are: within them the next column tells. */
Test(percent, of_common_values, .timeout = 60)
{
	static const double parts[] = { 0.10, 0.25, 0.50, 0.80, 0.95 };
	static const char *const sorts[] = { "tenant", "-tenant" };
	char *db = cluster_database("");
	struct err err = ERR_INIT;
	struct rows t;

	free(cluster_sql(db,
			 "CREATE DOMAIN word AS text COLLATE \"C\";"
			 "CREATE TABLE shared (tenant word, n integer, PRIMARY KEY (tenant, n));"
			 "INSERT INTO shared SELECT CASE WHEN n % 10 < 6 THEN 'a' "
			 "WHEN n % 10 < 9 THEN 'B' ELSE 'c' || n % 7 END, n "
			 "FROM generate_series(1, 20000) AS n; ANALYZE shared"));
	rows_open(&t, db, "shared", screen, NULL, 10);
	rows_settle(&t);
	for (size_t i = 0; i < ARRAY_SIZE(parts) * ARRAY_SIZE(sorts); i++) {
		double part = parts[i / ARRAY_SIZE(sorts)], seen;
		const char *sort = sorts[i % ARRAY_SIZE(sorts)];

		cr_assert(rowset_sort(t.r, sort, &err), "%s", err.why);
		rows_settle(&t);
		cr_assert(rowset_percent(t.r, part * 100, &err), "%s", err.why);
		rows_settle(&t);
		cr_expect_null(rowset_error(t.r));
		seen = before(&t, db);
		cr_expect_lt(fabs(seen - (*sort == '-' ? 1 - part : part)), 0.03, "%s %g: %g",
			     sort, part, seen);
	}
	rows_close(&t);
	free(db);
}

/* An array's elements are no values of the column. */
Test(percent, of_arrays)
{
	char *db = cluster_database("");
	struct err err = ERR_INIT;
	struct rows t;

	free(cluster_sql(db, "CREATE TABLE shared (tenant integer[], n integer, "
			     "PRIMARY KEY (tenant, n));"
			     "INSERT INTO shared SELECT ARRAY[n % 3, n], n "
			     "FROM generate_series(1, 1000) AS n; ANALYZE shared"));
	rows_open(&t, db, "shared", screen, NULL, 10);
	rows_settle(&t);
	cr_assert(rowset_percent(t.r, 50, &err), "%s", err.why);
	rows_settle(&t);
	cr_expect(rowset_error(t.r) && strstr(rowset_error(t.r)->why, "no statistics tell"));
	rows_close(&t);
	free(db);
}

/* Partitions and heirs are read with their table: what the server knows of all of them counts;
 * the ends of the values tell nothing of where they are dense. */
Test(percent, of_partitions)
{
	static const char *const tables[] = {
		"CREATE TABLE shared (tenant text NOT NULL, n integer NOT NULL, "
		"PRIMARY KEY (n)) PARTITION BY RANGE (n);"
		"CREATE TABLE s1 PARTITION OF shared FOR VALUES FROM (0) TO (1000);"
		"CREATE TABLE s2 PARTITION OF shared DEFAULT;",
		"CREATE TABLE shared (tenant text NOT NULL, n integer PRIMARY KEY);"
		"CREATE TABLE s1 (PRIMARY KEY (n)) INHERITS (shared);"
		"INSERT INTO shared SELECT 'p', n FROM generate_series(2000001, 2000010) AS n;",
	};
	struct err err = ERR_INIT;

	for (size_t i = 0; i < ARRAY_SIZE(tables); i++) {
		char *sql = xasprintf(
			"%sINSERT INTO %s SELECT 'a', n FROM generate_series(1, 900) AS n;"
			"INSERT INTO shared SELECT 'a', 1000 * n "
			"FROM generate_series(1, 100) AS n; ANALYZE shared",
			tables[i], i ? "s1" : "shared");
		struct rows t;

		rows_open_relation(&t, sql, "shared");
		free(sql);
		cr_assert(rowset_sort(t.r, "n", &err), "%s", err.why);
		rows_settle(&t);
		cr_assert(rowset_percent(t.r, 50, &err), "%s", err.why);
		rows_settle(&t);
		cr_expect_null(rowset_error(t.r));
		cr_expect_lt(strtol(rows_cell(&t, rowset_cursor(t.r), "n"), NULL, 10), 600,
			     "%zu: %s", i, rows_cell(&t, rowset_cursor(t.r), "n"));
		rows_close(&t);
	}
}

static uint64_t statements(const struct rows *t)
{
	struct db_counters n;

	db_counters(session_db(t->session), &n);
	return n.statements;
}

/* Where a key lies is known by the bounds that came with the estimate: nothing is asked but the
 * page, and those beside it; and the page tells it when it comes. */
Test(percent, of_a_key)
{
	static const struct {
		const char *sort;
		double part;
	} sorts[] = { { "n", 0.95 }, { "-n", 0.05 }, { "day", 0.95 }, { "id", 0.95 } };
	enum { PAGE = 5 /* BEGIN, scope, time, page, ROLLBACK */ };
	struct err err = ERR_INIT;
	struct rows t;
	uint64_t before;

	rows_open_relation(&t,
			   "CREATE TABLE keys (n integer PRIMARY KEY, day date NOT NULL UNIQUE, "
			   "id uuid NOT NULL UNIQUE, word text NOT NULL UNIQUE);"
			   "INSERT INTO keys SELECT i, date '1980-01-01' + i, "
			   "CAST(lpad(to_hex(i * 100000), 8, '0') || repeat('0', 24) AS uuid), "
			   "'w' || i FROM generate_series(1, 20000) AS i; ANALYZE keys",
			   "keys");
	for (size_t i = 0; i < ARRAY_SIZE(sorts); i++) {
		cr_assert(rowset_sort(t.r, sorts[i].sort, &err), "%s", err.why);
		rows_settle(&t);
		before = statements(&t);
		cr_assert(rowset_goto(t.r, "19000", &err), "%s", err.why);
		rows_until(&t, !rowset_leaving(t.r));
		cr_expect_str_eq(rows_cell(&t, rowset_cursor(t.r), "n"), "19000");
		cr_expect_lt(fabs(rowset_part(t.r) - sorts[i].part), 0.01, "%s: %f",
			     sorts[i].sort, rowset_part(t.r));
		rows_settle(&t);
		cr_expect_lt(fabs(rowset_part(t.r) - sorts[i].part), 0.01, "%s: %f",
			     sorts[i].sort, rowset_part(t.r));
		/* By another column than the key, the row is looked up first. */
		cr_expect_leq(statements(&t) - before, (i < 2 ? 3 : 4) * PAGE, "%s",
			      sorts[i].sort);
	}
	/* Of words only the server knows. */
	cr_assert(rowset_sort(t.r, "word", &err), "%s", err.why);
	rows_settle(&t);
	cr_assert(rowset_goto(t.r, "9900", &err), "%s", err.why);
	rows_settle(&t);
	cr_expect_gt(rowset_part(t.r), 0.95, "%f", rowset_part(t.r));
	rows_close(&t);
}
