/* SPDX-License-Identifier: MIT */
/*
 * rowset_fetch.c - requests for pages: one flush each, one that counts at a time.  A newer wish
 * does not wait for an older one: the older reply is ignored when it comes, and its statement
 * is cancelled if it takes long.
 */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/timefmt.h"
#include "rowset_priv.h"
#include "command/settings.h"
#include "db/reply.h"

enum { PATIENCE_MS = 300, NO_GATE_ROWS = 5000 };

struct fetch {
	struct rowset *r;
	enum fetch_kind kind;
	struct chunk *chunk;
	int limit;
	int describe, time, page; /* indexes of the statements; describe -1: none */
	struct request *request;
	struct buf sql;
	struct params params;
};

struct txn *rowset_txn(const struct rowset *r, enum scope_use use)
{
	struct scope scope;

	session_scope(r->session, use, &scope);
	struct txn *txn = txn_new(TXN_READ, &scope);
	scope_release(&scope);
	return txn;
}

/* ---- what was let go ---- */

static void fetch_release(void *ctx)
{
	struct fetch *f = ctx;

	for (size_t i = 0; f->r && i < f->r->let_go.len; i++)
		if (f->r->let_go.v[i] == f) {
			VEC_REMOVE(&f->r->let_go, i);
			break;
		}
	if (f->r && f->r->current == f)
		f->r->current = NULL;
	chunk_free_unused(f->chunk);
	buf_release(&f->sql);
	params_release(&f->params);
	free(f);
}

void fetch_orphan(struct rowset *r)
{
	if (r->current)
		r->current->r = NULL;
	for (size_t i = 0; i < r->let_go.len; i++)
		r->let_go.v[i]->r = NULL;
}

void fetch_patience(void *ctx)
{
	struct rowset *r = ctx;

	for (size_t i = 0; i < r->let_go.len; i++)
		request_cancel(r->let_go.v[i]->request);
}

static void let_go(struct rowset *r)
{
	if (!r->current)
		return;
	*VEC_PUSH(&r->let_go) = r->current;
	r->current = NULL;
	if (!loop_timer_active(r->patience))
		loop_timer_start(r->patience, PATIENCE_MS, 0);
}

/* ---- a page arrives ---- */

static char *cursor_key(struct rowset *r)
{
	return r->rows.len > 0 ? xstrdup(rowset_key(r, r->cursor)) : NULL;
}

/* The cursor stays on its row, and the row in its line; if it is gone, the line stays. */
static void arrive_refresh(struct rowset *r, struct fetch *f, size_t n)
{
	char *key = cursor_key(r);
	size_t line = r->cursor - r->top;

	window_replace(r, f->chunk, n, false, true);
	long at = window_find(r, key);
	if (at >= 0)
		r->cursor = (size_t)at;
	r->top = r->cursor > line ? r->cursor - line : 0;
	free(key);
}

static void arrive(struct rowset *r, struct fetch *f, size_t n)
{
	bool short_page = f->limit == 0 || n < (size_t)f->limit;

	switch (f->kind) {
	case FETCH_FIRST:
		window_replace(r, f->chunk, n, false, false);
		r->at_start = true;
		r->at_end = short_page;
		break;
	case FETCH_LAST:
		window_replace(r, f->chunk, n, true, false);
		r->at_end = true;
		r->at_start = short_page;
		break;
	case FETCH_AFTER:
		window_append(r, f->chunk, n, false);
		r->at_end = short_page;
		break;
	case FETCH_BEFORE:
		window_prepend(r, f->chunk, n, true);
		r->cursor += n;
		r->top += n;
		r->at_start = short_page;
		break;
	case FETCH_REFRESH:
		arrive_refresh(r, f, n);
		r->at_end = short_page;
		break;
	case FETCH_GOTO:
		window_replace(r, f->chunk, n, false, false);
		r->at_start = false;
		r->at_end = short_page;
		break;
	}
}

