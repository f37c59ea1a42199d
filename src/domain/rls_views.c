/* SPDX-License-Identifier: MIT */
/*
 * Views: with whose rights are the tables below them read, and does a filter of the tenant
 * stand between (rls_view_binds.c).
 *
 * A view that is not security_invoker reads as its owner; one that is reads as whoever reads
 * it, which inside a definer view is that view's owner.  The chain is followed to the tables.
 */
#include <string.h>

#include "rls_priv.h"

/* ---- their texts ---- */

static const char *definition(const struct judge *j, const struct relation *v)
{
	for (size_t i = 0; i < j->in->extras->views.len; i++)
		if (j->in->extras->views.v[i].relation == v->oid)
			return j->in->extras->views.v[i].definition;
	return NULL;
}

bool view_names(struct judge *j, const struct relation *v, const struct relation *b)
{
	const char *text = definition(j, v);
	size_t plain = strspn(b->name, "abcdefghijklmnopqrstuvwxyz0123456789_");

	return !text || b->name[plain] || find_word(text, b->name);
}

const struct function *view_open_function(struct judge *j, const struct relation *v,
					  const struct actor *a, const struct table **t)
{
	const char *text = definition(j, v);

	for (size_t i = 0; text && i < catalog_functions(j->catalog); i++) {
		const struct function *f = catalog_function_at(j->catalog, i);
		const char *at = f->security_definer && f->body && !f->extension
					 ? find_word(text, f->name)
					 : NULL;

		while (at && at[strlen(f->name)] != '(')
			at = find_word(at + 1, f->name);
		if (at && f->owner_oid != a->role->oid &&
		    catalog_may_execute(j->catalog, a->role->oid, f) &&
		    code_definer_fault(j, f, t))
			return f;
	}
	return NULL;
}

const struct expr *view_query(struct judge *j, const struct relation *v)
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
	e = expr_parse_query(j->arena, sub.data);
	buf_release(&sub);
	return e;
}

/* ---- what they read ---- */

struct chain {
	const struct relation *base; /* the first tenant table that is read past its policies */
	const struct relation *through; /* the definer view that does it */
	bool filtered;			/* a condition binds the tenant on the way */
};

static bool no_window(void *ctx, const struct expr *e, int depth)
{
	(void)ctx;
	return depth > 0 || e->kind != EXPR_CALL || !e->is;
}

/* Its rows are those of the one relation that it reads. */
static bool is_plain(const struct subquery *q)
{
	for (size_t i = 0; i < q->noutputs; i++)
		if (!expr_walk(q->outputs[i], no_window, NULL))
			return false;
	return !q->compound && !q->grouped && !q->picked && q->nfrom == 1 && q->from[0].name;
}

/* The catalog cannot tell what is updatable where a foreign-data wrapper has no handler: a view
 * of one relation that somebody was granted writes on is. */
static bool may_write(struct judge *j, const struct relation *v, int rights)
{
	const struct expr *e;

	if ((v->insertable && rights & RIGHT_INSERT) || (v->updatable && rights & RIGHT_UPDATE))
		return true;
	e = rights & (RIGHT_INSERT | RIGHT_UPDATE) ? view_query(j, v) : NULL;
	return e && e->kind == EXPR_SUBQUERY && is_plain(e->sub);
}

/* user: with whose rights v is read.  Fills c and returns true at the first open table that no
 * condition binds; else at one that a filter stands before. */
static bool follow(struct judge *j, const struct relation *v, oid user, struct chain *c,
		   int depth)
{
	oid reader = v->security_invoker ? user : v->owner_oid;
	bool found = false, filtered = c->filtered;

	if (depth > 16)
		return false;
	for (const oid *o = v->reads; o && *o; o++) {
		const struct table *b = judge_table(j, *o);
		struct chain next = { .filtered = filtered };

		if (!b)
			continue;
		if (!view_names(j, v, b->r))
			continue;
		next.filtered = filtered || view_binds(j, v, b->r);
		if (b->r->kind == RELATION_VIEW) {
			if (!follow(j, b->r, reader, &next, depth + 1))
				continue;
		} else if (!table_tenant(b) || b->directory || reader == 0 ||
			   catalog_bound(j->catalog, reader, b->r)) {
			/* What a person reads with its own rights is judged at the table. */
			continue;
		} else {
			next.base = b->r;
			next.through = v;
		}
		if (!found || !next.filtered)
			*c = next;
		found = true;
		if (!next.filtered)
			return true;
	}
	return found;
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
	if (!relation_is_table(c->base)) { /* it has no policies to fall back on */
		judge_revoke(j, t, RIGHT_SELECT, "ALL", f);
		return;
	}
	judge_fix_readers(j, c->through, definition(j, c->through));
	judge_fix(j, "invoker", &(struct fix){ .relation = c->through });
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

/* What the function gives is not filtered by anything that a view does. */
static bool rule_over_function(struct judge *j, const struct table *t, const struct actor *a)
{
	const struct table *base;
	const struct function *f = view_open_function(j, t->r, a, &base);
	struct subject s = { .relation = t->r, .role = a->role->name };
	struct finding *found;

	if (!f)
		return false;
	found = judge_find(j, RULE_R62, &s,
			   "%s reads every tenant's rows of %s through this view, which calls "
			   "%s, a function of its owner's rights",
			   a->role->name, judge_name(j, base->r), judge_function_name(j, f));
	judge_evidence(j, found, "%s is SECURITY DEFINER, and %s is bound by no policy of %s",
		       judge_function_name(j, f), f->owner, judge_name(j, base->r));
	if (found)
		code_fix_execute(j, f);
	judge_fixed(j, found);
	return true;
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
			    x->role->oid == t->r->owner_oid || (owner && !x->reached))
				continue;
			if (t->rights[a] & RIGHT_SELECT && rule_over_function(j, t, x))
				continue;
			/* Reader 0: the tables that it reads as itself are not this view's
			 * fault. */
			if (!follow(j, t->r, 0, &c, 0))
				continue;
			if (!c.filtered && view_gives_figures(j, t->r, 0))
				rule_figures(j, t, x);
			else if (c.filtered)
				rule_filtering_view(j, t, &c, x, t->rights[a]);
			else if (t->rights[a] & RIGHT_SELECT)
				rule_open_view(j, t, &c, x);
		}
	}
}
