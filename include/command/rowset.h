/* SPDX-License-Identifier: MIT */
/*
 * rowset.h - the rows of a screen, a window at a time, asynchronously: what the grid shows and `souk list`
 * prints.
 *
 * Keeps a window of a few pages around the cursor (memory is bounded whatever is browsed), fetches
 * ahead in the direction of travel, keeps the cursor by row key across refreshes, and marks cells that
 * changed.  Rows are addressed by their index inside the window; positions in the whole are estimates.
 * One page is one flush on DB_READ.
 */
#ifndef COMMAND_ROWSET_H
#define COMMAND_ROWSET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/longtext.h"
#include "command/session.h"
#include "domain/screendef.h"

struct rowset;

enum rowset_event {
	ROWSET_ROWS,    /* the window changed */
	ROWSET_STATE,   /* loading, error, estimate, stale */
	ROWSET_COST,    /* the cost gate asks: rowset_cost_text(), then rowset_go_on() or rowset_cancel() */
};
typedef void rowset_fn(void *ctx, enum rowset_event event);

/* where: "column=value" words narrowing by equality (NULL-terminated, may be NULL). */
struct rowset *rowset_new(struct session *s, const struct screendef *def, const char *const *where,
			  rowset_fn *fn, void *ctx, struct err *err) MUST_CHECK;
/* The same question (screen, narrowing, filters, sort), asked beside r, which may go meanwhile: for streams. */
struct rowset *rowset_copy(const struct rowset *r, rowset_fn *fn, void *ctx, struct err *err) MUST_CHECK;
/* … narrowed to the rows of these keys, whatever the filters say; rows must have a key. */
struct rowset *rowset_pick(const struct rowset *r, const char *const *keys, size_t n, rowset_fn *fn, void *ctx,
			   struct err *err) MUST_CHECK;
/* Nobody looks at it (a copy is so from the start): what it asks never holds up the pages of those that are looked
 * at. */
void rowset_beside(struct rowset *r);
bool rowset_has_key(const struct rowset *r);
/* The first page of a screen that is not open yet and nothing else, asked for in session_ahead(); def is one of that
 * session's.  NULL: it is not worth a try.  Free it when the screen's own question is under way, and at SESSION_AHEAD
 * at the latest. */
struct rowset *rowset_try(struct session *ahead, const struct screendef *def, const char *const *where,
			  const char *sort, int rows);
/* Behind that: what it rests on is asked of the server as well (READY_PAGE), if that is a table alone; of NULL, or
 * another, all that was kept has to hold. */
void rowset_rests(struct session *ahead, const struct rowset *r);
void rowset_free(struct rowset **r);

/* The screen's height: rows per page.  Asks for the first page when called the first time. */
void rowset_resize(struct rowset *r, int rows);

/* Rows of a statement that a person wrote (:sql)? */
bool rowset_is_statement(const struct rowset *r);
const char *rowset_title(const struct rowset *r);

/* ---- columns (known after the first page, or before from the screen file) ---- */
size_t rowset_columns(const struct rowset *r);
const struct screen_column *rowset_column(const struct rowset *r, size_t col); /* titles, formats (merged) */
const char *rowset_column_type(const struct rowset *r, size_t col);            /* "numeric", "" unknown */
char rowset_column_category(const struct rowset *r, size_t col);               /* pg_type.typcategory */
uint32_t rowset_column_oid(const struct rowset *r, size_t col);                /* pg_type.oid, 0 unknown */

/* ---- rows of the window ---- */
size_t rowset_len(const struct rowset *r);
/* Another number: rows may be others than before, or at other places of the window. */
unsigned rowset_edition(const struct rowset *r);
/* NULL for SQL NULL; *cut true when only the beginning was fetched. */
const char *rowset_cell(const struct rowset *r, size_t row, size_t col, size_t *len, bool *cut);
/* As mask.h says: 1 personal, 2 secret: its cells come as mask_text until they are unmasked; 0: shown. */
int rowset_masked(const struct rowset *r, size_t col);
void rowset_unmask(struct rowset *r, bool unmasked);
/* By the last refresh, and for a moment only: 3 s, longer than the usual interval, so that what changes each time
 * stays marked. */
bool rowset_changed(const struct rowset *r, size_t row, size_t col);
/* Milliseconds until these marks go; 0: there are none. */
unsigned rowset_marks_ms(const struct rowset *r);
/* The row's key as one text (quoted, unique); borrowed. */
const char *rowset_key(const struct rowset *r, size_t row);
bool rowset_at_start(const struct rowset *r); /* window row 0 is the first row of all */
bool rowset_at_end(const struct rowset *r);
/* Rows before window row 0, as they were counted while travelling there; -1 not known (after a jump). */
long rowset_before(const struct rowset *r);
/* Where that is not known: the part of the whole (0 … 1) that lies before the cursor's row by what statistics say;
 * < 0 not known. */
double rowset_part(const struct rowset *r);

/* ---- cursor and travel: the window follows; fn(ROWSET_ROWS) when more has come ---- */
size_t rowset_cursor(const struct rowset *r);     /* index in the window */
size_t rowset_top(const struct rowset *r);        /* first visible row */
void rowset_move(struct rowset *r, long rows);    /* relative */
void rowset_page(struct rowset *r, double pages); /* ±1, ±0.5 */
void rowset_first(struct rowset *r);
void rowset_last(struct rowset *r);
bool rowset_percent(struct rowset *r, double percent, struct err *err) MUST_CHECK;
bool rowset_goto(struct rowset *r, const char *key, struct err *err) MUST_CHECK;
/* What takes the place of `old`, and was asked nothing yet, begins at the row that is under its cursor, in the same
 * line of the view; at its first row where that one has no such key any more. */
