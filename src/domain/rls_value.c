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

static bool note_binding(void *ctx, const struct expr *e, int depth)
{
	struct binding *b = ctx;

	(void)depth;
	if (e->kind == EXPR_COLUMN && e->qualifier &&
	    strcmp(e->qualifier, b->c->relation->name) == 0 &&
	    !shadowed(b->sub, e->qualifier)) {
		b->row = true;
		b->tenant = b->tenant || clause_is_tenant(b->c, e, 1);
	}
	if (e->kind == EXPR_IDENTITY)
		b->values |= VALUE_PERSON;
	if (e->kind == EXPR_CALL)
		b->values |= clause_call_values(b->c, e);
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

bool clause_sub_protected(const struct clause_context *c, const struct subquery *s)
{
	for (size_t i = 0; i < s->nfrom; i++) {
		const struct relation *r = from_relation(c, &s->from[i]);

		if (!r || r->rls)
			return true;
	}
	return s->nfrom == 0;
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

static unsigned sub_values(const struct clause_context *c, const struct expr *e)
{
	struct binding b = clause_bind(c, e);

	if (b.values & VALUE_OPAQUE)
		return VALUE_OPAQUE;
	if (b.tenant)
		return VALUE_SELF | VALUE_STORED;
	if (b.row || b.values & (VALUE_SESSION | VALUE_PERSON | VALUE_ROLE))
		return VALUE_STORED;
	return e->sub->where || clause_sub_protected(c, e->sub) ? VALUE_STORED : VALUE_UNBOUND;
}

unsigned clause_values(const struct clause_context *c, const struct expr *e, int depth)
{
	unsigned values = 0;

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
