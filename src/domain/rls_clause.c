/* SPDX-License-Identifier: MIT */
/*
 * The logic of clauses.  A value is where the right side of "tenant = …" comes from; a verdict
 * is what a condition admits.  Both are computed bottom-up and err on the side of silence: what
 * is not understood is CLAUSE_UNKNOWN or counts as bound, never as a leak.
 */
#include <string.h>

#include "rls_clause_priv.h"

static struct clause_verdict verdict(enum clause_level level, unsigned reasons,
				     const struct expr *arm)
{
	return (struct clause_verdict){ .level = level, .reasons = reasons, .arm = arm };
}

static struct clause_verdict compare_tenant(const struct clause_context *c,
					    const struct expr *e, const struct expr *other)
{
	unsigned values = clause_deciding(clause_values(c, other, 0));

	(void)c;
	if (values & VALUE_OPAQUE)
		return verdict(CLAUSE_UNKNOWN, 0, e);
	if (values == VALUE_SELF)
		return verdict(CLAUSE_OPEN, OPEN_TAUTOLOGY, e);
	if (values & VALUE_UNBOUND)
		return verdict(CLAUSE_OPEN, OPEN_UNBOUND, e);
	if (values & VALUE_SELF && !(values & VALUE_STORED))
		return verdict(CLAUSE_OPEN, OPEN_FALLBACK, e);
	if (values == VALUE_LITERAL)
		return verdict(CLAUSE_OPEN, OPEN_LITERAL, e);
	if (values == VALUE_ROW)
		return verdict(CLAUSE_OPEN, OPEN_NO_TENANT, e);
	return verdict(values ? CLAUSE_OWN : CLAUSE_NEVER, 0, e);
}

/* current_setting('x'), also as COALESCE(…, '') and NULLIF(…, ''). */
static const char *setting_below(const struct expr *e)
{
	e = expr_bare(e);
	if ((expr_is_call(e, "coalesce") || expr_is_call(e, "nullif")) && e->n == 2)
		e = e->args[0];
	return expr_setting(e);
}

static bool is_empty_literal(const struct expr *e)
{
	e = expr_bare(e);
	return e->kind == EXPR_LITERAL && e->name && !*e->name;
}

static bool is_pattern_operator(const char *op)
{
	static const char *const patterns[] = { "~~", "~~*", "~", "~*", "^@", "%", NULL };

	for (size_t i = 0; patterns[i]; i++)
		if (strcmp(op, patterns[i]) == 0)
			return true;
	return false;
}

/* user_id = auth.uid(): a column of the row against the session, though not against the
 * tenant's setting. */
static bool is_personal(const struct clause_context *c, const struct expr *e)
{
	for (size_t i = 0; e->kind == EXPR_OPERATOR && e->n == 2 && i < 2; i++) {
		const char *setting = setting_below(e->args[1 - i]);

		if (strcmp(e->name, "=") == 0 && expr_bare(e->args[i])->kind == EXPR_COLUMN &&
		    clause_values(c, e->args[i], 0) == VALUE_ROW &&
		    clause_deciding(clause_values(c, e->args[1 - i], 0)) == VALUE_SESSION &&
		    !(setting && c->setting && strcmp(setting, c->setting) == 0))
			return true;
	}
	return false;
}

/* A condition that does not compare the tenant: what is it about? */
static struct clause_verdict other_condition(const struct clause_context *c,
					     const struct expr *e)
{
	unsigned values = clause_values(c, e, 0);

	if (values & VALUE_OPAQUE)
		return verdict(CLAUSE_UNKNOWN, 0, e);
	if (is_personal(c, e))
		return verdict(CLAUSE_OPEN, OPEN_PERSONAL, e);
	if (values & VALUE_ROW)
		return verdict(CLAUSE_OPEN,
			       values & VALUE_PERSON ? OPEN_PERSON | OPEN_NO_TENANT
						     : OPEN_NO_TENANT,
			       e);
	if (values & VALUE_ROLE)
		return verdict(CLAUSE_OPEN, OPEN_ROLE, e);
	if (values & VALUE_STORED)
		return verdict(CLAUSE_OPEN, OPEN_NO_TENANT, e);
	if (values & VALUE_PERSON)
		return verdict(CLAUSE_OPEN, OPEN_PERSON, e);
	if (values & VALUE_SESSION)
		return verdict(CLAUSE_OPEN, OPEN_SWITCH, e);
	return verdict(CLAUSE_OPEN, OPEN_NO_TENANT, e);
}

static bool both_literal(const struct expr *a, const struct expr *b)
{
	a = expr_bare(a);
	b = expr_bare(b);
	return a->kind == EXPR_LITERAL && b->kind == EXPR_LITERAL && a->name && b->name;
}

