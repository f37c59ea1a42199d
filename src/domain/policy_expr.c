/* SPDX-License-Identifier: MIT */
/*
 * A recursive-descent parser over the deparser's output: its nodes and primaries.  Operators are
 * climbed in policy_operators.c.
 */
#include <ctype.h>
#include <string.h>

#include "policy_expr_priv.h"

/* ---- nodes ---- */

struct expr *expr_node(struct parser *p, enum expr_kind kind, const char *name)
{
	struct expr *e = arena_alloc(p->arena, sizeof *e);

	e->kind = kind;
	e->name = name;
	return e;
}

void expr_set_args(struct parser *p, struct expr *e, expr_list *list)
{
	const struct expr **args = arena_array(p->arena, list->len + 1, sizeof *args);

	if (list->len)
		memcpy(args, list->v, list->len * sizeof *args);
	e->args = args;
	e->n = list->len;
	VEC_RELEASE(list);
}

struct expr *expr_node_of(struct parser *p, enum expr_kind kind, const char *name,
			  const struct expr *a, const struct expr *b)
{
	struct expr *e = expr_node(p, kind, name);
	const struct expr **args = arena_array(p->arena, 2, sizeof *args);

	args[0] = a;
	args[1] = b;
	e->args = args;
	e->n = b ? 2 : 1;
	return e;
}

const struct expr *expr_fail(struct parser *p)
{
	p->failed = true;
	return expr_node(p, EXPR_OPAQUE, p->token.text);
}

/* ---- primaries ---- */

static const char *read_type(struct parser *p)
{
	struct buf out = BUF_INIT;
	static const char *const more[] = { "precision", "varying", "with", "without",
					    "time",	 "zone",    NULL };

	buf_adds(&out, lex_take_name(p));
	while (lex_take_sign(p, ".")) {
		buf_addc(&out, '.');
		buf_adds(&out, lex_take_name(p));
	}
	for (size_t i = 0; more[i] && p->token.kind == TOKEN_WORD;) {
		if (!lex_is_word(p, more[i])) {
			i++;
			continue;
		}
		buf_addc(&out, ' ');
		buf_adds(&out, lex_take_name(p));
		i = 0;
	}
	if (lex_is_sign(p, "(")) {
		lex_next(p);
		while (!p->failed && !lex_take_sign(p, ")")) {
			if (p->token.kind == TOKEN_END)
				p->failed = true;
			lex_next(p);
		}
	}
	while (lex_take_sign(p, "[")) {
		if (p->token.kind == TOKEN_NUMBER)
			lex_next(p);
		lex_expect_sign(p, "]");
		buf_adds(&out, "[]");
	}
	const char *type = arena_strndup(p->arena, out.data, out.len);
	buf_release(&out);
	return type;
}

static const struct expr *parse_case(struct parser *p)
{
	struct expr *e = expr_node(p, EXPR_CASE, "case");
	expr_list list = VEC_INIT;

	if (!lex_is_word(p, "WHEN")) {
		e->has_operand = true;
		*VEC_PUSH(&list) = expr_parse_or(p);
	}
	while (!p->failed && lex_take_word(p, "WHEN")) {
		*VEC_PUSH(&list) = expr_parse_or(p);
		lex_expect_word(p, "THEN");
		*VEC_PUSH(&list) = expr_parse_or(p);
	}
	*VEC_PUSH(&list) =
		lex_take_word(p, "ELSE") ? expr_parse_or(p) : expr_node(p, EXPR_LITERAL, NULL);
	lex_expect_word(p, "END");
	expr_set_args(p, e, &list);
	return e;
}

static const struct expr *parse_subquery(struct parser *p, enum subquery_kind kind)
{
	struct expr *e = expr_node(p, EXPR_SUBQUERY, NULL);

	e->sub = expr_parse_select(p, kind);
	return e;
}

void expr_parse_list(struct parser *p, struct expr *e, const char *end)
{
	expr_list list = VEC_INIT;

	while (!p->failed && !lex_is_sign(p, end)) {
		*VEC_PUSH(&list) = expr_parse_or(p);
		if (!lex_take_sign(p, ","))
			break;
	}
	lex_expect_sign(p, end);
	expr_set_args(p, e, &list);
}

