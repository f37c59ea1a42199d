/* SPDX-License-Identifier: MIT */
/* The grid's rows against a server: travel, refresh, what others do meanwhile, odd relations.
 */
#include "numbers.h"

#include <math.h>

#include "base/timefmt.h"
#include "support/cluster.h"
#include "support/proxy.h"

/* The window is a run of the numbers without gaps or repeats, and the cursor is in the view. */
static void check_run(const struct rows *t)
{
	size_t len = rowset_len(t->r), cursor = rowset_cursor(t->r), top = rowset_top(t->r);

	cr_assert_null(rowset_error(t->r), "%s", rowset_error(t->r)->why);
	for (size_t i = 1; i < len; i++)
		cr_assert_eq(number_at(t, i), number_at(t, i - 1) + 1, "%d follows %d",
			     number_at(t, i), number_at(t, i - 1));
	cr_assert(len == 0 || cursor < len);
	cr_assert(top <= cursor && cursor < top + 10);
}

static void expect_cursor(const struct rows *t, int n)
{
	check_run(t);
	cr_assert_eq(number_at(t, rowset_cursor(t->r)), n, "the cursor is on %d, not %d",
		     number_at(t, rowset_cursor(t->r)), n);
}

/* What is told to be running began when it was asked for, not when something else was. */
static void expect_since(const struct rows *t, int64_t us)
{
	double most = (double)(time_monotonic_us() - us) / 1e6;

	cr_expect_leq(rowset_loading_seconds(t->r), most);
}

Test(rowset, first_page_and_what_is_known_of_it)
{
	int64_t asked;
	struct rows t;
	char *db = numbers_database(1000);
	bool exact;

	rows_open(&t, db, "numbers", numbers_screen, NULL, 10);
	rows_settle(&t);
	expect_cursor(&t, 1);
	cr_expect(rowset_at_start(t.r));
	cr_expect_not(rowset_at_end(t.r));
	cr_expect_str_eq(rowset_column_type(t.r, rows_col(&t, "n")), "integer");
	cr_expect_eq(rowset_column_category(t.r, rows_col(&t, "n")), 'N');
	cr_expect_str_eq(rowset_key(t.r, 0), "1");
	cr_expect_eq(rowset_estimate(t.r, &exact), 1000);
	cr_expect_not(exact);
	cr_expect_gt(rowset_as_of_us(t.r), 0);
	cr_expect(strstr(rowset_sql(t.r), "ORDER BY q.\"n\""), "%s", rowset_sql(t.r));
	asked = time_monotonic_us();
	rowset_count(t.r);
	expect_since(&t, asked);
	rows_settle(&t);
	cr_expect_eq(rowset_estimate(t.r, &exact), 1000);
	cr_expect(exact);
	rows_close(&t);
	free(db);
}

/* "sch.table" is shown as table: what comes before is not what is cut away for. */
Test(rowset, what_a_format_reads_is_there_to_its_end)
{
	static const char whole[] = "a_schema_of_some_length.a_table_of_some_length";
	static const char screen[] = "[screen]\ntitle = Places\nrelation = places\n"
				     "[column place]\nformat = relation\nmax = 10\n"
				     "[column words]\nmax = 10\n";
	char *db = cluster_database("");
	struct rows t;

	free(cluster_sql(db,
			 "CREATE TABLE places (id int PRIMARY KEY, place text, words text)"));
	free(cluster_sql(db, "INSERT INTO places VALUES (1, 'a_schema_of_some_length."
			     "a_table_of_some_length', 'a_schema_of_some_length')"));
	rows_open(&t, db, "places", screen, NULL, 10);
	rows_settle(&t);
	for (int fit = 12; fit <= 20; fit += 8) {
		cr_expect_str_eq(rows_cell(&t, 0, "place"), whole);
		rowset_fit(t.r, rows_col(&t, "place"), fit);
		rowset_fit(t.r, rows_col(&t, "words"), fit);
		rows_settle(&t);
	}
	cr_expect_str_eq(rows_cell(&t, 0, "place"), whole);
	cr_expect_str_eq(rows_cell(&t, 0, "words"), "a_schema_of_some_len");
	rows_close(&t);
	free(db);
}

