/* SPDX-License-Identifier: MIT */
#include <criterion/criterion.h>
#include <string.h>

#include "domain/filter.h"
#include "domain/pgtype.h"
#include "domain/search.h"
#include "support/leak.h"

static const char *const states[] = { "active", "inactive", NULL };

static const struct filter_column columns[] = {
	{ .name = "sku",
	  .type = PGTYPE_TEXT,
	  .category = 'S',
	  .cast = "text",
	  .prefix = PREFIX_RANGE,
	  .indexed = true },
	{ .name = "name", .type = PGTYPE_TEXT, .category = 'S', .cast = "text" },
	{ .name = "price", .type = PGTYPE_NUMERIC, .category = 'N', .cast = "numeric" },
	{ .name = "status",
	  .type = 99999,
	  .category = 'E',
	  .cast = "commerce.status",
	  .choices = states },
	{ .name = "is_digital", .type = PGTYPE_BOOL, .category = 'B', .cast = "boolean" },
	{ .name = "created_at",
	  .type = PGTYPE_TIMESTAMPTZ,
	  .category = 'D',
	  .cast = "timestamp with time zone" },
	{ .name = "born", .type = PGTYPE_DATE, .category = 'D', .cast = "date" },
	{ .name = "tags", .type = 1009, .category = 'A', .cast = "text[]" },
	{ .name = "metadata", .type = PGTYPE_JSONB, .category = 'U', .cast = "jsonb" },
	{ .name = "indexed",
	  .type = PGTYPE_JSONB,
	  .category = 'U',
	  .cast = "jsonb",
	  .gin = true },
	{ .name = "valid", .type = 3912, .category = 'R', .cast = "daterange" },
	{ .name = "booked", .type = 4534, .category = 'R', .cast = "tstzmultirange" },
	{ .name = "amount",
	  .type = PGTYPE_NUMERIC,
	  .category = 'N',
	  .cast = "commerce.money",
	  .domain = true },
	{ .name = "local",
	  .type = PGTYPE_TEXT,
	  .category = 'S',
	  .cast = "text",
	  .odd_collation = true },
	{ .name = "Odd \"Name\"", .type = PGTYPE_TEXT, .category = 'S', .cast = "text" },
	{ .name = "mystery" },
	{ .name = "id", .type = PGTYPE_INT4, .category = 'N', .cast = "integer" },
	{ .name = "code", .type = PGTYPE_UUID, .category = 'U', .cast = "uuid" },
};

static bool find(void *ctx, const char *name, struct filter_column *out, struct err *err)
{
	(void)ctx;
	for (size_t i = 0; i < sizeof columns / sizeof *columns; i++)
		if (strcmp(columns[i].name, name) == 0) {
			*out = columns[i];
			return true;
		}
	return err_set(err, ERR_USAGE, NULL, "unknown column \"%s\"", name);
}

/* The condition and, after " | ", its parameters; or "error: …". */
static char *compiled(const char *text)
{
	struct err err = ERR_INIT;
	struct sqlset *set = sqlset_load(NULL, &err);
	struct filter *f = filter_parse(text, &err);
	struct buf out = BUF_INIT;
	struct params params = PARAMS_INIT;

	if (f && filter_compile(f, set, find, NULL, &out, &params, &err)) {
		for (size_t i = 0; i < params.list.len; i++)
			buf_addf(&out, "%s%s", i > 0 ? " " : " | ", params.list.v[i].text);
	} else {
		buf_clear(&out);
		buf_addf(&out, "error: %s", err.why);
	}
	filter_free(&f);
	params_release(&params);
	sqlset_free(&set);
	err_release(&err);
	return buf_detach(&out);
}

static void expect(const char *text, const char *want)
{
	char *got = compiled(text);

	cr_expect_str_eq(got, want, "%s\ngot  %s\nwant %s", text, got, want);
	free(got);
}

