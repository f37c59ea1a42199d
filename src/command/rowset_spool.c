/* SPDX-License-Identifier: MIT */
/*
 * rowset_spool.c - rows that cannot be paged through on the server (what :sql brings, relations
 * without a key): the query runs once, its rows go to a bounded file, and the window travels
 * there.
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/alloc.h"
#include "base/timefmt.h"
#include "command/settings.h"
#include "db/reply.h"
#include "rowset_priv.h"

enum { SPOOL_BYTES = 64 << 20 };

/* One run of the query; it may outlive the wish for it. */
struct run {
	struct rowset *r;    /* NULL: nobody wants it any more */
	struct spool *spool; /* until its first page is shown: then it is the rowset's */
	size_t *lens;
	const char **cells;
	size_t n;
	bool full;
};

static void run_release(void *ctx)
{
	struct run *run = ctx;

	if (run->r && run->r->run == run)
		run->r->run = NULL;
	spool_free(&run->spool);
	free(run->lens);
	free(run->cells);
	free(run);
	memory_give_back();
}

void spool_orphan(struct rowset *r)
{
	if (r->run)
		r->run->r = NULL;
	r->run = NULL;
}

/* ---- the window ---- */

/* Of each column as many bytes as what is shown of it can have, and one that tells that there
 * are more. */
static const size_t *most_bytes(const struct chunk *c)
{
	size_t *most = arena_array(c->arena, c->ncuts + 1, sizeof *most);

	for (size_t i = 0; i < c->ncuts; i++)
		most[i] = c->cuts[i] > 0   ? 4 * (size_t)c->cuts[i] + 1
			  : c->cuts[i] < 0 ? 2 * (size_t)-c->cuts[i] + 3
					   : 0;
	return most;
}

static struct chunk *read_chunk(struct rowset *r, uint64_t first, size_t n, struct err *err)
{
	struct chunk *c = chunk_new(r);

	c->as_text = false;
	c->ncuts = spool_columns(r->spool);
	c->arena = arena_new();
	c->cells = arena_array(c->arena, n * c->ncuts + 1, sizeof *c->cells);
	c->lens = arena_array(c->arena, n * c->ncuts + 1, sizeof *c->lens);
	struct spool_page page = { c->arena, most_bytes(c), c->cells, c->lens };
	if (spool_read(r->spool, first, n, &page, err))
		return c;
	chunk_free(c);
	return NULL;
}

void spool_fit(struct rowset *r)
{
	struct err err = ERR_INIT;
	struct chunk *c = read_chunk(r, r->spool_at, r->rows.len, &err);

	if (c)
		window_replace(r, c, r->rows.len, false, false);
	else
		rowset_fail(r, &err);
	chunk_free(c);
	err_release(&err);
	rowset_tell(r, ROWSET_ROWS);
}

/* Where the rows begin that are asked for, and how many there are. */
static size_t page_of(const struct rowset *r, enum fetch_kind kind, uint64_t limit,
		      uint64_t *first)
{
	uint64_t rows = spool_rows(r->spool), after = r->spool_at + r->rows.len;

	*first = 0;
	if (kind == FETCH_LAST)
		*first = rows > limit ? rows - limit : 0;
	else if (kind == FETCH_AFTER)
		*first = after;
	else if (kind == FETCH_BEFORE)
		*first = r->spool_at > limit ? r->spool_at - limit : 0;
	else if (kind == FETCH_GOTO)
		*first = r->spool_goto < rows ? r->spool_goto : rows > limit ? rows - limit : 0;
	uint64_t end = kind == FETCH_BEFORE ? r->spool_at : rows;
	if (*first > end)
		return 0;
	return (size_t)(end - *first < limit ? end - *first : limit);
}

static void place(struct rowset *r, enum fetch_kind kind, struct chunk *c, uint64_t first,
		  size_t n)
{
	if (kind == FETCH_AFTER) {
		window_append(r, c, n, false);
	} else if (kind == FETCH_BEFORE) {
		window_prepend(r, c, n, false);
		r->spool_at = first;
		r->cursor += n;
		r->top += n;
	} else {
		window_replace(r, c, n, false, false);
		r->spool_at = first;
	}
	r->at_start = r->spool_at == 0;
	r->at_end = r->spool_whole && r->spool_at + r->rows.len == spool_rows(r->spool);
}