Test(rowset, to_the_end_and_back_by_pages)
{
	struct rows t;
	char *db = numbers_database(1000);

	rows_open(&t, db, "numbers", numbers_screen, NULL, 10);
	rows_settle(&t);
	for (int i = 1; i <= 99; i++) {
		rowset_page(t.r, 1);
		rows_settle(&t);
		expect_cursor(&t, 10 * i + 1);
		cr_assert_lt(rowset_len(t.r), 130);
	}
	cr_expect(rowset_at_end(t.r));
	rowset_page(t.r, 1);
	rows_settle(&t);
	expect_cursor(&t, 1000);
	for (int i = 0; i < 110; i++) {
		rowset_page(t.r, -1);
		rows_settle(&t);
		check_run(&t);
		cr_assert_lt(rowset_len(t.r), 130);
	}
	expect_cursor(&t, 1);
	cr_expect(rowset_at_start(t.r));
	rows_close(&t);
	free(db);
}

Test(rowset, first_last_goto_and_percent)
{
	int64_t asked;
	struct rows t;
	struct err err = ERR_INIT;
	char *db = numbers_database(1000);

	rows_open(&t, db, "numbers", numbers_screen, NULL, 10);
	rows_settle(&t);
	rowset_last(t.r);
	rows_settle(&t);
	expect_cursor(&t, 1000);
	cr_expect_eq(rowset_top(t.r) + 10, rowset_len(t.r));
	rowset_first(t.r);
	rows_settle(&t);
	expect_cursor(&t, 1);
	cr_assert(rowset_goto(t.r, "500", &err));
	rows_settle(&t);
	expect_cursor(&t, 500);
	rowset_move(t.r, -1);
	rows_settle(&t);
	expect_cursor(&t, 499);
	asked = time_monotonic_us();
	cr_assert(rowset_percent(t.r, 25, &err));
	cr_expect(rowset_loading(t.r));
	expect_since(&t, asked);
	rows_settle(&t);
	check_run(&t);
	cr_expect(abs(number_at(&t, rowset_cursor(t.r)) - 250) <= 10, "%d",
		  number_at(&t, rowset_cursor(t.r)));
	cr_expect(fabs(rowset_part(t.r) - 0.25) < 0.02, "%f", rowset_part(t.r));
	rowset_page(t.r, 10);
	rows_settle(&t);
	cr_expect(fabs(rowset_part(t.r) - 0.35) < 0.02, "%f", rowset_part(t.r));
	rowset_page(t.r, -20);
	rows_settle(&t);
	cr_expect(rowset_before(t.r) >= 0 || fabs(rowset_part(t.r) - 0.15) < 0.02, "%f",
		  rowset_part(t.r));
	/* what cannot be gone to leaves the rows as they are */
	cr_assert(rowset_goto(t.r, "no number", &err));
	rows_settle(&t);
	cr_expect(rowset_error(t.r));
	cr_expect_not(rowset_stale(t.r));
	cr_expect_not(rowset_percent(t.r, 101, &err));
	err_clear(&err);
	/* by another column than the key, the key is looked up first */
	cr_assert(rowset_sort(t.r, "-t", &err));
	rows_settle(&t);
	cr_assert(rowset_goto(t.r, "77", &err));
	rows_settle(&t);
	cr_expect_str_eq(rows_cell(&t, rowset_cursor(t.r), "n"), "77");
	cr_assert(rowset_goto(t.r, "7777", &err));
	rows_settle(&t);
	cr_assert(rowset_error(t.r));
	cr_expect(strstr(rowset_error(t.r)->why, "no row with this key"));
	rows_close(&t);
	free(db);
}

