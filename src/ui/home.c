/* SPDX-License-Identifier: MIT */
/*
 * home.c - the menu of screens: what one sees first, in columns by group.
 */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/utf8.h"
#include "ui/widget.h"
#include "ui_priv.h"

enum { COLUMN = 26 };

/* One line of the menu: a heading (def NULL), a screen, or nothing between groups (both NULL).
 */
struct entry {
	const char *heading;
	const struct screendef *def;
	int row, col; /* where it flows to; the row before scrolling */
};

struct home {
	VEC(struct entry) entries;
	size_t cursor; /* an entry with a def */
	int rows, top; /* of the tallest column; scrolled by */
};

/* ---- what there is ---- */

static const char *group_of(const struct screendef *d)
{
	return d->group ? d->group : "Other";
}

/* A screen that needs to be told which record cannot be opened from here. */
static bool stands_alone(const struct screendef *d)
{
	return d->kind != SCREEN_DETAIL;
}

static bool seen(const struct home *h, const char *group)
{
	for (size_t i = 0; i < h->entries.len; i++)
		if (h->entries.v[i].heading && strcmp(h->entries.v[i].heading, group) == 0)
			return true;
	return false;
}

static void add_group(struct home *h, const struct screenset *set, const char *group)
{
	if (h->entries.len)
		*VEC_PUSH(&h->entries) = (struct entry){ .heading = NULL };
	*VEC_PUSH(&h->entries) = (struct entry){ .heading = group };
	for (size_t i = 0; i < screenset_len(set); i++) {
		const struct screendef *d = screenset_at(set, i);

		if (stands_alone(d) && strcmp(group_of(d), group) == 0)
			*VEC_PUSH(&h->entries) = (struct entry){ .def = d };
	}
}

static bool open_home(struct screen *s, struct err *err)
{
	struct home *h = xcalloc(1, sizeof *h);
	const struct screenset *set = session_screens(screen_session(s));

	(void)err;
	for (size_t i = 0; i < screenset_len(set); i++) {
		const struct screendef *d = screenset_at(set, i);

		if (stands_alone(d) && !seen(h, group_of(d)))
			add_group(h, set, group_of(d));
	}
	while (h->cursor < h->entries.len && !h->entries.v[h->cursor].def)
		h->cursor++;
	s->data = h;
	return true;
}

/* ---- layout ---- */

/* Down the columns; a heading does not stand alone at the end of one, nor a gap at its top. */
static int flow(struct home *h, int height)
{
	int row = 0, col = 0, tallest = 0;

	for (size_t i = 0; i < h->entries.len; i++) {
		struct entry *e = &h->entries.v[i];
		bool gap = !e->heading && !e->def;

		if (row >= height || (e->heading && row >= height - 1)) {
			row = 0;
			col++;
		}
		e->row = row;
		e->col = col;
		if (!gap || row > 0)
			row++;
		tallest = row > tallest ? row : tallest;
	}
	h->rows = tallest;
	return col + 1;
}

static void recalc(struct screen *s)
{
	struct home *h = s->data;
	int columns = s->cols / COLUMN > 0 ? s->cols / COLUMN : 1, height = s->rows - 1;
	int at;

	while (flow(h, height) > columns)
		height++;
	at = h->cursor < h->entries.len ? h->entries.v[h->cursor].row : 0;
	if (at < h->top + 1)
		h->top = at > 0 ? at - 1 : 0;
	if (at >= h->top + s->rows - 1)
		h->top = at - s->rows + 2;
	if (h->top > h->rows - s->rows + 1)
		h->top = h->rows - s->rows + 1;
	if (h->top < 0)
		h->top = 0;
}

