/* SPDX-License-Identifier: MIT */
/*
 * Sub-queries in conditions: is what they find tied to the row, and to the session?
 */
#include <stdlib.h>
#include <string.h>

#include "rls_clause_priv.h"

/* Does every row that is found belong to the policy's row?  "Another tenant's" does not. */
static bool ties(const struct clause_context *c, const struct subquery *s, const struct expr *e)
{
	bool differs = e && e->kind == EXPR_OPERATOR &&
		       (strcmp(e->name, "<>") == 0 || strcmp(e->name, "is distinct from") == 0);

	if (!e || differs)
		return false;
	if (e->kind != EXPR_AND && e->kind != EXPR_OR)
		return clause_reads_row(c, s, e);
	for (size_t i = 0; i < e->n; i++)
		if (ties(c, s, e->args[i]) == (e->kind == EXPR_AND))
			return e->kind == EXPR_AND;
	return e->kind == EXPR_OR;
}

/* IN (SELECT tenant_id FROM plans), where plans has no such column: it is the row's own, and
 * says yes for every row as soon as anything is found. */
bool clause_captures(const struct clause_context *c, const struct subquery *s)
{
	for (; s; s = s->more)
		for (size_t i = 0; i < s->noutputs; i++)
			if (s->nfrom && clause_is_tenant(c, expr_bare(s->outputs[i]), 1) &&
			    clause_reads_row(c, s, s->outputs[i]) && !ties(c, s, s->where))
				return true;
	return false;
}

static bool is_aggregate(const struct expr *e, const char *only)
{
	static const char *const names[] = { "count",	  "sum",	"avg",	     "min",
					     "max",	  "bool_or",	"bool_and",  "every",
					     "array_agg", "string_agg", "jsonb_agg", "json_agg",
					     NULL };

	e = expr_bare(e);
	for (size_t i = 0; e->kind == EXPR_CALL && names[i]; i++)
		if (strcmp(e->name, names[i]) == 0)
			return !only || strcmp(only, names[i]) == 0;
	return false;
}

/* One row whether anything is found or not. */
static bool always_a_row(const struct subquery *s, const char *aggregate)
{
	return !s->grouped && !s->compound && s->noutputs == 1 &&
	       is_aggregate(s->outputs[0], aggregate);
}

static bool is_tied(const struct clause_context *c, const struct expr *e,
		    const struct binding *b)
{
	bool all = true;

	if (e->sub->kind == SUBQUERY_IN || e->sub->kind == SUBQUERY_ARRAY || !b->row)
		return b->row;
	for (const struct subquery *s = e->sub; s; s = s->more) {
		bool shown = false;

		for (size_t i = 0; e->sub->kind == SUBQUERY_SCALAR && i < s->noutputs; i++)
			shown = shown || clause_reads_row(c, s, s->outputs[i]);
		all = all && (shown || ties(c, s, s->where));
	}
	return all;
}

struct clause_verdict clause_by_key(const struct clause_context *c, const struct expr *e)
{
	struct binding b = clause_bind(c, e);

	if (b.values & VALUE_OPAQUE)
		return clause_verdict(CLAUSE_UNKNOWN, 0, e);
	return b.values & (VALUE_SESSION | VALUE_PERSON | VALUE_ROLE) ||
			       clause_sub_protected(c, e->sub)
		       ? clause_verdict(CLAUSE_OWN, 0, e)
		       : clause_verdict(CLAUSE_OPEN, OPEN_UNBOUND, e);
}

/* ---- ties by columns that are no keys ---- */

static const struct relation *home(const struct clause_context *c, const struct subquery *s,
				   const struct expr *column)
{
	for (size_t i = 0; i < s->nfrom; i++) {
		const struct from_item *x = &s->from[i];

		if (x->name && ((!column->qualifier && s->nfrom == 1) ||
				(column->qualifier && x->alias &&
				 strcmp(x->alias, column->qualifier) == 0)))
			return c->lookup->relation(c->lookup->ctx, x->schema, x->name);
	}
	return NULL;
}

