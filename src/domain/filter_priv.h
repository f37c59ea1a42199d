/* SPDX-License-Identifier: MIT */
/*
 * filter_priv.h - the parsed filter, and what the files share that compile it.
 *
 *	filter_words.c    words, quotes, values
 *	filter_parse.c    from a text to a tree, by the grammar
 *	filter_compile.c  from the tree to a condition; ordinary columns
 *	filter_value.c    the pieces of a condition, values, times
 *	filter_inside.c   arrays, ranges, json
 *	filter_text.c     conditions about texts
 *	filter_time.c     instants and spans as people write them
 */
#ifndef FILTER_PRIV_H
#define FILTER_PRIV_H

#include "base/arena.h"
#include "base/vec.h"
#include "domain/filter.h"

enum filter_op {
	OP_EQ, OP_NE, OP_LT, OP_LE, OP_GT, OP_GE,
	OP_CONTAINS, OP_NOT_CONTAINS,
	OP_MATCH, OP_NOT_MATCH,     /* values: the expression; flags in `icase` */
	OP_LIKE, OP_NOT_LIKE, OP_ILIKE, OP_NOT_ILIKE,
	OP_IN, OP_NOT_IN,
	OP_NULL, OP_NOT_NULL,
	OP_RANGE, OP_NOT_RANGE,     /* two values; a text of NULL is an open end */
	OP_BARE,                    /* a boolean by itself */
};

struct filter_value {
	const char *text;           /* NULL: open end of a range */
	bool quoted;
	size_t at;                  /* byte in the filter's text */
};

struct filter_test {
	const char *column;
	const char **path;          /* inside json; npath 0: the column itself */
	size_t npath;
	size_t at;
	enum filter_op op;
	bool icase;
	struct filter_value *values;
	size_t n;
};

struct filter_node {
	enum { NODE_AND, NODE_OR, NODE_NOT, NODE_TEST } kind;
	struct filter_node *left, *right; /* NOT: left only */
	struct filter_test test;
};

struct filter {
	struct arena *arena;
	const char *text;
	struct filter_node *root;
	VEC(const char *) names;
};

/* "character N: …" into err; returns false. */
bool filter_error(const struct filter *f, size_t at, struct err *err, const char *fmt, ...) PRINTF_LIKE(4, 5);

/* ---- filter_words.c: a filter that is being read ---- */

struct parser {
	struct filter *f;
	const char *s;              /* what is left */
	int depth;
	struct err *err;
};

size_t filter_word_here(const struct parser *p);
void filter_word_skip(struct parser *p);
/* A bare word cannot go on here. */
bool filter_word_end(const char *s);
size_t filter_word_length(const char *s);
/* Is the next word this keyword? */
bool filter_word_at(struct parser *p, const char *keyword);
bool filter_word_take(struct parser *p, const char *keyword);
bool filter_word_take_char(struct parser *p, char c);
/* 'text' or "text", the quote doubled inside.  NULL with err when it stays open. */
const char *filter_word_quoted(struct parser *p);
bool filter_word_range(const struct parser *p);
bool filter_word_value(struct parser *p, struct filter_value *out);

/* A filter that is being compiled. */
struct compiler {
	const struct filter *f;
	const struct sqlset *set;
	filter_column_fn *column;
	void *ctx;
	struct params *params;
	struct err *err;
};

/* ---- filter_compile.c: ordinary columns ---- */

/* subject ~ text and its kin, whatever the column is; false: another operator. */
bool compile_text_test(const struct compiler *c, struct buf *out, const char *subject, bool icase,
		       const struct filter_test *t);
bool compile_plain_test(const struct compiler *c, struct buf *out, const struct filter_column *col,
			const struct filter_test *t);

/* ---- filter_inside.c: columns that hold more than one value ---- */

bool compile_array_test(const struct compiler *c, struct buf *out, const struct filter_column *col,
			const struct filter_test *t);
bool compile_range_test(const struct compiler *c, struct buf *out, const struct filter_column *col,
			const struct filter_test *t);
/* A path inside json; cannot fail. */
void compile_json_test(const struct compiler *c, struct buf *out, const struct filter_column *col,
		       const struct filter_test *t);

/* ---- filter_value.c: pieces, values, times ---- */

void compile_piece(const struct compiler *c, struct buf *out, const char *name, const struct sqlvar *vars,
		   size_t n);
/* … with one variable. */
void compile_piece_of(const struct compiler *c, struct buf *out, const char *name, const char *var,
		      const char *value);
/* "$n" appended; borrowed. */
const char *compile_number(struct buf *out, int n);
/* By filter_op: = < <= > >=; != is = turned round. */
extern const char *const compile_signs[];
void compile_compare(const struct compiler *c, struct buf *out, const char *subject, const char *sign,
		     const char *value);
/* The sign by itself, or the type's own where it is not pg_catalog's. */
void compile_operator(const struct compiler *c, struct buf *out, const struct filter_column *col,
		      enum filter_op op);
/* Two conditions that must both hold; one may be empty. */
void compile_both(const struct compiler *c, struct buf *out, const struct buf *left, const struct buf *right);
/* A parameter; cast NULL: of the type that the server gives it. */
void compile_param(const struct compiler *c, struct buf *out, const char *text, const char *cast);
/* A value for this column, judged where its place is known. */
bool compile_value(const struct compiler *c, struct buf *out, const struct filter_column *col,
		   const struct filter_value *v);
struct time_value;
/* Is it a time, for a column of times? */
bool compile_parse_time(const struct filter_column *col, const struct filter_value *v, struct time_value *t);
/* The start of a time, or the end of its stretch, as a value of the column's type. */
void compile_moment(const struct compiler *c, struct buf *out, const struct filter_column *col,
		    const struct time_value *t, bool end);
/* subject OP time: <= and > look at the end of a stretch, = lies within it. */
void compile_time(const struct compiler *c, struct buf *out, const struct filter_column *col,
		  const char *subject, const struct time_value *t, enum filter_op op);

/* ---- filter_text.c: conditions about texts ---- */

/* Fragment filter.NAME. */
void filter_piece(struct buf *out, const struct sqlset *set, const char *name, const struct sqlvar *vars,
		  size_t n);
/* The column, as a text that patterns go with if as_text. */
void filter_subject(struct buf *out, const struct sqlset *set, const struct filter_column *col, bool as_text);
/* subject LIKE value and its kin; inside: the value is put between % signs, its own signs escaped. */
void filter_like(struct buf *out, struct params *params, const struct sqlset *set, const char *name,
		 const char *subject, const char *value, bool inside);

/* ---- filter_time.c: instants and spans ---- */

/* A moment or a stretch of time: from its start (inclusive) up to its end (exclusive). */
struct time_value {
	enum {
		TIME_EXACT,   /* text as it stands, an instant */
		TIME_NOW,     /* now + offset */
		TIME_DAY,     /* the day of today + offset: a stretch of one day */
		TIME_STRETCH, /* from text on for `length` */
	} kind;
	char text[40];        /* EXACT, STRETCH: a timestamp */
	char offset[48];      /* NOW, DAY: an interval, "-2 hours" */
	const char *length;   /* STRETCH, DAY: an interval, "1 day" */
};
/* False: the text is no time that we know; the server may. */
bool time_value_parse(const char *text, bool quoted, struct time_value *out);
/* It begins with a day that no calendar has: 2026-02-30. */
bool time_no_such_day(const char *text);

#endif
