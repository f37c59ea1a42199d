/* SPDX-License-Identifier: MIT */
/*
 * page.h - the page protocol's questions: which rows come after (or before) this key, in this order,
 * under these filters.  Pure: composes text from sql/fragments/page.sql and parameters, sends nothing.
 *
 * Keyset, never OFFSET.  A row comparison stands for a run of sort columns that share a direction and of
 * which only the first may be NULL; what it cannot express (another direction, a run of NULLs) is
 * a range of its own.  The ranges are disjoint and follow one another; each has its own ORDER BY
 * and LIMIT, and UNION ALL with a LIMIT around them stops at the first that fills the page.
 *
 * The base is a sub-query (the screen's query) or a relation, always under the alias q; the planner
 * flattens it, so its indexes serve.  Columns are named by their names in the base.
 *
 * Anchors are texts as the server printed them.  Their parameters carry no type unless the sort key names one:
 * PostgreSQL then gives them the type of the column that they are compared with.
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
	const char *type;    /* cast of its parameter, without a modifier; NULL: none (see above) */
	const char *operators; /* the schema of its comparisons; NULL: the bare sign finds pg_catalog's */
	bool descending;
	bool nulls_first;    /* PostgreSQL's default: last when ascending, first when descending */
	bool not_null;
	bool steady;         /* hardly differs between rows (the tenant): no part of a row comparison, whose
	                      * selectivity the planner takes from its first column */
	bool composite;      /* of a composite type, whose IS NULL speaks of its fields; or of none known */
};

struct page_column {
	const char *name;
	int cut;             /* fetch so many characters, as text; 0: whole and as it is.  Behind those of a sort column
	                      * comes a digest of its value, if that is longer */
	bool binary;         /* bytea: cut before it is spelled out; cut is bytes */
};

/* A compiled filter: SQL text made of quoted identifiers and $n only; $n are numbered within the filter from 1. */
struct filter_sql {
	const char *text;
	const struct params *params; /* NULL: the text has none and is left as it is */
};

enum page_from { PAGE_FIRST, PAGE_LAST, PAGE_AFTER, PAGE_BEFORE, PAGE_AT /* from the key itself, inclusive */ };

struct page_request {
	const char *base;               /* SQL: "(query) AS q" or a qualified relation AS q */
	const struct params *base_params; /* $1.. of the base; may be NULL */
	const struct page_column *columns; size_t ncolumns; /* 0: all of the base */
	const struct sort_key *sort;    size_t nsort;   /* ends with the key columns; 0: in no order */
	const struct filter_sql *filters; size_t nfilters; /* joined by AND */
	enum page_from from;
	const char *const *anchor;      /* texts (NULL = SQL NULL) of the first nanchor sort columns */
	size_t nanchor;                 /* for AFTER, BEFORE, AT: nsort, or fewer (AT a beginning) */
	/* Of each, to how many characters it was cut (bytes if < 0) where it may be but the beginning of a value and
	 * its digest, as a cut sort column comes; 0: it is whole.
	 * The server takes the value from the row that has these anchors; where there is none any more, the place is
	 * not known, and the anchor stands for it, near by: who needs to know asks page_anchor.
	 * NULL: all are whole.  The key columns must be. */
	const int *beginnings;
	int limit;                      /* 0: all rows */
};

/* The rows.  PAGE_LAST and PAGE_BEFORE come in reverse order: the caller turns them round. */
void page_compose(struct buf *sql, struct params *params, const struct sqlset *set,
		  const struct page_request *req);
/* One row if the anchor's is there as it was; else none. */
void page_anchor(struct buf *sql, struct params *params, const struct sqlset *set, const struct page_request *req);
/* The same columns and no row: what they are, at no cost.  Filters, order and anchor do not matter. */
void page_describe(struct buf *sql, struct params *params, const struct sqlset *set,
		   const struct page_request *req);
/* How many rows the filters leave: exactly. */
void page_count(struct buf *sql, struct params *params, const struct sqlset *set,
		const struct page_request *req);
/* How many rows the planner expects the filters to leave: EXPLAIN, see plan.h. */
void page_estimate(struct buf *sql, struct params *params, const struct sqlset *set,
		   const struct page_request *req);
/* How the rows of page_compose would be found: EXPLAIN. */
void page_explain(struct buf *sql, struct params *params, const struct sqlset *set,
		  const struct page_request *req);

/* Append filter i as it stands in a statement where its first parameter is $(shift + 1). */
void filter_shift(struct buf *out, const struct filter_sql *filter, int shift);

/* PostgreSQL's own place for NULLs in this direction. */
bool sort_key_default_nulls(const struct sort_key *key);

#endif
