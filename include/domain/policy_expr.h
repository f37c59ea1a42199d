/* SPDX-License-Identifier: MIT */
/*
 * policy_expr.h - an expression as pg_get_expr() prints it, parsed into a tree.
 *
 * The deparser's output is a small, regular language (every operator in parentheses, casts as
 * ::, LIKE as ~~, IN as = ANY), stable from 15 to 18, so that policies can be judged by what
 * they mean and not by how they look.  What this parser does not know it keeps as EXPR_OPAQUE
 * with its text: a judge then says that it cannot tell, it never guesses.
 *
 * Trees live in the arena that was given and are immutable.
 */
#ifndef DOMAIN_POLICY_EXPR_H
#define DOMAIN_POLICY_EXPR_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/buf.h"

enum expr_kind {
	EXPR_LITERAL, /* name: the value without quotes, NULL for SQL NULL */
	EXPR_BOOL,    /* true or false: is */
	EXPR_COLUMN,  /* name; qualifier may be NULL */
	EXPR_CALL, /* name (without schema), qualifier: the schema or NULL; coalesce, nullif too;
		      is: OVER a window, a value for each row */
	EXPR_CAST, /* one argument, name: the type */
	EXPR_OPERATOR, /* one or two arguments, name: "=", "~~", "is distinct from" */
	EXPR_ANY,      /* name: the operator; left, right; is: ALL instead of ANY */
	EXPR_AND,
	EXPR_OR,
	EXPR_NOT,
	EXPR_NULL_TEST, /* one argument; is: IS NULL, else IS NOT NULL */
	EXPR_BOOL_TEST, /* one argument; name: "true", "not true", "unknown" … */
	EXPR_CASE, /* [operand] when then when then … else; has_operand, the else is always
		      there */
	EXPR_LIST, /* ARRAY[…], ROW(…), (a, b) */
	EXPR_IDENTITY, /* current_user, session_user, current_role: name */
	EXPR_SUBQUERY, /* sub */
	EXPR_OPAQUE,   /* name: the text */
};

enum subquery_kind { SUBQUERY_SCALAR, SUBQUERY_EXISTS, SUBQUERY_IN, SUBQUERY_ARRAY };

struct from_item {
	const char *schema; /* or NULL */
	const char *name;   /* NULL: not a plain relation (function, subquery) */
	const char *alias;  /* the name that columns are qualified with */
	size_t first, end;  /* a query in its place: the items that are its relations; else 0, 0 */
	const struct subquery *query; /* that query; NULL: none */
};

/* One of the conditions that are joined by AND, and which items of `from` it takes rows of: the
 * ON of an outer join leaves the rows of its kept side alone. */
struct join_condition {
	const struct expr *e;
	size_t first, end;
	bool outer; /* the ON of an outer join */
};

struct subquery {
	enum subquery_kind kind;
	const struct from_item *from;
	size_t nfrom;
	const struct expr *where; /* WHERE and the ON conditions, joined by AND; NULL: none */
	const struct join_condition *conditions; /* the same, one by one */
	size_t nconditions;
	const struct expr *const *outputs; /* the select list */
	const char *const *names; /* of the select list: what AS says; NULL: nothing */
	size_t noutputs;
	bool grouped;  /* GROUP BY or HAVING: without one an aggregate gives one row, always */
	bool picked;   /* DISTINCT, LIMIT …, WITH: its rows are not those of its relations */
	bool compound; /* UNION and the like: more was parsed into `more` */
	const struct subquery *more;
};

struct expr {
	enum expr_kind kind;
	bool is;
	bool has_operand;
	const char *name;
	const char *qualifier;
	const struct expr *const
		*args; /* EXPR_SUBQUERY with SUBQUERY_IN: the left side, name: operator */
	size_t n;
	const struct subquery *sub;
};

/* Never NULL: what cannot be parsed comes back as one EXPR_OPAQUE. text NULL gives NULL. */
const struct expr *expr_parse(struct arena *arena, const char *text);
/* The same for the query of a view, in parentheses: aggregates may have FILTER and OVER. */
const struct expr *expr_parse_query(struct arena *arena, const char *text);
/* The same for what a person wrote in a function: keywords in any case, comments, $1 (a column
 * of that name), the usual precedence.  Rarer forms come back as EXPR_OPAQUE. */
const struct expr *expr_parse_source(struct arena *arena, const char *text);

/* The argument below casts and one-output scalar subqueries without FROM ("( SELECT f() AS
 * f)"). */
const struct expr *expr_bare(const struct expr *e);
bool expr_is_true(const struct expr *e);
bool expr_is_call(const struct expr *e, const char *name);
/* For current_setting('x'[, true]) (also below casts): its name, else NULL. */
const char *expr_setting(const struct expr *e);
bool expr_setting_missing_ok(const struct expr *e);
bool expr_equal(const struct expr *a, const struct expr *b);

/* Visits e and everything in it, subqueries included (depth tells how many are around); fn
 * returns false to stop the walk. */
typedef bool expr_visit_fn(void *ctx, const struct expr *e, int depth);
bool expr_walk(const struct expr *e, expr_visit_fn *fn, void *ctx);
/* Any EXPR_OPAQUE inside? */
bool expr_has_opaque(const struct expr *e);

/* As a person would write it: no superfluous parentheses, no casts of literals, LIKE for ~~. */
void expr_readable(struct buf *out, const struct expr *e);

#endif
