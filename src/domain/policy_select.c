/* SPDX-License-Identifier: MIT */
/*
 * Sub-queries: the select list, the relations, and every condition (WHERE, ON, HAVING) as one
 * AND.  What orders, groups and limits is read and forgotten.
 */
#include <string.h>

#include "policy_expr_priv.h"

struct select {
	VEC(struct from_item) from;
	expr_list where, outputs;
};

static void parse_from_item(struct parser *p, struct select *s);

static void parse_alias(struct parser *p, struct from_item *item)
{
	static const char *const ends[] = { "WHERE", /* not SQL */
					    "JOIN",  /* not SQL */
					    "LEFT",    "RIGHT",	      "FULL",	"CROSS",
					    "ON",      "USING",	      "GROUP",	"ORDER",
					    "LIMIT",   "UNION",	      "EXCEPT", "INTERSECT",
					    "HAVING",  "OFFSET",      "FOR",	"INNER",
					    "NATURAL", "TABLESAMPLE", NULL };

	for (size_t i = 0; ends[i]; i++)
		if (lex_is_word(p, ends[i]))
			return;
	lex_take_word(p, "AS");
	if (!lex_is_name(p))
		return;
	item->alias = lex_take_name(p);
	if (lex_take_sign(p, "(")) { /* column aliases */
		while (!p->failed && !lex_take_sign(p, ")")) {
			lex_take_name(p);
			if (!lex_take_sign(p, ",") && !lex_is_sign(p, ")"))
				p->failed = true;
		}
	}
}

static void parse_join_rest(struct parser *p, struct select *s)
{
	while (!p->failed) {
		bool join = false;

		while (lex_is_word(p, "LEFT") || lex_is_word(p, "RIGHT") ||
		       lex_is_word(p, "FULL") || lex_is_word(p, "CROSS") ||
		       lex_is_word(p, "INNER") || lex_is_word(p, "NATURAL") ||
		       lex_is_word(p, "OUTER"))
			lex_next(p);
		join = lex_take_word(p, "JOIN"); /* not SQL */
		if (!join)
			return;
		parse_from_item(p, s);
		if (lex_take_word(p, "ON"))
			*VEC_PUSH(&s->where) = expr_parse_or(p);
		else if (lex_take_word(p, "USING")) {
			lex_expect_sign(p, "(");
			while (!p->failed && !lex_take_sign(p, ")")) {
				lex_take_name(p);
				lex_take_sign(p, ",");
			}
		}
	}
}

static void parse_from_item(struct parser *p, struct select *s)
{
	struct from_item item = { NULL, NULL, NULL };

	lex_take_word(p, "LATERAL");
	lex_take_word(p, "ONLY");
	if (lex_take_sign(p, "(")) {
		if (lex_is_word(p, "SELECT") || lex_is_word(p, "WITH") ||
		    lex_is_word(p, "VALUES")) {
			const struct subquery *inner = expr_parse_select(p, SUBQUERY_SCALAR);

			/* Its relations and conditions count as if they were written here. */
			for (size_t i = 0; inner && i < inner->nfrom; i++)
				*VEC_PUSH(&s->from) = inner->from[i];
			if (inner && inner->where)
				*VEC_PUSH(&s->where) = inner->where;
		} else {
			parse_from_item(p, s);
			parse_join_rest(p, s);
		}
		lex_expect_sign(p, ")");
		parse_alias(p, &item);
		if (item.alias)
			*VEC_PUSH(&s->from) = item;
		return;
	}
	item.name = lex_take_name(p);
	if (lex_take_sign(p, ".")) {
		item.schema = item.name;
		item.name = lex_take_name(p);
	}
	item.alias = item.name;
	if (lex_take_sign(p, "(")) { /* a function */
		struct expr *call = expr_node(p, EXPR_CALL, item.name);

		call->qualifier = item.schema;
		expr_parse_call_args(p, call);
		*VEC_PUSH(&s->where) =
			expr_node_of(p, EXPR_NULL_TEST, NULL, call, NULL); /* seen by walks */
		item.name = item.schema = NULL;
	}
	parse_alias(p, &item);
	*VEC_PUSH(&s->from) = item;
}

static void parse_outputs(struct parser *p, struct select *s)
{
	do {
		*VEC_PUSH(&s->outputs) = expr_parse_or(p);
		if (lex_take_word(p, "AS"))
			lex_take_name(p);
	} while (!p->failed && lex_take_sign(p, ","));
}

