/* SPDX-License-Identifier: MIT */
/*
 * dashtable.c - a table on a dashboard: rows of cells, as wide as they need to be.
 */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/utf8.h"
#include "dashboard_priv.h"
#include "domain/value.h"

enum { WIDEST = 120, LEAST = 8 };

bool panel_shows(const struct panel *p, size_t col)
{
	const char *name = reply_name(p->reply, col);

	return strcmp(name, "panel") != 0 && strcmp(name, "mark") != 0 &&
	       !(p->def->run && strcmp(name, p->def->run) == 0);
}

static int column_width(const struct panel *p, size_t col)
{
	struct buf text = BUF_INIT;
	int width = utf8_width(reply_name(p->reply, col), strlen(reply_name(p->reply, col)));

	bool some = false;

	for (size_t i = 0; i < reply_rows(p->reply) && !some; i++)
		some = !reply_null(p->reply, i, col);
	if (!panel_shows(p, col) || !some)
		return 0;
	for (size_t i = 0; i < reply_rows(p->reply) && i < 200; i++) {
		int w;

		buf_clear(&text);
		panel_cell(p, i, col, &text);
		w = utf8_width(text.data, text.len);
		width = w > width ? w : width;
	}
	buf_release(&text);
	return width < WIDEST ? width : WIDEST;
}

/* As wide as they need to be; where that is too much the widest gives way. */
static void fit(const struct panel *p, int *widths, size_t n, int cols)
{
	for (size_t i = 0; i < n; i++)
		widths[i] = column_width(p, i);
	for (;;) {
		size_t widest = 0;
		int sum = 1;

		for (size_t i = 0; i < n; i++) {
			sum += widths[i] ? widths[i] + 2 : 0;
			widest = widths[i] > widths[widest] ? i : widest;
		}
		if (sum - 2 <= cols - 1 || !n || widths[widest] <= LEAST)
			return;
		widths[widest]--;
	}
}

/* A cell that is the name of a state looks like it. */
static enum style state_style(const char *text)
{
	static const enum style states[] = { STYLE_OK, STYLE_WARNING, STYLE_CRITICAL,
					     STYLE_ERROR };

	for (size_t i = 0; i < ARRAY_SIZE(states); i++)
		if (strcmp(style_name(states[i]), text) == 0)
			return states[i];
	return STYLE_NORMAL;
}

static void paint_column(const struct panel *p, struct canvas *c, size_t col, int x, int width)
{
	enum value_kind kind = value_kind(reply_type(p->reply, col), 0, 0);

	for (int row = 1; row < c->rows && p->scroll.top + row - 1 < p->scroll.len; row++) {
		struct buf text = BUF_INIT;

		panel_cell(p, (size_t)(p->scroll.top + row - 1), col, &text);
		canvas_field(c, row, x, width, value_align(kind, FORMAT_AUTO),
			     state_style(text.data), text.data, text.len);
		buf_release(&text);
	}
}

void panel_table_paint(const struct panel *p, struct canvas *c, bool focus)
{
	size_t n = reply_columns(p->reply);
	int *widths = xcalloc(n + 1, sizeof *widths), x = 1;

	panel_title(c, panel_name(p), focus);
	fit(p, widths, n, c->cols);
	for (size_t col = 0; col < n && x < c->cols; col++) {
		if (!widths[col])
			continue;
		paint_column(p, c, col, x, widths[col]);
		x += widths[col] + 2;
	}
	if (focus && p->scroll.len)
		canvas_over(c, p->scroll.cursor - p->scroll.top + 1, 0, 1, c->cols,
			    STYLE_SELECTED);
	free(widths);
}
