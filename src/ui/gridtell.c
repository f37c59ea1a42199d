/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "base/alloc.h"
#include "base/timefmt.h"
#include "grid_priv.h"

enum { LATE_US = 2000000 };

/* A tilde behind it is not heard. */
void column_tell(struct buf *out, const struct screen_column *c, const char *between)
{
	const char *title = column_title(c);
	size_t len = strlen(title);
	bool about = len > 2 && strcmp(title + len - 2, " ~") == 0;

	buf_add(out, title, about ? len - 2 : len);
	buf_addf(out, "%s%s", between, about ? "about " : "");
}

static void tell_cell(const struct grid *g, size_t row, size_t i, struct buf *out)
{
	const struct gridcol *c = &g->cols.v.v[i];
	struct cell_at at = { .ops = g->ops, .p = g->p, .row = row, .col = c->source };
	size_t len, before;
	bool cut;

	buf_adds(out, out->len ? ", " : "");
	column_tell(out, g->ops->column(g->p, c->source), " ");
	before = out->len;
	if (!g->ops->cell(g->p, row, c->source, &len, &cut))
		buf_adds(out, "none");
	else
		cell_show(&at, 0, out);
	if (out->len == before)
		buf_adds(out, "empty");
	if (g->ops->changed(g->p, row, c->source))
		buf_adds(out, " (changed)");
}

/* The column that one went to first, then the row in its order: who walks down a column hears
 * that.  Which row it is comes last; how many there are the heading says, as far as it is known. */
void grid_tell(const struct screen *s, struct buf *out)
{
	const struct grid *g = s->data;
	size_t row = g->ops->cursor(g->p), here = g->cols.cursor;
	struct buf cells = BUF_INIT;

	if (row >= g->ops->len(g->p) || here >= g->cols.v.len)
		return;
	tell_cell(g, row, here, &cells);
	for (size_t i = gridcols_next(&g->cols, SIZE_MAX); i != SIZE_MAX;
	     i = gridcols_next(&g->cols, i))
		if (i != here)
			tell_cell(g, row, i, &cells);
	if (map_len(g->marks) && map_has(g->marks, g->ops->key(g->p, row)))
		buf_adds(out, "marked: ");
	buf_addbuf(out, &cells);
	if (!g->rows || rowset_before(g->rows) >= 0)
		buf_addf(out, ", row %ld",
			 (g->rows ? rowset_before(g->rows) : 0) + (long)row + 1);
	buf_release(&cells);
}

void grid_tell_late(struct screen *s)
{
	struct grid *g = s->data;
	int64_t now = time_monotonic_us();

	if (!g->rows)
		return;
	if (rowset_loading(g->rows)) {
		g->asked_us = g->asked_us ? g->asked_us : now;
		return;
	}
	if (g->asked_us && now - g->asked_us > LATE_US && !tabs_in_front(s->ui)) {
		if (rowset_error(g->rows))
			ui_say_err(s->ui, rowset_error(g->rows));
		else
			ui_say(s->ui, SAY_DONE, "the rows of %s are there", s->title);
	}
	g->asked_us = 0;
}
