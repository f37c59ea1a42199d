/* SPDX-License-Identifier: MIT */
/*
 * Sub-queries: the select list, the relations, and every condition (WHERE, ON, HAVING) with the
 * relations that it filters.  What orders, groups and limits is read and forgotten.
 */
#include <string.h>

#include "policy_expr_priv.h"

struct select {
	VEC(struct from_item) from;
	VEC(struct join_condition) conditions;
	VEC(struct from_item) named; /* WITH: alias and items */
	bool grouped, picked;
	expr_list outputs;
	VEC(const char *) names; /* of outputs */
};

static void parse_from_item(struct parser *p, struct select *s);

static void add_condition(struct select *s, const struct expr *e, size_t first, size_t end)
{
	*VEC_PUSH(&s->conditions) = (struct join_condition){ e, first, end, false };
}

/* A query in the place of a relation: its relations and conditions count as if they were
 * written here.  Which items they became. */
static struct from_item add_query(struct select *s, const struct subquery *q)
{
	struct from_item item = { .first = s->from.len, .query = q };

	for (; q; q = q->more) {
		size_t base = s->from.len;

		for (size_t i = 0; i < q->nfrom; i++) {
			struct from_item x = q->from[i];

			x.first += x.end ? base : 0;
			x.end += x.end ? base : 0;
			*VEC_PUSH(&s->from) = x;
		}
		for (size_t i = 0; i < q->nconditions; i++) {
			struct join_condition x = q->conditions[i];

			x.first += base;
			x.end += base;
			*VEC_PUSH(&s->conditions) = x;
		}
	}
	item.end = s->from.len;
	return item;
}

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

/* USING (x): the column of the relation that was read last, and that of some other before it.
 */
static void parse_using(struct parser *p, struct select *s, size_t first, size_t end)
{
	const char *alias = s->from.len ? s->from.v[s->from.len - 1].alias : NULL;

	lex_expect_sign(p, "(");
	while (!p->failed && !lex_take_sign(p, ")")) {
		const char *name = lex_take_name(p);
		struct expr *own = expr_node(p, EXPR_COLUMN, name);

		own->qualifier = alias;
		add_condition(s,
			      expr_node_of(p, EXPR_OPERATOR, "=", own,
					   expr_node(p, EXPR_COLUMN, name)),
			      first, end);
		lex_take_sign(p, ",");
	}
	if (lex_take_word(p, "AS"))
		lex_take_name(p);
}

/* first: where the items of this tree of joins begin. */
static void parse_join_rest(struct parser *p, struct select *s, size_t first)
{
	while (!p->failed) {
		bool keeps_left = false, keeps_right = false;
		size_t middle, from, end;

		for (;; lex_next(p)) {
			if (lex_is_word(p, "LEFT") || lex_is_word(p, "FULL"))
				keeps_left = true;
			if (lex_is_word(p, "RIGHT") || lex_is_word(p, "FULL"))
				keeps_right = true;
			if (!lex_is_word(p, "LEFT") && !lex_is_word(p, "RIGHT") &&
			    !lex_is_word(p, "FULL") && !lex_is_word(p, "CROSS") &&
			    !lex_is_word(p, "INNER") && !lex_is_word(p, "NATURAL") &&
			    !lex_is_word(p, "OUTER"))
				break;
		}
		if (!lex_take_word(p, "JOIN")) /* not SQL */
			return;
		middle = s->from.len;
		parse_from_item(p, s);
		from = keeps_left ? middle : first;
		end = keeps_right ? middle : s->from.len;
		if (lex_take_word(p, "ON")) {
			add_condition(s, expr_parse_or(p), from, end);
			s->conditions.v[s->conditions.len - 1].outer = keeps_left || keeps_right;
		}
		else if (lex_take_word(p, "USING"))
			parse_using(p, s, from, end);
	}
}

static const struct from_item *named_query(const struct select *s, const struct from_item *item)
{
	for (size_t i = 0; !item->schema && item->name && i < s->named.len; i++)
		if (strcmp(s->named.v[i].alias, item->name) == 0)
			return &s->named.v[i];
	return NULL;
}

static void parse_nested_item(struct parser *p, struct select *s)
{
	struct from_item item = { .alias = NULL };

	if (lex_is_word(p, "SELECT") || lex_is_word(p, "WITH") || lex_is_word(p, "VALUES")) {
		item = add_query(s, expr_parse_select(p, SUBQUERY_SCALAR));
	} else {
		size_t first = s->from.len;

		parse_from_item(p, s);
		parse_join_rest(p, s, first);
	}
	lex_expect_sign(p, ")");
	parse_alias(p, &item);
	if (item.alias)
		*VEC_PUSH(&s->from) = item;
}

