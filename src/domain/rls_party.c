/* SPDX-License-Identifier: MIT */
/*
 * Rows that are two tenants': a seller's and a buyer's.  The policies that show them compare the
 * other column with the same as the tenant's own.
 */
#include <string.h>

#include "rls_clause_priv.h"
#include "rls_priv.h"

struct party {
	const struct table *t;
	const char *column;	  /* the other one */
	const struct expr *value; /* what it is compared with */
	bool tenant, other;	  /* found in a policy that shows rows: the two comparisons */
};

/* The column of an equation, and what it is compared with; NULL: it is none. */
static const char *compared(const struct expr *e, const struct expr **value)
{
	if (e->kind != EXPR_OPERATOR || e->n != 2 || strcmp(e->name, "=") != 0)
		return NULL;
	for (size_t i = 0; i < 2; i++) {
		const struct expr *column = expr_bare(e->args[i]);

		if (column->kind != EXPR_COLUMN)
			continue;
		*value = e->args[1 - i];
		return column->name;
	}
	return NULL;
}

static bool look_for_party(void *ctx, const struct expr *e, int depth)
{
	struct party *x = ctx;
	const struct expr *value;
	const char *column = depth ? NULL : compared(e, &value);

	if (!column || !expr_equal(value, x->value))
		return true;
	x->tenant = x->tenant || strcmp(column, x->t->tenant) == 0;
	x->other = x->other || strcmp(column, x->column) == 0;
	return true;
}

/* Where the tenant's column leads to the list of tenants the other one does, too. */
static bool leads_alike(const struct table *t, const char *column)
{
	const struct column *own = relation_column(t->r, t->tenant),
			    *other = relation_column(t->r, column);
	bool own_leads = false, other_leads = false;

	for (size_t i = 0; own && other && i < t->r->nreferences; i++) {
		const struct foreign_key *k = t->r->references[i];

		if (k->n != 1 || !t->tenancy || k->to != t->tenancy->directory)
			continue;
		own_leads = own_leads || k->from_columns[0] == own->attnum;
		other_leads = other_leads || k->from_columns[0] == other->attnum;
	}
	return own && other && own != other && strcmp(own->type, other->type) == 0 &&
	       (other_leads || !own_leads);
}

bool judge_is_party(const struct table *t, const struct expr *arm)
{
	struct party x = { .t = t };

	x.column = arm && t->tenant ? compared(arm, &x.value) : NULL;
	if (!x.column || !leads_alike(t, x.column))
		return false;
	for (size_t i = 0; i < t->r->npolicies; i++) {
		const struct judged *g = &t->policies[i];

		if (g->policy->permissive && strchr("*r", g->policy->command) && g->using_expr)
			expr_walk(g->using_expr, look_for_party, &x);
	}
	return x.tenant && x.other;
}
