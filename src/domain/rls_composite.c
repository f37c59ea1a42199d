/* SPDX-License-Identifier: MIT */
/*
 * A tenant of several columns: where the key of what the tables refer to is two columns, each
 * compared with a setting of its own, a policy that binds one of them shows all tenants that
 * share it.
 */
#include <string.h>

#include "rls_priv.h"

static const struct tenancy *tenancy_of(const struct judge *j, const struct column *c)
{
	for (size_t i = 0; c && i < profile_tenancies(j->in->profile); i++) {
		const struct tenancy *y = profile_tenancy(j->in->profile, i);

		if (y->setting && y->column && strcmp(y->column, c->name) == 0 && y->type &&
		    strcmp(y->type, c->type) == 0)
			return y;
	}
	return NULL;
}

static bool unique_alone(const struct relation *r, int attnum)
{
	for (size_t i = 0; i < r->nindexes; i++) {
		const struct index *x = &r->indexes[i];

		if (x->unique && x->nkeys == 1 && x->columns[0] == attnum)
			return true;
	}
	return false;
}

/* By a key to what is told apart by both; fills the tenancy. */
static const struct column *half_by_key(const struct judge *j, const struct table *t,
					const struct tenancy **y)
{
	for (size_t i = 0; i < t->r->nreferences; i++) {
		const struct foreign_key *k = t->r->references[i];
		const struct relation *to = catalog_relation(j->catalog, k->to);
		const struct index *key = to ? relation_key(to) : NULL;
		const struct column *other = NULL;
		bool own = false;

		if (k->n != 2 || !key || !key->primary || key->nkeys != 2)
			continue;
		for (size_t c = 0; c < 2; c++) {
			bool tenant = k->from_columns[c] == t->attnum;

			if (!index_has(key, k->to_columns[c]) ||
			    unique_alone(to, k->to_columns[c]))
				break;
			own = own || tenant;
			other = tenant ? other : relation_attnum(t->r, k->from_columns[c]);
		}
		*y = own ? tenancy_of(j, other) : NULL;
		if (*y && *y != t->tenancy)
			return other;
	}
	return NULL;
}

/* What goes together with each tenancy, where some table's key says so. */
static void learn_pairs(struct judge *j)
{
	const struct tenancy *y;

	j->pairs = arena_array(j->arena, profile_tenancies(j->in->profile) + 1,
			       sizeof *j->pairs);
	for (size_t i = 0; i < j->ntables; i++)
		for (size_t k = 0; half_by_key(j, &j->tables[i], &y) &&
				   k < profile_tenancies(j->in->profile);
		     k++)
			if (profile_tenancy(j->in->profile, k) == j->tables[i].tenancy)
				j->pairs[k] = y;
}

/* It lists one column of a tenant that has two, such as the countries of shops: no tenants. */
static bool lists_halves(const struct judge *j, const struct table *t)
{
	for (size_t k = 0; k < profile_tenancies(j->in->profile); k++) {
		const struct tenancy *y = profile_tenancy(j->in->profile, k), *z = j->pairs[k];

		if (z && (t->tenancy == y || t->tenancy == z) &&
		    !(relation_column(t->r, y->column) && relation_column(t->r, z->column)))
			return true;
	}
	return false;
}

void composite_drop_halves(struct judge *j)
{
	learn_pairs(j);
	for (size_t i = 0; i < j->ntables; i++) {
		struct table *t = &j->tables[i];

		if (!t->directory || !t->tenancy || !lists_halves(j, t))
			continue;
		t->directory = t->by_parent = false;
		t->tenancy = NULL;
		t->tenant = NULL;
		t->attnum = 0;
	}
}

