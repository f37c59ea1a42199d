/* SPDX-License-Identifier: MIT */
/*
 * record_read.c - a record for a form, and the look whether its guard has moved.
 */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "command/save.h"

struct fetch {
	const struct record_plan *plan;
	record_fn *fn;
	record_moved_fn *moved;
	struct record base;
	void *ctx;
};

static void fetch_release(void *ctx)
{
	struct fetch *f = ctx;

	record_release(&f->base);
	free(f);
}

static void fetch_done(void *ctx, const struct txn_result *result)
{
	const struct fetch *f = ctx;
	const struct reply *r = result->n ? result->replies[0] : NULL;
	struct record record = { 0 };
	struct err several = ERR_INIT;

	if (result->err.kind) {
		f->fn(f->ctx, NULL, &result->err);
	} else if (r && reply_rows(r) > 1) {
		err_set(&several, ERR_FAILED, record_plan_relation(f->plan)->name,
			"the key names more than one record");
		f->fn(f->ctx, NULL, &several);
		err_release(&several);
	} else if (!r || reply_rows(r) == 0) {
		f->fn(f->ctx, NULL, NULL);
	} else {
		record_from_reply(&record, f->plan, r, 0);
		f->fn(f->ctx, &record, NULL);
		record_release(&record);
	}
}

static void look_done(void *ctx, const struct txn_result *result)
{
	const struct fetch *f = ctx;
	const struct reply *r = result->n ? result->replies[0] : NULL;
	struct record now = { 0 };

	if (result->err.kind || !r)
		return;
	if (reply_rows(r) == 0) {
		f->moved(f->ctx, true, true);
		return;
	}
	record_from_reply(&now, f->plan, r, 0);
	f->moved(f->ctx, !record_same_guard(&f->base, &now), false);
	record_release(&now);
}

static void send(struct session *s, enum db_lane lane, const struct buf *sql,
		 const struct params *p, const struct request_callbacks *cb, const void *owner)
{
	struct scope scope;
	struct txn *txn;

	session_scope(s, USE_READ, &scope);
	txn = txn_new(TXN_READ, &scope);
	txn_add(txn, sql->data, p);
	db_send(session_db(s), lane, txn, cb, owner);
	scope_release(&scope);
}

void record_fetch(struct session *s, const struct record_plan *plan, const char *const *key,
		  record_fn *fn, void *ctx)
{
	struct fetch *f = xcalloc(1, sizeof *f);
	struct request_callbacks cb = { .done = fetch_done,
					.release = fetch_release,
					.ctx = f };
	struct buf sql = BUF_INIT;
	struct params p = PARAMS_INIT;

	*f = (struct fetch){ .plan = plan, .fn = fn, .ctx = ctx };
	record_find_sql(&sql, &p, session_sql(s), plan, key);
	send(s, DB_READ, &sql, &p, &cb, ctx);
	buf_release(&sql);
	params_release(&p);
}

void record_look(struct session *s, const struct record_plan *plan, const struct record *base,
		 record_moved_fn *fn, void *ctx)
{
	struct fetch *f = xcalloc(1, sizeof *f);
	struct request_callbacks cb = { .done = look_done, .release = fetch_release, .ctx = f };
	const char **key = record_key(base, plan);
	struct buf sql = BUF_INIT;
	struct params p = PARAMS_INIT;

	*f = (struct fetch){ .plan = plan, .moved = fn, .ctx = ctx };
	record_copy(&f->base, base);
	record_peek_sql(&sql, &p, session_sql(s), plan, key);
	send(s, DB_EDIT, &sql, &p, &cb, ctx);
	free(key);
	buf_release(&sql);
	params_release(&p);
}
