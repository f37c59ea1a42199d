/* SPDX-License-Identifier: MIT */
/*
 * Views: with whose rights are the tables below them read, and does a filter of the tenant
 * stand between.
 *
 * A view that is not security_invoker reads as its owner; one that is reads as whoever reads
 * it, which inside a definer view is that view's owner.  The chain is followed to the tables.
 */
#include <string.h>

#include "rls_priv.h"

struct chain {
	const struct relation *base; /* the first tenant table that is read past its policies */
	const struct relation *through; /* the definer view that does it */
	bool filtered;			/* a condition binds the tenant on the way */
};

static const char *definition(const struct judge *j, const struct relation *v)
{
	for (size_t i = 0; i < j->in->extras->views.len; i++)
		if (j->in->extras->views.v[i].relation == v->oid)
			return j->in->extras->views.v[i].definition;
	return NULL;
}

static bool is_tenant_name(const struct judge *j, const char *name)
{
	for (size_t i = 0; i < profile_tenancies(j->in->profile); i++) {
		const struct tenancy *y = profile_tenancy(j->in->profile, i);

		if (y->column && strcmp(y->column, name) == 0)
			return true;
	}
	return false;
}

static bool is_tenant_column(const struct judge *j, const struct expr *e)
{
	e = expr_bare(e);
	return e->kind == EXPR_COLUMN && is_tenant_name(j, e->name);
}

static bool no_column(void *ctx, const struct expr *e, int depth)
{
	(void)ctx;
	return depth > 0 || e->kind != EXPR_COLUMN;
}

static bool binds_tenant(struct judge *j, const struct expr *e);

/* Some arm binds, and the others do not look at the row at all: a role's switch. */
static bool binds_or(struct judge *j, const struct expr *e)
{
	bool some = false;

	for (size_t i = 0; i < e->n; i++) {
		bool binds = binds_tenant(j, e->args[i]);

		if (!binds && !expr_walk(e->args[i], no_column, NULL))
			return false;
		some = some || binds;
	}
	return some;
}

/* tenant = something of the session, anywhere among the conditions that are joined by AND. */
static bool binds_tenant(struct judge *j, const struct expr *e)
{
	struct clause_context c = { .relation = &(struct relation){ .name = "" },
				    .lookup = &j->lookup,
				    .arena = j->arena };

	if (!e)
		return false;
	if (e->kind == EXPR_AND) {
		for (size_t i = 0; i < e->n; i++)
			if (binds_tenant(j, e->args[i]))
				return true;
		return false;
	}
	if (e->kind == EXPR_OR)
		return binds_or(j, e);
	if (e->kind == EXPR_SUBQUERY && e->sub->kind == SUBQUERY_EXISTS)
		return binds_tenant(j, e->sub->where);
	for (size_t i = 0; e->kind == EXPR_CALL && i < e->n; i++)
		if (is_tenant_column(j, e->args[i]))
			return true;
	if ((e->kind != EXPR_OPERATOR && e->kind != EXPR_ANY && e->kind != EXPR_SUBQUERY) ||
	    e->n == 0)
		return false;
	for (size_t i = 0; i < e->n; i++) {
		const struct expr *side = expr_bare(e->args[i]);
		struct clause_facts f;

		if (!is_tenant_column(j, side))
			continue;
		clause_look(&c, e, &f);
		if (f.setting || f.person || e->kind == EXPR_SUBQUERY ||
		    (e->n == 2 && expr_bare(e->args[1 - i])->kind == EXPR_CALL))
			return true;
	}
	return false;
}

static const struct expr *parse_view(struct judge *j, const struct relation *v)
{
	const char *text = definition(j, v);
	struct buf sub = BUF_INIT;
	const struct expr *e;

	if (!text)
		return NULL;
	buf_addc(&sub, '(');
	buf_adds(&sub, text);
	while (sub.data[sub.len - 1] == ';' || sub.data[sub.len - 1] == '\n')
		buf_truncate(&sub, sub.len - 1);
	buf_addc(&sub, ')');
	e = expr_parse(j->arena, sub.data);
	buf_release(&sub);
	return e;
}

static bool asks_nobody(void *ctx, const struct expr *e, int depth)
{
	(void)ctx;
	(void)depth;
	return e->kind != EXPR_CALL && e->kind != EXPR_IDENTITY;
}

/* UNION: some arm binds, and the others show nothing unless a function of the session says so.
 */
static bool arms_bind(struct judge *j, const struct subquery *s)
{
	bool some = false;

	for (; s; s = s->more) {
		bool binds = binds_tenant(j, s->where);
		bool asks = s->where && expr_walk(s->where, no_column, NULL) &&
			    !expr_walk(s->where, asks_nobody, NULL);

		if (!binds && !asks)
			return false;
		some = some || binds;
	}
	return some;
}

static bool filters(struct judge *j, const struct relation *v)
{
	const struct expr *e = parse_view(j, v);

	if (!e)
		return false;
	if (e->kind == EXPR_SUBQUERY)
		return arms_bind(j, e->sub);
	/* Not understood: silence, if it looks like a filter at all. */
	return e->kind == EXPR_OPAQUE &&
	       (strstr(e->name, "current_setting") || strstr(e->name, "_USER"));
}