LEAK_TEST(filter, comparisons)
{
	expect("sku = AB-1", "q.\"sku\" = CAST($1 AS text) | AB-1");
	expect("sku=AB-1", "q.\"sku\" = CAST($1 AS text) | AB-1");
	expect("sku = O'Brien", "q.\"sku\" = CAST($1 AS text) | O'Brien");
	expect("sku != AB-1", "(q.\"sku\" = CAST($1 AS text)) IS NOT TRUE | AB-1");
	expect("sku <> AB-1", "(q.\"sku\" = CAST($1 AS text)) IS NOT TRUE | AB-1");
	expect("price >= 5.50", "q.\"price\" >= CAST($1 AS numeric) | 5.50");
	expect("price<5", "q.\"price\" < CAST($1 AS numeric) | 5");
	expect("name = 'it''s \"so\"'", "q.\"name\" = CAST($1 AS text) | it's \"so\"");
	expect("\"Odd \"\"Name\"\"\" = x", "q.\"Odd \"\"Name\"\"\" = CAST($1 AS text) | x");
	expect("amount > 5", "q.\"amount\" > $1 | 5");
	expect("mystery = 5", "q.\"mystery\" = $1 | 5");
}

LEAK_TEST(filter, together)
{
	expect("sku=a price>1",
	       "(q.\"sku\" = CAST($1 AS text) AND q.\"price\" > CAST($2 AS numeric)) | a 1");
	expect("sku=a, price>1",
	       "(q.\"sku\" = CAST($1 AS text) AND q.\"price\" > CAST($2 AS numeric)) | a 1");
	expect("sku=a or name=b and price=1",
	       "(q.\"sku\" = CAST($1 AS text) OR (q.\"name\" = CAST($2 AS text) AND "
	       "q.\"price\" = CAST($3 AS numeric))) | a b 1");
	expect("NOT (sku=a Or name=b)", "((q.\"sku\" = CAST($1 AS text) OR q.\"name\" = "
					"CAST($2 AS text))) IS NOT TRUE | a b");
	expect("not not sku=a", "((q.\"sku\" = CAST($1 AS text)) IS NOT TRUE) IS NOT TRUE | a");
}

LEAK_TEST(filter, lists_ranges_and_null)
{
	expect("sku in (a, 'b c',d)",
	       "q.\"sku\" IN (CAST($1 AS text), CAST($2 AS text), CAST($3 AS text)) | a b c d");
	expect("sku not in (a)", "(q.\"sku\" IN (CAST($1 AS text))) IS NOT TRUE | a");
	expect("price = 5..10", "(q.\"price\" >= CAST($1 AS numeric) AND q.\"price\" <= "
				"CAST($2 AS numeric)) | 5 10");
	expect("price = 5..", "q.\"price\" >= CAST($1 AS numeric) | 5");
	expect("price = ..10", "q.\"price\" <= CAST($1 AS numeric) | 10");
	expect("price != 5..10", "((q.\"price\" >= CAST($1 AS numeric) AND q.\"price\" <= "
				 "CAST($2 AS numeric))) IS NOT TRUE | 5 10");
	expect("price between 5 and 10", "(q.\"price\" >= CAST($1 AS numeric) AND q.\"price\" "
					 "<= CAST($2 AS numeric)) | 5 10");
	expect("name is null", "q.\"name\" IS NULL");
	expect("name IS NOT NULL", "q.\"name\" IS NOT NULL");
	expect("name = null", "q.\"name\" IS NULL");
	expect("name = 'null'", "q.\"name\" = CAST($1 AS text) | null");
}

