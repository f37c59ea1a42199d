/* SPDX-License-Identifier: MIT */
/* Relations that are not as one expects. */
#include "rows.h"

#include "base/timefmt.h"
#include "support/memory.h"

Test(odd, no_rows)
{
	struct rows t;

	rows_open_relation(&t, "CREATE TABLE x (id int PRIMARY KEY)", "x");

	rows_expect(&t, 0);
	cr_expect(rowset_at_start(t.r) && rowset_at_end(t.r));
	rowset_move(t.r, 1);
	rowset_page(t.r, -1);
	rowset_last(t.r);
	rowset_first(t.r);
	rowset_refresh(t.r);
	rows_settle(&t);
	rows_expect(&t, 0);
	rows_close(&t);
}

Test(odd, one_row)
{
	struct rows t;

	rows_open_relation(&t, "CREATE TABLE x (id int PRIMARY KEY); INSERT INTO x VALUES (1)",
			   "x");
	bool exact;

	rows_expect(&t, 1);
	rowset_move(t.r, 5);
	rowset_page(t.r, 1);
	rowset_last(t.r);
	rows_settle(&t);
	rows_expect(&t, 1);
	cr_expect_eq(rowset_cursor(t.r), 0);
	cr_expect_eq(rowset_estimate(t.r, &exact), 1);
	cr_expect(exact);
	rows_close(&t);
}

Test(odd, without_columns)
{
	struct rows t;

	rows_open_relation(&t, "CREATE TABLE x (); INSERT INTO x DEFAULT VALUES", "x");

	cr_expect_null(rowset_error(t.r), "%s", rowset_error(t.r)->why);
	rows_close(&t);
}

Test(odd, sixteen_hundred_columns, .timeout = 60)
{
	struct rows t;

	rows_open_relation(&t,
		      "DO $$ BEGIN EXECUTE 'CREATE TABLE x (id int PRIMARY KEY,' || (SELECT "
		      "string_agg('c' || i || ' text', ',') FROM generate_series(1, 1599) AS "
		      "i) || ')'; "
		      "END $$; INSERT INTO x (id, c1, c1599) SELECT i, 'a', 'b' || i FROM "
		      "generate_series(1, 50) AS i",
		      "x");

	cr_expect_null(rowset_error(t.r), "%s", rowset_error(t.r)->why);
	rowset_page(t.r, 1);
	rows_settle(&t);
	cr_expect_str_eq(rows_cell(&t, rowset_cursor(t.r), "id"), "11");
	rowset_last(t.r);
	rows_settle(&t);
	cr_expect_str_eq(rows_cell(&t, rowset_cursor(t.r), "c1599"), "b50");
	cr_expect_str_eq(rows_cell(&t, rowset_cursor(t.r), "c1"), "a");
	cr_expect_str_eq(rows_cell(&t, rowset_cursor(t.r) - 1, "c1599"), "b49");
	for (size_t col = 2; col < 1599; col++) {
		size_t len;
		bool cut;

		cr_expect_null(rowset_cell(t.r, rowset_cursor(t.r), col, &len, &cut));
	}
	/* What is NULL takes a bit, not the 16 bytes that libpq has for it. */
	cr_expect_lt(rowset_bytes(t.r), 100000, "%zu bytes", rowset_bytes(t.r));
	rows_close(&t);
}

/* A window of wide rows is fewer of them: so many cells, not so many pages. */
Test(odd, a_window_of_wide_rows, .timeout = 60)
{
	struct rows t;
	size_t most = 0;

	rows_open_relation(&t,
			   "DO $$ BEGIN EXECUTE (SELECT 'CREATE TABLE x (id int PRIMARY KEY, '"
			   " || string_agg('c' || i || ' int', ', ') || ')'"
			   " FROM generate_series(1, 1599) AS i); END $$;"
			   "INSERT INTO x (id) SELECT i FROM generate_series(1, 2000) AS i",
			   "x");
	rowset_resize(t.r, 36);
	for (int page = 0; page < 60; page++) {
		rowset_page(t.r, page < 30 ? 1 : -1);
		if (page % 3 == 0) /* else it is held */
			rows_settle(&t);
		most = rowset_len(t.r) > most ? rowset_len(t.r) : most;
	}
	rows_settle(&t);
	cr_expect_str_eq(rows_cell(&t, rowset_cursor(t.r), "id"), "1");
	/* the view, as much on either side, and what a fetch brought */
	cr_expect_leq(most * 1600, 4u << 16, "%zu rows", most);
	rows_close(&t);
}

