/* SPDX-License-Identifier: MIT */
#include "outbox_watch.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/timefmt.h"

enum {
	FIRST_ROWS = 500, /* before anything is known of what a row costs */
	LEAST_ROWS = 25,
	DEAD_ROWS = 500,
	LEAST_DEAD = 5,
	FIRST_SAMPLE = 100,
	LEAST_SAMPLE = 40,
	MOST_SAMPLE = 1000,
	JUMP = 1000,	   /* dead entries that may be walked through */
	MOST_JUMP = 20000,
	HEAD_COST =
		24, /* buffers to the first due one: more, and dead entries stand before it */
	POINTS = 50000, /* a day, every two seconds */
};
#define PLAN_US INT64_C(60000000)
#define LEAVES_US INT64_C(600000000)
#define WHOLE_US INT64_C(60000000)
#define RATE_US INT64_C(10000000) /* rates are of the last ten seconds */
#define LEAST_US INT64_C(200000)  /* nearer to one another they tell nothing */

struct outbox_watch *outbox_watch_new(void)
{
	struct outbox_watch *w = xcalloc(1, sizeof *w);

	w->now_us = time_now_us;
	w->rows = FIRST_ROWS;
	w->dead = DEAD_ROWS;
	w->estimate = -1;
	w->changes = -1;
	w->jump = JUMP;
	w->sample = FIRST_SAMPLE;
	return w;
}

void outbox_watch_clock(struct outbox_watch *w, int64_t (*now_us)(void))
{
	w->now_us = now_us;
}

void outbox_watch_free(struct outbox_watch **wp)
{
	struct outbox_watch *w = *wp;

	*wp = NULL;
	if (!w)
		return;
	free(w->head);
	free(w->head_id);
	free(w->floor);
	buf_release(&w->mark_text);
	buf_release(&w->leaf_text);
	buf_release(&w->quiet);
	leaf_range_release(&w->leaf);
	VEC_RELEASE(&w->flow);
	VEC_RELEASE(&w->points);
	free(w);
}

size_t outbox_watch_len(const struct outbox_watch *w)
{
	return w->points.len;
}

const struct outbox_point *outbox_watch_at(const struct outbox_watch *w, size_t i)
{
	return &w->points.v[i];
}

const struct outbox_status *outbox_watch_status(const struct outbox_watch *w)
{
	return w->some ? &w->last : NULL;
}

int outbox_watch_sample(const struct outbox_watch *w)
{
	return w->sample;
}

int outbox_watch_told(struct outbox_watch *w, int now)
{
	int before = w->told;

	w->told = now;
	return before;
}

bool outbox_watch_swapped(const struct outbox_watch *w)
{
	return w->swapped;
}

/* ---- plans and bounds ---- */

bool watch_needs_plan(struct outbox_watch *w, oid relation)
{
	if (w->relation && w->relation != relation) {
		watch_forget(w);
		w->swapped = true;
	}
	return !w->planned_us || time_monotonic_us() - w->planned_us > PLAN_US;
}

void watch_planned(struct outbox_watch *w, oid relation)
{
	w->relation = relation;
	w->planned_us = time_monotonic_us();
}

/* Of those that were left out the server counts what happens there, but on a standby. */
bool watch_needs_leaves(const struct outbox_watch *w)
{
	return !w->leaf.within || !w->leaves_us || w->last.standby ||
	       time_monotonic_us() - w->leaves_us > LEAVES_US;
}

void watch_leaves(struct outbox_watch *w, const struct sqlset *set, const struct column *column,
		  const struct reply *r)
{
	outbox_leaves_read(&w->leaf, set, column, r);
	w->leaves_us = time_monotonic_us();
	w->activity = -1;
}

bool outbox_watch_further(const struct outbox_watch *w)
{
	return w->some && w->last.due.more && w->rows > w->last.rows * 3 / 2;
}

