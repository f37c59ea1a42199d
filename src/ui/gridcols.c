/* SPDX-License-Identifier: MIT */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/utf8.h"
#include "grid_priv.h"

enum {
	GAP = 2,
	LEFT = 1,
	LEAST = 12,
	NAME_LEAST = 20
}; /* between columns; of the cursor's mark; of a cut column; of a cut name */

const char *column_title(const struct screen_column *c)
{
	return c->title ? c->title : c->name;
}

void gridcols_release(struct gridcols *g)
{
	VEC_RELEASE(&g->v);
}

static struct gridcol *find(struct gridcols *g, size_t source)
{
	for (size_t i = 0; i < g->v.len; i++)
		if (g->v.v[i].source == source)
			return &g->v.v[i];
	return NULL;
}

static void step_off_hidden(struct gridcols *g)
{
	size_t n = g->v.len;

	for (size_t i = 0; i < n; i++) {
		size_t at = (g->cursor + i) % n;

		if (!g->v.v[at].hidden) {
			g->cursor = at;
			return;
		}
	}
}

/* The tenant's column comes and goes with the scope. */
static void follow(struct gridcol *c, bool hidden)
{
	if (c->unasked != hidden)
		c->hidden = c->unasked = hidden;
}

void gridcols_take(struct gridcols *g, const struct rows_ops *ops, const void *p)
{
	size_t n = ops->columns(p);
	bool anew = !g->v.len;

	for (size_t i = 0; i < n; i++) {
		const struct screen_column *c = ops->column(p, i);
		const char *title = column_title(c);
		int width = canvas_text_width(title, strlen(title));
		struct gridcol *have = find(g, i);

		if (have) {
			follow(have, c->hidden);
			continue;
		}
		*VEC_PUSH(&g->v) = (struct gridcol){
			.source = i,
			.natural = width,
			.hidden = c->hidden || (c->alone && g->part),
			.unasked = c->hidden,
			.frozen = c->freeze,
		};
	}
	for (size_t i = g->v.len; i-- > 0;)
		if (g->v.v[i].source >= n)
			VEC_REMOVE(&g->v, i);
	if (g->cursor >= g->v.len)
		g->cursor = 0;
	if (anew)
		gridcols_to(g, false);
	step_off_hidden(g);
}

void gridcols_fit(struct gridcols *g, size_t col)
{
	for (size_t i = 0; i < g->v.len; i++) {
		if (col != SIZE_MAX && g->v.v[i].source != col)
			continue;
		g->v.v[i].by_hand = 0;
		g->v.v[i].natural = 0;
		g->v.v[i].seen_to = 0;
	}
}

int gridcols_widest(const struct gridcol *c, const struct rows_ops *ops, const void *p)
{
	const struct screen_column *def = ops->column(p, c->source);

	return c->by_hand   ? c->by_hand
	       : def->width ? def->width
	       : def->max   ? def->max
			    : CELL_DEFAULT_MAX;
}

int gridcols_most(const struct gridcol *c, const struct rows_ops *ops, const void *p, int free,
		  int width)
{
	int widest = gridcols_widest(c, ops, p), most = widest > c->width ? widest : c->width;

	if (c->by_hand)
		return c->width;
	return most + free < width - c->x ? most + free : width - c->x;
}

/* At first; a long name, which is read by its ends, is not all that there is to see. */
static int most_width(const struct gridcol *c, const struct screen_column *def, int cols)
{
	int share = cols / 3 > NAME_LEAST ? cols / 3 : NAME_LEAST;

	if (def->max)
		return def->max;
	return c->kind == VALUE_NAME && share < CELL_DEFAULT_MAX ? share : CELL_DEFAULT_MAX;
}

static int wanted_width(const struct gridcol *c, const struct screen_column *def, int cols)
{
	int max = most_width(c, def, cols), width;

	if (c->by_hand)
		return c->by_hand;
	if (def->width)
		return def->width;
	width = c->natural < max ? c->natural : max;
	if (width < def->min)
		width = def->min;
	return width < 1 ? 1 : width;
}

/* What is left of a column that is cut: its head whole, and some of the values. */
static int least_width(const struct screen_column *def, int want)
{
	const char *title = column_title(def);
	/* the sort mark, or › behind it */
	int head = canvas_text_width(title, strlen(title)) + 1;
	int least = head > LEAST ? head : LEAST;

	return want < least ? want : least;
}

static bool others_behind(const struct gridcols *g, size_t i)
{
	while (++i < g->v.len)
		if (!g->v.v[i].hidden && !g->v.v[i].frozen)
			return true;
	return false;
}

/* Columns to paint from g->first on, behind the frozen ones; returns whether the cursor's is
 * among them. */
static bool place_from(struct gridcols *g, const struct rows_ops *ops, const void *p, int width)
{
	int x = LEFT;
	bool cursor_shown = false, full = false;

	g->more_left = g->more_right = false;
	for (int pass = 0; pass < 2; pass++) { /* the frozen ones first */
		for (size_t i = 0; i < g->v.len; i++) {
			struct gridcol *c = &g->v.v[i];
			int want, least;

			if (c->hidden || c->frozen != (pass == 0))
				continue;
			c->width = 0;
			if (pass == 1 && i < g->first) {
				g->more_left = true;
				continue;
			}
			want = wanted_width(c, ops->column(p, c->source), width);
			least = least_width(ops->column(p, c->source), want);
			/* The last one may be cut, but not to nothing, unless it is alone; ›
			 * behind it tells of more. */
			if (full ||
			    (x > LEFT && x + least + others_behind(g, i) > width)) {
				full = g->more_right = true;
				continue;
			}
			c->x = x;
			c->width = x + want > width ? width - x : want;
			x += c->width + GAP;
			cursor_shown |= i == g->cursor;
		}
	}
	return cursor_shown;
}