/* Keys come faster than answers: nothing is skipped, and the view ends where the keys say. */
Test(rowset, a_held_key_is_paid_in_full)
{
	struct rows t;
	char *db = numbers_database(3000);
	struct db_counters before, after;

	rows_open(&t, db, "numbers", numbers_screen, NULL, 10);
	rows_settle(&t);
	db_counters(session_db(t.session), &before);
	for (int i = 0; i < 60; i++) {
		rowset_page(t.r, 1);
		if (i % 6 == 0)
			loop_turn(t.loop, false);
		check_run(&t);
	}
	rows_settle(&t);
	/* a wish farther away than 20 pages is cut */
	int at = number_at(&t, rowset_cursor(t.r));
	cr_expect_geq(at, 211);
	for (int i = 0; i < 15; i++)
		rowset_page(t.r, 1);
	rows_settle(&t);
	db_counters(session_db(t.session), &after);
	cr_expect_lt(after.flushes - before.flushes, 20, "%d flushes",
		     (int)(after.flushes - before.flushes));
	expect_cursor(&t, at + 150);
	/* turning round takes back what was owed */
	for (int i = 0; i < 15; i++)
		rowset_page(t.r, 1);
	for (int i = 0; i < 15; i++)
		rowset_page(t.r, -1);
	rows_settle(&t);
	expect_cursor(&t, at + 150);
	rows_close(&t);
	free(db);
}

/* Down and up at random, with loop turns between: never a gap. */
Test(rowset, wild_travel)
{
	struct rows t;
	char *db = numbers_database(2000);
	unsigned dice = 12345;

	rows_open(&t, db, "numbers", numbers_screen, NULL, 10);
	rows_settle(&t);
	for (int i = 0; i < 600; i++) {
		dice = dice * 1103515245u + 12345u;
		unsigned d = dice >> 16;
		if (d % 50 == 0)
			rowset_last(t.r);
		else if (d % 50 == 1)
			rowset_first(t.r);
		else if (d % 50 == 2)
			rowset_refresh(t.r);
		else if (d % 3 == 0)
			rowset_page(t.r, d % 2 ? 1 : -1);
		else
			rowset_move(t.r, (long)(d % 31) - 15);
		if (d % 4 == 0)
			loop_turn(t.loop, false);
		if (d % 16 == 0)
			rows_settle(&t);
		if (rowset_len(t.r) > 0)
			check_run(&t);
	}
	rows_settle(&t);
	check_run(&t);
	rows_close(&t);
	free(db);
}

/* ---- refresh ---- */

Test(rowset, refresh_keeps_the_cursor_on_its_row_and_marks_changes)
{
	struct rows t;
	char *db = numbers_database(100);

	rows_open(&t, db, "numbers", numbers_screen, NULL, 10);
	rows_settle(&t);
	rowset_move(t.r, 5);
	expect_cursor(&t, 6);
	free(cluster_sql(db, "INSERT INTO numbers VALUES (0, 'new'), (-1, 'new');"
			     "UPDATE numbers SET t = 'changed' WHERE n = 4;"
			     "UPDATE numbers SET t = NULL WHERE n = 5"));
	rowset_refresh(t.r);
	rows_settle(&t);
	expect_cursor(&t, 6);
	cr_expect_eq(rowset_cursor(t.r), 7, "two rows came before it");
	for (size_t i = 0; i < 10; i++) {
		int n = number_at(&t, i);
		cr_expect_eq(rowset_changed(t.r, i, rows_col(&t, "t")),
			     n < 1 || n == 4 || n == 5, "row %d", n);
		cr_expect_eq(rowset_changed(t.r, i, rows_col(&t, "n")), n < 1, "row %d", n);
	}
	rowset_refresh(t.r);
	rows_settle(&t);
	cr_expect_not(rowset_changed(t.r, 5, rows_col(&t, "t")), "the mark lasts one refresh");
	rows_close(&t);
	free(db);
}

/* One that comes into sight because another went is none of them. */
Test(rowset, refresh_marks_rows_that_are_new)
{
	struct rows t;
	char *db = numbers_database(100);

	free(cluster_sql(db, "DELETE FROM numbers WHERE n IN (3, 95)"));
	rows_open(&t, db, "numbers", numbers_screen, NULL, 10);
	rows_settle(&t);
	free(cluster_sql(db, "DELETE FROM numbers WHERE n = 5;"
			     "INSERT INTO numbers VALUES (3, 'new')"));
	rowset_refresh(t.r);
	rows_settle(&t);
	for (size_t i = 0; i < rowset_len(t.r); i++) {
		int n = number_at(&t, i);
		cr_expect_eq(rowset_changed(t.r, i, rows_col(&t, "n")), n == 3, "row %d", n);
	}
	rowset_last(t.r);
	rows_settle(&t);
	free(cluster_sql(db, "INSERT INTO numbers VALUES (95, 'new'), (101, 'new')"));
	rowset_refresh(t.r);
	rows_settle(&t);
	cr_expect(rowset_at_end(t.r));
	for (size_t i = 0; i < rowset_len(t.r); i++) {
		int n = number_at(&t, i);
		cr_expect_eq(rowset_changed(t.r, i, rows_col(&t, "n")), n == 95 || n == 101,
			     "row %d", n);
	}
	rows_close(&t);
	free(db);
}

