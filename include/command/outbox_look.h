/* SPDX-License-Identifier: MIT */
/*
 * outbox_look.h - how an outbox stands now, at little cost, and what a session remembers of it between looks.
 *
 * A number is exact, or says how it is not: more than the bound (>), at least (≥, of what lies above a low-water mark
 * or was walked over), an estimate (~), or unknown; what the table cannot tell is unknown, never a number.
 *
 * A look is one flush on DB_WATCH without a lock, under the watch's statement timeout.  Before the first one, and
 * once a minute, the planner is asked: what no index serves is not walked over but taken from its estimate, so that
 * no look reads a large table through.  Buffers are counted on the way; over the budget the next look walks less
 * far, and where dead entries stand at the head of the pending index it begins at a low-water mark: the earlier of
 * the oldest pending one that was seen and of the start of the oldest open transaction.  The first look does not walk
 * through dead entries either: it is asked before where messages begin to wait; and again when so much happened since
 * the last look that the next one is cut short.  Buffers of a look are all of it, what was asked before it too.
 */
#ifndef COMMAND_OUTBOX_LOOK_H
#define COMMAND_OUTBOX_LOOK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "command/session.h"
#include "command/settings.h"
#include "db/txn.h"
#include "domain/outbox.h"

#define OUTBOX_BOUND 10000 /* rows counted at most */
#define OUTBOX_BUDGET 64   /* buffers of a refresh, all of it */

enum outbox_state { OUTBOX_OK, OUTBOX_WARNING, OUTBOX_CRITICAL };

struct outbox_count {
	int64_t n;     /* -1: unknown */
	bool more;     /* there are more than n */
	bool at_least; /* not everything was looked at */
	bool estimate; /* the planner's */
};
bool outbox_count_exact(const struct outbox_count *c);
/* "12", "> 10 000", "≥ 12", "none seen" (at least 0), "~1.0 M"; "unknown". */
void outbox_count_show(struct buf *out, const struct outbox_count *c);

struct outbox_status {
	const struct outbox *outbox; /* borrowed from who asked: NULL once kept */
	struct outbox_count due, delayed, retrying, claimed, failed, dead;
	double due_estimate;       /* the planner's, beside a count that ended at its bound; -1 none */
	double dead_estimate;      /* the same of the dead ones */
	int64_t processed;         /* estimate; -1 unknown */
	double oldest_due;         /* seconds since the oldest due one became due; < 0: none; NaN unknown */
	bool oldest_sampled;       /* at least: no index leads there and not all were seen */
	double oldest_age;         /* seconds since the oldest of them was enqueued; < 0 none; NaN unknown */
	bool age_sampled;          /* at least */
	double next_due;           /* seconds until the next delayed one; NaN: none or unknown */
	double enqueue_rate, process_rate; /* per second; NaN unknown */
	bool enqueue_about, process_about; /* from statistics: rolled-back rows count, and they lag */
	double clock_ahead;        /* seconds by which the server's clock is ahead of ours */
	int64_t dead_rows, live_rows; /* of vacuum's bookkeeping; -1 unknown (a standby has none) */
	bool standby;
	bool marked;               /* begun at a low-water mark */
	int64_t buffers;           /* that the look touched; -1 unknown */
	int rows;                  /* bound in force */
	enum outbox_state state;
	const char *why;           /* of a state that is not ok, in words; borrowed (static) */
	int64_t taken_us;
};

struct outbox_thresholds {
	double warn_age, crit_age; /* seconds of the oldest due; 0: never */
	long warn_due, crit_due, warn_dead;
	double warn_lag;	   /* seconds of a consumer */
};
/* The settings, and over them what the profile file says of this outbox (warn-age = 30s). */
void outbox_thresholds(struct outbox_thresholds *t, const struct session *s, const struct outbox *o);
/* ok, warning, critical; candidates are never alarmed on. */
void outbox_judge(struct outbox_status *status, const struct outbox_thresholds *t);
const char *outbox_state_name(enum outbox_state state);
/* "drains in 4 m", "growing, never drains", "stands still", "nothing waits"; "unknown". */
void outbox_forecast(struct buf *out, const struct outbox_status *s);

/* ---- what is remembered ---- */

/* One look of the past. */
struct outbox_point {
	int64_t taken_us;
	double due, oldest, in, out; /* NaN: unknown */
};
struct outbox_watch;
struct outbox_watch *outbox_watch_new(void);
void outbox_watch_free(struct outbox_watch **w);
/* Another clock than time_now_us() for what is ours (microseconds since 1970): clock_ahead is held against it. */
void outbox_watch_clock(struct outbox_watch *w, int64_t (*now_us)(void));
size_t outbox_watch_len(const struct outbox_watch *w);
const struct outbox_point *outbox_watch_at(const struct outbox_watch *w, size_t i);
/* Of the last look; NULL: none yet. */
const struct outbox_status *outbox_watch_status(const struct outbox_watch *w);
/* Rows that a sample for a breakdown may walk over. */
int outbox_watch_sample(const struct outbox_watch *w);
/* Variables of queries that ride along, with what the last look learnt: outbox_sample, outbox_mark, outbox_leaves,
 * and "false" for conditions that no index serves.  Borrowed until the next look. */
size_t outbox_watch_vars(struct outbox_watch *w, const struct session *s, const struct outbox *o,
			 struct sqlvar *vars, size_t max);
/* More are due than were counted, and another look may count further at no more cost than one has. */
bool outbox_watch_further(const struct outbox_watch *w);
/* What somebody was told of it last, by any screen of this session: remembers now, returns what was before
 * (0: nothing). */
int outbox_watch_told(struct outbox_watch *w, int now);
/* Since this was asked last so much happened at once that a look was cut short and began elsewhere: what was asked
 * beside the one before may have been cut short too. */
bool outbox_watch_jumped(struct outbox_watch *w);
/* Another table took this one's name since. */
bool outbox_watch_swapped(const struct outbox_watch *w);

/* Statements that ride along in the look's transaction, for answers of the same snapshot. */
struct outbox_rider {
	bool (*add)(void *ctx, struct txn *t, struct err *err);
	/* first: the index of its first statement. */
	void (*took)(void *ctx, const struct txn_result *result, size_t first);
	void *ctx;
};

/* A transaction in which the watch asks: bounded in time, and what an index serves goes through the index. */
struct txn *outbox_look_txn(const struct session *s);

/* status NULL: err tells why not. */
typedef void outbox_look_fn(void *ctx, const struct outbox_status *status, const struct err *err);
/* outbox and w must live until fn was called or the owner (ctx) forgotten.  thorough: counts go up to OUTBOX_BOUND
 * whatever it costs, so that every threshold below can be judged.  rider may be NULL. */
void outbox_look(struct session *s, const struct outbox *outbox, struct outbox_watch *w, bool thorough,
		 const struct outbox_rider *rider, outbox_look_fn *fn, void *ctx);

#endif
