/* SPDX-License-Identifier: MIT */
/* What the dialog says of a merge: a line for each side of a field, and names. */
#include "domain/merge.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/attr.h"
#include "catalog/catalog.h"
#include "merges.h"

TestSuite(merge_summary, .init = in_utf8);

static void expect_summary(const struct merge_plan *plan, size_t i, enum merge_side side,
			   const char *expected)
{
	struct buf b = BUF_INIT;

	cr_assert_eq(merge_summary(plan, i, side, &b), expected != NULL);
	cr_assert_str_eq(b.data, expected ? expected : "");
	buf_release(&b);
}

LEAK_TEST(merge_summary, summaries)
{
	struct merge_plan *plan = product();

	expect_summary(plan, NAME, MERGE_SIDE_BASE, "Rye loaf");
	expect_summary(plan, NAME, MERGE_SIDE_RESULT, "Rye loaf 1 kg");
	expect_summary(plan, PRICE, MERGE_SIDE_RESULT, NULL);
	expect_summary(plan, PRICE, MERGE_SIDE_THEIRS, "5.00");
	expect_summary(plan, METADATA, MERGE_SIDE_BASE, "{2 keys}");
	expect_summary(plan, METADATA, MERGE_SIDE_THEIRS, "~weight +allergens");
	expect_summary(plan, METADATA, MERGE_SIDE_MINE, "~weight -old");
	expect_summary(plan, TAGS, MERGE_SIDE_BASE, "{a}");
	expect_summary(plan, TAGS, MERGE_SIDE_THEIRS, "+b");
	expect_summary(plan, TAGS, MERGE_SIDE_RESULT, "+b +c");
	merge_edit(plan, PRICE, NULL);
	expect_summary(plan, PRICE, MERGE_SIDE_RESULT, NULL);
	merge_edit(plan, METADATA, "[1, 2, 3, 4, 5, 6]");
	expect_summary(plan, METADATA, MERGE_SIDE_RESULT, "[6 items]");
	merge_edit(plan, METADATA, "nonsense");
	expect_summary(plan, METADATA, MERGE_SIDE_RESULT, "nonsense");
	merge_edit(plan, METADATA, "{\"weight\": 1, \"old\": 1}");
	expect_summary(plan, METADATA, MERGE_SIDE_RESULT, "{2 keys}");
	merge_edit(plan, TAGS, "{NULL,a\x1b}");
	expect_summary(plan, TAGS, MERGE_SIDE_RESULT, "+NULL +a␛ -a");
	merge_edit(plan, TAGS, "{a}");
	expect_summary(plan, TAGS, MERGE_SIDE_RESULT, "{a}");
	merge_edit(plan, TAGS, "{{a}}");
	expect_summary(plan, TAGS, MERGE_SIDE_RESULT, "{{a}}");
	merge_free(&plan);
	plan = plan_of(MERGE_SET, NULL, "{a}", "{NULL,b}");
	expect_summary(plan, 0, MERGE_SIDE_BASE, NULL);
	expect_summary(plan, 0, MERGE_SIDE_MINE, "{NULL,b}");
	merge_free(&plan);
	plan = plan_of(MERGE_SET, "{NULL,x}", "{NULL}", "{{1}}");
	expect_summary(plan, 0, MERGE_SIDE_THEIRS, "-x");
	merge_free(&plan);
	plan = plan_of(MERGE_SET, "{{1}}", "{2}", "{NULL}");
	expect_summary(plan, 0, MERGE_SIDE_THEIRS, "{2}");
	merge_free(&plan);
}

LEAK_TEST(merge_summary, summaries_of_long_texts)
{
	struct merge_plan *plan =
		plan_of(MERGE_TEXT, LONG,
			"the old mill bakes bread of rye and of wheat, stone-oven each day",
			"the new mill bakes bread of rye and of wheat, oven-fresh each day");

	expect_summary(plan, 0, MERGE_SIDE_BASE, "… oven-fresh …");
	expect_summary(plan, 0, MERGE_SIDE_THEIRS, "… stone-oven …");
	expect_summary(plan, 0, MERGE_SIDE_MINE, "… new …");
	expect_summary(plan, 0, MERGE_SIDE_RESULT, "… new … stone-oven …");
	merge_free(&plan);
	plan = plan_of(MERGE_TEXT, LONG, LONG, "x\n");
	expect_summary(plan, 0, MERGE_SIDE_THEIRS, LONG);
	expect_summary(plan, 0, MERGE_SIDE_MINE, "x");
	expect_summary(plan, 0, MERGE_SIDE_BASE, LONG);
	merge_free(&plan);
	plan = plan_of(MERGE_TEXT, LONG, NULL, LONG " x");
	expect_summary(plan, 0, MERGE_SIDE_MINE, LONG " x");
	merge_free(&plan);
	plan = plan_of(MERGE_TEXT, NULL, LONG, LONG " x");
	expect_summary(plan, 0, MERGE_SIDE_MINE, LONG " x");
	merge_free(&plan);
	plan = plan_of(MERGE_TEXT, LONG, LONG " x", NULL);
	expect_summary(plan, 0, MERGE_SIDE_THEIRS, LONG " x");
	merge_free(&plan);
	setlocale(LC_ALL, "C");
	plan = plan_of(MERGE_TEXT, LONG, LONG " x", LONG);
	expect_summary(plan, 0, MERGE_SIDE_THEIRS, "~ x");
	merge_free(&plan);
}

