/* SPDX-License-Identifier: MIT */
/*
 * Rows of several kinds in a table without a tenant column, such as files in buckets: one kind is
 * shown to whoever has signed in, where its neighbour is shown to members, and members alone may
 * add to both.  Whether that was meant no catalog tells: it is said, and no more.
 */
#include <string.h>

#include "rls_clause_priv.h"
#include "rls_priv.h"

/* kind = 'literal' */
struct kind {
	const char *column, *literal;
};

static bool is_kind(const struct expr *e, struct kind *out)
{
	e = expr_bare(e);
	if (e->kind != EXPR_OPERATOR || e->n != 2 || strcmp(e->name, "=") != 0)
		return false;
	for (size_t i = 0; i < 2; i++) {
		const struct expr *c = expr_bare(e->args[i]),
				  *x = clause_literal(e->args[1 - i]);

		if (c->kind == EXPR_COLUMN && x) {
			*out = (struct kind){ c->name, x->name };
			return true;
		}
	}
	return false;
}

static bool is_not_literal(void *ctx, const struct expr *e, int depth)
{
	(void)depth;
	return e->kind != EXPR_LITERAL || !e->name || strcmp(e->name, ctx) != 0;
}

/* The function that is asked of the row beside all else; NULL: none. */
static const char *asked_beside(const struct expr *e)
{
	e = e ? expr_bare(e) : NULL;
	for (size_t i = 0; e && e->kind == EXPR_AND && i < e->n; i++) {
		const struct expr *x = expr_bare(e->args[i]);

		if (x->kind == EXPR_CALL && x->n)
			return x->name;
	}
	return NULL;
}

/* Another kind of the column is read by those only for whom a function says yes: its name. */
static const char *neighbour(const struct table *t, const struct kind *kind,
			     const struct policy **by)
{
	for (size_t i = 0; i < t->r->npolicies; i++) {
		const struct judged *g = &t->policies[i];
		const struct expr *e = g->using_expr ? expr_bare(g->using_expr) : NULL;
		struct kind other;

		*by = g->policy;
		for (size_t n = 0; e && e->kind == EXPR_AND && n < e->n; n++)
			if (g->policy->permissive && strchr("*r", g->policy->command) &&
			    is_kind(e->args[n], &other) &&
			    strcmp(other.column, kind->column) == 0 &&
			    strcmp(other.literal, kind->literal) != 0 && asked_beside(e))
				return asked_beside(e);
	}
	return NULL;
}

/* Rows of this kind are added by those alone for whom the same function says yes. */
static bool is_added_by(const struct table *t, const struct kind *kind, const char *function)
{
	for (size_t i = 0; i < t->r->npolicies; i++) {
		const struct judged *g = &t->policies[i];
		const char *asked = strchr("*a", g->policy->command) && g->policy->permissive
					    ? asked_beside(g->check_expr)
					    : NULL;

		if (asked && strcmp(asked, function) == 0 &&
		    !expr_walk(g->check_expr, is_not_literal, (void *)(uintptr_t)kind->literal))
			return true;
	}
	return false;
}

/* Somebody who has said who he is; NULL: it is for nobody, or for everybody. */
static const struct actor *signed_in(const struct judge *j, const struct table *t,
				     const struct policy *p)
{
	const struct actor *found = NULL;

	for (size_t i = 0; i < j->actors.len; i++) {
		const struct actor *a = &j->actors.v[i];
		bool named = false;

		if (!judge_applies(j, p, a, &named))
			continue;
		if (!named || judge_is_anybody(a))
			return NULL;
		if (t->bound[i] && t->rights[i] & RIGHT_SELECT && !a->trusted && !a->bypasses)
			found = found ? found : a;
	}
	return found;
}

void rule_kind_alone(struct judge *j, const struct table *t)
{
	struct subject s = { .relation = t->r };

	for (size_t i = 0; t->r->rls && !table_tenant(t) && i < t->r->npolicies; i++) {
		const struct judged *g = &t->policies[i];
		const struct policy *p = g->policy, *by;
		const char *function;
		const struct actor *a;
		struct kind kind;

		if (!p->permissive || !strchr("*r", p->command) || !g->using_expr ||
		    !is_kind(g->using_expr, &kind) || text_says_public(p->name) ||
		    !(function = neighbour(t, &kind, &by)) || !is_added_by(t, &kind, function) ||
		    !(a = signed_in(j, t, p)))
			continue;
		s.policy = p->name;
		s.role = a->role->name;
		judge_evidence(j,
			       judge_find(j, RULE_R90, &s,
					  "policy %s asks %s of its rows, and so does what adds "
					  "these: whether %s may show %s all of them is "
					  "yours to say",
					  by->name, function, p->name, a->role->name),
			       "USING: %s", p->using_expr);
	}
}
