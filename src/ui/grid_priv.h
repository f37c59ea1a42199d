/* SPDX-License-Identifier: MIT */
/*
 * grid_priv.h - the grid from inside: rows (of a rowset or a table that a command gave), the layout of its
 * columns, painting, actions.
 *
 *	grid.c       life, moving, what rows do
 *	gridask.c    watching, what is told
 *	gridsort.c   the sort
 *	gridfilter.c which rows
 *	gridcopy.c   marks, what is copied, the whole value
 *	copying.c    values and rows on their way to the clipboard
 *	rowact.c     forms of rows, set and delete of the marked ones
 *	gridcols.c   which columns, how wide, in what order
 *	gridlayout.c what the person arranged, kept in a file
 *	gridpaint.c  cells on the canvas
 *	gridsheet.c  rows that were painted already
 *	gridtell.c   the row under the cursor in words
 *	gridrenew.c  a relation that is not as it was
 *	table.c      rows that are all there
 */
#ifndef UI_GRID_PRIV_H
#define UI_GRID_PRIV_H

#include <stdbool.h>
#include <stddef.h>

#include "base/map.h"
#include "base/vec.h"
#include "command/rowset.h"
#include "domain/value.h"
#include "ui/screen.h"
#include "ui_priv.h"
#include "watch.h"

/* Where rows come from. Meanings as in rowset.h; p is the rowset or the table. */
struct rows_ops {
	size_t (*columns)(const void *p);
	const struct screen_column *(*column)(const void *p, size_t col);
	enum value_kind (*kind)(const void *p, size_t col);
	int64_t (*now)(const void *p); /* the server's time of the rows, for ages */
	size_t (*len)(const void *p);
	unsigned (*edition)(const void *p);
	const char *(*cell)(const void *p, size_t row, size_t col, size_t *len, bool *cut);
	bool (*changed)(const void *p, size_t row, size_t col);
	const char *(*key)(const void *p, size_t row);
	size_t (*cursor)(const void *p);
	size_t (*top)(const void *p);
	void (*resize)(void *p, int rows);
	void (*move)(void *p, long rows);
	void (*page)(void *p, double pages);
	void (*first)(void *p);
	void (*last)(void *p);
};
extern const struct rows_ops rowset_rows, table_rows;

struct gridcol {
	size_t source;   /* column of the rows */
	int natural;     /* as wide as its title and what was seen of it */
	enum value_kind kind; /* what it was seen as: types may come after the first rows */
	int by_hand;     /* width that the person chose; 0 */
	int x, width;    /* where it is painted; width 0: not */
	size_t seen_from, seen_to; /* rows of this edition that natural knows of */
	unsigned seen_edition;
	bool hidden, frozen;
	bool unasked; /* hidden as the rows have it (rows_ops.column), before what a person did */
};

struct gridcols {
	VEC(struct gridcol) v; /* in order of display */
	size_t cursor;         /* index into v, of a column that is not hidden */
	size_t first;          /* first scrolled column that is shown */
	bool more_left, more_right;
	bool part; /* in a pane: without the columns that are alike in all its rows */
};

/* Rows as they were painted last, but for the cursor and the marks: what is there is not made again. */
struct gridsheet {
	struct canvas *canvas;
	size_t from, to;  /* rows on it, the first in line 0 */
	uint64_t look;    /* of what else they depend on */
};

struct copying;

struct grid {
	const struct rows_ops *ops;
	void *p;
	struct rowset *rows;      /* p, or NULL */
	struct table *table;      /* p, or NULL */
	struct gridcols cols;
	struct gridsheet sheet;
	int height;               /* rows of data */
	bool wrapped;             /* the value under the cursor stands below, in lines */
	bool arranged, loaded;    /* the person moved columns; the layout was looked for */
	struct map *marks;        /* keys of marked rows */
	struct buf keys;   /* of the marked rows, for {marked} */
	struct watch *watch;
	bool asking;              /* the cost gate's question is open */
	int64_t asked_us;         /* since when rows are waited for; 0: they are not */
	struct copying *copying;  /* rows on their way to the clipboard */
	size_t viewed;            /* the column whose whole value was asked for */
	size_t by_column;         /* … to filter by it */
	char *search;             /* what / looked for */
	char *note;               /* what the rows said last */
	char *failure;            /* … and what failed */
	char *gone;               /* … and which row is not there any more */
};