int gridcols_free(const struct gridcols *g, int width)
{
	int used = 0;

	for (size_t i = 0; i < g->v.len; i++)
		if (g->v.v[i].width && g->v.v[i].x + g->v.v[i].width > used)
			used = g->v.v[i].x + g->v.v[i].width;
	return width - used - (g->more_right ? GAP : 0); /* › stands behind them */
}

/* Free room goes to columns that are cut, from left to right. */
static void give_room(struct gridcols *g, int width)
{
	int free = gridcols_free(g, width), shift = 0;

	for (int pass = 0; pass < 2; pass++) {
		for (size_t i = 0; i < g->v.len; i++) {
			struct gridcol *c = &g->v.v[i];
			int more = c->natural - c->width, room = free - shift;

			if (!c->width || c->frozen != (pass == 0))
				continue;
			c->x += shift;
			if (c->by_hand || more <= 0 || room <= 0)
				continue;
			more = more < room ? more : room;
			c->width += more;
			shift += more;
		}
	}
}

/* The widest of the columns behind x that are cut anyway and would still be wider than this one,
 * and as wide as they must be, without another cell. */
static struct gridcol *lender(struct gridcols *g, const struct rows_ops *ops, const void *p,
			      const struct gridcol *to)
{
	struct gridcol *best = NULL;

	for (size_t i = 0; i < g->v.len; i++) {
		struct gridcol *c = &g->v.v[i];
		const struct screen_column *def = ops->column(p, c->source);

		if (c->x > to->x && c->width > to->width + 1 && c->natural > c->width &&
		    !c->by_hand && !def->width && c->width > least_width(def, c->width) &&
		    (!best || c->width > best->width))
			best = c;
	}
	return best;
}

/* What is cut lends to what is cut before it and narrower: names are there whole before
 * sentences are there for longer. */
static void lend_room(struct gridcols *g, const struct rows_ops *ops, const void *p)
{
	for (size_t i = 0; i < g->v.len; i++) {
		struct gridcol *c = &g->v.v[i], *from;

		if (!c->width || c->by_hand || ops->column(p, c->source)->width)
			continue;
		while (c->natural > c->width && (from = lender(g, ops, p, c))) {
			from->width--;
			c->width++;
			for (size_t k = 0; k < g->v.len; k++)
				if (g->v.v[k].width && g->v.v[k].x > c->x &&
				    g->v.v[k].x <= from->x)
					g->v.v[k].x++;
		}
	}
}

void gridcols_place(struct gridcols *g, const struct rows_ops *ops, const void *p, int width)
{
	for (size_t i = 0; i < g->v.len; i++)
		g->v.v[i].width = 0;
	if (!g->v.len)
		return;
	if (!g->v.v[g->cursor].frozen && g->cursor < g->first)
		g->first = g->cursor;
	while (!place_from(g, ops, p, width) && g->first < g->cursor)
		g->first++;
	give_room(g, width);
	lend_room(g, ops, p);
}

/* The next one as they are painted, which is the frozen ones first; at SIZE_MAX: the one at that
 * end.  SIZE_MAX: there is none. */
static size_t next_of(const struct gridcols *g, size_t at, int step)
{
	bool frozen = at == SIZE_MAX ? step > 0 : g->v.v[at].frozen;

	if (at == SIZE_MAX && step < 0)
		at = g->v.len;
	for (int pass = 0; pass < 2; pass++) {
		/* below zero it is beyond the end */
		for (at += (size_t)step; at < g->v.len; at += (size_t)step)
			if (!g->v.v[at].hidden && g->v.v[at].frozen == frozen)
				return at;
		if (frozen != (step > 0))
			break;
		frozen = !frozen;
		at = step > 0 ? SIZE_MAX : g->v.len;
	}
	return SIZE_MAX;
}

void gridcols_move(struct gridcols *g, int by)
{
	int step = by < 0 ? -1 : 1;

	for (int n = by < 0 ? -by : by; n > 0 && g->v.len; n--) {
		size_t at = next_of(g, g->cursor, step);

		if (at == SIZE_MAX)
			return;
		g->cursor = at;
	}
}

size_t gridcols_next(const struct gridcols *g, size_t at)
{
	return next_of(g, at, 1);
}

void gridcols_to(struct gridcols *g, bool last)
{
	size_t at = g->v.len ? next_of(g, SIZE_MAX, last ? -1 : 1) : SIZE_MAX;

	if (at != SIZE_MAX)
		g->cursor = at;
	if (!last)
		g->first = 0;
}

size_t gridcols_source(const struct gridcols *g)
{
	return g->v.len ? g->v.v[g->cursor].source : SIZE_MAX;
}

int gridcols_at(const struct gridcols *g, int x)
{
	for (size_t i = 0; i < g->v.len; i++)
		if (g->v.v[i].width && x >= g->v.v[i].x && x < g->v.v[i].x + g->v.v[i].width)
			return (int)i;
	return -1;
}
