/* SPDX-License-Identifier: MIT */
/*
 * outbox_leaves.h - an outbox that is partitioned by time: which of its leaves hold something
 * that is not done, so that a look need not enter the others.  The table is still asked as a
 * whole: what is pruned are ranges of its key, so rights and policies stay those of the root.
 */
#ifndef OUTBOX_LEAVES_H
#define OUTBOX_LEAVES_H

#include "base/attr.h"
#include "db/reply.h"
#include "db/sql.h"
#include "domain/outbox.h"

/* The column that it is partitioned by, if that is a time and the leaves follow on one another;
 * NULL. */
const struct column *outbox_leaf_column(const struct catalog *c, const struct outbox *o);
/* What lies outside of all leaves (oid 0: nothing can), then a row per leaf in order of time: low, high, oid, wanted
 * (it holds something, or is the present one), dead. */
void outbox_leaves_sql(struct buf *out, const struct sqlset *set, const struct catalog *c,
		       const struct outbox *o);

struct leaf_range {
	char *within;	  /* condition over m: in a leaf that is entered; NULL: all are */
	char *oids;	  /* of the others, as an array; NULL */
	int64_t dead;	  /* that the others hold, each counted up to DEAD_BOUND */
	bool dead_more;	  /* one holds as many as were counted, or more */
};
enum { DEAD_BOUND = 101 };

/* Arrays of oids, as the catalog knows them: what holds its rows; and those with their roots and indexes, whatever a
 * look touches. Returns how many hold rows. */
size_t outbox_parts(const struct catalog *c, const struct outbox *o, struct buf *tables,
		    struct buf *parts);
/* column: what it is partitioned by.  Release it in the end. */
void outbox_leaves_read(struct leaf_range *f, const struct sqlset *set,
			const struct column *column, const struct reply *r);
void leaf_range_release(struct leaf_range *f);

#endif
