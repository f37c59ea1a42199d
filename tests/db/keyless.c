/* SPDX-License-Identifier: MIT */
/* Relations whose rows no key tells apart: read whole, as far as that is bounded. */
#include "rows.h"

Test(keyless, read_whole)
{
	struct rows t;

	rows_open_relation(&t,
			   "CREATE TABLE x (a int, b text);"
			   "INSERT INTO x SELECT i, 'b' || i FROM generate_series(1, 500) AS i",
			   "x");
	struct err err = ERR_INIT;
	bool exact;

	cr_expect_null(rowset_error(t.r), "%s", rowset_error(t.r)->why);
	cr_expect_str_eq(rows_cell(&t, 0, "a"), "1");
	cr_expect_eq(rowset_estimate(t.r, &exact), 500);
	cr_expect(exact);
	rowset_last(t.r);
	rows_settle(&t);
	cr_expect_str_eq(rows_cell(&t, rowset_cursor(t.r), "a"), "500");
	rowset_page(t.r, -1);
	rowset_page(t.r, -1);
	rows_settle(&t);
	cr_expect_str_eq(rows_cell(&t, rowset_cursor(t.r), "a"), "480");
	cr_assert(rowset_percent(t.r, 50, &err));
	cr_expect_str_eq(rows_cell(&t, rowset_cursor(t.r), "a"), "251");
	cr_assert(rowset_sort(t.r, "-a", &err));
	rows_settle(&t);
	cr_expect_str_eq(rows_cell(&t, 0, "a"), "500");
	cr_assert(rowset_filter(t.r, "a = 10..19", &err));
	rows_settle(&t);
	rows_expect(&t, 10);
	cr_expect_str_eq(rows_cell(&t, 0, "a"), "19");
	rowset_move(t.r, 3);
	rowset_refresh(t.r);
	rows_settle(&t);
	rows_expect(&t, 10);
	cr_expect_eq(rowset_cursor(t.r), 3);
	rows_close(&t);
}

/* A key holds in its own table only: from a parent its children's rows come too, with keys of
 * their own. */
Test(keyless, children_that_do_not_repeat_the_key)
{
	struct rows t;
	bool exact;

	rows_open_relation(&t,
			   "CREATE TABLE x (id int PRIMARY KEY, v text);"
			   "CREATE TABLE x1 (w text) INHERITS (x);"
			   "INSERT INTO x SELECT i, 'x' FROM generate_series(1, 100) AS i;"
			   "INSERT INTO x1 SELECT i, 'x1' FROM generate_series(50, 150) AS i",
			   "x");
	cr_expect_not(rowset_has_key(t.r));
	cr_expect_eq(rowset_estimate(t.r, &exact), 201);
	cr_expect(exact);
	rows_close(&t);
	rows_open_relation(&t,
			   "CREATE TABLE x (id int PRIMARY KEY, v text);"
			   "CREATE TABLE x1 (PRIMARY KEY (id)) INHERITS (x);"
			   "INSERT INTO x1 SELECT i, 'x1' FROM generate_series(50, 150) AS i",
			   "x");
	cr_expect(rowset_has_key(t.r));
	rows_close(&t);
}

/* Keys are pressed before the first row is there. */
Test(keyless, no_rows_yet)
{
	struct err err = ERR_INIT;
	struct rows t;

	rows_open_relation(&t, "CREATE TABLE k AS SELECT g FROM generate_series(1, 100) AS g",
			   "public.k");
	const struct screendef *def = session_screen(t.session, "public.k", &err);
	rowset_free(&t.r);
	t.r = rowset_new(t.session, def, NULL, rows_event, &t, &err);
	cr_assert(t.r, "%s", err.why);
	rowset_resize(t.r, 10);
	cr_expect(rowset_percent(t.r, 50, &err), "%s", err.why);
	rowset_last(t.r);
	rowset_page(t.r, -1);
	cr_expect_eq(rowset_len(t.r), 0);
	rows_settle(&t);
	cr_expect_gt(rowset_len(t.r), 0);
	rows_close(&t);
}

/* Bounded, and it says so. */
Test(keyless, many_rows)
{
	struct rows t;

	rows_open_relation(&t,
			   "CREATE TABLE x (a int);"
			   "INSERT INTO x SELECT i FROM generate_series(1, 30000) AS i",
			   "x");
	bool exact;

	cr_expect_null(rowset_error(t.r), "%s", rowset_error(t.r)->why);
	cr_expect_eq(rowset_estimate(t.r, &exact), 10000);
	cr_expect_not(exact);
	cr_expect(strstr(rowset_note(t.r), "only the first 10000 rows"), "%s",
		  rowset_note(t.r));
	rowset_last(t.r);
	rows_settle(&t);
	cr_expect_str_eq(rows_cell(&t, rowset_cursor(t.r), "a"), "10000");
	cr_expect_lt(rowset_bytes(t.r), 1u << 20);
	rows_close(&t);
}

Test(keyless, a_key_that_may_be_null_is_named)
{
	struct rows t;

	rows_open_relation(&t,
			   "CREATE TABLE x (a int CONSTRAINT x_of_a UNIQUE);"
			   "INSERT INTO x SELECT i FROM generate_series(1, 20000) AS i",
			   "x");
	cr_expect(strstr(rowset_note(t.r), "the key x_of_a may be null"), "%s",
		  rowset_note(t.r));
	rows_close(&t);
}

/* Its NULLs are alike to the index, so no two rows are: they are read by it both ways, and marked
 * rows are found again. */
Test(keyless, a_unique_index_to_which_nulls_are_alike_is_a_key, .timeout = 60)
{
	struct rows t;
	struct err err = ERR_INIT;
	bool seen[3000] = { false };
	size_t all = 0;

	rows_open_relation(&t,
			   "CREATE TABLE u (a int, b text, n int, i int, UNIQUE (n),"
			   " UNIQUE NULLS NOT DISTINCT (a, b));"
			   "INSERT INTO u SELECT nullif(i / 100, 3), nullif('t' || i % 100, 't7'),"
			   " NULL, i FROM generate_series(0, 2999) AS i",
			   "u");
	cr_expect_null(rowset_note(t.r), "%s", rowset_note(t.r));
	cr_assert(rowset_has_key(t.r));
	rowset_last(t.r);
	rows_settle(&t);
	cr_expect_str_eq(rows_cell(&t, rowset_cursor(t.r), "i"), "307");
	for (int page = 0; page < 500 && all < 3000; page++) {
		for (size_t i = 0; i < rowset_len(t.r); i++) {
			long n = strtol(rows_cell(&t, i, "i"), NULL, 10);

			all += !seen[n];
			seen[n] = true;
		}
		rowset_page(t.r, -1);
		rows_settle(&t);
	}
	cr_assert_null(rowset_error(t.r), "%s", rowset_error(t.r)->why);
	cr_expect_eq(all, 3000, "%zu", all);
	cr_assert(rowset_filter(t.r, "a is null and b is null", &err), "%s", err.why);
	rows_settle(&t);
	rows_expect(&t, 1);
	rows_close(&t);
}
