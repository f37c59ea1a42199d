/* SPDX-License-Identifier: MIT */
/*
 * dashtable.c - a table on a dashboard: columns as wide as they need to be, rows shown whole
 * where there is room.
 */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/utf8.h"
#include "dashboard_priv.h"
#include "domain/value.h"
#include "ui/panel.h"
#include "ui/widget.h"

enum { WIDEST = 120, LEAST = 8, NARROW = 40, WORD = 24 };

/* A cell that is the name of a state looks like it; in a narrow panel it is a sign, which tells
 * as much without colour. */
static const struct state_cell {
	const char *word, *sign;
	enum style style;
} states[] = {
	{ "ok", "ok", STYLE_OK },
	{ "warning", "!", STYLE_WARNING },
	{ "critical", "!!", STYLE_CRITICAL },
	{ "error", "!!", STYLE_ERROR },
	{ "unknown", "?", STYLE_NORMAL },
};

static void table_cell(const struct panel *p, size_t row, size_t col, struct buf *text)
{
	const struct state_cell *is = NULL;
	int mark = p->def->value && (int)col == panel_value_column(p)
			   ? reply_column(p->reply, "mark")
			   : -1;

	if (mark >= 0 && reply_text(p->reply, row, (size_t)mark))
		buf_adds(text, reply_text(p->reply, row, (size_t)mark));
	panel_cell(p, row, col, text);
	for (size_t i = 0; i < ARRAY_SIZE(states) && p->cols < NARROW && text->len; i++)
		is = strcmp(states[i].word, text->data) == 0 ? &states[i] : is;
	if (is) {
		buf_clear(text);
		buf_adds(text, is->sign);
	}
}

bool panel_shows(const struct panel *p, size_t col)
{
	const char *name = reply_name(p->reply, col);

	return strcmp(name, "panel") != 0 && strcmp(name, "mark") != 0 &&
	       !(p->def->run && strcmp(name, p->def->run) == 0);
}

/* Between two columns. */
static int gap(const struct panel *p)
{
	return p->cols < NARROW ? 1 : 2;
}

static int column_width(const struct panel *p, size_t col)
{
	struct buf text = BUF_INIT;
	const char *name = reply_name(p->reply, col);
	int width = p->cols < NARROW ? 1 : canvas_text_width(name, strlen(name));
	bool some = false;

	for (size_t i = 0; i < reply_rows(p->reply) && !some; i++)
		some = !reply_null(p->reply, i, col);
	if (!panel_shows(p, col) || !some)
		return 0;
	for (size_t i = 0; i < reply_rows(p->reply) && i < 200; i++) {
		int w;

		buf_clear(&text);
		table_cell(p, i, col, &text);
		w = canvas_text_width(text.data, text.len);
		width = w > width ? w : width;
	}
	buf_release(&text);
	return width < WIDEST ? width : WIDEST;
}

/* The longest word of a column, which a name is: a line breaks at blanks. */
static int word_width(const struct panel *p, size_t col)
{
	struct buf text = BUF_INIT;
	int width = 0;

	for (size_t i = 0; i < reply_rows(p->reply) && i < 200; i++) {
		const char *at;

		buf_clear(&text);
		table_cell(p, i, col, &text);
		for (at = text.data; at && *at;) {
			size_t len = strcspn(at, " ");
			int w = canvas_text_width(at, len);

			width = w > width ? w : width;
			at += len + strspn(at + len, " ");
		}
	}
	buf_release(&text);
	return width < WORD ? width : WORD;
}

/* The widest that is wider than its words; where there is none the widest. */
static size_t to_shrink(const int *widths, const int *words, size_t n)
{
	size_t widest = 0, loose = n;

	for (size_t i = 0; i < n; i++) {
		widest = widths[i] > widths[widest] ? i : widest;
		if (widths[i] > words[i] && widths[i] > LEAST &&
		    (loose == n || widths[i] > widths[loose]))
			loose = i;
	}
	return loose < n ? loose : widest;
}

/* As wide as they need to be; where that is too much the widest gives way, a sentence before a
 * name. */
static void fit(const struct panel *p, int *widths, size_t n, int cols)
{
	int *words = xcalloc(n + 1, sizeof *words);
	int sum = 1;

	for (size_t i = 0; i < n; i++) {
		widths[i] = column_width(p, i);
		words[i] = widths[i] ? word_width(p, i) : 0;
		sum += widths[i] ? widths[i] + gap(p) : 0;
	}
	for (; n && sum - gap(p) > cols - 1; sum--) {
		size_t at = to_shrink(widths, words, n);

		if (widths[at] <= LEAST)
			break;
		widths[at]--;
	}
	free(words);
}

static enum style state_style(const char *text)
{
	for (size_t i = 0; i < ARRAY_SIZE(states); i++)
		if (strcmp(states[i].word, text) == 0 || strcmp(states[i].sign, text) == 0)
			return states[i].style;
	return STYLE_NORMAL;
}

/* ---- lines ---- */

/* Each row is shown whole, over as many lines as that takes, where there is room for all of
 * them; else only the one that the cursor is on. */
struct layout {
	size_t columns;
	int *widths;
	int top, rows; /* the first row, and how many are seen */
	int *lines;    /* of each of them */
};

static void wrap_cell(const struct panel *p, int row, size_t col, int width,
		      struct lines *lines)
{
	struct buf text = BUF_INIT;

