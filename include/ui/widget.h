/* SPDX-License-Identifier: MIT */
/*
 * widget.h - the few things that many screens are made of: scrolled lists, field lines, tabs, boxes.
 *
 * A widget is a small struct in its screen's data, moved by functions that know nothing of the canvas, and
 * painted by functions that change nothing.
 */
#ifndef UI_WIDGET_H
#define UI_WIDGET_H

#include <stdbool.h>
#include <stddef.h>

#include "command/command.h"
#include "ui/canvas.h"
#include "ui/key.h"

/*
 * A scrolled list: len items, height of them visible from top, one under the cursor.
 * Invariants after every call: 0 ≤ cursor < len (0 if empty), top ≤ cursor < top + height, and no
 * blank lines at the end while there are items above.
 */
struct scroll {
	int len, height;
	int cursor, top;
	bool free; /* no cursor: moving scrolls (text viewers); cursor == top */
};

void scroll_set(struct scroll *s, int len, int height); /* after recalc; keeps the cursor where it can */
void scroll_move(struct scroll *s, int by);
void scroll_page(struct scroll *s, double pages);       /* ±1, ±0.5 */
void scroll_to(struct scroll *s, int item);
/* ACTION_MOVE with args as the command has them. False: not a vertical move. */
bool scroll_action(struct scroll *s, const char *where, long count);
/* Arrows, PgUp, PgDn, Home, End, wheel for screens without commands (menus). False: not one of them. */
bool scroll_key(struct scroll *s, const struct key *key);
/* A scroll bar in the column, only when not all is visible. */
void scroll_paint_bar(const struct scroll *s, struct canvas *c, int col);
/* A click or drag at its row of so many: what lies there comes into sight.  False: there is no bar. */
bool scroll_bar_click(struct scroll *s, int row, int rows);

/* "  label   value" of a form or a detail: label right-padded to label_width, focus marks it. */
struct field_look {
	int label_width;
	bool focus, changed, readonly;
	enum style style;       /* of the value */
	enum align align;
	const char *note;       /* after the value, muted; may be NULL */
};
void field_paint(struct canvas *c, int row, const char *label, const char *value, size_t len,
		 const struct field_look *look);

/* " one │ two │ three " on a row; tabs that do not fit are cut at the end with ›. */
void tabs_paint(struct canvas *c, int row, const char *const *names, size_t n, size_t active);
/* Which tab is at col of such a row; -1: none. */
int tabs_at(const struct canvas *c, const char *const *names, size_t n, int col);

/*
 * A box of rows × cols in the middle of c (smaller when c is), cleared, bordered and titled.
 * Returns the window inside the border, one blank column left and right.
 */
struct canvas box_open(struct canvas *c, int rows, int cols, enum style border, const char *title);
/* Where in the window of such a box a click is that came at row and col of an area of rows × cols; false: beside. */
struct box_want {
	int rows, cols;
};
bool box_at(struct box_want area, struct box_want want, int *row, int *col);
/* What a click at col of a line of hints presses ("y or Enter yes   n no   PgUp PgDn month"): the key under it, else
 * the first of its part.  False: nothing. */
bool hint_at(const char *hints, int col, struct key *out);

/* Text, from anywhere, broken into lines of at most width columns as they are shown (canvas_safe), at blanks where
 * possible; '\n' breaks. */
struct lines {
	char **v;
	size_t len;
};
void lines_wrap(struct lines *l, const char *text, size_t len, int width);
void lines_release(struct lines *l);

#endif