/* Then the plan is made anew before the next look. */
void watch_activity(struct outbox_watch *w, int64_t activity)
{
	if (w->leaf.within && w->activity >= 0 && activity != w->activity)
		w->planned_us = w->leaves_us = 0;
	w->activity = activity;
}

void watch_gently(struct outbox_watch *w)
{
	if (!w->some && w->rows == FIRST_ROWS) {
		w->rows = LEAST_ROWS;
		w->dead = LEAST_DEAD;
	}
}

void watch_forget(struct outbox_watch *w)
{
	w->planned_us = 0;
	w->marking = false;
	leaf_range_release(&w->leaf);
	w->scouted_us = 0;
	w->changes = -1;
	watch_mark(w, NULL, NULL, NULL);
	VEC_CLEAR(&w->flow);
}

void watch_bounds(const struct outbox_watch *w, bool thorough, struct probe_bounds *bounds)
{
	bool whole = !w->marking || time_monotonic_us() - w->whole_us > w->whole_wait_us;

	*bounds = (struct probe_bounds){ .rows = thorough ? OUTBOX_BOUND : w->rows,
					 .dead = thorough ? OUTBOX_BOUND : w->dead,
					 .sample = w->sample,
					 .leaves = w->leaf.within,
					 .quiet = w->quiet.len ? w->quiet.data : NULL };
	if (!whole) {
		bounds->head = w->head;
		bounds->head_id = w->head_id;
		bounds->floor = w->floor;
	}
}

size_t outbox_watch_vars(struct outbox_watch *w, const struct session *s,
			 const struct outbox *o, struct sqlvar *vars, size_t max)
{
	static const struct {
		enum outbox_probe probe;
		const char *name;
	} unserved[] = {
		{ PROBE_DUE, "outbox_due" },	     { PROBE_DUE, "outbox_pending" },
		{ PROBE_DELAYED, "outbox_delayed" }, { PROBE_FAILED, "outbox_failed" },
		{ PROBE_DEAD, "outbox_dead" },
	};
	struct probe_bounds bounds;
	size_t n = 0;

	watch_bounds(w, false, &bounds);
	buf_clear(&w->mark_text);
	outbox_probe_mark(&w->mark_text, session_sql(s), o, &bounds);
	buf_clear(&w->leaf_text);
	outbox_probe_leaves(&w->leaf_text, session_sql(s), &bounds);
	snprintf(w->sample_text, sizeof w->sample_text, "%d", w->sample);
	vars[n++] = (struct sqlvar){ "outbox_sample", w->sample_text };
	vars[n++] =
		(struct sqlvar){ "outbox_mark", w->mark_text.data ? w->mark_text.data : "" };
	vars[n++] =
		(struct sqlvar){ "outbox_leaves", w->leaf_text.data ? w->leaf_text.data : "" };
	vars[n++] = (struct sqlvar){ "outbox_marked", w->marking ? "true" : "false" };
	for (size_t i = 0; i < ARRAY_SIZE(unserved) && n < max; i++)
		if (w->asked[unserved[i].probe] && !w->plans[unserved[i].probe].served)
			vars[n++] = (struct sqlvar){ unserved[i].name, "false" };
	return n;
}

/* Nothing was due: the next one may have any time from the floor on. */
void watch_mark(struct outbox_watch *w, const char *head, const char *head_id,
		const char *floor)
{
	free(w->head);
	free(w->head_id);
	free(w->floor);
	w->head = xstrdup_null(head);
	w->head_id = xstrdup_null(head_id);
	w->floor = xstrdup_null(floor);
}

/* Where a jam is known, once in a while whether it is gone. */
bool watch_needs_scout(struct outbox_watch *w, bool fits)
{
	bool known = w->scouted_us && !w->marking;

	return fits && !known && time_monotonic_us() - w->scouted_us > WHOLE_US;
}

