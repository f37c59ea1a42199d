/* SPDX-License-Identifier: MIT */
/* Relations that are not as one expects, results of :sql, and what comes out of exports. */
#include "rows.h"

#include <dirent.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/path.h"
#include "base/timefmt.h"
#include "command/export.h"
#include "support/cluster.h"
#include "support/memory.h"

static void open_relation(struct rows *t, const char *sql, const char *relation)
{
	char *db = cluster_database("");
	struct err err = ERR_INIT;
	bool ready = false;

	free(cluster_sql(db, sql));
	rows_session(t, db);
	free(db);
	session_when_ready(t->session, true, rows_ready, &ready);
	rows_until(t, ready);
	const struct screendef *def = session_screen(t->session, relation, &err);
	cr_assert(def, "%s", err.why);
	t->r = rowset_new(t->session, def, NULL, rows_event, t, &err);
	cr_assert(t->r, "%s", err.why);
	rowset_resize(t->r, 10);
	rows_settle(t);
}

static void expect_fine(const struct rows *t, size_t len)
{
	cr_expect_null(rowset_error(t->r), "%s", rowset_error(t->r)->why);
	cr_expect_eq(rowset_len(t->r), len, "%zu rows, not %zu", rowset_len(t->r), len);
}

Test(odd, no_rows)
{
	struct rows t;

	open_relation(&t, "CREATE TABLE x (id int PRIMARY KEY)", "x");

	expect_fine(&t, 0);
	cr_expect(rowset_at_start(t.r) && rowset_at_end(t.r));
	rowset_move(t.r, 1);
	rowset_page(t.r, -1);
	rowset_last(t.r);
	rowset_first(t.r);
	rowset_refresh(t.r);
	rows_settle(&t);
	expect_fine(&t, 0);
	rows_close(&t);
}

Test(odd, one_row)
{
	struct rows t;

	open_relation(&t, "CREATE TABLE x (id int PRIMARY KEY); INSERT INTO x VALUES (1)", "x");
	bool exact;

	expect_fine(&t, 1);
	rowset_move(t.r, 5);
	rowset_page(t.r, 1);
	rowset_last(t.r);
	rows_settle(&t);
	expect_fine(&t, 1);
	cr_expect_eq(rowset_cursor(t.r), 0);
	cr_expect_eq(rowset_estimate(t.r, &exact), 1);
	cr_expect(exact);
	rows_close(&t);
}

Test(odd, without_columns)
{
	struct rows t;

	open_relation(&t, "CREATE TABLE x (); INSERT INTO x DEFAULT VALUES", "x");

	cr_expect_null(rowset_error(t.r), "%s", rowset_error(t.r)->why);
	rows_close(&t);
}

