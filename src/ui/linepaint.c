/* SPDX-License-Identifier: MIT */
/*
 * linepaint.c - an edited line on the screen: prompt and text made fit to be shown, scrolled so
 * that the cursor is seen.  Knows of a line only what lineedit.h tells.
 */
#include "ui/lineedit.h"

#include <string.h>

#include "base/utf8.h"
#include "ui/widget.h"

static int shown_width(const char *text, size_t len)
{
	struct buf shown = BUF_INIT;
	int width;

	utf8_sanitize(&shown, text, len, SANITIZE_LINE);
	width = utf8_width(shown.data, shown.len);
	buf_release(&shown);
	return width;
}

/* Columns that are scrolled away so that the cursor is seen. */
static int scrolled(const struct line *l, int width)
{
	const char *prompt = line_prompt(l);
	int cursor =
		shown_width(prompt, strlen(prompt)) + shown_width(line_text(l), line_point(l));

	return cursor > width - 1 ? cursor - (width - 1) + width / 4 : 0;
}

/* What is shown begins with a whole cluster: from is its byte; told are the columns before
 * it. */
static int first_shown(const struct buf *shown, int skip, size_t *from)
{
	int before;

	*from = utf8_fit(shown->data, shown->len, skip, &before);
	return before;
}

static void show_line(const struct line *l, struct buf *shown)
{
	const char *prompt = line_prompt(l), *text = line_text(l);

	utf8_sanitize(shown, prompt, strlen(prompt), SANITIZE_LINE);
	utf8_sanitize(shown, text, strlen(text), SANITIZE_LINE);
}

int line_column(const struct line *l, int width, size_t at)
{
	const char *prompt = line_prompt(l);
	struct buf shown = BUF_INIT;
	size_t from;
	int before;

	show_line(l, &shown);
	before = first_shown(&shown, scrolled(l, width), &from);
	buf_release(&shown);
	return shown_width(prompt, strlen(prompt)) + shown_width(line_text(l), at) - before;
}

size_t line_byte(const struct line *l, int width, int col)
{
	const char *text = line_text(l);
	size_t len = strlen(text), at = 0;
	int here = line_column(l, width, 0), one;

	while (at < len) {
		size_t n = utf8_cluster(text + at, len - at, &one);

		here += shown_width(text + at, n);
		if (here > col)
			break;
		at += n;
	}
	return at;
}

int line_paint(const struct line *l, struct canvas *c, int row, int col, int width,
	       enum style style)
{
	struct buf shown = BUF_INIT;
	int before, used;
	size_t from;

	show_line(l, &shown);
	before = first_shown(&shown, scrolled(l, width), &from);
	used = canvas_text(c, row, col, width, style, shown.data + from);
	if (before)
		canvas_glyph(c, row, col, GLYPH_LEFT, STYLE_MUTED);
	canvas_cursor(c, row, col + line_column(l, width, line_point(l)));
	buf_release(&shown);
	return used;
}
