/* SPDX-License-Identifier: MIT */
/*
 * The logic of clauses.  A value is where the right side of "tenant = …" comes from; a verdict
 * is what a condition admits.  Both are computed bottom-up and err on the side of silence: what
 * is not understood is CLAUSE_UNKNOWN or counts as bound, never as a leak.
 */
#include <string.h>

#include "base/vec.h"
#include "rls_clause_priv.h"

/* tenant >= mine AND tenant <= mine: BETWEEN, which says equal. */
static bool pinched(const struct clause_context *c, const struct expr *e,
		    struct clause_verdict *out)
{
	for (size_t i = 0; i < e->n; i++)
		for (size_t k = 0; k < e->n; k++) {
			const struct expr *low = e->args[i], *high = e->args[k];
			struct expr *equal;

			if (low->kind != EXPR_OPERATOR || high->kind != EXPR_OPERATOR ||
			    low->n != 2 || high->n != 2 || strcmp(low->name, ">=") != 0 ||
			    strcmp(high->name, "<=") != 0 ||
			    !expr_equal(low->args[0], high->args[0]) ||
			    !expr_equal(low->args[1], high->args[1]))
				continue;
			equal = arena_alloc(c->arena, sizeof *equal);
			*equal = *low;
			equal->name = "=";
			*out = clause_judge(c, equal);
			return true;
		}
	return false;
}

/* Nothing but the login, or a role that it has. */
static bool asks_who(unsigned reasons)
{
	return reasons == OPEN_ROLE || reasons == (OPEN_PERSON | OPEN_LOGIN);
}

static struct clause_verdict judge_and(const struct clause_context *c, const struct expr *e)
{
	struct clause_verdict all = clause_verdict(CLAUSE_OPEN, OPEN_TRUE, e);
	bool unknown = false, own = false, shown = false;
	struct clause_verdict between, narrow = { 0 };

	if (pinched(c, e, &between) && between.level == CLAUSE_OWN)
		return between;
	for (size_t i = 0; i < e->n; i++) {
		struct clause_verdict v = clause_judge(c, e->args[i]);

		if (v.level == CLAUSE_NEVER)
			return v;
		own = own || v.level == CLAUSE_OWN;
		unknown = unknown || v.level == CLAUSE_UNKNOWN;
		shown = shown || (v.level == CLAUSE_OPEN && v.reasons == OPEN_NO_TENANT);
		if (v.level == CLAUSE_OPEN &&
		    (asks_who(v.reasons) || v.reasons == OPEN_PERSONAL ||
		     (!narrow.arm && (v.own_arm || v.reasons == OPEN_SHARED))))
			narrow = v;
		/* An arm that is always true takes nothing away: another arm says why it is
		 * open. */
		if (!(v.reasons & (OPEN_TRUE | OPEN_TAUTOLOGY)))
			all = clause_verdict(
				CLAUSE_OPEN,
				v.reasons |
					(all.reasons & ~(unsigned)(OPEN_TRUE | OPEN_TAUTOLOGY)),
				v.arm);
		else if (all.reasons & OPEN_TRUE)
			all = clause_verdict(CLAUSE_OPEN, v.reasons, v.arm);
	}
	if (own)
		return clause_verdict(CLAUSE_OWN, 0, e);
	if (shown) /* live, and something beside that, such as published */
		all.reasons &= ~(unsigned)(OPEN_LIVE | OPEN_OTHERS);
	if (narrow.arm && !unknown) /* "mine OR shared", or shared, and only some of these */
		return narrow;
	return unknown ? clause_verdict(CLAUSE_UNKNOWN, 0, e) : all;
}

struct clause_verdict clause_either(struct clause_verdict sum, struct clause_verdict v)
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
		return clause_verdict(CLAUSE_UNKNOWN, 0, v.arm);
	return sum;
}

static struct clause_verdict finish_or(struct clause_verdict sum)
{
	if (sum.level == CLAUSE_OPEN && sum.own_arm && sum.reasons & OPEN_NO_TENANT &&
	    !(sum.reasons & (OPEN_LIVE | OPEN_OTHERS)))
		sum.reasons = (sum.reasons & ~(unsigned)OPEN_NO_TENANT) | OPEN_SHARED;
	return sum;
}

