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
