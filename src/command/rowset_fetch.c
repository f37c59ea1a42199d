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
#include "db/reply.h"

enum { PATIENCE_MS = 300 };

struct fetch {
	struct rowset *r;
	enum fetch_kind kind;
	struct chunk *chunk;
	struct row edge; /* AFTER, BEFORE: the row of the window that it goes on from */
	bool answered;
	bool from_start; /* REFRESH: it begins with the first row of all, */
	long first; /* … with the one behind so many: the window may have moved on since */
	double about;
	bool back; /* GOTO: its rows come in the reverse order */
	int limit;
	size_t head; /* REFRESH: the row of the window that it begins with */
	int describe, time, page, anchor; /* indexes of the statements; -1: none */
	struct request *request;
	struct buf sql;
	struct params params;
};

static struct txn *page_txn(const struct rowset *r, enum txn_kind kind, enum scope_use use)
{
	struct scope scope;

	session_scope(r->session, use, &scope);
	struct txn *txn = txn_new(kind, &scope);
	scope_release(&scope);
	return txn;
}

struct txn *rowset_txn(const struct rowset *r, enum scope_use use)
{
	return page_txn(r, TXN_READ, use);
}

/* Watching is in no hurry, and its connection is there already. */
enum db_lane rowset_lane(const struct rowset *r)
{
	return r->beside ? DB_WATCH : DB_READ;
}

enum db_lane rowset_aside(const struct rowset *r)
{
	const struct db *db = session_db(r->session);

	return db_busy(db, DB_ASIDE) && !db_busy(db, DB_BULK) ? DB_BULK : DB_ASIDE;
}

/* ---- what was let go ---- */

static void fetch_release(void *ctx)
{
	struct fetch *f = ctx;

	for (size_t i = 0; f->r && i < f->r->fetches.len; i++)
		if (f->r->fetches.v[i] == f) {
			VEC_REMOVE(&f->r->fetches, i);
			break;
		}
	if (f->r && f->r->current == f)
		f->r->current = NULL;
	chunk_free(f->chunk);
	buf_release(&f->sql);
	params_release(&f->params);
	free(f);
}

void fetch_orphan(struct rowset *r)
{
	for (size_t i = 0; i < r->fetches.len; i++)
		r->fetches.v[i]->r = NULL;
}

void fetch_patience(void *ctx)
{
	struct rowset *r = ctx;

	for (size_t i = 0; i < r->fetches.len; i++)
		if (r->fetches.v[i] != r->current && !r->fetches.v[i]->answered)
			request_cancel(r->fetches.v[i]->request);
}

void fetch_let_go(struct rowset *r)
{
	if (!r->current)
		return;
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
	r->at_start = f->from_start;
	long at = window_find(r, key);
	if (at >= 0) {
		r->cursor = (size_t)at;
	} else if (key && *key) {
		free(r->gone);
		r->gone = xstrdup(key);
	}
	r->top = r->cursor > line ? r->cursor - line : 0;
	free(key);
}

/* The window may have let go of the row that this page goes on from: then it would leave a gap.
 */
static bool fits(const struct rowset *r, const struct fetch *f)
{
	const struct row *edge;

	if (f->kind != FETCH_AFTER && f->kind != FETCH_BEFORE)
		return true;
	if (r->rows.len == 0)
		return false;
	edge = &r->rows.v[f->kind == FETCH_AFTER ? r->rows.len - 1 : 0];
	return edge->chunk == f->edge.chunk && edge->i == f->edge.i;
}

static void refresh_from(struct rowset *r, size_t head);

/* The row that it goes on from is known by the beginning of a value and a digest, and is not
 * there as it was any more: nobody knows what lies beyond.  Then the window is read anew, from
 * the first of its rows that is there as it was, which is looked for in growing steps; where
 * none is, any place is as good as another. */
static bool lost_its_place(struct rowset *r, const struct fetch *f,
			   const struct txn_result *result)
{
	size_t head = f->kind == FETCH_AFTER	? 0
		      : f->kind == FETCH_BEFORE ? 1
						: 2 * f->head + 1;
	size_t last = r->rows.len - 1;

	if (f->anchor < 0 || reply_rows(result->replies[f->anchor]) > 0 || r->rows.len == 0 ||
	    (f->kind == FETCH_REFRESH && f->head >= last))
		return false;
	refresh_from(r, head < last ? head : last);
	return true;
}

