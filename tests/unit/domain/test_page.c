/* SPDX-License-Identifier: MIT */
#include <criterion/criterion.h>

#include "base/alloc.h"
#include "domain/page.h"
#include "domain/pgtype.h"
#include "support/leak.h"

static const char *const three[] = { "5", "x", "7" };

/* The statement on one line. */
static char *composed(const struct page_request *req, struct params *params)
{
	struct err err = ERR_INIT;
	struct sqlset *set = sqlset_load(NULL, &err);
	struct buf sql = BUF_INIT, line = BUF_INIT;

	cr_assert(set, "%s", err.why);
	page_compose(&sql, params, set, req);
	for (const char *s = sql.data; *s; s++) {
		bool blank = *s == ' ' || *s == '\n';
		if (!blank || (line.len > 0 && line.data[line.len - 1] != ' '))
			buf_addc(&line, blank ? ' ' : *s);
	}
	sqlset_free(&set);
	buf_release(&sql);
	return buf_detach(&line);
}

static void expect(const struct page_request *req, const char *want,
		   const char *params_text_list)
{
	struct params params = PARAMS_INIT;
	struct buf list = BUF_INIT;
	char *got = composed(req, &params);

	for (size_t i = 0; i < params.list.len; i++)
		buf_addf(&list, "%s%s", i > 0 ? " " : "",
			 params.list.v[i].text ? params.list.v[i].text : "NULL");
	cr_expect_str_eq(got, want, "got  %s\nwant %s", got, want);
	cr_expect_str_eq(list.data, params_text_list);
	free(got);
	buf_release(&list);
	params_release(&params);
}

static struct page_request request(const struct sort_key *sort, size_t nsort,
				   enum page_from from)
{
	static const struct page_column columns[] = { { .name = "a" } };

	return (struct page_request){
		.base = "t AS q",
		.columns = columns,
		.ncolumns = 1,
		.sort = sort,
		.nsort = nsort,
		.from = from,
		.anchor = three,
		.nanchor = nsort,
		.limit = 10,
	};
}

LEAK_TEST(page, first_and_last)
{
	const struct sort_key sort[] = { { .column = "a", .not_null = true },
					 { .column = "b", .not_null = true } };
	struct page_request req = request(sort, 2, PAGE_FIRST);

	expect(&req, "SELECT q.\"a\" FROM t AS q ORDER BY q.\"a\", q.\"b\" LIMIT $1", "10");
	req.from = PAGE_LAST;
	expect(&req, "SELECT q.\"a\" FROM t AS q ORDER BY q.\"a\" DESC, q.\"b\" DESC LIMIT $1",
	       "10");
}

LEAK_TEST(page, a_type_of_another_schema_is_compared_by_its_own_operators)
{
	const struct sort_key sort[] = {
		{ .column = "a", .not_null = true, .type = "x.citext", .operators = "x" },
		{ .column = "b", .not_null = true }
	};
	struct page_request req = request(sort, 2, PAGE_AFTER);

	expect(&req,
	       "(SELECT q.\"a\" FROM t AS q WHERE q.\"a\" OPERATOR(\"x\".=) CAST($1 AS "
	       "x.citext)"
	       " AND q.\"b\" > $2 ORDER BY q.\"a\", q.\"b\" LIMIT $3) UNION ALL"
	       " (SELECT q.\"a\" FROM t AS q WHERE q.\"a\" OPERATOR(\"x\".>) CAST($1 AS "
	       "x.citext)"
	       " ORDER BY q.\"a\", q.\"b\" LIMIT $3) LIMIT $3",
	       "5 x 10");
}

LEAK_TEST(page, a_row_is_compared_by_the_operators_of_pg_catalog_where_a_bare_sign_may_be_anothers)
{
	const struct sort_key sort[] = {
		{ .column = "a", .not_null = true },
		{ .column = "b", .not_null = true, .operators = "pg_catalog" }
	};
	struct page_request req = request(sort, 2, PAGE_AFTER);

	expect(&req,
	       "SELECT q.\"a\" FROM t AS q WHERE (q.\"a\", q.\"b\") "
	       "OPERATOR(\"pg_catalog\".>) ($1, $2) ORDER BY q.\"a\", q.\"b\" LIMIT $3",
	       "5 x 10");
}

