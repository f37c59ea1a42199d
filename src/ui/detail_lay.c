/* SPDX-License-Identifier: MIT */
/*
 * detail_lay.c - the fields of a record in lines, and who gets how much of the screen: fields
 * and panes side by side where there is room, else below each other.
 */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/utf8.h"
#include "detail_priv.h"

enum {
	WIDE = 132,
	LABEL_MAX = 24,
	VALUE_LINES = 4,
	FIELDS_LEAST = 6,
	FIELDS_COLS = 40,
	PANE_LEAST = 6,
};

/* ---- fields ---- */

static void add_field(struct detail *d, size_t col, int width)
{
	struct cell_at at = { .ops = &rowset_rows, .p = d->rows, .row = 0, .col = col };
	struct buf text = BUF_INIT, safe = BUF_INIT;
	struct fieldline line = { .col = col, .first = true };
	struct lines wrapped;

	line.style = cell_show(&at, 0, &text);
	line.align = ALIGN_LEFT;
	utf8_sanitize(&safe, text.data, text.len, SANITIZE_LINE);
	lines_wrap(&wrapped, safe.data, safe.len, width);
	for (size_t i = 0; i == 0 || (i < wrapped.len && i < VALUE_LINES); i++) {
		bool last = i + 1 == VALUE_LINES && wrapped.len > VALUE_LINES;

		line.first = i == 0;
		line.text = xasprintf("%s%s", wrapped.len ? wrapped.v[i] : "",
				      last ? glyph(GLYPH_ELLIPSIS) : "");
		*VEC_PUSH(&d->lines) = line;
	}
	lines_release(&wrapped);
	buf_release(&safe);
	buf_release(&text);
}

static void lay_fields(struct detail *d)
{
	size_t n = rowset_len(d->rows) > 0 ? rowset_columns(d->rows) : 0;
	int width, most = d->fields_cols / 3 > LABEL_MAX ? d->fields_cols / 3 : LABEL_MAX;

	detail_drop_lines(d);
	d->label_width = 4;
	for (size_t i = 0; i < n; i++) {
		const struct screen_column *c = rowset_column(d->rows, i);
		int w = canvas_text_width(column_title(c), strlen(column_title(c)));

		if (!c->hidden && w > d->label_width)
			d->label_width = w < most ? w : most;
	}
	width = d->fields_cols - d->label_width - 6;
	for (size_t i = 0; i < n; i++)
		if (!rowset_column(d->rows, i)->hidden)
			add_field(d, i, width > 4 ? width : 4);
}

void detail_drop_lines(struct detail *d)
{
	for (size_t i = 0; i < d->lines.len; i++)
		free(d->lines.v[i].text);
	VEC_CLEAR(&d->lines);
}

/* ---- layout ---- */

/* Rows of data that the screen's file wants for a pane. */
static int pane_height(const struct screen *s, size_t i)
{
	return s->def->panes[i].height ? s->def->panes[i].height : 8;
}

/* Lines of a pane without its title: what its rows take; until they are there what the
 * screen's file says. */
static int pane_lines(const struct screen *s, size_t i)
{
	const struct detail *d = s->data;
	int need = d->panes[i] ? grid_lines(d->panes[i]) : -1;

	return need >= 0 ? need : pane_height(s, i) + 1;
}

/* So many of what is left over to each that still lacks some, at most; returns what is left
 * then. */
static int give_lines(const struct screen *s, int left, bool any)
{
	const struct detail *d = s->data;
	int given = 1;

	while (left > 0 && given) {
		given = 0;
		for (size_t i = 0; i < s->def->npanes && left > 0; i++)
			if (any || d->pane_rows[i] < pane_lines(s, i) + 1) {
				d->pane_rows[i]++;
				left--;
				given++;
			}
	}
	return left;
}

/* Rows of the panes beside the fields, with their titles: as many as their rows need, and no
 * more at first than the screen's file wants.  What is left goes to those that lack some, then
 * to all; what is missing is everybody's while each has the least. */
