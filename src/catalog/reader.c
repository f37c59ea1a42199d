/* SPDX-License-Identifier: MIT */
#include "catalog/reader.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/attr.h"
#include "base/vec.h"
#include "catalog/build.h"
#include "kept.h"

enum {
	LOCK_TIMEOUT_MS = 1000,
	MOVED_PAUSE_MS = 1000, /* at most one read a second because a reply did not fit */
	RETRY_MS = 200,
	/* Before the question whether all holds comes the first page, if one is asked for by
	 * then and is not slow. */
	OPEN_MS = 10,
	REST_MS = 50,
	MAX_TRIES = 10,
};

struct observer {
	reader_fn *fn;
	void *ctx;
};

struct reader {
	struct db *db;
	enum db_lane lane;
	struct catalog *catalog;
	struct catalog_builder *builder; /* of the parts that have come */
	struct buf parts; /* their rows, to be kept */
	bool large;       /* they are too many for that */
	bool keeping;     /* rows are kept on disk */
	bool asked;       /* whether those on disk still hold */
	bool ahead;       /* they are told before that is known */
	bool looked;      /* for them, by then */
	bool state_due;   /* the question whether they hold is still to be sent */
	struct catalog *kept; /* made of them, until it is */
	struct reply *rest;   /* what the server said of each table then */
	char *state;          /* under which they were kept */
	unsigned resting;     /* tables that it is asked of now */
	bool needs_all;       /* what was asked ahead waits for the state */
	bool unsettled;       /* catalog is what was kept, and the state has not come */
	struct loop_timer *timer; /* a read that is to follow */
	bool busy;
	bool again;  /* asked for while busy */
	bool paused; /* the second after reader_moved */
	int tries;
	struct err error;
	VEC(struct observer) observers;
};

static void read_catalog(struct reader *r);
static void read_whole(struct reader *r);
static void send_due(void *reader);

static void on_timer(void *ctx)
{
	struct reader *r = ctx;

	send_due(r);
	r->paused = false;
	if (r->again && !r->busy)
		read_catalog(r);
}

struct reader *reader_new(struct db *db, enum db_lane lane)
{
	struct reader *r = xcalloc(1, sizeof *r);

	r->db = db;
	r->lane = lane;
	r->timer = loop_timer_new(db_loop(db), on_timer, r);
	return r;
}

void reader_free(struct reader **rp)
{
	struct reader *r = *rp;

	if (!r)
		return;
	db_forget(r->db, r);
	db_unobserve(r->db, r);
	loop_forget(db_loop(r->db), r);
	loop_timer_free(&r->timer);
	catalog_builder_free(&r->builder);
	buf_release(&r->parts);
	catalog_free(&r->catalog);
	catalog_free(&r->kept);
	reply_free(&r->rest);
	free(r->state);
	err_release(&r->error);
	VEC_RELEASE(&r->observers);
	free(r);
	*rp = NULL;
}

static void tell(struct reader *r, enum reader_event event, const struct catalog *old)
{
	/* An observer may unobserve: its slot is emptied then, and the list shrinks afterwards.
	 */
	for (size_t i = 0; i < r->observers.len; i++) {
		if (r->observers.v[i].fn)
			r->observers.v[i].fn(r->observers.v[i].ctx, event, old);
	}
	for (size_t i = r->observers.len; i-- > 0;) {
		if (!r->observers.v[i].fn)
			VEC_REMOVE(&r->observers, i);
	}
}

/* DDL beside the read: an object went between two look-ups, or a lock was taken after we
 * looked. */
static bool worth_another_try(const struct reader *r, const struct err *err)
{
	static const char *const states[] = { "55P03", "XX000", "42P01",
					      "42704", "42883", "40001" };

	if (r->tries >= MAX_TRIES)
		return false;
	for (size_t i = 0; i < sizeof states / sizeof *states; i++) {
		if (strcmp(err->sqlstate, states[i]) == 0)
			return true;
	}
	return false;
}

/* A part is made of its rows while the server is at the next one, and no two parts' rows are
 * in memory together. */
static bool on_part(void *ctx, int part, const struct reply *rows)
{
	struct reader *r = ctx;

	if (part == 0) {
		catalog_builder_free(&r->builder);
		r->builder = catalog_builder_new();
		buf_clear(&r->parts);
		r->large = false;
	}
	catalog_builder_add(r->builder, (enum catalog_part)part, rows);
	r->large |= r->parts.len + reply_bytes(rows) > KEPT_MAX;
	if (r->keeping && !r->large)
		reply_store(rows, &r->parts);
	return true;
}

/* Expressions of what was being altered were left out. */
static bool is_complete(const struct catalog *c)
{
	for (size_t i = 0; i < catalog_relations(c); i++) {
		if (catalog_relation_at(c, i)->locked)
			return false;
	}
	return true;
}

