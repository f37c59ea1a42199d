/* SPDX-License-Identifier: MIT */
/* The grid's rows against a server: travel, refresh, odd relations. */
#include "rows.h"

#include "support/cluster.h"

static const char numbers_screen[] =
	"[screen]\ntitle = Numbers\nkind = grid\nrelation = public.numbers\n"
	"key = n\norder = n\n";

static char *numbers_database(int rows)
{
	char *db = cluster_database("");
	char *sql = xasprintf(
		"CREATE TABLE numbers (n int PRIMARY KEY, t text);"
		"INSERT INTO numbers SELECT i, 'row ' || i FROM generate_series(1, %d) AS i;"
		"ANALYZE numbers",
		rows);

	free(cluster_sql(db, sql));
	free(sql);
	return db;
}

Test(rowset, first_page_and_scrolling)
{
	struct rows t;
	char *db = numbers_database(1000);

	rows_open(&t, db, "numbers", numbers_screen, NULL, 10);
	rows_settle(&t);
	cr_assert_null(rowset_error(t.r), "%s", rowset_error(t.r)->why);
	cr_expect(rowset_at_start(t.r));
	cr_expect_str_eq(rows_cell(&t, 0, "n"), "1");
	cr_expect_str_eq(rowset_column_type(t.r, rows_col(&t, "n")), "integer");
	for (int i = 0; i < 99; i++) {
		rowset_page(t.r, 1);
		rows_settle(&t);
		cr_assert_eq(rowset_top(t.r) + 10 <= rowset_len(t.r), true);
	}
	cr_expect_str_eq(rows_cell(&t, rowset_cursor(t.r), "n"), "991");
	cr_expect(rowset_at_end(t.r));
	cr_expect_lt(rowset_len(t.r), 200);
	rowset_first(t.r);
	rows_settle(&t);
	cr_expect_str_eq(rows_cell(&t, rowset_cursor(t.r), "n"), "1");
	rowset_last(t.r);
	rows_settle(&t);
	cr_expect_str_eq(rows_cell(&t, rowset_cursor(t.r), "n"), "1000");
	rows_close(&t);
	free(db);
}