void watch_scouted(struct outbox_watch *w, const struct scouted *s)
{
	w->scouted_us = time_monotonic_us();
	w->marking = s->jam;
	if (!s->jam)
		return;
	watch_mark(w, s->head, s->head_id, s->floor);
	w->whole_us = w->scouted_us;
	w->whole_wait_us = INT64_MAX;
}

void watch_quiet(struct outbox_watch *w, const struct sqlset *set, const char *tables, bool fits)
{
	char most[24];
	const struct sqlvar vars[] = { { "most", most }, { "tables", tables } };

	buf_clear(&w->quiet);
	if (!fits || w->small || w->changes < 0)
		return;
	snprintf(most, sizeof most, "%" PRId64, w->changes + w->jump);
	sql_fragment(&w->quiet, set, "outbox_look.quiet", vars, ARRAY_SIZE(vars));
}

void watch_jumped(struct outbox_watch *w)
{
	w->changes = -1;
	w->jumped = true;
}

bool outbox_watch_jumped(struct outbox_watch *w)
{
	bool jumped = w->jumped;

	w->jumped = false;
	return jumped;
}

/* Whoever walks through many each time at no cost, as others have walked there, may go on. */
static void learn_jump(struct outbox_watch *w, const struct watch_costs *costs)
{
	int64_t more = w->changes < 0 || costs->changes < 0 ? 0 : costs->changes - w->changes;

	if (costs->head > HEAD_COST)
		w->jump = JUMP;
	else if (more * 2 > w->jump)
		w->jump = more * 2 < MOST_JUMP ? more * 2 : MOST_JUMP;
	w->changes = costs->changes;
}

static double cap(double least, double value, double most)
{
	return value < least ? least : value > most ? most : value;
}

/* The next bound of what cost so much of its share. */
static int bound_next(int bound, double cost, double share, bool more)
{
	if (cost > share)
		return (int)(bound * share / cost);
	if (more && cost < share * 3 / 4)
		return (int)(bound * cap(1, 0.9 * share / cost, 4)) + 1;
	return bound;
}

/* Whoever can ask where to begin does that; else the dearer it was, the longer it may wait. */
static int64_t whole_wait(const struct outbox_watch *w, int64_t cost)
{
	int64_t times = cost / HEAD_COST;

	return w->scouted_us ? INT64_MAX : WHOLE_US * (times < 1 ? 1 : times > 60 ? 60 : times);
}

/* More than half of the budget for counting what waits, and an eighth each for what does not
 * and for the rows of the sample: what else reads as many of them needs its room too. */
void watch_costs(struct outbox_watch *w, const struct outbox_status *s,
		 const struct watch_costs *costs)
{
	double counts = (double)(costs->counts - costs->head);
	double others = (double)(costs->rest - costs->counts);
	double sample = (double)(costs->look - costs->rest), little = OUTBOX_BUDGET / 8.0;

	learn_jump(w, costs);
	if (costs->head < 0)
		return;
	if (!s->marked) {
		w->marking = costs->markable && costs->head > HEAD_COST;
		w->whole_us = time_monotonic_us();
		w->whole_wait_us = whole_wait(w, costs->head);
	}
	/* A thorough look was not held to these bounds. */
	if (s->rows > w->rows)
		return;
	w->rows = (int)cap(LEAST_ROWS,
			   bound_next(w->rows, counts, OUTBOX_BUDGET * 0.56,
				      s->due.more || s->delayed.more),
			   OUTBOX_BOUND);
	w->dead = (int)cap(LEAST_DEAD,
			   bound_next(w->dead, others, little, s->dead.more || s->failed.more),
			   DEAD_ROWS);
	w->sample = (int)cap(LEAST_SAMPLE, bound_next(w->sample, sample, little, true),
			     MOST_SAMPLE);
}

/* ---- what flowed ---- */