LEAK_TEST(filter, texts)
{
	expect("name ~ 50%_", "q.\"name\" ILIKE CAST($1 AS pg_catalog.text) | %50\\%\\_%");
	expect("name !~ rye",
	       "(q.\"name\" ILIKE CAST($1 AS pg_catalog.text)) IS NOT TRUE | %rye%");
	expect("price ~ 99",
	       "q.\"price\"::pg_catalog.text ILIKE CAST($1 AS pg_catalog.text) | %99%");
	expect("local ~ x",
	       "(q.\"local\" COLLATE \"default\") ILIKE CAST($1 AS pg_catalog.text) | %x%");
	expect("name ~ /^a b\\/c+/", "q.\"name\" ~ CAST($1 AS pg_catalog.text) | ^a b/c+");
	expect("name ~ /a\\d/i", "q.\"name\" ~* CAST($1 AS pg_catalog.text) | a\\d");
	expect("name not like 'a%'",
	       "(q.\"name\" LIKE CAST($1 AS pg_catalog.text)) IS NOT TRUE | a%");
	expect("sku = AB*",
	       "(q.\"sku\" OPERATOR(pg_catalog.>=) CAST($1 AS pg_catalog.text) AND q.\"sku\" "
	       "OPERATOR(pg_catalog.<) CAST($2 "
			    "AS pg_catalog.text)) | AB AC");
	expect("sku = 'AB*'", "q.\"sku\" = CAST($1 AS text) | AB*");
	expect("name = AB*", "q.\"name\" ^@ CAST($1 AS pg_catalog.text) | AB");
	/* no character after it within ASCII */
	expect("sku = AB~*", "error: character 9: the name of a column is expected here");
	expect("sku = Ré*", "q.\"sku\" ^@ CAST($1 AS pg_catalog.text) | Ré");
}

LEAK_TEST(filter, booleans_and_enums)
{
	expect("is_digital", "q.\"is_digital\"");
	expect("not is_digital", "(q.\"is_digital\") IS NOT TRUE");
	expect("is_digital=Yes", "q.\"is_digital\" = CAST($1 AS boolean) | true");
	expect("is_digital is not true",
	       "(q.\"is_digital\" = CAST($1 AS boolean)) IS NOT TRUE | true");
	expect("status=active", "q.\"status\" = CAST($1 AS commerce.status) | active");
	expect("status=acting",
	       "error: character 8: \"acting\" is none of the values of status");
	expect("is_digital=maybe", "error: character 12: \"maybe\" is not yes or no");
}

#define TZ "CAST(CAST($%d AS pg_catalog.timestamptz) AS pg_catalog.timestamptz)"

LEAK_TEST(filter, times)
{
	expect("created_at > -2h",
	       "q.\"created_at\" > CAST((pg_catalog.now() + CAST($1 AS pg_catalog.interval)) "
	       "AS pg_catalog.timestamptz) | -2 hours");
	expect("created_at < +1d12h", "q.\"created_at\" < CAST((pg_catalog.now() + CAST($1 AS "
				      "pg_catalog.interval)) AS pg_catalog.timestamptz) "
				      "| +1 days +12 hours");
	expect("created_at = 2026-10",
	       "(q.\"created_at\" >= CAST(CAST($1 AS pg_catalog.timestamptz) AS "
	       "pg_catalog.timestamptz) AND "
	       "q.\"created_at\" < CAST((CAST($2 AS pg_catalog.timestamptz) + CAST($3 AS "
	       "pg_catalog.interval)) AS "
	       "pg_catalog.timestamptz)) | 2026-10-01 2026-10-01 1 month");
	expect("created_at <= 2026-10-02",
	       "q.\"created_at\" < CAST((CAST($1 AS pg_catalog.timestamptz) + CAST($2 AS "
	       "pg_catalog.interval)) AS "
	       "pg_catalog.timestamptz) | 2026-10-02 1 day");
	expect("born = today",
	       "(q.\"born\" >= CAST((pg_catalog.date_trunc('day', pg_catalog.now() + CAST($1 "
	       "AS pg_catalog.interval))) AS "
	       "pg_catalog.date) AND q.\"born\" < CAST(((pg_catalog.date_trunc('day', "
	       "pg_catalog.now() + CAST($2 AS "
	       "pg_catalog.interval))) + CAST($3 AS pg_catalog.interval)) AS pg_catalog.date)) "
	       "| 0 days 0 days 1 day");
	expect("created_at = 'today'",
	       "q.\"created_at\" = CAST($1 AS timestamp with time zone) | today");
	/* a word that means nothing here is a value for the server */
	expect("created_at = infinity",
	       "q.\"created_at\" = CAST($1 AS timestamp with time zone) | infinity");
	/* what looks like a date is none where no date is */
	expect("sku = 2026", "q.\"sku\" = CAST($1 AS text) | 2026");
}

