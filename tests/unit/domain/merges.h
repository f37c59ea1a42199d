/* SPDX-License-Identifier: MIT */
/*
 * merges.h - what the tests of the merge share: test_merge.c tries values of each type, test_merge_plan.c the
 * plan over several fields and the choices in it.
 */
#ifndef UNIT_DOMAIN_MERGES_H
#define UNIT_DOMAIN_MERGES_H

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

static inline void expect_text(const char *got, const char *expected)
{
	if (expected)
		cr_assert_str_eq(got, expected);
	else
		cr_assert_null(got, "%s instead of NULL", got);
}

#endif