/* Where the window begins in the whole, as far as it was walked there from an end. */
static void count_before(struct rowset *r, const struct fetch *f, size_t n)
{
	if (r->at_start)
		r->first = 0;
	else if (f->kind == FETCH_LAST)
		r->first = r->exact ? (long)r->estimate - (long)n : -1;
	else if (f->kind == FETCH_BEFORE && r->first >= (long)n)
		r->first -= (long)n;
	else if (f->kind == FETCH_BEFORE || f->kind == FETCH_GOTO)
		r->first = -1;
	else if (f->kind == FETCH_REFRESH)
		r->first = f->first;
	if (f->kind == FETCH_GOTO)
		r->about = r->estimate >= 0 ? r->landing * r->estimate : -1;
	else if (f->kind == FETCH_LAST)
		r->about = r->estimate - (double)n;
	else if (f->kind == FETCH_BEFORE)
		r->about -= (double)n;
	else if (f->kind == FETCH_REFRESH)
		r->about = f->about;
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
		window_drop_moved(r, 0, r->rows.len - n);
		r->at_end = short_page;
		break;
	case FETCH_BEFORE:
		window_prepend(r, f->chunk, n, true);
		r->cursor += n;
		r->top += n;
		window_drop_moved(r, n, r->rows.len);
		r->at_start = short_page;
		break;
	case FETCH_REFRESH:
		arrive_refresh(r, f, n);
		r->at_end = short_page;
		break;
	case FETCH_GOTO:
		window_replace(r, f->chunk, n, f->back, false);
		r->at_start = f->back && short_page;
		r->at_end = !f->back && short_page;
		break;
	}
	count_before(r, f, n);
}

static void learn(struct rowset *r, struct fetch *f, const struct txn_result *result)
{
	const struct reply *time = result->replies[f->time];

	if (f->describe >= 0)
		types_learn(r, result->replies[f->describe]);
	r->as_of_us = reply_int(time, 0, 0);
	session_note_behind(r->session,
			    reply_text(time, 0, 1) ? (double)reply_int(time, 0, 1) / 1000 : 0);
	free(r->sql);
	struct buf sql = BUF_INIT;
	sql_with_values(&sql, f->sql.data, &f->params);
	r->sql = buf_detach(&sql);
}

/* The screen can show more of a value than it could when this was asked for. */
static bool came_short(const struct rowset *r, const struct chunk *c)
{
	for (size_t col = 0; col < c->ncuts && col < r->cols.len; col++) {
		bool binary;

		if (c->cuts[col] && source_cut(r, col, &binary) > abs(c->cuts[col]) &&
		    window_is_short(r, col))
			return true;
	}
	return false;
}

static void page_done(void *ctx, const struct txn_result *result)
{
	struct fetch *f = ctx;
	struct rowset *r = f->r;

	f->answered = true;
	if (r->current != f)
		return;
	r->current = NULL;
	if (r->trial)
		return;
	if (result->err.kind && f->kind == FETCH_GOTO && r->shown == r->asked) {
		jump_fail(r, &result->err);
		return;
	}
	if (result->err.kind) {
		question_failed(r, &result->err, f->kind == FETCH_REFRESH);
		return;
	}
	const struct reply *page = result->replies[f->page];
	bool all = r->all_columns;
	learn(r, f, result);
	if (all)
		chunk_whole(f->chunk, r);
	chunk_take(f->chunk, page);
	r->stale = false;
	err_clear(&r->err);
	if (r->widen && f->kind == FETCH_FIRST && reply_rows(page) == 0) {
		/* What an index serves finds nothing: ask whether to look inside. */
		r->widen = false;
		question_refuse(r);
		return;
	}
	if (f->kind == FETCH_FIRST || f->kind == FETCH_LAST || f->kind == FETCH_GOTO)
		r->shown = r->asked;
	if (fits(r, f)) {
		if (lost_its_place(r, f, result))
			return;
		arrive(r, f, reply_rows(page));
	}
	if (r->rows.len == 0 && !r->at_start)
		fetch_start(r, FETCH_LAST, r->height); /* all from here on is gone */
	else
		travel_arrived(r, f->kind);
	question_size(r, f->kind);
	if (came_short(r, f->chunk))
		rowset_refresh(r);
	rowset_tell(r, ROWSET_ROWS);
}

/* ---- a page is asked for ---- */

static void set_anchor(const struct rowset *r, struct page_request *req,
		       struct request_parts *parts, size_t row)
{
	size_t n;
	struct order *order = effective_order(r, &n);

	parts->anchor = xcalloc(n + 1, sizeof *parts->anchor);
	parts->beginnings = xcalloc(n + 1, sizeof *parts->beginnings);
	for (size_t i = 0; i < n; i++) {
		parts->anchor[i] = window_text(r, row, order[i].col);
		parts->beginnings[i] = window_beginning(r, row, order[i].col);
	}
	req->anchor = parts->anchor;
	req->beginnings = parts->beginnings;
	req->nanchor = n;
	free(order);
}

static void set_place(const struct rowset *r, struct page_request *req,
		      struct request_parts *parts, enum fetch_kind kind, size_t head)
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
		set_anchor(r, req, parts, head);
}

/* All columns of the base, not only those that are fetched: filters speak of others. */
int fetch_add_describe(const struct rowset *r, struct txn *txn, const struct page_request *req)
{
	struct page_request all = *req;
	struct params params = PARAMS_INIT;
	struct buf sql = BUF_INIT;

	all.ncolumns = 0;
	page_describe(&sql, &params, session_sql(r->session), &all);
	int i = txn_add(txn, sql.data, &params);
	buf_release(&sql);
	params_release(&params);
	return i;
}