static struct clause_verdict judge_equality(const struct clause_context *c,
					    const struct expr *e)
{
	const struct expr *left = e->args[0], *right = e->args[1];
	bool lt =
		expr_bare(left)->kind == EXPR_COLUMN && clause_is_tenant(c, expr_bare(left), 0);
	bool rt = expr_bare(right)->kind == EXPR_COLUMN &&
		  clause_is_tenant(c, expr_bare(right), 0);

	if (lt || rt)
		return compare_tenant(c, e, lt ? right : left);
	if (expr_equal(left, right) &&
	    clause_deciding(clause_values(c, left, 0)) & (VALUE_ROW | VALUE_SELF))
		return verdict(CLAUSE_OPEN, OPEN_TAUTOLOGY, e);
	if (both_literal(left, right))
		return strcmp(expr_bare(left)->name, expr_bare(right)->name) == 0
			       ? verdict(CLAUSE_OPEN, OPEN_TAUTOLOGY, e)
			       : verdict(CLAUSE_NEVER, 0, e);
	if ((setting_below(left) && is_empty_literal(right)) ||
	    (setting_below(right) && is_empty_literal(left)))
		return verdict(CLAUSE_OPEN, OPEN_UNSET, e);
	if (clause_mentions_tenant(
		    c, e)) { /* lower(tenant) = …, tenant || '' = …: wrapped, but compared */
		struct clause_verdict v =
			compare_tenant(c, e, clause_mentions_tenant(c, left) ? right : left);

		return clause_mentions_tenant(c, left) && clause_mentions_tenant(c, right)
			       ? verdict(CLAUSE_OPEN, OPEN_TAUTOLOGY, e)
			       : v;
	}
	return other_condition(c, e);
}

static struct clause_verdict judge_operator(const struct clause_context *c,
					    const struct expr *e)
{
	if (e->n != 2)
		return other_condition(c, e);
	if (strcmp(e->name, "=") == 0 || strcmp(e->name, "is not distinct from") == 0)
		return judge_equality(c, e);
	if (clause_mentions_tenant(c, e)) {
		unsigned values =
			clause_deciding(clause_values(c, e, 0)) & ~(unsigned)VALUE_SELF;

		if (is_pattern_operator(e->name) && values & VALUE_SESSION)
			return verdict(CLAUSE_OPEN, OPEN_PATTERN, e);
		if (e->args[0]->kind == EXPR_CALL &&
		    values & VALUE_SESSION && /* position(tenant in x) > 0 */
		    (expr_is_call(e->args[0], "position") ||
		     expr_is_call(e->args[0], "strpos")))
			return verdict(CLAUSE_OPEN, OPEN_PATTERN, e);
		if (strcmp(e->name, "<@") == 0 || strcmp(e->name, "@>") == 0 ||
		    strcmp(e->name, "&&") == 0)
			return compare_tenant(c, e,
					      clause_mentions_tenant(c, e->args[0])
						      ? e->args[1]
						      : e->args[0]);
		if (expr_equal(e->args[0], e->args[1]) && strchr(e->name, '='))
			return verdict(CLAUSE_OPEN, OPEN_TAUTOLOGY, e);
	}
	return other_condition(c, e);
}

static struct clause_verdict judge_any(const struct clause_context *c, const struct expr *e)
{
	bool tenant_left = clause_is_tenant(c, expr_bare(e->args[0]), 0);

	if (strcmp(e->name, "=") == 0 && !e->is && tenant_left)
		return compare_tenant(c, e, e->args[1]);
	if (is_pattern_operator(e->name) && clause_mentions_tenant(c, e))
		return verdict(CLAUSE_OPEN, OPEN_PATTERN, e);
	if (strcmp(e->name, "=") == 0 && !e->is && clause_mentions_tenant(c, e))
		return compare_tenant(
			c, e, clause_mentions_tenant(c, e->args[0]) ? e->args[1] : e->args[0]);
	return other_condition(c, e);
}

/* EXISTS and IN over another relation. */
static struct clause_verdict judge_subquery(const struct clause_context *c,
					    const struct expr *e)
{
	struct binding b = clause_bind(c, e);
	bool in = e->sub->kind == SUBQUERY_IN;

	if (b.values & VALUE_OPAQUE)
		return verdict(CLAUSE_UNKNOWN, 0, e);
	if (in && strcmp(e->name, "=") == 0 && !e->is) {
		if (clause_mentions_tenant(c, e->args[0]))
			return compare_tenant(
				c, e, &(struct expr){ .kind = EXPR_SUBQUERY, .sub = e->sub });
		if (clause_values(c, e->args[0], 0) & VALUE_ROW) /* by a key of the parent */
			return e->sub->where || clause_sub_protected(c, e->sub)
				       ? verdict(CLAUSE_OWN, 0, e)
				       : verdict(CLAUSE_OPEN, OPEN_UNBOUND, e);
	}
	if (b.row && (e->sub->kind == SUBQUERY_EXISTS || e->sub->kind == SUBQUERY_SCALAR || in))
		return verdict(CLAUSE_OWN, 0, e);
	if (clause_sub_has_tenant(c, e->sub))
		return verdict(CLAUSE_OPEN, OPEN_UNBOUND, e);
	if (b.values & VALUE_ROLE)
		return verdict(CLAUSE_OPEN, OPEN_ROLE, e);
	return verdict(CLAUSE_OPEN, OPEN_PERSON, e);
}

