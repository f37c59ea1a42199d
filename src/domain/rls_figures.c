/* SPDX-License-Identifier: MIT */
/*
 * Views of figures: counts, sums and averages over all tenants by nothing that tells whose they
 * are (days, kinds, what all tenants share).  Such a view shows no row of anybody.
 *
 * What is not understood shows rows.
 */
#include <string.h>

#include "rls_clause_priv.h"
#include "rls_priv.h"

enum { DEPTH = 12 };

struct figures {
	struct judge *j;
	const struct subquery *query;
	int depth;
};

static bool query_figures(struct judge *j, const struct subquery *q, int depth);

/* ---- aggregates ---- */

static bool is_one_of(const char *word, const char *const *words)
{
	for (; *words; words++)
		if (strcmp(word, *words) == 0)
			return true;
	return false;
}

/* It tells no value of any row. */
static bool is_sum(const struct expr *e)
{
	static const char *const names[] = { "count",	   "sum",	"avg",	      "stddev",
					     "stddev_pop", "stddev_samp", "variance", "var_pop",
					     "var_samp",   "corr",	"covar_pop",  "covar_samp",
					     "bool_or",	   "bool_and",	"every",      "grouping",
					     NULL };

	return e->kind == EXPR_CALL && !e->is && is_one_of(e->name, names);
}

/* It tells one value, which is a figure where the values are. */
static bool is_pick(const struct expr *e)
{
	static const char *const names[] = { "min", "max", "percentile_cont", "percentile_disc",
					     "mode", NULL };

	return e->kind == EXPR_CALL && !e->is && e->n && is_one_of(e->name, names);
}

static bool no_aggregate(void *ctx, const struct expr *e, int depth)
{
	(void)ctx;
	return depth > 0 || !(is_sum(e) || is_pick(e));
}

static bool aggregates(const struct subquery *q)
{
	for (size_t i = 0; i < q->noutputs; i++)
		if (!expr_walk(q->outputs[i], no_aggregate, NULL))
			return true;
	return false;
}

/* ---- columns ---- */

/* An item that is not a part of a query in another's place. */
static bool is_top(const struct subquery *q, size_t item)
{
	for (size_t i = 0; i < q->nfrom; i++)
		if (i != item && item >= q->from[i].first && item < q->from[i].end)
			return false;
	return true;
}

static const struct from_item *item_of(const struct subquery *q, const struct expr *column)
{
	const struct from_item *only = NULL;

	for (size_t i = 0; i < q->nfrom; i++) {
		const struct from_item *x = &q->from[i];

		if (!is_top(q, i))
			continue;
		if (column->qualifier) {
			if (x->alias && strcmp(x->alias, column->qualifier) == 0)
				return x;
		} else if (only) {
			return NULL;
		} else {
			only = x;
		}
	}
	return only;
}

/* The name says that many rows have the same. */
static bool is_kind_name(const char *name)
{
	static const char *const words[] = { "status",	 "state",    "kind",   "type",
					     "category", "currency", "country", "region",
					     "plan",	 "tier",     "channel", "locale",
					     "language", "level",    "priority", "severity",
					     "source",	 "method",   "year",	"quarter",
					     "month",	 "week",     "day",	"weekday",
					     "hour",	 "rating",   "provider", "platform",
					     NULL };
	const char *last = strrchr(name, '_');

	return is_one_of(last ? last + 1 : name, words);
}

static bool is_checked_kind(const struct relation *r, const char *name)
{
	for (size_t i = 0; i < r->nchecks; i++)
		if (strstr(r->checks[i].definition, "ARRAY[") &&
		    mentions_word(r->checks[i].definition, name))
			return true;
	return false;
}

/* It leads to what all tenants share. */
static bool refers_to_shared(const struct judge *j, const struct relation *r, int attnum)
{
	for (size_t i = 0; i < r->nreferences; i++) {
		const struct foreign_key *k = r->references[i];
		const struct table *to = judge_table(j, k->to);

		if (k->n == 1 && k->from_columns[0] == attnum && to && !table_tenant(to) &&
		    !to->directory)
			return true;
	}
	return false;
}

static bool is_kind(const struct judge *j, const struct relation *r, const struct column *c)
{
	return c->type_category == 'B' || c->type_category == 'E' ||
	       strcmp(c->type, "date") == 0 || is_kind_name(c->name) ||
	       is_checked_kind(r, c->name) || refers_to_shared(j, r, c->attnum);
}

static const struct relation *relation_of(const struct figures *f, const struct from_item *x)
{
	return x && x->name ? f->j->lookup.relation(f->j->lookup.ctx, x->schema, x->name)
			    : NULL;
}

/* Holds nobody's rows. */
static bool is_shared(const struct figures *f, const struct relation *r)
{
	const struct table *t = r ? judge_table(f->j, r->oid) : NULL;

	if (!t)
		return false;
	if (relation_is_table(r))
		return !table_tenant(t) && !t->directory &&
		       !profile_is_tenant_schema(f->j->in->profile, r->schema);
	return view_gives_figures(f->j, r, f->depth + 1);
}

static bool coarse(const struct figures *f, const struct expr *e);