LEAK_TEST(filter, arrays_and_ranges)
{
	expect("tags = bread",
	       "q.\"tags\" OPERATOR(pg_catalog.@>) CAST($1 AS text[]) | {\"bread\"}");
	expect("tags != bread",
	       "(q.\"tags\" OPERATOR(pg_catalog.@>) CAST($1 AS text[])) IS NOT TRUE | {\"bread\"}");
	expect("tags in (a, 'b c')",
	       "q.\"tags\" OPERATOR(pg_catalog.&&) CAST($1 AS text[]) | {\"a\",\"b c\"}");
	expect("tags = '{a,b}'", "q.\"tags\" = CAST($1 AS text[]) | {a,b}");
	expect("tags ~ rye",
	       "q.\"tags\"::pg_catalog.text ILIKE CAST($1 AS pg_catalog.text) | %rye%");
	expect("tags > a",
	       "error: character 1: tags is an array: =, !=, in, ~ and is null go with it");
	expect("valid = 2026-10-02",
	       "q.\"valid\" OPERATOR(pg_catalog.@>) CAST($1 AS pg_catalog.date) | 2026-10-02");
	expect("valid != yesterday",
	       "(q.\"valid\" OPERATOR(pg_catalog.@>) "
	       "CAST((pg_catalog.date_trunc('day', pg_catalog.now() + "
	       "CAST($1 AS pg_catalog.interval))) AS pg_catalog.date)) IS NOT TRUE | -1 day");
	expect("booked = -2h",
	       "q.\"booked\" OPERATOR(pg_catalog.@>) CAST((pg_catalog.now() + "
	       "CAST($1 AS pg_catalog.interval)) AS "
	       "pg_catalog.timestamptz) | -2 hours");
	expect("booked = '{}'", "q.\"booked\" = CAST($1 AS tstzmultirange) | {}");
	expect("valid = '[2026-10-02,2026-10-03)'",
	       "q.\"valid\" = CAST($1 AS daterange) | [2026-10-02,2026-10-03)");
}

#define JSON_PLACE(sign) "(q.\"metadata\" " sign " CAST($1 AS pg_catalog.text[]))"
#define JSON_EQUALS(value)                                                                     \
	"(" JSON_PLACE("#>>") " = " value " OR CASE WHEN pg_catalog.jsonb_typeof"                \
	JSON_PLACE("#>") " = 'array' THEN " value " = ANY (ARRAY(SELECT "                        \
	"pg_catalog.jsonb_array_elements_text" JSON_PLACE("#>") ")) END)"
#define JSON_HAS(value) "q.\"indexed\" OPERATOR(pg_catalog.@>) CAST(" value " AS pg_catalog.jsonb)"

LEAK_TEST(filter, inside_json)
{
	expect("metadata.color = red", JSON_EQUALS("$2") " | {\"color\"} red");
	expect("metadata.a.\"b c\" is null",
	       "(q.\"metadata\" #>> CAST($1 AS pg_catalog.text[])) IS NULL | {\"a\",\"b c\"}");
	expect("metadata.color in (red, blue)",
	       "(" JSON_EQUALS("$2") " OR " JSON_EQUALS("$3") ") | {\"color\"} red blue");
	expect("indexed.color = red",
	       "(" JSON_HAS("$1") " OR " JSON_HAS("$2") ") | {\"color\": \"red\"} "
	       "{\"color\": [\"red\"]}");
	expect("indexed.a.b = 5", "(((" JSON_HAS("$1") " OR " JSON_HAS("$2") ") OR " JSON_HAS("$3")
				  ") OR " JSON_HAS("$4") ") | {\"a\": {\"b\": \"5\"}} "
				  "{\"a\": {\"b\": [\"5\"]}} {\"a\": {\"b\": 5}} "
				  "{\"a\": {\"b\": [5]}}");
	expect("name.x = 1", "error: character 1: name is not json: nothing lies inside it");
}

