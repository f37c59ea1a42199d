/* SPDX-License-Identifier: MIT */
#include "catalog/reader.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/vec.h"
#include "catalog/build.h"

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
	struct catalog *catalog;
	struct catalog_builder *builder; /* of the parts that have come */
	struct loop_timer *timer; /* a read that is to follow */
	bool busy;
	bool again;  /* asked for while busy */
	bool paused; /* the second after reader_moved */
	int tries;
	struct err error;
	VEC(struct observer) observers;
};

static void read_catalog(struct reader *r);

static void on_timer(void *ctx)
{
	struct reader *r = ctx;

	r->paused = false;
	if (r->again && !r->busy)
		read_catalog(r);
}

struct reader *reader_new(struct db *db)
{
	struct reader *r = xcalloc(1, sizeof *r);

	r->db = db;
	r->timer = loop_timer_new(db_loop(db), on_timer, r);
	return r;
}

void reader_free(struct reader **rp)
{
	struct reader *r = *rp;

	if (!r)
		return;
	db_forget(r->db, r);
	loop_timer_free(&r->timer);
	catalog_builder_free(&r->builder);
	catalog_free(&r->catalog);
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
	}
	catalog_builder_add(r->builder, (enum catalog_part)part, rows);
	return true;
}

static void take(struct reader *r)
{
	struct catalog *old = r->catalog;

	r->catalog = catalog_builder_finish(&r->builder);
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
		take(r);
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

static const char *part_text(const struct sqlset *set, int part)
{
	return sqlset_get(set, catalog_part_query((enum catalog_part)part), 0)->text;
}

static void read_catalog(struct reader *r)
{
	static const struct request_callbacks callbacks = { .done = on_done, .on_rows = on_part };
	struct request_callbacks cb = callbacks;
	const struct sqlset *set = db_sql(r->db);
	struct scope scope;
	struct txn *txn;

	r->busy = true;
	r->again = false;
	r->tries++;
	scope_init(&scope);
	scope.search_path = xstrdup("pg_catalog");
	scope.lock_timeout_ms = LOCK_TIMEOUT_MS;
	txn = txn_new(TXN_SNAPSHOT, &scope);
	/* The first read is sent before the server's version is known: one form serves all. */
	for (int part = 0; part < CATALOG_PARTS; part++)
		txn_hand_on(txn, txn_add(txn, part_text(set, part), NULL));
	scope_release(&scope);
	cb.ctx = r;
	db_send(r->db, DB_WATCH, txn, &cb, r);
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
