/* SPDX-License-Identifier: MIT */
/*
 * What is said of the part of a condition that opens it, where a rule is about several forms.
 */
#include <string.h>

#include "rls_priv.h"

/* What is wrong with a comparison that more than one tenant passes. */
static const char *matched_by(const struct expr *e)
{
	const struct expr *left = e && e->n ? expr_bare(e->args[0]) : NULL;

	if (e && e->kind == EXPR_OPERATOR &&
	    (strcmp(e->name, "=") == 0 || strcmp(e->name, "is not distinct from") == 0))
		return "it compares less than the whole tenant, which many have alike";
	if (e && (expr_is_call(e, "starts_with") ||
		  (e->kind == EXPR_OPERATOR && strcmp(e->name, "^@") == 0)))
		return "the setting is a beginning: an empty one matches every tenant";
	if (left && (expr_is_call(left, "position") || expr_is_call(left, "strpos")))
		return "one text is looked for in the other: a part of it, or none, matches too";
	return "the setting is a pattern: a wildcard matches every tenant";
}

static bool is_told_of_row(const struct expr *e)
{
	for (size_t i = 0; e && e->kind == EXPR_CALL && i < e->n; i++)
		if (expr_bare(e->args[i])->kind == EXPR_COLUMN)
			return true;
	return false;
}

const char *judge_why(enum rule rule, const struct expr *arm, const char *usual)
{
	if (rule == RULE_R29)
		return matched_by(arm);
	if (rule == RULE_R30 && is_told_of_row(arm))
		return "its function is told of the row, and does not ask who looks";
	return usual;
}