static int64_t waiting(const struct outbox_status *s, const struct outbox *o)
{
	int64_t n = s->due.n;

	if (!outbox_count_exact(&s->due) || (o->due_time && !outbox_count_exact(&s->delayed)) ||
	    (o->claimed && !outbox_count_exact(&s->claimed)) ||
	    (o->dead && !outbox_count_exact(&s->dead)))
		return -1;
	n += o->due_time ? s->delayed.n : 0;
	n += o->claimed ? s->claimed.n : 0;
	return n + (o->dead ? s->dead.n : 0);
}

static double rate(int64_t before, int64_t now, double seconds)
{
	return before < 0 || now < before ? (double)NAN : (double)(now - before) / seconds;
}

static void rate_in(struct outbox_status *s, const struct watch_flow *a,
		    const struct watch_flow *b, double seconds)
{
	s->enqueue_rate = rate(a->counters.last_id, b->counters.last_id, seconds);
	s->enqueue_about = isnan(s->enqueue_rate);
	if (s->enqueue_about)
		s->enqueue_rate = rate(a->counters.inserted, b->counters.inserted, seconds);
}

/* What came and does not wait any more went. */
static void rate_out(struct outbox_status *s, const struct watch_flow *a,
		     const struct watch_flow *b, double seconds, const struct outbox *o)
{
	bool claims = o->roles[OUTBOX_LOCK] || o->roles[OUTBOX_LEASE];

	s->process_rate = (double)NAN;
	if (!o->pending) /* nothing tells what left */
		return;
	s->process_about = s->enqueue_about;
	if (a->waiting >= 0 && b->waiting >= 0)
		s->process_rate = s->enqueue_rate - (double)(b->waiting - a->waiting) / seconds;
	if (!isnan(s->process_rate)) {
		s->process_rate = s->process_rate < 0 ? 0 : s->process_rate;
		return;
	}
	s->process_about = true;
	if (o->shape == SHAPE_DELETED)
		s->process_rate = rate(a->counters.deleted, b->counters.deleted, seconds);
	else /* each is claimed, then done */
		s->process_rate = rate(a->counters.updated, b->counters.updated, seconds) /
				  (claims ? 2 : 1);
}

void watch_flow(struct outbox_watch *w, struct outbox_status *s, const struct watch_counters *c,
		const struct outbox *o)
{
	struct watch_flow now = { s->taken_us, *c, waiting(s, o) };
	const struct watch_flow *then = w->flow.len ? &w->flow.v[0] : NULL;

	s->enqueue_rate = s->process_rate = (double)NAN;
	if (then && now.taken_us - then->taken_us >= LEAST_US) {
		double seconds = (double)(now.taken_us - then->taken_us) / 1e6;

		rate_in(s, then, &now, seconds);
		rate_out(s, then, &now, seconds, o);
	}
	if (!then || now.taken_us - w->flow.v[w->flow.len - 1].taken_us >= LEAST_US)
		*VEC_PUSH(&w->flow) = now;
	while (w->flow.len > 2 && now.taken_us - w->flow.v[1].taken_us >= RATE_US)
		VEC_REMOVE(&w->flow, 0);
}

void watch_keep(struct outbox_watch *w, const struct outbox_status *s)
{
	struct outbox_point p = {
		.taken_us = s->taken_us,
		.due = s->due.n < 0			    ? (double)NAN
		       : s->due.more && s->due_estimate > 0 ? s->due_estimate
							    : (double)s->due.n,
		.oldest = s->oldest_due < 0 ? 0 : s->oldest_due,
		.in = s->enqueue_rate,
		.out = s->process_rate,
	};

	if (w->points.len == POINTS) {
		memmove(w->points.v, w->points.v + POINTS / 2,
			POINTS / 2 * sizeof *w->points.v);
		w->points.len = POINTS / 2;
	}
	*VEC_PUSH(&w->points) = p;
	w->last = *s;
	w->last.outbox = NULL;
	w->some = true;
}