void spool_fetch(struct rowset *r, enum fetch_kind kind, int limit)
{
	struct err err = ERR_INIT;
	uint64_t first;
	size_t n;

	if (!r->spool)
		return;
	if (kind == FETCH_REFRESH) {
		r->spool_goto = r->spool_at + r->top;
		r->spool_line = r->cursor - r->top;
		spool_start(r);
		return;
	}
	/* The last row is only known when all have come. */
	r->spool_last = kind == FETCH_LAST && !r->spool_whole;
	if (r->spool_last)
		return;
	n = page_of(r, kind, (uint64_t)limit, &first);
	struct chunk *c = n > 0 ? read_chunk(r, first, n, &err) : chunk_new(r);
	if (!c) {
		rowset_fail(r, &err);
		err_release(&err);
		return;
	}
	place(r, kind, c, first, n);
	chunk_free(c);
	/* Nothing ahead is no arrival. */
	if (n > 0 || (kind != FETCH_AFTER && kind != FETCH_BEFORE))
		travel_arrived(r, kind);
	rowset_tell(r, ROWSET_ROWS);
}

bool spool_percent(struct rowset *r, double part)
{
	uint64_t rows = r->spool ? spool_rows(r->spool) : 0;

	if (rows == 0) /* none has come yet, too */
		return true;
	r->spool_goto = (uint64_t)(part * (double)(rows - 1) + 0.5);
	spool_fetch(r, FETCH_GOTO, r->height);
	return true;
}

/* ---- rows come ---- */

/* The first page of a new run takes the place of what was there; the cursor keeps its line. */
static void show_first(struct rowset *r, struct run *run)
{
	size_t line = r->spool_line;

	spool_free(&r->spool);
	r->spool = run->spool;
	run->spool = NULL;
	r->shown = r->asked;
	r->note = NULL;
	spool_fetch(r, FETCH_GOTO, r->height);
	if (line > 0 && !r->jump.on) {
		r->cursor = r->top + line;
		travel_clamp(r);
	}
}

static void show(struct rowset *r, struct run *run, bool whole)
{
	if (run->spool) {
		if (!whole && spool_rows(run->spool) < r->spool_goto + (uint64_t)r->height)
			return;
		r->spool_whole = whole;
		show_first(r, run);
	}
	r->spool_whole = whole;
	r->at_end = whole && r->spool_at + r->rows.len == spool_rows(r->spool);
	if (r->spool_last && whole)
		spool_fetch(r, FETCH_LAST, r->height);
	else
		travel_ahead(r);
	r->estimate = (double)spool_rows(r->spool);
	r->exact = whole && !r->note;
	rowset_tell(r, ROWSET_STATE);
}

static void begin(struct run *run, const struct reply *rows)
{
	if (run->r->described.len == 0)
		types_learn(run->r, rows);
	run->n = reply_columns(rows);
	run->cells = xcalloc(run->n + 1, sizeof *run->cells);
	run->lens = xcalloc(run->n + 1, sizeof *run->lens);
}

static bool keep_row(struct run *run, const struct reply *rows, size_t row, struct err *err)
{
	for (size_t col = 0; col < run->n; col++) {
		run->cells[col] = reply_text(rows, row, col);
		run->lens[col] = run->cells[col] ? reply_length(rows, row, col) : 0;
	}
	return spool_add(run->spool ? run->spool : run->r->spool, run->cells, run->lens, run->n,
			 err);
}

static bool on_rows(void *ctx, int index UNUSED, const struct reply *rows)
{
	struct run *run = ctx;
	struct rowset *r = run->r;
	struct err err = ERR_INIT;

	if (!r)
		return false;
	if (!run->cells)
		begin(run, rows);
	for (size_t row = 0; row < reply_rows(rows); row++) {
		if (keep_row(run, rows, row, &err))
			continue;
		run->full = err.kind == ERR_NONE;
		if (err.kind)
			rowset_fail(r, &err);
		err_release(&err);
		return false;
	}
	show(r, run, false);
	return true;
}

