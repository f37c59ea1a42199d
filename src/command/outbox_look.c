/* SPDX-License-Identifier: MIT */
#include "command/outbox_look.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/timefmt.h"
#include "base/vec.h"
#include "catalog/reader.h"
#include "outbox_probe.h"
#include "outbox_watch.h"

enum { SMALL_PAGES = 64 }; /* what may be read through */

/* ---- a look under way ---- */

/* Where the statements of its transaction stand; -1: it has none. */
struct places {
	int quiet, first_cost, head_cost, count_cost, rest_cost, look_cost, last_cost, facts,
		probes[PROBES], rider;
};

struct look {
	struct session *session;
	const struct outbox *outbox;
	struct outbox_watch *watch;
	bool thorough;
	struct outbox_rider rider;
	struct places at;
	struct probe_bounds bounds;
	int64_t spent; /* buffers that were touched before the look itself */
	enum outbox_probe planned[PROBES]; /* whose plans are asked for, in order */
	size_t n;
	outbox_look_fn *fn;
	void *ctx;
};

struct txn *outbox_look_txn(const struct session *s)
{
	struct scope scope;
	struct txn *t;

	session_scope(s, USE_WATCH, &scope);
	/* What an index serves goes through the index, however many rows the planner expects.
	 */
	scope_set(&scope, "enable_seqscan", "off");
	scope_set(&scope, "enable_bitmapscan", "off");
	scope_set(&scope, "jit", "off");
	t = txn_new(TXN_SNAPSHOT, &scope);
	scope_release(&scope);
	return t;
}

static const struct sqlset *sqls(const struct look *l)
{
	return session_sql(l->session);
}

static int add_about(const struct look *l, struct txn *t, const char *fragment)
{
	struct buf sql = BUF_INIT, relation = BUF_INIT, activity = BUF_INIT;
	struct buf tables = BUF_INIT, parts = BUF_INIT;
	char number[16];
	int at;

	snprintf(number, sizeof number, "%u", l->outbox->relation->oid);
	outbox_probe_relation(&relation, l->outbox);
	outbox_parts(session_catalog(l->session), l->outbox, &tables, &parts);
	sql_fragment(&activity, sqls(l),
		     l->watch->leaf.within ? "outbox_look.activity" : "outbox_look.no_activity",
		     &(struct sqlvar){ "oids", l->watch->leaf.oids }, 1);
	{
		const struct sqlvar vars[] = {
			{ "oid", number },
			{ "relation", relation.data },
			{ "activity", activity.data },
			{ "tables", tables.data },
			{ "parts", parts.data },
			{ "floor", sqlset_fragment(sqls(l), "outbox_look.floor") }
		};

		sql_fragment(&sql, sqls(l), fragment, vars, ARRAY_SIZE(vars));
	}
	at = txn_add(t, sql.data, NULL);
	buf_release(&relation);
	buf_release(&activity);
	buf_release(&tables);
	buf_release(&parts);
	buf_release(&sql);
	return at;
}

static void failed(const struct look *l, const struct txn_result *result)
{
	const char *code = result->server.sqlstate;

	/* The table went, or a column of it: others will have taken their place. */
	if (code && (strcmp(code, "42P01") == 0 || strcmp(code, "42703") == 0 ||
		     strcmp(code, "42804") == 0 || strcmp(code, "42883") == 0)) {
		watch_forget(l->watch);
		reader_moved(session_reader(l->session));
	}
	l->fn(l->ctx, NULL, &result->err);
}

/* ---- reading ---- */

static const struct reply *reply_at(const struct txn_result *r, int at)
{
	return at >= 0 && (size_t)at < r->n ? r->replies[at] : NULL;
}

static int64_t whole(const struct reply *r, const char *name)
{
	int col = r && reply_rows(r) ? reply_column(r, name) : -1;

	return col < 0 || reply_null(r, 0, (size_t)col) ? -1 : reply_int(r, 0, (size_t)col);
}

static double real(const struct reply *r, const char *name)
{
	int col = r && reply_rows(r) ? reply_column(r, name) : -1;

	return col < 0 || reply_null(r, 0, (size_t)col) ? (double)NAN
							: reply_double(r, 0, (size_t)col);
}

/* seen goes one past the bound when there is more. */
static struct outbox_count count_of(const struct look *l, const struct txn_result *result,
				    enum outbox_probe probe)
{
	const struct reply *r = reply_at(result, l->at.probes[probe]);
	struct outbox_count c = { .n = whole(r, "n") };
	double guess = l->watch->plans[probe].rows;
	int bound = probe_bound(&l->bounds, probe);