static void parse_from_item(struct parser *p, struct select *s)
{
	struct from_item item = { .alias = NULL };
	const struct from_item *query;

	lex_take_word(p, "LATERAL");
	lex_take_word(p, "ONLY");
	if (lex_take_sign(p, "(")) {
		parse_nested_item(p, s);
		return;
	}
	item.name = lex_take_name(p);
	if (lex_take_sign(p, ".")) {
		item.schema = item.name;
		item.name = lex_take_name(p);
	}
	item.alias = item.name;
	query = named_query(s, &item);
	if (query) {
		item.name = NULL;
		item.query = query->query;
		item.first = query->first;
		item.end = query->end;
	}
	if (lex_take_sign(p, "(")) { /* a function */
		struct expr *call = expr_node(p, EXPR_CALL, item.name);

		call->qualifier = item.schema;
		expr_parse_call_args(p, call);
		add_condition(s, expr_node_of(p, EXPR_NULL_TEST, NULL, call, NULL), 0,
			      0); /* seen by walks */
		item.name = item.schema = NULL;
	}
	parse_alias(p, &item);
	*VEC_PUSH(&s->from) = item;
}

static void parse_outputs(struct parser *p, struct select *s)
{
	do {
		if (p->token.kind == TOKEN_OPERATOR && strcmp(p->token.text, "*") == 0) {
			lex_next(p);
			continue;
		}
		*VEC_PUSH(&s->outputs) = expr_parse_or(p);
		*VEC_PUSH(&s->names) = lex_take_word(p, "AS") ? lex_take_name(p) : NULL;
	} while (!p->failed && lex_take_sign(p, ","));
}

/* What groups and orders counts for nothing here: over it, to the next clause. */
static void skip_clause(struct parser *p)
{
	static const char *const ends[] = { "HAVING", "WINDOW",	"ORDER", "LIMIT",  "OFFSET",
					    "FETCH",  "FOR",	"UNION", "EXCEPT", "INTERSECT",
					    NULL };

	while (!p->failed && !lex_is_sign(p, ")") && p->token.kind != TOKEN_END) {
		for (size_t i = 0; ends[i]; i++)
			if (lex_is_word(p, ends[i]))
				return;
		if (lex_take_sign(p, "("))
			lex_skip_parenthesis(p);
		else
			lex_next(p);
	}
}

/* GROUP BY … LIMIT …, to the end of the query. */
static void skip_tail(struct parser *p, struct select *s)
{
	while (!p->failed && !lex_is_sign(p, ")") && p->token.kind != TOKEN_END &&
	       !lex_is_word(p, "UNION") && !lex_is_word(p, "EXCEPT") &&
	       !lex_is_word(p, "INTERSECT")) {
		if (lex_take_word(p, "HAVING")) {
			add_condition(s, expr_parse_or(p), 0, s->from.len);
			s->grouped = true;
		} else if (lex_is_word(p, "GROUP") || lex_is_word(p, "ORDER")) {
			s->grouped = s->grouped || lex_is_word(p, "GROUP");
			lex_next(p);
			lex_expect_word(p, "BY");
			skip_clause(p);
		} else if (lex_take_word(p, "LIMIT") || lex_take_word(p, "OFFSET")) {
			s->picked = true;
			expr_parse_or(p);
			if (lex_take_word(p, "ROWS"))
				continue;
		} else if (p->query && (lex_take_word(p, "FETCH") || lex_take_word(p, "FOR") ||
					lex_take_word(p, "WINDOW"))) {
			s->picked = true;
			skip_clause(p);
		} else {
			p->failed = true;
		}
	}
}

/* Does e, or can it, read the items? */
static bool reads_items(const struct select *s, const struct expr *e, size_t first, size_t end)
{
	if (e->kind == EXPR_COLUMN && !e->qualifier)
		return true;
	for (size_t i = first; e->kind == EXPR_COLUMN && i < end; i++)
		if (s->from.v[i].alias && strcmp(s->from.v[i].alias, e->qualifier) == 0)
			return true;
	for (size_t i = 0; i < e->n; i++)
		if (reads_items(s, e->args[i], first, end))
			return true;
	return e->kind == EXPR_SUBQUERY || e->kind == EXPR_OPAQUE;
}

