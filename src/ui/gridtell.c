/* SPDX-License-Identifier: MIT */
#include "base/alloc.h"
#include "grid_priv.h"

static void tell_cell(const struct grid *g, size_t row, size_t i, struct buf *out)
{
	const struct gridcol *c = &g->cols.v.v[i];
	struct cell_at at = { .ops = g->ops, .p = g->p, .row = row, .col = c->source };
	size_t len, before;
	bool cut;

	buf_addf(out, "%s%s ", out->len ? ", " : "",
		 column_title(g->ops->column(g->p, c->source)));
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
	for (size_t i = 0; i < g->cols.v.len; i++)
		if (i != here && !g->cols.v.v[i].hidden)
			tell_cell(g, row, i, &cells);
	if (map_len(g->marks) && map_has(g->marks, g->ops->key(g->p, row)))
		buf_adds(out, "marked: ");
	buf_addbuf(out, &cells);
	if (!g->rows || rowset_before(g->rows) >= 0)
		buf_addf(out, ", row %ld",
			 (g->rows ? rowset_before(g->rows) : 0) + (long)row + 1);
	buf_release(&cells);
}