Test(odd, a_key_of_eight_columns)
{
	struct rows t;

	rows_open_relation(&t,
		      "CREATE TABLE x (a int, b text, c date, d uuid, e numeric, f bool, g "
		      "int8, h \"char\","
		      " PRIMARY KEY (a, b, c, d, e, f, g, h));"
		      "INSERT INTO x SELECT i / 50, 'x,' || i % 3, '2026-01-01', md5((i % "
		      "5)::text)::uuid, i, true, 1, 'z'"
		      " FROM generate_series(1, 100) AS i",
		      "x");
	struct err err = ERR_INIT;

	rowset_page(t.r, 1);
	rowset_page(t.r, 1);
	rows_settle(&t);
	char *key = xstrdup(rowset_key(t.r, rowset_cursor(t.r)));
	char *e = xstrdup(rows_cell(&t, rowset_cursor(t.r), "e"));
	cr_expect(strstr(key, "\"x,"), "%s", key);
	rowset_last(t.r);
	rows_settle(&t);
	cr_assert(rowset_goto(t.r, key, &err), "%s", err.why);
	rows_settle(&t);
	cr_expect_str_eq(rowset_key(t.r, rowset_cursor(t.r)), key);
	cr_expect_str_eq(rows_cell(&t, rowset_cursor(t.r), "e"), e);
	free(e);
	/* Its beginning leads to the first row that has it. */
	e = strchr(key, ',');
	*e = '\0';
	cr_assert(rowset_goto(t.r, key, &err), "%s", err.why);
	rows_settle(&t);
	e = xstrdup(rowset_key(t.r, rowset_cursor(t.r)));
	cr_expect(strncmp(e, key, strlen(key)) == 0, "%s is no row of %s", e, key);
	free(key);
	free(e);
	rows_close(&t);
}

/* ---- long values ---- */

struct whole_value {
	size_t len;
	char first, last;
	bool there, failed;
};

static void on_whole(void *ctx, struct longtext *owned, const struct err *err)
{
	struct whole_value *w = ctx;
	struct err own = ERR_INIT;
	const char *text = owned ? longtext_data(owned, &own) : NULL;

	w->there = true;
	w->failed = err != NULL;
	w->len = owned ? longtext_len(owned) : 0;
	if (w->len > 0) {
		w->first = text[0];
		w->last = text[w->len - 1];
	}
	longtext_free(&owned);
}

static void on_too_long(void *ctx, struct longtext *owned, const struct err *err)
{
	cr_expect(!owned && err && strstr(err->why, "too long"), "%s", err ? err->why : "none");
	longtext_free(&owned);
	*(bool *)ctx = true;
}

struct kept_value {
	struct longtext *text;
	bool there;
};

static void on_kept(void *ctx, struct longtext *owned, const struct err *err)
{
	struct kept_value *k = ctx;

	cr_assert_null(err, "%s", err->why);
	k->there = true;
	k->text = owned;
}

