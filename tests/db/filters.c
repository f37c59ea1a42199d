/* SPDX-License-Identifier: MIT */
/* What filters and searches mean, told by the rows that they leave. */
#include "rows.h"

#include "domain/filter.h"

#include "support/cluster.h"

static const char schema[] = "CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy');"
			     "CREATE DOMAIN positive AS numeric CHECK (VALUE > 0);"
			     "CREATE TABLE things (id int PRIMARY KEY, sku text COLLATE \"C\", "
			     "name text, price numeric(10,2),"
			     " amount positive, feeling mood, digital boolean, made "
			     "timestamptz, born date, tags text[],"
			     " codes varchar(5)[], metadata jsonb, valid daterange, weight "
			     "float8, uid uuid, cs char(5));"
			     "INSERT INTO things VALUES"
			     " (1, 'AB-1', 'Rye loaf', 5, 5, 'ok', true, now(), current_date, "
			     "'{bread,rye}', '{a,b}',"
			     "  '{\"color\": \"red\", \"weight\": 2, \"deep\": {\"x\": "
			     "\"y\"}, \"list\": [\"bread\", 7]}', '[2026-01-01,2026-02-01)', 1,"
			     "  'a0000000-0000-0000-0000-000000000001', 'ab'),"
			     " (2, 'AB-2', 'rye 50%', 7.5, 2, 'sad', false, now() - interval "
			     "'1 day', current_date - 1,"
			     "  '{bread}', '{c}', '{\"color\": \"blue\", \"weight\": 10,"
			     " \"list\": [5, \"bread\"]}', "
			     "'[2026-02-01,2026-03-01)', 'NaN',"
			     "  'a0000000-0000-0000-0000-000000000002', 'abc'),"
			     " (3, 'AC-1', 'Baguette', 10, 9, 'happy', NULL, '2026-10-02 "
			     "11:30:15.5+00', '2026-10-02', NULL,"
			     "  NULL, NULL, NULL, 'Infinity', NULL, NULL),"
			     " (4, 'b-1', NULL, NULL, NULL, NULL, true, '2026-10-31 "
			     "23:59:59+00', '2026-10-31', '{}', '{}',"
			     "  '{\"color\": null, \"on\": true, \"weight\": \"heavy\"}', "
			     "'empty', '-0', NULL, 'zz');"
			     "ALTER TABLE things ADD spans tstzmultirange;"
			     "UPDATE things SET spans = CASE id WHEN 4 THEN '{}' WHEN 1 THEN"
			     " tstzmultirange(tstzrange(now() - interval '2 days', now() - "
			     "interval '1 hour')) WHEN 2 THEN tstzmultirange(tstzrange(now() - "
			     "interval '1 min', NULL)) END;";

static const char screen[] =
	"[screen]\ntitle = Things\nkind = grid\nrelation = public.things\nkey = id\n"
	"search = sku name\n";

static void open_things(struct rows *t)
{
	char *db = cluster_database("");

	free(cluster_sql(db, schema));
	rows_open(t, db, "things", screen, NULL, 20);
	rows_settle(t);
	free(db);
}

/* The ids that are left, "1 3"; "error …" where the server or we refuse. */
static char *left(struct rows *t, const char *filter)
{
	struct buf ids = BUF_INIT;
	struct err err = ERR_INIT;

	if (!rowset_filter(t->r, NULL, &err) || !rowset_filter(t->r, filter, &err)) {
		buf_addf(&ids, "error %s", err.why);
		err_release(&err);
		return buf_detach(&ids);
	}
	rows_settle(t);
	if (rowset_error(t->r))
		buf_addf(&ids, "error %s", rowset_error(t->r)->why);
	for (size_t i = 0; ids.len < 200 && !rowset_error(t->r) && i < rowset_len(t->r); i++)
		buf_addf(&ids, "%s%s", i > 0 ? " " : "", rows_cell(t, i, "id"));
	return buf_detach(&ids);
}