static void keep(struct reader *r, const struct txn_result *result)
{
	char *path = r->keeping ? kept_path(r->db) : NULL;
	const struct reply *rest = r->keeping ? result->replies[CATALOG_PARTS] : NULL;
	const char *state = NULL;

	if (path && !r->large && is_complete(r->catalog) &&
	    r->parts.len + reply_bytes(rest) <= KEPT_MAX)
		state = reply_get(result->replies[CATALOG_PARTS + 1], 0, "state");
	if (state) {
		reply_store(rest, &r->parts);
		kept_write(db_loop(r->db), path, db_sql(r->db), state, &r->parts);
		path = NULL;
	}
	free(path);
	buf_release(&r->parts);
}

/* result: what it was read from; NULL: it was kept. */
static void take(struct reader *r, struct catalog *owned, const struct txn_result *result)
{
	struct catalog *old = r->catalog;

	r->catalog = owned;
	if (result)
		keep(r, result);
	r->tries = 0;
	err_clear(&r->error);
	tell(r, READER_SWAPPED, old);
	catalog_free(&old);
}

static void again_later(struct reader *r)
{
	r->again = r->paused = true;
	loop_timer_start(r->timer, MOVED_PAUSE_MS, 0);
}

static void on_done(void *ctx, const struct txn_result *result)
{
	struct reader *r = ctx;

	r->busy = false;
	if (result->outcome != TXN_DONE)
		catalog_builder_free(&r->builder);
	if (result->outcome == TXN_DONE) {
		r->unsettled = false;
		take(r, catalog_builder_finish(&r->builder), result);
	} else if (worth_another_try(r, &result->err)) {
		r->again = true;
		loop_timer_start(r->timer, RETRY_MS, 0);
		return;
	} else {
		r->tries = 0;
		err_copy(&r->error, &result->err);
		if (r->unsettled)
			again_later(r);
		tell(r, READER_FAILED, r->catalog);
	}
	if (r->again && !r->paused && !r->busy)
		read_catalog(r);
}

/* In a snapshot all parts agree. */
static struct txn *new_txn(enum txn_kind kind)
{
	struct scope scope;
	struct txn *txn;

	scope_init(&scope);
	scope.search_path = xstrdup("pg_catalog");
	scope.lock_timeout_ms = LOCK_TIMEOUT_MS;
	txn = txn_new(kind, &scope);
	scope_release(&scope);
	return txn;
}

static const char *text_of(const struct reader *r, const char *query)
{
	/* The first read is sent before the server's version is known: one form serves all. */
	return sqlset_get(db_sql(r->db), query, 0)->text;
}

static void read_whole(struct reader *r)
{
	static const struct request_callbacks callbacks = { .done = on_done,
							    .on_rows = on_part };
	struct request_callbacks cb = callbacks;
	struct params all = PARAMS_INIT;
	struct txn *txn = new_txn(TXN_SNAPSHOT);

	r->busy = true;
	r->again = false;
	r->tries++;
	for (int part = 0; part < CATALOG_PARTS; part++)
		txn_hand_on(txn,
			    txn_add(txn,
				    text_of(r, catalog_part_query((enum catalog_part)part)),
				    NULL));
	if (r->keeping) {
		params_text(&all, NULL);
		txn_add(txn, text_of(r, "catalog_rest"), &all);
		txn_add(txn, text_of(r, "catalog_state"), NULL);
	}
	params_release(&all);
	cb.ctx = r;
	db_send(r->db, r->lane, txn, &cb, r);
}

/* ---- what was kept of an earlier session ---- */

/* state: under which it has to be; NULL: whichever, and then r->state is that. */
static void load_kept(struct reader *r, const char *state)
{
	char *path = kept_path(r->db);
	struct catalog_builder *b = NULL;

	free(r->state);
	r->state = xstrdup_null(state);
	reply_free(&r->rest);
	if (path)
		b = kept_load(path, db_sql(r->db), &r->state, &r->rest);
	if (b)
		r->kept = catalog_builder_finish(&b);
	free(path);
}

/* The server is at the question still, or has it behind what is asked by what was kept. */
static void look_ahead(void *ctx)
{
	struct reader *r = ctx;

	if (!r->busy)
		return;
	load_kept(r, NULL);
	if (r->kept)
		tell(r, READER_KEPT, r->kept);
	if (!r->kept)
		send_due(r);
	else if (r->state_due)
		loop_timer_start(r->timer, r->resting ? REST_MS : OPEN_MS, 0);
}

/* Whose rows they would be is known with the first connection; what is to be sent there goes
 * first. */
static void on_db(void *ctx, struct db *db, enum db_lane lane UNUSED)
{
	struct reader *r = ctx;

	if (r->looked || !r->busy || !db_session(db))
		return;
	r->looked = true;
	loop_defer(db_loop(db), look_ahead, r);
}

static void drop_kept(struct reader *r)
{
	if (r->kept && r->ahead)
		tell(r, READER_KEPT, NULL);
	catalog_free(&r->kept);
}

static void take_kept(struct reader *r)
{
	struct catalog *kept = r->kept;

	r->kept = NULL;
	take(r, kept, NULL);
}

/* What a table was when it was kept. */
static const char *rest_of(const struct reader *r, const char *table)
{
	for (size_t i = 0; table && i < reply_rows(r->rest); i++)
		if (strcmp(reply_get(r->rest, i, "relation"), table) == 0)
			return reply_get(r->rest, i, "state");
	return NULL;
}