/* Cells of 30 MB: the page stays small, the value comes when it is asked for. */
Test(odd, cells_of_thirty_megabytes, .timeout = 120)
{
	struct rows t;

	rows_open_relation(&t,
		      "CREATE TABLE x (id int PRIMARY KEY, t text, b bytea, j jsonb);"
		      "INSERT INTO x SELECT i, 'é' || repeat('x', 30000000) || 'z', NULL, NULL"
		      " FROM generate_series(1, 3) AS i;"
		      "UPDATE x SET b = decode(repeat('ab', 5000000), 'hex'),"
		      " j = to_jsonb(repeat('y', 5000000)) WHERE id = 1",
		      "x");
	struct whole_value w = { 0 };
	struct db_counters before, after;
	bool too_long = false;
	size_t len;
	bool cut;

	rows_expect(&t, 3);
	cr_expect_lt(rowset_bytes(t.r), 100000, "%zu bytes", rowset_bytes(t.r));
	const char *text = rowset_cell(t.r, 0, rows_col(&t, "t"), &len, &cut);
	cr_expect(cut);
	cr_expect_lt(len, 300);
	cr_expect_eq((unsigned char)text[0], 0xc3);
	rowset_cell(t.r, 0, rows_col(&t, "j"), &len, &cut);
	cr_expect(cut);
	rowset_refresh(t.r);
	rows_settle(&t);
	text = rowset_cell(t.r, 0, rows_col(&t, "b"), &len, &cut);
	cr_expect(cut);
	cr_expect(strncmp(text, "\\xabab", 6) == 0);
	cr_expect_lt(len, 300);
	memory_watch();
	rowset_whole(t.r, 1, rows_col(&t, "t"), on_whole, &w);
	rows_until(&t, w.there);
	cr_expect_eq(w.len, 30000003);
	cr_expect_eq(w.last, 'z');
	/* neither here nor in libpq's buffers it ever lies whole */
	memory_expect(12 << 20);
	w = (struct whole_value){ 0 };
	rowset_whole(t.r, 0, rows_col(&t, "b"), on_whole, &w);
	rows_until(&t, w.there);
	cr_expect_eq(w.len, 10000002);
	cr_expect_eq(w.first, '\\');
	cr_expect_eq(w.last, 'b');
	/* who wants no more than so much has not all of it sent */
	db_counters(session_db(t.session), &before);
	rowset_whole_within(t.r, 1, rows_col(&t, "t"), 8000, on_too_long, &too_long);
	rows_until(&t, too_long);
	rows_settle(&t);
	db_counters(session_db(t.session), &after);
	cr_expect_lt(after.bytes_in - before.bytes_in, 40000);
	/* a row that is gone says so */
	w = (struct whole_value){ 0 };
	struct err err = ERR_INIT;
	cr_assert(rowset_goto(t.r, "3", &err));
	rows_settle(&t);
	rows_close(&t);
}

static long id_at(const struct rows *t, size_t row)
{
	return strtol(rows_cell(t, row, "id"), NULL, 10);
}

/* To the end and back; each row follows the one before. */
static void walk_huge(struct rows *t, int step, long rows)
{
	for (int way = 1; way >= -1; way -= 2) {
		for (int page = 0; page < 8; page++) {
			rowset_page(t->r, way);
			rows_settle(t);
			cr_assert_null(rowset_error(t->r), "%s", rowset_error(t->r)->why);
			cr_expect_lt(rowset_bytes(t->r), 400000, "%zu bytes",
				     rowset_bytes(t->r));
			for (size_t i = 1; i < rowset_len(t->r); i++)
				cr_assert_eq(id_at(t, i), id_at(t, i - 1) + step);
		}
		cr_assert_eq(id_at(t, rowset_cursor(t->r)),
			     (way > 0) == (step > 0) ? rows : 1);
	}
}

/* Sort values of megabytes that differ at their ends: no page brings one whole, and still goes on
 * where the one before ended, also from a row that is gone. */
