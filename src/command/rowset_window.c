/* SPDX-License-Identifier: MIT */
/*
 * rowset_window.c - the rows that are held: a run of rows of a few replies, in the order of the
 * whole.
 */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/map.h"
#include "base/timefmt.h"
#include "base/utf8.h"
#include "command/mask.h"
#include "cells.h"
#include "rowset_priv.h"
#include "db/reply.h"
#include "domain/pgtype.h"
#include "domain/rowkey.h"

enum { MARKED_US = 3000000 };

struct chunk *chunk_new(const struct rowset *r)
{
	struct chunk *c = xcalloc(1, sizeof *c);

	c->refs = 1;
	c->as_text = !types_known(r);
	c->ncuts = r->cols.len;
	c->cuts = xcalloc(c->ncuts + 1, sizeof *c->cuts);
	for (size_t i = 0; i < c->ncuts; i++) {
		bool binary;
		c->cuts[i] = source_cut(r, i, &binary);
		if (binary)
			c->cuts[i] = -c->cuts[i];
	}
	return c;
}

/* The columns were not known when it was sent: all came as they are. */
void chunk_whole(struct chunk *c, const struct rowset *r)
{
	free(c->cuts);
	c->as_text = false;
	c->ncuts = r->cols.len;
	c->cuts = xcalloc(c->ncuts + 1, sizeof *c->cuts);
}

void chunk_take(struct chunk *c, const struct reply *rows)
{
	c->packed = cells_pack(rows);
	if (!c->packed)
		c->reply = reply_ref(rows);
}

void chunk_free(struct chunk *c)
{
	if (!c || --c->refs > 0)
		return;
	reply_free(&c->reply);
	cells_free(&c->packed);
	arena_free(&c->arena);
	free(c->cuts);
	free(c);
}

size_t chunk_bytes(const struct chunk *c)
{
	size_t cells = c->arena	   ? arena_bytes(c->arena)
		       : c->packed ? cells_bytes(c->packed)
				   : reply_bytes(c->reply);

	return cells + c->ncuts * sizeof *c->cuts;
}

const char *chunk_text(const struct chunk *c, size_t row, size_t col, size_t *len)
{
	const char *text;

	*len = 0;
	if (col >= c->ncuts)
		return NULL;
	if (c->cells) {
		*len = c->lens[row * c->ncuts + col];
		return c->cells[row * c->ncuts + col];
	}
	if (c->packed)
		return cells_text(c->packed, row, col, len);
	text = reply_text(c->reply, row, col);
	*len = text ? reply_length(c->reply, row, col) : 0;
	return text;
}

static void row_release(struct row *row)
{
	chunk_free(row->chunk);
	free(row->key);
	free(row->changed);
}

static struct row row_of(struct chunk *c, size_t i, size_t n, bool reverse)
{
	c->refs++;
	return (struct row){ .chunk = c, .i = reverse ? n - 1 - i : i };
}

void window_append(struct rowset *r, struct chunk *c, size_t n, bool reverse)
{
	for (size_t i = 0; i < n; i++)
		*VEC_PUSH(&r->rows) = row_of(c, i, n, reverse);
}

void window_prepend(struct rowset *r, struct chunk *c, size_t n, bool reverse)
{
	size_t old = r->rows.len;

	r->edition++;
	for (size_t i = 0; i < n; i++)
		*VEC_PUSH(&r->rows) = row_of(c, i, n, reverse);
	if (n == 0 || old == 0)
		return;
	struct row *fresh = xreallocarray(NULL, n, sizeof *fresh);
	memcpy(fresh, r->rows.v + old, n * sizeof *fresh);
	memmove(r->rows.v + n, r->rows.v, old * sizeof *fresh);
	memcpy(r->rows.v, fresh, n * sizeof *fresh);
	free(fresh);
}

void window_clear(struct rowset *r)
{
	window_drop_tail(r, r->rows.len);
	VEC_RELEASE(&r->rows);
}

void window_drop_head(struct rowset *r, size_t n)
{
	r->edition += n > 0;
	for (size_t i = 0; i < n; i++)
		row_release(&r->rows.v[i]);
	if (n > 0)
		memmove(r->rows.v, r->rows.v + n, (r->rows.len - n) * sizeof *r->rows.v);
	r->rows.len -= n;
	r->spool_at += n;
}

void window_drop_tail(struct rowset *r, size_t n)
{
	r->edition += n > 0;
	while (n-- > 0)
		row_release(&r->rows.v[--r->rows.len]);
}

