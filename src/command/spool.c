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
	buf_clear(&s->tail);
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
	return s->tail.len < BATCH_BYTES || flush(s, err);
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

/* The byte after the row that begins at data[at]. */
static size_t skip_row(const struct spool *s, const char *data, size_t at)
{
	for (size_t i = 0; i < s->columns; i++) {
		int32_t len;
		memcpy(&len, data + at, sizeof len);
		at += sizeof len + (len > 0 ? (size_t)len : 0);
	}
	return at;
}

static size_t take_row(const struct spool *s, struct arena *a, const char *data, size_t at,
		       const char **cells, size_t *lens)
{
	for (size_t i = 0; i < s->columns; i++) {
		int32_t len;
		memcpy(&len, data + at, sizeof len);
		at += sizeof len;
		lens[i] = len > 0 ? (size_t)len : 0;
		cells[i] = len >= 0 ? arena_strndup(a, data + at, lens[i]) : NULL;
		at += lens[i];
	}
	return at;
}

bool spool_read(struct spool *s, struct arena *a, uint64_t first, size_t n, const char **cells,
		size_t *lens, struct err *err)
{
	uint64_t from, to, last = first + n;
	size_t at = 0;
	bool ok;

	if (n == 0)
		return true;
	if (last > s->rows)
		BUG("spool has %llu rows", (unsigned long long)s->rows);
	from = s->index.v[first / STRIDE];
	last = (last + STRIDE - 1) / STRIDE;
	to = last < s->index.len ? s->index.v[last] : s->bytes;
	char *data = xmalloc((size_t)(to - from));
	ok = flush(s, err) && read_all(s, data, from, (size_t)(to - from), err);
	for (uint64_t i = first / STRIDE * STRIDE; ok && i < first; i++)
		at = skip_row(s, data, at);
	for (size_t i = 0; ok && i < n; i++)
		at = take_row(s, a, data, at, cells + i * s->columns, lens + i * s->columns);
	free(data);
	return ok;
}