Test(odd, sorted_by_huge_values, .timeout = 120)
{
	static const char *const sorts[] = { "t", "-t", "b", "-b" };
	struct err err = ERR_INIT;
	struct rows t;

	rows_open_relation(&t,
			   "CREATE TABLE x (id int PRIMARY KEY, t text, b bytea);"
			   "INSERT INTO x SELECT i,"
			   " 'é' || repeat('x', 2000000) || to_char(i, 'FM000'),"
			   " decode(repeat('ab', 1000000) || to_char(i, 'FM000000'), 'hex')"
			   " FROM generate_series(1, 60) AS i; ANALYZE x",
			   "x");
	memory_watch();
	for (size_t i = 0; i < ARRAY_SIZE(sorts); i++) {
		cr_assert(rowset_sort(t.r, sorts[i], &err), "%s", err.why);
		rows_settle(&t);
		walk_huge(&t, *sorts[i] == '-' ? -1 : 1, 60);
		cr_assert(rowset_goto(t.r, "40", &err), "%s", err.why);
		rows_settle(&t);
		cr_expect_eq(id_at(&t, rowset_cursor(t.r)), 40);
	}
	memory_expect(4 << 20);
	cr_assert(rowset_sort(t.r, "t", &err), "%s", err.why);
	rows_settle(&t);
	cr_assert_not(rowset_at_end(t.r), "all rows are held");
	long last = id_at(&t, rowset_len(t.r) - 1);
	const struct db_session *here = db_session(session_db(t.session));
	char *db = xasprintf("host=%s dbname=%s user=%s", cluster_host(cluster()),
			     here->database, here->user);
	char *gone = xasprintf("DELETE FROM x WHERE id = %ld", last);
	free(cluster_sql(db, gone));
	free(gone);
	free(db);
	/* None of the others is missed, nor is one twice in the window. */
	bool seen[61] = { [0] = true };
	for (int page = 0; page < 20; page++) {
		for (size_t row = 0; row < rowset_len(t.r); row++) {
			seen[id_at(&t, row)] = true;
			cr_assert(row == 0 || id_at(&t, row) > id_at(&t, row - 1));
		}
		rowset_page(t.r, 1);
		rows_settle(&t);
	}
	cr_expect(rowset_at_end(t.r));
	for (size_t i = 0; i < ARRAY_SIZE(seen); i++)
		cr_expect(seen[i], "%zu", i);
	rows_close(&t);
}

/* Where the server takes bytes for characters, its cut is no shorter than ours. */
Test(odd, sorted_by_long_values_of_an_encoding_that_is_none, .timeout = 60)
{
	char *db = cluster_database(""), *bytes;
	struct err err = ERR_INIT;
	struct rows t;

	free(cluster_sql(db, "CREATE DATABASE bare_bytes ENCODING 'SQL_ASCII' LC_COLLATE 'C' "
			     "LC_CTYPE 'C' TEMPLATE template0"));
	bytes = xasprintf("%s dbname=bare_bytes", db);
	free(cluster_sql(bytes, "CREATE TABLE x (id int PRIMARY KEY, t text);"
				"INSERT INTO x SELECT i, 'x' || repeat('é', 900) || "
				"to_char(i, 'FM000') FROM generate_series(1, 90) AS i"));
	rows_open(&t, bytes, "x", "[screen]\ntitle = x\nrelation = x\n", NULL, 10);
	cr_assert(rowset_sort(t.r, "t", &err), "%s", err.why);
	rows_settle(&t);
	for (int page = 0; page < 12; page++) {
		cr_assert_null(rowset_error(t.r), "%s", rowset_error(t.r)->why);
		for (size_t i = 1; i < rowset_len(t.r); i++)
			cr_assert_eq(id_at(&t, i), id_at(&t, i - 1) + 1);
		rowset_page(t.r, 1);
		rows_settle(&t);
	}
	cr_expect_eq(id_at(&t, rowset_cursor(t.r)), 90);
	rows_close(&t);
	free(bytes);
	free(db);
}

