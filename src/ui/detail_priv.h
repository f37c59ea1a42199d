/* SPDX-License-Identifier: MIT */
/*
 * detail_priv.h - the screen of one record, as its files see it.
 *
 *	detail.c        the record and its panes
 *	detail_paint.c  how they look
 *	detail_keys.c   keys, mouse, actions
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
	bool seen; /* it has been there */
	const struct relation *relation; /* whose record it is; NULL: not known */
	size_t viewed; /* the column whose whole value was asked for */
	struct labels *labels;           /* of what it refers to */
	VEC(struct fieldline) lines;
	struct scroll scroll;
	int label_width;
	struct screen **panes; /* def->npanes; NULL: not looked at yet */
	size_t focus;	       /* 0: the fields, else pane + 1 */
	size_t shown;	       /* the pane under the tabs */
	struct watch *watch;
	struct copying *copying; /* the record on its way to the clipboard */
	/* where things are, by the last recalc */
	int fields_rows, fields_cols;
	int *pane_rows; /* of each pane beside the fields, with its title */
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
bool detail_has_row(const struct detail *d);
/* It was asked for, and is not there, or was refused. */
bool detail_missing(const struct detail *d);
/* NULL: there is no such column, or no record yet. */
const char *detail_cell(const struct detail *d, const char *column);
/* The same, for screen_template. */
const char *detail_cell_of(void *detail, const char *column);
/* What the record is called that a column refers to; NULL: it refers to none, or that is not known yet. */
const char *detail_label(const struct detail *d, const char *column);
const char *detail_pane_title(const struct screen *s, size_t pane);

/* ---- detail_paint.c ---- */
void detail_repaint(const struct screen *s, struct canvas *c);
void detail_tell(const struct screen *s, struct buf *out);

/* ---- detail_keys.c ---- */
/* The pane that has the keys; NULL: the fields have them, or there is no record to have panes. */
struct screen *detail_focused(const struct screen *s);
/* Is it done to the record, or to what of it is seen? */
bool detail_needs_record(enum action act);
bool detail_key(struct screen *s, const struct key *key);
bool detail_action(struct screen *s, enum action action, const struct args *args, struct err *err);

/* ---- detailrenew.c ---- */
void detail_on_session(void *ctx, enum session_event event);

/* ---- detail_lay.c ---- */
/* What stands where, from the screen's size; the fields' lines anew. */
void detail_divide(struct screen *s);
/* Where the pane is to be seen; false: nowhere. */
bool detail_area(const struct screen *s, size_t pane, struct area *a);
void detail_drop_lines(struct detail *d);

#endif
