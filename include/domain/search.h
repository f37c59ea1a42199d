/* SPDX-License-Identifier: MIT */
/*
 * search.h - what "/text" looks for: two conditions, of which the caller takes the one it can afford.
 *
 * Wide: every word of the text lies somewhere in one of the search columns, ignoring case.  It says what people
 * mean and no index serves it.  Near: the text begins one of the columns that an index with
 * bytewise order serves, or (where the relation has such an index) it is found by full text.
 */
#ifndef DOMAIN_SEARCH_H
#define DOMAIN_SEARCH_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "db/params.h"
#include "db/sql.h"
#include "domain/filter.h"

void search_wide(struct buf *sql, struct params *params, const struct sqlset *set, const char *text,
		 const struct filter_column *columns, size_t n);
/* index: pg_get_indexdef of a GIN index over to_tsvector('CONFIG', …) of the base's own columns, or over a tsvector
 * column of it, or NULL.  False: no index serves anything of it. */
bool search_near(struct buf *sql, struct params *params, const struct sqlset *set, const char *text,
		 const struct filter_column *columns, size_t n, const char *index);
/* Is it one over to_tsvector? */
bool search_is_fulltext(const char *index);

#endif
