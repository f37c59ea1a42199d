/* SPDX-License-Identifier: MIT */
#include "spool.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "base/path.h"
#include "base/vec.h"

enum { STRIDE = 16, BATCH_BYTES = 64 << 10 };

/* A row is, per cell, its length (or -1 for NULL) as an int32_t of this machine, and the bytes.
 */
struct spool {
	int fd;
	uint64_t max_rows, max_bytes;
	uint64_t rows, bytes; /* added */
	uint64_t written;     /* bytes that are in the file */
	struct buf tail;      /* … and those that are not yet */
	size_t columns;
	VEC(uint64_t) index; /* where every STRIDE-th row begins */
};

struct spool *spool_new(uint64_t max_rows, uint64_t max_bytes, struct err *err)
{
	int fd = path_nameless(err);

	if (fd < 0)
		return NULL;
	struct spool *s = xcalloc(1, sizeof *s);
	s->fd = fd;
	s->max_rows = max_rows;
	s->max_bytes = max_bytes;
	buf_init(&s->tail);
	return s;
}

void spool_free(struct spool **sp)
{
	struct spool *s = *sp;

	*sp = NULL;
	if (!s)
		return;
	close(s->fd);
	buf_release(&s->tail);
	VEC_RELEASE(&s->index);
	free(s);
}

uint64_t spool_rows(const struct spool *s)
{
	return s->rows;
}

uint64_t spool_bytes(const struct spool *s)
{
	return s->bytes;
}

size_t spool_columns(const struct spool *s)
{
	return s->columns;
}

/* ---- writing ---- */

static bool flush(struct spool *s, struct err *err)
{
	for (size_t at = 0; at < s->tail.len;) {
		ssize_t n = pwrite(s->fd, s->tail.data + at, s->tail.len - at,
				   (off_t)(s->written + at));
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_errno(err, "spool");
		at += (size_t)n;
	}
	s->written += s->tail.len;
	buf_release(&s->tail); /* after a long cell, or the last row, it is not needed */
	return true;
}

bool spool_add(struct spool *s, const char *const *cells, const size_t *lens, size_t n,
	       struct err *err)
{
	uint64_t bytes = 0;

	for (size_t i = 0; i < n; i++)
		bytes += sizeof(int32_t) + (cells[i] ? lens[i] : 0);
	if (s->rows == s->max_rows || s->bytes + bytes > s->max_bytes)
		return false;
	if (s->tail.len + bytes >= BATCH_BYTES && !flush(s, err))
		return false;
	if (s->rows % STRIDE == 0)
		*VEC_PUSH(&s->index) = s->bytes;
	s->columns = n;
	for (size_t i = 0; i < n; i++) {
		int32_t len = cells[i] ? (int32_t)lens[i] : -1;
		buf_add(&s->tail, &len, sizeof len);
		if (cells[i])
			buf_add(&s->tail, cells[i], lens[i]);
	}
	s->rows++;
	s->bytes += bytes;
	return true;
}

/* ---- reading ---- */

static bool read_all(const struct spool *s, char *to, uint64_t from, size_t len,
		     struct err *err)
{
	for (size_t at = 0; at < len;) {
		ssize_t n = pread(s->fd, to + at, len - at, (off_t)(from + at));
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_errno(err, "spool");
		if (n == 0)
			return err_set(err, ERR_FAILED, "spool",
				       "the file is shorter than it should be");
		at += (size_t)n;
	}
	return true;
}

/* From a place on, through a buffer. */
struct reader {
	const struct spool *s;
	uint64_t at;
	uint64_t from;  /* the buffer's place */
	size_t len;
	char *data;
};

static bool fill(struct reader *r, struct err *err)
{
	uint64_t left = r->s->bytes - r->at;

	r->from = r->at;
	r->len = left < BATCH_BYTES ? (size_t)left : BATCH_BYTES;
	return read_all(r->s, r->data, r->from, r->len, err);
}

static bool take(struct reader *r, void *to, size_t n, struct err *err)
{
	for (char *out = to; n > 0;) {
		if ((r->at < r->from || r->at >= r->from + r->len) && !fill(r, err))
			return false;
		size_t have = (size_t)(r->from + r->len - r->at), now = n < have ? n : have;
		memcpy(out, r->data + (r->at - r->from), now);
		r->at += now;
		out += now;
		n -= now;
	}
	return true;
}

/* -1: NULL. */
static bool take_length(struct reader *r, int32_t *len, struct err *err)
{
	return take(r, len, sizeof *len, err);
}

static bool skip_cells(struct reader *r, uint64_t n, struct err *err)
{
	for (int32_t len; n > 0; n--) {
		if (!take_length(r, &len, err))
			return false;
		r->at += len > 0 ? (uint64_t)len : 0;
	}
	return true;
}

/* At the first cell of a row. */
static bool reader_open(struct reader *r, struct spool *s, uint64_t row, struct err *err)
{
	*r = (struct reader){ .s = s, .at = s->index.v[row / STRIDE] };
	r->data = xmalloc(BATCH_BYTES);
	return flush(s, err) && skip_cells(r, row % STRIDE * s->columns, err);
}

static bool take_cell(struct reader *r, const struct spool_page *page, size_t i, struct err *err)
{
	size_t most = page->most[i % r->s->columns];
	int32_t len;

	if (!take_length(r, &len, err))
		return false;
	page->lens[i] = len < 0 ? 0 : most && (size_t)len > most ? most : (size_t)len;
	page->cells[i] = NULL;
	if (len < 0)
		return true;
	char *text = arena_alloc(page->arena, page->lens[i] + 1);
	text[page->lens[i]] = '\0';
	page->cells[i] = text;
	if (!take(r, text, page->lens[i], err))
		return false;
	r->at += (size_t)len - page->lens[i];
	return true;
}

bool spool_read(struct spool *s, uint64_t first, size_t n, const struct spool_page *page,
		struct err *err)
{
	struct reader r;
	bool ok;

	if (n == 0)
		return true;
	if (first + n > s->rows)
		BUG("spool has %llu rows", (unsigned long long)s->rows);
	ok = reader_open(&r, s, first, err);
	for (size_t i = 0; ok && i < n * s->columns; i++)
		ok = take_cell(&r, page, i, err);
	free(r.data);
	return ok;
}

bool spool_cell(struct spool *s, uint64_t row, size_t column, struct longtext **to,
		struct err *err)
{
	struct reader r;
	int32_t len;
	bool ok = reader_open(&r, s, row, err) && skip_cells(&r, column, err) &&
		  take_length(&r, &len, err);

	*to = ok && len >= 0 ? longtext_new() : NULL;
	for (size_t left = *to ? (size_t)len : 0; ok && left > 0;) {
		size_t now = left < BATCH_BYTES ? left : BATCH_BYTES;

		ok = fill(&r, err) && longtext_add(*to, r.data, now < r.len ? now : r.len, err);
		left -= now < r.len ? now : r.len;
		r.at += now < r.len ? now : r.len;
	}
	if (!ok)
		longtext_free(to);
	free(r.data);
	return ok;
}
