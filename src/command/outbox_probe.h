/* SPDX-License-Identifier: MIT */
/*
 * outbox_probe.h - the statements of one look at an outbox, each bounded in the rows that it
 * walks over, and what the planner says of them: whether an index serves one, and how many rows
 * it expects.
 */
#ifndef OUTBOX_PROBE_H
#define OUTBOX_PROBE_H

#include "base/attr.h"
#include "db/reply.h"
#include "db/sql.h"
#include "domain/outbox.h"

/* The oldest comes first: what it costs tells whether dead entries stand at the head of the
 * index. */
enum outbox_probe {
	PROBE_OLDEST,  /* seconds, head; seen where no index leads to it */
	PROBE_DUE,     /* n, seen */
	PROBE_DELAYED, /* n, seen, next */
	PROBE_CLAIMED, /* n, seen; where a state or an index of its own tells it */
	PROBE_FAILED,  /* n, seen */
	PROBE_DEAD,    /* n, seen */
	PROBE_SAMPLE,  /* age, retrying, claimed, seen */
	PROBE_LAST_ID, /* last_id, where ids are handed out in order */
	PROBES
};

struct probe_bounds {
	bool estimate;		  /* the planner's number is wanted, not the rows */
	int rows, dead, sample;	  /* walked over at most: for counts of what waits, of what does
				   * not, and for   what reads the rows themselves */
	const char *head, *floor; /* the low-water mark is the earlier of them; NULL: none */
	const char *head_id; /* of those with the head's time, from this one on; NULL: all */
	const char *leaves;  /* condition: not in leaves that hold nothing; NULL: in all */
	const char *quiet; /* condition: little has happened since the last look; NULL: whatever did */
};

/* Of a count: how many rows it goes through at most, if there are so many. */
int probe_bound(const struct probe_bounds *b, enum outbox_probe probe);
/* NULL: the table cannot tell. To be freed. */
char *outbox_probe_sql(const struct sqlset *set, const struct outbox *o,
		       enum outbox_probe probe, const struct probe_bounds *bounds);
/* Numbers handed out in order, and an index that leads with them. */
bool outbox_ids_in_order(const struct outbox *o);
/* The time, with its zone, by which an index leads to what waits: a mark can be set there;
 * NULL. */
const struct column *outbox_probe_time(const struct outbox *o);
/* That index has the id beside the time: a mark between rows of the same time, too. */
bool outbox_probe_paired(const struct outbox *o);
/* Dead ones are found by themselves, so that each leaf can count its own. */
bool outbox_dead_by_leaf(const struct outbox *o);
/* The relation, as it stands in statements. */
void outbox_probe_relation(struct buf *out, const struct outbox *o);
/* The first ones come first: an ORDER BY where an index leads with the time, else "". */
void outbox_probe_order(struct buf *out, const struct sqlset *set, const struct outbox *o);

/* " AND …" over m: not in leaves that hold nothing; or nothing. */
void outbox_probe_leaves(struct buf *out, const struct sqlset *set,
			 const struct probe_bounds *bounds);
/* " AND …" over m, for what is not done yet: above the mark, not in leaves that hold nothing,
 * and only if little has happened; or nothing. */
void outbox_probe_mark(struct buf *out, const struct sqlset *set, const struct outbox *o,
		       const struct probe_bounds *bounds);

struct probe_plan {
	bool served; /* by an index, or by a table so small that it does not matter */
	double rows; /* that the planner expects without the bound; -1 unknown */
};
/* Of the one row that EXPLAIN (VERBOSE, FORMAT JSON) returned. */
struct probe_plan outbox_probe_plan(const struct catalog *c, const struct reply *r);

#endif
