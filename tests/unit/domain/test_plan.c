/* SPDX-License-Identifier: MIT */
#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "domain/interpolate.h"
#include "domain/pgtype.h"
#include "domain/plan.h"
#include "domain/rowkey.h"
#include "support/leak.h"

static const char sorted[] =
	"[{\"Plan\": {\"Node Type\": \"Limit\", \"Startup Cost\": 90000.0, \"Total Cost\": "
	"90001.0, "
	"\"Plan Rows\": 40, \"Plans\": [{\"Node Type\": \"Sort\", \"Startup Cost\": 90000.0, "
	"\"Total Cost\": 92000.0, \"Plan Rows\": 1000000, \"Sort Key\": [\"t\", \"id\"], "
	"\"Plans\": "
	"[{\"Node Type\": \"Seq Scan\", \"Relation Name\": \"products\", \"Startup Cost\": "
	"0.0, "
	"\"Total Cost\": 60000.0, \"Plan Rows\": 1000000}]}]}}]";

static const char served[] =
	"[{\"Plan\": {\"Node Type\": \"Limit\", \"Startup Cost\": 0.4, \"Total Cost\": 3.0, "
	"\"Plan Rows\": 40, "
	"\"Plans\": [{\"Node Type\": \"Index Scan\", \"Relation Name\": \"products\", \"Index "
	"Name\": \"by_sku\", "
	"\"Startup Cost\": 0.4, \"Total Cost\": 80000.0, \"Plan Rows\": 1000000, "
	"\"Index Cond\": \"(tenant_id = 1)\"}]}}]";

/* The order is served, but almost nothing passes the filter. */
static const char sifted[] = "[{\"Plan\": {\"Node Type\": \"Limit\", \"Startup Cost\": 0.4, "
			     "\"Total Cost\": 900.0, \"Plan Rows\": 40, "
			     "\"Plans\": [{\"Node Type\": \"Index Scan\", \"Relation Name\": "
			     "\"products\", \"Index Name\": \"by_sku\", "
			     "\"Startup Cost\": 0.4, \"Total Cost\": 80000.0, \"Plan Rows\": "
			     "100, \"Filter\": \"(name ~~* '%x%')\"}]}}]";

static const char ranges[] = "[{\"Plan\": {\"Node Type\": \"Limit\", \"Startup Cost\": 0.4, "
			     "\"Total Cost\": 6.0, \"Plan Rows\": 40, \"Plans\": "
			     "[{\"Node Type\": \"Append\", \"Startup Cost\": 0.4, \"Total "
			     "Cost\": 6.0, \"Plan Rows\": 80, \"Plans\": "
			     "[{\"Node Type\": \"Limit\", \"Startup Cost\": 0.4, \"Total "
			     "Cost\": 3.0, \"Plan Rows\": 40, \"Plans\": "
			     "[{\"Node Type\": \"Index Scan\", \"Startup Cost\": 0.4, \"Total "
			     "Cost\": 500.0, \"Plan Rows\": 7000}]}, "
			     "{\"Node Type\": \"Limit\", \"Startup Cost\": 0.4, \"Total "
			     "Cost\": 3.0, \"Plan Rows\": 40, \"Plans\": "
			     "[{\"Node Type\": \"Index Scan\", \"Startup Cost\": 0.4, \"Total "
			     "Cost\": 100.0, \"Plan Rows\": 300}]}]}]}}]";

/* Two workers and what the leader has time for: 2.4 processes. */
static const char shared[] =
	"[{\"Plan\": {\"Node Type\": \"Limit\", \"Startup Cost\": 90000.0, \"Total Cost\": "
	"90001.0, \"Plan Rows\": 40, \"Plans\": [{\"Node Type\": \"Gather Merge\", "
	"\"Workers Planned\": 2, \"Startup Cost\": 89999.0, \"Total Cost\": 99000.0, "
	"\"Plan Rows\": 1000000, \"Plans\": [{\"Node Type\": \"Sort\", \"Startup Cost\": "
	"89000.0, \"Total Cost\": 92000.0, \"Plan Rows\": 416667, \"Parallel Aware\": false, "
	"\"Plans\": [{\"Node Type\": \"Seq Scan\", \"Relation Name\": \"products\", "
	"\"Parallel Aware\": true, \"Startup Cost\": 0.0, \"Total Cost\": 20000.0, "
	"\"Plan Rows\": 416667}]}]}]}}]";

static struct plan *parse(const char *text)
{
	struct err err = ERR_INIT;
	struct plan *p = plan_parse(text, strlen(text), &err);