static const struct {
	const char *filter, *ids;
} cases[] = {
	{ "sku = AB-1", "1" },
	{ "sku != AB-1", "2 3 4" },
	{ "name != 'Rye loaf'", "2 3 4" }, /* NULL is not it either */
	{ "not name = 'Rye loaf'", "2 3 4" },
	{ "name is null", "4" },
	{ "name = null", "4" },
	{ "name ~ RYE", "1 2" },
	{ "name !~ rye", "3 4" },
	{ "name ~ 50%", "2" },
	{ "name ~ %", "2" },
	{ "name ~ /^R/", "1" },
	{ "name ~ /^r/i", "1 2" },
	{ "name like 'R%'", "1" },
	{ "name ilike 'R%'", "1 2" },
	{ "sku = A*", "1 2 3" },
	{ "sku = AB*", "1 2" },
	{ "name = R*", "1" },
	{ "sku in (AB-1, 'AC-1', none)", "1 3" },
	{ "sku not in (AB-1, AC-1)", "2 4" },
	{ "price = 5", "1" },
	{ "price = 5.000", "1" },
	{ "price = 5..7.5", "1 2" },
	{ "price != 5..7.5", "3 4" },
	{ "price > 5 price < 10", "2" },
	{ "price = ..5 or price = 10..", "1 3" },
	{ "price between 6 and 11", "2 3" },
	{ "amount = -1", "" }, /* a value that the domain would refuse */
	{ "amount > 4", "1 3" },
	{ "feeling = ok", "1" },
	{ "feeling > sad", "1 3" },
	{ "feeling = okay", "error character 11: \"okay\" is none of the values of feeling" },
	{ "digital", "1 4" },
	{ "not digital", "2 3" },
	{ "digital = no", "2" },
	{ "made = today", "1" },
	{ "made = yesterday", "2" },
	{ "made > -2h and made < +2h", "1" },
	{ "made = 2026-10-02", "3" },
	{ "made = '2026-10-02 11:30'", "3" },
	{ "made = '2026-10-02 11:30:15'", "3" },
	{ "made = '2026-10-02 11:30:15.5'", "3" },
	{ "made = '2026-10-02 11:31'", "" },
	{ "made = 2026-10-02..2026-10-31", "3 4" },
	{ "made > 2026-10-02 made <= 2026-10-31", "4" },
	{ "made >= 2026-10-02 made < 2026-10-31", "3" },
	{ "born = today", "1" },
	{ "born = yesterday..today", "1 2" },
	{ "born = 2026-10", "3 4" },
	{ "born = 2026-10-31", "4" },
	{ "tags = rye", "1" },
	{ "tags != bread", "3 4" },
	{ "tags in (rye, none)", "1" },
	{ "tags = '{bread}'", "2" },
	{ "codes = a", "1" },
	{ "codes in (a, c)", "1 2" },
	{ "tags ~ rea", "1 2" },
	{ "tags is null", "3" },
	{ "metadata.color = red", "1" },
	{ "metadata.color != red", "2 3 4" },
	{ "metadata.color is null", "3 4" },
	{ "metadata.color in (red, blue)", "1 2" },
	{ "metadata.weight > 2", "2" }, /* as numbers, and "heavy" is none */
	{ "metadata.weight = 2..10", "1 2" },
	{ "metadata.deep.x = y", "1" },
	{ "metadata.list = bread", "1 2" }, /* a list that holds it */
	{ "metadata.list = 5", "2" },
	{ "metadata.list != bread", "3 4" },
	{ "metadata.list in (7, 5, salt)", "1 2" },
	{ "metadata.on", "4" },
	{ "metadata.color ~ E", "1 2" },
	{ "metadata ~ heavy", "4" },
	{ "valid = 2026-01-15", "1" },
	{ "valid = empty", "4" },
	{ "spans = -1d", "1" },
	{ "spans != now", "1 3 4" },
	{ "spans = '{}'", "4" },
	{ "valid = '[2026-02-01,2026-03-01)'", "2" },
	{ "weight = NaN", "2" },
	{ "weight = infinity", "3" },
	{ "weight = 0", "4" },
	{ "uid = A0000000-0000-0000-0000-000000000001", "1" },
	{ "uid ~ 0002", "2" },
	{ "uid = a0000000-0000-0000-0000*", "1 2" },
	{ "price = 7*", "2" },
	{ "born = 2026-10-3*", "4" },
	{ "cs = ab", "1" },
	{ "cs ~ ab", "1 2" },
	{ "cs = ab*", "1 2" },
	{ "where price > 5 -- and", "2 3" },
	{ "where name like '%$1%' or id = 4", "4" },
	{ "/rye", "1 2" },
	{ "/rye loaf", "1" },
	{ "/ab-", "1 2" },
	{ "/nothing", "" },
	{ "uid = nonsense", "error character 7: \"nonsense\" is not a uuid; "
			    "its beginning is found by uid = nonsense*" },
	{ "where true) or (true", "error character 5: this is not one condition (\")\" without "
				  "its other half, or more than "
				  "one statement)" },
	{ "where id = $1",
	  "error character 6: $ and a number stands for a value, and none is given" },
	{ "where name = $$Rye loaf$$", "1" },
	{ "where nonsense(", "error character 9: this is not one condition (\"(\" without its "
			     "other half, or more than one statement)" },
};

