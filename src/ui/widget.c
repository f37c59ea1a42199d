/* SPDX-License-Identifier: MIT */
#include "ui/widget.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/alloc.h"
#include "base/utf8.h"
#include "base/vec.h"

/* ---- scrolled lists ---- */

static int clamp(int v, int low, int high)
{
	return v > high ? (high < low ? low : high) : v < low ? low : v;
}

static int last_top(const struct scroll *s)
{
	return s->len > s->height ? s->len - s->height : 0;
}

static void settle(struct scroll *s)
{
	if (s->free) {
		s->top = s->cursor = clamp(s->top, 0, last_top(s));
		return;
	}
	s->cursor = clamp(s->cursor, 0, s->len - 1);
	if (s->top > s->cursor)
		s->top = s->cursor;
	if (s->top < s->cursor - s->height + 1)
		s->top = s->cursor - s->height + 1;
	s->top = clamp(s->top, 0, last_top(s));
}

void scroll_set(struct scroll *s, int len, int height)
{
	s->len = len;
	s->height = height > 0 ? height : 1;
	settle(s);
}

void scroll_move(struct scroll *s, int by)
{
	s->cursor += by;
	s->top += s->free ? by : 0;
	settle(s);
}

/* The view moves by the page and takes the cursor along. */
void scroll_page(struct scroll *s, double pages)
{
	int by = (int)(pages * s->height);

	if (by == 0)
		by = pages < 0 ? -1 : 1;
	s->top = clamp(s->top + by, 0, last_top(s));
	s->cursor += by;
	settle(s);
}

void scroll_to(struct scroll *s, int item)
{
	s->cursor = item;
	if (s->free)
		s->top = item;
	settle(s);
}

/* The wheel moves the view; the cursor stays on its item while that is to be seen. */
static void scroll_view(struct scroll *s, int by)
{
	s->top = clamp(s->top + by, 0, last_top(s));
	s->cursor = clamp(s->cursor, s->top, s->top + s->height - 1);
	settle(s);
}

bool scroll_action(struct scroll *s, const char *where, long count)
{
	static const struct {
		const char *where;
		double pages;
		int rows, view;
	} moves[] = {
		{ "up", 0, -1, 0 },	  { "down", 0, 1, 0 },	     { "pageup", -1, 0, 0 },
		{ "pagedown", 1, 0, 0 },  { "halfup", -0.5, 0, 0 },  { "halfdown", 0.5, 0, 0 },
		{ "scrollup", 0, 0, -3 }, { "scrolldown", 0, 0, 3 },
	};
	int n = count > 0 && count < 1000000 ? (int)count : 1;

	for (size_t i = 0; i < ARRAY_SIZE(moves); i++) {
		if (strcmp(moves[i].where, where) != 0)
			continue;
		if (moves[i].rows)
			scroll_move(s, moves[i].rows * n);
		else if (moves[i].view)
			scroll_view(s, moves[i].view * n);
		else
			scroll_page(s, moves[i].pages * n);
		return true;
	}
	if (strcmp(where, "first") == 0)
		scroll_to(s, 0);
	else if (strcmp(where, "last") == 0)
		scroll_to(s, s->len - 1);
	else
		return false;
	return true;
}

