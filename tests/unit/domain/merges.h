/* SPDX-License-Identifier: MIT */
/*
 * merges.h - what the tests of the merge share: test_merge.c tries values of each type, test_merge_plan.c the
 * plan over several fields and the choices in it, test_merge_summary.c what the dialog says of it.
 */
#ifndef UNIT_DOMAIN_MERGES_H
#define UNIT_DOMAIN_MERGES_H

#include <locale.h>

#include "base/attr.h"
#include "domain/merge.h"
#include "support/leak.h"

#define LONG "the old mill bakes bread of rye and of wheat, oven-fresh each day"

/* Of one field. */
static inline struct merge_plan *plan_of(enum merge_type type, const char *base, const char *theirs,
				  const char *mine)
{
	struct merge_input in = {
		.name = "field",
		.type = type,
		.counter = type == MERGE_NUMBER,
		.base = base,
		.theirs = theirs,
		.mine = mine,
	};

	return merge_new(&in, 1);
}

/* A product that two have changed: a field of each type, in this order. */
enum { NAME, PRICE, ON_HAND, STATUS, METADATA, TAGS };

static inline struct merge_plan *product(void)
{
	static const struct merge_input fields[] = {
		{ .name = "name",
		  .type = MERGE_TEXT,
		  .base = "Rye loaf",
		  .theirs = "Rye loaf",
		  .mine = "Rye loaf 1 kg" },
		{ .name = "price",
		  .type = MERGE_NUMBER,
		  .base = "4.80",
		  .theirs = "5.00",
		  .mine = "5.20" },
		{ .name = "on_hand",
		  .type = MERGE_NUMBER,
		  .counter = true,
		  .base = "10",
		  .theirs = "15",
		  .mine = "8" },
		{ .name = "status",
		  .type = MERGE_ATOM,
		  .base = "active",
		  .theirs = "draft",
		  .mine = "active" },
		{ .name = "metadata",
		  .type = MERGE_JSON,
		  .base = "{\"weight\": 1, \"old\": 1}",
		  .theirs = "{\"weight\": 2, \"old\": 1, \"allergens\": []}",
		  .mine = "{\"weight\": 3}" },
		{ .name = "tags",
		  .type = MERGE_SET,
		  .base = "{a}",
		  .theirs = "{a,b}",
		  .mine = "{a,c}" },
	};

	return merge_new(fields, ARRAY_SIZE(fields));
}

static inline void expect_text(const char *got, const char *expected)
{
	if (expected)
		cr_assert_str_eq(got, expected);
	else
		cr_assert_null(got, "%s instead of NULL", got);
}

static inline void in_utf8(void)
{
	setlocale(LC_ALL, "C.UTF-8");
}

#endif