static bool is_cut(const struct page_request *req)
{
	for (size_t i = 0; i < req->nanchor; i++)
		if (req->beginnings && req->beginnings[i])
			return true;
	return false;
}

static int add_anchor_row(const struct rowset *r, struct txn *txn,
			  const struct page_request *req)
{
	struct params params = PARAMS_INIT;
	struct buf sql = BUF_INIT;

	page_anchor(&sql, &params, session_sql(r->session), req);
	int i = txn_add(txn, sql.data, &params);
	buf_release(&sql);
	params_release(&params);
	return i;
}

static void send_page(struct rowset *r, enum fetch_kind kind, const struct page_request *req,
		      size_t head)
{
	struct fetch *f = xcalloc(1, sizeof *f);
	/* The page and the row that it goes on from are of one moment. */
	bool cut = kind != FETCH_GOTO && is_cut(req);
	struct txn *txn = page_txn(r, cut ? TXN_SNAPSHOT : TXN_READ,
				   r->def->refresh > 0 ? USE_WATCH : USE_READ);
	struct request_callbacks cb = { .done = page_done, .release = fetch_release, .ctx = f };

	fetch_let_go(r);
	r->walked = types_sort_is_walked(r);
	*f = (struct fetch){ .r = r,
			     .kind = kind,
			     .limit = req->limit,
			     .head = head,
			     .describe = -1,
			     .anchor = -1 };
	buf_init(&f->sql);
	params_init(&f->params);
	f->chunk = chunk_new(r);
	f->from_start = req->from == PAGE_FIRST;
	f->first = r->first >= 0 ? r->first + (long)head : -1;
	f->about = r->about >= 0 ? r->about + (double)head : r->about;
	f->back = req->from == PAGE_BEFORE;
	if (kind == FETCH_AFTER || kind == FETCH_BEFORE)
		f->edge = r->rows.v[kind == FETCH_AFTER ? r->rows.len - 1 : 0];
	if (f->chunk->as_text)
		f->describe = fetch_add_describe(r, txn, req);
	f->time = txn_add(txn, sqlset_get(session_sql(r->session), "page_time", 0)->text, NULL);
	page_compose(&f->sql, &f->params, session_sql(r->session), req);
	f->page = txn_add(txn, f->sql.data, &f->params);
	f->anchor = cut ? add_anchor_row(r, txn, req) : -1;
	r->current = f;
	*VEC_PUSH(&r->fetches) = f;
	r->since_us = time_monotonic_us();
	f->request = db_send(session_db(r->session), rowset_lane(r), txn, &cb, r);
	/* That more rows come was told with those that are here. */
	if (kind != FETCH_AFTER && kind != FETCH_BEFORE)
		rowset_tell(r, ROWSET_STATE);
}

static void start(struct rowset *r, enum fetch_kind kind, int limit, size_t head)
{
	struct page_request req;
	struct request_parts parts;

	if (r->spooled) {
		spool_fetch(r, kind, limit);
		return;
	}
	r->refresh_wanted = r->refresh_wanted && kind != FETCH_REFRESH;
	request_build(r, &req, &parts, false);
	req.limit = limit;
	set_place(r, &req, &parts, kind, head);
	send_page(r, kind, &req, head);
	request_parts_release(&parts);
}

void fetch_start(struct rowset *r, enum fetch_kind kind, int limit)
{
	start(r, kind, limit, 0);
}

static void refresh_from(struct rowset *r, size_t head)
{
	size_t limit = r->rows.len;

	if (limit < (size_t)r->height || r->at_end)
		limit += (size_t)r->height;
	start(r, FETCH_REFRESH, (int)limit, head);
}

static void go_to(struct rowset *r, enum page_from from, const char *const *anchor,
		  const int *beginnings, size_t n)
{
	struct page_request req;
	struct request_parts parts;

	request_build(r, &req, &parts, false);
	req.limit = r->height;
	req.from = from;
	req.anchor = anchor;
	req.beginnings = beginnings;
	req.nanchor = n;
	r->jump.asking = false;
	r->direction = 0;
	r->landing = -1;
	send_page(r, FETCH_GOTO, &req, 0);
	request_parts_release(&parts);
}

void fetch_goto(struct rowset *r, const char *const *anchor, const int *beginnings, size_t n)
{
	go_to(r, PAGE_AT, anchor, beginnings, n);
}

void fetch_goto_back(struct rowset *r, const char *const *anchor, size_t n)
{
	go_to(r, PAGE_BEFORE, anchor, NULL, n);
}

void rowset_refresh(struct rowset *r)
{
	if (r->phase != PHASE_OPEN) {
		fetch_anew(r);
	} else if (r->spooled) {
		if (r->run || r->height == 0)
			return;
		/* The first run may have brought nothing to look at again. */
		if (r->spool)
			spool_fetch(r, FETCH_REFRESH, 0);
		else
			spool_start(r);
	} else if (r->current || r->gating) {
		r->refresh_wanted = true;
	} else if (r->shown != r->asked) {
		if (!r->refused)
			fetch_anew(r);
	} else {
		refresh_from(r, 0);
	}
}