bool scroll_key(struct scroll *s, const struct key *key)
{
	static const struct {
		uint32_t code;
		const char *where;
	} keys[] = {
		{ K_UP, "up" },
		{ K_DOWN, "down" },
		{ K_PGUP, "pageup" },
		{ K_PGDN, "pagedown" },
		{ K_HOME, "first" },
		{ K_END, "last" },
		{ K_WHEEL_UP, "scrollup" },
		{ K_WHEEL_DOWN, "scrolldown" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(keys); i++)
		if (key_is(key, keys[i].code))
			return scroll_action(s, keys[i].where, 1);
	return false;
}

void scroll_paint_bar(const struct scroll *s, struct canvas *c, int col)
{
	int size, at;

	if (s->len <= s->height || c->rows < 2)
		return;
	size = clamp(s->height * c->rows / s->len, 1, c->rows);
	at = (int)((long)s->top * (c->rows - size) / (s->len - s->height));
	for (int r = 0; r < c->rows; r++)
		canvas_glyph(c, r, col, r >= at && r < at + size ? GLYPH_THUMB : GLYPH_TRACK,
			     STYLE_BORDER);
}

bool scroll_bar_click(struct scroll *s, int row, int rows)
{
	if (s->len <= s->height || rows < 2 || row < 0 || row >= rows)
		return false;
	s->top = (int)((long)row * (s->len - s->height) / (rows - 1));
	s->cursor = clamp(s->cursor, s->top, s->top + s->height - 1);
	settle(s);
	return true;
}

/* ---- fields and tabs ---- */

void field_paint(struct canvas *c, int row, const char *label, const char *value, size_t len,
		 const struct field_look *look)
{
	int col = look->label_width + 4, used;
	int width = c->cols - col - 1;
	struct buf name = BUF_INIT;

	if (look->focus) {
		canvas_glyph(c, row, 0, GLYPH_CURSOR, STYLE_HINT_KEY);
		canvas_focus(c, row);
	}
	utf8_ellipsis_middle(&name, label, strlen(label), look->label_width);
	canvas_field(c, row, 2, look->label_width, ALIGN_LEFT,
		     look->readonly ? STYLE_MUTED : STYLE_COLUMN, name.data, name.len);
	buf_release(&name);
	used = canvas_textn(c, row, col, width, look->style, value, len);
	if (look->align == ALIGN_RIGHT && used < width && !look->note)
		canvas_field(c, row, col, width, ALIGN_RIGHT, look->style, value, len);
	if (look->focus)
		canvas_over(c, row, col, 1, used ? used : 1, STYLE_FOCUS);
	else if (look->changed)
		canvas_over(c, row, col, 1, used, STYLE_CHANGED);
	if (look->note)
		canvas_text(c, row, col + used + 2, c->cols - col - used - 3, STYLE_MUTED,
			    look->note);
}

static int tab_width(const char *name)
{
	return canvas_text_width(name, strlen(name)) + 2;
}

void tabs_paint(struct canvas *c, int row, const char *const *names, size_t n, size_t active)
{
	int col = 0;

	for (size_t i = 0; i < n; i++) {
		int width = tab_width(names[i]);

		if (col + width > c->cols - 2) {
			canvas_glyph(c, row, c->cols - 1, GLYPH_RIGHT, STYLE_TAB);
			return;
		}
		if (i)
			canvas_glyph(c, row, col++, GLYPH_VLINE, STYLE_BORDER);
		canvas_text(c, row, col + 1, width - 2,
			    i == active ? STYLE_TAB_ACTIVE : STYLE_TAB, names[i]);
		col += width;
	}
}

int tabs_at(const struct canvas *c, const char *const *names, size_t n, int col)
{
	int at = 0;

	for (size_t i = 0; i < n && at < c->cols; i++) {
		at += (i ? 1 : 0) + tab_width(names[i]);
		if (col < at)
			return (int)i;
	}
	return -1;
}

/* ---- boxes ---- */

/* With its border, in the middle. */
static void box_layout(struct box_want area, struct box_want *want, int *top, int *left)
{
	want->rows = clamp(want->rows + 2, 3, area.rows);
	want->cols = clamp(want->cols + 4, 8, area.cols);
	*top = (area.rows - want->rows) / 2;
	*left = (area.cols - want->cols) / 2;
}

bool box_at(struct box_want area, struct box_want want, int *row, int *col)
{
	int top, left;

	box_layout(area, &want, &top, &left);
	*row -= top + 1;
	*col -= left + 2;
	return *row >= 0 && *row < want.rows - 2 && *col >= 0 && *col < want.cols - 4;
}

/* The word at s as a key; not one that begins a sentence of several letters. */
static bool key_of_word(const char *s, struct key *out)
{
	struct err ignored = ERR_INIT;
	char *word = xstrndup(s, strcspn(s, " ,"));
	bool ok = *word && key_parse(word, out, &ignored);

	err_release(&ignored);
	free(word);
	return ok;
}

bool hint_at(const char *hints, int col, struct key *out)
{
	const char *at = hints, *next, *end, *word;
	struct key own;

	/* Columns are bytes here: hints are plain. */
	while ((next = strstr(at, "  ")) && next - hints <= col)
		at = next + strspn(next, " ");
	end = next ? next : hints + strlen(hints);
	if (col < at - hints || col >= end - hints || !key_of_word(at, out))
		return false;
	for (word = at; word < end; word += strcspn(word, " "), word += strspn(word, " "))
		if (col >= word - hints && col < (word - hints) + (int)strcspn(word, " ") &&
		    key_of_word(word, &own))
			*out = own;
	return true;
}

struct canvas box_open(struct canvas *c, int rows, int cols, enum style border,
		       const char *title)
{
	struct box_want want = { rows, cols };
	int top, left;

	box_layout((struct box_want){ c->rows, c->cols }, &want, &top, &left);
	rows = want.rows;
	cols = want.cols;
	canvas_fill(c, top, left, rows, cols, STYLE_NORMAL);
	canvas_over(c, top, left, rows, cols, STYLE_NORMAL);
	canvas_box(c, top, left, rows, cols, border, title);
	return canvas_sub(c, top + 1, left + 2, rows - 2, cols - 4);
}

/* ---- wrapping ---- */

/* Bytes of s (up to a newline) that make one line of width columns. */
static size_t line_len(const char *s, size_t len, int width)
{
	const char *nl = memchr(s, '\n', len);
	size_t whole = nl ? (size_t)(nl - s) : len;
	size_t fit = utf8_fit(s, whole, width, NULL), cut;

	if (fit == whole)
		return whole;
	for (cut = fit; cut > 0 && s[cut] != ' '; cut--)
		;
	if (cut > 0)
		return cut;
	if (fit == 0) { /* a wide character where one column is left */
		int w;

		return utf8_cluster(s, whole, &w);
	}
	return fit;
}

void lines_wrap(struct lines *l, const char *raw, size_t raw_len, int width)
{
	VEC(char *) v = VEC_INIT;
	struct buf safe = BUF_INIT;
	const char *text;
	size_t len, pos = 0;

	canvas_safe(&safe, raw, raw_len, SANITIZE_KEEP_NEWLINES);
	text = safe.data;
	len = safe.len;

	if (width < 1)
		width = 1;
	while (pos < len) {
		size_t n = line_len(text + pos, len - pos, width);

		*VEC_PUSH(&v) = xstrndup(text + pos, n);
		pos += n;
		/* What broke the line is not shown again. */
		if (pos < len && (text[pos] == '\n' || text[pos] == ' '))
			pos++;
	}
	buf_release(&safe);
	l->v = v.v;
	l->len = v.len;
}

void lines_release(struct lines *l)
{
	for (size_t i = 0; i < l->len; i++)
		free(l->v[i]);
	free(l->v);
	l->v = NULL;
	l->len = 0;
}