static void say_full(struct rowset *r)
{
	const struct index *loose =
		r->relation && !r->query ? relation_loose_key(r->relation) : NULL;
	const char *why = r->raw ? "more is not kept of a result"
			  : loose ? arena_printf(r->arena, "the key %s may be null", loose->name)
				  : "there is no key to page by";

	r->note = arena_printf(r->arena, "only the first %llu rows are shown: %s",
			       (unsigned long long)spool_rows(r->spool), why);
}

/* It failed on a later row: those before it are as new as any, and there will be no more. */
static void stop_short(struct rowset *r)
{
	r->spool_whole = true;
	r->at_end = r->spool_at + r->rows.len == spool_rows(r->spool);
	r->exact = false;
	r->note = arena_printf(r->arena, "the row after these failed: %s", r->err.why);
	if (r->spool_last)
		spool_fetch(r, FETCH_LAST, r->height);
}

static void ended(struct rowset *r, struct run *run, const struct txn_result *result)
{
	bool cancelled = result->err.kind == ERR_CANCELLED &&
			 spool_rows(run->spool ? run->spool : r->spool) > 0;

	if (result->err.kind && !run->full && !cancelled) {
		question_failed(r, &result->err, run->spool && r->shown == r->asked);
		if (!run->spool)
			stop_short(r);
		return;
	}
	r->stale = false;
	err_clear(&r->err);
	if (!run->cells && result->replies[0])
		begin(run, result->replies[0]);
	show(r, run, true);
	if (run->full)
		say_full(r);
	else if (cancelled)
		r->note = "cancelled: these are the rows that had come";
	r->exact = !r->note;
}

static void on_done(void *ctx, const struct txn_result *result)
{
	struct run *run = ctx;
	struct rowset *r = run->r;

	if (!r)
		return;
	r->run = NULL;
	ended(r, run, result);
	run->r = NULL;
}

/* ---- the query ---- */

static bool asked_as_it_is(const struct rowset *r)
{
	return r->raw && r->ask.filters.len == 0 && r->ask.sort.len == 0;
}

void spool_compose(const struct rowset *r, struct buf *sql, struct params *params, int limit)
{
	struct page_request req;
	struct request_parts parts;

	params_clear(params);
	if (asked_as_it_is(r)) {
		buf_adds(sql, r->raw);
		return;
	}
	request_build(r, &req, &parts, true);
	req.limit = limit;
	page_compose(sql, params, session_sql(r->session), &req);
	request_parts_release(&parts);
}

static uint64_t most_rows(const struct rowset *r)
{
	return (uint64_t)settings_int(session_settings(r->session),
				      r->raw ? "sql-rows" : "keyless-rows");
}

static void send_run(struct rowset *r, struct run *run)
{
	const struct request_callbacks cb = {
		.done = on_done,
		.on_rows = on_rows,
		.release = run_release,
		.ctx = run,
	};
	struct txn *txn = rowset_txn(r, USE_READ);
	struct params params = PARAMS_INIT;
	struct buf sql = BUF_INIT, text = BUF_INIT;

	run->r = r;
	/* One more than is kept tells that there are more. */
	spool_compose(r, &sql, &params, (int)most_rows(r) + 1);
	txn_stream(txn, txn_add(txn, sql.data, &params));
	sql_with_values(&text, sql.data, &params);
	free(r->sql);
	r->sql = buf_detach(&text);
	r->run = run;
	r->since_us = time_monotonic_us();
	r->as_of_us = time_now_us();
	r->run_request = db_send(session_db(r->session), rowset_aside(r), txn, &cb, r);
	buf_release(&sql);
	params_release(&params);
}

/* What had come of rows that are shown is all that there will be of them. */
void spool_let_go(struct rowset *r)
{
	if (!r->run)
		return;
	if (!r->run->spool) {
		r->spool_whole = true;
		r->at_end = r->spool_at + r->rows.len == spool_rows(r->spool);
	}
	request_cancel(r->run_request);
	spool_orphan(r);
}

void spool_start(struct rowset *r)
{
	struct run *run = xcalloc(1, sizeof *run);
	struct err err = ERR_INIT;

	spool_let_go(r);
	run->spool = spool_new(most_rows(r), SPOOL_BYTES, &err);
	if (run->spool) {
		send_run(r, run);
	} else {
		rowset_fail(r, &err);
		free(run);
	}
	err_release(&err);
	rowset_tell(r, ROWSET_STATE);
}
