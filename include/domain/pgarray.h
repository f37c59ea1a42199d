/* SPDX-License-Identifier: MIT */
/*
 * pgarray.h - the text form of a one-dimensional PostgreSQL array: {a,"b c",NULL}.
 */
#ifndef DOMAIN_PGARRAY_H
#define DOMAIN_PGARRAY_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

struct pgarray {
	char **v; /* an element may be NULL: SQL NULL */
	size_t len, cap;
};

#define PGARRAY_INIT { 0 }

/*
 * Read a literal.  False, with a empty, if it is none, or has several dimensions or bounds of its
 * own ("[0:1]={…}").  The delimiter is a comma.
 */
bool pgarray_parse(struct pgarray *a, const char *text);
void pgarray_release(struct pgarray *a);
/* A copy of s, NULL for SQL NULL. */
void pgarray_append(struct pgarray *a, const char *s);
/* As the server would write it: quotes only where they are needed. */
void pgarray_write(struct buf *out, const struct pgarray *a);

#endif