/* It may stand for one row of its own, or of another relation. */
static bool is_key(const struct relation *r, const char *name)
{
	const struct column *column = relation_column(r, name);

	if (!column || relation_refers(r, column->attnum))
		return true;
	for (size_t i = 0; i < r->nindexes; i++)
		for (size_t k = 0; r->indexes[i].unique && k < r->indexes[i].nkeys; k++)
			if (r->indexes[i].columns[k] == column->attnum)
				return true;
	return false;
}

/* "w.title = body": both are columns that many tenants' rows may share. */
static bool is_loose_tie(const struct clause_context *c, const struct subquery *s,
			 const struct expr *e)
{
	for (size_t i = 0; i < 2; i++) {
		const struct expr *own = expr_bare(e->args[i]),
				  *other = expr_bare(e->args[1 - i]);
		const struct relation *r;

		if (own->kind != EXPR_COLUMN || other->kind != EXPR_COLUMN ||
		    !clause_reads_row(c, s, own) || clause_reads_row(c, s, other))
			continue;
		r = home(c, s, other);
		return r && relation_is_table(r) && !clause_is_tenant(c, own, 1) &&
		       !is_key(r, other->name) && !is_key(c->relation, own->name);
	}
	return false;
}

/* Nothing ties the sub-query to the row but such columns. */
static bool loosely_tied(const struct clause_context *c, const struct subquery *s)
{
	const struct expr *e = s->where;
	size_t n = e && e->kind == EXPR_AND ? e->n : 1;
	bool loose = false;

	if (!e || s->more || !c->lookup || !c->lookup->relation)
		return false;
	for (size_t i = 0; i < n; i++) {
		const struct expr *x = e->kind == EXPR_AND ? e->args[i] : e;

		if (!clause_reads_row(c, s, x))
			continue;
		if (x->kind != EXPR_OPERATOR || x->n != 2 || strcmp(x->name, "=") != 0 ||
		    !is_loose_tie(c, s, x))
			return false;
		loose = true;
	}
	return loose;
}

/* Words for those who may see all. */
static bool is_office_word(const char *name)
{
	static const char *const words[] = { "admin", "staff",	  "super",    "operator",
					     "root",  "support", "moderator", "agent", NULL };

	for (size_t i = 0; words[i]; i++)
		if (strstr(name, words[i]))
			return true;
	return false;
}

/* A list of those who may see all, by its name or by one more condition on who is in it: an
 * administrator's switch.  Whoever can write the list is told elsewhere (R31). */
static bool is_office(const struct subquery *s)
{
	bool alone = s->nfrom == 1 && s->from[0].name;

	if (alone && is_office_word(s->from[0].name))
		return true;
	return alone && s->where && s->where->kind == EXPR_AND && s->where->n > 1;
}

/* One person may be in it for several tenants: the tenant is part of what tells its rows apart. */
static bool finds_members(const struct clause_context *c, const struct subquery *s)
{
	const struct relation *r = s->nfrom == 1 && s->from[0].name
					   ? c->lookup->relation(c->lookup->ctx, s->from[0].schema,
								 s->from[0].name)
					   : NULL;
	const char *tenant = r && c->lookup->tenant ? c->lookup->tenant(c->lookup->ctx, r) : NULL;
	const struct column *column = tenant ? relation_column(r, tenant) : NULL;

	for (size_t i = 0; column && i < r->nindexes; i++)
		for (size_t k = 0; r->indexes[i].unique && r->indexes[i].nkeys > 1 &&
				   k < r->indexes[i].nkeys; k++)
			if (r->indexes[i].columns[k] == column->attnum)
				return true;
	return false;
}

/* Everybody of every tenant is in it: to be in it says nothing, whoever asks. */
static bool lists_everybody(const struct clause_context *c, const struct subquery *s)
{
	const struct relation *r = s->nfrom == 1 && s->from[0].name && !is_office(s)
					   ? c->lookup->relation(c->lookup->ctx, s->from[0].schema,
								 s->from[0].name)
					   : NULL;
	const char *tenant = r && c->lookup->tenant ? c->lookup->tenant(c->lookup->ctx, r) : NULL;
	const struct column *column = tenant ? relation_column(r, tenant) : NULL;

	return column && column->not_null;
}