	cr_assert(p, "%s", err.why);
	return p;
}

static void expect_gate(const char *text, double cost, const char *why)
{
	struct plan *p = parse(text);
	char *got;

	double cost_got = plan_gate(p, 50000, 40, &got);
	cr_expect_float_eq(cost_got, cost, 0.1);
	if (why)
		cr_expect(got && strstr(got, why), "%s", got ? got : "no reason");
	else
		cr_expect_null(got);
	free(got);
	plan_free(&p);
}

LEAK_TEST(plan, the_gate_looks_at_what_is_done_before_the_first_row)
{
	expect_gate(sorted, 90000,
		    "no index serves this: Sort before the first row");
	expect_gate(served, 0.4, NULL);
	expect_gate(sifted, 80000,
		    "Index Scan on products using by_sku and most rows read are thrown away");
	expect_gate(ranges, 0.8, NULL);
	expect_gate(shared, 89999, "Sort before the first row, about 1000001 rows");
}

LEAK_TEST(plan, rows_are_those_without_limit)
{
	struct plan *p = parse(ranges);

	cr_expect_eq(plan_rows(p), 7300);
	plan_free(&p);
}

LEAK_TEST(plan, the_tree_marks_the_dearest)
{
	struct plan *p = parse(sorted);

	cr_assert_eq(plan_nodes(p), 3);
	cr_expect_str_eq(plan_node_at(p, 1)->type, "Sort");
	cr_expect_str_eq(plan_node_at(p, 1)->detail, "Sort Key: t, id");
	cr_expect_eq(plan_node_at(p, 2)->depth, 2);
	cr_expect_str_eq(plan_node_at(p, 2)->on, "products");
	cr_expect(plan_node_at(p, 2)->costly);
	cr_expect_not(plan_node_at(p, 0)->costly);
	cr_expect_lt(plan_node_at(p, 0)->seconds, 0);
	plan_free(&p);
}

LEAK_TEST(plan, nonsense_is_an_error)
{
	struct err err = ERR_INIT;

	cr_expect_null(plan_parse("[]", 2, &err));
	cr_expect_eq(err.kind, ERR_FAILED);
	cr_expect_null(plan_parse("{", 1, &err));
	err_release(&err);
}

static void expect_between(uint32_t type, char category, const char *low, const char *high,
			   double part, const char *want)
{
	struct buf out = BUF_INIT;
	bool ok = interpolate(&out, type, category, low, high, part);

	cr_expect_eq(ok, want != NULL, "%s .. %s", low, high);
	if (ok && want)
		cr_expect_str_eq(out.data, want);
	buf_release(&out);
}

LEAK_TEST(interpolate, half_way)
{
	expect_between(PGTYPE_INT4, 'N', "10", "20", 0.5, "15");
	expect_between(PGTYPE_INT8, 'N', "-10", "10", 0.25, "-5");
	expect_between(PGTYPE_NUMERIC, 'N', "1.5", "2.5", 0.5, "2");
	expect_between(PGTYPE_FLOAT8, 'N', "1", "Infinity", 0.5, NULL);
	expect_between(PGTYPE_DATE, 'D', "2026-01-01", "2026-01-31", 0.5, "2026-01-16");
	expect_between(PGTYPE_TIMESTAMPTZ, 'D', "2026-01-01 00:00:00+00",
		       "2026-01-01 02:00:00+00", 0.5, "2026-01-01 01:00:00+00");
	expect_between(PGTYPE_TIMESTAMPTZ, 'D', "-infinity", "2026-01-01 00:00:00+00", 0.5,
		       NULL);
	expect_between(PGTYPE_UUID, 'U', "00000000-0000-0000-0000-000000000000",
		       "ffffffff-ffff-ffff-ffff-ffffffffffff", 0.5,
		       "80000000-0000-0000-0000-000000000000");
	expect_between(PGTYPE_TEXT, 'S', "SKU-000", "SKU-999", 0.5, "SKU-499");
	expect_between(PGTYPE_TEXT, 'S', "apple", "cherry", 0.5, "blkbkz");
	expect_between(PGTYPE_TEXT, 'S', "same", "same", 0.5, NULL);
	expect_between(PGTYPE_BOOL, 'B', "f", "t", 0.5, NULL);
}

static void expect_place(uint32_t type, char category, const char *value, double want)
{
	double place = -1;
	bool ok = interpolate_place(type, category, value, &place);

	cr_expect_eq(ok, want >= 0, "%s", value);
	if (ok)
		cr_expect_float_eq(place, want, 1e-6, "%s: %f", value, place);
}