/* GROUP BY … LIMIT …: the expressions count for nothing here; they are parsed to get over them.
 */
static void skip_tail(struct parser *p, struct select *s)
{
	while (!p->failed && !lex_is_sign(p, ")") && p->token.kind != TOKEN_END &&
	       !lex_is_word(p, "UNION") && !lex_is_word(p, "EXCEPT") &&
	       !lex_is_word(p, "INTERSECT")) {
		if (lex_take_word(p, "HAVING")) {
			*VEC_PUSH(&s->where) = expr_parse_or(p);
		} else if (lex_take_word(p, "GROUP") || lex_take_word(p, "ORDER")) {
			lex_expect_word(p, "BY");
			do {
				expr_parse_or(p);
				if (!lex_take_word(p, "DESC"))
					lex_take_word(p, "ASC");
			} while (!p->failed && lex_take_sign(p, ","));
		} else if (lex_take_word(p, "LIMIT") || lex_take_word(p, "OFFSET")) {
			expr_parse_or(p);
		} else {
			p->failed = true;
		}
	}
}

static const struct expr *joined(struct parser *p, expr_list *list)
{
	struct expr *e;

	if (list->len == 0)
		return NULL;
	if (list->len == 1) {
		const struct expr *only = list->v[0];

		VEC_RELEASE(list);
		return only;
	}
	e = expr_node(p, EXPR_AND, NULL);
	expr_set_args(p, e, list);
	return e;
}

/* WITH x AS (…): its relations and conditions count as if they were written in the query; rows
 * that make themselves (RECURSIVE) are not understood. */
static void parse_with(struct parser *p, struct select *s)
{
	if (!lex_take_word(p, "WITH"))
		return;
	do {
		lex_take_name(p);
		if (!lex_take_word(p, "AS"))
			p->failed = true;
		if (lex_take_word(p, "NOT") || lex_is_word(p, "MATERIALIZED"))
			lex_next(p);
		lex_expect_sign(p, "(");
		const struct subquery *inner =
			p->failed ? NULL : expr_parse_select(p, SUBQUERY_SCALAR);

		for (size_t i = 0; inner && i < inner->nfrom; i++)
			*VEC_PUSH(&s->from) = inner->from[i];
		if (inner && inner->where)
			*VEC_PUSH(&s->where) = inner->where;
		p->failed = p->failed || (inner && inner->compound);
		lex_expect_sign(p, ")");
	} while (!p->failed && lex_take_sign(p, ","));
}

const struct subquery *expr_parse_select(struct parser *p, enum subquery_kind kind)
{
	struct select s = { .from = VEC_INIT, .where = VEC_INIT, .outputs = VEC_INIT };
	struct subquery *sub = arena_alloc(p->arena, sizeof *sub);

	sub->kind = kind;
	if (++p->depth > DEPTH_MAX)
		p->failed = true;
	parse_with(p, &s);
	lex_expect_word(p, "SELECT");
	if (lex_take_word(p, "DISTINCT") && lex_take_word(p, "ON"))
		p->failed = true;
	if (!p->failed && !lex_is_word(p, "FROM"))
		parse_outputs(p, &s);
	if (!p->failed && lex_take_word(p, "FROM")) {
		do {
			parse_from_item(p, &s);
			parse_join_rest(p, &s);
		} while (!p->failed && lex_take_sign(p, ","));
	}
	if (!p->failed && lex_take_word(p, "WHERE")) /* not SQL */
		*VEC_PUSH(&s.where) = expr_parse_or(p);
	skip_tail(p, &s);
	struct from_item *from = arena_array(p->arena, s.from.len + 1, sizeof *from);

	if (s.from.len)
		memcpy(from, s.from.v, s.from.len * sizeof *from);
	sub->from = from;
	sub->nfrom = s.from.len;
	sub->where = joined(p, &s.where);
	struct expr *outputs = expr_node(p, EXPR_LIST, NULL);

	expr_set_args(p, outputs, &s.outputs);
	sub->outputs = outputs->args;
	sub->noutputs = outputs->n;
	VEC_RELEASE(&s.from);
	VEC_RELEASE(&s.where);
	if (!p->failed && (lex_is_word(p, "UNION") || lex_is_word(p, "EXCEPT") ||
			   lex_is_word(p, "INTERSECT"))) {
		lex_next(p);
		lex_take_word(p, "ALL");
		sub->compound = true;
		sub->more = expr_parse_select(p, kind);
	}
	p->depth--;
	return sub;
}