static bool seek_office(void *ctx, const struct expr *e, int depth)
{
	static const char *const wide[] = { "super",  "platform", "system", "global",
					    "root",   "staff",	  "operator", "support",
					    "intern", NULL };
	bool *found = ctx;

	(void)depth;
	if ((e->kind != EXPR_COLUMN && e->kind != EXPR_LITERAL) || !e->name)
		return true;
	for (size_t i = 0; wide[i]; i++)
		*found = *found || strstr(e->name, wide[i]);
	return !*found;
}

bool clause_asks_any_tenant(const struct clause_context *c, const struct expr *e)
{
	const struct subquery *s;
	bool office = false;

	e = expr_bare(e);
	s = e->kind == EXPR_SUBQUERY ? e->sub : NULL;
	if (!s || s->kind != SUBQUERY_EXISTS || s->more || !s->where ||
	    !(clause_bind(c, e).values & (VALUE_SESSION | VALUE_PERSON)) || !finds_members(c, s))
		return false;
	expr_walk(s->where, seek_office, &office);
	return !office;
}

bool clause_names_row(const struct expr *where)
{
	for (size_t i = 0; where && where->kind == EXPR_AND && i < where->n; i++)
		if (clause_names_row(where->args[i]))
			return true;
	for (size_t i = 0; where && where->kind == EXPR_OPERATOR && where->n == 2 && i < 2; i++)
		if (strcmp(where->name, "=") == 0 && clause_literal(where->args[i]) &&
		    expr_bare(where->args[1 - i])->kind == EXPR_COLUMN)
			return true;
	return false;
}

bool clause_finds_unique(const struct clause_context *c, const struct subquery *s)
{
	const struct expr *out = s->noutputs == 1 ? expr_bare(s->outputs[0]) : NULL;
	const struct relation *r = out && out->kind == EXPR_COLUMN && s->nfrom == 1 && !s->more &&
						   s->kind == SUBQUERY_SCALAR
					   ? home(c, s, out)
					   : NULL;
	const struct column *column = r ? relation_column(r, out->name) : NULL;

	for (size_t i = 0; column && i < r->nindexes; i++)
		if (r->indexes[i].unique && r->indexes[i].nkeys == 1 &&
		    r->indexes[i].columns[0] == column->attnum)
			return true;
	return false;
}

/* tenant = value, tenant = ANY (values). */
static bool is_tenants(const struct clause_context *c, const struct expr *e)
{
	e = expr_bare(e);
	return (e->kind == EXPR_OPERATOR || e->kind == EXPR_ANY) && e->n == 2 && !e->is &&
	       strcmp(e->name, "=") == 0 && clause_mentions_tenant(c, e);
}

static bool says_public(const struct expr *e)
{
	e = e ? expr_bare(e) : NULL;
	for (size_t i = 0; e && e->kind == EXPR_AND && i < e->n; i++)
		if (says_public(e->args[i]))
			return true;
	return e && e->kind != EXPR_NOT && e->kind != EXPR_AND && clause_says_public(e);
}

/* Of the row's tenant it is said to every session alike that it is public, or that it is the one
 * whose name is kept in a row of its own: what belongs to such tenants is shared. */
static bool tells_shared(const struct clause_context *c, const struct subquery *s)
{
	const struct expr *where = s->where;

	if (s->more || s->grouped)
		return false;
	if (s->kind == SUBQUERY_SCALAR && s->noutputs == 1) {
		if (is_tenants(c, s->outputs[0]) && !(where && clause_reads_row(c, s, where)))
			return true; /* one row, one tenant */
		return says_public(s->outputs[0]) || says_public(where);
	}
	if (s->kind != SUBQUERY_EXISTS || !where || where->kind != EXPR_AND)
		return false;
	if (says_public(where))
		return true;
	for (size_t i = 0; i < where->n; i++)
		if (is_tenants(c, where->args[i]))
			return clause_names_row(where) && !clause_sub_has_tenant(c, s);
	return false;
}

struct clause_verdict clause_subquery(const struct clause_context *c, const struct expr *e)
{
	struct binding b = clause_bind(c, e);
	bool in = e->sub->kind == SUBQUERY_IN, row = is_tied(c, e, &b),
	     tied = b.values & (VALUE_SESSION | VALUE_PERSON | VALUE_ROLE);