/* What the query in an item's place shows by this name. */
static bool coarse_output(const struct figures *f, const struct subquery *q, const char *name)
{
	for (; q; q = q->more) {
		struct figures inner = { f->j, q, f->depth + 1 };
		bool found = false;

		for (size_t i = 0; i < q->noutputs; i++) {
			const struct expr *e = q->outputs[i];
			const char *named = q->names[i]			 ? q->names[i]
					    : e->kind == EXPR_COLUMN ? e->name
								     : NULL;

			if (!named || strcmp(named, name) != 0)
				continue;
			found = true;
			if (!coarse(&inner, e))
				return false;
		}
		if (!found)
			return false;
	}
	return true;
}

static bool coarse_column(const struct figures *f, const struct expr *e)
{
	const struct from_item *x = item_of(f->query, e);
	const struct relation *r = relation_of(f, x);
	const struct column *c = r ? relation_column(r, e->name) : NULL;

	if (x && x->query)
		return coarse_output(f, x->query, e->name);
	if (x && !x->name)
		return true; /* of a function: shared_items() has looked */
	return c && (is_shared(f, r) || is_kind(f->j, r, c));
}

/* The type of a column's values: 'N' numbers, 'D' times …; 0: not known. */
static char category(const struct figures *f, const struct expr *e)
{
	const struct relation *r;
	const struct column *c;

	e = expr_bare(e);
	if (e->kind != EXPR_COLUMN)
		return 0;
	r = relation_of(f, item_of(f->query, e));
	c = r ? relation_column(r, e->name) : NULL;
	return c && !c->identity && !refers_to_shared(f->j, r, c->attnum) ? c->type_category : 0;
}

static bool is_rounded_time(const struct figures *f, const struct expr *e)
{
	static const char *const names[] = { "date_trunc", "date_part", "extract", "date_bin",
					     "to_char", "date", NULL };

	if (e->kind == EXPR_CAST && strcmp(e->name, "date") == 0)
		return e->args[0]->kind != EXPR_COLUMN || category(f, e->args[0]) == 'D';
	if (e->kind != EXPR_CALL || !is_one_of(e->name, names))
		return false;
	for (size_t i = 0; i < e->n; i++)
		if (category(f, e->args[i]) == 'D')
			return true;
	return false;
}

/* It tells nothing of any single row. */
static bool coarse(const struct figures *f, const struct expr *e)
{
	if (f->depth > DEPTH)
		return false;
	if (is_sum(e) || is_rounded_time(f, e))
		return true;
	if (is_pick(e)) {
		char of = category(f, e->args[0]);

		return (of && strchr("NDT", of)) || coarse(f, e->args[0]);
	}
	switch (e->kind) {
	case EXPR_COLUMN:
		return coarse_column(f, e);
	case EXPR_SUBQUERY:
		return query_figures(f->j, e->sub, f->depth + 1);
	case EXPR_IDENTITY:
	case EXPR_BOOL:
	case EXPR_LITERAL:
		return true;
	case EXPR_OPAQUE:
		return false;
	default:
		break;
	}
	for (size_t i = 0; i < e->n; i++)
		if (!coarse(f, e->args[i]))
			return false;
	return true;
}

/* ---- queries ---- */

struct users_function {
	const struct judge *j;
};

static bool no_users_function(void *ctx, const struct expr *e, int depth)
{
	const struct judge *j = ((struct users_function *)ctx)->j;

	(void)depth;
	return e->kind != EXPR_CALL ||
	       !j->lookup.function(j->lookup.ctx, e->qualifier, e->name);
}

/* Without aggregates of its own a query shows what its items show, row by row. */
static bool shared_items(const struct figures *f)
{
	for (size_t i = 0; i < f->query->nfrom; i++) {
		const struct from_item *x = &f->query->from[i];

		if (!is_top(f->query, i))
			continue;
		if (x->query ? !query_figures(f->j, x->query, f->depth + 1)
			     : x->name && !is_shared(f, relation_of(f, x)))
			return false;
	}
	return true;
}

static bool arm_figures(const struct figures *f)
{
	struct users_function users = { f->j };

	if (f->query->noutputs == 0 ||
	    (!f->query->grouped && !aggregates(f->query) && !shared_items(f)))
		return false;
	for (size_t i = 0; i < f->query->nconditions; i++)
		if (f->query->conditions[i].end == 0 && /* a function in FROM */
		    !expr_walk(f->query->conditions[i].e, no_users_function, &users))
			return false;
	for (size_t i = 0; i < f->query->noutputs; i++)
		if (!coarse(f, f->query->outputs[i]))
			return false;
	return true;
}

static bool query_figures(struct judge *j, const struct subquery *q, int depth)
{
	for (; q; q = q->more) {
		struct figures f = { j, q, depth };

		if (depth > DEPTH || !arm_figures(&f))
			return false;
	}
	return true;
}

bool view_gives_figures(struct judge *j, const struct relation *v, int depth)
{
	const struct expr *e = depth > DEPTH ? NULL : view_query(j, v);

	return e && e->kind == EXPR_SUBQUERY && query_figures(j, e->sub, depth);
}

void rule_figures(struct judge *j, const struct table *v, const struct actor *a)
{
	struct subject s = { .relation = v->r, .role = a->role->name };
	struct finding *f = judge_find(j, RULE_R59, &s,
				       "%s reads figures over all tenants here, of nobody's rows",
				       a->role->name);

	judge_evidence(j, f, "all that it shows is counted, summed or averaged, by nothing that "
			     "tells the tenant");
}