void rowset_begin_at(struct rowset *r, const struct rowset *old);
/*
 * Is the cursor on its way to a row that is not here yet: a jump, another question, a page beyond the window?
 * What acts on "the row under the cursor" means that one then, and must wait for its end.  Moves are made at once in
 * the rows that are here, and again from there on arrival: typing ahead ends where it would on a server that
 * answers at once.  A jump takes the place of the one before.
 */
bool rowset_leaving(const struct rowset *r);
/* … because of another question (filter, sort), of which no row is here? */
bool rowset_asking(const struct rowset *r);
/* The last such way did not end where it led: it failed or was given up. */
bool rowset_missed(const struct rowset *r);
/* Give it up: the row under the cursor is the one that is meant, of the question before. */
void rowset_stay(struct rowset *r);

/* ---- what is asked ---- */
/* Filters are a stack of texts in the filter grammar (domain/filter.h); prefix '/' means search, "where " raw SQL. */
bool rowset_filter(struct rowset *r, const char *text, struct err *err) MUST_CHECK; /* NULL: drop all */
/* "/text" as one types: takes the place of the search in force, if there is one; "" drops it.  The same text again
 * is nothing new, except that it goes on inside where rowset_note says so. */
bool rowset_search(struct rowset *r, const char *text, struct err *err) MUST_CHECK;
size_t rowset_filters(const struct rowset *r);
const char *rowset_filter_at(const struct rowset *r, size_t i);
void rowset_unfilter(struct rowset *r, size_t i);
bool rowset_sort(struct rowset *r, const char *spec, struct err *err) MUST_CHECK;  /* "sku -price" */
const char *rowset_sort_text(const struct rowset *r);
struct sort_part {
	const char *column; /* of the rowset */
	bool descending;
	const char *nulls; /* " nulls first", " nulls last"; "": where the direction has them */
};
/* The i-th column of the sort in force; false: there are no more. */
bool rowset_sort_part(const struct rowset *r, size_t i, struct sort_part *out);
/* A word of a sort, a blank before it if it is not the first: any name is quoted as rowset_sort reads it. */
void rowset_sort_add(struct buf *spec, const char *column, bool descending);
void rowset_refresh(struct rowset *r);
/* The person wants to see what is there now: the rows, and whether the relation has other columns since. */
void rowset_look_again(struct rowset *r);
void rowset_cancel(struct rowset *r);
void rowset_go_on(struct rowset *r);
const char *rowset_cost_text(const struct rowset *r);
/* A sentence worth showing, or NULL: no key, so only the first rows; a search that was narrowed to what an index
 * serves (rowset_go_on searches inside). */
const char *rowset_note(const struct rowset *r);
/* One tenant is chosen, and these are rows of every one all the same: why; else NULL. */
const char *rowset_scope_note(const struct rowset *r);
/* Key of the row that was under the cursor and that a refresh did not bring again, until the cursor moves; or NULL. */
const char *rowset_gone(const struct rowset *r);
/* Fetch so many characters of a long column (its width on the screen); more are fetched when it grows. */
void rowset_fit(struct rowset *r, size_t col, int chars);
/* The whole value of a cell, fetched in pieces of a megabyte: no more than a few of those are in memory,
 * on no side of the connection does it lie there whole.  owned: the callee's; NULL for SQL NULL, and with err on
 * failure (or the row is gone).  ctx owns the request: rowset_forget. */
typedef void rowset_whole_fn(void *ctx, struct longtext *owned, const struct err *err);
void rowset_whole(struct rowset *r, size_t row, size_t col, rowset_whole_fn *fn, void *ctx);
/* The same, but one that is longer than so many bytes is refused (err says so), and not fetched. */
void rowset_whole_within(struct rowset *r, size_t row, size_t col, size_t most, rowset_whole_fn *fn, void *ctx);
void rowset_forget(struct rowset *r, const void *ctx);

/* ---- state ---- */
bool rowset_loading(const struct rowset *r);
double rowset_loading_seconds(const struct rowset *r);
/* So long that a person is to be told, and is meant by Ctrl-C. */
bool rowset_slow(const struct rowset *r);
const struct err *rowset_error(const struct rowset *r);  /* last failure; rows stay and are stale */
bool rowset_stale(const struct rowset *r);
double rowset_estimate(const struct rowset *r, bool *exact); /* rows in all; < 0 unknown */
/* Of a result kept in a file only the first rows are there: more than the estimate says. */
bool rowset_cut(const struct rowset *r);
void rowset_count(struct rowset *r);                        /* exact count, cancellable */
int64_t rowset_as_of_us(const struct rowset *r);            /* the server's time of the data */
const char *rowset_sql(const struct rowset *r);             /* the last page's statement (E) */
size_t rowset_bytes(const struct rowset *r);

/* All rows in order through a stream (list, export): constant memory. */
struct rowset_stream_callbacks {
	bool (*row)(void *ctx, const char *const *cells, const size_t *lens, size_t n);
	void (*done)(void *ctx, const struct err *err, uint64_t rows);
	void *ctx;
};
struct rowset_stream;
/* limit 0: all.  Waits for the catalog or the types where the question needs them.  The handle lives until done was
 * called or the rowset was freed (then done is not called). */
struct rowset_stream *rowset_stream(struct rowset *r, int64_t limit, const struct rowset_stream_callbacks *cb);
/* How many values came through streams that hold bytes which are no UTF-8, in words; to be freed.  NULL: none. */
char *rowset_odd(const struct rowset *r);
void rowset_stream_pause(struct rowset_stream *s, bool pause); /* back pressure */
void rowset_stream_cancel(struct rowset_stream *s);            /* done follows, with ERR_CANCELLED */
void rowset_stream_drop(struct rowset_stream *s);              /* cancelled, and done does not follow */

#endif