	if (b.values & VALUE_OPAQUE)
		return clause_verdict(CLAUSE_UNKNOWN, 0, e);
	if (e->sub->kind == SUBQUERY_EXISTS &&
	    (always_a_row(e->sub, NULL) || (!e->sub->nfrom && !e->sub->where)))
		return clause_verdict(CLAUSE_OPEN, OPEN_TAUTOLOGY, e);
	if (in && strcmp(e->name, "=") == 0 && !e->is) {
		if (clause_mentions_tenant(c, e->args[0]))
			return clause_compare_tenant(
				c, e, &(struct expr){ .kind = EXPR_SUBQUERY, .sub = e->sub });
		if (clause_values(c, e->args[0], 0) & VALUE_ROW) /* by a key of the parent */
			return clause_by_key(c, e);
	}
	if (!tied && !clause_sub_protected(c, e->sub)) /* for every session alike */
		return clause_verdict(CLAUSE_OPEN,
				      row && tells_shared(c, e->sub) ? OPEN_SHARED
								     : OPEN_UNBOUND,
				      e);
	if (row && e->sub->kind == SUBQUERY_EXISTS && loosely_tied(c, e->sub))
		return clause_verdict(CLAUSE_OPEN, OPEN_UNBOUND, e);
	if (row && e->sub->kind != SUBQUERY_ARRAY)
		return clause_verdict(CLAUSE_OWN, 0, e);
	if (clause_sub_has_tenant(c, e->sub) ||
	    (b.values & VALUE_ROLE && e->sub->kind == SUBQUERY_EXISTS &&
	     lists_everybody(c, e->sub)))
		return clause_verdict(CLAUSE_OPEN, OPEN_UNBOUND, e);
	if (b.values & VALUE_ROLE || (b.values & VALUE_SESSION && is_office(e->sub)))
		return clause_verdict(CLAUSE_OPEN, OPEN_ROLE, e);
	return clause_verdict(CLAUSE_OPEN, OPEN_PERSON, e);
}

/* ---- what a sub-query finds, compared with a constant ---- */

static bool is_number(const struct expr *e, double *out)
{
	char *end;

	if (e->kind != EXPR_LITERAL || !e->name || !*e->name)
		return false;
	*out = strtod(e->name, &end);
	return *end == '\0';
}

static bool holds(double a, const char *op, double b)
{
	if (strcmp(op, ">") == 0)
		return a > b;
	if (strcmp(op, ">=") == 0)
		return a >= b;
	if (strcmp(op, "<") == 0)
		return a < b;
	if (strcmp(op, "<=") == 0)
		return a <= b;
	if (strcmp(op, "=") == 0)
		return a >= b && a <= b;
	return a < b || a > b;
}

static const char *turned(const char *op)
{
	static const char *const pairs[][2] = { { "<", ">" }, { "<=", ">=" } };

	for (size_t i = 0; i < ARRAY_SIZE(pairs); i++)
		for (size_t k = 0; k < 2; k++)
			if (strcmp(op, pairs[i][k]) == 0)
				return pairs[i][1 - k];
	return op;
}

/* The sub-query of COALESCE(( SELECT … ), instead), also of a function that is told something;
 * instead NULL: none is given; at: where the sub-query stands. */
static const struct expr *query_of(const struct clause_context *c, const struct expr *e,
				   const struct expr **instead, struct clause_context *at)
{
	const struct expr *body;

	e = expr_bare(e);
	*instead = NULL;
	*at = *c;
	if (expr_is_call(e, "coalesce") && e->n == 2) {
		*instead = expr_bare(e->args[1]);
		e = expr_bare(e->args[0]);
	}
	if (e->kind == EXPR_CALL && e->n) {
		body = clause_inline(c, e, at);
		e = body ? expr_bare(body) : e;
	}
	return e->kind == EXPR_SUBQUERY && e->sub->kind == SUBQUERY_SCALAR && e->sub->nfrom
		       ? e
		       : NULL;
}

/* A function that is told of the row and cannot be looked into; one that is IMMUTABLE only says
 * it in other words. */
