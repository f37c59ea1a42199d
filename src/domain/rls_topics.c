/* SPDX-License-Identifier: MIT */
/*
 * Tables without a tenant's column where a text of the row says whose it is: topics of messages,
 * names of files.  Who reads is held to his own by it; what is written must say it too, and a
 * beginning of the text must have an end.
 */
#include <string.h>

#include "rls_clause_priv.h"
#include "rls_priv.h"

enum { ARMS = 16 };

/* The conditions of a policy that are joined by AND. */
struct arms {
	const struct expr *v[ARMS];
	size_t n;
};

static void take_arms(const struct expr *e, struct arms *out)
{
	e = e ? expr_bare(e) : NULL;
	for (size_t i = 0; e && e->kind == EXPR_AND && i < e->n; i++)
		take_arms(e->args[i], out);
	if (e && e->kind != EXPR_AND && out->n < ARMS)
		out->v[out->n++] = e;
}

/* column = 'literal'; *column NULL: the arm is none. */
static const char *literal_of(const struct expr *e, const char **column)
{
	*column = NULL;
	for (size_t i = 0; e->kind == EXPR_OPERATOR && e->n == 2 && i < 2; i++) {
		const struct expr *c = expr_bare(e->args[i]), *x = clause_literal(e->args[1 - i]);

		if (strcmp(e->name, "=") == 0 && c->kind == EXPR_COLUMN && x) {
			*column = c->name;
			return x->name;
		}
	}
	return NULL;
}

struct seek_column {
	const struct relation *r;
	const struct column *found;
};

static bool seek_column(void *ctx, const struct expr *e, int depth)
{
	struct seek_column *s = ctx;

	if (e->kind == EXPR_COLUMN &&
	    (e->qualifier ? strcmp(e->qualifier, s->r->name) == 0 : depth == 0))
		s->found = relation_column(s->r, e->name);
	return !s->found;
}

/* The column by which the arm asks whether the row is one of those that were found for whoever
 * asks; NULL. */
static const struct column *tells_whose(const struct clause_context *c, const struct expr *arm)
{
	struct seek_column s = { c->relation, NULL };
	unsigned values = clause_values(c, arm, 0);

	if (!(values & VALUE_STORED) || values & (VALUE_OPAQUE | VALUE_UNBOUND | VALUE_LITERAL) ||
	    clause_judge(c, arm).level == CLAUSE_NEVER)
		return NULL;
	expr_walk(arm, seek_column, &s);
	return s.found;
}

struct asks {
	const char *column;
	bool asks; /* that column, or anything but the row */
};

static bool look_for_asking(void *ctx, const struct expr *e, int depth)
{
	struct asks *a = ctx;

	(void)depth;
	a->asks = a->asks || e->kind == EXPR_CALL || e->kind == EXPR_SUBQUERY ||
		  e->kind == EXPR_IDENTITY || e->kind == EXPR_OPAQUE ||
		  (e->kind == EXPR_COLUMN && strcmp(e->name, a->column) == 0);
	return !a->asks;
}

/* Rows of one kind are not of the other. */
static bool excludes(const struct arms *a, const struct arms *b)
{
	for (size_t i = 0; i < a->n; i++)
		for (size_t k = 0; k < b->n; k++) {
			const char *one, *two, *x = literal_of(a->v[i], &one),
					       *y = literal_of(b->v[k], &two);

			if (one && two && strcmp(one, two) == 0 && strcmp(x, y) != 0)
				return true;
		}
	return false;
}

/* Somebody who has said who he is, and for whom p is by his name. */
static const struct actor *writer(const struct judge *j, const struct table *t,
				  const struct policy *p, int right)
{
	for (size_t i = 0; i < j->actors.len; i++) {
		const struct actor *a = &j->actors.v[i];
		bool named = false;

		if (t->bound[i] && t->rights[i] & right && !a->trusted && !a->bypasses &&
		    !judge_is_anybody(a) && judge_applies(j, p, a, &named) &&
		    (named || a->application))
			return a;
	}
	return NULL;
}