static struct clause_verdict judge_null_test(const struct clause_context *c,
					     const struct expr *e)
{
	const struct expr *bare = expr_bare(e->args[0]);

	if (clause_is_tenant(c, bare, 0))
		return verdict(CLAUSE_OPEN, e->is ? OPEN_NULL_TENANT : OPEN_TAUTOLOGY, e);
	if (setting_below(e->args[0]))
		return verdict(CLAUSE_OPEN, e->is ? OPEN_UNSET : OPEN_NO_TENANT, e);
	if (e->is &&
	    clause_values(c, e->args[0], 0) == VALUE_SESSION) /* current_tenant() IS NULL */
		return verdict(CLAUSE_OPEN, OPEN_UNSET, e);
	return other_condition(c, e);
}

static struct clause_verdict judge_and(const struct clause_context *c, const struct expr *e)
{
	struct clause_verdict all = verdict(CLAUSE_OPEN, OPEN_TRUE, e);
	bool unknown = false, own = false;

	for (size_t i = 0; i < e->n; i++) {
		struct clause_verdict v = clause_judge(c, e->args[i]);

		if (v.level == CLAUSE_NEVER)
			return v;
		own = own || v.level == CLAUSE_OWN;
		unknown = unknown || v.level == CLAUSE_UNKNOWN;
		/* An arm that is always true takes nothing away: another arm says why it is
		 * open. */
		if (!(v.reasons & (OPEN_TRUE | OPEN_TAUTOLOGY)))
			all = verdict(CLAUSE_OPEN,
				      v.reasons | (all.reasons &
						   ~(unsigned)(OPEN_TRUE | OPEN_TAUTOLOGY)),
				      v.arm);
		else if (all.reasons & OPEN_TRUE)
			all = verdict(CLAUSE_OPEN, v.reasons, v.arm);
	}
	if (own)
		return verdict(CLAUSE_OWN, 0, e);
	return unknown ? verdict(CLAUSE_UNKNOWN, 0, e) : all;
}

static struct clause_verdict join_arms(struct clause_verdict sum, struct clause_verdict v)
{
	bool own_arm =
		sum.own_arm || v.own_arm || sum.level == CLAUSE_OWN || v.level == CLAUSE_OWN;

	if (sum.level == CLAUSE_NEVER)
		return v;
	if (v.level == CLAUSE_NEVER)
		return sum;
	if (sum.level == CLAUSE_OPEN || v.level == CLAUSE_OPEN) {
		struct clause_verdict open = sum.level == CLAUSE_OPEN ? sum : v;

		if (sum.level == CLAUSE_OPEN && v.level == CLAUSE_OPEN)
			open.reasons |= v.reasons;
		open.own_arm = own_arm;
		return open;
	}
	if (sum.level == CLAUSE_UNKNOWN || v.level == CLAUSE_UNKNOWN)
		return verdict(CLAUSE_UNKNOWN, 0, v.arm);
	return sum;
}

static struct clause_verdict finish_or(struct clause_verdict sum)
{
	if (sum.level == CLAUSE_OPEN && sum.own_arm && sum.reasons & OPEN_NO_TENANT)
		sum.reasons = (sum.reasons & ~(unsigned)OPEN_NO_TENANT) | OPEN_SHARED;
	return sum;
}

static struct clause_verdict judge_or(const struct clause_context *c, const struct expr *e)
{
	struct clause_verdict sum = verdict(CLAUSE_NEVER, 0, e);

	for (size_t i = 0; i < e->n; i++)
		sum = join_arms(sum, clause_judge(c, e->args[i]));
	return finish_or(sum);
}

struct seek_setting {
	bool found;
};

static bool seek_setting(void *ctx, const struct expr *e, int depth)
{
	struct seek_setting *s = ctx;

	(void)depth;
	s->found = s->found || expr_is_call(e, "current_setting");
	return !s->found;
}

/* A branch that is simply true is opened by its condition: a test of the setting means "while
 * unset". */