/* ---- cells ---- */

const char *window_text(const struct rowset *r, size_t row, size_t col)
{
	const struct row *w = &r->rows.v[row];

	size_t len;

	return chunk_text(w->chunk, w->i, col, &len);
}

/* Bytes of the first n characters; *more tells whether there are others. */
static size_t first_chars(const char *s, size_t len, int n, bool *more)
{
	size_t at = 0;
	uint32_t cp;

	for (int i = 0; i < n && at < len; i++)
		at += utf8_decode(s + at, len - at, &cp);
	*more = at < len;
	return at;
}

/* Where bytes are characters to the server; but none of them is cut in two. */
static size_t first_of_bytes(const char *s, size_t len, int n, bool *more)
{
	size_t at = (size_t)n;

	*more = len > at;
	if (!*more)
		return len;
	for (int i = 0; i < 3 && at > 0 && ((unsigned char)s[at] & 0xC0) == 0x80; i++)
		at--;
	return at;
}

/* bytea is printed as \x and two digits per byte. */
static size_t first_bytes(size_t len, int n, bool *more)
{
	size_t shown = 2 + 2 * (size_t)n;

	*more = len > shown;
	return *more ? shown : len;
}

/* What is longer than the cut in bytes may be whole all the same; where characters are bytes to the
 * server (SQL_ASCII), it is not. */
int cell_beginning(int cut, const char *text, size_t len)
{
	size_t whole = cut > 0 ? (size_t)cut : 2 + 2 * (size_t)-cut;

	if (!text || cut == 0 || len <= whole)
		return 0;
	return cut > 0 ? cut + 1 : cut - 1;
}

int window_beginning(const struct rowset *r, size_t row, size_t col)
{
	const struct row *w = &r->rows.v[row];
	size_t len;
	const char *text = chunk_text(w->chunk, w->i, col, &len);

	return cell_beginning(col < w->chunk->ncuts ? w->chunk->cuts[col] : 0, text, len);
}

static const char *cell_of(const struct rowset *r, const struct row *row, size_t col,
			   size_t *len, bool *cut)
{
	const struct chunk *c = row->chunk;
	const char *text = chunk_text(c, row->i, col, len);

	*cut = false;
	if (!text || c->cuts[col] == 0)
		return text;
	/* Cast to text a boolean is spelled out. */
	if (c->as_text && r->cols.v[col].type_oid == PGTYPE_BOOL) {
		*len = 1;
		return *text == 't' ? "t" : "f";
	}
	if (c->cuts[col] < 0)
		*len = first_bytes(*len, -c->cuts[col], cut);
	else if (!c->cells && source_counts_bytes(r))
		*len = first_of_bytes(text, *len, c->cuts[col], cut);
	else
		*len = first_chars(text, *len, c->cuts[col], cut);
	return text;
}

const char *rowset_cell(const struct rowset *r, size_t row, size_t col, size_t *len, bool *cut)
{
	if (r->cols.v[col].mask && window_text(r, row, col)) {
		*cut = false;
		*len = strlen(mask_text);
		return mask_text;
	}
	return cell_of(r, &r->rows.v[row], col, len, cut);
}

bool window_is_short(const struct rowset *r, size_t col)
{
	bool binary, cut;
	int now = source_cut(r, col, &binary);
	size_t len;

	for (size_t i = 0; now > 0 && i < r->rows.len; i++) {
		const struct chunk *c = r->rows.v[i].chunk;

		if (col < c->ncuts && c->cuts[col] && abs(c->cuts[col]) < now &&
		    cell_of(r, &r->rows.v[i], col, &len, &cut) && cut)
			return true;
	}
	return false;
}

unsigned rowset_marks_ms(const struct rowset *r)
{
	int64_t left = r->marked_us ? r->marked_us + MARKED_US - time_monotonic_us() : 0;

	return left > 0 ? (unsigned)(left / 1000) + 1 : 0;
}

bool rowset_changed(const struct rowset *r, size_t row, size_t col)
{
	return r->rows.v[row].changed && r->rows.v[row].changed[col] && rowset_marks_ms(r);
}

static char *key_text(const struct rowset *r, const struct row *row)
{
	const char **values;
	struct buf text = BUF_INIT;
	size_t len;

	if (r->key.len == 0)
		return NULL;
	values = xcalloc(r->key.len, sizeof *values);
	for (size_t i = 0; i < r->key.len; i++)
		values[i] = chunk_text(row->chunk, row->i, r->key.v[i], &len);
	rowkey_format(&text, values, r->key.len);
	free(values);
	return buf_detach(&text);
}

