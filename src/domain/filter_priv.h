/* SPDX-License-Identifier: MIT */
/*
 * filter_priv.h - the parsed filter, between filter_parse.c and filter_compile.c.
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

#endif