Test(filters, leave_the_right_rows)
{
	struct rows t;

	open_things(&t);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char *ids = left(&t, cases[i].filter);
		cr_expect_str_eq(ids, cases[i].ids, "%s: got \"%s\", want \"%s\"",
				 cases[i].filter, ids, cases[i].ids);
		free(ids);
	}
	rows_close(&t);
}

/* Types of extensions that are in no search path are compared as they compare themselves, not as
 * texts; what has no order says so. */
static const struct {
	const char *filter, *ids;
} elsewhere[] = {
	{ "ci = ann", "1" },
	{ "ci != ANN", "2 3 4" },
	{ "ci in (ANN, bob)", "1 2" },
	{ "ci not in (ANN, bob)", "3 4" },
	{ "ci < C", "1 2" },
	{ "ci = ANN..BOB", "1 2" },
	{ "ci = B*", "2" },
	{ "ci ~ NN", "1" },
	{ "ci like 'B%'", "2" },
	{ "ci = '50%*'", "" },
	{ "path = Top.Science", "1" },
	{ "path > Top.Z", "2 3" },
	{ "path in (Top.Science, 'Top.a')", "1 3" },
	{ "tags = 'b=>2, a=>1'", "1" }, /* another text, the same value */
	{ "at = '(1.0, 2)'", "1" },
	{ "at < '(1,3)'", "1" },
	{ "at > '(1,3)'", "2" }, /* as texts (10, 0) would be less */
	{ "pattern = '*.a'", "1" },
	{ "pattern < '*.b'", "error character 1: pattern is extra.lquery, which has no order: "
			     "=, !=, in, ~ and is null go with it" },
	{ "place = '(1,2)'", "1" },
	{ "place > '(1,1)'", "error character 1: place is point, which has no order: "
			     "=, !=, in, ~ and is null go with it" },
	{ "nick = ANN", "1" }, /* a domain over it */
};

Test(filters, by_types_that_are_elsewhere)
{
	char *db = cluster_database("");
	struct rows t;

	free(cluster_sql(
		db, "CREATE SCHEMA extra; CREATE EXTENSION citext SCHEMA extra;"
		    "CREATE EXTENSION ltree SCHEMA extra; CREATE EXTENSION hstore SCHEMA extra;"
		    "CREATE EXTENSION cube SCHEMA extra; CREATE DOMAIN nick AS extra.citext;"
		    "CREATE TABLE others (id int PRIMARY KEY, ci extra.citext, path extra.ltree,"
		    " tags extra.hstore, at extra.cube, pattern extra.lquery, place point,"
		    " nick nick);"
		    "INSERT INTO others VALUES (1, 'Ann', 'Top.Science', 'a=>1,b=>2', '(1,2)',"
		    " '*.a', '(1,2)', 'Ann'), (2, 'BOB', 'Topic', 'a=>1', '(10,0)', '*.b',"
		    " '(3,4)', 'x'), (3, 'carl', 'Top.a', NULL, NULL, NULL, NULL, NULL),"
		    " (4, NULL, NULL, NULL, NULL, NULL, NULL, NULL);"));
	rows_open(&t, db, "others",
		  "[screen]\ntitle = Others\nkind = grid\nrelation = public.others\nkey = id\n",
		  NULL, 20);
	rows_settle(&t);
	for (size_t i = 0; i < ARRAY_SIZE(elsewhere); i++) {
		char *ids = left(&t, elsewhere[i].filter);
		cr_expect_str_eq(ids, elsewhere[i].ids, "%s: got \"%s\", want \"%s\"",
				 elsewhere[i].filter, ids, elsewhere[i].ids);
		free(ids);
	}
	rows_close(&t);
	free(db);
}

