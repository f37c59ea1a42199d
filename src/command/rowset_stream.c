/* SPDX-License-Identifier: MIT */
/*
 * rowset_stream.c - all rows through a stream: whole values, the same order and filters as the
 * grid, never more than a chunk in memory.
 */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/utf8.h"
#include "command/mask.h"
#include "db/reply.h"
#include "rowset_priv.h"

struct rowset_stream {
	struct rowset *r;
	struct rowset_stream_callbacks cb;
	struct request *request; /* NULL until it could be sent */
	int limit;
	uint64_t rows;
	const char **cells;
	size_t *lens;
	size_t n;
	struct err err; /* why it could not be sent */
};

static void stream_free(void *ctx)
{
	struct rowset_stream *s = ctx;

	for (size_t i = 0; s->r && i < s->r->sent.len; i++)
		if (s->r->sent.v[i] == s)
			VEC_REMOVE(&s->r->sent, i);
	free(s->cells);
	free(s->lens);
	err_release(&s->err);
	free(s);
}

static void start(struct rowset_stream *s, const struct reply *rows)
{
	if (!types_known(s->r))
		types_learn(s->r, rows);
	s->n = reply_columns(rows);
	s->cells = xcalloc(s->n + 1, sizeof *s->cells);
	s->lens = xcalloc(s->n + 1, sizeof *s->lens);
}

static bool stream_rows(void *ctx, int index UNUSED, const struct reply *rows)
{
	struct rowset_stream *s = ctx;

	if (!s->cells)
		start(s, rows);
	for (size_t row = 0; row < reply_rows(rows); row++) {
		for (size_t col = 0; col < s->n; col++) {
			s->cells[col] = reply_text(rows, row, col);
			if (s->cells[col] && s->r->cols.v[col].mask) {
				s->cells[col] = mask_text;
				s->lens[col] = strlen(mask_text);
				continue;
			}
			s->lens[col] = s->cells[col] ? reply_length(rows, row, col) : 0;
			if (s->cells[col] && !utf8_valid(s->cells[col], s->lens[col]))
				s->r->odd++;
		}
		s->rows++;
		/* What was written may bring more than was asked for. */
		if (s->limit > 0 && s->rows > (uint64_t)s->limit)
			return false;
		if (!s->cb.row(s->cb.ctx, s->cells, s->lens, s->n))
			return false;
	}
	return true;
}

static void stream_done(void *ctx, const struct txn_result *result)
{
	const struct rowset_stream *s = ctx;
	struct err err = ERR_INIT;

	err_copy(&err, &result->err);
	question_blame(s->r, &err);
	if (strcmp(err.sqlstate, "55P03") == 0) {
		rowset_locked(s->r, &err);
		memcpy(err.sqlstate, "55P03", sizeof err.sqlstate);
	}
	s->cb.done(s->cb.ctx, err.kind ? &err : NULL, s->rows);
	err_release(&err);
}

static void send(struct rowset_stream *s)
{
	struct rowset *r = s->r;
	struct params params = PARAMS_INIT;
	struct buf sql = BUF_INIT;
	const struct request_callbacks cb = {
		.done = stream_done,
		.on_rows = stream_rows,
		.release = stream_free,
		.ctx = s,
	};
	/* Beside a grid that is being looked at, on a connection of its own. */
	enum db_lane lane = r->height > 0 || r->beside ? DB_BULK : DB_READ;
	struct txn *txn = rowset_txn(r, USE_BULK);

	spool_compose(r, &sql, &params, s->limit);
	txn_stream(txn, txn_add(txn, sql.data, &params));
	s->request = db_send(session_db(r->session), lane, txn, &cb, s);
	*VEC_PUSH(&r->sent) = s;
	if (r->beside && r->estimate < 0)
		question_size(r, FETCH_FIRST);
	params_release(&params);
	buf_release(&sql);
}

void streams_start(struct rowset *r)
{
	for (size_t i = 0; i < r->streams.len;) {
		if (r->streams.v[i]->err.kind) {
			i++;
			continue;
		}
		send(r->streams.v[i]);
		VEC_REMOVE(&r->streams, i);
	}
}

static void tell_failure(void *ctx)
{
	struct rowset_stream *s = ctx;
	struct rowset_stream_callbacks cb = s->cb;
	struct err err = ERR_INIT;

	for (size_t i = 0; i < s->r->streams.len; i++)
		if (s->r->streams.v[i] == s)
			VEC_REMOVE(&s->r->streams, i);
	err_move(&err, &s->err);
	stream_free(s);
	cb.done(cb.ctx, &err, 0); /* which may free the rowset */
	err_release(&err);
}

/* In a later turn: whoever is told may free the rowset. */
void streams_fail(struct rowset *r, const struct err *err)
{
	for (size_t i = 0; i < r->streams.len; i++) {
		struct rowset_stream *s = r->streams.v[i];
		if (s->err.kind)
			continue;
		err_copy(&s->err, err);
		loop_defer(session_loop(r->session), tell_failure, s);
	}
}

/* Each sent one owns its request: so one can go without the others. */
static void forget(struct rowset_stream *s)
{
	struct db *db = session_db(s->r->session);

	s->r = NULL;
	db_forget(db, s);
}

void streams_free(struct rowset *r)
{
	for (size_t i = 0; i < r->streams.len; i++) {
		loop_forget(session_loop(r->session), r->streams.v[i]);
		stream_free(r->streams.v[i]);
	}
	VEC_RELEASE(&r->streams);
	for (size_t i = 0; i < r->sent.len; i++)
		forget(r->sent.v[i]);
	VEC_RELEASE(&r->sent);
}

char *rowset_odd(const struct rowset *r)
{
	if (r->odd == 0)
		return NULL;
	return xasprintf("%llu value%s with bytes that are no text: these are as they were",
			 (unsigned long long)r->odd, r->odd == 1 ? "" : "s");
}

static void begin(void *ctx)
{
	struct rowset *r = ctx;

	if (r->streams.len > 0 && fetch_prepared(r))
		streams_start(r);
}

struct rowset_stream *rowset_stream(struct rowset *r, int64_t limit,
				    const struct rowset_stream_callbacks *cb)
{
	struct rowset_stream *s = xcalloc(1, sizeof *s);

	*s = (struct rowset_stream){ .r = r, .cb = *cb };
	s->limit = limit > 0 && limit < INT32_MAX ? (int)limit : 0;
	*VEC_PUSH(&r->streams) = s;
	/* Not from in here: the caller has no handle yet. */
	loop_defer(session_loop(r->session), begin, r);
	return s;
}

void rowset_stream_pause(struct rowset_stream *s, bool pause)
{
	if (s->request)
		request_pause(s->request, pause);
}

void rowset_stream_cancel(struct rowset_stream *s)
{
	if (s->request) {
		request_cancel(s->request);
	} else if (!s->err.kind) {
		err_set(&s->err, ERR_CANCELLED, NULL, "cancelled");
		loop_defer(session_loop(s->r->session), tell_failure, s);
	}
}

void rowset_stream_drop(struct rowset_stream *s)
{
	struct rowset *r = s->r;

	for (size_t i = 0; i < r->sent.len; i++)
		if (r->sent.v[i] == s)
			VEC_REMOVE(&r->sent, i);
	for (size_t i = 0; i < r->streams.len; i++)
		if (r->streams.v[i] == s)
			VEC_REMOVE(&r->streams, i);
	loop_forget(session_loop(r->session), s);
	if (s->request)
		forget(s);
	else
		stream_free(s);
}