static struct clause_verdict judge_branch(const struct clause_context *c,
					  const struct expr *conditions,
					  const struct expr *result)
{
	struct clause_verdict v = clause_judge(c, result);
	struct seek_setting s = { false };

	if (v.level != CLAUSE_OPEN || !(v.reasons & (OPEN_TRUE | OPEN_TAUTOLOGY)))
		return v;
	for (size_t i = 0; i + 1 < conditions->n; i++)
		expr_walk(conditions->args[i], seek_setting, &s);
	if (s.found)
		v.reasons = OPEN_UNSET;
	return v;
}

static struct clause_verdict judge_case(const struct clause_context *c, const struct expr *e)
{
	struct clause_verdict sum = verdict(CLAUSE_NEVER, 0, e);

	for (size_t i = e->has_operand ? 1 : 0; i + 1 < e->n; i += 2)
		sum = join_arms(sum, judge_branch(c, e, e->args[i + 1]));
	sum = join_arms(sum, judge_branch(c, e, e->args[e->n - 1]));
	return finish_or(sum);
}

static struct clause_verdict judge_call(const struct clause_context *c, const struct expr *e)
{
	if (expr_is_call(e, "coalesce")) { /* COALESCE(tenant = setting, true) */
		struct clause_verdict sum = verdict(CLAUSE_NEVER, 0, e);

		for (size_t i = 0; i < e->n; i++) {
			struct clause_verdict v = clause_judge(c, e->args[i]);

			if (i > 0 && v.level == CLAUSE_OPEN && v.reasons & OPEN_TRUE)
				v.reasons = OPEN_UNSET;
			sum = join_arms(sum, v);
		}
		return finish_or(sum);
	}
	if (clause_mentions_tenant(c, e) || clause_values(c, e, 0) & VALUE_ROW)
		return clause_call_values(c, e) & VALUE_ROLE
			       ? verdict(CLAUSE_OPEN, OPEN_ROLE, e)
		       : clause_call_values(c, e) ? verdict(CLAUSE_OWN, 0, e)
						  : /* the function decides by the row */
			       other_condition(c, e);
	if (clause_call_values(c, e) & VALUE_ROLE)
		return verdict(CLAUSE_OPEN, OPEN_ROLE, e);
	/* is_admin(): who decides cannot be seen from here. */
	return verdict(CLAUSE_OPEN, OPEN_ROLE, e);
}

static struct clause_verdict judge_not(const struct clause_context *c, const struct expr *e)
{
	struct clause_verdict v = clause_judge(c, e->args[0]);

	if (v.level == CLAUSE_NEVER)
		return verdict(CLAUSE_OPEN, OPEN_TRUE, e);
	if (v.level == CLAUSE_OPEN && v.reasons & OPEN_TRUE)
		return verdict(CLAUSE_NEVER, 0, e);
	if (v.level == CLAUSE_UNKNOWN)
		return v;
	return other_condition(c, e->args[0]);
}

struct clause_verdict clause_judge(const struct clause_context *c, const struct expr *e)
{
	if (!e)
		return verdict(CLAUSE_NEVER, 0, NULL);
	if (e->kind == EXPR_SUBQUERY && expr_bare(e) != e)
		return clause_judge(c, expr_bare(e));
	switch (e->kind) {
	case EXPR_BOOL:
		return e->is ? verdict(CLAUSE_OPEN, OPEN_TRUE, e) : verdict(CLAUSE_NEVER, 0, e);
	case EXPR_LITERAL:
		if (!e->name || e->name[0] == 'f')
			return verdict(CLAUSE_NEVER, 0, e);
		return verdict(CLAUSE_OPEN, OPEN_TRUE, e);
	case EXPR_CAST:
		return clause_judge(c, e->args[0]);
	case EXPR_AND:
		return judge_and(c, e);
	case EXPR_OR:
		return judge_or(c, e);
	case EXPR_NOT:
		return judge_not(c, e);
	case EXPR_CASE:
		return judge_case(c, e);
	case EXPR_OPERATOR:
		return judge_operator(c, e);
	case EXPR_ANY:
		return judge_any(c, e);
	case EXPR_NULL_TEST:
		return judge_null_test(c, e);
	case EXPR_BOOL_TEST:
		return strcmp(e->name, "true") == 0 ? clause_judge(c, e->args[0])
						    : other_condition(c, e);
	case EXPR_CALL:
		return judge_call(c, e);
	case EXPR_SUBQUERY:
		return judge_subquery(c, e);
	case EXPR_COLUMN: /* a boolean column of the row */
		return verdict(CLAUSE_OPEN, OPEN_NO_TENANT, e);
	case EXPR_IDENTITY:
	case EXPR_LIST:
	case EXPR_OPAQUE:
		break;
	}
	return verdict(CLAUSE_UNKNOWN, 0, e);
}
