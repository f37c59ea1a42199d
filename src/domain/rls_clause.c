/* SPDX-License-Identifier: MIT */
/*
 * The logic of clauses.  A value is where the right side of "tenant = …" comes from; a verdict
 * is what a condition admits.  Both are computed bottom-up and err on the side of silence: what
 * is not understood is CLAUSE_UNKNOWN or counts as bound, never as a leak.
 */
#include <string.h>

#include "base/vec.h"
#include "rls_clause_priv.h"

static struct clause_verdict verdict(enum clause_level level, unsigned reasons,
				     const struct expr *arm)
{
	return (struct clause_verdict){ .level = level, .reasons = reasons, .arm = arm };
}

/* Ids that no tenant has: rows under them belong to everybody, or to nobody. */
static bool is_neutral(const char *literal)
{
	static const char *const words[] = { "public", "global",  "shared", "system",
					     "none",   "default", NULL };

	for (size_t i = 0; words[i]; i++)
		if (strcmp(literal, words[i]) == 0)
			return true;
	return *literal == '-' || literal[strspn(literal, "0-")] == '\0';
}

static const struct expr *literal_of(const struct expr *e)
{
	e = expr_bare(e);
	return e->kind == EXPR_LITERAL && e->name && *e->name ? e : NULL;
}

/* COALESCE(setting, 'a tenant'), also inside a function: without a setting one is that tenant.
 */
static bool falls_back_to_tenant(const struct clause_context *c, const struct expr *e)
{
	struct clause_context at = *c, next;

	for (int i = 0; i < 8; i++) {
		const struct expr *body;

		e = expr_bare(e);
		if (expr_is_call(e, "coalesce") && e->n > 1) {
			const struct expr *last = literal_of(e->args[e->n - 1]);

			if (last && !is_neutral(last->name))
				return true;
			e = e->args[0];
			continue;
		}
		body = e->kind == EXPR_CALL ? clause_inline(&at, e, &next) : NULL;
		if (!body)
			return false;
		at = next;
		e = body;
	}
	return false;
}

/* tenant = ANY (ARRAY[setting, 'literal']) */
static unsigned listed_literals(const struct expr *other)
{
	const struct expr *list = expr_bare(other);
	unsigned reasons = 0;

	for (size_t i = 0; list->kind == EXPR_LIST && list->n > 1 && i < list->n; i++) {
		const struct expr *x = literal_of(list->args[i]);

		if (x)
			reasons |= is_neutral(x->name) ? OPEN_SHARED : OPEN_LITERAL;
	}
	return reasons;
}

static struct clause_verdict compare_tenant(const struct clause_context *c,
					    const struct expr *e, const struct expr *other)
{
	unsigned all = clause_values(c, other, 0), values = clause_deciding(all);

	if (values & VALUE_OPAQUE)
		return verdict(CLAUSE_UNKNOWN, 0, e);
	if (all & VALUE_LITERAL && values & VALUE_SESSION) {
		struct clause_verdict v = verdict(CLAUSE_OPEN, listed_literals(other), e);

		v.own_arm = true;
		if (v.reasons)
			return v;
		if (falls_back_to_tenant(c, other))
			return verdict(CLAUSE_OPEN, OPEN_LITERAL, e);
	}
	if (values == VALUE_SELF)
		return verdict(CLAUSE_OPEN, OPEN_TAUTOLOGY, e);
	if (values & VALUE_UNBOUND)
		return verdict(CLAUSE_OPEN, OPEN_UNBOUND, e);
	if (values & VALUE_SELF && !(values & VALUE_STORED))
		return verdict(CLAUSE_OPEN, OPEN_FALLBACK, e);
	if (values == VALUE_LITERAL) {
		const struct expr *x = literal_of(other);

		return verdict(CLAUSE_OPEN,
			       x && is_neutral(x->name) ? OPEN_SHARED : OPEN_LITERAL, e);
	}
	if (values == (VALUE_STORED | VALUE_ROW))
		return verdict(CLAUSE_OPEN, OPEN_UNBOUND, e);
	if (values == VALUE_ROW)
		return verdict(CLAUSE_OPEN, OPEN_NO_TENANT, e);
	return verdict(values ? CLAUSE_OWN : CLAUSE_NEVER, 0, e);
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
		const char *setting = clause_setting(c, e->args[1 - i]);

		if (strcmp(e->name, "=") == 0 && expr_bare(e->args[i])->kind == EXPR_COLUMN &&
		    clause_values(c, e->args[i], 0) == VALUE_ROW &&
		    clause_deciding(clause_values(c, e->args[1 - i], 0)) == VALUE_SESSION &&
		    !(setting && c->setting && strcmp(setting, c->setting) == 0))
			return true;
	}
	return false;
}