/* Types of every kind, their odd values, and text that is no word of the language. */
static const char odd_cells[] =
	"CREATE TYPE pair AS (a int, b text);"
	"CREATE TABLE cells (id int PRIMARY KEY, t text, n numeric, f float8, r real, i8 bigint,"
	" b bool, d date, ts timestamp, tz timestamptz, tm time, iv interval, u uuid, j jsonb,"
	" js json, a int[], ta text[], rng int4range, tr tstzrange, mr int4multirange, mon money,"
	" by bytea, x xml, c pair, net inet, mc macaddr, bt bit(3), ch char(5), pt point, o oid,"
	" tv tsvector, nm name, tt tid);"
	"INSERT INTO cells VALUES"
	" (1, 'plain', 1.50, 1.5, 0.1, 10, true, '2024-01-01', '2024-01-01 10:00',"
	"  '2024-01-01 10:00+00', '10:00', '1 day 02:00', 'a0000000-0000-0000-0000-000000000001',"
	"  '{\"a\": {\"b\": 1}}', '{\"a\":1}', '{1,2}', '{a,\"b c\",NULL}', '[1,5)',"
	"  '[2024-01-01,2024-02-01)', '{[1,3),[5,7)}', '$1,234.50', '\\xdead', '<a>1</a>',"
	"  (1, 'x'), '10.0.0.1', '08:00:2b:01:02:03', '101', 'ab', '(1,2)', 5, 'a b', 'x',"
	"  '(0,1)'),"
	" (2, E'100% _a\\\\b''q\"', 'NaN', 'NaN', 'NaN', -9223372036854775808, false, 'infinity',"
	"  '-infinity', 'infinity', '24:00', '-1 mon', NULL, 'null', 'null', '{}', '{}', 'empty',"
	"  'empty', '{}', '-$5.00', '', '<b/>', (NULL, NULL), '::1/64', NULL, '000', '',"
	"  '(0,-5)', 4294967295, '', '', '(4294967295,65535)'),"
	" (3, '', -0.0, '-Infinity', '-0', 9223372036854775807, NULL, '-infinity', 'infinity',"
	"  '-infinity', '23:59:59.999999', '0', NULL, '\"today\"', '[1]', '{{1,2},{3,4}}',"
	"  '{\"\",null,\"{x}\"}', '(,5)', '(,)', NULL, '$0.00', '\\x00', 'today',"
	"  (2, 'a,b\"c'), NULL, NULL, NULL, 'a b', NULL, 0, '''it''''s'':1A', 'null', NULL),"
	" (4, 'today', 1e30, 1e308, 1e38, 0, NULL, '0044-03-15 BC', '0044-03-15 10:00 BC',"
	"  '0044-03-15 10:00+00 BC', '12:00', '178000000 years', NULL, '12345678901234567890.10',"
	"  '\"x\"', '{NULL}', '{today}', '[5,6)', '[today,tomorrow)', NULL, NULL, '\\x0a0d',"
	"  NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);"
	"INSERT INTO cells (id, t, d, ts, tz) VALUES"
	" (5, 'null', '9999-12-31', '2024-01-01 10:00:00.123456', now()),"
	" (6, E'two\\nlines\\t ', NULL, NULL, '1900-01-01 00:00:00.5+00');"
	"INSERT INTO cells (id, t) VALUES (7, '1..2'), (8, '-2h'), (9, '/^a/'), (10, 'a*'),"
	" (11, '{x'), (12, '[1,2)'), (13, 'and'), (14, '$1'), (15, U&'na\\00efve \\65e5\\672c'),"
	" (16, ' lead'), (17, 'i'''), (18, '2026');";

static const char *const odd_columns[] = { "t",	 "n",  "f",  "r",  "i8", "b",  "d",  "ts",
					   "tz", "tm", "iv", "u",  "j",	 "js", "a",  "ta",
					   "rng", "tr", "mr", "mon", "by", "x",	 "c",  "net",
					   "mc", "bt", "ch", "pt", "o",	 "tv", "nm", "tt" };

