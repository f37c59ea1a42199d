/* SPDX-License-Identifier: MIT */
/*
 * Where the value of an expression comes from: the session, the row, a literal, another
 * relation.
 */
#include <string.h>

#include "rls_clause_priv.h"

static bool is_own_column(const struct clause_context *c, const struct expr *e, int depth)
{
	if (e->kind != EXPR_COLUMN)
		return false;
	if (!e->qualifier)
		return depth == 0;
	if (strcmp(e->qualifier, CLAUSE_ROW) == 0)
		return true;
	return strcmp(e->qualifier, c->relation->name) == 0;
}

bool clause_is_tenant(const struct clause_context *c, const struct expr *e, int depth)
{
	return c->tenant && is_own_column(c, e, depth) && strcmp(e->name, c->tenant) == 0;
}

/* ---- sub-queries ---- */

static bool shadowed(const struct subquery *s, const char *name)
{
	for (; s; s = s->more)
		for (size_t i = 0; i < s->nfrom; i++)
			if (s->from[i].alias && strcmp(s->from[i].alias, name) == 0)
				return true;
	return false;
}

/* What it is told is of the row alone. */
static bool asked_of_row(const struct clause_context *c, const struct expr *call, int depth)
{
	unsigned told = 0;

	for (size_t i = 0; i < call->n; i++)
		told |= clause_values(c, call->args[i], depth);
	return !(told & ~(unsigned)(VALUE_LITERAL | VALUE_SELF | VALUE_ROW));
}

static bool note_binding(void *ctx, const struct expr *e, int depth)
{
	struct binding *b = ctx;

	if (e->kind == EXPR_COLUMN && e->qualifier &&
	    (strcmp(e->qualifier, CLAUSE_ROW) == 0 ||
	     (strcmp(e->qualifier, b->c->relation->name) == 0 &&
	      !shadowed(b->sub, e->qualifier)))) {
		b->row = true;
		b->tenant = b->tenant || clause_is_tenant(b->c, e, 1);
	}
	if (e->kind == EXPR_IDENTITY)
		b->values |= VALUE_PERSON;
	if (e->kind == EXPR_CALL) {
		struct clause_context inner;
		const struct expr *body = clause_inline(b->c, e, &inner);
		unsigned v = body ? clause_values(&inner, body, 1)
			     : clause_is_blind(b->c, e) && asked_of_row(b->c, e, depth + 1)
				     ? VALUE_STORED | VALUE_UNBOUND
				     : clause_call_values(b->c, e);

		/* What a function reads for this session tells whose session it is; what it
		 * looks up by the row alone does not. */
		b->values |= v & VALUE_STORED && !(v & (VALUE_UNBOUND | VALUE_ROW))
				     ? v | VALUE_SESSION
				     : v;
	}
	if (e->kind == EXPR_OPAQUE)
		b->values |= VALUE_OPAQUE;
	return true;
}

struct binding clause_bind(const struct clause_context *c, const struct expr *e)
{
	struct binding b = { .c = c, .sub = e->sub };

	for (const struct subquery *s = e->sub; s; s = s->more) {
		if (s->where)
			expr_walk(s->where, note_binding, &b);
		for (size_t i = 0; i < s->noutputs; i++)
			expr_walk(s->outputs[i], note_binding, &b);
	}
	return b;
}

bool clause_reads_row(const struct clause_context *c, const struct subquery *s,
		      const struct expr *e)
{
	struct binding b = { .c = c, .sub = s };

	expr_walk(e, note_binding, &b);
	return b.row;
}

static const struct relation *from_relation(const struct clause_context *c,
					    const struct from_item *item)
{
	if (!item->name || !c->lookup || !c->lookup->relation)
		return NULL;
	return c->lookup->relation(c->lookup->ctx, item->schema, item->name);
}

