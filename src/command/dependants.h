/* SPDX-License-Identifier: MIT */
/*
 * dependants.h - what refers to records that are about to be deleted, counted before, with what the foreign key
 * does about it; cascades are followed.
 *
 * Counts are bounded (DEPENDANTS_MAX + 1 rows are looked at) and as this role sees the rows: the server's own
 * foreign key actions see all of them.
 */
#ifndef DEPENDANTS_H
#define DEPENDANTS_H

#include "command/bulk.h"
#include "db/reply.h"

enum { DEPENDANTS_MAX = 10000 };

struct dependent {
	const struct foreign_key *key;
	const struct relation *relation;
	int depth;     /* 0: refers to the records themselves, 1: to what they take along … */
	bool known;    /* false: it could not be counted */
	long n;        /* DEPENDANTS_MAX + 1: more */
	char *condition;
};

struct dependants;
typedef void dependants_fn(void *ctx, const struct err *err);
/* plan must be the rows' plan; borrowed. */
struct dependants *dependants_new(struct session *s, const struct record_plan *plan);
void dependants_free(struct dependants **d);
void dependants_count(struct dependants *d, const struct bulk *b, dependants_fn *fn, void *ctx);

size_t dependants_len(const struct dependants *d);
const struct dependent *dependants_at(const struct dependants *d, size_t i);
/* "deleted too", "refuses the delete", "product_id becomes NULL" */
void dependent_action(struct buf *out, const struct dependants *d, const struct dependent *x);
/* "12", "more than 10000", "not counted: no right to read it" */
void dependent_number(struct buf *out, const struct dependent *x);
/* All that is there, in lines, for a question. */
void dependants_text(struct buf *out, const struct dependants *d);
/* One that makes the server refuse; NULL: none for sure. */
const struct dependent *dependants_refusal(const struct dependants *d);

#endif