/* FILTER, WITHIN GROUP and OVER: in a policy they would have to be understood. */
static void parse_call_tail(struct parser *p, struct expr *call, expr_list *args)
{
	if (!p->query)
		p->failed = true;
	if (lex_take_word(p, "WITHIN")) {
		lex_expect_word(p, "GROUP");
		lex_expect_sign(p, "(");
		lex_expect_word(p, "ORDER");
		lex_expect_word(p, "BY");
		*VEC_PUSH(args) = expr_parse_or(p);
		lex_skip_parenthesis(p);
	}
	if (lex_take_word(p, "FILTER")) {
		lex_expect_sign(p, "(");
		lex_expect_word(p, "WHERE"); /* not SQL */
		*VEC_PUSH(args) = expr_parse_or(p);
		lex_expect_sign(p, ")");
	}
	if (lex_take_word(p, "OVER")) {
		call->is = true;
		if (lex_take_sign(p, "("))
			lex_skip_parenthesis(p);
		else
			lex_take_name(p);
	}
}

/* SQL-syntax calls: POSITION((a) IN (b)), EXTRACT(year FROM x), SUBSTRING(a FROM b FOR c),
 * TRIM(BOTH FROM x). */
void expr_parse_call_args(struct parser *p, struct expr *e)
{
	expr_list list = VEC_INIT;

	lex_take_word(p, "DISTINCT");
	lex_take_word(p, "VARIADIC");
	while (!p->failed && !lex_is_sign(p, ")")) {
		if (p->token.kind == TOKEN_OPERATOR && strcmp(p->token.text, "*") == 0)
			lex_next(p);
		else
			*VEC_PUSH(&list) = expr_parse_or(p);
		if (lex_take_word(p, "ORDER")) {
			lex_expect_word(p, "BY");
			continue;
		}
		if (lex_take_word(p, "DESC") || lex_take_word(p, "ASC") ||
		    lex_take_word(p, "VARIADIC"))
			continue;
		if (!lex_take_sign(p, ",") && !lex_take_word(p, "IN") &&
		    !lex_take_word(p, "FROM") && !lex_take_word(p, "FOR") &&
		    !lex_is_sign(p, ")"))
			p->failed = true;
		lex_take_word(p, "VARIADIC");
	}
	lex_expect_sign(p, ")");
	if (lex_is_word(p, "FILTER") || lex_is_word(p, "WITHIN") || lex_is_word(p, "OVER"))
		parse_call_tail(p, e, &list);
	expr_set_args(p, e, &list);
}

const char *expr_lower(struct parser *p, const char *s)
{
	char *copy = arena_strdup(p->arena, s);

	for (char *c = copy; *c; c++)
		*c = (char)tolower((unsigned char)*c);
	return copy;
}

static const struct expr *parse_name(struct parser *p)
{
	bool keyword = p->token.kind == TOKEN_WORD;
	const char *name = lex_take_name(p), *qualifier = NULL;

	while (lex_take_sign(p, ".")) {
		qualifier = name;
		keyword = false;
		if (p->token.kind == TOKEN_OPERATOR && strcmp(p->token.text, "*") == 0) {
			name = "*";
			lex_next(p);
		} else {
			name = lex_take_name(p);
		}
	}
	if (lex_take_sign(p, "(")) {
		struct expr *call = expr_node(p, EXPR_CALL, keyword ? expr_lower(p, name) : name);

		call->qualifier = qualifier;
		expr_parse_call_args(p, call);
		return call;
	}
	struct expr *column = expr_node(p, EXPR_COLUMN, name);

	column->qualifier = qualifier;
	return column;
}

static const struct expr *parse_keyword(struct parser *p)
{
	static const char *const identities[] = { "CURRENT_USER", "SESSION_USER",
						  "CURRENT_ROLE", "USER", NULL };
	static const char *const clocks[] = { "CURRENT_DATE",	"CURRENT_TIMESTAMP",
					      "CURRENT_TIME",	"LOCALTIMESTAMP",
					      "LOCALTIME",	"CURRENT_CATALOG",
					      "CURRENT_SCHEMA", NULL };
	struct expr *e;

	if (lex_is_word(p, "true") || lex_is_word(p, "false")) {
		e = expr_node(p, EXPR_BOOL, NULL);
		e->is = lex_is_word(p, "true");
		lex_next(p);
		return e;
	}
	if (lex_take_word(p, "NULL"))
		return expr_node(p, EXPR_LITERAL, NULL);
	if (lex_take_word(p, "CASE"))
		return parse_case(p);
	if (p->source && lex_take_word(p, "CAST")) {
		lex_expect_sign(p, "(");
		const struct expr *inner = expr_parse_or(p);

		lex_expect_word(p, "AS");
		e = expr_node_of(p, EXPR_CAST, read_type(p), inner, NULL);
		lex_expect_sign(p, ")");
		return e;
	}
	if (lex_take_word(p, "ARRAY")) {
		if (lex_take_sign(p, "(")) {
			const struct expr *sub = parse_subquery(p, SUBQUERY_ARRAY);

			lex_expect_sign(p, ")");
			return sub;
		}
		lex_expect_sign(p, "[");
		e = expr_node(p, EXPR_LIST, "array");
		expr_parse_list(p, e, "]");
		return e;
	}
	if (lex_is_word(p, "ROW")) {
		lex_next(p);
		lex_expect_sign(p, "(");
		e = expr_node(p, EXPR_LIST, "row");
		expr_parse_list(p, e, ")");
		return e;
	}
	if (lex_take_word(p, "EXISTS")) {
		lex_expect_sign(p, "(");
		const struct expr *sub = parse_subquery(p, SUBQUERY_EXISTS);

		lex_expect_sign(p, ")");
		return sub;
	}
	for (size_t i = 0; identities[i]; i++)
		if (lex_is_word(p, identities[i])) {
			lex_next(p);
			return expr_node(p, EXPR_IDENTITY, expr_lower(p, identities[i]));
		}
	for (size_t i = 0; clocks[i]; i++)
		if (lex_take_word(p, clocks[i]))
			return expr_node(p, EXPR_CALL, expr_lower(p, clocks[i]));
	return parse_name(p);
}