bool clause_sub_has_tenant(const struct clause_context *c, const struct subquery *s)
{
	for (; s; s = s->more)
		for (size_t i = 0; i < s->nfrom; i++) {
			const struct relation *r = from_relation(c, &s->from[i]);

			if (r && c->lookup->tenant && c->lookup->tenant(c->lookup->ctx, r))
				return true;
		}
	return false;
}

/* A policy for everybody shows all of it, and nothing restricts that. */
static bool shows_all(const struct relation *r)
{
	bool all = false;

	for (size_t i = 0; i < r->npolicies; i++) {
		const struct policy *p = &r->policies[i];

		if (!p->permissive)
			return false;
		all = all || (strchr("*r", p->command) && *p->roles &&
			      strcmp(*p->roles, "public") == 0 && p->using_expr &&
			      strcmp(p->using_expr, "true") == 0);
	}
	return all;
}

/* Only a table can be unprotected for sure: a view may filter, and what is not known may too.
 */
static bool item_protected(const struct clause_context *c, const struct from_item *item)
{
	const struct relation *r = from_relation(c, item);

	if (!item->name)
		return false; /* a function, or a query whose relations are listed beside it */
	if (!r || !relation_is_table(r))
		return true;
	if (c->reader && c->lookup->bound)
		return r->rls && c->lookup->bound(c->lookup->ctx, c->reader, r) &&
		       !shows_all(r);
	return r->rls && !shows_all(r);
}

struct seek_protected {
	const struct clause_context *c;
	bool found;
};

static bool seek_protected(void *ctx, const struct expr *e, int depth)
{
	struct seek_protected *s = ctx;

	(void)depth;
	if (e->kind == EXPR_SUBQUERY && clause_sub_protected(s->c, e->sub))
		s->found = true;
	return !s->found;
}

bool clause_sub_protected(const struct clause_context *c, const struct subquery *s)
{
	struct seek_protected seek = { .c = c };
	bool tables = false;

	for (size_t i = 0; i < s->nfrom; i++) {
		tables = tables || s->from[i].name;
		if (item_protected(c, &s->from[i]))
			return true;
	}
	if (s->where)
		expr_walk(s->where, seek_protected, &seek);
	return seek.found || !tables;
}

/* ---- values ---- */

static bool is_pure(const char *name)
{
	static const char *const pure[] = { "coalesce",
					    "nullif",
					    "string_to_array",
					    "lower",
					    "upper",
					    "btrim",
					    "trim",
					    "replace",
					    "concat",
					    "split_part",
					    "to_number",
					    "jsonb_extract_path_text",
					    "json_extract_path_text",
					    "greatest",
					    "least",
					    "hashtext",
					    "md5",
					    "length",
					    "substring",
					    "substr",
					    "regexp_split_to_array",
					    "array_length",
					    "position",
					    "strpos",
					    "now",
					    "unnest",
					    "regexp_replace",
					    NULL };

	for (size_t i = 0; pure[i]; i++)
		if (strcmp(name, pure[i]) == 0)
			return true;
	return false;
}

unsigned clause_call_values(const struct clause_context *c, const struct expr *e)
{
	if (expr_is_call(e, "current_setting"))
		return VALUE_SESSION;
	if (expr_is_call(e, "pg_has_role") || expr_is_call(e, "has_table_privilege"))
		return VALUE_ROLE;
	if (is_pure(e->name) && (!e->qualifier || strcmp(e->qualifier, "pg_catalog") == 0))
		return 0;
	(void)c;
	return VALUE_SESSION; /* a user's function: it knows whose session this is */
}

/* Nothing is asked but that there is a row of that name. */
static bool only_ties(const struct clause_context *c, const struct subquery *s)
{
	const struct expr *e = s->where;

	return e && !s->more && e->kind == EXPR_OPERATOR && e->n == 2 &&
	       strcmp(e->name, "=") == 0 && clause_reads_row(c, s, e) &&
	       (clause_is_tenant(c, expr_bare(e->args[0]), 1) ||
		clause_is_tenant(c, expr_bare(e->args[1]), 1));
}