static void paint_entry(const struct home *h, const struct entry *e, struct canvas *c)
{
	int row = e->row - h->top + 1, col = e->col * COLUMN + 1;

	if (row < 1)
		return;
	if (e->heading) {
		canvas_text(c, row, col + 1, COLUMN - 4, STYLE_TITLE, e->heading);
	} else if (e->def) {
		canvas_text(c, row, col + 2, COLUMN - 5, STYLE_NORMAL, e->def->title);
		if (e == &h->entries.v[h->cursor]) {
			canvas_glyph(c, row, col, GLYPH_CURSOR, STYLE_HINT_KEY);
			canvas_over(c, row, col, 1, COLUMN - 3, STYLE_SELECTED);
			canvas_focus(c, row, col);
		}
	}
}

static void repaint(const struct screen *s, struct canvas *c)
{
	const struct home *h = s->data;

	for (size_t i = 0; i < h->entries.len; i++)
		paint_entry(h, &h->entries.v[i], c);
	if (!h->entries.len)
		canvas_text(c, 1, 2, c->cols - 4, STYLE_MUTED,
			    "There are no screens. :open NAME opens a relation.");
}

/* ---- moving ---- */

static void step(struct home *h, int by)
{
	size_t at = h->cursor;

	do {
		at += (size_t)(by < 0 ? -1 : 1); /* below zero it is beyond the end */
	} while (at < h->entries.len && !h->entries.v[at].def);
	if (at < h->entries.len)
		h->cursor = at;
}

/* To the nearest entry of the column beside. */
static void sideways(struct home *h, int by)
{
	const struct entry *now = &h->entries.v[h->cursor];
	long best = -1, distance, least = 0;

	for (size_t i = 0; i < h->entries.len; i++) {
		const struct entry *e = &h->entries.v[i];

		if (!e->def || e->col != now->col + by)
			continue;
		distance = labs((long)e->row - now->row);
		if (best < 0 || distance < least) {
			best = (long)i;
			least = distance;
		}
	}
	if (best >= 0)
		h->cursor = (size_t)best;
}

static void move(struct screen *s, const char *where, long count)
{
	struct home *h = s->data;
	int n = (int)count;

	if (!h->entries.len)
		return;
	if (strcmp(where, "first") == 0 || strcmp(where, "last") == 0) {
		h->cursor = *where == 'f' ? 0 : h->entries.len - 1;
		if (!h->entries.v[h->cursor].def)
			step(h, *where == 'f' ? 1 : -1);
	} else if (strcmp(where, "left") == 0) {
		sideways(h, -1);
	} else if (strcmp(where, "right") == 0) {
		sideways(h, 1);
	} else {
		bool up = strstr(where, "up") != NULL;

		n *= strncmp(where, "page", 4) == 0 ? s->rows - 1 : 1;
		for (int i = 0; i < n; i++)
			step(h, up ? -1 : 1);
	}
}

static bool action(struct screen *s, enum action act, const struct args *args, struct err *err)
{
	struct home *h = s->data;

	screen_changed(s, SCREEN_DATA);
	if (act == ACTION_MOVE) {
		move(s, args_get(args, "where"), args_int(args, "count", ui_count(s->ui, 1)));
		return true;
	}
	if (act == ACTION_OPEN_ROW && h->cursor < h->entries.len) {
		struct place place = { .screen = h->entries.v[h->cursor].def->name };

		return screen_open_place(s->ui, &place, err);
	}
	return screen_cannot(s, act, err);
}

static bool key(struct screen *s, const struct key *k)
{
	struct home *h = s->data;

	if (k->code != K_CLICK && k->code != K_DOUBLE_CLICK)
		return false;
	for (size_t i = 0; i < h->entries.len; i++) {
		const struct entry *e = &h->entries.v[i];

		if (!e->def || e->row - h->top + 1 != k->row || e->col != (k->col - 1) / COLUMN)
			continue;
		h->cursor = i;
		screen_changed(s, SCREEN_DATA);
		return k->code == K_CLICK;
	}
	return true;
}

static void close_home(struct screen *s)
{
	struct home *h = s->data;

	VEC_RELEASE(&h->entries);
	free(h);
}

const struct screen_kind kind_home = {
	.name = "home",
	.open = open_home,
	.recalc = recalc,
	.repaint = repaint,
	.key = key,
	.action = action,
	.close = close_home,
};