Test(rowset, a_row_that_is_gone_leaves_the_cursor_in_its_line)
{
	struct rows t;
	char *db = numbers_database(100);

	rows_open(&t, db, "numbers", numbers_screen, NULL, 10);
	rows_settle(&t);
	rowset_move(t.r, 5);
	free(cluster_sql(db, "DELETE FROM numbers WHERE n = 6"));
	rowset_refresh(t.r);
	rows_settle(&t);
	cr_expect_eq(number_at(&t, rowset_cursor(t.r)), 7);
	/* all gone but the first: the window moves up */
	rowset_last(t.r);
	rows_settle(&t);
	free(cluster_sql(db, "DELETE FROM numbers WHERE n > 3"));
	rowset_refresh(t.r);
	rows_settle(&t);
	cr_expect_eq(rowset_len(t.r), 3);
	expect_cursor(&t, 3);
	cr_expect(rowset_at_end(t.r));
	free(cluster_sql(db, "TRUNCATE numbers"));
	rowset_refresh(t.r);
	rows_settle(&t);
	cr_expect_eq(rowset_len(t.r), 0);
	free(cluster_sql(db, "INSERT INTO numbers VALUES (1, 'back')"));
	rowset_refresh(t.r);
	rows_settle(&t);
	expect_cursor(&t, 1);
	rows_close(&t);
	free(db);
}

/* In the middle of all, a refresh stays there although its first row is gone. */
Test(rowset, refresh_in_the_middle)
{
	struct rows t;
	struct err err = ERR_INIT;
	char *db = numbers_database(1000);

	rows_open(&t, db, "numbers", numbers_screen, NULL, 10);
	rows_settle(&t);
	cr_assert(rowset_goto(t.r, "500", &err));
	rows_settle(&t);
	rowset_move(t.r, 3);
	free(cluster_sql(db, "DELETE FROM numbers WHERE n BETWEEN 500 AND 502"));
	rowset_refresh(t.r);
	rows_settle(&t);
	cr_expect_eq(number_at(&t, rowset_cursor(t.r)), 503);
	rowset_move(t.r, -1);
	rows_settle(&t);
	cr_expect_eq(number_at(&t, rowset_cursor(t.r)), 499);
	rows_close(&t);
	free(db);
}

/* Pages that are turned meanwhile let go of rows that the refresh brings again. */
Test(rowset, the_place_is_told_right_after_a_refresh_under_way)
{
	struct rows t;
	char *db = numbers_database(3000);
	int first;

	rows_open(&t, db, "numbers", numbers_screen, NULL, 10);
	rows_settle(&t);
	first = number_at(&t, 0);
	for (int i = 0; i < 12; i++) {
		rowset_page(t.r, 1);
		rows_settle(&t);
	}
	rowset_page(t.r, 1);
	rowset_refresh(t.r);
	for (int i = 0; i < 6; i++)
		rowset_page(t.r, 1);
	rows_settle(&t);
	cr_assert_eq(number_at(&t, rowset_top(t.r)) - first,
		     rowset_before(t.r) + (long)rowset_top(t.r));
	rows_close(&t);
	free(db);
}

/* ---- round trips ---- */

static void count_pages(void *ctx, enum db_lane lane UNUSED, const char *sql,
			const struct params *params UNUSED)
{
	*(unsigned *)ctx += strstr(sql, "ORDER BY q.") != NULL;
}