	if (!r && l->watch->asked[probe] && guess >= 0)
		return (struct outbox_count){ .n = (int64_t)guess, .estimate = true };
	if (c.n < 0)
		return c;
	c.more = whole(r, "seen") > bound;
	if (c.n > bound)
		c.n = bound;
	if (probe == PROBE_DEAD && l->bounds.leaves && outbox_dead_by_leaf(l->outbox)) {
		c.n += l->watch->leaf.dead;
		c.more = c.more || l->watch->leaf.dead_more;
		return c;
	}
	/* Of the rows walked over only some were it. */
	if (c.more && c.n < bound && probe == PROBE_DEAD) {
		c.more = false;
		c.at_least = true;
	}
	c.at_least = c.at_least || (l->bounds.floor && probe == PROBE_DUE);
	return c;
}

static struct outbox_count sampled(const struct look *l, const struct reply *r,
				   const char *name, const char *predicate)
{
	struct outbox_count c = { .n = predicate ? whole(r, name) : -1 };

	c.at_least =
		c.n >= 0 && (whole(r, "seen") > l->bounds.sample || l->bounds.floor != NULL);
	return c;
}

static void read_ages(const struct look *l, const struct txn_result *result,
		      struct outbox_status *s)
{
	const struct outbox *o = l->outbox;
	const struct reply *head = reply_at(result, l->at.probes[PROBE_OLDEST]);
	const struct reply *rows = reply_at(result, l->at.probes[PROBE_SAMPLE]);
	double unset = real(rows, "unset_age");

	s->oldest_due = real(head, "seconds");
	s->oldest_sampled = whole(head, "seen") > l->bounds.sample || l->bounds.floor;
	if (!isnan(unset) && (isnan(s->oldest_due) || unset > s->oldest_due)) {
		s->oldest_due = unset > 0 ? unset : 0;
		s->oldest_sampled = whole(rows, "seen") > l->bounds.sample || l->bounds.floor;
	}
	if (head && isnan(s->oldest_due) && s->due.n == 0)
		s->oldest_due = -1;
	s->oldest_age = o->enqueued_time ? real(rows, "age") : (double)NAN;
	s->age_sampled = whole(rows, "seen") > l->bounds.sample || l->bounds.floor;
	if (rows && o->enqueued_time && isnan(s->oldest_age) && s->due.n == 0)
		s->oldest_age = -1;
	/* The clock of who wrote it may be ahead. */
	if (s->oldest_age < 0 && s->due.n > 0)
		s->oldest_age = 0;
	s->next_due = real(reply_at(result, l->at.probes[PROBE_DELAYED]), "next");
}

static void read_facts(const struct look *l, const struct txn_result *result,
		       struct outbox_status *s)
{
	const struct reply *r = reply_at(result, l->at.facts);
	int64_t rows = l->watch->estimate, waiting = s->due.n;

	s->standby = reply_bool(r, 0, (size_t)reply_column(r, "standby"));
	s->clock_ahead = real(r, "now") - (double)l->watch->now_us() / 1e6;
	s->dead_rows = s->standby ? -1 : whole(r, "dead_rows");
	s->live_rows = s->standby ? -1 : whole(r, "live_rows");
	s->processed = -1;
	if (s->due.more && s->due_estimate > (double)waiting)
		waiting = (int64_t)s->due_estimate;
	if (l->outbox->done && rows >= 0 && waiting >= 0) {
		s->processed = rows - waiting - (s->delayed.n > 0 ? s->delayed.n : 0) -
			       (s->dead.n > 0 ? s->dead.n : 0);
		if (s->processed < 0)
			s->processed = 0;
	}
}

static void read_status(const struct look *l, const struct txn_result *result,
			struct outbox_status *s)
{
	const struct outbox *o = l->outbox;
	const struct reply *rows = reply_at(result, l->at.probes[PROBE_SAMPLE]);
	const struct probe_plan *due = &l->watch->plans[PROBE_DUE];
	const struct probe_plan *dead = &l->watch->plans[PROBE_DEAD];
	int64_t before = whole(reply_at(result, l->at.first_cost), "buffers");