LEAK_TEST(page, one_row_comparison_when_nothing_is_null_and_all_go_one_way)
{
	const struct sort_key sort[] = {
		{ .column = "a", .not_null = true },
		{ .column = "b", .not_null = true },
		{ .column = "c", .type = "bigint", .not_null = true }
	};
	struct page_request req = request(sort, 3, PAGE_AFTER);

	expect(&req,
	       "SELECT q.\"a\" FROM t AS q WHERE (q.\"a\", q.\"b\", q.\"c\") > ($1, $2, "
	       "CAST($3 AS bigint)) "
	       "ORDER BY q.\"a\", q.\"b\", q.\"c\" LIMIT $4",
	       "5 x 7 10");
	req.from = PAGE_BEFORE;
	expect(&req,
	       "SELECT q.\"a\" FROM t AS q WHERE (q.\"a\", q.\"b\", q.\"c\") < ($1, $2, "
	       "CAST($3 AS bigint)) "
	       "ORDER BY q.\"a\" DESC, q.\"b\" DESC, q.\"c\" DESC LIMIT $4",
	       "5 x 7 10");
	req.from = PAGE_AT;
	expect(&req,
	       "SELECT q.\"a\" FROM t AS q WHERE (q.\"a\", q.\"b\", q.\"c\") >= ($1, $2, "
	       "CAST($3 AS bigint)) "
	       "ORDER BY q.\"a\", q.\"b\", q.\"c\" LIMIT $4",
	       "5 x 7 10");
}

LEAK_TEST(page, a_nullable_first_column_has_its_nulls_after)
{
	const struct sort_key sort[] = { { .column = "a" },
					 { .column = "id", .not_null = true } };
	struct page_request req = request(sort, 2, PAGE_AFTER);

	expect(&req,
	       "(SELECT q.\"a\" FROM t AS q WHERE (q.\"a\", q.\"id\") > ($1, $2) ORDER BY "
	       "q.\"a\", q.\"id\" LIMIT $3) "
	       "UNION ALL (SELECT q.\"a\" FROM t AS q WHERE q.\"a\" IS NULL ORDER BY q.\"a\", "
	       "q.\"id\" LIMIT $3) LIMIT $3",
	       "5 x 10");
	/* Backwards the NULLs are behind us. */
	req.from = PAGE_BEFORE;
	expect(&req,
	       "SELECT q.\"a\" FROM t AS q WHERE (q.\"a\", q.\"id\") < ($1, $2) "
	       "ORDER BY q.\"a\" DESC, q.\"id\" DESC LIMIT $3",
	       "5 x 10");
}

LEAK_TEST(page, from_inside_the_nulls)
{
	static const char *const null_and_key[] = { NULL, "7" };
	const struct sort_key sort[] = { { .column = "a" },
					 { .column = "id", .not_null = true } };
	struct page_request req = request(sort, 2, PAGE_AFTER);

	req.anchor = null_and_key;
	expect(&req,
	       "SELECT q.\"a\" FROM t AS q WHERE q.\"a\" IS NULL AND q.\"id\" > $1 ORDER BY "
	       "q.\"a\", q.\"id\" LIMIT $2",
	       "7 10");
	req.from = PAGE_BEFORE;
	expect(&req,
	       "(SELECT q.\"a\" FROM t AS q WHERE q.\"a\" IS NULL AND q.\"id\" < $1 ORDER BY "
	       "q.\"a\" DESC, q.\"id\" DESC LIMIT $2) "
	       "UNION ALL (SELECT q.\"a\" FROM t AS q WHERE q.\"a\" IS NOT NULL ORDER BY "
	       "q.\"a\" DESC, q.\"id\" DESC LIMIT $2) "
	       "LIMIT $2",
	       "7 10");
}

LEAK_TEST(page, another_direction_is_a_range_of_its_own)
{
	const struct sort_key sort[] = {
		{ .column = "a", .descending = true, .nulls_first = true, .not_null = true },
		{ .column = "id", .not_null = true }
	};
	struct page_request req = request(sort, 2, PAGE_AFTER);

	expect(&req,
	       "(SELECT q.\"a\" FROM t AS q WHERE q.\"a\" = $1 AND q.\"id\" > $2 ORDER BY "
	       "q.\"a\" DESC, q.\"id\" LIMIT $3) "
	       "UNION ALL (SELECT q.\"a\" FROM t AS q WHERE q.\"a\" < $1 ORDER BY q.\"a\" "
	       "DESC, q.\"id\" LIMIT $3) LIMIT $3",
	       "5 x 10");
}

LEAK_TEST(page, nulls_elsewhere_are_two_ranges_so_that_any_index_serves)
{
	const struct sort_key sort[] = { { .column = "a", .nulls_first = true },
					 { .column = "id", .not_null = true } };
	struct page_request req = request(sort, 2, PAGE_FIRST);

	expect(&req,
	       "(SELECT q.\"a\" FROM t AS q WHERE q.\"a\" IS NULL ORDER BY q.\"a\", q.\"id\" "
	       "LIMIT $1) UNION ALL "
	       "(SELECT q.\"a\" FROM t AS q WHERE q.\"a\" IS NOT NULL ORDER BY q.\"a\", "
	       "q.\"id\" LIMIT $1) LIMIT $1",
	       "10");
}