/* The other column of the tenant: by a key, or as tables beside it have it. */
static const struct column *other_half(struct judge *j, const struct table *t,
				       const struct tenancy **y)
{
	const struct column *other = half_by_key(j, t, y);

	if (other)
		return other;
	for (size_t k = 0; k < profile_tenancies(j->in->profile); k++) {
		*y = profile_tenancy(j->in->profile, k) == t->tenancy ? j->pairs[k] : NULL;
		other = *y ? relation_column(t->r, (*y)->column) : NULL;
		if (other)
			return tenancy_of(j, other) == *y ? other : NULL;
	}
	return NULL;
}

/* Every row's policies bind the column. */
static bool binds(struct judge *j, const struct table *t, const struct column *c,
		  const struct tenancy *y)
{
	struct table half = *t;
	struct clause_context x;
	bool some = false;

	half.tenancy = y;
	half.tenant = c->name;
	half.attnum = c->attnum;
	x = judge_clause(j, &half);
	for (size_t i = 0; i < t->r->npolicies; i++) {
		const struct judged *g = &t->policies[i];

		if (!g->policy->permissive || !g->using_expr)
			continue;
		if (clause_judge(&x, g->using_expr).level != CLAUSE_OWN)
			return false;
		some = true;
	}
	return some;
}

/* A column whose values may be the same for several tenants: no list has it as its key. */
static bool means_nothing_alone(const struct relation *r, const struct column *c)
{
	if (strcmp(c->type, "uuid") == 0 || unique_alone(r, c->attnum))
		return false;
	for (size_t i = 0; i < r->nreferences; i++)
		if (r->references[i]->n == 1 && r->references[i]->from_columns[0] == c->attnum)
			return false;
	return true;
}

/* Some table beside it binds both columns. */
static bool sibling_binds(struct judge *j, const struct table *t, const struct tenancy *z)
{
	for (size_t k = 0; k < j->ntables; k++) {
		const struct table *s = &j->tables[k];
		const struct column *own = relation_column(s->r, t->tenant),
				    *other = relation_column(s->r, z->column);

		if (s != t && own && other && s->r->rls && s->r->npolicies &&
		    binds(j, s, own, t->tenancy) && binds(j, s, other, z))
			return true;
	}
	return false;
}

const char *composite_other(struct judge *j, const struct table *t)
{
	for (size_t i = 0; t->tenant && i < profile_tenancies(j->in->profile); i++) {
		const struct tenancy *z = profile_tenancy(j->in->profile, i);
		const struct column *c =
			z != t->tenancy && z->setting && z->column
				? relation_column(t->r, z->column)
				: NULL;

		if (c && z->type && strcmp(z->type, c->type) == 0 && !z->directory &&
		    means_nothing_alone(t->r, c) && binds(j, t, c, z) && sibling_binds(j, t, z))
			return c->name;
	}
	return NULL;
}

static bool has_floor(const struct table *t, const struct clause_context *c,
		      const struct policy *p)
{
	for (size_t i = 0; i < t->r->npolicies; i++) {
		const struct judged *g = &t->policies[i];

		if (!g->policy->permissive &&
		    (g->policy->command == '*' || g->policy->command == p->command) &&
		    clause_judge(c, g->using_expr).level != CLAUSE_OPEN)
			return true;
	}
	return false;
}

static const struct actor *somebody(const struct judge *j, const struct table *t,
				    const struct policy *p)
{
	for (size_t a = 0; a < j->actors.len; a++) {
		bool named;

		if (t->bound[a] && !j->actors.v[a].trusted &&
		    judge_applies(j, p, &j->actors.v[a], &named))
			return &j->actors.v[a];
	}
	return NULL;
}

struct seek_columns {
	const struct table *t;
	const char *half;
	bool other; /* a column of the row beside the one by which the table goes */
	bool list;  /* a sub-query of what has both */
	struct judge *j;
};