static struct clause_verdict judge_or(const struct clause_context *c, const struct expr *e)
{
	struct clause_verdict sum = clause_verdict(CLAUSE_NEVER, 0, e);

	for (size_t i = 0; i < e->n; i++)
		sum = clause_either(sum, clause_judge(c, e->args[i]));
	return finish_or(sum);
}

/* WHEN condition THEN true says what the condition says, and what follows one that binds is
 * bound. */
static struct clause_verdict judge_when(const struct clause_context *c, const struct expr *e,
					size_t when)
{
	struct clause_verdict v = clause_judge(c, e->args[when + 1]), w;
	const struct expr *condition;
	struct expr *equal;
	const struct expr **args;

	if (v.level != CLAUSE_OPEN)
		return v;
	if (!e->has_operand) {
		condition = e->args[when];
	} else {
		equal = arena_alloc(c->arena, sizeof *equal);
		args = arena_array(c->arena, 2, sizeof *args);
		args[0] = e->args[0];
		args[1] = e->args[when];
		*equal = (struct expr){
			.kind = EXPR_OPERATOR, .name = "=", .args = args, .n = 2
		};
		condition = equal;
	}
	w = clause_judge(c, condition);
	return v.reasons & OPEN_TRUE || w.level == CLAUSE_OWN || w.level == CLAUSE_NEVER ? w
											 : v;
}

/* ELSE true: behind tests of a setting it means "while unset". */
static struct clause_verdict judge_else(const struct clause_context *c, const struct expr *e)
{
	struct clause_verdict v = clause_judge(c, e->args[e->n - 1]);

	if (v.level == CLAUSE_OPEN && v.reasons & (OPEN_TRUE | OPEN_TAUTOLOGY))
		for (size_t i = 0; i + 1 < e->n; i++)
			if (clause_reads_setting(c, e->args[i]))
				v.reasons = OPEN_UNSET;
	return v;
}

static struct clause_verdict judge_case(const struct clause_context *c, const struct expr *e)
{
	struct clause_verdict sum = clause_verdict(CLAUSE_NEVER, 0, e);

	for (size_t i = e->has_operand ? 1 : 0; i + 1 < e->n; i += 2)
		sum = clause_either(sum, judge_when(c, e, i));
	return finish_or(clause_either(sum, judge_else(c, e)));
}

static struct clause_verdict judge_call(const struct clause_context *c, const struct expr *e)
{
	if (expr_is_call(e, "coalesce")) { /* COALESCE(tenant = setting, true) */
		struct clause_verdict sum = clause_verdict(CLAUSE_NEVER, 0, e);

		for (size_t i = 0; i < e->n; i++) {
			struct clause_verdict v = clause_judge(c, e->args[i]);

			if (i > 0 && v.level == CLAUSE_OPEN && v.reasons & OPEN_TRUE)
				v.reasons = OPEN_UNSET;
			sum = clause_either(sum, v);
		}
		return finish_or(sum);
	}
	return clause_function(c, e);
}

/* NOT (a OR b): NOT a AND NOT b, and the other way round. */
static struct clause_verdict judge_turned(const struct clause_context *c, const struct expr *e)
{
	struct expr *turned = arena_alloc(c->arena, sizeof *turned);
	const struct expr **args = arena_array(c->arena, e->n, sizeof *args);

	for (size_t i = 0; i < e->n; i++) {
		struct expr *negated = arena_alloc(c->arena, sizeof *negated);

		*negated = (struct expr){ .kind = EXPR_NOT, .args = &e->args[i], .n = 1 };
		args[i] = negated;
	}
	*turned = *e;
	turned->kind = e->kind == EXPR_OR ? EXPR_AND : EXPR_OR;
	turned->args = args;
	return clause_judge(c, turned);
}

/* NOT (setting IS NULL): with IS NOT NULL the parser says as much. */
static struct clause_verdict judge_not_null(const struct clause_context *c,
					    const struct expr *test)
{
	struct expr *turned = arena_alloc(c->arena, sizeof *turned);

	*turned = *test;
	turned->is = !test->is;
	return clause_judge(c, turned);
}