LEAK_TEST(filter, values_in_brackets_end_with_them)
{
	expect("tags = {a,b} sku = c", "(q.\"tags\" = CAST($1 AS text[]) AND "
				       "q.\"sku\" = CAST($2 AS text)) | {a,b} c");
	expect("metadata = {\"a\": \"}, \"} sku = c",
	       "(q.\"metadata\" = CAST($1 AS jsonb) AND q.\"sku\" = CAST($2 AS text)) | "
	       "{\"a\": \"}, \"} c");
	expect("valid = [2026-01-01,2026-02-01) sku = c",
	       "(q.\"valid\" = CAST($1 AS daterange) AND q.\"sku\" = CAST($2 AS text)) | "
	       "[2026-01-01,2026-02-01) c");
	/* One that stays open is a word like any other. */
	expect("name = [a", "q.\"name\" = CAST($1 AS text) | [a");
	expect("price = -inf", "q.\"price\" = CAST($1 AS numeric) | -inf");
}

LEAK_TEST(filter, errors_tell_the_place)
{
	expect("sku",
	       "error: character 1: what about sku? (an operator such as = is expected)");
	expect("", "error: character 1: the name of a column is expected here");
	expect("sku =", "error: character 6: a value is expected here");
	expect("nme = x", "error: character 1: unknown column \"nme\"");
	expect("préis = x", "error: character 1: unknown column \"préis\"");
	expect("sku = 'é' and price = dear",
	       "error: character 23: \"dear\" is not a number (price is numeric)");
	expect("(sku = a", "error: character 1: this parenthesis is not closed");
	expect("sku = a)", "error: character 8: nothing opens this \")\"");
	expect("sku = 'a", "error: character 7: this quote is not closed");
	expect("sku in a", "error: character 8: a list in ( ) is expected after in");
	expect("sku in (a", "error: character 10: the list is not closed by )");
	expect("sku is nothing",
	       "error: character 8: \"null\" or \"not null\" is expected after is");
	expect("price between 1",
	       "error: character 16: between LOW and HIGH: \"and\" is expected here");
	expect("price > 1..2", "error: character 9: a range goes with = or !=");
	expect("id = 1.5", "error: character 6: \"1.5\" is not a whole number (id is integer)");
	expect("id in (1, 2147483648)",
	       "error: character 11: id goes from -2147483648 to 2147483647");
	expect("code = 0000", "error: character 8: \"0000\" is not a uuid; "
			      "its beginning is found by code = 0000*");
	expect("born = 2023-02-29", "error: character 8: there is no such day as 2023-02-29");
	expect("created_at > 2023-13", "error: character 14: there is no such day as 2023-13");
	expect("born = 2024-02-01..2024-02-30",
	       "error: character 20: there is no such day as 2024-02-30");
	expect("name ~ /a", "error: character 8: this expression is not closed by /");
}

LEAK_TEST(filter, nesting_is_bounded)
{
	char deep[1001];

	memset(deep, '(', sizeof deep - 1);
	deep[sizeof deep - 1] = '\0';
	expect(deep, "error: character 201: nested too deeply");
}

static void expect_cell(const char *column, const char *value, bool is_not, const char *want)
{
	struct buf out = BUF_INIT;
	struct err err = ERR_INIT;

	filter_cell(&out, column, value, is_not);
	cr_expect_str_eq(out.data, want);
	struct filter *f = filter_parse(out.data, &err);
	cr_expect(f, "%s: %s", out.data, err.why);
	if (f)
		cr_expect_str_eq(filter_names(f)[0], column);
	filter_free(&f);
	err_release(&err);
	buf_release(&out);
}

