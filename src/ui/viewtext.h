/* SPDX-License-Identifier: MIT */
/*
 * viewtext.h - a text laid out in rows for the viewer: wrapped or not, folded, or as bytes.
 *
 * Pure: no screen, no canvas.  The text is made fit to be shown once (sanitized, tabs as
 * blanks, JSON pretty printed); rows are pieces of it.  Memory: the text once or twice, 12
 * bytes a line, 16 a row.
 */
#ifndef UI_VIEWTEXT_H
#define UI_VIEWTEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "ui/viewer.h"

struct viewtext;

struct viewtext *viewtext_new(const char *text, size_t len, enum viewer_as as);
void viewtext_free(struct viewtext **v);
enum viewer_as viewtext_as(const struct viewtext *v); /* never VIEW_AUTO */
/* Show as something else; false: it is none of that. */
bool viewtext_show_as(struct viewtext *v, enum viewer_as as);

/* Make rows anew for this width; wrap 0: one row a line. */
void viewtext_layout(struct viewtext *v, int width, bool wrap);
size_t viewtext_rows(const struct viewtext *v);
size_t viewtext_lines(const struct viewtext *v);

struct viewrow {
	const char *text; /* len bytes, fit to be shown; borrowed until the next call */
	size_t len;
	size_t line;   /* from 0 */
	size_t offset; /* of text in its line */
	bool foldable, folded;
	size_t hidden; /* lines that the fold hides */
};
void viewtext_row(struct viewtext *v, size_t row, struct viewrow *out);
/* The whole line that a row belongs to. */
void viewtext_line(struct viewtext *v, size_t line, const char **text, size_t *len);

/* Fold or unfold the part that begins at this row's line; false: nothing begins there. Lay out
 * again. */
bool viewtext_fold(struct viewtext *v, size_t row);
/* The first row from `from` on (backwards: before it) that contains text, letters of any case;
 * -1: none. Unfolds. */
long viewtext_find(struct viewtext *v, const char *text, size_t from, bool backwards);
/* What was given, for copying. */
const char *viewtext_source(const struct viewtext *v, size_t *len);

#endif