Test(odd, sixteen_hundred_columns, .timeout = 60)
{
	struct rows t;

	open_relation(&t,
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
	cr_expect_lt(rowset_bytes(t.r), 16u << 20);
	rows_close(&t);
}

Test(odd, a_key_of_eight_columns)
{
	struct rows t;

	open_relation(&t,
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
	cr_expect_not(rowset_goto(t.r, "1,2", &err));
	err_release(&err);
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

	open_relation(&t,
		      "CREATE TABLE x (id int PRIMARY KEY, t text, b bytea, j jsonb);"
		      "INSERT INTO x SELECT i, 'é' || repeat('x', 30000000) || 'z', NULL, NULL"
		      " FROM generate_series(1, 3) AS i;"
		      "UPDATE x SET b = decode(repeat('ab', 5000000), 'hex'),"
		      " j = to_jsonb(repeat('y', 5000000)) WHERE id = 1",
		      "x");
	struct whole_value w = { 0 };
	size_t len;
	bool cut;

	expect_fine(&t, 3);
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
	/* a row that is gone says so */
	w = (struct whole_value){ 0 };
	struct err err = ERR_INIT;
	cr_assert(rowset_goto(t.r, "3", &err));
	rows_settle(&t);
	rows_close(&t);
}

/* No piece begins within a character, wherever the pieces end. */
Test(odd, a_long_value_of_wide_characters, .timeout = 60)
{
	static const char *const units[] = { "é", "日本", "🙂", "a日" };
	struct rows t;

	open_relation(&t,
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

/* ---- without a key ---- */

Test(odd, without_a_key)
{
	struct rows t;

	open_relation(&t,
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
	expect_fine(&t, 10);
	cr_expect_str_eq(rows_cell(&t, 0, "a"), "19");
	rowset_move(t.r, 3);
	rowset_refresh(t.r);
	rows_settle(&t);
	expect_fine(&t, 10);
	cr_expect_eq(rowset_cursor(t.r), 3);
	rows_close(&t);
}

/* A key holds in its own table only: from a parent its children's rows come too, with keys of
 * their own. */
Test(odd, children_that_do_not_repeat_the_key)
{
	struct rows t;
	bool exact;

	open_relation(&t,
		      "CREATE TABLE x (id int PRIMARY KEY, v text);"
		      "CREATE TABLE x1 (w text) INHERITS (x);"
		      "INSERT INTO x SELECT i, 'x' FROM generate_series(1, 100) AS i;"
		      "INSERT INTO x1 SELECT i, 'x1' FROM generate_series(50, 150) AS i",
		      "x");
	cr_expect_not(rowset_has_key(t.r));
	cr_expect_eq(rowset_estimate(t.r, &exact), 201);
	cr_expect(exact);
	rows_close(&t);
	open_relation(&t,
		      "CREATE TABLE x (id int PRIMARY KEY, v text);"
		      "CREATE TABLE x1 (PRIMARY KEY (id)) INHERITS (x);"
		      "INSERT INTO x1 SELECT i, 'x1' FROM generate_series(50, 150) AS i",
		      "x");
	cr_expect(rowset_has_key(t.r));
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

	open_relation(
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

/* Bounded, and it says so. */
Test(odd, without_a_key_and_many_rows)
{
	struct rows t;

	open_relation(&t,
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

/* ---- :sql ---- */

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
	cr_expect_str_eq(rows_cell(&t, 0, "t"), "it's 1");
	cr_expect_str_eq(rowset_column_type(t.r, 0), "integer");
	rowset_last(t.r);
	cr_expect_str_eq(rows_cell(&t, rowset_cursor(t.r), "n"), "100000");
	cr_expect_eq(db_pending(session_db(t.session)), 0);
	cr_expect_lt(rowset_bytes(t.r), 1u << 20);
	cr_assert(rowset_sort(t.r, "-n", &err));
	rows_settle(&t);
	cr_expect_str_eq(rows_cell(&t, 0, "n"), "250000");
	cr_assert(rowset_filter(t.r, "n < 4", &err));
	rows_settle(&t);
	expect_fine(&t, 3);
	cr_expect_null(rowset_note(t.r));
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
	expect_fine(&t, 0);
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

/* ---- exports ---- */

struct exported {
	bool done, failed;
	uint64_t rows;
	int progress;
};

struct exported_text {
	struct exported x;
	struct buf *text;
};

static void on_exported(void *ctx, const struct err *err, uint64_t rows)
{
	struct exported *x = ctx;

	x->done = true;
	x->failed = err != NULL;
	x->rows = rows;
}

static void on_progress(void *ctx, uint64_t rows, uint64_t bytes)
{
	struct exported *x = ctx;

	(void)rows;
	(void)bytes;
	x->progress++;
}

static char *new_folder(void)
{
	char *dir = xstrdup("/tmp/souk-export-XXXXXX");

	cr_assert(mkdtemp(dir));
	return dir;
}

static char *read_file(const char *path)
{
	struct buf text = BUF_INIT;
	struct err err = ERR_INIT;

	cr_assert(path_read(path, 1 << 20, &text, &err), "%s", err.why);
	return buf_detach(&text);
}

Test(export, takes_its_name_when_it_is_whole)
{
	struct rows t;

	open_relation(&t,
		      "CREATE TABLE x (id int PRIMARY KEY, t text);"
		      "INSERT INTO x VALUES (1, 'a,b'), (2, NULL), (3, '')",
		      "x");
	char *dir = new_folder(), *path = path_join(dir, "x.csv"),
	     *sql = path_join(dir, "x.sql");
	struct exported x = { 0 };
	const struct export_callbacks cb = { .progress = on_progress,
					     .done = on_exported,
					     .ctx = &x };
	struct export_request req = { .path = path };
	struct err err = ERR_INIT;
	struct stat st;

	struct export *e = export_start(t.r, &req, &cb, &err);
	cr_assert(e, "%s", err.why);
	rows_until(&t, x.done);
	cr_expect_not(x.failed);
	cr_expect_eq(x.rows, 3);
	char *text = read_file(path);
	cr_expect_str_eq(text, "id,t\r\n1,\"a,b\"\r\n2,\r\n3,\"\"\r\n");
	free(text);
	cr_assert_eq(stat(path, &st), 0);
	cr_expect_eq(st.st_mode & 0777, 0600);
	export_free(&e);
	cr_expect_null(export_start(t.r, &req, &cb, &err));
	cr_expect(strstr(err.why, "already"));
	err_clear(&err);
	req.path = sql;
	x = (struct exported){ 0 };
	e = export_start(t.r, &req, &cb, &err);
	rows_until(&t, x.done);
	text = read_file(sql);
	cr_expect_str_eq(text,
			 "INSERT INTO \"public\".\"x\" (\"id\", \"t\") VALUES ('1', 'a,b');\n"
			 "INSERT INTO \"public\".\"x\" (\"id\", \"t\") VALUES ('2', NULL);\n"
			 "INSERT INTO \"public\".\"x\" (\"id\", \"t\") VALUES ('3', '');\n");
	free(text);
	export_free(&e);
	cr_assert(path_remove_tree(dir, &err));
	free(path);
	free(sql);
	free(dir);
	rows_close(&t);
}

static void on_piece(void *ctx, const char *text, size_t len)
{
	struct buf *out = ((struct exported_text *)ctx)->text;

	buf_add(out, text, len);
}

static void on_texted(void *ctx, const struct err *err, uint64_t rows)
{
	on_exported(&((struct exported_text *)ctx)->x, err, rows);
}

/* Rows by their keys, whole, wherever they are and whatever the filter says: what is copied. */
Test(export, some_rows_by_their_keys)
{
	struct rows t;

	open_relation(&t,
		      "CREATE TABLE x (a text, b int, t text, PRIMARY KEY (a, b));"
		      "INSERT INTO x SELECT 'it''s, ' || i % 3, i, repeat('z', i * 100) "
		      "FROM generate_series(1, 60) AS i",
		      "x");
	struct err err = ERR_INIT;
	struct buf text = BUF_INIT;
	struct exported_text x = { .text = &text };
	const struct export_callbacks cb = { .text = on_piece, .done = on_texted, .ctx = &x };
	const struct export_request req = { .format = "tsv" };
	const char *keys[] = { "\"it's, 2\",50", "\"it's, 1\",4", "\"it's, 9\",4" };

	cr_assert(rowset_filter(t.r, "b < 3", &err), "%s", err.why);
	rows_settle(&t);
	struct rowset *some = rowset_pick(t.r, keys, 3, rows_event, &t, &err);
	cr_assert(some, "%s", err.why);
	struct export *e = export_start(some, &req, &cb, &err);
	rows_until(&t, x.x.done);
	cr_expect_not(x.x.failed);
	cr_expect_eq(x.x.rows, 2);
	cr_expect(strncmp(text.data, "a\tb\tt\nit's, 1\t4\tzzz", 19) == 0, "%s", text.data);
	cr_expect_eq(text.len, strlen("a\tb\tt\n") + strlen("it's, 1\t4\t\n") + 400 +
				       strlen("it's, 2\t50\t\n") + 5000);
	export_free(&e);
	rowset_free(&some);
	buf_release(&text);
	rows_close(&t);
}

/* What a copy asks is what its original asks, with all that narrows it. */
Test(export, of_a_copy_behind_the_screen)
{
	struct rows t;

	open_relation(
		&t,
		"CREATE TABLE x (id int PRIMARY KEY, t text);"
		"INSERT INTO x SELECT i, 'row ' || i % 10 FROM generate_series(1, 500) AS i",
		"x");
	struct err err = ERR_INIT;
	struct buf text = BUF_INIT;
	struct exported_text x = { .text = &text };
	const struct export_callbacks cb = { .text = on_piece, .done = on_texted, .ctx = &x };
	const struct export_request req = { .format = "tsv" };

	cr_assert(rowset_filter(t.r, "/ow 7", &err) && rowset_filter(t.r, "id > 450", &err) &&
		  rowset_sort(t.r, "-id", &err));
	rows_settle(&t);
	struct rowset *copy = rowset_copy(t.r, rows_event, &t, &err);
	cr_assert(copy, "%s", err.why);
	cr_assert(rowset_filter(t.r, NULL, &err));
	struct export *e = export_start(copy, &req, &cb, &err);
	rows_until(&t, x.x.done);
	cr_expect_str_eq(text.data, "id\tt\n497\trow 7\n487\trow 7\n477\trow 7\n467\trow 7\n"
				    "457\trow 7\n");
	export_free(&e);
	rowset_free(&copy);
	buf_release(&text);
	rows_close(&t);
}

static int files_in(const char *dir)
{
	DIR *d = opendir(dir);
	int n = 0;

	cr_assert(d);
	for (const struct dirent *e; (e = readdir(d));)
		n += e->d_name[0] != '.';
	closedir(d);
	return n;
}

/* Cancelled or failed half-way: nothing of it stays. */
Test(export, leaves_nothing_when_it_does_not_end)
{
	struct rows t;

	open_relation(
		&t,
		"CREATE TABLE x (id int PRIMARY KEY, t text);"
		"INSERT INTO x SELECT i, repeat('x', 200) FROM generate_series(1, 100000) AS i;"
		"CREATE VIEW broken AS SELECT id, 1 / (id - 50000) AS y FROM x",
		"x");
	char *dir = new_folder(), *path = path_join(dir, "x.json");
	struct exported x = { 0 };
	const struct export_callbacks cb = { .progress = on_progress,
					     .done = on_exported,
					     .ctx = &x };
	const struct export_request req = { .path = path };
	struct err err = ERR_INIT;

	struct export *e = export_start(t.r, &req, &cb, &err);
	rows_until(&t, x.progress > 3);
	cr_expect_eq(files_in(dir), 1);
	export_free(&e);
	rows_settle(&t);
	rows_pass(&t, 100);
	cr_expect_eq(files_in(dir), 0);
	cr_expect_not(x.done);

	const struct screendef *def = session_screen(t.session, "broken", &err);
	struct rowset *broken = rowset_new(t.session, def, NULL, rows_event, &t, &err);
	e = export_start(broken, &req, &cb, &err);
	rows_until(&t, x.done);
	cr_expect(x.failed);
	export_free(&e);
	rows_pass(&t, 100);
	cr_expect_eq(files_in(dir), 0);
	rowset_free(&broken);
	cr_assert(path_remove_tree(dir, &err));
	free(path);
	free(dir);
	rows_close(&t);
}

/* A million rows leave memory as it is. */
Test(export, in_constant_memory, .timeout = 120)
{
	struct rows t;

	open_relation(
		&t,
		"CREATE TABLE x (id int PRIMARY KEY, t text);"
		"INSERT INTO x SELECT i, repeat('x', 100) FROM generate_series(1, 400000) AS i;"
		"ANALYZE x",
		"x");
	char *dir = new_folder(), *path = path_join(dir, "x.csv");
	struct exported x = { 0 };
	const struct export_callbacks cb = { .progress = on_progress,
					     .done = on_exported,
					     .ctx = &x };
	const struct export_request req = { .path = path };
	struct err err = ERR_INIT;
	struct stat st;

	memory_watch();
	struct export *e = export_start(t.r, &req, &cb, &err);
	rows_until(&t, x.done);
	cr_expect_eq(x.rows, 400000);
	cr_assert_eq(stat(path, &st), 0);
	cr_expect_gt(st.st_size, 40000000);
	memory_expect(16 << 20);
	export_free(&e);
	cr_assert(path_remove_tree(dir, &err));
	free(path);
	free(dir);
	rows_close(&t);
}