static unsigned sub_values(const struct clause_context *c, const struct expr *e)
{
	struct binding b = clause_bind(c, e);

	if (b.values & VALUE_OPAQUE)
		return VALUE_OPAQUE;
	if (b.tenant && clause_captures(c, e->sub))
		return VALUE_UNBOUND;
	if (b.values & VALUE_UNBOUND && (!b.row || e->sub->kind == SUBQUERY_IN) &&
	    !(b.values & (VALUE_SESSION | VALUE_PERSON | VALUE_ROLE)))
		return VALUE_UNBOUND; /* ( SELECT all_orgs()), IN (SELECT below(org_id)) */
	if (b.tenant && only_ties(c, e->sub) && !clause_sub_protected(c, e->sub) &&
	    !(b.values & (VALUE_SESSION | VALUE_PERSON | VALUE_ROLE)))
		return VALUE_SELF; /* the row's tenant, if there is one of that name */
	if (b.tenant)
		return VALUE_SELF | VALUE_STORED;
	if (b.values & (VALUE_SESSION | VALUE_PERSON | VALUE_ROLE) ||
	    clause_sub_protected(c, e->sub))
		return VALUE_STORED;
	return b.row ? VALUE_STORED | VALUE_ROW : VALUE_UNBOUND;
}

unsigned clause_values(const struct clause_context *c, const struct expr *e, int depth)
{
	unsigned values = 0;
	struct clause_context inner;
	const struct expr *body;

	e = expr_bare(e);
	switch (e->kind) {
	case EXPR_LITERAL:
		return e->name ? VALUE_LITERAL : 0;
	case EXPR_BOOL:
		return VALUE_LITERAL;
	case EXPR_COLUMN:
		return clause_is_tenant(c, e, depth) ? VALUE_SELF : VALUE_ROW;
	case EXPR_IDENTITY:
		return VALUE_PERSON;
	case EXPR_OPAQUE:
		return VALUE_OPAQUE;
	case EXPR_SUBQUERY:
		return sub_values(c, e);
	case EXPR_CALL:
		if (expr_is_call(e, "nullif"))
			return clause_values(c, e->args[0], depth);
		body = clause_inline(c, e, &inner);
		if (body)
			return clause_values(&inner, body, 1);
		values = clause_call_values(c, e);
		break;
	case EXPR_CASE: { /* the conditions do not matter, only what may come out */
		size_t first = e->has_operand ? 1 : 0;

		for (size_t i = first; i + 1 < e->n; i += 2)
			values |= clause_values(c, e->args[i + 1], depth);
		return values | clause_values(c, e->args[e->n - 1], depth);
	}
	case EXPR_CAST:
	case EXPR_OPERATOR:
	case EXPR_ANY:
	case EXPR_AND:
	case EXPR_OR:
	case EXPR_NOT:
	case EXPR_NULL_TEST:
	case EXPR_BOOL_TEST:
	case EXPR_LIST:
		break;
	}
	for (size_t i = 0; i < e->n; i++)
		values |= clause_values(c, e->args[i], depth);
	return values;
}

unsigned clause_deciding(unsigned values)
{
	return values & (VALUE_SESSION | VALUE_STORED | VALUE_SELF | VALUE_ROW | VALUE_PERSON)
		       ? values & ~(unsigned)VALUE_LITERAL
		       : values;
}

struct seek {
	const struct clause_context *c;
	bool tenant;
};

static bool seek_tenant(void *ctx, const struct expr *e, int depth)
{
	struct seek *s = ctx;

	s->tenant = s->tenant || clause_is_tenant(s->c, e, depth);
	return !s->tenant;
}

bool clause_mentions_tenant(const struct clause_context *c, const struct expr *e)
{
	struct seek s = { .c = c };

	expr_walk(e, seek_tenant, &s);
	return s.tenant;
}