static void learn(struct rowset *r, struct fetch *f, const struct txn_result *result)
{
	const struct reply *time = result->replies[f->time];

	if (f->describe >= 0)
		source_learn(r, result->replies[f->describe]);
	else if (r->all_columns)
		source_learn(r, result->replies[f->page]);
	source_ask_types(r);
	r->as_of_us = reply_int(time, 0, 0);
	free(r->sql);
	struct buf sql = BUF_INIT;
	sql_with_values(&sql, f->sql.data, &f->params);
	r->sql = buf_detach(&sql);
}

static void estimate_after(struct rowset *r, enum fetch_kind kind)
{
	if (r->at_start && r->at_end) {
		r->estimate = (double)r->rows.len;
		r->exact = true;
	} else if (kind == FETCH_FIRST && r->estimate < 0) {
		estimate_start(r);
	} else if (r->exact && kind == FETCH_REFRESH) {
		r->exact = false; /* it was so when it was counted */
	}
}

static void page_done(void *ctx, const struct txn_result *result)
{
	struct fetch *f = ctx;
	struct rowset *r = f->r;

	if (r->current != f)
		return;
	r->current = NULL;
	if (result->err.kind) {
		rowset_fail(r, &result->err);
		return;
	}
	const struct reply *page = result->replies[f->page];
	bool all = r->all_columns;
	learn(r, f, result);
	if (all) {
		chunk_free_unused(f->chunk);
		f->chunk = chunk_new(r);
		memset(f->chunk->cuts, 0, f->chunk->ncuts * sizeof *f->chunk->cuts);
	}
	f->chunk->reply = reply_ref(page);
	r->stale = false;
	err_clear(&r->err);
	arrive(r, f, reply_rows(page));
	travel_arrived(r, f->kind);
	estimate_after(r, f->kind);
	rowset_tell(r, ROWSET_ROWS);
}

/* ---- a page is asked for ---- */

static void set_anchor(const struct rowset *r, struct page_request *req,
		       struct request_parts *parts, size_t row)
{
	size_t n;
	struct order *order = effective_order(r, &n);

	parts->anchor = xcalloc(n + 1, sizeof *parts->anchor);
	for (size_t i = 0; i < n; i++)
		parts->anchor[i] = window_text(r, row, order[i].col);
	req->anchor = parts->anchor;
	req->nanchor = n;
	free(order);
}

static void set_place(const struct rowset *r, struct page_request *req,
		      struct request_parts *parts, enum fetch_kind kind)
{
	static const enum page_from from[] = {
		[FETCH_FIRST] = PAGE_FIRST, [FETCH_LAST] = PAGE_LAST,
		[FETCH_AFTER] = PAGE_AFTER, [FETCH_BEFORE] = PAGE_BEFORE,
		[FETCH_REFRESH] = PAGE_AT,  [FETCH_GOTO] = PAGE_AT,
	};

	req->from = from[kind];
	if (kind == FETCH_REFRESH && (r->at_start || r->rows.len == 0))
		req->from = PAGE_FIRST;
	else if (kind == FETCH_AFTER)
		set_anchor(r, req, parts, r->rows.len - 1);
	else if (kind == FETCH_BEFORE || kind == FETCH_REFRESH)
		set_anchor(r, req, parts, 0);
}

static void send_page(struct rowset *r, enum fetch_kind kind, const struct page_request *req)
{
	struct fetch *f = xcalloc(1, sizeof *f);
	struct txn *txn = rowset_txn(r, r->def->refresh > 0 ? USE_WATCH : USE_READ);
	struct request_callbacks cb = { .done = page_done, .release = fetch_release, .ctx = f };

	let_go(r);
	*f = (struct fetch){ .r = r, .kind = kind, .limit = req->limit, .describe = -1 };
	buf_init(&f->sql);
	params_init(&f->params);
	f->chunk = chunk_new(r);
	if (f->chunk->as_text && !r->all_columns) {
		page_describe(&f->sql, &f->params, session_sql(r->session), req);
		f->describe = txn_add(txn, f->sql.data, &f->params);
		buf_clear(&f->sql);
	}
	f->time = txn_add(txn, sqlset_get(session_sql(r->session), "page_time", 0)->text, NULL);
	page_compose(&f->sql, &f->params, session_sql(r->session), req);
	f->page = txn_add(txn, f->sql.data, &f->params);
	r->current = f;
	r->since_us = time_monotonic_us();
	f->request = db_send(session_db(r->session), DB_READ, txn, &cb, r);
	rowset_tell(r, ROWSET_STATE);
}