const char *rowset_key(const struct rowset *r, size_t row)
{
	struct row *w = &r->rows.v[row];

	if (!w->key)
		w->key = key_text(r, w);
	return w->key ? w->key : "";
}

long window_find(struct rowset *r, const char *key)
{
	for (size_t i = 0; key && r->key.len > 0 && i < r->rows.len; i++)
		if (strcmp(rowset_key(r, i), key) == 0)
			return (long)i;
	return -1;
}

/*
 * A row that moved in the order while the window travelled comes a second time: the newer one
 * is true.  Rows [from, to) of the window are older than the others.
 */
void window_drop_moved(struct rowset *r, size_t from, size_t to)
{
	struct map *fresh = map_new(NULL);

	for (size_t i = 0; r->key.len > 0 && i < r->rows.len; i++)
		if (i < from || i >= to)
			map_set(fresh, rowset_key(r, i), r);
	for (size_t i = to; map_len(fresh) > 0 && i-- > from;) {
		if (!map_has(fresh, rowset_key(r, i)))
			continue;
		row_release(&r->rows.v[i]);
		VEC_REMOVE(&r->rows, i);
		r->edition++;
		r->cursor -= r->cursor > i;
		r->top -= r->top > i;
	}
	map_free(&fresh);
}

/* ---- refresh: what changed ---- */

static bool same_cell(const struct rowset *r, const struct row *a, const struct row *b,
		      size_t col)
{
	size_t la, lb;
	bool cut_a, cut_b;
	const char *ta = cell_of(r, a, col, &la, &cut_a), *tb = cell_of(r, b, col, &lb, &cut_b);

	if (!ta || !tb)
		return ta == tb;
	return la == lb && cut_a == cut_b && memcmp(ta, tb, la) == 0;
}

static void mark_row(struct rowset *r, struct row *now, const struct row *was)
{
	for (size_t col = 0; col < r->cols.len; col++) {
		/* Cut to another width is no change; nor is a column that was not fetched
		 * before. */
		if (col >= was->chunk->ncuts || col >= now->chunk->ncuts ||
		    was->chunk->cuts[col] != now->chunk->cuts[col] ||
		    same_cell(r, now, was, col))
			continue;
		if (!now->changed)
			now->changed = xcalloc(r->cols.len, 1);
		now->changed[col] = 1;
		r->marked_us = time_monotonic_us();
	}
}

static void mark_new(struct rowset *r, size_t from, size_t to)
{
	for (size_t i = from; i < to; i++) {
		struct row *now = &r->rows.v[i];

		if (!now->changed)
			now->changed = xcalloc(r->cols.len, 1);
		memset(now->changed, 1, r->cols.len);
		r->marked_us = time_monotonic_us();
	}
}

/* A row that was not there is a new one where its neighbours were, or where the old rows ended
 * because there were no more; elsewhere it may only have come into sight. */
static void mark_rows(struct rowset *r, struct row *old, size_t nold)
{
	struct map *by_key = map_new(NULL);
	size_t strange = 0; /* so many rows before this one were not there */
	bool sure = r->at_start;

	for (size_t i = 0; i < nold; i++) {
		if (!old[i].key)
			old[i].key = key_text(r, &old[i]);
		if (old[i].key)
			map_set(by_key, old[i].key, &old[i]);
	}
	for (size_t i = 0; i < r->rows.len && r->key.len > 0; i++) {
		const struct row *was = map_get(by_key, rowset_key(r, i));

		if (!was) {
			strange++;
			continue;
		}
		mark_row(r, &r->rows.v[i], was);
		if (sure)
			mark_new(r, i - strange, i);
		sure = true;
		strange = 0;
	}
	if (sure && r->at_end)
		mark_new(r, r->rows.len - strange, r->rows.len);
	map_free(&by_key);
}

void window_replace(struct rowset *r, struct chunk *c, size_t n, bool reverse, bool mark)
{
	struct row *old = r->rows.v;
	size_t nold = r->rows.len;

	r->rows.v = NULL;
	r->rows.len = r->rows.cap = 0;
	r->edition++;
	window_append(r, c, n, reverse);
	if (mark)
		mark_rows(r, old, nold);
	for (size_t i = 0; i < nold; i++)
		row_release(&old[i]);
	free(old);
}