/* Bytes that are no text stand for themselves, on the way back too. */
Test(odd, a_key_of_bytes_that_are_no_text, .timeout = 60)
{
	char *db = cluster_database(""), *bytes;
	struct err err = ERR_INIT;
	struct rows t;

	free(cluster_sql(db, "CREATE DATABASE odd_bytes ENCODING 'WIN1252' LC_COLLATE 'C' "
			     "LC_CTYPE 'C' TEMPLATE template0"));
	bytes = xasprintf("%s dbname=odd_bytes", db);
	free(cluster_sql(bytes,
			 "CREATE TABLE x (t text PRIMARY KEY, id int, long text);"
			 "INSERT INTO x SELECT convert_from('\\x819d', 'WIN1252') ||"
			 " chr(233) || to_char(i, 'FM000'), i,"
			 " repeat(convert_from('\\xe981', 'WIN1252'), 700000)"
			 " FROM generate_series(1, 60) AS i"));
	rows_open(&t, bytes, "x", "[screen]\ntitle = x\nrelation = x\n", NULL, 10);
	rows_settle(&t);
	for (int page = 0; page < 8; page++) {
		cr_assert_null(rowset_error(t.r), "%s", rowset_error(t.r)->why);
		for (size_t i = 1; i < rowset_len(t.r); i++)
			cr_assert_eq(id_at(&t, i), id_at(&t, i - 1) + 1);
		rowset_page(t.r, 1);
		rows_settle(&t);
	}
	cr_expect_eq(id_at(&t, rowset_cursor(t.r)), 60);
	cr_expect_str_eq(rows_cell(&t, rowset_cursor(t.r), "t"), "\x81\x9d\u00e9" "060");
	cr_assert(rowset_goto(t.r, "\x81\x9d\u00e9" "007", &err), "%s", err.why);
	rows_settle(&t);
	cr_expect_eq(id_at(&t, rowset_cursor(t.r)), 7);

	struct kept_value k = { 0 };
	rowset_whole(t.r, rowset_cursor(t.r), rows_col(&t, "long"), on_kept, &k);
	rows_until(&t, k.there);
	cr_assert_not_null(k.text);
	cr_assert_eq(longtext_len(k.text), 3 * 700000);
	const char *s = longtext_data(k.text, &err);
	for (size_t i = 0; i < 3 * 700000; i += 3)
		cr_assert(memcmp(s + i, "\xc3\xa9\x81", 3) == 0, "byte %zu", i);
	longtext_free(&k.text);
	rows_close(&t);
	free(bytes);
	free(db);
}

/* No piece begins within a character, wherever the pieces end. */
Test(odd, a_long_value_of_wide_characters, .timeout = 60)
{
	static const char *const units[] = { "é", "日本", "🙂", "a日" };
	struct rows t;

	rows_open_relation(&t,
		      "CREATE TABLE x (id int PRIMARY KEY, t text);"
		      "INSERT INTO x VALUES (1, repeat('é', 1600000)),"
		      " (2, 'x' || repeat('日本', 600000)),"
		      " (3, 'xy' || repeat('🙂', 800000)), (4, repeat('a日', 800000))",
		      "x");
	for (size_t row = 0; row < 4; row++) {
		struct kept_value k = { 0 };
		struct err err = ERR_INIT;
		size_t unit = strlen(units[row]), skip = row == 1 ? 1 : row == 2 ? 2 : 0;

		rowset_whole(t.r, row, rows_col(&t, "t"), on_kept, &k);
		rows_until(&t, k.there);
		cr_assert_not_null(k.text);
		const char *s = longtext_data(k.text, &err);
		size_t len = longtext_len(k.text);
		cr_assert_eq((len - skip) % unit, 0);
		cr_assert_gt(len, 3u << 20);
		for (size_t i = skip; i < len; i += unit)
			cr_assert(memcmp(s + i, units[row], unit) == 0, "row %zu, byte %zu",
				  row, i);
		longtext_free(&k.text);
	}
	rows_close(&t);
}

