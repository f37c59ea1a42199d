/* SPDX-License-Identifier: MIT */
/*
 * dashlay.c - where panels lie: 12 columns; lines as the file says, and from the first line on
 * that only holds what can grow, stretched to what there is.  What lies there side by side is a
 * band: one whose lists are short leaves its lines to those that have more to show, a chart
 * among them.
 */
#include <limits.h>
#include <string.h>

#include "dashboard_priv.h"

enum { GRID = 12, BANDS = 16 };

struct band {
	int row, rows; /* as the file says */
	int want;      /* lines with which it is shown whole; INT_MAX: the more the better */
	int lines;     /* that it gets */
};

static bool stretches(const struct panel *p)
{
	return panel_is_list(p) || strcmp(p->def->kind, "histogram") == 0 ||
	       strcmp(p->def->kind, "series") == 0 || strcmp(p->def->kind, "heat") == 0 ||
	       strcmp(p->def->kind, "stack") == 0 ||
	       (panel_is_outbox(p) && strcmp(p->def->value, "history") == 0);
}

static int bottom(const struct dashboard *d)
{
	int end = 0;

	for (size_t i = 0; i < d->n; i++)
		if (d->panels[i].def->row + d->panels[i].def->rows > end)
			end = d->panels[i].def->row + d->panels[i].def->rows;
	return end;
}

/* Where those begin that can grow. */
static int growing(const struct dashboard *d)
{
	int from = 0;

	for (size_t i = 0; i < d->n; i++) {
		const struct screen_panel *p = d->panels[i].def;

		if (!stretches(&d->panels[i]) && p->row + p->rows > from)
			from = p->row + p->rows;
	}
	return from;
}

/* Its title, what it lists, and a line between it and the next one.  What it once needed it
 * keeps: a list that is shorter for a moment does not move what is below it. */
static int wanted(struct panel *p)
{
	int lines;

	if (!panel_is_list(p))
		return INT_MAX;
	if (!p->reply)
		return p->def->rows;
	lines = 1 + (panel_is_table(p) ? panel_table_lines(p) : p->scroll.len);
	lines = lines > 1 ? lines + 1 : 3; /* the sentence that there is none */
	if (p->most_cols != p->cols || lines > p->most)
		p->most = lines;
	p->most_cols = p->cols;
	return p->most;
}

/* Where no panel reaches over it, a band ends. */
static size_t bands_make(struct dashboard *d, int from, int end, struct band *bands)
{
	size_t n = 0;

	for (int row = from, last = from; row < end && n < BANDS;) {
		row++;
		for (size_t i = 0; i < d->n; i++) {
			const struct screen_panel *p = d->panels[i].def;

			if (p->row < row && p->row + p->rows > row)
				goto inside;
		}
		bands[n++] = (struct band){ .row = last, .rows = row - last };
		last = row;
	inside:;
	}
	for (size_t k = 0; k < n; k++)
		for (size_t i = 0; i < d->n; i++) {
			struct panel *p = &d->panels[i];
			int want = p->def->row >= bands[k].row &&
						   p->def->row < bands[k].row + bands[k].rows
					   ? wanted(p)
					   : 0;

			bands[k].want = want > bands[k].want ? want : bands[k].want;
		}
	for (size_t k = 0; k < n; k++)
		if (!bands[k].want) /* a line that is left empty */
			bands[k].want = bands[k].rows;
	return n;
}

/* Lines that nobody needs go to the first ones that want more, then to the charts. */
static void share(struct band *bands, size_t n, int lines, int rows)
{
	int left = 0, given = 0;

	for (size_t k = 0; k < n; k++) {
		int to = (bands[k].row + bands[k].rows - bands[0].row) * lines / rows;

		bands[k].lines = to - given;
		given = to;
		if (bands[k].lines > bands[k].want) {
			left += bands[k].lines - bands[k].want;
			bands[k].lines = bands[k].want;
		}
	}
	for (int charts = 0; charts < 2; charts++)
		for (size_t k = 0; k < n && left > 0; k++) {
			int more = charts ? left : bands[k].want - bands[k].lines;

			if ((bands[k].want == INT_MAX) != charts || more <= 0)
				continue;
			more = more < left ? more : left;
			bands[k].lines += more;
			left -= more;
		}
}

/* The line at which a line of the file is; those of a band are stretched alike. */
static int line_at(const struct band *bands, size_t n, int from, int row)
{
	int at = from;

	for (size_t k = 0; k < n; k++) {
		if (row < bands[k].row + bands[k].rows)
			return row <= bands[k].row
				       ? at
				       : at + (row - bands[k].row) * bands[k].lines /
							 bands[k].rows;
		at += bands[k].lines;
	}
	return at;
}

/* --plain: one below the other, each as long as what it has to say. */
static void recalc_plain(struct screen *s)
{
	struct dashboard *d = s->data;
	int row = -d->top;

	for (size_t i = 0; i < d->n; i++) {
		struct panel *p = &d->panels[i];
		int rows = p->reply ? (int)reply_rows(p->reply) : 0, lines;

		p->row = row;
		p->col = 0;
		p->cols = s->cols;
		scroll_set(&p->scroll, rows, rows);
		lines = p->reply && panel_is_table(p) ? panel_table_lines(p) : rows;
		p->rows = stretches(p) && lines + 1 > p->def->rows ? lines + 1 : p->def->rows;
		row += p->rows;
		scroll_set(&p->scroll, rows, p->rows - 1);
	}
}

static void place(struct dashboard *d, const struct band *bands, size_t n, int from)
{
	for (size_t i = 0; i < d->n; i++) {
		struct panel *p = &d->panels[i];
		int row = p->def->row, below = row + p->def->rows;

		row = row < from ? row : line_at(bands, n, from, row);
		below = below <= from ? below : line_at(bands, n, from, below);
		p->row = row - d->top;
		p->rows = below - row;
		scroll_set(&p->scroll, p->scroll.len, p->rows - 1);
	}
}

void dashboard_recalc(struct screen *s)
{
	struct dashboard *d = s->data;
	int end = bottom(d), from = growing(d);
	struct band bands[BANDS];
	size_t n;

	if (ui_plain(s->ui)) {
		recalc_plain(s);
		return;
	}
	for (size_t i = 0; i < d->n; i++) {
		struct panel *p = &d->panels[i];
		int left = p->def->col * s->cols / GRID;
		int right = (p->def->col + p->def->cols) * s->cols / GRID;

		p->col = left + 1;
		p->cols = right - left - 2;
		p->scroll.len = p->reply ? (int)reply_rows(p->reply) : 0;
	}
	n = bands_make(d, from, end, bands);
	if (n)
		share(bands, n, (s->rows > end ? s->rows : end) - from, end - from);
	end = n ? line_at(bands, n, from, end) : end;
	if (d->top > end - s->rows)
		d->top = end > s->rows ? end - s->rows : 0;
	place(d, bands, n, from);
}
