/* SPDX-License-Identifier: MIT */
/*
 * bar_priv.h - the command bar, as its files see it.
 *
 *	bar.c        the line, what completes it, what it was refused for
 *	bar_paint.c  how it looks
 */
#ifndef BAR_PRIV_H
#define BAR_PRIV_H

#include "base/vec.h"
#include "ui/lineedit.h"
#include "ui/widget.h"
#include "ui_priv.h"

struct item {
	char *text, *note;
};

struct bar {
	struct ui *ui;
	struct line *line;	   /* NULL: closed */
	char prompt;		   /* ':' or '/' */
	VEC(char *) columns, kept; /* of the screen behind */
	struct completing *completing;
	VEC(struct item) items;
	size_t start, end; /* what an item replaces */
	bool more;	   /* the server is asked */
	struct scroll menu;
	bool choosing;	   /* Tab went into the menu */
	struct item taken; /* the last one put in whole, at this byte: its note stays … */
	size_t taken_at;   /* … until the line changes */
	struct err err;	   /* why the last line was refused */
	size_t wrong, wrong_len; /* … and the bytes that it is about */
	bool misses;		 /* … or before which something is missing */
	char *asked;		 /* the line that was run last */
	int64_t asked_us;	 /* … by this key */
	struct loop_timer *live; /* '/' filters as one types */
	bool searched;		 /* … and did: giving up takes it back */
};

/* Where things stand, for the painting and for the mouse: lines of the menu, columns of the line. */
int bar_menu_rows(const struct bar *b);
int bar_line_width(const struct bar *b);

#endif
