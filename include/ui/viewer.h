/* SPDX-License-Identifier: MIT */
/*
 * viewer.h - a text shown whole: a cell's value, a statement, help, the message log.
 *
 * Wraps or scrolls sideways, searches, folds JSON, shows bytes as hex; any text is safe here.
 */
#ifndef UI_VIEWER_H
#define UI_VIEWER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/longtext.h"
#include "ui/screen.h"

enum viewer_as {
	VIEW_AUTO,  /* JSON if it parses as an object or array, bytes if it begins with \x, else text */
	VIEW_TEXT,
	VIEW_JSON,
	VIEW_HEX,   /* PostgreSQL's \x… form of bytea */
	VIEW_SQL,
	VIEW_HELP,  /* lines as in help texts: indented "key  what" lines, headings without indent */
	VIEW_LIST,  /* lines of "name  what", two blanks between; what is long hangs below its beginning */
};

/* Open a viewer on a copy of text. */
void viewer_open(struct ui *ui, const char *title, const char *text, size_t len, enum viewer_as as);
/* … on a text of any length, which it takes and frees when it is closed. */
void viewer_open_long(struct ui *ui, const char *title, struct longtext *owned, enum viewer_as as);

#endif