static void share_panes(const struct screen *s)
{
	struct detail *d = s->data;
	int n = (int)s->def->npanes, sum = 0, spare = s->rows - n * PANE_LEAST, left;

	for (int i = 0; i < n; i++) {
		int need = pane_lines(s, (size_t)i), want = pane_height(s, (size_t)i) + 1;

		want = 1 + (need < want ? need : want);
		d->pane_rows[i] = want > PANE_LEAST ? want : PANE_LEAST;
		sum += d->pane_rows[i];
	}
	left = s->rows - sum;
	if (left >= 0)
		give_lines(s, give_lines(s, left, false), true);
	for (int i = 0; i < n && left < 0 && spare >= 0; i++)
		d->pane_rows[i] = PANE_LEAST + spare * (d->pane_rows[i] - PANE_LEAST) /
						       (sum - n * PANE_LEAST);
}

/* Beside the fields: from the pane that has the focus on, as many as there is room for. */
static bool wide_area(const struct screen *s, size_t i, struct area *a)
{
	const struct detail *d = s->data;
	size_t first = 0;
	int row = 0;

	/* The focus is among the shown ones: scroll by whole panes. */
	for (size_t from = 0; from <= d->shown; from++) {
		row = 0;
		for (size_t k = from; k <= d->shown && k < s->def->npanes; k++)
			row += d->pane_rows[k];
		first = from;
		if (row <= s->rows)
			break;
	}
	row = 0;
	for (size_t k = first; k < s->def->npanes; k++) {
		int rows = d->pane_rows[k];

		if (row + PANE_LEAST > s->rows)
			return false;
		if (row + rows > s->rows)
			rows = s->rows - row;
		if (k == i) {
			*a = (struct area){ row + 1, d->fields_cols + 2, rows - 1,
					    s->cols - d->fields_cols - 2 };
			return i >= first;
		}
		row += rows;
	}
	return false;
}

bool detail_area(const struct screen *s, size_t i, struct area *a)
{
	const struct detail *d = s->data;

	if (d->wide)
		return wide_area(s, i, a);
	*a = (struct area){ d->fields_rows + 1, 0, s->rows - d->fields_rows - 1, s->cols };
	return i == d->shown && a->rows > 1;
}

/* low ≤ usual + *more ≤ high; what does not fit is not kept either. */
static int by_hand(int usual, int *more, int low, int high)
{
	if (usual + *more > high)
		*more = high - usual;
	if (usual + *more < low)
		*more = low - usual;
	return usual + *more;
}

/* Stacked: the fields take what they need as far as the pane does not, and more than half
 * where both want more; less when the pane has the focus. */
static void share_rows(struct screen *s)
{
	struct detail *d = s->data;
	int least = s->rows * (d->focus ? 2 : 3) / 5;
	int need = pane_lines(s, d->shown), room = s->rows - 1 - (need > 3 ? need : 3);
	int most;

	room = room > least ? room : least;
	d->fields_rows = (int)d->lines.len;
	if (d->fields_rows > room)
		d->fields_rows = room;
	if (d->fields_rows < FIELDS_LEAST)
		d->fields_rows = FIELDS_LEAST;
	most = d->fields_rows > s->rows - PANE_LEAST ? d->fields_rows : s->rows - PANE_LEAST;
	if (d->more_rows)
		d->fields_rows = by_hand(d->fields_rows, &d->more_rows, 1, most);
}

void detail_divide(struct screen *s)
{
	struct detail *d = s->data;

	d->wide = s->cols >= WIDE && s->def->npanes > 0 && !ui_plain(s->ui);
	d->fields_cols = s->cols;
	if (d->wide)
		d->fields_cols = by_hand(s->cols * 2 / 5, &d->more_cols, FIELDS_COLS,
					 s->cols - FIELDS_COLS);
	d->fields_rows = s->rows;
	lay_fields(d);
	if (d->wide)
		share_panes(s);
	else if (s->def->npanes)
		share_rows(s);
	/* Once, with the height that it has at last: a greater one in between would move the
	 * view. */
	scroll_set(&d->scroll, (int)d->lines.len, d->fields_rows);
}