/* What has no order is refused here, not by the server when it is too late. */
Test(odd, types_without_an_order_or_an_equality, .timeout = 60)
{
	static const char *const sorts[] = { "j", "js", "p", "hs" };
	static const char *const filters[] = {
		"j = '{\"a\": 1}'",  "js = '{\"{}\"}'", "p = '(1,2)'",
		"b = '(2,2),(0,0)'", "c = '(1,x)'",
	};
	struct rows t;
	struct err err = ERR_INIT;

	rows_open_relation(
		&t,
		"CREATE TYPE pair AS (a int, b text); CREATE DOMAIN dpair AS pair;"
		"CREATE TYPE hs; CREATE FUNCTION hs_in(cstring) RETURNS hs LANGUAGE internal"
		" IMMUTABLE STRICT AS 'textin'; CREATE FUNCTION hs_out(hs) RETURNS cstring"
		" LANGUAGE internal IMMUTABLE STRICT AS 'textout';"
		"CREATE TYPE hs (INPUT = hs_in, OUTPUT = hs_out, LIKE = text);"
		"CREATE FUNCTION hs_lt(hs, hs) RETURNS bool LANGUAGE internal IMMUTABLE STRICT"
		" AS 'text_lt'; CREATE FUNCTION hs_eq(hs, hs) RETURNS bool LANGUAGE internal"
		" IMMUTABLE STRICT AS 'texteq'; CREATE FUNCTION hs_cmp(hs, hs) RETURNS int"
		" LANGUAGE internal IMMUTABLE STRICT AS 'bttextcmp';"
		"CREATE OPERATOR #<# (LEFTARG = hs, RIGHTARG = hs, FUNCTION = hs_lt);"
		"CREATE OPERATOR = (LEFTARG = hs, RIGHTARG = hs, FUNCTION = hs_eq);"
		"CREATE OPERATOR CLASS hs_ops DEFAULT FOR TYPE hs USING btree AS"
		" OPERATOR 1 #<#, OPERATOR 3 =, FUNCTION 1 hs_cmp(hs, hs);"
		"CREATE TABLE x (id int PRIMARY KEY, j json, js json[], p point, b box, c "
		"dpair,"
		" hs hs);"
		"INSERT INTO x SELECT i, '{\"a\": 1}', '{\"{}\"}', '(1,2)', '(2,2),(0,0)',"
		" row(1, 'x'::text)::pair, 'a=>1' FROM generate_series(1, 30) AS i;"
		"INSERT INTO x SELECT i, '{}', '{}', '(1,1)', '(4,1),(0,0)',"
		" row(2, 'x'::text)::pair, 'a=>2' FROM generate_series(31, 60) AS i",
		"x");
	for (size_t i = 0; i < ARRAY_SIZE(sorts); i++) {
		cr_expect_not(rowset_sort(t.r, sorts[i], &err), "%s", sorts[i]);
		cr_expect(err.why && strstr(err.why, "no order"), "%s", sorts[i]);
		err_clear(&err);
	}
	for (size_t i = 0; i < ARRAY_SIZE(filters); i++) {
		size_t rows = 0;

		cr_assert(rowset_filter(t.r, filters[i], &err), "%s: %s", filters[i], err.why);
		rows_settle(&t);
		cr_expect_null(rowset_error(t.r), "%s: %s", filters[i], rowset_error(t.r)->why);
		rowset_last(t.r);
		rows_settle(&t);
		if (rowset_len(t.r) > 0)
			rows = strtoul(rows_cell(&t, rowset_cursor(t.r), "id"), NULL, 10);
		cr_expect_eq(rows, 30, "%s: the last is %zu", filters[i], rows);
		cr_assert(rowset_filter(t.r, NULL, &err));
		rows_settle(&t);
	}
	cr_assert(rowset_sort(t.r, "-c", &err), "%s", err.why);
	rows_settle(&t);
	rowset_page(t.r, 1);
	rowset_page(t.r, 1);
	rows_settle(&t);
	rowset_page(t.r, 1);
	rows_settle(&t);
	cr_expect_null(rowset_error(t.r), "%s", rowset_error(t.r)->why);
	cr_expect_str_eq(rows_cell(&t, rowset_cursor(t.r), "c"), "(1,x)");
	rows_close(&t);
}
