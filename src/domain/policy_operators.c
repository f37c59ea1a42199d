/* SPDX-License-Identifier: MIT */
/*
 * Operators of the policy parser, climbed with few levels (OR, AND, NOT, tests, comparison,
 * other operators): the parentheses that pg_get_expr prints make anything finer unnecessary.
 */
#include <string.h>

#include "policy_expr_priv.h"

static const char *take_operator(struct parser *p)
{
	const char *name = NULL;

	if (p->token.kind == TOKEN_OPERATOR) {
		name = p->token.text;
		lex_next(p);
	} else if (lex_is_word(p, "OPERATOR")) {
		lex_next(p);
		lex_expect_sign(p, "(");
		while (lex_is_name(p)) {
			lex_take_name(p);
			lex_expect_sign(p, ".");
		}
		name = p->token.text;
		lex_next(p);
		lex_expect_sign(p, ")");
	}
	return name;
}

/* The deparser's parentheses say what belongs together; in source text comparisons bind less
 * than other operators. */
static bool is_comparison(const struct parser *p)
{
	static const char *const names[] = { "=", "<>", "!=", "<", ">", "<=", ">=", NULL };

	for (size_t i = 0; p->token.kind == TOKEN_OPERATOR && names[i]; i++)
		if (strcmp(p->token.text, names[i]) == 0)
			return true;
	return false;
}

static const struct expr *parse_operand(struct parser *p)
{
	const struct expr *e = expr_parse_postfix(p);

	while (p->source && !p->failed && p->token.kind == TOKEN_OPERATOR &&
	       !is_comparison(p)) {
		const char *op = take_operator(p);

		e = expr_node_of(p, EXPR_OPERATOR, op, e, expr_parse_postfix(p));
	}
	return e;
}

/* x = ANY (ARRAY[buyer, seller]): each column is compared, as in x = buyer OR x = seller. */
static const struct expr *any_of(struct parser *p, const struct expr *left,
				 const struct expr *list)
{
	const struct expr *columns = expr_bare(list), *either = NULL;
	bool only = columns->kind == EXPR_LIST && columns->n > 1;

	for (size_t i = 0; only && i < columns->n; i++)
		only = expr_bare(columns->args[i])->kind == EXPR_COLUMN;
	if (!only)
		return expr_node_of(p, EXPR_ANY, "=", left, list);
	for (size_t i = 0; i < columns->n; i++) {
		const struct expr *one =
			expr_node_of(p, EXPR_OPERATOR, "=", columns->args[i], left);

		either = either ? expr_node_of(p, EXPR_OR, NULL, either, one) : one;
	}
	return either;
}

static const struct expr *parse_quantified(struct parser *p, const char *op,
					   const struct expr *left)
{
	bool all = lex_is_word(p, "ALL");

	lex_next(p);
	lex_expect_sign(p, "(");
	if (lex_is_word(p, "SELECT") || lex_is_word(p, "WITH")) {
		struct expr *e = expr_node_of(p, EXPR_SUBQUERY, op, left, NULL);

		e->is = all;
		e->sub = expr_parse_select(p, SUBQUERY_IN);
		lex_expect_sign(p, ")");
		return e;
	}
	const struct expr *list = expr_parse_or(p);

	lex_expect_sign(p, ")");
	if (!all && strcmp(op, "=") == 0)
		return any_of(p, left, list);
	struct expr *e = expr_node_of(p, EXPR_ANY, op, left, list);

	e->is = all;
	return e;
}

static const struct expr *parse_operators(struct parser *p)
{
	const struct expr *left;
	const char *op;

	if (p->token.kind == TOKEN_OPERATOR) {
		op = take_operator(p);
		left = expr_parse_postfix(p);
		if (left->kind == EXPR_LITERAL && left->name && strcmp(op, "-") == 0)
			left = expr_node(p, EXPR_LITERAL,
					 arena_printf(p->arena, "-%s", left->name));
		else
			left = expr_node_of(p, EXPR_OPERATOR, op, left, NULL);
	} else {
		left = parse_operand(p);
	}
	while (!p->failed && (op = take_operator(p)) != NULL) {
		op = strcmp(op, "!=") == 0 ? "<>" : op;
		if (lex_is_word(p, "ANY") || lex_is_word(p, "ALL") || lex_is_word(p, "SOME"))
			left = parse_quantified(p, op, left);
		else
			left = expr_node_of(p, EXPR_OPERATOR, op, left, parse_operand(p));
	}
	return left;
}

