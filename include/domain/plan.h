/* SPDX-License-Identifier: MIT */
/*
 * plan.h - what EXPLAIN (FORMAT JSON) says, read: how many rows, at what cost, and why it is dear.  Pure.
 */
#ifndef DOMAIN_PLAN_H
#define DOMAIN_PLAN_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"
#include "base/err.h"

struct plan;

/* text: the one cell of the reply. */
struct plan *plan_parse(const char *text, size_t len, struct err *err) MUST_CHECK;
void plan_free(struct plan **p);

/* Rows that the planner expects, looking through a LIMIT. */
double plan_rows(const struct plan *p);

/* Do these rest on what a function returns?  For that the planner has no figures but a default (1000 a call). */
bool plan_rows_are_made_up(const struct plan *p);

/* Is the server's own catalog (pg_class …) all that is read? */
bool plan_reads_only_catalog(const struct plan *p);

double plan_cost(const struct plan *p); /* of all rows */

/*
 * The cost gate.  What a page costs is what must be done before its first row (a sort, a hash, an
 * aggregate: the startup cost below LIMIT) or, where an ordered scan throws rows away and few are
 * expected to stay, the whole scan: the planner's cost with LIMIT trusts that matches lie evenly,
 * which they seldom do.
 *
 * Returns that cost; *why gets a sentence if it exceeds gate (the caller's), else NULL.  limit: rows of the page.
 */
double plan_gate(const struct plan *p, double gate, int limit, char **why);

/* ---- the tree, for :explain ---- */
struct plan_node {
	int depth;
	const char *type;      /* "Index Scan" */
	const char *on;        /* relation, index or both: "catalog_products using products_sku"; "" */
	const char *detail;    /* conditions, keys, filter; one per line; "" */
	double cost, rows;     /* total of the node and what is under it */
	double own;            /* its own share, 0 … 1: of the time with ANALYZE, else of the cost */
	double seconds, actual_rows; /* with ANALYZE, else < 0 */
	bool costly;           /* the one with the largest share */
};
size_t plan_nodes(const struct plan *p);
const struct plan_node *plan_node_at(const struct plan *p, size_t i);

#endif
