/* SPDX-License-Identifier: MIT */
/*
 * brief.h - the same picture in fewer bytes.
 *
 * Curses decides cell by cell: it takes colours back before it gives new ones, sets them behind
 * a jump that paints nothing, and names the row it is in already.  Over a slow line each byte
 * of a scrolled row counts, so what it wrote for one paint is read once more here: colours and
 * attributes are said when something is painted with them, in one sequence and only as far as
 * they differ; a jump within the row names its column, or the steps to it; a region is scrolled
 * without going there, or by the way when the next jump leads there, and stays set for the next
 * line.  What is not understood is passed on as it stands, and nothing is taken for granted
 * behind it.
 *
 * Only for terminals that follow ECMA-48 (term.c knows).  No I/O, no globals.
 */
#ifndef UI_BRIEF_H
#define UI_BRIEF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

/* How text is painted. A colour is its SGR parameter as text ("38;5;79"), "" the terminal's
 * own. */
struct brief_look {
	uint16_t attrs; /* 1 << SGR parameter: 1 bold … 8 hidden */
	char fg[24], bg[24];
};

struct brief {
	struct brief_look is,
		want;	/* what the terminal was told; what the next text is to have */
	bool known;	/* is, at all */
	bool due;	/* they may differ */
	bool strange;	/* beside is it was told something that we do not know */
	bool ascii;	/* the character set is */
	int rows, cols; /* of the terminal */
	int row, col;	/* of the cursor, from 1; 0: not known; col is the furthest it can be */
	bool exact;	/* it is in that column: since it was told one, it stepped or wrote ASCII */
	int top, bottom; /* the region that scrolls, from 1; 0: the whole screen, -1: not known
			  */
	bool theirs;	 /* curses set it, and will take it back */
	bool owed;	 /* one line up in it; what is painted outside does not mind */
};

/* Nothing is known of the terminal: at the start, after others wrote to it, after a resize. Who
 * lets others write takes the region back first. */
void brief_forget(struct brief *b, int rows, int cols);
/* One paint of curses, added to out in its short form. */
void brief_add(struct brief *b, struct buf *out, const char *bytes, size_t len);

#endif
