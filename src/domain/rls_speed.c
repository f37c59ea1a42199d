/* SPDX-License-Identifier: MIT */
/*
 * What policies cost: conditions that no index serves and functions that are called for every
 * row.  Small tables are never slow: there a finding is information.
 */
#include <string.h>

#include "rls_clause_priv.h"
#include "rls_priv.h"

enum { ROWS_SOME = 1000, ROWS_MANY = 10000 };

static void by_size(struct finding *f, const struct table *t)
{
	if (f && t->r->estimate < ROWS_MANY)
		f->severity = t->r->estimate >= ROWS_SOME ? SEVERITY_LOW : SEVERITY_INFO;
}

static const struct index *leading(const struct table *t)
{
	int attnum = t->attnum;

	return attnum ? relation_index_leading(t->r, &attnum, 1) : NULL;
}

static const char *quoted(struct judge *j, const char *name)
{
	struct buf out = BUF_INIT;

	sql_ident(&out, name);
	const char *text = arena_strdup(j->arena, out.data);

	buf_release(&out);
	return text;
}

/* The setting itself decides: what goes by memberships must go on doing so. */
static bool by_setting(struct judge *j, const struct table *t, const struct expr *e,
		       const struct clause_facts *c)
{
	struct clause_context at = judge_clause(j, t), inner;
	const struct expr *body = e->kind == EXPR_CALL ? clause_inline(&at, e, &inner) : NULL;

	if (!c->agreed || !body)
		return c->agreed && c->own_by_setting;
	return !(clause_values(&inner, body, 1) &
		 (VALUE_STORED | VALUE_UNBOUND | VALUE_OPAQUE | VALUE_ROLE));
}

static void fix_clause(struct judge *j, const struct table *t, const struct judged *g,
		       const struct clause_facts *c, struct finding *f)
{
	const char *condition = judge_condition(j, t);
	const struct policy *p = g->policy;
	struct fix v = { .relation = t->r, .policy = p->name, .condition = condition };

	if (f && condition && g->using_expr && by_setting(j, t, g->using_expr, c) &&
	    g->using_verdict.level == CLAUSE_OWN &&
	    (!p->check_expr || expr_equal(g->using_expr, g->check_expr)) &&
	    (g->using_expr->kind == EXPR_OPERATOR || g->using_expr->kind == EXPR_CALL))
		judge_fix(j, p->check_expr ? "using_check" : "using", &v);
	judge_fixed(j, f);
}

static void rule_function(struct judge *j, const struct table *t, const struct judged *g,
			  const struct clause_facts *c)
{
	struct subject s = { .relation = t->r, .policy = g->policy->name };
	struct finding *f;

	if (!c->slow)
		return;
	f = judge_find(j, RULE_P01, &s, "%s is called for every row: %s", c->slow->name,
		       c->volatile_function ? "it is VOLATILE"
		       : c->row_function    ? "it takes a column of the row"
					    : "it is not wrapped in ( SELECT … )");
	judge_evidence(j, f, "language %s, provolatile %c", c->slow->language,
		       c->slow->volatility);
	by_size(f, t);
	if (f && !c->volatile_function && !c->row_function && leading(t))
		f->severity = SEVERITY_INFO;
	fix_clause(j, t, g, c, f);
}

static void rule_wrapped(struct judge *j, const struct table *t, const struct judged *g,
			 const struct clause_facts *c)
{
	struct subject s = { .relation = t->r, .policy = g->policy->name };
	struct finding *f;

	if (!c->wrapped_tenant || c->bare_tenant || g->using_verdict.level != CLAUSE_OWN)
		return;
	f = judge_find(j, RULE_P03, &s,
		       "the column %s is cast or wrapped, so no index on it serves the policy",
		       t->tenant);
	judge_evidence(j, f, "%s", g->policy->using_expr);
	by_size(f, t);
	fix_clause(j, t, g, c, f);
}

static void rule_or(struct judge *j, const struct table *t, const struct judged *g)
{
	struct subject s = { .relation = t->r, .policy = g->policy->name };
	const struct clause_verdict *v = &g->using_verdict;
	struct finding *f;

	if (v->level != CLAUSE_OPEN || !v->own_arm ||
	    v->reasons & ~(unsigned)(OPEN_PERSON | OPEN_ROLE))
		return;
	f = judge_find(
		j, RULE_P05, &s,
		"an OR arm does not look at the row, so no index serves the policy: a second "
		"policy for that role would");
	judge_evidence(j, f, "%s", g->policy->using_expr);
	by_size(f, t);
}

static void rule_bare_setting(struct judge *j, const struct table *t, const struct judged *g,
			      const struct clause_facts *c)
{
	struct subject s = { .relation = t->r, .policy = g->policy->name };
	struct finding *f;

	if (!c->bare_setting || leading(t) || !c->own_by_setting)
		return;
	f = judge_find(j, RULE_P06, &s,
		       "without an index that begins with %s the setting is read for every row",
		       t->tenant);
	judge_evidence(j, f, "%s",
		       g->policy->using_expr ? g->policy->using_expr : g->policy->check_expr);
	judge_fix_index(j, t->r, quoted(j, t->tenant));
	judge_fixed(j, f);
	if (f && f->severity == SEVERITY_LOW && t->r->estimate < ROWS_MANY)
		f->severity = SEVERITY_INFO;
}

static void rule_index(struct judge *j, const struct table *t)
{
	struct subject s = { .relation = t->r };
	struct finding *f;

	if (!t->tenant || t->directory || leading(t) || !judge_reacher(j, t, RIGHT_SELECT))
		return;
	f = judge_find(j, RULE_P02, &s,
		       "no index begins with %s, so every look reads all tenants' rows",
		       t->tenant);
	if (t->r->estimate < 0)
		judge_evidence(j, f, "never analyzed");
	else
		judge_evidence(j, f, "about %.0f rows", t->r->estimate);
	by_size(f, t);
	judge_fix_index(j, t->r, quoted(j, t->tenant));
	judge_fixed(j, f);
}

static void rule_leaky(struct judge *j, const struct rls_leaky *l)
{
	const struct table *t = judge_table(j, l->relation);
	struct subject s = { .relation = t ? t->r : NULL, .policy = l->index };
	struct finding *f;

	if (!t || !table_tenant(t) || t->r->extension)
		return;
	f = judge_find(j, RULE_P04, &s,
		       "column %d of %s cannot narrow what a bound role reads: its operators "
		       "are not leakproof",
		       l->position, l->index);
	judge_evidence(j, f, "operator family %s", l->family);
	if (f)
		f->policy = NULL;
}

void rules_speed(struct judge *j)
{
	for (size_t i = 0; i < j->ntables; i++) {
		const struct table *t = &j->tables[i];
		struct clause_context c = judge_clause(j, t);

		if (!t->r->rls || !table_tenant(t) || !relation_is_table(t->r) ||
		    t->r->extension)
			continue;
		rule_index(j, t);
		for (size_t p = 0; p < t->r->npolicies; p++) {
			const struct judged *g = &t->policies[p];
			struct clause_facts facts;

			if (!g->using_expr)
				continue;
			clause_look(&c, g->using_expr, &facts);
			rule_function(j, t, g, &facts);
			rule_wrapped(j, t, g, &facts);
			rule_or(j, t, g);
			rule_bare_setting(j, t, g, &facts);
		}
	}
	for (size_t i = 0; i < j->in->extras->leaky.len; i++)
		rule_leaky(j, &j->in->extras->leaky.v[i]);
}