/* ---- grid.c, gridrenew.c ---- */
void grid_on_rows(void *ctx, enum rowset_event event);
void grid_on_session(void *ctx, enum session_event event);
/* The relation that a screen shows; NULL: not in this snapshot. */
const struct relation *screen_relation(const struct catalog *c, const struct screendef *def);
/* Says what became of it; now NULL: it is gone. */
void relation_tell(struct screen *s, const struct relation *was, const struct relation *now);
/* Where the place narrows by columns that have other names now, by these. */
void place_follow(struct screen *s, const struct relation *was, const struct relation *now);

/* ---- table.c ---- */
/* Rows of the same title and columns take the place of those that are shown; *owned is gone then. */
bool table_take(struct table *shown, struct table **owned);
bool grid_take_table(struct screen *s, struct table **owned);
/* Narrows it to the rows of which a cell holds the text; NULL or "": all of them. */
void table_search(struct table *t, const char *text);
const char *table_searched(const struct table *t); /* NULL: all are shown */
/* The column of its sentences, SIZE_MAX: there is none; and how wide the longest is. */
size_t table_sentence(const struct table *t, int *longest);

/* ---- gridcols.c: pure, given the rows ---- */
enum { CELL_DEFAULT_MAX = 40, CELL_SEEN_MAX = 200 };
/* Columns as the rows have them now; keeps what the person changed. */
void gridcols_take(struct gridcols *g, const struct rows_ops *ops, const void *p);
void gridcols_release(struct gridcols *g);
/* Forget what was seen of a column, or of all (col SIZE_MAX). */
void gridcols_fit(struct gridcols *g, size_t col);
/* Place columns into so many screen columns; the cursor's column is among them. */
void gridcols_place(struct gridcols *g, const struct rows_ops *ops, const void *p, int width);
/* Of these columns so many are free on the right. */
int gridcols_free(const struct gridcols *g, int width);
/* How wide a column that is painted can become by its values. */
int gridcols_most(const struct gridcol *c, const struct rows_ops *ops, const void *p, int free, int width);
/* … and the free ones left to others. */
int gridcols_widest(const struct gridcol *c, const struct rows_ops *ops, const void *p);
void gridcols_move(struct gridcols *g, int by);
void gridcols_to(struct gridcols *g, bool last);
/* Index into v of the one painted behind that one, or of the first (SIZE_MAX); SIZE_MAX: no more. */
size_t gridcols_next(const struct gridcols *g, size_t at);
/* Source column under the cursor; SIZE_MAX without columns. */
size_t gridcols_source(const struct gridcols *g);
/* Index into v of the column painted at x; -1: none. */
int gridcols_at(const struct gridcols *g, int x);
/* "Price" as the head of the column, "price" if it has no title. */
const char *column_title(const struct screen_column *c);
/* gridtell.c: … as it is heard before its value: "Rows about ". */
void column_tell(struct buf *out, const struct screen_column *c, const char *between);

/* ---- gridpaint.c ---- */
/* Lines below the rows for the value under the cursor, or for the row's sentence where its column has no room for
 * it, with the one that names it; 0: none. */
int grid_below(const struct screen *s);
void grid_paint(const struct screen *s, struct canvas *c);
/* The cells of a row in line y, without what is laid over them. */
void grid_paint_cells(const struct grid *g, size_t row, struct canvas *c, int y);

/* ---- gridsheet.c ---- */
/* Rows [from, to) in the lines of c from y on; only what is new is formatted. */
void gridsheet_paint(struct grid *g, size_t from, size_t to, struct canvas *c, int y);
void gridsheet_release(struct gridsheet *sheet);
/* ---- gridcell.c ---- */
/* How a cell is shown in width columns (0: as many as it takes); the text is appended to out. */
struct cell_at {
	const struct rows_ops *ops;
	const void *p;
	size_t row, col;
};
enum style cell_show(const struct cell_at *at, int width, struct buf *out);
enum align cell_align(const struct cell_at *at);
/* How many columns cell_show would take, where that is told at a glance: plain letters shown as they are; else -1. */
int cell_plain_width(const struct cell_at *at);

/* Placed columns are as wide as what rows [from, to) show, and never shrink by themselves.  True: one grew, so that
 * they are to be placed again. */
bool grid_see(struct screen *s, size_t from, size_t to);

