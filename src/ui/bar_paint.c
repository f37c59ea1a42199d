/* SPDX-License-Identifier: MIT */
/*
 * bar_paint.c - how the command bar looks: the line, its menu or why it was refused above it.
 */
#include <stdlib.h>
#include <string.h>

#include "bar_priv.h"
#include "command/complete.h"

enum { MENU_ROWS = 8 };

int bar_menu_rows(const struct bar *b)
{
	int rows = (int)b->items.len < MENU_ROWS ? (int)b->items.len : MENU_ROWS;
	int room = b->ui->canvas->rows - 4;

	return rows < room ? rows : room > 0 ? room : 0;
}

int bar_line_width(const struct bar *b)
{
	return b->ui->canvas->cols - 2;
}

static int menu_width(const struct bar *b, int limit, int *text_width)
{
	int text = 0, note = 0;

	for (size_t i = 0; i < b->items.len; i++) {
		const struct item *it = &b->items.v[i];
		int w = canvas_text_width(it->text, strlen(it->text));
		int n = it->note ? canvas_text_width(it->note, strlen(it->note)) + 2 : 0;

		text = w > text ? w : text;
		note = n > note ? n : note;
	}
	*text_width = text < limit - 4 ? text : limit - 4;
	return *text_width + note + 3 < limit ? *text_width + note + 3 : limit;
}

/* So many lines above the bar, over the byte that they are about. */
static struct canvas menu_open(const struct bar *b, struct canvas *c, int rows, int width,
			       size_t at)
{
	int col = 2 + line_column(b->line, bar_line_width(b), at);
	struct canvas w;

	col = col < 2 ? 2 : col;
	if (col + width > c->cols)
		col = c->cols - width;
	w = canvas_sub(c, c->rows - 1 - rows, col - 1, rows, width);
	canvas_clear(&w, STYLE_MENU);
	canvas_over(&w, 0, 0, w.rows, w.cols, STYLE_NORMAL);
	return w;
}

/* What was put in stands in the line; its note alone. */
static void paint_taken(const struct bar *b, struct canvas *c)
{
	int width = canvas_text_width(b->taken.note, strlen(b->taken.note)) + 2;
	struct canvas w;

	w = menu_open(b, c, 1, width < c->cols - 2 ? width : c->cols - 2, b->taken_at);
	canvas_text(&w, 0, 1, w.cols - 2, STYLE_MENU_NOTE, b->taken.note);
}

static void paint_menu(struct bar *b, struct canvas *c)
{
	int rows = bar_menu_rows(b), text;
	int width = menu_width(b, c->cols - 2, &text);
	struct canvas w;

	scroll_set(&b->menu, (int)b->items.len, rows);
	w = menu_open(b, c, rows, width, b->start);
	for (int i = 0; i < rows; i++) {
		const struct item *it = &b->items.v[b->menu.top + i];
		bool here = b->choosing && b->menu.top + i == b->menu.cursor;

		if (here)
			canvas_fill(&w, i, 0, 1, w.cols, STYLE_MENU_SELECTED);
		canvas_text(&w, i, 1, text, here ? STYLE_MENU_SELECTED : STYLE_MENU, it->text);
		if (it->note)
			canvas_text(&w, i, text + 3, w.cols - text - 4,
				    here ? STYLE_MENU_SELECTED : STYLE_MENU_NOTE, it->note);
	}
	if ((int)b->items.len > rows)
		scroll_paint_bar(&b->menu, &w, w.cols - 1);
}

static void paint_refusal(const struct bar *b, struct canvas *c)
{
	char *text = err_text(&b->err);
	struct buf whole = BUF_INIT;
	struct lines lines;
	int col = 1;

	buf_adds(&whole, text);
	if (b->err.hint)
		buf_addf(&whole, "\n%s", b->err.hint);
	lines_wrap(&lines, whole.data, whole.len, c->cols - 2);
	/* The sentence stands at its word. */
	if ((b->wrong_len || b->misses) && lines.len)
		col += line_column(b->line, bar_line_width(b), b->wrong);
	if (lines.len) {
		int room = c->cols - 1 - canvas_text_width(lines.v[0], strlen(lines.v[0]));

		col = col > room ? room : col;
		col = col < 1 ? 1 : col;
	}
	for (size_t i = 0; i < lines.len; i++) {
		int row = c->rows - 1 - (int)(lines.len - i);

		canvas_fill(c, row, 0, 1, c->cols, STYLE_ERROR);
		canvas_text(c, row, i ? 1 : col, c->cols - 1, STYLE_ERROR, lines.v[i]);
	}
	lines_release(&lines);
	buf_release(&whole);
	free(text);
}

void bar_paint(struct bar *b, struct canvas *c)
{
	struct buf ghost = BUF_INIT;
	const char *text;
	char prompt[2] = { b->prompt, '\0' };
	int row = c->rows - 1, used;

	if (!b->line)
		return;
	canvas_fill(c, row, 0, 1, c->cols, STYLE_INPUT);
	canvas_over(c, row, 0, 1, c->cols, STYLE_NORMAL);
	canvas_text(c, row, 0, 1, STYLE_HINT_KEY, prompt);
	if (b->err.kind)
		paint_refusal(b, c);
	else if (b->items.len)
		paint_menu(b, c);
	else if (b->taken.note)
		paint_taken(b, c);
	used = line_paint(b->line, c, row, 1, bar_line_width(b), STYLE_INPUT);
	text = line_text(b->line);
	if (b->err.kind && (b->wrong_len || b->misses)) {
		int from = line_column(b->line, bar_line_width(b), b->wrong);
		int to = line_column(b->line, bar_line_width(b), b->wrong + b->wrong_len);

		from = from < 0 ? 0 : from;
		to = to > from ? to : from + 1;
		canvas_over(c, row, 1 + from, 1, to - from, STYLE_CONFLICT);
	}
	if (b->prompt == ':' && line_point(b->line) == strlen(text) &&
	    !line_is_asked(b->line)) {
		complete_hint(&ghost, text);
		if (ghost.len && *text)
			canvas_printf(c, row, 1 + used, c->cols - used - 2, STYLE_GHOST, "%s%s",
				      text[strlen(text) - 1] == ' ' ? "" : " ", ghost.data);
	}
	if (b->more)
		canvas_text(c, row, c->cols - 2, 1, STYLE_MUTED, glyph(GLYPH_ELLIPSIS));
	buf_release(&ghost);
}
