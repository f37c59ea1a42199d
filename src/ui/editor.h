/* SPDX-License-Identifier: MIT */
/*
 * editor.h - a text in the person's own editor: $VISUAL, $EDITOR, else vi, on a file of ours (0600) that goes
 * afterwards.  The editor has the terminal while it runs.
 */
#ifndef UI_EDITOR_H
#define UI_EDITOR_H

#include "ui_priv.h"

struct editor;

/* What was saved, without a last newline that the text did not have; NULL: the editor or the file failed, which has
 * been said.  The handle is gone then. */
typedef void editor_fn(void *ctx, const char *text, size_t len);
/* ending: "sql", "json", "txt", by which editors know what it is.  NULL with err: it could not be started. */
struct editor *editor_start(struct ui *ui, const char *text, const char *ending, editor_fn *done,
			     void *ctx, struct err *err) MUST_CHECK;
/* The editor is left alone, and done is not called. */
void editor_free(struct editor **o);

#endif