/* The ON of an outer join whose other side nothing else asks about: it lets every row stay. */
static bool is_idle(const struct select *s, const struct join_condition *c)
{
	if (!c->outer || c->end <= c->first)
		return false;
	for (size_t i = 0; i < s->conditions.len; i++) {
		const struct join_condition *x = &s->conditions.v[i];

		if (x != c && reads_items(s, x->e, c->first, c->end))
			return false;
	}
	return true;
}

static const struct expr *joined(struct parser *p, const struct select *s)
{
	expr_list list = VEC_INIT;
	struct expr *e;

	for (size_t i = 0; i < s->conditions.len; i++)
		if (!is_idle(s, &s->conditions.v[i]))
			*VEC_PUSH(&list) = s->conditions.v[i].e;
	if (list.len < 2) {
		const struct expr *only = list.len ? list.v[0] : NULL;

		VEC_RELEASE(&list);
		return only;
	}
	e = expr_node(p, EXPR_AND, NULL);
	expr_set_args(p, e, &list);
	return e;
}

/* WITH x AS (…): its relations and conditions count as if they were written in the query; rows
 * that make themselves (RECURSIVE) are not understood. */
static void parse_with(struct parser *p, struct select *s)
{
	if (!lex_take_word(p, "WITH"))
		return;
	do {
		const char *name = lex_take_name(p);
		struct from_item item;

		if (!lex_take_word(p, "AS"))
			p->failed = true;
		if (lex_take_word(p, "NOT") || lex_is_word(p, "MATERIALIZED"))
			lex_next(p);
		lex_expect_sign(p, "(");
		item = add_query(s, p->failed ? NULL : expr_parse_select(p, SUBQUERY_SCALAR));
		item.alias = name;
		*VEC_PUSH(&s->named) = item;
		lex_expect_sign(p, ")");
	} while (!p->failed && lex_take_sign(p, ","));
}

/* What was read, in the arena. */
static void finish(struct parser *p, struct select *s, struct subquery *sub)
{
	struct from_item *from = arena_array(p->arena, s->from.len + 1, sizeof *from);
	struct join_condition *conditions =
		arena_array(p->arena, s->conditions.len + 1, sizeof *conditions);
	struct expr *outputs = expr_node(p, EXPR_LIST, NULL);
	const char **names = arena_array(p->arena, s->names.len + 1, sizeof *names);

	if (s->names.len)
		memcpy(names, s->names.v, s->names.len * sizeof *names);
	if (s->from.len)
		memcpy(from, s->from.v, s->from.len * sizeof *from);
	if (s->conditions.len)
		memcpy(conditions, s->conditions.v, s->conditions.len * sizeof *conditions);
	sub->from = from;
	sub->nfrom = s->from.len;
	sub->grouped = s->grouped;
	sub->picked = s->picked;
	sub->conditions = conditions;
	sub->nconditions = s->conditions.len;
	sub->where = joined(p, s);
	expr_set_args(p, outputs, &s->outputs);
	sub->outputs = outputs->args;
	sub->noutputs = outputs->n;
	sub->names = names;
	VEC_RELEASE(&s->from);
	VEC_RELEASE(&s->conditions);
	VEC_RELEASE(&s->named);
	VEC_RELEASE(&s->names);
}

const struct subquery *expr_parse_select(struct parser *p, enum subquery_kind kind)
{
	struct select s = {
		.from = VEC_INIT, .conditions = VEC_INIT, .named = VEC_INIT,
		.outputs = VEC_INIT, .names = VEC_INIT
	};
	struct subquery *sub = arena_alloc(p->arena, sizeof *sub);

	*sub = (struct subquery){ .kind = kind };
	if (++p->depth > DEPTH_MAX)
		p->failed = true;
	parse_with(p, &s);
	lex_expect_word(p, "SELECT");
	s.picked = s.named.len || lex_is_word(p, "DISTINCT");
	if (lex_take_word(p, "DISTINCT") && lex_take_word(p, "ON")) {
		p->failed = p->failed || !p->query;
		lex_expect_sign(p, "(");
		lex_skip_parenthesis(p);
	}
	if (!p->failed && !lex_is_word(p, "FROM"))
		parse_outputs(p, &s);
	if (!p->failed && lex_take_word(p, "FROM")) {
		do {
			size_t first = s.from.len;

			parse_from_item(p, &s);
			parse_join_rest(p, &s, first);
		} while (!p->failed && lex_take_sign(p, ","));
	}
	if (!p->failed && lex_take_word(p, "WHERE")) /* not SQL */
		add_condition(&s, expr_parse_or(p), 0, s.from.len);
	skip_tail(p, &s);
	finish(p, &s, sub);
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