/* ---- gridtell.c ---- */
void grid_tell(const struct screen *s, struct buf *out);

/* ---- gridask.c ---- */
bool grid_ask(struct screen *s, enum action act, const struct args *args, struct err *err);
void grid_watch(struct screen *s);
void grid_on_cost(struct screen *s);
/* What the rows have to say, once. */
void grid_tell_note(struct screen *s);
/* Who went to another tab while rows were waited for, more than two seconds, is told that they came, or why not. */
void grid_tell_late(struct screen *s);
/* As many rows are asked for as there is room for; returns whether it was another number before. */
bool grid_share_height(struct screen *s);
/* The first page's, of the screen ctx: what it is asked with is known before anything is drawn, and the request leaves
 * before that; what has been answered already is drawn at once. */
void grid_ask_early(void *ctx);
void grid_status(const struct screen *s, struct screen_status *out);
/* Lines that the head and all rows take, as far as they are there; -1: not known yet. */
int grid_lines(const struct screen *s);
/* Which rows are seen, "1–4 of 12", where that is not all of them. */
void grid_more(const struct screen *s, struct buf *out);

/* ---- gridfilter.c ---- */
bool grid_filter(struct screen *s, enum action act, const struct args *args, struct err *err) MUST_CHECK;

/* ---- gridlayout.c ---- */
void grid_load_layout(struct screen *s);
void grid_save_layout(const struct screen *s); /* if something was arranged */

/* ---- rowact.c ---- */
/* The form of the row under the cursor ("form"), or of a new record like it ("form-new"). */
bool row_form(struct screen *s, const char *kind, struct err *err);
/* Are rows of the screen records that may be edited, for all that is known? */
bool row_editable(const struct screen *s);
/* … that may be added? */
bool row_addable(const struct screen *s);
/* The command update for the marked rows: it shows before it writes. sets: "column=value", NULL-terminated. */
bool row_update(struct screen *s, const struct grid *g, const char *const *sets, struct err *err);
/* The statement of the last page in the viewer. */
bool row_sql(struct screen *s, const struct rowset *r, struct err *err);
/* :set and :delete of the marked rows or of the one under the cursor; g NULL: the screen shows one record. */
bool row_change(struct screen *s, const struct grid *g, enum action act, const struct args *args,
		struct err *err);

/* ---- together.c ---- */
/* The marked rows: asks which columns become what, then row_update. */
bool together_open(struct screen *s, size_t rows, struct err *err);

/* ---- gridsort.c ---- */
bool grid_sort(struct grid *g, const char *const *words, struct err *err) MUST_CHECK;
/* The sign above a column: '+' up, '-' down, 0: none, or what it goes by first is not to be seen. */
char grid_sorted_by(const struct screen *s, const struct gridcol *c);
/* "sort PRICE, -SKU", by the names that stand above the columns. */
void grid_tell_sort(const struct screen *s, struct buf *out);

/* ---- copying.c: also for a record ---- */
void copying_free(struct copying **c);
/* The rows of these keys (NULL: all of the question), whole from the server, in the form that args ask for. *slot is it
 * until it is done; what is there before is given up. */
bool copying_rows(struct copying **slot, struct screen *s, const struct rowset *rows, const char *const *keys,
		  size_t n, const struct args *args, struct err *err) MUST_CHECK;
/* A cell, whole; s owns the request. */
void copying_cell(struct screen *s, struct rowset *rows, size_t row, size_t col);
/* text NULL: SQL NULL; masked: as copying_add_masked says it, or NULL. */
void copying_value(struct ui *ui, const char *text, size_t len, const char *masked);
/* What a format made of rows; bare: without the line of names. */
void copying_put(struct ui *ui, const struct buf *text, bool bare, uint64_t rows, const char *masked);
/* "; masked: email" where the column is (rows may be NULL), and ", phone" for the next one. */
void copying_add_masked(struct buf *out, const struct rowset *rows, size_t col);
/* A format_write_fn into a buf. */
void copying_add(void *buf, const char *text, size_t len);
const char *copying_format(const struct args *args);

/* ---- gridcopy.c ---- */
bool grid_copy(struct screen *s, enum action act, const struct args *args, struct err *err);
bool grid_view(struct screen *s, struct err *err);
bool grid_describe(struct screen *s, struct err *err);

#endif
