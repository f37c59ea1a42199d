/* SPDX-License-Identifier: MIT */
/*
 * mergeview_priv.h - the merge dialog's state, for what decides and tells (mergeview.c) and what paints (mergepaint.c).
 */
#ifndef UI_MERGEVIEW_PRIV_H
#define UI_MERGEVIEW_PRIV_H

#include "base/vec.h"
#include "form.h"
#include "ui/lineedit.h"
#include "ui/widget.h"
#include "ui_priv.h"

#define MERGE_BACK_HINT "Esc back to the form"

enum { MERGE_WIDE = 110 }; /* columns from which the hints are whole sentences */

struct mergeview {
	struct screen *form; /* the screen below, whose data is the form */
	VEC(int) rows;	     /* merge fields that are shown */
	bool all;	     /* unchanged fields too */
	struct scroll scroll;
	struct line *line; /* typing a result */
	int confirm;	   /* an all-mine or all-theirs that waits for its yes */
};

static inline struct mergeview *mergeview_of(const struct screen *s)
{
	return s->data;
}

static inline struct merge_plan *mergeview_plan(const struct mergeview *v)
{
	return form_of(v->form)->merge;
}

/* The merge field under the cursor; -1: none is shown. */
static inline int merge_focus(const struct mergeview *v)
{
	return v->rows.len ? v->rows.v[v->scroll.cursor] : -1;
}

struct box_want merge_box(const struct mergeview *v, int rows, int cols);
/* The keys in force, in words. */
void merge_add_key(const struct screen *s, const char *run, struct buf *out);
void merge_add_hints(const struct screen *s, bool wide, struct buf *out);
void merge_add_save_hint(const struct screen *s, struct buf *out);

void merge_repaint(const struct screen *s, struct canvas *c); /* mergepaint.c */

#endif
