/* SPDX-License-Identifier: MIT */
/* record_stamp.c - the times that writers of a row keep where no trigger does. */
#include <string.h>

#include "base/attr.h"
#include "domain/pgtype.h"
#include "record_priv.h"

static bool is_clock(const char *expr)
{
	static const char *const clocks[] = { "now()",
					      "clock_timestamp()",
					      "CURRENT_TIMESTAMP",
					      "LOCALTIMESTAMP",
					      "CURRENT_DATE",
					      "statement_timestamp()",
					      "transaction_timestamp()" };

	for (size_t i = 0; expr && i < ARRAY_SIZE(clocks); i++)
		if (strstr(expr, clocks[i]))
			return true;
	return false;
}

static bool in_key(const struct record_plan *plan, const struct column *c)
{
	const struct column *const *key = record_plan_key(plan);

	for (; *key; key++)
		if (*key == c)
			return true;
	return false;
}

bool record_plan_stamps(const struct record_plan *plan, const struct column *c, bool insert)
{
	const struct relation_profile *p = record_plan_profile(plan);
	const struct relation *r = record_plan_relation(plan);

	if (!relation_is_table(r) || c->generated ||
	    !(c->rights & (insert ? RIGHT_INSERT : RIGHT_UPDATE)) || in_key(plan, c))
		return false;
	if (insert)
		return !c->default_expr &&
		       (c->attnum == p->created_at_attnum || c->attnum == p->updated_at_attnum);
	return c->attnum == p->updated_at_attnum && !p->updated_at_by_trigger &&
	       (!c->default_expr || is_clock(c->default_expr));
}

const char *record_stamp_piece(const struct column *c)
{
	if (c->default_expr)
		return "save.default";
	return c->base_type_oid == PGTYPE_TIMESTAMP ? "clock.utc" : "clock.now";
}
