/* SPDX-License-Identifier: MIT */
/*
 * page.h - the page protocol's question: which rows come after (or before) this key, in this order,
 * under these filters.  Pure: composes text from sql/fragments/page.sql and parameters, sends nothing.
 *
 * Keyset, never OFFSET: one row comparison when all sort columns are NOT NULL and share a
 * direction; otherwise disjoint ranges, each with its own ORDER BY and LIMIT, joined by UNION ALL; NULL
 * runs are a branch of their own (design: "Reading: the page protocol").  The key columns are appended
 * to the sort unless it is unique already.
 *
 * The base is a sub-query (the screen's query) or a relation; it is flattened by the planner, so its indexes serve.
 */
#ifndef DOMAIN_PAGE_H
#define DOMAIN_PAGE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/err.h"
#include "db/params.h"
#include "db/sql.h"

struct sort_key {
	const char *column;  /* its name in the base */
	const char *type;    /* format_type, for the cast of its parameter */
	bool descending;
	bool nulls_first;    /* default: as PostgreSQL, last when ascending, first when descending */
	bool not_null;
};

/* A compiled filter: SQL text made of quoted identifiers and $n only; $n are numbered within the filter from 1. */
struct filter_sql {
	const char *text;
	const struct params *params;
};

enum page_from { PAGE_FIRST, PAGE_LAST, PAGE_AFTER, PAGE_BEFORE, PAGE_AT /* from the key itself, inclusive */ };

struct page_request {
	const char *base;               /* SQL: "(query) AS q" or a qualified relation */
	const struct params *base_params; /* $1.. of the base; may be NULL */
	const char *const *columns;     /* output, NULL-terminated; long ones cut by cut_bytes */
	const int *cut_chars;           /* per column: fetch at most so many characters as text; 0: whole */
	const struct sort_key *sort;    size_t nsort;   /* ends with the key columns */
	const struct filter_sql *filters; size_t nfilters; /* joined by AND */
	enum page_from from;
	const char *const *anchor;      /* nsort texts (NULL = SQL NULL) for AFTER, BEFORE, AT */
	int limit;
};

/* The statement and its parameters. PAGE_LAST and PAGE_BEFORE come in reverse order: the caller turns them round. */
bool page_compose(struct buf *sql, struct params *params, const struct sqlset *set,
		  const struct page_request *req, struct err *err) MUST_CHECK;

#endif
