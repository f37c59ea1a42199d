/* SPDX-License-Identifier: MIT */
/*
 * rowset_stream.c - all rows through a stream: whole values, the same order and filters as the
 * grid, never more than a chunk in memory.
 */
#include <stdlib.h>

#include "base/alloc.h"
#include "db/reply.h"
#include "rowset_priv.h"

struct stream {
	struct rowset *r;
	struct rowset_stream_callbacks cb;
	uint64_t rows;
	const char **cells;
	size_t *lens;
	size_t n;
};

static void stream_release(void *ctx)
{
	struct stream *s = ctx;

	free(s->cells);
	free(s->lens);
	free(s);
}

static void start(struct stream *s, const struct reply *rows)
{
	source_learn(s->r, rows);
	s->n = reply_columns(rows);
	s->cells = xcalloc(s->n + 1, sizeof *s->cells);
	s->lens = xcalloc(s->n + 1, sizeof *s->lens);
}

static bool stream_rows(void *ctx, int index UNUSED, const struct reply *rows)
{
	struct stream *s = ctx;

	if (!s->cells)
		start(s, rows);
	for (size_t row = 0; row < reply_rows(rows); row++) {
		for (size_t col = 0; col < s->n; col++) {
			s->cells[col] = reply_text(rows, row, col);
			s->lens[col] = s->cells[col] ? reply_length(rows, row, col) : 0;
		}
		s->rows++;
		if (!s->cb.row(s->cb.ctx, s->cells, s->lens, s->n))
			return false;
	}
	return true;
}

static void stream_done(void *ctx, const struct txn_result *result)
{
	const struct stream *s = ctx;

	s->cb.done(s->cb.ctx, result->err.kind ? &result->err : NULL, s->rows);
}

struct request *rowset_stream(struct rowset *r, int64_t limit,
			      const struct rowset_stream_callbacks *cb)
{
	struct page_request req;
	struct request_parts parts;
	struct params params = PARAMS_INIT;
	struct buf sql = BUF_INIT;
	struct stream *s = xcalloc(1, sizeof *s);
	const struct request_callbacks rcb = {
		.done = stream_done,
		.on_rows = stream_rows,
		.release = stream_release,
		.ctx = s,
	};
	/* Beside a grid that is being looked at, on a connection of its own. */
	enum db_lane lane = r->height > 0 ? DB_BULK : DB_READ;
	struct txn *txn = rowset_txn(r, USE_BULK);

	*s = (struct stream){ .r = r, .cb = *cb };
	request_build(r, &req, &parts, true);
	req.limit = limit > 0 && limit < INT32_MAX ? (int)limit : 0;
	page_compose(&sql, &params, session_sql(r->session), &req);
	txn_stream(txn, txn_add(txn, sql.data, &params));
	struct request *request = db_send(session_db(r->session), lane, txn, &rcb, r);
	request_parts_release(&parts);
	params_release(&params);
	buf_release(&sql);
	return request;
}