LEAK_TEST(page, nothing_follows_the_last_null)
{
	static const char *const null[] = { NULL };
	const struct sort_key sort[] = { { .column = "a" } };
	struct page_request req = request(sort, 1, PAGE_AFTER);

	req.anchor = null;
	expect(&req, "SELECT q.\"a\" FROM t AS q WHERE false", "");
}

LEAK_TEST(page, filters_are_numbered_after_the_base)
{
	const struct sort_key sort[] = { { .column = "id", .not_null = true } };
	struct params base = PARAMS_INIT, one = PARAMS_INIT, two = PARAMS_INIT;
	struct filter_sql filters[] = { { "q.\"a$1\" = $1", &one },
					{ "q.\"b\" IN ($1, $2)", &two },
					{ "(c = '$1')", NULL } };
	struct page_request req = request(sort, 1, PAGE_AFTER);

	params_text(&base, "base");
	params_text(&one, "one");
	params_text(&two, "two");
	params_text(&two, "three");
	req.base_params = &base;
	req.filters = filters;
	req.nfilters = 3;
	expect(&req,
	       "SELECT q.\"a\" FROM t AS q WHERE q.\"a$1\" = $2 AND q.\"b\" IN ($3, $4) AND (c "
	       "= '$1') AND q.\"id\" > $5 "
	       "ORDER BY q.\"id\" LIMIT $6",
	       "base one two three 5 10");
	params_release(&base);
	params_release(&one);
	params_release(&two);
}

LEAK_TEST(page, long_columns_are_cut_and_names_quoted)
{
	const struct page_column columns[] = { { .name = "we\"ird" },
					       { .name = "text", .cut = 21 },
					       { .name = "bytes", .cut = 9, .binary = true } };
	struct page_request req = {
		.base = "t AS q", .columns = columns, .ncolumns = 3, .limit = 1
	};

	expect(&req,
	       "SELECT q.\"we\"\"ird\", pg_catalog.left(q.\"text\"::pg_catalog.text, 21) AS "
	       "\"text\", "
	       "pg_catalog.substring(q.\"bytes\", 1, 9) AS \"bytes\" FROM t AS q LIMIT $1",
	       "1");
}

/* What a page goes on from is told from what begins alike. */
LEAK_TEST(page, what_is_sorted_by_is_cut_with_a_digest)
{
	const struct page_column columns[] = { { .name = "t", .cut = 21 },
					       { .name = "b", .cut = 9, .binary = true } };
	const struct sort_key sort[] = { { .column = "t" },
					 { .column = "b" },
					 { .column = "id", .not_null = true } };
	const char *const anchor[] = { "begins", NULL, "7" };
	const int beginnings[] = { 21, -9, 0 };
	struct page_request req = { .base = "t AS q",
				    .columns = columns,
				    .ncolumns = 2,
				    .sort = sort,
				    .nsort = 3,
				    .anchor = anchor,
				    .beginnings = beginnings,
				    .nanchor = 3 };
	struct params params = PARAMS_INIT;
	struct buf sql = BUF_INIT;
	struct err err = ERR_INIT;
	struct sqlset *set = sqlset_load(NULL, &err);

	cr_assert(set, "%s", err.why);
	page_compose(&sql, &params, set, &req);
	cr_expect(strstr(sql.data, "'hex')\n            ELSE '' END) AS \"t\""), "%s",
		  sql.data);
	cr_expect(strstr(sql.data, "pg_catalog.sha256(q.\"b\") ELSE '' END) AS \"b\""), "%s",
		  sql.data);
	buf_clear(&sql);
	page_anchor(&sql, &params, set, &req);
	cr_expect(strstr(sql.data, "SELECT 1 AS there"), "%s", sql.data);
	cr_expect(strstr(sql.data, "ELSE '' END = $2"), "%s", sql.data);
	cr_expect(strstr(sql.data, "q.\"b\" IS NULL"), "%s", sql.data);
	cr_expect(strstr(sql.data, "q.\"id\" = $1"), "%s", sql.data);
	sqlset_free(&set);
	buf_release(&sql);
	params_release(&params);
}

static void expect_type(const char *type, const char *want)
{
	struct buf out = BUF_INIT;

	type_without_modifier(&out, type);
	cr_expect_str_eq(out.data, want, "%s gives %s, not %s", type, out.data, want);
	buf_release(&out);
}

LEAK_TEST(page, casts_never_cut)
{
	expect_type("bigint", "bigint");
	expect_type("numeric(12,2)", "numeric");
	expect_type("character varying(20)[]", "character varying[]");
	expect_type("character(3)", "bpchar");
	expect_type("character(3)[]", "bpchar[]");
	expect_type("bit(8)", "\"bit\"");
	expect_type("timestamp(3) with time zone", "timestamp with time zone");
	expect_type("interval day to second(3)", "interval");
	expect_type("commerce.\"odd(1)\"", "commerce.\"odd(1)\"");
	expect_type("intervals", "intervals");
}
