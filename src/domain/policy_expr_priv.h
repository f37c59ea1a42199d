/* SPDX-License-Identifier: MIT */
/*
 * policy_expr_priv.h - what the parts of the policy parser share: the scanner (policy_lex.c),
 * primaries (policy_expr.c), operators (policy_operators.c) and sub-queries (policy_select.c).
 */
#ifndef DOMAIN_POLICY_EXPR_PRIV_H
#define DOMAIN_POLICY_EXPR_PRIV_H

#include "base/vec.h"
#include "domain/policy_expr.h"

enum token_kind {
	TOKEN_END,
	TOKEN_WORD,
	TOKEN_QUOTED,
	TOKEN_STRING,
	TOKEN_NUMBER,
	TOKEN_OPERATOR,
	TOKEN_SIGN,
};

struct token {
	enum token_kind kind;
	const char *text; /* unquoted; words as printed (keywords upper, names lower case) */
};

/* Once failed is set everything only has to come to an end. */
struct parser {
	struct arena *arena;
	const char *at;
	struct token token;
	bool failed;
	bool source; /* as a person wrote it: any case, comments, the usual precedence, $1 */
	bool query;  /* what a view asks: FILTER, OVER and DISTINCT ON may stand in it */
	int depth;
};

enum { DEPTH_MAX = 200 };

typedef VEC(const struct expr *) expr_list;

void lex_next(struct parser *p);
bool lex_is_sign(const struct parser *p, const char *sign);
/* Keywords are printed in upper case; a name that is not quoted never is. */
bool lex_is_word(const struct parser *p, const char *word);
bool lex_is_name(const struct parser *p);
/* take: step over it if it is there; expect: fail if it is not. */
bool lex_take_sign(struct parser *p, const char *sign);
bool lex_take_word(struct parser *p, const char *word);
void lex_expect_sign(struct parser *p, const char *sign);
/* After a "(": over everything to its ")". */
void lex_skip_parenthesis(struct parser *p);
void lex_expect_word(struct parser *p, const char *word);
const char *lex_take_name(struct parser *p);

struct expr *expr_node(struct parser *p, enum expr_kind kind, const char *name);
struct expr *expr_node_of(struct parser *p, enum expr_kind kind, const char *name,
			  const struct expr *a, const struct expr *b);
/* Takes the list's elements and releases it. */
void expr_set_args(struct parser *p, struct expr *e, expr_list *list);

/* What is here is not understood: fails, and is opaque. */
const struct expr *expr_fail(struct parser *p);
const char *expr_lower(struct parser *p, const char *s);
const struct expr *expr_parse_or(struct parser *p);
/* A primary with its casts, subscripts, fields and collation. */
const struct expr *expr_parse_postfix(struct parser *p);
/* Expressions to end (")" or "]"), as e's arguments. */
void expr_parse_list(struct parser *p, struct expr *e, const char *end);
/* After "name(": the arguments and the ")". */
void expr_parse_call_args(struct parser *p, struct expr *call);
const struct subquery *expr_parse_select(struct parser *p, enum subquery_kind kind);

#endif
