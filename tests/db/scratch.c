/* SPDX-License-Identifier: MIT */
/* Results of :sql: kept in a file, so that their query may end. */
#include "rows.h"

#include "support/memory.h"

static const char sql_screen[] = "[screen]\ntitle = SQL\nkind = grid\nquery = scratch\n";

static void open_sql(struct rows *t, const char *statement)
{
	char *db = cluster_database("");
	char *word = xasprintf("statement=%s", statement);
	const char *where[] = { word, NULL };

	rows_open(t, db, "scratch", sql_screen, where, 10);
	rows_settle(t);
	free(word);
	free(db);
}

Test(scratch, is_kept_in_a_file_and_the_query_ends)
{
	struct rows t;
	open_sql(&t, "SELECT i AS n, 'it''s ' || i AS t FROM generate_series(1, 250000) AS i;");
	struct err err = ERR_INIT;

	cr_expect_null(rowset_error(t.r), "%s", rowset_error(t.r)->why);
	cr_expect(strstr(rowset_note(t.r), "only the first 100000 rows"));
	/* A reply brings hundreds of them, and is told of once. */
	cr_expect_lt(t.state_events, 10000, "%d", t.state_events);
	cr_expect_str_eq(rows_cell(&t, 0, "t"), "it's 1");
	cr_expect_str_eq(rowset_column_type(t.r, 0), "integer");
	rowset_last(t.r);
	cr_expect_str_eq(rows_cell(&t, rowset_cursor(t.r), "n"), "100000");
	cr_expect_eq(rowset_before(t.r) + (long)rowset_cursor(t.r), 99999);
	cr_expect(rowset_cut(t.r));
	rowset_page(t.r, -3);
	cr_expect_eq(rowset_before(t.r) + (long)rowset_cursor(t.r) + 1,
		     strtol(rows_cell(&t, rowset_cursor(t.r), "n"), NULL, 10));
	rowset_last(t.r);
	cr_expect_eq(db_pending(session_db(t.session)), 0);
	cr_expect_lt(rowset_bytes(t.r), 1u << 20);
	cr_assert(rowset_sort(t.r, "-n", &err));
	rows_settle(&t);
	cr_expect_str_eq(rows_cell(&t, 0, "n"), "250000");
	cr_assert(rowset_filter(t.r, "n < 4", &err));
	rows_settle(&t);
	rows_expect(&t, 3);
	cr_expect_null(rowset_note(t.r));
	cr_expect_not(rowset_cut(t.r));
	rows_close(&t);
}

Test(scratch, anything_that_brings_rows)
{
	static const struct {
		const char *sql, *first;
	} cases[] = {
		{ "SHOW work_mem", "4MB" },
		{ "VALUES (7), (8)", "7" },
		{ "TABLE pg_am ORDER BY 1", NULL },
		{ "WITH a AS (SELECT 5) TABLE a -- said", "5" },
		{ "SELECT 1 AS a, 2 AS a", "1" },
		{ "SELECT NULL::text", NULL },
		{ "EXPLAIN SELECT 1", NULL },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct rows t;
		open_sql(&t, cases[i].sql);
		size_t len;
		bool cut;
		cr_assert_null(rowset_error(t.r), "%s: %s", cases[i].sql,
			       rowset_error(t.r)->why);
		cr_assert_gt(rowset_len(t.r), 0, "%s", cases[i].sql);
		const char *text = rowset_cell(t.r, 0, 0, &len, &cut);
		if (cases[i].first)
			cr_expect_str_eq(text, cases[i].first, "%s: %s", cases[i].sql, text);
		rows_close(&t);
	}
}

Test(scratch, reads_only_and_one_statement)
{
	struct rows t;
	open_sql(&t, "CREATE TABLE y (a int)");

	cr_assert(rowset_error(t.r));
	cr_expect_str_eq(rowset_error(t.r)->sqlstate, "25006");
	rows_close(&t);
	open_sql(&t, "SELECT 1; SELECT 2");
	cr_assert(rowset_error(t.r));
	cr_expect_str_eq(rowset_error(t.r)->sqlstate, "42601");
	rows_close(&t);
	open_sql(&t, "SELECT 1/0");
	cr_assert(rowset_error(t.r));
	cr_expect_str_eq(rowset_error(t.r)->sqlstate, "22012");
	rows_close(&t);
	open_sql(&t, "SELECT 1 AS one WHERE false");
	cr_expect_null(rowset_error(t.r));
	rows_expect(&t, 0);
	cr_expect_eq(rowset_columns(t.r), 1);
	rows_close(&t);
}