	s->due = count_of(l, result, PROBE_DUE);
	s->due_estimate = s->due.more && due->rows > (double)s->due.n ? due->rows : -1;
	s->delayed = count_of(l, result, PROBE_DELAYED);
	if (!o->due_time && o->pending)
		s->delayed = (struct outbox_count){ .n = -1 };
	s->claimed = o->open ? sampled(l, rows, "claimed", o->claimed)
			     : count_of(l, result, PROBE_CLAIMED);
	s->retrying = sampled(l, rows, "retrying", o->retrying);
	s->failed = count_of(l, result, PROBE_FAILED);
	s->dead = count_of(l, result, PROBE_DEAD);
	s->dead_estimate = s->dead.more && dead->rows > (double)s->dead.n ? dead->rows : -1;
	read_ages(l, result, s);
	read_facts(l, result, s);
	s->marked = l->bounds.floor != NULL;
	s->rows = l->bounds.rows;
	s->buffers = l->spent + whole(reply_at(result, l->at.last_cost), "buffers") - before;
}

/* A leaf came or went: the ranges are others. */
static bool leaves_moved(const struct look *l, const struct reply *facts)
{
	struct buf tables = BUF_INIT, parts = BUF_INIT;
	size_t n = outbox_parts(session_catalog(l->session), l->outbox, &tables, &parts);

	buf_release(&tables);
	buf_release(&parts);
	return l->outbox->relation->partition_key &&
	       (l->watch->leaves != (int64_t)n ||
		whole(facts, "children") != l->watch->children);
}

/* What the watch learns from it for the next one. */
static void remember(struct look *l, const struct txn_result *result, struct outbox_status *s)
{
	const struct reply *facts = reply_at(result, l->at.facts);
	int64_t before = whole(reply_at(result, l->at.first_cost), "buffers");
	struct watch_costs costs = {
		.head = whole(reply_at(result, l->at.head_cost), "buffers") - before,
		.counts = whole(reply_at(result, l->at.count_cost), "buffers") - before,
		.rest = whole(reply_at(result, l->at.rest_cost), "buffers") - before,
		.look = whole(reply_at(result, l->at.look_cost), "buffers") - before,
		.changes = s->standby ? -1 : whole(facts, "updated") + whole(facts, "deleted"),
		.markable = outbox_probe_time(l->outbox) != NULL,
	};
	const struct reply *oldest = reply_at(result, l->at.probes[PROBE_OLDEST]);
	int col = oldest && reply_rows(oldest) ? reply_column(oldest, "head") : -1;

	watch_mark(l->watch, col >= 0 ? reply_text(oldest, 0, (size_t)col) : NULL,
		   col >= 0 ? reply_text(oldest, 0, (size_t)col + 1) : NULL,
		   reply_get(facts, 0, "floor"));
	watch_activity(l->watch, whole(facts, "activity"));
	watch_flow(l->watch, s,
		   &(struct watch_counters){
			   .last_id = whole(reply_at(result, l->at.probes[PROBE_LAST_ID]),
					    "last_id"),
			   .inserted = s->standby ? -1 : whole(facts, "inserted"),
			   .updated = s->standby ? -1 : whole(facts, "updated"),
			   .deleted = s->standby ? -1 : whole(facts, "deleted"),
		   },
		   l->outbox);
	watch_costs(l->watch, s, &costs);
	if (whole(facts, "oid") != (int64_t)l->outbox->relation->oid ||
	    leaves_moved(l, facts)) {
		watch_forget(l->watch);
		reader_moved(session_reader(l->session));
	}
}

static void begin_elsewhere(const struct look *l);

static void looked(void *ctx, const struct txn_result *result)
{
	struct look *l = ctx;
	const struct reply *quiet = reply_at(result, l->at.quiet);
	struct outbox_status status = { .outbox = l->outbox, .taken_us = time_monotonic_us() };
	struct outbox_thresholds t;

	if (result->outcome != TXN_DONE) {
		failed(l, result);
		return;
	}
	if (quiet && !reply_bool(quiet, 0, 0)) {
		begin_elsewhere(l);
		return;
	}
	read_status(l, result, &status);
	remember(l, result, &status);
	outbox_thresholds(&t, l->session, l->outbox);
	outbox_judge(&status, &t);
	watch_keep(l->watch, &status);
	if (l->rider.took)
		l->rider.took(l->rider.ctx, result, (size_t)l->at.rider);
	l->fn(l->ctx, &status, NULL);
}

/* ---- asking ---- */

static bool scout_fits(const struct look *l)
{
	return !l->watch->small && outbox_scout_fits(l->outbox);
}

