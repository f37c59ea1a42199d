/* SPDX-License-Identifier: MIT */
#include "cells.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"

enum {
	MANY = 8192, /* cells: of so many libpq's 16 bytes each are 128 KiB */
	BITS = 64,   /* of a run */
};

/* Of so many cells side by side those that have a value, and how many have one before them. */
struct run {
	uint64_t there;
	uint32_t before;
};

struct cells {
	size_t rows, cols, runs; /* runs: of one row */
	struct run *run;
	uint32_t *at; /* where the text of each value begins; one more, where the last one ends */
	char *texts;  /* each with a NUL behind it */
	size_t bytes;
};

static size_t values_of(const struct reply *rows, size_t *bytes)
{
	size_t n = 0;

	*bytes = 0;
	for (size_t row = 0; row < reply_rows(rows); row++) {
		for (size_t col = 0; col < reply_columns(rows); col++) {
			if (reply_null(rows, row, col))
				continue;
			*bytes += reply_length(rows, row, col) + 1;
			n++;
		}
	}
	return n;
}

static void fill(struct cells *c, const struct reply *rows)
{
	uint32_t n = 0, end = 0;

	for (size_t row = 0; row < c->rows; row++) {
		for (size_t col = 0; col < c->cols; col++) {
			struct run *run = &c->run[row * c->runs + col / BITS];
			size_t len;

			if (col % BITS == 0)
				run->before = n;
			if (reply_null(rows, row, col))
				continue;
			run->there |= UINT64_C(1) << col % BITS;
			len = reply_length(rows, row, col) + 1;
			memcpy(c->texts + end, reply_text(rows, row, col), len);
			c->at[n++] = end;
			end += (uint32_t)len;
		}
	}
	c->at[n] = end;
}

struct cells *cells_pack(const struct reply *rows)
{
	struct cells *c;
	size_t n, bytes, runs;

	if (reply_rows(rows) * reply_columns(rows) < MANY)
		return NULL;
	n = values_of(rows, &bytes);
	if (bytes > UINT32_MAX)
		return NULL;
	c = xcalloc(1, sizeof *c);
	c->rows = reply_rows(rows);
	c->cols = reply_columns(rows);
	c->runs = (c->cols + BITS - 1) / BITS;
	runs = c->rows * c->runs;
	c->run = xcalloc(runs, sizeof *c->run);
	c->at = xcalloc(n + 1, sizeof *c->at);
	c->texts = xmalloc(bytes + 1);
	c->bytes = sizeof *c + runs * sizeof *c->run + (n + 1) * sizeof *c->at + bytes + 1;
	fill(c, rows);
	return c;
}

void cells_free(struct cells **cp)
{
	struct cells *c = *cp;

	if (!c)
		return;
	free(c->run);
	free(c->at);
	free(c->texts);
	free(c);
	*cp = NULL;
}

const char *cells_text(const struct cells *c, size_t row, size_t col, size_t *len)
{
	uint64_t bit = UINT64_C(1) << col % BITS;
	const struct run *run;
	size_t i;

	if (row >= c->rows || col >= c->cols)
		BUG("cell %zu of row %zu of %zu with %zu", col, row, c->rows, c->cols);
	run = &c->run[row * c->runs + col / BITS];
	*len = 0;
	if (!(run->there & bit))
		return NULL;
	i = run->before + (size_t)__builtin_popcountll(run->there & (bit - 1));
	*len = c->at[i + 1] - c->at[i] - 1;
	return c->texts + c->at[i];
}

size_t cells_bytes(const struct cells *c)
{
	return c->bytes;
}
