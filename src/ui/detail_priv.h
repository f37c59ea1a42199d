/* SPDX-License-Identifier: MIT */
/*
 * detail_priv.h - the screen of one record, as its two files see it.
 *
 *	detail.c        the record, its panes, painting, keys
 *	detail_lay.c    what stands where
 *	detailrenew.c   anew when the relation has changed
 */
#ifndef DETAIL_PRIV_H
#define DETAIL_PRIV_H

#include "base/vec.h"
#include "command/labels.h"
#include "grid_priv.h"
#include "ui/widget.h"

/* One line of the fields' list: a piece of a field's value. */
struct fieldline {
	size_t col; /* column of the record */
	char *text; /* a wrapped piece, or NULL: the value in one line */
	bool first; /* it carries the label */
	enum style style;
	enum align align;
};

struct detail {
	struct rowset *rows; /* of one row */
	const struct relation *relation; /* whose record it is; NULL: not known */
	struct labels *labels;           /* of what it refers to */
	VEC(struct fieldline) lines;
	struct scroll scroll;
	int label_width;
	struct screen **panes; /* def->npanes; NULL: not looked at yet */
	size_t focus;	       /* 0: the fields, else pane + 1 */
	size_t shown;	       /* the pane under the tabs */
	struct watch *watch;
	/* where things are, by the last recalc */
	int fields_rows, fields_cols;
	bool wide;
	int more_rows, more_cols; /* what the person gave the fields, or took */
	bool dragging;		  /* the line between fields and panes */
};

struct area {
	int row, col, rows, cols;
};

/* ---- detail.c ---- */
/* The record by this definition, from the beginning. False with err: what was there stays. */
bool detail_begin(struct screen *s, const struct screendef *def, struct err *err) MUST_CHECK;

/* ---- detailrenew.c ---- */
void detail_on_session(void *ctx, enum session_event event);

/* ---- detail_lay.c ---- */
/* What stands where, from the screen's size; the fields' lines anew. */
void detail_divide(struct screen *s);
/* Where the pane is to be seen; false: nowhere. */
bool detail_area(const struct screen *s, size_t pane, struct area *a);
void detail_drop_lines(struct detail *d);

#endif