static void bounds_of(struct look *l)
{
	struct buf tables = BUF_INIT, parts = BUF_INIT;

	outbox_parts(session_catalog(l->session), l->outbox, &tables, &parts);
	watch_quiet(l->watch, sqls(l), tables.data, scout_fits(l));
	buf_release(&tables);
	buf_release(&parts);
	watch_bounds(l->watch, l->thorough, &l->bounds);
}

static int add_quiet(const struct look *l, struct txn *t)
{
	struct buf sql = BUF_INIT;
	int at = -1;

	if (l->bounds.quiet) {
		sql_fragment(&sql, sqls(l), "outbox_look.is_quiet",
			     &(struct sqlvar){ "quiet", l->bounds.quiet }, 1);
		at = txn_add(t, sql.data, NULL);
	}
	buf_release(&sql);
	return at;
}

static void look_now(struct look *l)
{
	struct request_callbacks cb = { .done = looked, .release = free, .ctx = l };
	struct err err = ERR_INIT;
	struct txn *t;
	bool ok = true;

	bounds_of(l);
	t = outbox_look_txn(l->session);
	l->at.quiet = add_quiet(l, t);
	l->at.first_cost = add_about(l, t, "outbox_look.cost");
	for (enum outbox_probe p = 0; p < PROBES; p++) {
		char *sql = outbox_probe_sql(sqls(l), l->outbox, p, &l->bounds);

		if (p == PROBE_CLAIMED)
			l->at.count_cost = add_about(l, t, "outbox_look.cost");
		if (p == PROBE_SAMPLE)
			l->at.rest_cost = add_about(l, t, "outbox_look.cost");
		l->at.probes[p] = sql && l->watch->plans[p].served ? txn_add(t, sql, NULL) : -1;
		free(sql);
		if (p == PROBE_OLDEST)
			l->at.head_cost = add_about(l, t, "outbox_look.cost");
	}
	l->at.look_cost = add_about(l, t, "outbox_look.cost");
	l->at.facts = add_about(l, t, "outbox_look.facts");
	l->at.rider = (int)txn_len(t);
	if (l->rider.add)
		ok = l->rider.add(l->rider.ctx, t, &err);
	l->at.last_cost = add_about(l, t, "outbox_look.cost");
	if (ok) {
		db_send(session_db(l->session), DB_WATCH, t, &cb, l->ctx);
	} else {
		txn_free(&t);
		l->fn(l->ctx, NULL, &err);
		free(l);
	}
	err_release(&err);
}

/* ---- where to begin ---- */

/* Each step goes with its request. */
static void go_on(const struct look *l, void (*step)(struct look *l))
{
	struct look *next = xmalloc(sizeof *next);

	*next = *l;
	step(next);
}

/* Of all that stands between the first and the last statement. */
static void spend(struct look *l, const struct txn_result *result)
{
	int64_t before = whole(result->replies[0], "buffers");
	int64_t after = whole(result->replies[result->n - 1], "buffers");

	l->spent += before < 0 || after < before ? 0 : after - before;
}

static void scouted(void *ctx, const struct txn_result *result)
{
	struct look *l = ctx;
	struct scouted s;

	if (result->outcome != TXN_DONE) {
		failed(l, result);
		return;
	}
	s = outbox_scout_read(l->outbox, result->replies[1]);
	watch_scouted(l->watch, &s);
	spend(l, result);
	go_on(l, look_now);
}

static void scout(struct look *l)
{
	struct request_callbacks cb = { .done = scouted, .release = free, .ctx = l };
	struct buf tables = BUF_INIT, parts = BUF_INIT;
	struct txn *t = outbox_look_txn(l->session);
	char *sql;

	bounds_of(l);
	outbox_parts(session_catalog(l->session), l->outbox, &tables, &parts);
	sql = outbox_scout_sql(sqls(l), l->outbox, &l->bounds, tables.data, l->watch->reach);
	add_about(l, t, "outbox_look.cost");
	txn_add(t, sql, NULL);
	add_about(l, t, "outbox_look.cost");
	db_send(session_db(l->session), DB_WATCH, t, &cb, l->ctx);
	free(sql);
	buf_release(&tables);
	buf_release(&parts);
}

static void begin_elsewhere(const struct look *l)
{
	watch_jumped(l->watch);
	go_on(l, scout);
}

static void begin(struct look *l)
{
	if (watch_needs_scout(l->watch, scout_fits(l)))
		scout(l);
	else
		look_now(l);
}