struct seek_setting {
	const struct clause_context *c;
	bool found, forgeable, common;
};

/* Claims of a token are checked by whoever sets them, other settings by nobody. */
static bool is_claim(const char *setting)
{
	return strncmp(setting, "request.", 8) == 0 || strncmp(setting, "jwt.", 4) == 0 ||
	       strncmp(setting, "hasura.", 7) == 0;
}

static bool seek_setting(void *ctx, const struct expr *e, int depth)
{
	struct seek_setting *s = ctx;
	struct clause_context inner;
	const struct expr *body = NULL;

	(void)depth;
	if (expr_is_call(e, "current_setting")) {
		const char *name = expr_setting(e);

		s->found = true;
		s->forgeable = s->forgeable || !name || !is_claim(name);
	} else if (e->kind == EXPR_CALL) {
		body = clause_inline(s->c, e, &inner);
	} else if (e->kind == EXPR_LITERAL && e->name &&
		   (strcmp(e->name, "authenticated") == 0 || strcmp(e->name, "anon") == 0)) {
		s->common = true; /* everybody has this claim */
	}
	if (body) {
		struct seek_setting below = { .c = &inner };

		expr_walk(body, seek_setting, &below);
		s->found = s->found || below.found;
		s->forgeable = s->forgeable || below.forgeable;
	}
	return true;
}

/* A switch by something of the session. */
static unsigned switch_reason(const struct clause_context *c, const struct expr *e)
{
	struct seek_setting s = { .c = c };

	expr_walk(e, seek_setting, &s);
	if (s.common && !s.forgeable)
		return OPEN_NO_TENANT;
	return s.found && !s.forgeable ? OPEN_ROLE : OPEN_SWITCH;
}