/* The catalog cannot tell what is updatable where a foreign-data wrapper has no handler: a view
 * of one relation that somebody was granted writes on is. */
static bool may_write(struct judge *j, const struct relation *v, int rights)
{
	const struct expr *e;

	if ((v->insertable && rights & RIGHT_INSERT) || (v->updatable && rights & RIGHT_UPDATE))
		return true;
	e = rights & (RIGHT_INSERT | RIGHT_UPDATE) ? parse_view(j, v) : NULL;
	return e && e->kind == EXPR_SUBQUERY && !e->sub->compound && e->sub->nfrom == 1 &&
	       e->sub->from[0].name;
}

/* user: with whose rights v is read. Fills c and returns true at the first open table. */
static bool follow(struct judge *j, const struct relation *v, oid user, struct chain *c,
		   int depth)
{
	oid reader = v->security_invoker ? user : v->owner_oid;
	bool filtered = c->filtered;

	if (depth > 16)
		return false;
	c->filtered = c->filtered || filters(j, v);
	for (const oid *o = v->reads; o && *o; o++) {
		const struct table *b = judge_table(j, *o);

		if (!b)
			continue;
		if (b->r->kind == RELATION_VIEW) {
			if (follow(j, b->r, reader, c, depth + 1))
				return true;
			continue;
		}
		/* What a person reads with its own rights is judged at the table itself. */
		if (!table_tenant(b) || b->directory || reader == 0 ||
		    catalog_bound(j->catalog, reader, b->r))
			continue;
		c->base = b->r;
		c->through = v;
		return true;
	}
	c->filtered = filtered;
	return false;
}

static bool owner_bypasses(struct judge *j, const struct relation *v)
{
	const struct role *o = catalog_role_oid(j->catalog, v->owner_oid);

	return o && (o->superuser || o->bypassrls);
}

static void rule_open_view(struct judge *j, const struct table *t, const struct chain *c,
			   const struct actor *a)
{
	struct subject s = { .relation = t->r, .role = a->role->name };
	bool other = c->through != t->r;
	enum rule rule = other ? RULE_R62 : owner_bypasses(j, t->r) ? RULE_R60 : RULE_R61;
	struct finding *f;

	f = judge_find(j, rule, &s,
		       "%s reads every tenant's rows of %s through this view, which %s%s%s",
		       a->role->name, judge_name(j, c->base),
		       other ? "stands on " : "runs with the rights of ",
		       other ? judge_name(j, c->through) : t->r->owner,
		       other ? ", a view of its owner" : "");
	judge_evidence(
		j, f, "owner %s is bound by no policy of %s, and no condition binds the tenant",
		c->through->owner, judge_name(j, c->base));
	judge_fix(j, "invoker", &(struct fix){ .relation = c->through });
	if (f && c->base->kind != RELATION_TABLE && c->base->kind != RELATION_PARTITIONED)
		buf_clear(&j->fix); /* a materialized view has no policies to fall back on */
	judge_fixed(j, f);
}

static void rule_filtering_view(struct judge *j, const struct table *t, const struct chain *c,
				const struct actor *a, int rights)
{
	struct subject s = { .relation = t->r, .role = a->role->name };
	struct finding *f;

	if (!c->through->security_barrier && !t->r->security_barrier) {
		f = judge_find(
			j, RULE_R63, &s,
			"a cheap function in a condition of %s sees rows of other tenants "
			"before the view's filter does",
			a->role->name);
		judge_evidence(j, f, "no security_barrier; %s is read with the rights of %s",
			       judge_name(j, c->base), c->through->owner);
		judge_fix(j, "barrier", &(struct fix){ .relation = c->through });
		judge_fixed(j, f);
	}
	if (may_write(j, t->r, rights) && !t->r->check_option && c->through == t->r) {
		f = judge_find(j, RULE_R64, &s,
			       "%s can write rows of other tenants through this view",
			       a->role->name);
		judge_evidence(j, f, "no check_option; %s is written with the rights of %s",
			       judge_name(j, c->base), c->through->owner);
		judge_fix(j, "check_option", &(struct fix){ .relation = t->r });
		judge_fixed(j, f);
	}
}

void rules_views(struct judge *j)
{
	for (size_t i = 0; i < j->ntables; i++) {
		const struct table *t = &j->tables[i];

		if (t->r->kind != RELATION_VIEW || t->r->extension || t->r->temporary)
			continue;
		for (size_t a = 0; a < j->actors.len; a++) {
			const struct actor *x = &j->actors.v[a];
			struct chain c = { .filtered = false };
			bool owner =
				catalog_inherits(j->catalog, x->role->oid, t->r->owner_oid);

			if (!t->rights[a] || x->trusted || x->bypasses ||
			    (owner && !x->reached))
				continue;
			/* Reader 0: the tables that it reads as itself are not this view's
			 * fault. */
			if (!follow(j, t->r, 0, &c, 0))
				continue;
			if (c.filtered)
				rule_filtering_view(j, t, &c, x, t->rights[a]);
			else if (t->rights[a] & RIGHT_SELECT)
				rule_open_view(j, t, &c, x);
		}
	}
}