/* How many ids there may be; pages tell it where rows are gone, or were never counted. */
static int64_t reach(const struct outbox *o, int64_t rows, int64_t pages)
{
	int64_t most = pages * 50;

	return rows > most || (rows > 0 && o->shape != SHAPE_DELETED) ? rows : most;
}

static void planned(void *ctx, const struct txn_result *result)
{
	struct look *l = ctx;
	const struct reply *size;
	bool small;

	if (result->outcome != TXN_DONE) {
		failed(l, result);
		return;
	}
	spend(l, result);
	size = result->replies[l->n + 1];
	small = whole(size, "pages") <= SMALL_PAGES;
	l->watch->leaves = whole(size, "leaves");
	l->watch->children = whole(size, "children");
	l->watch->estimate = whole(size, "estimate");
	if (!small && !l->thorough)
		watch_gently(l->watch);
	for (size_t i = 0; i < l->n; i++) {
		l->watch->plans[l->planned[i]] =
			outbox_probe_plan(session_catalog(l->session), result->replies[i + 1]);
		l->watch->plans[l->planned[i]].served |= small;
	}
	watch_planned(l->watch, l->outbox->relation->oid);
	l->watch->small = small;
	l->watch->reach = reach(l->outbox, l->watch->estimate, whole(size, "pages"));
	go_on(l, begin);
}

static void plan(struct look *l)
{
	struct request_callbacks cb = { .done = planned, .release = free, .ctx = l };
	struct txn *t;

	bounds_of(l);
	l->bounds.estimate = true;
	t = outbox_look_txn(l->session);
	add_about(l, t, "outbox_look.cost");
	for (enum outbox_probe p = 0; p < PROBES; p++) {
		char *sql = outbox_probe_sql(sqls(l), l->outbox, p, &l->bounds);
		struct buf explain = BUF_INIT;

		l->watch->asked[p] = sql != NULL;
		if (sql) {
			sql_fragment(&explain, sqls(l), "outbox_look.plan",
				     &(struct sqlvar){ "statement", sql }, 1);
			txn_add(t, explain.data, NULL);
			l->planned[l->n++] = p;
		}
		buf_release(&explain);
		free(sql);
	}
	if (l->n) {
		add_about(l, t, "outbox_look.size");
		add_about(l, t, "outbox_look.cost");
		db_send(session_db(l->session), DB_WATCH, t, &cb, l->ctx);
		return;
	}
	txn_free(&t);
	watch_planned(l->watch, l->outbox->relation->oid);
	look_now(l);
}

/* ---- which leaves ---- */

static const struct column *leaf_column(const struct look *l)
{
	return outbox_leaf_column(session_catalog(l->session), l->outbox);
}

static void surveyed(void *ctx, const struct txn_result *result)
{
	struct look *l = ctx;

	if (result->outcome != TXN_DONE) {
		failed(l, result);
		return;
	}
	watch_leaves(l->watch, sqls(l), leaf_column(l), result->replies[1]);
	spend(l, result);
	go_on(l, plan);
}

/* Before plans are made: for each leaf that a plan enters the planner opens all its indexes. */
static void survey(struct look *l)
{
	struct request_callbacks cb = { .done = surveyed, .release = free, .ctx = l };
	struct txn *t = outbox_look_txn(l->session);
	struct buf leaves = BUF_INIT;

	outbox_leaves_sql(&leaves, sqls(l), session_catalog(l->session), l->outbox);
	add_about(l, t, "outbox_look.cost");
	txn_add(t, leaves.data, NULL);
	add_about(l, t, "outbox_look.cost");
	db_send(session_db(l->session), DB_WATCH, t, &cb, l->ctx);
	buf_release(&leaves);
}

void outbox_look(struct session *s, const struct outbox *outbox, struct outbox_watch *w,
		 bool thorough, const struct outbox_rider *rider, outbox_look_fn *fn, void *ctx)
{
	struct look *l = xcalloc(1, sizeof *l);

	*l = (struct look){ .session = s,
			    .outbox = outbox,
			    .watch = w,
			    .thorough = thorough,
			    .fn = fn,
			    .ctx = ctx };
	if (rider)
		l->rider = *rider;
	if (!watch_needs_plan(w, outbox->relation->oid))
		begin(l);
	else if (leaf_column(l) && watch_needs_leaves(w))
		survey(l);
	else
		plan(l);
}