static bool seek_columns(void *ctx, const struct expr *e, int depth)
{
	struct seek_columns *s = ctx;

	if (e->kind == EXPR_COLUMN && (e->qualifier ? strcmp(e->qualifier, s->t->r->name) == 0
						    : depth == 0))
		s->other = s->other || strcmp(e->name, s->t->tenant) != 0;
	for (const struct subquery *q = e->sub; q; q = q->more)
		for (size_t i = 0; i < q->nfrom; i++) {
			const struct relation *r =
				q->from[i].name ? s->j->lookup.relation(s->j->lookup.ctx,
									q->from[i].schema,
									q->from[i].name)
						: NULL;

			s->list = s->list || (r && relation_column(r, s->t->tenant) &&
					      relation_column(r, s->half));
		}
	return true;
}

/* A look-up of what is told apart by both columns, by one of them alone. */
static bool looks_up_by_half(struct judge *j, const struct table *t, const struct table *half,
			     const struct expr *e)
{
	struct seek_columns s = { .t = t, .half = half->tenant, .j = j };

	expr_walk(e, seek_columns, &s);
	return s.list && !s.other;
}

/* Some clause of the policy does. */
static bool looks_up(struct judge *j, const struct table *t, const struct table *half,
		     const struct judged *g)
{
	return (g->using_expr && looks_up_by_half(j, t, half, g->using_expr)) ||
	       (g->check_expr && looks_up_by_half(j, t, half, g->check_expr));
}

/* By one column the condition binds, or a restrictive policy does, and by the other neither. */
static bool is_half(struct judge *j, const struct table *t, const struct table *half,
		    const struct policy *p, const struct expr *e)
{
	struct clause_context one = judge_clause(j, t), other = judge_clause(j, half);

	if (!e || (clause_judge(&one, e).level != CLAUSE_OWN && !has_floor(t, &one, p)))
		return false;
	return (clause_judge(&other, e).level == CLAUSE_OPEN ||
		looks_up_by_half(j, t, half, e)) &&
	       !has_floor(t, &other, p);
}

static void rule_half(struct judge *j, const struct table *t, const struct judged *g,
		      const struct table *half)
{
	const struct policy *p = g->policy;
	const struct actor *a = somebody(j, t, p);
	struct subject s = { .relation = t->r, .policy = p->name };
	bool using_half = is_half(j, t, half, p, g->using_expr),
	     check_half = is_half(j, t, half, p, g->check_expr);
	const char *old = using_half ? p->using_expr : p->check_expr,
		   *condition = judge_own_condition(j, half);
	struct finding *f;

	if (!p->permissive || !a || (!using_half && !check_half))
		return;
	s.role = a->role->name;
	f = judge_find(j, RULE_R87, &s,
		       "%s binds %s but not %s: %s reaches every tenant that shares it",
		       p->name, t->tenant, half->tenant, s.role);
	judge_evidence(j, f, "the key of the tenants is both columns; %s", old);
	if (condition) {
		struct fix v = { .relation = t->r, .policy = p->name };

		v.condition = judge_both(j, old, condition);
		judge_fix(j,
			  !using_half				   ? "check"
			  : p->command == 'r' || p->command == 'd' ? "using"
								   : "using_check",
			  &v);
	}
	judge_fixed(j, f);
}

bool composite_half(struct judge *j, const struct table *t, struct table *half)
{
	const struct column *other;

	*half = *t;
	other = t->attnum && !t->directory && relation_is_table(t->r)
			? other_half(j, t, &half->tenancy)
			: NULL;
	if (!other)
		return false;
	half->tenant = other->name;
	half->attnum = other->attnum;
	return true;
}

void rules_composite(struct judge *j)
{
	for (size_t i = 0; i < j->ntables; i++) {
		const struct table *t = &j->tables[i];
		struct table half;

		if (!t->r->rls || !t->r->npolicies || !composite_half(j, t, &half))
			continue;
		for (size_t p = 0; p < t->r->npolicies; p++) {
			rule_half(j, t, &t->policies[p], &half);
			if (looks_up(j, &half, t, &t->policies[p]))
				rule_half(j, &half, &t->policies[p], t);
		}
	}
}
