/* SPDX-License-Identifier: MIT */
/*
 * Tenancy by views: people may read the views only, and each view chooses the rows by a
 * setting. What such a condition compares is a fact about the relation below; the view shows it
 * where it shows that column, and obeys the setting in any case.
 */
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "profile_priv.h"

static bool same(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}

static const struct relation *find(const struct catalog *c, const struct from_item *item)
{
	for (size_t i = 0; item->name && i < catalog_relations(c); i++) {
		const struct relation *r = catalog_relation_at(c, i);

		if (strcmp(r->name, item->name) == 0 &&
		    (!item->schema || strcmp(r->schema, item->schema) == 0))
			return r;
	}
	return NULL;
}

/* Which item of FROM the column is of, or NULL: it cannot be told. */
static const struct from_item *item_of(const struct subquery *q, const struct policy_fact *f)
{
	if (!f->qualifier)
		return q->nfrom == 1 ? &q->from[0] : NULL;
	for (size_t i = 0; i < q->nfrom; i++) {
		if (same(q->from[i].alias, f->qualifier))
			return &q->from[i];
	}
	return NULL;
}

/* The view's own column that shows it; NULL: none does. */
static const struct column *shown_as(const struct relation *view, const struct subquery *q,
				     const struct policy_fact *f)
{
	if (q->noutputs != view->ncolumns)
		return NULL;
	for (size_t i = 0; i < q->noutputs; i++) {
		const struct expr *e = expr_bare(q->outputs[i]);

		if (e->kind == EXPR_COLUMN && strcmp(e->name, f->column) == 0 &&
		    (same(e->qualifier, f->qualifier) || q->nfrom == 1))
			return &view->columns[i];
	}
	return NULL;
}

static void place(struct profile *p, const struct relation *r, const struct relation *view,
		  const struct column *column, const struct policy_fact *f)
{
	if (column)
		*VEC_PUSH(&p->facts) = (struct placed_fact){
			.relation = r,
			.view = view,
			.column = column,
			.fact = *f,
		};
}

static void look_at(struct profile *p, const struct relation *view, const struct subquery *q)
{
	for (size_t i = 0; i < q->nconditions; i++) {
		struct fact_list list = condition_facts(p, q->conditions[i].e);

		for (size_t k = 0; k < list.n; k++) {
			const struct policy_fact *f = &list.v[k];
			const struct from_item *item = item_of(q, f);
			const struct relation *base = item ? find(p->catalog, item) : NULL;

			if (!f->setting || !base)
				continue;
			*VEC_PUSH(&p->views) = (struct scoped_view){ view, base, *f };
			place(p, base, view, relation_column(base, f->column), f);
			place(p, view, view, shown_as(view, q, f), f);
		}
	}
}

static int by_relation(const void *a, const void *b)
{
	const struct placed_fact *x = a, *y = b;

	if (x->relation != y->relation)
		return x->relation < y->relation ? -1 : 1;
	/* What policies prove comes first. */
	if (!x->view != !y->view)
		return x->view ? 1 : -1;
	return (x->view > y->view) - (x->view < y->view);
}

void profile_collect_views(struct profile *p)
{
	struct arena *scratch = arena_new();

	for (size_t i = 0; i < catalog_relations(p->catalog); i++) {
		const struct relation *r = catalog_relation_at(p->catalog, i);
		struct buf text = BUF_INIT;
		const struct expr *e;

		if (!r->definition)
			continue;
		buf_addf(&text, "(%s", r->definition);
		while (text.data[text.len - 1] == ';' || text.data[text.len - 1] == '\n')
			buf_truncate(&text, text.len - 1);
		buf_addc(&text, ')');
		e = expr_parse(scratch, text.data);
		/* Of a union one half says nothing of the other. */
		if (e->kind == EXPR_SUBQUERY && e->sub && !e->sub->compound)
			look_at(p, r, e->sub);
		buf_release(&text);
	}
	arena_free(&scratch);
	if (p->views.len > 0)
		qsort(p->facts.v, p->facts.len, sizeof *p->facts.v, by_relation);
}

void profile_assign_views(struct profile *p)
{
	for (size_t i = 0; i < p->views.len; i++) {
		const struct scoped_view *v = &p->views.v[i];
		struct relation_profile *rp = profile_at(p, v->view);

		for (size_t k = 0; k < p->tenancies.len && !rp->tenant_by_view; k++) {
			const struct tenancy *t = &p->tenancies.v[k];

			if (!same(t->setting, v->fact.setting) ||
			    !same(t->claim_path, v->fact.path) ||
			    (rp->tenancy >= 0 && rp->tenancy != (int)k))
				continue;
			rp->tenancy = (int)k;
			rp->tenant_by_view = true;
			profile_add(p, profile_relation_key(p, "tenant_view", v->view),
				    t->setting, PROFILE_LEARNED, CONFIDENCE_CERTAIN,
				    arena_printf(p->arena,
						 "its own query compares %s of %s.%s with it",
						 v->fact.column, v->base->schema,
						 v->base->name));
		}
	}
}
