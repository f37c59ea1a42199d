/* SPDX-License-Identifier: MIT */
/*
 * What can be asked of a parsed expression, and its readable form.
 */
#include <ctype.h>
#include <string.h>

#include "domain/policy_expr.h"

bool expr_is_true(const struct expr *e)
{
	return e && e->kind == EXPR_BOOL && e->is;
}

bool expr_is_call(const struct expr *e, const char *name)
{
	return e && e->kind == EXPR_CALL && strcmp(e->name, name) == 0;
}

const struct expr *expr_bare(const struct expr *e)
{
	for (;;) {
		if (e && e->kind == EXPR_CAST)
			e = e->args[0];
		else if (e && e->kind == EXPR_SUBQUERY && e->sub &&
			 e->sub->kind == SUBQUERY_SCALAR && e->sub->nfrom == 0 &&
			 e->sub->noutputs == 1 && !e->sub->compound)
			e = e->sub->outputs[0];
		else
			return e;
	}
}

const char *expr_setting(const struct expr *e)
{
	const struct expr *bare = expr_bare(e);

	if (!expr_is_call(bare, "current_setting") || bare->n == 0)
		return NULL;
	const struct expr *name = expr_bare(bare->args[0]);

	return name->kind == EXPR_LITERAL ? name->name : NULL;
}

bool expr_setting_missing_ok(const struct expr *e)
{
	const struct expr *bare = expr_bare(e);

	return expr_is_call(bare, "current_setting") && bare->n > 1 &&
	       expr_is_true(bare->args[1]);
}

static bool text_equal(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}

static bool list_equal(const struct expr *const *a, const struct expr *const *b, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!expr_equal(a[i], b[i]))
			return false;
	return true;
}

static bool sub_equal(const struct subquery *a, const struct subquery *b)
{
	if (!a || !b)
		return a == b;
	if (a->kind != b->kind || a->nfrom != b->nfrom || a->noutputs != b->noutputs ||
	    !expr_equal(a->where, b->where) || !sub_equal(a->more, b->more))
		return false;
	for (size_t i = 0; i < a->nfrom; i++)
		if (!text_equal(a->from[i].name, b->from[i].name) ||
		    !text_equal(a->from[i].schema, b->from[i].schema) ||
		    !text_equal(a->from[i].alias, b->from[i].alias))
			return false;
	return list_equal(a->outputs, b->outputs, a->noutputs);
}

bool expr_equal(const struct expr *a, const struct expr *b)
{
	if (!a || !b)
		return a == b;
	return a->kind == b->kind && a->is == b->is && a->n == b->n &&
	       text_equal(a->name, b->name) && text_equal(a->qualifier, b->qualifier) &&
	       list_equal(a->args, b->args, a->n) && sub_equal(a->sub, b->sub);
}

static bool walk(const struct expr *e, expr_visit_fn *fn, void *ctx, int depth);

static bool walk_sub(const struct subquery *s, expr_visit_fn *fn, void *ctx, int depth)
{
	for (; s; s = s->more) {
		for (size_t i = 0; i < s->noutputs; i++)
			if (!walk(s->outputs[i], fn, ctx, depth))
				return false;
		if (s->where && !walk(s->where, fn, ctx, depth))
			return false;
	}
	return true;
}

static bool walk(const struct expr *e, expr_visit_fn *fn, void *ctx, int depth)
{
	if (!fn(ctx, e, depth))
		return false;
	for (size_t i = 0; i < e->n; i++)
		if (!walk(e->args[i], fn, ctx, depth))
			return false;
	return walk_sub(e->sub, fn, ctx, depth + 1);
}

bool expr_walk(const struct expr *e, expr_visit_fn *fn, void *ctx)
{
	return e ? walk(e, fn, ctx, 0) : true;
}

static bool not_opaque(void *ctx, const struct expr *e, int depth)
{
	(void)ctx;
	(void)depth;
	return e->kind != EXPR_OPAQUE;
}

bool expr_has_opaque(const struct expr *e)
{
	return !expr_walk(e, not_opaque, NULL);
}

/* ---- readable ---- */

static int strength(const struct expr *e)
{
	switch (e->kind) {
	case EXPR_OR:
		return 1;
	case EXPR_AND:
		return 2;
	case EXPR_NOT:
		return 3;
	case EXPR_NULL_TEST:
	case EXPR_BOOL_TEST:
		return 4;
	case EXPR_OPERATOR:
	case EXPR_ANY:
		return e->n == 2 ? 5 : 6;
	case EXPR_SUBQUERY:
		return e->sub && e->sub->kind == SUBQUERY_IN ? 5 : 7;
	case EXPR_LITERAL:
	case EXPR_BOOL:
	case EXPR_COLUMN:
	case EXPR_CALL:
	case EXPR_CAST:
	case EXPR_CASE:
	case EXPR_LIST:
	case EXPR_IDENTITY:
	case EXPR_OPAQUE:
		break;
	}
	return 7;
}

static void put(struct buf *out, const struct expr *e, int around)
{
	bool brackets = strength(e) < around;

	if (brackets)
		buf_addc(out, '(');
	expr_readable(out, e);
	if (brackets)
		buf_addc(out, ')');
}

static void put_list(struct buf *out, const struct expr *const *list, size_t n,
		     const char *between, int around)
{
	for (size_t i = 0; i < n; i++) {
		if (i)
			buf_adds(out, between);
		put(out, list[i], around);
	}
}

static void put_name(struct buf *out, const struct expr *e)
{
	if (e->qualifier && strcmp(e->qualifier, "pg_catalog") != 0)
		buf_addf(out, "%s.", e->qualifier);
	buf_adds(out, e->name);
}