/* current_user = 'app' */
static bool is_login_test(const struct expr *e)
{
	for (size_t i = 0; e->kind == EXPR_OPERATOR && e->n == 2 && i < 2; i++)
		if (strcmp(e->name, "=") == 0 && literal_of(e->args[i]) &&
		    expr_bare(e->args[1 - i])->kind == EXPR_IDENTITY)
			return true;
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
		return verdict(CLAUSE_OPEN,
			       is_login_test(e) ? OPEN_PERSON | OPEN_LOGIN : OPEN_PERSON, e);
	if (values & VALUE_SESSION)
		return verdict(CLAUSE_OPEN, switch_reason(c, e), e);
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
	if ((clause_setting(c, left) && is_empty_literal(right)) ||
	    (clause_setting(c, right) && is_empty_literal(left)))
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

static bool is_order(const char *op)
{
	static const char *const names[] = { "<", ">", ">=", "<=", "<>", "is distinct from",
					     NULL };

	for (size_t i = 0; names[i]; i++)
		if (strcmp(op, names[i]) == 0)
			return true;
	return false;
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
		if (is_order(e->name)) /* more tenants than one */
			return verdict(CLAUSE_OPEN, OPEN_NO_TENANT, e);
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
	bool in = e->sub->kind == SUBQUERY_IN,
	     tied = b.values & (VALUE_SESSION | VALUE_PERSON | VALUE_ROLE);

	if (b.values & VALUE_OPAQUE)
		return verdict(CLAUSE_UNKNOWN, 0, e);
	if (in && strcmp(e->name, "=") == 0 && !e->is) {
		if (clause_mentions_tenant(c, e->args[0]))
			return compare_tenant(
				c, e, &(struct expr){ .kind = EXPR_SUBQUERY, .sub = e->sub });
		if (clause_values(c, e->args[0], 0) & VALUE_ROW) /* by a key of the parent */
			return tied || clause_sub_protected(c, e->sub)
				       ? verdict(CLAUSE_OWN, 0, e)
				       : verdict(CLAUSE_OPEN, OPEN_UNBOUND, e);
	}
	if (b.row && !tied && !clause_sub_protected(c, e->sub)) /* for every session alike */
		return verdict(CLAUSE_OPEN, OPEN_UNBOUND, e);
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
	if (clause_setting(c, e->args[0]))
		return verdict(CLAUSE_OPEN, e->is ? OPEN_UNSET : OPEN_NO_TENANT, e);
	if (clause_values(c, e->args[0], 0) == VALUE_SESSION) /* current_tenant() IS NULL */
		return verdict(CLAUSE_OPEN, e->is ? OPEN_UNSET : OPEN_NO_TENANT, e);
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

/* A branch that is simply true is opened by its condition: a test of the setting means "while
 * unset". */
static struct clause_verdict judge_branch(const struct clause_context *c,
					  const struct expr *conditions,
					  const struct expr *result)
{
	struct clause_verdict v = clause_judge(c, result);
	struct seek_setting s = { .c = c };

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

/* What a function without the row says is its own affair (an administrator's switch), unless it
 * says yes to everybody or goes by what any session can set. */
static struct clause_verdict judge_switch(const struct clause_context *c, const struct expr *e,
					  const struct expr *body,
					  const struct clause_context *inner)
{
	enum { LOUD = OPEN_TRUE | OPEN_TAUTOLOGY | OPEN_UNSET | OPEN_SWITCH };
	struct clause_verdict v =
		body ? clause_judge(inner, body) : verdict(CLAUSE_OPEN, OPEN_ROLE, e);

	for (size_t i = 0; c->setting && i < e->n; i++) {
		const char *setting = clause_setting(c, e->args[i]);

		if (setting &&
		    strcmp(setting, c->setting) == 0) /* is_member(current_tenant()) */
			return verdict(CLAUSE_OPEN, OPEN_UNBOUND, e);
	}
	if (v.level == CLAUSE_NEVER ||
	    (v.level == CLAUSE_OPEN && v.reasons & LOUD && !(v.reasons & ~(unsigned)LOUD)))
		return v;
	return verdict(CLAUSE_OPEN, OPEN_ROLE, e);
}

static struct clause_verdict judge_function(const struct clause_context *c,
					    const struct expr *e)
{
	struct clause_context inner;
	const struct expr *body = clause_inline(c, e, &inner);
	bool row = false, tenant = false, session = false;

	for (size_t i = 0; i < e->n; i++) {
		unsigned v = clause_values(c, e->args[i], 0);

		row = row || v & (VALUE_ROW | VALUE_SELF);
		tenant = tenant || v & VALUE_SELF;
		session = session || v & VALUE_SESSION;
	}
	if (tenant && session && expr_is_call(e, "starts_with"))
		return verdict(CLAUSE_OPEN, OPEN_PATTERN, e);
	if (!e->qualifier && !row && clause_deciding(clause_values(c, e, 0)) == VALUE_SESSION &&
	    clause_setting(c, e)) /* NULLIF(setting, '')::boolean */
		return verdict(CLAUSE_OPEN, switch_reason(c, e), e);
	if (!row)
		return judge_switch(c, e, body, &inner);
	if (body)
		return clause_judge(&inner, body);
	if (clause_ignores_arguments(c, e))
		return verdict(CLAUSE_OPEN, OPEN_UNBOUND, e);
	if (clause_call_values(c, e) & VALUE_ROLE)
		return verdict(CLAUSE_OPEN, OPEN_ROLE, e);
	/* The function decides by the row. */
	return clause_call_values(c, e) ? verdict(CLAUSE_OWN, 0, e) : other_condition(c, e);
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
	return judge_function(c, e);
}

/* The operator that says the contrary; NULL: none is known. */
static const char *contrary(const char *op)
{
	static const char *const pairs[][2] = {
		{ "=", "<>" }, { "is distinct from", "is not distinct from" }
	};

	for (size_t i = 0; i < ARRAY_SIZE(pairs); i++)
		for (size_t k = 0; k < 2; k++)
			if (strcmp(op, pairs[i][k]) == 0)
				return pairs[i][1 - k];
	return NULL;
}

static struct clause_verdict judge_not(const struct clause_context *c, const struct expr *e)
{
	const struct expr *inner = e->args[0];
	const char *op = inner->kind == EXPR_OPERATOR ? contrary(inner->name) : NULL;

	if (op) {
		struct expr *turned = arena_alloc(c->arena, sizeof *turned);

		*turned = *inner;
		turned->name = op;
		return judge_operator(c, turned);
	}
	struct clause_verdict v = clause_judge(c, inner);

	if (v.level == CLAUSE_NEVER)
		return verdict(CLAUSE_OPEN, OPEN_TRUE, e);
	if (v.level == CLAUSE_OPEN && v.reasons & OPEN_TRUE)
		return verdict(CLAUSE_NEVER, 0, e);
	if (v.level == CLAUSE_UNKNOWN)
		return v;
	return other_condition(c, e->args[0]);
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
		return other_condition(c, e);
	*negated = (struct expr){ .kind = EXPR_NOT, .args = e->args, .n = 1 };
	v = is_true || not_false ? clause_judge(c, e->args[0]) : judge_not(c, negated);
	if (v.level == CLAUSE_OWN && strncmp(e->name, "not", 3) == 0)
		return verdict(CLAUSE_OPEN, OPEN_UNSET, e);
	return v;
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
		return judge_bool_test(c, e);
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