static const struct expr *parse_primary(struct parser *p)
{
	struct expr *e;

	switch (p->token.kind) {
	case TOKEN_STRING:
	case TOKEN_NUMBER:
		e = expr_node(p, EXPR_LITERAL, p->token.text);
		lex_next(p);
		return e;
	case TOKEN_WORD:
		return parse_keyword(p);
	case TOKEN_QUOTED:
		return parse_name(p);
	case TOKEN_SIGN:
		if (!lex_take_sign(p, "("))
			return expr_fail(p);
		if (lex_is_word(p, "SELECT") || lex_is_word(p, "WITH") ||
		    lex_is_word(p, "VALUES")) {
			const struct expr *sub = parse_subquery(p, SUBQUERY_SCALAR);

			lex_expect_sign(p, ")");
			return sub;
		}
		const struct expr *inner = expr_parse_or(p);

		if (lex_is_sign(p, ",")) {
			expr_list list = VEC_INIT;

			e = expr_node(p, EXPR_LIST, "row");
			*VEC_PUSH(&list) = inner;
			while (!p->failed && lex_take_sign(p, ","))
				*VEC_PUSH(&list) = expr_parse_or(p);
			expr_set_args(p, e, &list);
			inner = e;
		}
		lex_expect_sign(p, ")");
		return inner;
	case TOKEN_OPERATOR:
	case TOKEN_END:
		break;
	}
	return expr_fail(p);
}

/* A primary with its casts, subscripts, fields and collation. */
const struct expr *expr_parse_postfix(struct parser *p)
{
	const struct expr *e = parse_primary(p);

	while (!p->failed) {
		if (lex_take_sign(p, "::")) {
			e = expr_node_of(p, EXPR_CAST, read_type(p), e, NULL);
		} else if (lex_take_sign(p, "[")) {
			e = expr_node_of(p, EXPR_OPERATOR, "[]", e, expr_parse_or(p));
			if (lex_take_sign(p, ":"))
				expr_parse_or(p);
			lex_expect_sign(p, "]");
		} else if (lex_take_sign(p, ".")) {
			e = expr_node_of(p, EXPR_OPERATOR,
					 arena_printf(p->arena, ".%s", lex_take_name(p)), e,
					 NULL);
		} else if (lex_take_word(p, "COLLATE")) {
			lex_take_name(p);
			if (lex_take_sign(p, "."))
				lex_take_name(p);
		} else if (lex_take_word(p, "AT")) {
			lex_expect_word(p, "TIME");
			lex_expect_word(p, "ZONE");
			e = expr_node_of(p, EXPR_CALL, "timezone", expr_parse_postfix(p), e);
		} else {
			break;
		}
	}
	return e;
}

static const struct expr *parse_all(struct parser *p, const char *text)
{
	const struct expr *e;

	p->at = text;
	lex_next(p);
	e = expr_parse_or(p);
	if (p->failed || p->token.kind != TOKEN_END)
		e = expr_node(p, EXPR_OPAQUE, arena_strdup(p->arena, text));
	return e;
}

const struct expr *expr_parse(struct arena *arena, const char *text)
{
	struct parser p = { .arena = arena };

	return text ? parse_all(&p, text) : NULL;
}

const struct expr *expr_parse_query(struct arena *arena, const char *text)
{
	struct parser p = { .arena = arena, .query = true };

	return text ? parse_all(&p, text) : NULL;
}

const struct expr *expr_parse_source(struct arena *arena, const char *text)
{
	struct parser p = { .arena = arena, .source = true };

	return text ? parse_all(&p, text) : NULL;
}