static void put_literal(struct buf *out, const char *text)
{
	size_t digits = text ? strspn(text, "-0123456789.") : 0;

	if (!text)
		buf_adds(out, "null");
	else if (digits && !text[digits] && strcmp(text, "-") != 0)
		buf_adds(out, text);
	else
		buf_addf(out, "'%s'", text);
}

static const char *spoken_operator(const char *op)
{
	static const char *const words[][2] = { { "~~", "like" },
						{ "~~*", "ilike" },
						{ "!~~", "not like" },
						{ "!~~*", "not ilike" },
						{ "~", "matches" } };

	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		if (strcmp(op, words[i][0]) == 0)
			return words[i][1];
	return op;
}

static void put_sub(struct buf *out, const struct subquery *s)
{
	buf_adds(out, "(");
	for (; s; s = s->more) {
		put_list(out, s->outputs, s->noutputs, ", ", 0);
		for (size_t i = 0; i < s->nfrom; i++) {
			buf_adds(out, i ? ", " : " of ");
			buf_adds(out, s->from[i].name	 ? s->from[i].name
				      : s->from[i].alias ? s->from[i].alias
							 : "…");
			if (s->from[i].name && s->from[i].alias &&
			    strcmp(s->from[i].name, s->from[i].alias) != 0)
				buf_addf(out, " %s", s->from[i].alias);
		}
		if (s->where) {
			buf_adds(out, " where ");
			put(out, s->where, 0);
		}
		if (s->more)
			buf_adds(out, " or else ");
	}
	buf_adds(out, ")");
}

static void put_case(struct buf *out, const struct expr *e)
{
	size_t i = e->has_operand ? 1 : 0;

	for (; i + 1 < e->n; i += 2) {
		buf_adds(out, i > 1 ? "; if " : "if ");
		if (e->has_operand) {
			put(out, e->args[0], 5);
			buf_adds(out, " = ");
		}
		put(out, e->args[i], 0);
		buf_adds(out, " then ");
		put(out, e->args[i + 1], 1);
	}
	buf_adds(out, " else ");
	put(out, e->args[e->n - 1], 1);
}

static void put_operator(struct buf *out, const struct expr *e)
{
	if (e->n == 1 && e->name[0] == '.') {
		put(out, e->args[0], 7);
		buf_adds(out, e->name);
	} else if (e->n == 1) {
		buf_adds(out, e->name);
		put(out, e->args[0], 6);
	} else if (strcmp(e->name, "[]") == 0) {
		put(out, e->args[0], 7);
		buf_addc(out, '[');
		put(out, e->args[1], 0);
		buf_addc(out, ']');
	} else {
		put(out, e->args[0], 5);
		buf_addf(out, " %s ", spoken_operator(e->name));
		put(out, e->args[1], 6);
	}
}

static void put_subquery(struct buf *out, const struct expr *e)
{
	const struct expr *bare = expr_bare(e);

	if (bare != e) {
		put(out, bare, 7);
		return;
	}
	switch (e->sub->kind) {
	case SUBQUERY_EXISTS:
		buf_adds(out, "exists ");
		break;
	case SUBQUERY_IN:
		put(out, e->args[0], 5);
		if (strcmp(e->name, "=") == 0 && !e->is)
			buf_adds(out, " in ");
		else
			buf_addf(out, " %s %s ", spoken_operator(e->name),
				 e->is ? "all" : "any");
		break;
	case SUBQUERY_ARRAY:
	case SUBQUERY_SCALAR:
		break;
	}
	put_sub(out, e->sub);
}

void expr_readable(struct buf *out, const struct expr *e)
{
	switch (e->kind) {
	case EXPR_LITERAL:
		put_literal(out, e->name);
		break;
	case EXPR_BOOL:
		buf_adds(out, e->is ? "true" : "false");
		break;
	case EXPR_COLUMN:
		put_name(out, e);
		break;
	case EXPR_CALL:
		if (expr_setting(e)) {
			buf_addf(out, "setting %s", expr_setting(e));
			break;
		}
		put_name(out, e);
		buf_addc(out, '(');
		put_list(out, e->args, e->n, ", ", 0);
		buf_addc(out, ')');
		break;
	case EXPR_CAST: /* the type of a value is noise to a reader; the judge looks at it */
		put(out, e->args[0], 7);
		break;
	case EXPR_OPERATOR:
		put_operator(out, e);
		break;
	case EXPR_ANY:
		put(out, e->args[0], 5);
		buf_addf(out, " %s %s ", spoken_operator(e->name), e->is ? "all of" : "any of");
		put(out, e->args[1], 7);
		break;
	case EXPR_AND:
		put_list(out, e->args, e->n, " and ", 2);
		break;
	case EXPR_OR:
		put_list(out, e->args, e->n, " or ", 2);
		break;
	case EXPR_NOT:
		buf_adds(out, "not ");
		put(out, e->args[0], 4);
		break;
	case EXPR_NULL_TEST:
		put(out, e->args[0], 5);
		buf_adds(out, e->is ? " is null" : " is not null");
		break;
	case EXPR_BOOL_TEST:
		put(out, e->args[0], 5);
		buf_addf(out, " is %s", e->name);
		break;
	case EXPR_CASE:
		put_case(out, e);
		break;
	case EXPR_LIST:
		buf_addc(out, '(');
		put_list(out, e->args, e->n, strcmp(e->name, "in") == 0 ? " in " : ", ", 0);
		buf_addc(out, ')');
		break;
	case EXPR_IDENTITY:
	case EXPR_OPAQUE:
		buf_adds(out, e->name);
		break;
	case EXPR_SUBQUERY:
		put_subquery(out, e);
		break;
	}
}
