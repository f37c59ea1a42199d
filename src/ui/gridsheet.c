/* SPDX-License-Identifier: MIT */
/*
 * gridsheet.c - rows of a grid that were painted already.
 *
 * Most keys move the cursor, or the rows by one: then a row at most is formatted, and the
 * others are copied.
 */
#include "grid_priv.h"

static uint64_t mix(uint64_t hash, uint64_t value)
{
	return (hash ^ value) * 0x100000001b3u;
}

/* Of all that cells depend on beside their row.  An age is one of a second. */
static uint64_t look_of(const struct grid *g)
{
	uint64_t hash = mix(0xcbf29ce484222325u, g->ops->edition(g->p));

	hash = mix(hash, (uint64_t)(g->ops->now(g->p) / 1000000));
	hash = mix(hash, g->rows && rowset_stale(g->rows));
	for (size_t i = 0; i < g->cols.v.len; i++) {
		const struct gridcol *c = &g->cols.v.v[i];
		const struct screen_column *def = g->ops->column(g->p, c->source);

		if (!c->width)
			continue;
		hash = mix(hash, c->source);
		hash = mix(hash, (uintptr_t)def->format);
		hash = mix(hash, (uintptr_t)def->styles);
		hash = mix(hash, (uint64_t)def->align);
		hash = mix(hash, (uint64_t)c->kind);
		hash = mix(hash, (uint64_t)c->x << 32 | (uint64_t)c->width);
	}
	return hash;
}

static void begin(struct gridsheet *s, int rows, int cols)
{
	if (!s->canvas)
		s->canvas = canvas_new(rows, cols);
	else if (s->canvas->rows != rows || s->canvas->cols != cols)
		canvas_resize(s->canvas, rows, cols);
	s->from = s->to = 0;
}

/* Lines of rows that stay move to where they are now. */
static void keep(struct gridsheet *s, size_t from, size_t to)
{
	if (from >= s->to || to <= s->from) {
		s->from = s->to = from;
		return;
	}
	canvas_scroll(s->canvas, (int)((long)from - (long)s->from));
	s->from = s->from > from ? s->from : from;
	s->to = s->to < to ? s->to : to;
}

void gridsheet_paint(struct grid *g, size_t from, size_t to, struct canvas *c, int y)
{
	struct gridsheet *s = &g->sheet;
	uint64_t look = look_of(g);

	if (from >= to)
		return;
	if (!s->canvas || s->look != look || s->canvas->rows != g->height ||
	    s->canvas->cols != c->cols)
		begin(s, g->height, c->cols);
	keep(s, from, to);
	for (size_t row = from; row < to; row++) {
		int line = (int)(row - from);

		if (row >= s->from && row < s->to)
			continue;
		canvas_fill(s->canvas, line, 0, 1, c->cols, STYLE_NORMAL);
		grid_paint_cells(g, row, s->canvas, line);
	}
	s->from = from;
	s->to = to;
	s->look = look;
	canvas_copy(c, y, s->canvas, 0, (int)(to - from));
}

void gridsheet_release(struct gridsheet *s)
{
	canvas_free(&s->canvas);
}
