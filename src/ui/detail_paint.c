/* SPDX-License-Identifier: MIT */
/*
 * detail_paint.c - how a record looks: its fields, the panes beside or below them; and how it
 * is told.
 */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/utf8.h"
#include "detail_priv.h"

static void paint_field(const struct screen *s, const struct fieldline *l, struct canvas *c,
			int row, bool cursor)
{
	const struct detail *d = s->data;
	struct field_look look = { .label_width = d->label_width, .style = l->style };
	const char *label = l->first ? column_title(rowset_column(d->rows, l->col)) : "";
	const char *refers =
		l->first ? detail_label(d, rowset_column(d->rows, l->col)->name) : NULL;
	struct buf note = BUF_INIT;

	if (refers)
		utf8_sanitize(&note, refers, strlen(refers), SANITIZE_LINE);
	look.note = refers ? note.data : NULL;
	field_paint(c, row, label, l->text, strlen(l->text), &look);
	buf_release(&note);
	if (rowset_changed(d->rows, 0, l->col))
		canvas_over(c, row, d->label_width + 4, 1,
			    canvas_text_width(l->text, strlen(l->text)),
			    STYLE_CHANGED);
	if (!cursor)
		return;
	canvas_glyph(c, row, 0, GLYPH_CURSOR, STYLE_NORMAL);
	canvas_over(c, row, 0, 1, c->cols, STYLE_SELECTED);
	canvas_focus(c, row);
}

static void paint_fields(const struct screen *s, struct canvas *c)
{
	const struct detail *d = s->data;

	for (int i = 0; i < c->rows && d->scroll.top + i < (int)d->lines.len; i++)
		paint_field(s, &d->lines.v[d->scroll.top + i], c, i,
			    d->focus == 0 && d->scroll.top + i == d->scroll.cursor);
	scroll_paint_bar(&d->scroll, c, c->cols - 1);
}

static void paint_missing(const struct screen *s, struct canvas *c)
{
	const struct detail *d = s->data;
	const struct err *err = rowset_error(d->rows);
	char *text = NULL;

	if (err && err->kind)
		text = err_text(err);
	else if (rowset_loading(d->rows) || !rowset_at_end(d->rows))
		text = xstrdup("loading…");
	else if (d->seen)
		text = xstrdup("This record is gone: deleted, or no longer visible to you.");
	else
		text = xstrdup("There is no such record, or it is not visible to you.");
	canvas_text(c, c->rows / 3, 4, c->cols - 8,
		    err && err->kind ? STYLE_ERROR : STYLE_MUTED, text);
	if (err && err->kind && err->hint)
		canvas_text(c, c->rows / 3 + 2, 4, c->cols - 8, STYLE_HINT, err->hint);
	free(text);
}

/* At the end of a pane's title: "1–4 of 12", where it has rows that are not seen; returns the
 * columns it took. */
static int paint_more(const struct screen *part, struct canvas *c)
{
	struct buf more = BUF_INIT;
	int width = 0;

	if (part)
		grid_more(part, &more);
	if (more.len)
		width = canvas_text_width(more.data, more.len) + 3;
	if (width > c->cols / 2)
		width = 0;
	if (width)
		canvas_printf(c, 0, c->cols - width, width - 1, STYLE_TITLE, " %s ", more.data);
	buf_release(&more);
	return width;
}

static void paint_tabs(const struct screen *s, struct canvas *c)
{
	const struct detail *d = s->data;
	const char **names = xcalloc(s->def->npanes + 1, sizeof *names);
	struct canvas tabs;

	for (size_t i = 0; i < s->def->npanes; i++)
		names[i] = detail_pane_title(s, i);
	canvas_hline(c, 0, 0, c->cols, STYLE_BORDER);
	tabs = canvas_sub(c, 0, 0, 1, c->cols - paint_more(d->panes[d->shown], c));
	tabs_paint(&tabs, 0, names, s->def->npanes, d->shown);
	if (d->focus)
		canvas_glyph(c, 0, 0, GLYPH_CURSOR, STYLE_HINT_KEY);
	free(names);
}

static void paint_pane(const struct screen *s, size_t i, struct canvas *c)
{
	const struct detail *d = s->data;
	struct canvas body, head;
	struct area a;

	if (!detail_area(s, i, &a) || !d->panes[i])
		return;
	body = canvas_sub(c, a.row, a.col, a.rows, a.cols);
	d->panes[i]->kind->repaint(d->panes[i], &body);
	if (!d->wide)
		return;
	head = canvas_sub(c, a.row - 1, a.col, 1, a.cols);
	canvas_hline(&head, 0, 0, head.cols, STYLE_BORDER);
	canvas_printf(&head, 0, 1, head.cols - 2 - paint_more(d->panes[i], &head),
		      d->focus == i + 1 ? STYLE_TAB_ACTIVE : STYLE_TITLE, " %s ",
		      detail_pane_title(s, i));
}

void detail_repaint(const struct screen *s, struct canvas *c)
{
	const struct detail *d = s->data;
	struct canvas fields = canvas_sub(c, 0, 0, d->fields_rows, d->fields_cols);
	struct canvas tabs = canvas_sub(c, d->fields_rows, 0, 1, c->cols);

	if (!detail_has_row(d)) {
		paint_missing(s, c);
		return;
	}
	paint_fields(s, &fields);
	if (!d->wide && s->def->npanes)
		paint_tabs(s, &tabs);
	for (size_t i = 0; i < s->def->npanes; i++)
		paint_pane(s, i, c);
}

void detail_tell(const struct screen *s, struct buf *out)
{
	const struct detail *d = s->data;
	struct cell_at at = { .ops = &rowset_rows, .p = d->rows };

	if (!detail_has_row(d) || !d->lines.len)
		return;
	at.col = d->lines.v[d->scroll.cursor].col;
	column_tell(out, rowset_column(d->rows, at.col), ": ");
	cell_show(&at, 0, out);
	if (rowset_changed(d->rows, 0, at.col))
		buf_adds(out, " (changed)");
}