LEAK_TEST(interpolate, places)
{
	expect_place(PGTYPE_INT4, 'N', "990000", 990000);
	expect_place(PGTYPE_NUMERIC, 'N', "26.73", 26.73);
	expect_place(PGTYPE_NUMERIC, 'N', "NaN", -1);
	expect_place(PGTYPE_FLOAT8, 'N', "Infinity", -1);
	expect_place(PGTYPE_INT4, 'N', "", -1);
	expect_place(PGTYPE_INT4, 'N', "12 apples", -1);
	expect_place(PGTYPE_DATE, 'D', "1970-01-02", 86400e6);
	expect_place(PGTYPE_DATE, 'D', "infinity", -1);
	expect_place(PGTYPE_DATE, 'D', "tomorrow", -1);
	expect_place(PGTYPE_UUID, 'U', "00000000-0000-0f00-0000-000000000000", 0xf0);
	expect_place(PGTYPE_UUID, 'U', "short", -1);
	expect_place(PGTYPE_TEXT, 'S', "990000", -1);
	cr_expect(interpolate_has_line(PGTYPE_UUID, 'U'));
	cr_expect_not(interpolate_has_line(PGTYPE_TEXT, 'S'));
}

LEAK_TEST(rowkey, there_and_back)
{
	static const char *const values[] = { "5", "a,b", "", NULL, "say \"x\"", " y " };
	struct buf text = BUF_INIT;
	struct err err = ERR_INIT;
	char *back[6];

	rowkey_format(&text, values, 6);
	cr_expect_str_eq(text.data, "5,\"a,b\",\"\",,\"say \"\"x\"\"\",\" y \"");
	cr_assert(rowkey_parse(text.data, back, 6, &err));
	for (int i = 0; i < 6; i++) {
		if (values[i])
			cr_expect_str_eq(back[i], values[i]);
		else
			cr_expect_null(back[i]);
		free(back[i]);
	}
	buf_release(&text);
}

LEAK_TEST(rowkey, one_value_stands_as_it_is)
{
	static const char *const values[] = { "a,\"b" };
	struct buf text = BUF_INIT;
	struct err err = ERR_INIT;
	char *back[1];

	rowkey_format(&text, values, 1);
	cr_expect_str_eq(text.data, "a,\"b");
	cr_assert(rowkey_parse(text.data, back, 1, &err));
	cr_expect_str_eq(back[0], "a,\"b");
	free(back[0]);
	buf_release(&text);
}

LEAK_TEST(rowkey, wrong_ones)
{
	static const char *const wrong[] = { "1", "1,2,3", "\"1,2", "\"1\"x,2", "" };
	char *back[2];

	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		struct err err = ERR_INIT;
		cr_expect_not(rowkey_parse(wrong[i], back, 2, &err), "%s", wrong[i]);
		err_release(&err);
	}
}

/* A function in FROM: its rows are the planner's default; one in a sub-plan adds none. */
LEAK_TEST(plan, rows_of_a_function_are_made_up)
{
	static const char in_from[] =
		"[{\"Plan\": {\"Node Type\": \"Nested Loop\", \"Total Cost\": 577056.02, "
		"\"Plan Rows\": 4240000, \"Plans\": [{\"Node Type\": \"Seq Scan\", \"Parent "
		"Relationship\": \"Outer\", \"Relation Name\": \"pg_class\", \"Plan Rows\": 424}, "
		"{\"Node Type\": \"Function Scan\", \"Parent Relationship\": \"Inner\", \"Plan "
		"Rows\": 1000}]}}]";
	static const char beside[] =
		"[{\"Plan\": {\"Node Type\": \"Seq Scan\", \"Relation Name\": \"products\", "
		"\"Total Cost\": 12.5, \"Plan Rows\": 424, \"Plans\": [{\"Node Type\": "
		"\"Function Scan\", \"Parent Relationship\": \"SubPlan\", \"Plan Rows\": 1000}]}}]";
	struct err err = ERR_INIT;
	struct plan *a = plan_parse(in_from, strlen(in_from), &err),
		    *b = plan_parse(beside, strlen(beside), &err);

	cr_assert(a && b);
	cr_expect(plan_rows_are_made_up(a));
	cr_expect_not(plan_rows_are_made_up(b));
	cr_expect(plan_reads_only_catalog(a));
	cr_expect_not(plan_reads_only_catalog(b));
	cr_expect_float_eq(plan_cost(b), 12.5, 1e-9);
	plan_free(&a);
	plan_free(&b);
}
