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
#include "domain/value.h"
#include "ui/screen.h"

enum viewer_as {
	VIEW_AUTO,  /* JSON if it parses as an object or array, else text */
	VIEW_TEXT,
	VIEW_JSON,
	VIEW_HEX,   /* PostgreSQL's \x… form of bytea; what is none is shown as text */
	VIEW_SQL,
	VIEW_HELP,  /* lines as in help texts: indented "key  what" lines, headings without indent */
	VIEW_LIST,  /* lines of "name  what", two blanks between; what is long hangs below its beginning */
	VIEW_PARTS, /* several values, each under its name: how long all of it is says nothing */
};

/* How a value of this kind is shown. */
enum viewer_as viewer_as_kind(enum value_kind kind);

/* Open a viewer on a copy of text; NULL: on SQL NULL, which is told from a text of these letters. */
void viewer_open(struct ui *ui, const char *title, const char *text, size_t len, enum viewer_as as);
/* … on a text of any length, which it takes and frees when it is closed; or NULL likewise. */
void viewer_open_long(struct ui *ui, const char *title, struct longtext *owned, enum viewer_as as);

#endif