/* Rows that have come are shown while the rest is still under way, and a cancel keeps them. */
Test(scratch, shows_what_has_come)
{
	struct rows t;
	char *db = cluster_database("");
	const char *where[] = {
		"statement=SELECT i FROM generate_series(1, 100000) AS i "
		"WHERE CASE WHEN i = 50000 THEN pg_sleep(20) IS NOT NULL ELSE true END",
		NULL
	};

	rows_open(&t, db, "scratch", sql_screen, where, 10);
	rows_until(&t, rowset_len(t.r) >= 10);
	cr_expect(rowset_loading(t.r));
	rowset_page(t.r, 1);
	cr_expect_str_eq(rows_cell(&t, rowset_cursor(t.r), "i"), "11");
	rowset_cancel(t.r);
	rows_settle(&t);
	cr_expect_null(rowset_error(t.r));
	cr_expect(strstr(rowset_note(t.r), "cancelled"));
	cr_expect_str_eq(rows_cell(&t, rowset_cursor(t.r), "i"), "11");
	rows_close(&t);
	free(db);
}

struct whole {
	bool there;
	size_t len;
	char last;
};

static void on_whole(void *ctx, struct longtext *owned, const struct err *err)
{
	struct whole *w = ctx;
	struct err own = ERR_INIT;

	cr_assert(owned && !err);
	w->there = true;
	w->len = longtext_len(owned);
	w->last = longtext_data(owned, &own)[w->len - 1];
	longtext_free(&owned);
}

/* Of long cells the window has what is shown; more of them comes from the file. */
Test(scratch, long_cells_stay_in_the_file, .timeout = 60)
{
	struct rows t;
	struct db_counters before, after;
	struct whole w = { 0 };
	size_t len;
	bool cut;

	open_sql(&t, "SELECT i AS n, CASE WHEN i % 3 > 0 THEN repeat('é', 600000) || i END AS t, "
		     "repeat('9', 100)::numeric AS d FROM generate_series(1, 60) AS i");
	rows_expect(&t, 20);
	rowset_last(t.r);
	rows_settle(&t);
	cr_expect_lt(rowset_bytes(t.r), 100000, "%zu bytes", rowset_bytes(t.r));
	memory_watch();
	rowset_first(t.r);
	rowset_page(t.r, 1);
	rowset_page(t.r, 1);
	rows_settle(&t);
	memory_expect(2 << 20);
	cr_expect_str_eq(rows_cell(&t, rowset_cursor(t.r), "n"), "21");
	cr_expect_null(rows_cell(&t, rowset_cursor(t.r), "t"));
	cr_expect_eq(strlen(rows_cell(&t, rowset_cursor(t.r), "d")), 100);

	db_counters(session_db(t.session), &before);
	rowset_move(t.r, 1);
	rowset_fit(t.r, rows_col(&t, "t"), 1500);
	rows_settle(&t);
	const char *text = rowset_cell(t.r, rowset_cursor(t.r), rows_col(&t, "t"), &len, &cut);
	cr_expect(cut);
	cr_expect_eq(len, 3000);
	cr_expect_eq((unsigned char)text[2999], 0xa9);
	cr_expect_str_eq(rows_cell(&t, rowset_cursor(t.r), "n"), "22");
	rowset_whole(t.r, rowset_cursor(t.r), rows_col(&t, "t"), on_whole, &w);
	rows_until(&t, w.there);
	cr_expect_eq(w.len, 1200002);
	cr_expect_eq(w.last, '2');
	db_counters(session_db(t.session), &after);
	cr_expect_eq(before.statements, after.statements, "the server is not asked again");
	rows_close(&t);
}