/* NOT (a IS NOT FALSE): a IS FALSE, and the other way round. */
static struct clause_verdict judge_not_bool_test(const struct clause_context *c,
						 const struct expr *test)
{
	struct expr *turned = arena_alloc(c->arena, sizeof *turned);

	*turned = *test;
	turned->name = strncmp(test->name, "not ", 4) == 0
			       ? test->name + 4
			       : arena_printf(c->arena, "not %s", test->name);
	return clause_judge(c, turned);
}

static struct clause_verdict judge_not(const struct clause_context *c, const struct expr *e)
{
	const struct expr *inner = e->args[0];
	struct clause_verdict v;

	if (inner->kind == EXPR_NOT)
		return clause_judge(c, inner->args[0]);
	if (inner->kind == EXPR_OR || inner->kind == EXPR_AND)
		return judge_turned(c, inner);
	if (inner->kind == EXPR_NULL_TEST)
		return judge_not_null(c, inner);
	if (inner->kind == EXPR_BOOL_TEST)
		return judge_not_bool_test(c, inner);
	if (clause_contrary(c, inner, &v))
		return v;
	v = clause_judge(c, inner);
	if (v.level == CLAUSE_NEVER)
		return clause_verdict(CLAUSE_OPEN, OPEN_TRUE, e);
	if (v.level == CLAUSE_OPEN && v.reasons & OPEN_TRUE)
		return clause_verdict(CLAUSE_NEVER, 0, e);
	if (v.level == CLAUSE_OWN && inner->kind == EXPR_OPERATOR) /* everybody else's */
		return clause_verdict(CLAUSE_OPEN, OPEN_NO_TENANT | OPEN_OTHERS, e);
	return v.level == CLAUSE_UNKNOWN ? v : clause_other(c, inner);
}

/* IS TRUE, IS NOT FALSE …: what is asked while the condition is null, that is without setting.
 */
static struct clause_verdict judge_bool_test(const struct clause_context *c,
					     const struct expr *e)
{
	struct expr *negated = arena_alloc(c->arena, sizeof *negated);
	bool is_true = strcmp(e->name, "true") == 0,
	     not_false = strcmp(e->name, "not false") == 0;
	struct clause_verdict v;

	if (!is_true && !not_false && strcmp(e->name, "false") != 0 &&
	    strcmp(e->name, "not true") != 0)
		return clause_other(c, e);
	*negated = (struct expr){ .kind = EXPR_NOT, .args = e->args, .n = 1 };
	v = is_true || not_false ? clause_judge(c, e->args[0]) : judge_not(c, negated);
	if (v.level == CLAUSE_OWN && strncmp(e->name, "not", 3) == 0)
		return clause_verdict(CLAUSE_OPEN, OPEN_UNSET, e);
	return v;
}

struct clause_verdict clause_judge(const struct clause_context *c, const struct expr *e)
{
	if (!e)
		return clause_verdict(CLAUSE_NEVER, 0, NULL);
	if (e->kind == EXPR_SUBQUERY && expr_bare(e) != e)
		return clause_judge(c, expr_bare(e));
	switch (e->kind) {
	case EXPR_BOOL:
		return e->is ? clause_verdict(CLAUSE_OPEN, OPEN_TRUE, e)
			     : clause_verdict(CLAUSE_NEVER, 0, e);
	case EXPR_LITERAL:
		if (!e->name || e->name[0] == 'f')
			return clause_verdict(CLAUSE_NEVER, 0, e);
		return clause_verdict(CLAUSE_OPEN, OPEN_TRUE, e);
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
		return clause_operator(c, e);
	case EXPR_ANY:
		return clause_any(c, e);
	case EXPR_NULL_TEST:
		return clause_null_test(c, e);
	case EXPR_BOOL_TEST:
		return judge_bool_test(c, e);
	case EXPR_CALL:
		return judge_call(c, e);
	case EXPR_SUBQUERY:
		return clause_subquery(c, e);
	case EXPR_COLUMN: /* a boolean column of the row */
		return clause_other(c, e);
	case EXPR_IDENTITY:
	case EXPR_LIST:
	case EXPR_OPAQUE:
		break;
	}
	return clause_verdict(CLAUSE_UNKNOWN, 0, e);
}