static void rule_untold(struct judge *j, const struct table *t, const struct judged *teller,
			const struct column *column, const struct arms *told)
{
	for (size_t i = 0; i < t->r->npolicies; i++) {
		const struct judged *g = &t->policies[i];
		const struct policy *p = g->policy;
		const struct expr *e = p->command == 'a' ? g->check_expr : g->using_expr;
		struct subject s = { .relation = t->r, .policy = p->name };
		struct asks asks = { column->name, false };
		struct arms own = { .n = 0 };
		const struct actor *a;
		struct finding *f;

		if (g == teller || !p->permissive || !e || !strchr("aw", p->command) ||
		    e->kind == EXPR_BOOL)
			continue;
		expr_walk(e, look_for_asking, &asks);
		take_arms(e, &own);
		if (asks.asks || excludes(&own, told) ||
		    !(a = writer(j, t, p, p->command == 'a' ? RIGHT_INSERT : RIGHT_UPDATE)))
			continue;
		s.role = a->role->name;
		f = judge_find(j, p->command == 'a' ? RULE_R21 : RULE_R22, &s,
			       "policy %s lets %s %s rows of any %s, and that is how policy %s "
			       "tells whose they are",
			       p->name, a->role->name, p->command == 'a' ? "add" : "change",
			       column->name, teller->policy->name);
		if (f)
			f->severity = SEVERITY_HIGH;
		judge_evidence(j, f, "%s: %s", p->check_expr ? "WITH CHECK" : "USING",
			       p->check_expr ? p->check_expr : p->using_expr);
		judge_choose(j, f, "let it ask of the row what the other asks", NULL, NULL);
		judge_fixed(j, f);
	}
}

/* LIKE mine || '%': of what the session says nothing ends it. */
static bool is_endless(const struct clause_context *c, const struct expr *e)
{
	const struct expr *value = e->n == 2 ? expr_bare(e->args[1]) : NULL, *end;

	if (!value || !(clause_values(c, e->args[0], 0) & VALUE_ROW))
		return false;
	if (expr_is_call(e, "starts_with") ||
	    (e->kind == EXPR_OPERATOR && strcmp(e->name, "^@") == 0))
		return clause_values(c, value, 0) == VALUE_SESSION;
	if (e->kind != EXPR_OPERATOR || strncmp(e->name, "~~", 2) != 0 ||
	    value->kind != EXPR_OPERATOR || value->n != 2 || strcmp(value->name, "||") != 0)
		return false;
	end = clause_literal(value->args[1]);
	return end && *end->name == '%' &&
	       clause_deciding(clause_values(c, value->args[0], 0)) == VALUE_SESSION;
}

static void rule_endless(struct judge *j, const struct table *t, const struct judged *g,
			 const struct clause_context *c, const struct expr *arm)
{
	static const int all = RIGHT_SELECT | RIGHT_INSERT | RIGHT_UPDATE | RIGHT_DELETE;
	struct subject s = { .relation = t->r, .policy = g->policy->name };
	const struct actor *a = is_endless(c, arm) ? writer(j, t, g->policy, all) : NULL;
	struct finding *f;

	if (!a)
		return;
	s.role = a->role->name;
	f = judge_find(j, RULE_R29, &s,
		       "policy %s goes by a beginning that nothing ends: whose it is 'a' reaches "
		       "what begins with 'ab', too",
		       g->policy->name);
	judge_evidence(j, f, "%s",
		       g->policy->using_expr ? g->policy->using_expr : g->policy->check_expr);
	judge_choose(j, f, "let what it begins with end with what parts it from the rest", NULL,
		     NULL);
	judge_fixed(j, f);
}

void rule_topics(struct judge *j, const struct table *t)
{
	struct clause_context c = judge_clause(j, t);

	for (size_t i = 0; t->r->rls && !table_tenant(t) && i < t->r->npolicies; i++) {
		const struct judged *g = &t->policies[i];
		struct arms arms = { .n = 0 };

		if (!g->policy->permissive)
			continue;
		take_arms(g->using_expr ? g->using_expr : g->check_expr, &arms);
		for (size_t k = 0; k < arms.n; k++) {
			const struct column *column = strchr("*r", g->policy->command)
							      ? tells_whose(&c, arms.v[k])
							      : NULL;

			rule_endless(j, t, g, &c, arms.v[k]);
			if (column)
				rule_untold(j, t, g, column, &arms);
		}
	}
}
