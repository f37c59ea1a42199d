/* SPDX-License-Identifier: MIT */
/*
 * viewtext.h - a text laid out in rows for the viewer: wrapped or not, folded, or as bytes.
 *
 * No screen, no canvas.  The text is made fit to be shown once (sanitized, tabs as blanks, JSON laid out); rows are
 * pieces of it, found again from marks at every so many of them.
 *
 * Memory is bounded however long the text is: two longtexts (longtext.h), VIEWTEXT_MARKS marks of 8 bytes, the rows
 * between two marks, a fold for each part that was folded, and while one walks through the text about a megabyte.
 * Time is not: laying out and searching go through all of it.
 */
#ifndef UI_VIEWTEXT_H
#define UI_VIEWTEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/longtext.h"
#include "ui/viewer.h"

enum {
	VIEWTEXT_MARKS = 8192,
	VIEWTEXT_HEX_ROW = 16,   /* bytes in a row of bytes */
	VIEWTEXT_LINE = 1 << 16, /* longer lines are not looked at whole: neither coloured nor folded */
};

struct viewtext;

/* Takes source.  What cannot be kept (no room for files) is shown as a sentence that says so. */
struct viewtext *viewtext_new(struct longtext *source, enum viewer_as as);
void viewtext_free(struct viewtext **v);
enum viewer_as viewtext_as(const struct viewtext *v); /* never VIEW_AUTO */
/* Show as something else; false: it is none of that. */
bool viewtext_show_as(struct viewtext *v, enum viewer_as as);

/* Are these bytes, whatever they are shown as? */
bool viewtext_bytes(const struct viewtext *v);
/* Bytes of the value: what its text stands for, where that are bytes. */
size_t viewtext_length(const struct viewtext *v);

/* Make rows anew for this width, if it is another; wrap 0: one row a line. */
void viewtext_layout(struct viewtext *v, int width, bool wrap);
size_t viewtext_rows(const struct viewtext *v);

struct viewrow {
	const char *text; /* len bytes, fit to be shown; borrowed until the next call */
	size_t len;
	int hang; /* columns that it stands to the right: what continues a line is indented as that is */
	const char *line; /* the whole line that it belongs to, or itself where that is too long */
	size_t line_len;
	bool long_line;
	bool foldable, folded;
	size_t hidden; /* lines that the fold hides */
};
void viewtext_row(struct viewtext *v, size_t row, struct viewrow *out);

/* Fold or unfold the part that begins at this row's line; false: nothing begins there.  Lays out again. */
bool viewtext_fold(struct viewtext *v, size_t row);
/* The first row from `from` on (backwards: before it) where text begins, letters of any case; -1: none.  Unfolds.
 * Among bytes "de ad" is looked for as bytes too. */
long viewtext_find(struct viewtext *v, const char *text, size_t from, bool backwards);
/* Of a row of bytes: bit i is set where its byte i belongs to such a place.  0 of any other row. */
unsigned viewtext_hits(const struct viewtext *v, size_t row, const char *text);
/* What was given, for copying. */
struct longtext *viewtext_source(const struct viewtext *v);

#endif
