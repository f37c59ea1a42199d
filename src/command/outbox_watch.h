/* SPDX-License-Identifier: MIT */
/*
 * outbox_watch.h - what is remembered of an outbox between looks: plans, bounds, the low-water
 * mark, what flowed.
 */
#ifndef OUTBOX_WATCH_H
#define OUTBOX_WATCH_H

#include "base/vec.h"
#include "command/outbox_look.h"
#include "outbox_leaves.h"
#include "outbox_probe.h"
#include "outbox_scout.h"

/* Of the server's bookkeeping; -1: unknown. */
struct watch_counters {
	int64_t last_id, inserted, updated, deleted;
};

/* A past look, as the rates need it. */
struct watch_flow {
	int64_t taken_us;
	struct watch_counters counters;
	int64_t waiting; /* not done and not dead, exactly; -1 unknown */
};

struct outbox_watch {
	int64_t (*now_us)(void); /* our clock, against which the server's is held */
	oid relation;		 /* 0: nothing is known yet */
	struct probe_plan plans[PROBES];
	bool asked[PROBES]; /* the table can tell it, if an index serves */
	int64_t planned_us;
	int rows, dead, sample;		    /* bounds of the next look */
	int64_t leaves, children, estimate; /* of the table when plans were made; -1 unknown */
	int64_t reach;			    /* so far below the newest id there may be others */
	int64_t changes;  /* updates and deletes by the last look; -1 unknown */
	int64_t jump;	  /* so many more the next look may walk through */
	bool jumped;	  /* there were more: it was asked where to begin */
	struct buf quiet; /* the condition for that, of the next look; empty: none */
	char *head, *head_id, *floor;	    /* of the last look */
	int64_t scouted_us;	/* when it was last asked where to begin; 0: never */
	struct leaf_range leaf; /* as they were when last asked */
	int64_t leaves_us;	/* when that was; 0: to be asked again */
	int64_t activity;	/* counted in the leaves that are left out; -1: not yet */
	bool marking;		/* dead entries stand at the head of the index */
	int64_t whole_us;	/* the last look without a mark */
	int64_t whole_wait_us;	/* until the next one, by what it cost */
	bool small;		/* as a whole: nothing in it can be dear */
	bool swapped;
	int told;			 /* the caller's */
	struct buf mark_text, leaf_text; /* of outbox_watch_vars */
	char sample_text[16];
	bool some;
	struct outbox_status last;
	VEC(struct watch_flow) flow;
	VEC(struct outbox_point) points;
};

/* Buffers since the start of the look; -1 unknown. */
struct watch_costs {
	int64_t head, counts, rest, look;
	int64_t changes; /* updates and deletes so far */
	bool markable; /* an index leads with the time: what is dear at its head are dead entries */
};

bool watch_needs_plan(struct outbox_watch *w, oid relation);
void watch_planned(struct outbox_watch *w, oid relation);
/* Which leaves hold something: is it to be asked, and what was answered. */
bool watch_needs_leaves(const struct outbox_watch *w);
void watch_leaves(struct outbox_watch *w, const struct sqlset *set, const struct column *column,
		  const struct reply *r);
/* Before the first look at a large table: what a row costs is not known yet. */
void watch_gently(struct outbox_watch *w);
/* The table is not what it was. */
void watch_forget(struct outbox_watch *w);
/* The strings in bounds are borrowed from w until watch_mark. */
void watch_bounds(const struct outbox_watch *w, bool thorough, struct probe_bounds *bounds);
/* Of the leaves that are left out: has something happened there since? */
void watch_activity(struct outbox_watch *w, int64_t activity);
void watch_mark(struct outbox_watch *w, const char *head, const char *head_id,
		const char *floor);
/* Is it to be asked before the next look where that may begin?  fits: it can be told. */
bool watch_needs_scout(struct outbox_watch *w, bool fits);
void watch_scouted(struct outbox_watch *w, const struct scouted *s);
/* Before a look: what must not be more than it may walk through, where that can be told.
 * tables: array of oids. */
void watch_quiet(struct outbox_watch *w, const struct sqlset *set, const char *tables,
		 bool fits);
/* More happened: it is to be asked where to begin. */
void watch_jumped(struct outbox_watch *w);
/* Fills the rates of s. */
void watch_flow(struct outbox_watch *w, struct outbox_status *s, const struct watch_counters *c,
		const struct outbox *o);
void watch_costs(struct outbox_watch *w, const struct outbox_status *s,
		 const struct watch_costs *costs);
void watch_keep(struct outbox_watch *w, const struct outbox_status *s);

#endif