static const struct expr *told_of_row(const struct clause_context *c, const struct expr *e)
{
	struct clause_context at;
	const struct function *f;

	e = expr_bare(e);
	f = e->kind == EXPR_CALL && e->qualifier && c->lookup && c->lookup->function
		    ? c->lookup->function(c->lookup->ctx, e->qualifier, e->name)
		    : NULL;
	for (size_t i = 0; f && f->volatility != 'i' && i < e->n; i++)
		if (clause_values(c, e->args[i], 0) & (VALUE_ROW | VALUE_SELF))
			return clause_inline(c, e, &at) ? NULL : e;
	return NULL;
}

/* What is found where there is nothing to find, if it is a number. */
static bool found_nothing(const struct expr *query, const struct expr *instead, double *out)
{
	if (instead)
		return is_number(instead, out);
	*out = 0;
	return always_a_row(query->sub, "count");
}

static bool is_constant(const struct clause_context *c, const struct expr *e)
{
	return (e->kind == EXPR_LITERAL || e->kind == EXPR_LIST || e->kind == EXPR_BOOL) &&
	       !(clause_values(c, e, 0) & ~(unsigned)VALUE_LITERAL);
}

/* What is said where nothing is found makes the condition hold. */
static bool holds_of_nothing(const struct expr *query, const struct expr *instead,
			     const char *op, const struct expr *constant)
{
	double nothing, n;

	if (strcmp(op, "is distinct from") == 0 && !instead)
		return !always_a_row(query->sub, "count");
	if (instead && strcmp(op, "=") == 0 && clause_literal(instead) && clause_literal(constant))
		return strcmp(instead->name, clause_literal(constant)->name) == 0;
	return found_nothing(query, instead, &nothing) && is_number(constant, &n) &&
	       holds(nothing, op, n);
}

bool clause_scalar(const struct clause_context *c, const struct expr *e,
		   struct clause_verdict *out)
{
	for (size_t i = 0; i < 2; i++) {
		struct clause_context at;
		const struct expr *instead, *query = query_of(c, e->args[i], &instead, &at),
					    *told = told_of_row(c, e->args[i]),
					    *other = expr_bare(e->args[1 - i]);
		const char *op = i == 0 ? e->name : turned(e->name);

		if ((!query && !told) || !is_constant(c, other))
			continue;
		if (!query && strcmp(op, "=") != 0 && *op != '>')
			continue;
		if (!query)
			*out = clause_function(c, told);
		else if (holds_of_nothing(query, instead, op, other))
			*out = clause_verdict(CLAUSE_OPEN,
					      *op == '>' ? OPEN_TAUTOLOGY : OPEN_NO_TENANT, e);
		else
			*out = clause_subquery(&at, query);
		return true;
	}
	return false;
}

/* What it finds, and for no other reason, is the tenant of one of the relations. */
static bool finds_tenant(const struct clause_context *c, const struct expr *query)
{
	const struct expr *x = query->sub->noutputs == 1 ? expr_bare(query->sub->outputs[0])
							 : query;
	const struct relation *r = x->kind == EXPR_COLUMN ? home(c, query->sub, x) : NULL;
	const char *tenant = r && c->lookup->tenant ? c->lookup->tenant(c->lookup->ctx, r) : NULL;

	return tenant && strcmp(tenant, x->name) == 0;
}

bool clause_found(const struct clause_context *c, const struct expr *e,
		  struct clause_verdict *out)
{
	struct clause_context at;
	const struct expr *bare = expr_bare(e->args[0]), *instead,
			  *query = query_of(c, bare, &instead, &at), *body;

	if (e->is || instead)
		return false;
	if (bare->kind == EXPR_CALL && bare->n == 0) { /* has he any tenant? */
		body = clause_inline(c, bare, &at);
		query = body ? query_of(&at, body, &instead, &at) : NULL;
		if (!query || !finds_tenant(&at, query))
			return false;
	}
	if (!query && told_of_row(c, bare)) {
		*out = clause_function(c, told_of_row(c, bare));
		return true;
	}
	if (!query)
		return false;
	*out = always_a_row(query->sub, "count")
		       ? clause_verdict(CLAUSE_OPEN, OPEN_TAUTOLOGY, e)
		       : clause_subquery(&at, query);
	return true;
}