static void on_rest(void *ctx, const struct txn_result *result)
{
	struct reader *r = ctx;
	const struct reply *now = result->outcome == TXN_DONE ? result->replies[0] : NULL;
	bool there = r->kept && now && reply_rows(now) == 1;
	const char *kept = there ? rest_of(r, reply_get(now, 0, "relation")) : NULL;

	if (--r->resting == 0)
		loop_defer_late(db_loop(r->db), send_due, r);
	if (!kept || strcmp(kept, reply_get(now, 0, "state")) != 0)
		r->needs_all = true;
	if (!r->kept || r->resting || r->needs_all)
		return;
	r->unsettled = true;
	take_kept(r);
}

void reader_rests_on(struct reader *r, oid table)
{
	const struct request_callbacks cb = { .done = on_rest, .ctx = r };
	struct params p = PARAMS_INIT;
	struct txn *txn;
	char *array;

	r->needs_all |= table == 0;
	if (r->needs_all)
		send_due(r);
	if (!r->kept || r->needs_all)
		return;
	r->resting++;
	if (r->state_due)
		loop_timer_start(r->timer, REST_MS, 0);
	array = xasprintf("{%u}", table);
	params_text(&p, array);
	free(array);
	txn = new_txn(TXN_READ);
	txn_add(txn, text_of(r, "catalog_rest"), &p);
	params_release(&p);
	db_send(r->db, DB_READ, txn, &cb, r);
}

bool reader_settled(const struct reader *r)
{
	return !r->unsettled;
}

/* The snapshot is there already: what is shown stays, and is looked at again if all else has
 * changed. */
static void confirm(struct reader *r, const char *state)
{
	if (state && !r->again && strcmp(r->state, state) == 0) {
		r->unsettled = false;
		tell(r, READER_SETTLED, r->catalog);
	} else {
		read_whole(r);
	}
}

static void on_state(void *ctx, const struct txn_result *result)
{
	struct reader *r = ctx;
	const char *state = NULL;

	r->busy = false;
	if (result->outcome == TXN_DONE)
		state = reply_get(result->replies[0], 0, "state");
	if (!state && result->err.kind != ERR_CONNECTION)
		r->keeping = false; /* too large, or a server that does not answer this */
	if (r->unsettled) {
		confirm(r, state);
		return;
	}
	if (state && !r->kept)
		load_kept(r, state);
	if (!state || r->again || !r->kept || strcmp(r->state, state) != 0)
		drop_kept(r);
	if (r->kept) {
		take_kept(r);
	} else if (result->err.kind == ERR_CONNECTION) {
		on_done(r, result);
	} else {
		read_whole(r);
	}
}

static void send_state(struct reader *r)
{
	const struct request_callbacks cb = { .done = on_state, .ctx = r };
	struct txn *txn = new_txn(TXN_SNAPSHOT);

	r->state_due = false;
	txn_add(txn, text_of(r, "catalog_state"), NULL);
	db_send(r->db, r->lane, txn, &cb, r);
}

static void send_due(void *ctx)
{
	struct reader *r = ctx;

	if (!r->state_due)
		return;
	loop_timer_stop(r->timer);
	send_state(r);
}

static void ask_state(struct reader *r)
{
	r->busy = r->asked = true;
	r->again = false;
	r->state_due = r->ahead && !db_session(r->db) && db_is_near(r->db, DB_READ);
	if (!r->state_due)
		send_state(r);
	if (r->ahead)
		on_db(r, r->db, r->lane);
}

void reader_keep(struct reader *r, bool ahead)
{
	r->keeping = true;
	r->ahead = ahead;
	if (ahead)
		db_observe(r->db, on_db, r);
}

static void read_catalog(struct reader *r)
{
	if (r->keeping && !r->asked)
		ask_state(r);
	else
		read_whole(r);
}

void reader_refresh(struct reader *r)
{
	if (r->busy || loop_timer_active(r->timer)) {
		r->again = true;
		return;
	}
	read_catalog(r);
}

void reader_moved(struct reader *r)
{
	if (r->busy || r->paused) {
		r->again = true;
		return;
	}
	r->paused = true;
	loop_timer_start(r->timer, MOVED_PAUSE_MS, 0);
	read_catalog(r);
}

bool reader_busy(const struct reader *r)
{
	return r->busy || r->again;
}

const struct err *reader_error(const struct reader *r)
{
	return r->error.kind == ERR_NONE ? NULL : &r->error;
}

const struct catalog *reader_catalog(const struct reader *r)
{
	return r->catalog;
}

void reader_observe(struct reader *r, reader_fn *fn, void *ctx)
{
	*VEC_PUSH(&r->observers) = (struct observer){ .fn = fn, .ctx = ctx };
}

void reader_unobserve(struct reader *r, const void *ctx)
{
	for (size_t i = 0; i < r->observers.len; i++) {
		if (r->observers.v[i].ctx == ctx)
			r->observers.v[i].fn = NULL;
	}
}
