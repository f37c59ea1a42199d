/* SPDX-License-Identifier: MIT */
/*
 * What else a clause does: which settings and functions it reads, and how the planner will like
 * it.
 */
#include <string.h>

#include "rls_clause_priv.h"

static const struct function *find_function(const struct clause_context *c,
					    const struct expr *e)
{
	if (!c->lookup || !c->lookup->function)
		return NULL;
	return c->lookup->function(c->lookup->ctx, e->qualifier, e->name);
}

struct look {
	const struct clause_context *c;
	struct clause_facts *out;
	int once; /* sub-queries around, from which on all is asked once; 0: it is not */
};

/* Nothing of the policy's row is read in it: the server asks it once for all rows. */
static bool is_asked_once(const struct clause_context *c, const struct subquery *s)
{
	for (; s; s = s->more) {
		if (s->where && clause_reads_row(c, s, s->where))
			return false;
		for (size_t i = 0; i < s->noutputs; i++)
			if (clause_reads_row(c, s, s->outputs[i]))
				return false;
		for (size_t i = 0; i < s->nfrom; i++)
			if (s->from[i].query && !is_asked_once(c, s->from[i].query))
				return false;
	}
	return true;
}

static bool reads_setting(const char *body)
{
	return body && strstr(body, "current_setting") != NULL;
}

static void note_setting(struct look *l, const char *name)
{
	if (!name)
		return;
	if (!l->out->setting)
		l->out->setting = name;
	if (l->c->setting && strcmp(name, l->c->setting) == 0)
		l->out->agreed = true;
}

/* Every current_setting('x' in a function's source. */
static void note_settings_in(struct look *l, const char *body)
{
	for (const char *at = body; at && (at = strstr(at, "current_setting")) != NULL; at++) {
		const char *open = strchr(at, '\'');
		const char *close = open ? strchr(open + 1, '\'') : NULL;
		const char *after = close ? close + 1 + strspn(close + 1, " \t\n") : NULL;

		if (after && *after != '|') /* else a part of the name */
			note_setting(l, arena_strndup(l->c->arena, open + 1,
						      (size_t)(close - open - 1)));
	}
}

static void look_at_call(struct look *l, const struct expr *e, int depth)
{
	const struct function *f;
	struct clause_facts *out = l->out;
	bool row = false;

	if (expr_is_call(e, "current_setting")) {
		note_setting(l, expr_setting(e));
		out->one_argument = out->one_argument || e->n == 1;
		out->bare_setting = out->bare_setting || depth == 0;
		return;
	}
	f = find_function(l->c, e);
	if (!f)
		return;
	note_settings_in(l, f->body);
	if (f->volatility == 'i' && reads_setting(f->body) && !out->immutable)
		out->immutable = f;
	for (size_t i = 0; i < e->n; i++)
		row = row || clause_values(l->c, e->args[i], depth) & (VALUE_ROW | VALUE_SELF);
	/* SQL functions that are not definers are inlined by the planner. */
	bool inlined = strcmp(f->language, "sql") == 0 && !f->security_definer &&
		       (!f->config || !f->config[0]);

	if (f->volatility == 'v' && !l->once)
		out->volatile_function = true;
	else if (row && !inlined)
		out->row_function = true;
	else if (depth == 0 && !inlined)
		out->bare_function = true;
	else
		return;
	if (!out->slow)
		out->slow = f;
}

/* The tenant column as it is; the server prints a cast where a domain is compared as its base
 * type. */
static bool is_plain_tenant(const struct clause_context *c, const struct expr *e)
{
	const struct column *column = relation_column(c->relation, c->tenant);

	if (e->kind == EXPR_CAST && column && column->type_kind == 'd' &&
	    (strcmp(e->name, "text") != 0 || column->type_category == 'S'))
		e = e->args[0];
	/* varchar has no operators of its own: it is compared as text, by the same index. */
	if (e->kind == EXPR_CAST && column && strcmp(e->name, "text") == 0 &&
	    strncmp(column->type, "character varying", 17) == 0)
		e = e->args[0];
	return clause_is_tenant(c, e, 0);
}

static void look_at_comparison(struct look *l, const struct expr *e, int depth)
{
	const struct clause_context *c = l->c;
	struct clause_facts *out = l->out;

	if (e->n != 2 || !c->tenant || depth > 0)
		return;
	for (size_t i = 0; i < 2; i++) {
		const struct expr *side = e->args[i], *other = e->args[1 - i];

		if (!clause_mentions_tenant(c, side) || clause_mentions_tenant(c, other))
			continue;
		if (is_plain_tenant(c, side))
			out->bare_tenant = true;
		else if (side->kind != EXPR_SUBQUERY)
			out->wrapped_tenant = true;
		if (clause_deciding(clause_values(c, other, 0)) & VALUE_SESSION)
			out->own_by_setting = true;
		if (other->kind == EXPR_CAST && clause_is_tenant(c, side, 0))
			out->cast = other->name;
	}
}

static bool look_at(void *ctx, const struct expr *e, int depth)
{
	struct look *l = ctx;

	if (depth < l->once)
		l->once = 0;
	if (e->kind == EXPR_SUBQUERY && !l->once && is_asked_once(l->c, e->sub))
		l->once = depth + 1;
	switch (e->kind) {
	case EXPR_CALL:
		look_at_call(l, e, depth);
		break;
	case EXPR_CAST:
		if (strcmp(e->name, "text") != 0 && strcmp(e->name, "jsonb") != 0 &&
		    strcmp(e->name, "json") != 0 && expr_is_call(e->args[0], "current_setting"))
			l->out->empty_cast = true;
		break;
	case EXPR_OPERATOR:
	case EXPR_ANY:
		if (e->n == 2)
			look_at_comparison(l, e, depth);
		break;
	case EXPR_IDENTITY:
		l->out->person = true;
		break;
	case EXPR_CASE:
		for (size_t i = e->has_operand ? 1 : 0; i + 1 < e->n; i += 2)
			l->out->guarded |= clause_reads_setting(l->c, e->args[i]);
		break;
	default:
		break;
	}
	return true;
}

void clause_look(const struct clause_context *c, const struct expr *e, struct clause_facts *out)
{
	struct look l = { .c = c, .out = out };

	*out = (struct clause_facts){ .agreed = false };
	if (e)
		expr_walk(e, look_at, &l);
}