/* The row whose cell it was must be among those that are left, and not by the opposite. */
static void by_cell(struct rows *t, const char *id, const char *column, const char *value,
		    bool is_not)
{
	struct buf filter = BUF_INIT;
	char *ids, *among, *word;

	filter_cell(&filter, column, value, is_not);
	ids = left(t, filter.data);
	among = xasprintf(" %s ", ids);
	word = xasprintf(" %s ", id);
	cr_expect_eq(strstr(among, word) != NULL, !is_not, "row %s, %s: left %s", id,
		     filter.data, ids);
	free(ids);
	free(among);
	free(word);
	buf_release(&filter);
}

Test(filters, by_any_cell_leave_its_row)
{
	char *db = cluster_database(""), *id, *value;
	struct rows t;
	int cells = 0;

	free(cluster_sql(db, odd_cells));
	rows_open(&t, db, "cells",
		  "[screen]\ntitle = Cells\nkind = grid\nrelation = public.cells\nkey = id\n",
		  NULL, 30);
	rows_settle(&t);
	for (size_t row = 0; row < 18; row++)
		for (size_t i = 0; i < ARRAY_SIZE(odd_columns); i++) {
			free(left(&t, "id is not null"));
			id = xstrdup_null(rows_cell(&t, row, "id"));
			value = xstrdup_null(rows_cell(&t, row, odd_columns[i]));
			if (value || row < 2) {
				by_cell(&t, id, odd_columns[i], value, false);
				by_cell(&t, id, odd_columns[i], value, true);
				cells++;
			}
			free(id);
			free(value);
		}
	cr_expect_gt(cells, 120);
	rows_close(&t);
	free(db);
}

Test(filters, stack_and_are_dropped_one_by_one)
{
	struct rows t;
	struct err err = ERR_INIT;

	open_things(&t);
	cr_assert(rowset_filter(t.r, "price is not null", &err));
	cr_assert(rowset_filter(t.r, "price > 5", &err));
	rows_settle(&t);
	cr_expect_eq(rowset_len(t.r), 2);
	cr_expect_eq(rowset_filters(t.r), 2);
	cr_expect_str_eq(rowset_filter_at(t.r, 0), "price is not null");
	rowset_unfilter(t.r, 1);
	rows_settle(&t);
	cr_expect_eq(rowset_len(t.r), 3);
	cr_assert(rowset_filter(t.r, NULL, &err));
	rows_settle(&t);
	cr_expect_eq(rowset_len(t.r), 4);
	rows_close(&t);
}

/* A refused filter leaves what was there, in rows and in force. */
Test(filters, that_fail_are_taken_back)
{
	struct rows t;
	struct err err = ERR_INIT;

	open_things(&t);
	cr_assert(rowset_filter(t.r, "price > 5", &err));
	rows_settle(&t);
	cr_assert(rowset_filter(t.r, "where 1 / 0 = 1", &err));
	rows_settle(&t);
	cr_assert(rowset_error(t.r));
	cr_expect_str_eq(rowset_error(t.r)->sqlstate, "22012");
	cr_expect_eq(rowset_filters(t.r), 1);
	cr_expect_eq(rowset_len(t.r), 2);
	rowset_refresh(t.r);
	rows_settle(&t);
	cr_expect_null(rowset_error(t.r));
	cr_expect_eq(rowset_len(t.r), 2);
	rows_close(&t);
}

/* Said before anything is known of the columns: they are described first. */
Test(filters, before_the_first_page)
{
	struct rows t;
	struct err err = ERR_INIT;
	char *db = cluster_database("");

	rows_session(&t, db);
	rows_screen(
		&t, "locks",
		"[screen]\ntitle = Locks\nkind = grid\nquery = catalog_schemas\nkey = oid\n",
		NULL, 0);
	cr_assert(rowset_filter(t.r, "name = pg_cat* or name = public", &err));
	rowset_resize(t.r, 10);
	rows_settle(&t);
	cr_assert_null(rowset_error(t.r), "%s", rowset_error(t.r)->why);
	cr_expect_eq(rowset_len(t.r), 1);
	rows_close(&t);
	free(db);
}
