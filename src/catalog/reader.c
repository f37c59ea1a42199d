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
	struct catalog *kept; /* made of them, until it is */
	char *state;          /* under which they were kept */
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

static void on_timer(void *ctx)
{
	struct reader *r = ctx;

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
	const char *state = NULL;

	if (path && !r->large && is_complete(r->catalog))
		state = reply_get(result->replies[CATALOG_PARTS], 0, "state");
	if (state) {
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

static void on_done(void *ctx, const struct txn_result *result)
{
	struct reader *r = ctx;

	r->busy = false;
	if (result->outcome != TXN_DONE)
		catalog_builder_free(&r->builder);
	if (result->outcome == TXN_DONE) {
		take(r, catalog_builder_finish(&r->builder), result);
	} else if (worth_another_try(r, &result->err)) {
		r->again = true;
		loop_timer_start(r->timer, RETRY_MS, 0);
		return;
	} else {
		r->tries = 0;
		err_copy(&r->error, &result->err);
		tell(r, READER_FAILED, r->catalog);
	}
	if (r->again && !r->paused && !r->busy)
		read_catalog(r);
}

/* In a transaction of its own kind: all parts agree. */
static struct txn *new_txn(void)
{
	struct scope scope;
	struct txn *txn;

	scope_init(&scope);
	scope.search_path = xstrdup("pg_catalog");
	scope.lock_timeout_ms = LOCK_TIMEOUT_MS;
	txn = txn_new(TXN_SNAPSHOT, &scope);
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
	struct txn *txn = new_txn();

	r->busy = true;
	r->again = false;
	r->tries++;
	for (int part = 0; part < CATALOG_PARTS; part++)
		txn_hand_on(txn,
			    txn_add(txn,
				    text_of(r, catalog_part_query((enum catalog_part)part)),
				    NULL));
	if (r->keeping)
		txn_add(txn, text_of(r, "catalog_state"), NULL);
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
	if (path)
		b = kept_load(path, db_sql(r->db), &r->state);
	if (b)
		r->kept = catalog_builder_finish(&b);
	free(path);
}

/* The server is at the question still. */
static void look_ahead(void *ctx)
{
	struct reader *r = ctx;

	if (!r->busy)
		return;
	load_kept(r, NULL);
	if (r->kept)
		tell(r, READER_KEPT, r->kept);
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

static void on_state(void *ctx, const struct txn_result *result)
{
	struct reader *r = ctx;
	struct catalog *kept;
	const char *state = NULL;

	r->busy = false;
	if (result->outcome == TXN_DONE)
		state = reply_get(result->replies[0], 0, "state");
	if (!state && result->err.kind != ERR_CONNECTION)
		r->keeping = false; /* too large, or a server that does not answer this */
	if (state && !r->kept)
		load_kept(r, state);
	if (!state || r->again || !r->kept || strcmp(r->state, state) != 0)
		drop_kept(r);
	if (r->kept) {
		kept = r->kept;
		r->kept = NULL;
		take(r, kept, NULL);
	} else if (result->err.kind == ERR_CONNECTION) {
		on_done(r, result);
	} else {
		read_whole(r);
	}
}

static void ask_state(struct reader *r)
{
	const struct request_callbacks cb = { .done = on_state, .ctx = r };
	struct txn *txn = new_txn();

	r->busy = r->asked = true;
	r->again = false;
	txn_add(txn, text_of(r, "catalog_state"), NULL);
	db_send(r->db, r->lane, txn, &cb, r);
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
