/* SPDX-License-Identifier: MIT */
/* Keys that come faster than rows, and a refresh that is given up. */
#include "numbers.h"

static void expect_place(const struct rows *t, int n, size_t line)
{
	size_t cursor = rowset_cursor(t->r);

	cr_expect_eq(number_at(t, cursor), n, "%d, not %d", number_at(t, cursor), n);
	cr_expect_eq(cursor - rowset_top(t->r), line, "%d: in line %zu, not %zu", n,
		     cursor - rowset_top(t->r), line);
}

/* As many keys as the window has no rows for: the place is the one that a server which answers at
 * once would have led to, and so is the view. */
Test(travel, held_keys_end_in_the_page_that_was_asked_for)
{
	struct rows t;
	char *db = numbers_database(1000);

	rows_open(&t, db, "numbers", numbers_screen, NULL, 10);
	rows_settle(&t);
	for (int pages = 2; pages <= 18; pages++) {
		rowset_first(t.r);
		rows_settle(&t);
		rowset_move(t.r, 3);
		for (int i = 0; i < pages; i++)
			rowset_page(t.r, 1);
		rows_settle(&t);
		expect_place(&t, 10 * pages + 4, 3);
		rowset_last(t.r);
		rows_settle(&t);
		rowset_move(t.r, -3);
		for (int i = 0; i < pages; i++)
			rowset_page(t.r, -1);
		rows_settle(&t);
		expect_place(&t, 997 - 10 * pages, 6);
	}
	rows_close(&t);
	free(db);
}

static void expect_at(const struct rows *t, const char *id, size_t line)
{
	size_t at = rowset_cursor(t->r);

	cr_expect_null(rowset_error(t->r));
	cr_expect_str_eq(rows_cell(t, at, "id"), id);
	cr_expect_eq(at - rowset_top(t->r), line, "line %zu, not %zu", at - rowset_top(t->r),
		     line);
}

static void narrow(struct rows *t, const char *sort, long rows)
{
	struct err err = ERR_INIT;

	cr_assert(rowset_sort(t->r, sort, &err), "%s", err.why);
	cr_assert(rowset_filter(t->r, "n < 4", &err), "%s", err.why);
	cr_assert(rowset_filter(t->r, "id > 10", &err), "%s", err.why);
	rows_settle(t);
	rowset_move(t->r, rows);
	rows_settle(t);
}

/* Of more rows, all of which are still there, the cursor's is one: it stays, in its line. */
Test(travel, a_filter_that_is_dropped_leaves_the_cursor_on_its_row, .timeout = 60)
{
	static const char *const sorts[] = { "", "-text", "n", "-id" };
	struct rows t;
	struct err err = ERR_INIT;

	rows_open_relation(&t,
			   "CREATE TABLE x (id int PRIMARY KEY, n int, text text);"
			   "INSERT INTO x SELECT i, i % 100, repeat(i::text, 700)"
			   " FROM generate_series(1, 9000) AS i; ANALYZE x",
			   "x");
	for (size_t i = 0; i < ARRAY_SIZE(sorts); i++) {
		narrow(&t, sorts[i], 35);
		size_t at = rowset_cursor(t.r), line = at - rowset_top(t.r);
		char *id = xstrdup(rows_cell(&t, at, "id"));
		rowset_unfilter(t.r, 1);
		rowset_refresh(t.r); /* as where columns are found to need more room */
		rows_settle(&t);
		expect_at(&t, id, line);
		cr_assert(rowset_filter(t.r, NULL, &err), "%s", err.why);
		rows_settle(&t);
		expect_at(&t, id, line);
		rowset_page(t.r, 1);
		rowset_page(t.r, -1);
		rows_settle(&t);
		expect_at(&t, id, line);
		free(id);
	}
	/* Who goes to an end meanwhile comes there. */
	narrow(&t, "n", 35);
	cr_assert(rowset_filter(t.r, NULL, &err), "%s", err.why);
	rowset_first(t.r);
	rows_settle(&t);
	expect_at(&t, "100", 0);
	/* It is gone: then from the first row on. */
	narrow(&t, "-text", 35);
	const struct db_session *here = db_session(session_db(t.session));
	char *db = xasprintf("host=%s dbname=%s user=%s", cluster_host(cluster()),
			     here->database, here->user);
	char *gone = xasprintf("DELETE FROM x WHERE id = %s",
			       rows_cell(&t, rowset_cursor(t.r), "id"));
	free(cluster_sql(db, gone));
	cr_assert(rowset_filter(t.r, NULL, &err), "%s", err.why);
	rows_settle(&t);
	expect_at(&t, "999", 0);
	free(gone);
	free(db);
	rows_close(&t);
}

/* The rows are as true as they were: nobody wanted to know more. */
Test(travel, a_refresh_that_is_cancelled_leaves_nothing_stale)
{
	static const char screen[] = "[screen]\ntitle = V\nkind = grid\nrelation = v\nkey = id\n";
	struct rows t;
	char *db = cluster_database("");

	free(cluster_sql(db, "CREATE TABLE pace AS SELECT 0::float8 AS s;"
			     "CREATE FUNCTION slowly() RETURNS SETOF int LANGUAGE plpgsql AS $$ "
			     "BEGIN PERFORM pg_sleep(s) FROM pace; "
			     "RETURN QUERY SELECT generate_series(1, 5); END $$;"
			     "CREATE VIEW v AS SELECT id FROM slowly() AS id"));
	rows_open(&t, db, "v", screen, NULL, 10);
	rows_settle(&t);
	rows_expect(&t, 5);
	free(cluster_sql(db, "UPDATE pace SET s = 60"));
	rowset_refresh(t.r);
	rows_pass(&t, 200);
	cr_assert(rowset_loading(t.r));
	rowset_cancel(t.r);
	rows_settle(&t);
	cr_expect_not(rowset_stale(t.r));
	cr_expect_eq(rowset_len(t.r), 5);
	rows_close(&t);
	free(db);
}