void fetch_start(struct rowset *r, enum fetch_kind kind, int limit)
{
	struct page_request req;
	struct request_parts parts;

	r->refresh_wanted = r->refresh_wanted && kind != FETCH_REFRESH;
	request_build(r, &req, &parts, false);
	req.limit = limit;
	set_place(r, &req, &parts, kind);
	send_page(r, kind, &req);
	request_parts_release(&parts);
}

void fetch_goto(struct rowset *r, const char *const *anchor, size_t n)
{
	struct page_request req;
	struct request_parts parts;

	request_build(r, &req, &parts, false);
	req.limit = r->height;
	req.from = PAGE_AT;
	req.anchor = anchor;
	req.nanchor = n;
	r->owed = 0;
	r->direction = 0;
	send_page(r, FETCH_GOTO, &req);
	request_parts_release(&parts);
}

void rowset_refresh(struct rowset *r)
{
	size_t limit = r->rows.len;

	if (r->phase != PHASE_OPEN) {
		fetch_anew(r);
	} else if (r->current || r->gating) {
		r->refresh_wanted = true;
	} else if (!r->refused) {
		if (limit < (size_t)r->height || r->at_end)
			limit += (size_t)r->height;
		fetch_start(r, FETCH_REFRESH, (int)limit);
	}
}

/* ---- questions about the question: their answers count only while it stands ---- */

struct figure {
	struct rowset *r;
	unsigned asked;
};

static bool outdated(const struct figure *f)
{
	return f->asked != f->r->asked;
}

typedef void compose_fn(struct buf *sql, struct params *params, const struct sqlset *set,
			const struct page_request *req);

static void send_figure(struct rowset *r, compose_fn *compose, enum scope_use use,
			enum db_lane lane,
			void (*done)(void *ctx, const struct txn_result *result))
{
	struct page_request req;
	struct request_parts parts;
	struct params params = PARAMS_INIT;
	struct buf sql = BUF_INIT;
	struct txn *txn = rowset_txn(r, use);
	struct figure *f = xcalloc(1, sizeof *f);
	const struct request_callbacks cb = { .done = done, .release = free, .ctx = f };

	*f = (struct figure){ r, r->asked };
	request_build(r, &req, &parts, false);
	req.limit = r->height;
	compose(&sql, &params, session_sql(r->session), &req);
	txn_add(txn, sql.data, &params);
	db_send(session_db(r->session), lane, txn, &cb, r);
	request_parts_release(&parts);
	params_release(&params);
	buf_release(&sql);
}

/* ---- the cost gate ---- */

static void go_on(struct rowset *r)
{
	r->estimate = -1;
	r->exact = false;
	fetch_start(r, FETCH_FIRST, r->height);
}

static void gate_done(void *ctx, const struct txn_result *result)
{
	const struct figure *f = ctx;
	struct rowset *r = f->r;
	struct err err = ERR_INIT;
	const struct reply *reply = result->err.kind ? NULL : result->replies[0];
	double gate = (double)settings_int(session_settings(r->session), "cost-gate");
	struct plan *plan = NULL;

	if (outdated(f))
		return;
	r->gating = false;
	if (!reply) {
		rowset_fail(r, &result->err);
		return;
	}
	plan = plan_parse(reply_text(reply, 0, 0), reply_length(reply, 0, 0), &err);
	free(r->cost_text);
	r->cost_text = NULL;
	if (plan)
		plan_gate(plan, gate, r->height, &r->cost_text);
	plan_free(&plan);
	err_release(&err);
	r->refused = r->cost_text != NULL;
	if (r->refused)
		rowset_tell(r, ROWSET_COST);
	else
		go_on(r);
}