	table_cell(p, (size_t)row, col, &text);
	lines_wrap(lines, text.data ? text.data : "", text.len, width);
	buf_release(&text);
}

static int lines_of(const struct panel *p, const struct layout *l, int row)
{
	int most = 1;

	for (size_t col = 0; col < l->columns; col++) {
		struct lines lines;

		if (!l->widths[col])
			continue;
		wrap_cell(p, row, col, l->widths[col], &lines);
		most = (int)lines.len > most ? (int)lines.len : most;
		lines_release(&lines);
	}
	return most;
}

static void widths_make(struct layout *l, const struct panel *p)
{
	*l = (struct layout){ .columns = reply_columns(p->reply) };
	l->widths = xcalloc(l->columns + 1, sizeof *l->widths);
	fit(p, l->widths, l->columns, p->cols);
}

static bool all_fit(const struct panel *p, const struct layout *l, int room)
{
	int left = room, row = 0;

	while (row < p->scroll.len && left >= p->scroll.len - row)
		left -= lines_of(p, l, row++);
	return row == p->scroll.len && left >= 0;
}

/* Not so far up that the row under the cursor would be cut. */
static int first_row(const struct panel *p, int room, int lines)
{
	int least = p->scroll.cursor - (room > lines ? room - lines : 0);

	return p->scroll.top < least ? least : p->scroll.top;
}

/* Lines that are left over go round among the rows that are cut. */
static void share_lines(struct layout *l, const struct panel *p, int left)
{
	for (int given = 1; left > 0 && given;) {
		given = 0;
		for (int i = 0; i < l->rows && left > 0; i++)
			if (l->lines[i] < lines_of(p, l, l->top + i)) {
				l->lines[i]++;
				left--;
				given++;
			}
	}
}

static void layout_make(struct layout *l, const struct panel *p, bool focus)
{
	int room = p->rows > 1 ? p->rows - 1 : 0, used = 0;
	bool whole;

	widths_make(l, p);
	l->lines = xcalloc((size_t)room + 1, sizeof *l->lines);
	whole = all_fit(p, l, room);
	if (!whole)
		l->top = focus && p->scroll.len
				 ? first_row(p, room, lines_of(p, l, p->scroll.cursor))
				 : p->scroll.top;
	while (used < room && l->top + l->rows < p->scroll.len) {
		int row = l->top + l->rows;
		int n = whole || (focus && row == p->scroll.cursor) ? lines_of(p, l, row) : 1;

		n = n < room - used ? n : room - used;
		l->lines[l->rows++] = n;
		used += n;
	}
	share_lines(l, p, room - used);
}

static void layout_release(struct layout *l)
{
	free(l->widths);
	free(l->lines);
}

int panel_table_lines(const struct panel *p)
{
	struct layout l;
	int n = 0;

	widths_make(&l, p);
	for (int row = 0; row < p->scroll.len; row++)
		n += lines_of(p, &l, row);
	layout_release(&l);
	return n;
}

int panel_table_at(const struct panel *p, bool focus, int line)
{
	struct layout l;
	int row = 0, at = 1;

	layout_make(&l, p, focus);
	while (row < l.rows && line >= at + l.lines[row])
		at += l.lines[row++];
	row = line < 1 || row == l.rows ? -1 : l.top + row;
	layout_release(&l);
	return row;
}

/* ---- painting ---- */

/* Where there are more lines than it may have, the last one is cut. */
static void paint_lines(struct canvas c, const struct lines *lines, enum align align)
{
	struct buf rest = BUF_INIT;
	enum style style = lines->len == 1 ? state_style(lines->v[0]) : STYLE_NORMAL;

	for (size_t i = 0; i < lines->len; i++) {
		bool last = (int)i >= c.rows - 1;

		buf_addf(&rest, "%s%s", rest.len ? " " : "", lines->v[i]);
		if (last && i + 1 < lines->len)
			continue;
		canvas_field(&c, last ? c.rows - 1 : (int)i, 0, c.cols, align, style, rest.data,
			     rest.len);
		buf_clear(&rest);
	}
	buf_release(&rest);
}

static void paint_row(const struct panel *p, const struct layout *l, int row, struct canvas at)
{
	int x = 1;

	for (size_t col = 0; col < l->columns && x < at.cols; col++) {
		struct lines lines;

		if (!l->widths[col])
			continue;
		wrap_cell(p, row, col, l->widths[col], &lines);
		paint_lines(
			canvas_sub(&at, 0, x, at.rows, l->widths[col]), &lines,
			value_align(value_kind(reply_type(p->reply, col), 0, 0), FORMAT_AUTO));
		lines_release(&lines);
		x += l->widths[col] + gap(p);
	}
}

void panel_table_paint(const struct panel *p, struct canvas *c, bool focus)
{
	struct layout l;
	int y = 1;

	layout_make(&l, p, focus);
	panel_list_title(
		c, panel_name(p), focus,
		(struct panel_seen){ (size_t)l.top, (size_t)l.rows, (size_t)p->scroll.len });
	for (int i = 0; i < l.rows; i++) {
		paint_row(p, &l, l.top + i, canvas_sub(c, y, 0, l.lines[i], c->cols));
		if (focus && l.top + i == p->scroll.cursor)
			canvas_over(c, y, 0, l.lines[i], c->cols, STYLE_SELECTED);
		y += l.lines[i];
	}
	layout_release(&l);
}