/* One flush per page, by our own count and on the wire; what was fetched ahead costs none. */
Test(rowset, a_page_is_one_round_trip)
{
	static void (*const jumps[])(struct rowset * r) = { rowset_last, rowset_first,
							    rowset_refresh };
	struct proxy *p = proxy_new(cluster_host(cluster()));
	char *db = numbers_database(5000);
	char *through = xasprintf("%s host=%s", db, proxy_host(p));
	struct db_counters before, after;
	struct proxy_counts wire;
	struct rows t;
	unsigned pages = 0;

	rows_open(&t, through, "numbers", numbers_screen, NULL, 10);
	rows_settle(&t);
	db_echo(session_db(t.session), count_pages, &pages);
	db_counters(session_db(t.session), &before);
	proxy_delay(p, 5);
	proxy_reset(p);
	for (int i = 0; i < 60; i++) {
		if (i % 10 == 9)
			jumps[i / 10 % 3](t.r);
		else
			rowset_page(t.r, 1);
		rows_settle(&t);
	}
	db_counters(session_db(t.session), &after);
	proxy_counts(p, &wire);
	cr_expect_eq(after.flushes - before.flushes, pages);
	/* less: a page may be asked for while the end of the one before is on its way */
	cr_expect_leq(wire.round_trips, pages);
	cr_expect(pages > 20 && pages < 60, "%u pages", pages);
	rows_close(&t);
	proxy_free(&p);
	free(through);
	free(db);
}

static void choose_scope(void *ctx, enum session_event event)
{
	if (event == SESSION_CATALOG)
		session_set_role(ctx, NULL);
}

/* As --tenant does: the scope is chosen when the catalog is there, for which the page waits. */
Test(rowset, the_first_page_is_asked_for_once)
{
	char *db = numbers_database(5);
	struct rows t;
	unsigned pages = 0;

	rows_session(&t, db);
	db_echo(session_db(t.session), count_pages, &pages);
	session_observe(t.session, choose_scope, t.session);
	rows_screen(&t, "numbers", numbers_screen, NULL, 10);
	rows_settle(&t);
	cr_expect_eq(rowset_len(t.r), 5);
	cr_expect_eq(pages, 1u, "%u", pages);
	session_unobserve(t.session, t.session);
	rows_close(&t);
	free(db);
}

/* ---- a key that is none for all rows ---- */

/* By its unique index, though no column of it is NOT NULL and many rows have a NULL there. */
Test(rowset, a_materialized_view_is_read_to_its_end, .timeout = 60)
{
	struct rows t;
	struct err err = ERR_INIT;
	bool seen[15001] = { false };
	size_t all = 0;

	rows_open_relation(&t,
			   "CREATE MATERIALIZED VIEW mv AS"
			   " SELECT CASE WHEN i % 50 > 0 THEN i END AS id, i AS n,"
			   " repeat('x', 500) AS long FROM generate_series(1, 15000) AS i;"
			   "CREATE UNIQUE INDEX ON mv (id)",
			   "mv");
	cr_expect_null(rowset_note(t.r), "%s", rowset_note(t.r));
	rowset_last(t.r);
	rows_settle(&t);
	cr_expect(rowset_at_end(t.r));
	cr_expect_null(rows_cell(&t, rowset_cursor(t.r), "id"));
	for (int page = 0; page < 60; page++) {
		cr_assert_null(rowset_error(t.r), "%s", rowset_error(t.r)->why);
		for (size_t i = 0; i < rowset_len(t.r); i++) {
			long n = strtol(rows_cell(&t, i, "n"), NULL, 10);

			all += !seen[n];
			seen[n] = true;
		}
		rowset_page(t.r, -1);
		rows_settle(&t);
	}
	/* All that have a NULL, and those before them without a gap. */
	cr_expect_gt(all, 500);
	for (long n = 50; n <= 15000; n += 50)
		cr_expect(seen[n], "%ld", n);
	for (long n = 15000 - 200; n <= 15000; n++)
		cr_expect(seen[n], "%ld", n);
	cr_assert(rowset_goto(t.r, "7001", &err), "%s", err.why);
	rows_settle(&t);
	cr_expect_str_eq(rows_cell(&t, rowset_cursor(t.r), "n"), "7001");
	rows_close(&t);
}