static void send_gate(struct rowset *r)
{
	let_go(r);
	r->gating = true;
	r->since_us = time_monotonic_us();
	send_figure(r, page_explain, USE_READ, DB_READ, gate_done);
	rowset_tell(r, ROWSET_STATE);
}

static bool gate_is_due(const struct rowset *r)
{
	bool small = r->exact && r->estimate >= 0 && r->estimate < NO_GATE_ROWS &&
		     r->at_start && r->at_end;

	return !r->ask.plain && !small &&
	       settings_int(session_settings(r->session), "cost-gate") > 0;
}

void rowset_go_on(struct rowset *r)
{
	if (!r->refused)
		return;
	r->refused = false;
	go_on(r);
}

const char *rowset_cost_text(const struct rowset *r)
{
	return r->refused ? r->cost_text : "";
}

void rowset_cancel(struct rowset *r)
{
	if (r->refused) {
		r->refused = false;
		question_copy(&r->ask, &r->before);
		rowset_tell(r, ROWSET_STATE);
	} else {
		r->owed = 0;
		db_cancel(session_db(r->session), r);
	}
}

/* ---- from the first row on ---- */

static void ready(void *ctx, const struct err *err)
{
	struct rowset *r = ctx;

	if (err)
		rowset_fail(r, err);
	else
		fetch_anew(r);
}

void fetch_anew(struct rowset *r)
{
	struct err err = ERR_INIT;

	if (r->height == 0)
		return;
	if (r->phase != PHASE_OPEN && source_needs_catalog(r)) {
		session_forget(r->session, r);
		session_when_ready(r->session, true, ready, r);
		return;
	}
	r->asked++;
	r->refused = r->gating = r->estimating = r->counting = false;
	r->owed = 0;
	r->hurry = 0;
	r->direction = 0;
	if (!rowset_open(r, &err) || !ask_narrow(r, &err)) {
		rowset_fail(r, &err);
	} else if (gate_is_due(r)) {
		send_gate(r);
	} else {
		go_on(r);
	}
	err_release(&err);
}

/* ---- how many ---- */

static void estimate_done(void *ctx, const struct txn_result *result)
{
	const struct figure *f = ctx;
	struct rowset *r = f->r;
	struct err err = ERR_INIT;
	const struct reply *reply = result->err.kind ? NULL : result->replies[0];
	struct plan *plan = NULL;

	if (outdated(f))
		return;
	r->estimating = false;
	if (reply)
		plan = plan_parse(reply_text(reply, 0, 0), reply_length(reply, 0, 0), &err);
	if (plan && !r->exact) {
		r->estimate = plan_rows(plan);
		rowset_tell(r, ROWSET_STATE);
	}
	plan_free(&plan);
	err_release(&err);
}

static void count_done(void *ctx, const struct txn_result *result)
{
	const struct figure *f = ctx;
	struct rowset *r = f->r;

	if (outdated(f))
		return;
	r->counting = false;
	if (result->err.kind) {
		rowset_fail(r, &result->err);
		return;
	}
	r->estimate = reply_double(result->replies[0], 0, 0);
	r->exact = true;
	rowset_tell(r, ROWSET_STATE);
}

void estimate_start(struct rowset *r)
{
	if (r->estimating)
		return;
	r->estimating = true;
	send_figure(r, page_estimate, USE_READ, DB_READ, estimate_done);
}

void rowset_count(struct rowset *r)
{
	if (r->counting || r->phase != PHASE_OPEN)
		return;
	r->counting = true;
	send_figure(r, page_count, USE_BULK, DB_BULK, count_done);
	rowset_tell(r, ROWSET_STATE);
}