LEAK_TEST(filter, the_cell_under_the_cursor)
{
	expect_cell("status", "active", false, "status = active");
	expect_cell("status", "active", true, "status != active");
	expect_cell("brand", NULL, false, "brand is null");
	expect_cell("brand", NULL, true, "brand is not null");
	expect_cell("name", "Rye loaf", false, "name = 'Rye loaf'");
	expect_cell("name", "it's", false, "name = 'it''s'");
	expect_cell("name", "today", false, "name = 'today'");
	expect_cell("name", "null", false, "name = 'null'");
	expect_cell("name", "a..b", false, "name = 'a..b'");
	expect_cell("name", "AB*", false, "name = 'AB*'");
	expect_cell("name", "", false, "name = ''");
	expect_cell("Odd \"Name\"", "x", false, "\"Odd \"\"Name\"\"\" = x");
	expect_cell("not", "x", false, "\"not\" = x");
}

static void expect_search(bool near, const char *text, const char *index, const char *want)
{
	struct err err = ERR_INIT;
	struct sqlset *set = sqlset_load(NULL, &err);
	struct buf out = BUF_INIT;
	struct params params = PARAMS_INIT;

	if (!near)
		search_wide(&out, &params, set, text, columns, 2);
	else if (!search_near(&out, &params, set, text, columns, 2, index))
		buf_adds(&out, "none");
	for (size_t i = 0; i < params.list.len; i++)
		buf_addf(&out, "%s%s", i > 0 ? " " : " | ", params.list.v[i].text);
	cr_expect_str_eq(out.data, want, "got  %s\nwant %s", out.data, want);
	buf_release(&out);
	params_release(&params);
	sqlset_free(&set);
}

LEAK_TEST(search, wide_finds_every_word_anywhere)
{
	expect_search(false, " rye  800 ", NULL,
		      "((q.\"sku\" ILIKE CAST($1 AS pg_catalog.text) OR q.\"name\" ILIKE "
		      "CAST($2 AS pg_catalog.text)) AND "
		      "(q.\"sku\" ILIKE CAST($3 AS pg_catalog.text) OR q.\"name\" ILIKE "
		      "CAST($4 AS pg_catalog.text))) | "
		      "%rye% %rye% %800% %800%");
}

LEAK_TEST(search, near_uses_what_an_index_serves)
{
	const char *index = "CREATE INDEX i ON commerce.p USING gin "
			    "(to_tsvector('english'::regconfig, ((name || ')'::text))))";

	expect_search(true, "AB", NULL,
		      "(q.\"sku\" OPERATOR(pg_catalog.>=) CAST($1 AS pg_catalog.text) "
		      "AND q.\"sku\" OPERATOR(pg_catalog.<) CAST($2 AS "
		      "pg_catalog.text)) | AB AC");
	expect_search(true, "AB", index,
		      "((q.\"sku\" OPERATOR(pg_catalog.>=) CAST($1 AS pg_catalog.text) "
		      "AND q.\"sku\" OPERATOR(pg_catalog.<) CAST($2 AS "
		      "pg_catalog.text)) OR "
		      "(to_tsvector('english'::regconfig, ((name || ')'::text)))) @@ "
		      "pg_catalog.websearch_to_tsquery(CAST('english' AS "
		      "pg_catalog.regconfig), $3)) | AB AC AB");
	expect_search(true, "AB", "CREATE INDEX i ON p USING gin (words)",
		      "((q.\"sku\" OPERATOR(pg_catalog.>=) CAST($1 AS pg_catalog.text) "
		      "AND q.\"sku\" OPERATOR(pg_catalog.<) CAST($2 AS "
		      "pg_catalog.text)) OR (words) @@ pg_catalog.websearch_to_tsquery($3)) | "
		      "AB AC AB");
	cr_expect(search_is_fulltext(index));
	cr_expect_not(search_is_fulltext("CREATE INDEX i ON t USING gin (tags)"));
	cr_expect_not(search_is_fulltext(
		"CREATE INDEX i ON t USING gin (to_tsvector('english'::regconfig, a), b)"));
}