LEAK_TEST(merge_summary, words)
{
	static const enum merge_choice choices[] = { CHOICE_MINE, CHOICE_BASE, CHOICE_OFFER };
	static const char *const words[] = { "chosen: mine", "chosen: base",
					     "chosen: both" };
	struct merge_plan *plan = plan_of(MERGE_NUMBER, "1", "2", "3");

	for (size_t i = 0; i < ARRAY_SIZE(choices); i++) {
		cr_assert(merge_choose(plan, 0, choices[i]));
		cr_assert_str_eq(merge_word(merge_at(plan, 0)), words[i]);
	}
	merge_free(&plan);
	plan = product();
	cr_assert_str_eq(merge_word(merge_at(plan, NAME)), "mine");
	cr_assert_str_eq(merge_word(merge_at(plan, STATUS)), "theirs");
	cr_assert_str_eq(merge_word(merge_at(plan, TAGS)), "merged");
	merge_free(&plan);
}

LEAK_TEST(merge_summary, counters_by_name)
{
	static const char *const counters[] = {
		"quantity",	  "qty",	 "on_hand", "reserved", "attempts",
		"points_balance", "usage_count",
	};
	static const char *const others[] = {
		"price",
		"discount",
		"product_id",
		"low_stock_threshold",
		"reorder_level",
		"version",
		"quantity_id",
		"max_uses",
		"",
		"_",
		"account",
	};

	for (size_t i = 0; i < ARRAY_SIZE(counters); i++)
		cr_assert(merge_counter_name(counters[i]), "%s", counters[i]);
	for (size_t i = 0; i < ARRAY_SIZE(others); i++)
		cr_assert_not(merge_counter_name(others[i]), "%s", others[i]);
}

LEAK_TEST(merge_summary, columns)
{
	static const struct {
		struct column column;
		enum merge_type type;
		bool counter, server;
	} cases[] = {
		{ { .name = "a", .base_type_oid = 25, .type_category = 'S' },
		  MERGE_TEXT,
		  false,
		  false },
		{ { .name = "a", .base_type_oid = 99999, .type_category = 'S' },
		  MERGE_TEXT,
		  false,
		  true }, /* citext */
		{ { .name = "a", .base_type_oid = 25, .type_category = 'S', .collation = "ci" },
		  MERGE_TEXT,
		  false,
		  true },
		{ { .name = "a",
		    .base_type_oid = 1043,
		    .type_category = 'S',
		    .collation = "C",
		    .collation_c = true },
		  MERGE_TEXT,
		  false,
		  false },
		{ { .name = "price", .base_type_oid = 1700, .type_category = 'N' },
		  MERGE_NUMBER,
		  false,
		  false },
		{ { .name = "qty", .base_type_oid = 23, .type_category = 'N' },
		  MERGE_NUMBER,
		  true,
		  false },
		{ { .name = "a", .base_type_oid = 3802, .type_category = 'U' },
		  MERGE_JSON,
		  false,
		  false },
		{ { .name = "a",
		    .base_type_oid = 1009,
		    .element_oid = 25,
		    .type_category = 'A' },
		  MERGE_SET,
		  false,
		  false },
		{ { .name = "a",
		    .base_type_oid = 1007,
		    .element_oid = 23,
		    .type_category = 'A' },
		  MERGE_ATOM,
		  false,
		  true },
		{ { .name = "a", .base_type_oid = 16, .type_category = 'B' },
		  MERGE_ATOM,
		  false,
		  false },
		{ { .name = "a", .base_type_oid = 1186, .type_category = 'T' },
		  MERGE_ATOM,
		  false,
		  true },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct merge_input in = merge_input_of(&cases[i].column);

		cr_assert_eq(in.type, cases[i].type, "case %zu", i);
		cr_assert_eq(in.counter, cases[i].counter, "case %zu", i);
		cr_assert_eq(in.server_equality, cases[i].server, "case %zu", i);
	}
}