/* ( SELECT …): a list is printed as = ANY (ARRAY[…]). */
static const struct expr *parse_in(struct parser *p, const struct expr *left)
{
	lex_next(p);
	if (!lex_is_sign(p, "("))
		return left; /* POSITION((a) IN (b)) comes here with a bare name: leave it */
	lex_expect_sign(p, "(");
	if (p->source && !lex_is_word(p, "SELECT")) {
		struct expr *list = expr_node(p, EXPR_LIST, "array");

		expr_parse_list(p, list, ")");
		return any_of(p, left, list);
	}
	if (!lex_is_word(p, "SELECT") && !lex_is_word(p, "WITH")) {
		/* POSITION((a) IN (b)) */
		const struct expr *right = expr_parse_or(p);

		lex_expect_sign(p, ")");
		return expr_node_of(p, EXPR_LIST, "in", left, right);
	}
	struct expr *e = expr_node_of(p, EXPR_SUBQUERY, "=", left, NULL);

	e->sub = expr_parse_select(p, SUBQUERY_IN);
	lex_expect_sign(p, ")");
	return e;
}

/* BETWEEN a AND b, as the server prints it. */
static const struct expr *parse_between(struct parser *p, const struct expr *left)
{
	const struct expr *low = parse_operators(p), *high;

	lex_expect_word(p, "AND");
	high = parse_operators(p);
	return expr_node_of(p, EXPR_AND, NULL, expr_node_of(p, EXPR_OPERATOR, ">=", left, low),
			    expr_node_of(p, EXPR_OPERATOR, "<=", left, high));
}

/* IN, and what only source text has: the server prints operators for LIKE and its like. */
static const struct expr *parse_tests(struct parser *p)
{
	const struct expr *left = parse_operators(p);
	bool negated = p->source && !p->failed && lex_take_word(p, "NOT");

	if (lex_is_word(p, "IN"))
		left = parse_in(p, left);
	else if (p->source && lex_take_word(p, "LIKE"))
		left = expr_node_of(p, EXPR_OPERATOR, "~~", left, parse_operators(p));
	else if (p->source && lex_take_word(p, "ILIKE"))
		left = expr_node_of(p, EXPR_OPERATOR, "~~*", left, parse_operators(p));
	else if (p->source && lex_take_word(p, "BETWEEN"))
		left = parse_between(p, left);
	else if (negated)
		return expr_fail(p);
	return negated ? expr_node_of(p, EXPR_NOT, NULL, left, NULL) : left;
}

static const struct expr *parse_is(struct parser *p, const struct expr *e)
{
	bool negated = lex_take_word(p, "NOT");

	if (lex_take_word(p, "NULL")) {
		struct expr *test = expr_node_of(p, EXPR_NULL_TEST, NULL, e, NULL);

		test->is = !negated;
		return test;
	}
	if (lex_take_word(p, "DISTINCT")) {
		lex_expect_word(p, "FROM");
		return expr_node_of(p, EXPR_OPERATOR,
				    negated ? "is not distinct from" : "is distinct from", e,
				    parse_operators(p));
	}
	if (lex_is_word(p, "TRUE") || lex_is_word(p, "FALSE") || lex_is_word(p, "UNKNOWN") ||
	    lex_is_word(p, "true") || lex_is_word(p, "false")) {
		const char *name = arena_printf(p->arena, "%s%s", negated ? "not " : "",
						expr_lower(p, p->token.text));

		lex_next(p);
		return expr_node_of(p, EXPR_BOOL_TEST, name, e, NULL);
	}
	return expr_fail(p);
}

static const struct expr *parse_not(struct parser *p)
{
	const struct expr *e;

	if (lex_take_word(p, "NOT"))
		return expr_node_of(p, EXPR_NOT, NULL, parse_not(p), NULL);
	e = parse_tests(p);
	while (!p->failed && lex_take_word(p, "IS"))
		e = parse_is(p, e);
	return e;
}

static const struct expr *parse_chain(struct parser *p, enum expr_kind kind, const char *word,
				      const struct expr *(*operand)(struct parser *p))
{
	const struct expr *first = operand(p);

	if (!lex_is_word(p, word))
		return first;
	struct expr *e = expr_node(p, kind, NULL);
	expr_list list = VEC_INIT;

	*VEC_PUSH(&list) = first;
	while (!p->failed && lex_take_word(p, word))
		*VEC_PUSH(&list) = operand(p);
	expr_set_args(p, e, &list);
	return e;
}

static const struct expr *parse_and(struct parser *p)
{
	return parse_chain(p, EXPR_AND, "AND", parse_not);
}

const struct expr *expr_parse_or(struct parser *p)
{
	const struct expr *e;

	if (++p->depth > DEPTH_MAX)
		p->failed = true;
	e = p->failed ? expr_fail(p) : parse_chain(p, EXPR_OR, "OR", parse_and);
	p->depth--;
	return e;
}
