/* SPDX-License-Identifier: MIT */
/*
 * rowset_priv.h - what the files of the rowset share.
 *
 *	rowset.c         life, events, what is told
 *	rowset_source.c  what is paged through: base, columns, key
 *	rowset_types.c   what the columns are
 *	rowset_filter.c  which rows: narrowing, filters
 *	rowset_sort.c    in which order; the page request that both make
 *	rowset_question.c  a question until its first page: source, gate, how many rows
 *	rowset_fetch.c   requests for pages
 *	rowset_spool.c   rows that are kept in a file, where they cannot be paged through
 *	rowset_window.c  the rows that are held
 *	rowset_travel.c  cursor and travel
 *	rowset_jump.c    the cursor on its way to a row that is not here
 *	rowset_key.c     a row by its key: going there, whole values
 *	rowset_percent.c N % of the whole
 *	rowset_stream.c  all rows, for lists and exports
 */
#ifndef ROWSET_PRIV_H
#define ROWSET_PRIV_H

#include "base/arena.h"
#include "base/vec.h"
#include "catalog/catalog.h"
#include "command/rowset.h"
#include "domain/filter.h"
#include "domain/tenant_path.h"
#include "domain/page.h"
#include "domain/plan.h"
#include "domain/search.h"
#include "spool.h"

/* One reply that rows of the window point into. */
struct chunk {
	struct reply *reply;
	struct cells *packed; /* … or what it said, where that is much */
	size_t refs;
	bool as_text;   /* fetched before the types were known: cut columns came as texts */
	size_t ncuts;
	/* … or rows of a spool, in the arena */
	struct arena *arena;
	const char **cells;
	size_t *lens;
	int *cuts;      /* per column: characters asked for, 0 whole, < 0 bytes */
};

struct row {
	struct chunk *chunk;
	size_t i;               /* row of the reply */
	char *key;              /* made when asked for */
	unsigned char *changed; /* per column; NULL: none */
};

struct rowset_col {
	struct screen_column def;   /* texts live in the arena or the screen definition */
	const char *type;           /* "" while unknown */
	const char *cast;           /* type for the cast of an anchor, or NULL */
	const char *operators;      /* as in domain/page.h */
	char category;              /* 0 while unknown */
	uint32_t type_oid;          /* 0 while unknown */
	int wanted;                 /* characters that the screen asked for, 0: the usual */
	int mask;                   /* 1: personal, 2: secret; 0: shown */
};

/* A column of the base as the server described it. */
struct described {
	const char *name;
	uint32_t type;
	oid table;              /* where it comes from; 0: computed */
	int attnum;
};

struct order {
	size_t col;
	bool descending, nulls_first;
};

/* A filter in force: as it was written, and compiled. */
struct asked_filter {
	char *text;
	struct buf sql;
	struct params params;
	bool raw;               /* no parameters: the text is left as it is */
	/* A search has another, nearer meaning that an index serves; sql.len 0: none. */
	struct buf near_sql;
	struct params near_params;
	bool near;              /* … and that is the one in force */
};

/* What is asked; kept so that a refused question can be taken back. */
struct question_spec {
	VEC(struct asked_filter) filters; /* of the person */
	VEC(struct order) sort;           /* without the appended key */
	bool plain;                       /* the screen's own order and no filter: no gate */
};

/* The cursor is on its way to another row. */
struct jump {
	bool on;
	bool asking;            /* where to, is being asked */
	bool last;              /* of the question under way: go there from its first page on */
	bool missed;            /* the last one did not arrive */
	unsigned id;            /* what was asked for an older one counts no more */
	long after;             /* rows to travel from where it arrives: typed meanwhile */
	bool after_scroll;      /* … with the view */
};

/* Where values of the first sort column lie among all rows, as the statistics tell; see rowset_percent.c. */
struct bounds {
	VEC(double) v;          /* upwards; empty: not known */
	size_t col;
};

/* Another question that the cursor's row answers too: its first page begins at that row. */
struct here {
	bool on;                /* … and has not come yet */
	char *key;              /* until it is asked for; or NULL */
	long line;              /* of the view, that the row is in */
};

enum fetch_kind { FETCH_FIRST, FETCH_LAST, FETCH_AFTER, FETCH_BEFORE, FETCH_REFRESH, FETCH_GOTO };

enum { NO_GATE_ROWS = 5000 }; /* of fewer in all nothing can be dear */

struct fetch; /* one page under way */

enum rowset_phase {
	PHASE_NEW,     /* the source is not known yet: it waits for the catalog */
	PHASE_OPEN,
	PHASE_FAILED,  /* it cannot be opened: err says why */
};

struct rowset {
	struct session *session;
	const struct screendef *def;
	rowset_fn *fn;
	void *ctx;
	unsigned telling;                /* events on their way, by bits */
	struct arena *arena;
	enum rowset_phase phase;

	/* source */
	char **where;                    /* "column=value", NULL-terminated */
	char *base;                      /* "(query) AS q" */
	struct params base_params;
	VEC(struct rowset_col) cols;
	VEC(size_t) key;                 /* columns of the key */
	bool loose_key;                  /* … in which there may be NULLs */
	VEC(struct described) described; /* all of the base; empty until told */
	const struct sqlquery *query;    /* or NULL */
	bool of_server;                  /* … which asks what the server tells of itself, not for rows of tables */
	bool asking_types;
	bool all_columns;                /* names come with the first reply */
	char *raw;                       /* what the person wrote after :sql; or NULL */
	bool spooled;                    /* rows come from a file: see rowset_spool.c */
	const struct relation *relation; /* of the snapshot in force, or NULL */
	VEC(struct asked_filter) narrow; /* from where, the tenant */
	const char *note;                /* a sentence worth showing, or NULL */
	const char *scope_note;          /* why rows of every tenant are seen, or NULL */
	bool widen;                      /* a search was narrowed: rowset_go_on widens it */

	struct question_spec ask, before; /* before: to go back to when the gate is refused */
	struct question_spec between;    /* asked between these two, and never answered */
	bool overtaken;                  /* … there is one */
	unsigned asked, shown;           /* count the questions: the one in force, the rows' one */
	char *wanted_sort;               /* said before the source was open */
	VEC(char *) wanted_filters;

	/* window */
	VEC(struct row) rows;
	unsigned edition;                /* see rowset_edition */
	bool at_start, at_end;
	bool shape_asked;                /* which columns the relation has now */
	long first;                      /* rows before the window's first; -1 not known */
	double about;                    /* … by what is estimated, where first is not known; < 0: not known either */
	int64_t marked_us;               /* when a refresh last found changed cells; 0 never */
	struct bounds bounds;
	double landing;                  /* the part of the whole that a jump goes to; < 0: to a key */
	size_t cursor, top;
	int height;                      /* 0: not told yet */
	struct jump jump;
	struct here here;
	struct here begin;               /* of the first question, see rowset_begin_at */
	long owed;                       /* rows still to travel when more have come */
	bool owed_scroll;                /* … with the view */
	bool line_owed;                  /* the view could not follow the cursor yet, which belongs … */
	long line;                       /* … in this line of it */
	int direction;                   /* of travel: -1, 0, 1 */
	int hurry;                       /* pages asked for since the last fetch was sent */
	bool ahead_soon;                 /* rows are fetched ahead after the next paint */
	bool walked;                     /* a page reads all rows between it and an end, see types_sort_is_walked */

	/* requests */
	struct fetch *current;           /* its reply is waited for */
	VEC(struct fetch *) fetches;     /* that are not released: it, and those that are not wanted */
	struct loop_timer *patience;     /* … and cancelled when that takes long */
	bool refused;                    /* the gate waits for rowset_go_on */
	double walk_to;                  /* … to go to this part of the whole; < 0: to ask the question */
	char *walk_text;                 /* what the last such jump read on its way; or NULL */
	char *cost_text;
	bool gating;                     /* an EXPLAIN is under way */
	bool refresh_wanted;
	int64_t since_us;                /* when the current wish was sent */

	/* spool */
	struct spool *spool;
	struct run *run;                 /* the query that fills it; NULL when it has ended */
	struct request *run_request;
	bool spool_whole;                /* no more rows will come */
	bool spool_last;                 /* the last row is waited for */
	uint64_t spool_at;               /* window row 0 is this row of the spool */
	uint64_t spool_goto;             /* the first page begins here … */
	size_t spool_line;               /* … with the cursor in this line */

	/* state */
	struct err err;
	bool stale;
	bool lost;                       /* … because the connection is */
	double estimate;
	bool exact, estimating, counting, count_wanted, describing;
	bool near;                       /* a copy of one whose search is narrowed */
	bool beside;                     /* nobody looks at it: its rows come on a connection of their own */
	bool unmasked;                   /* asked for, see rowset_unmask */
	struct rowset *ahead;            /* asks the same of session_ahead(), until this one can ask */
	bool trial;                      /* it is one of these: its first page is all that it asks for */
	bool small;                      /* few rows in all were seen: nothing can be dear */
	VEC(struct rowset_stream *) streams; /* that wait until it is open */
	VEC(struct rowset_stream *) sent;    /* under way */
	uint64_t odd;                    /* values that they met that are no UTF-8 */
	int64_t as_of_us;
	char *sql;
	char *gone;                      /* key of the cursor's row that a refresh did not bring again */
};

/* ---- events: delivered in a later turn, so that a callback may free the rowset ---- */
void rowset_tell(struct rowset *r, enum rowset_event event);
void rowset_fail(struct rowset *r, const struct err *err);
/* … but what was asked before it is under way again. */
void rowset_failed_before(struct rowset *r, const struct err *err);

/* ---- source ---- */
/* Must the catalog be there before the first page can be asked for? */
bool source_needs_catalog(const struct rowset *r);
/* What a person wrote? */
bool source_is_scratch(const struct rowset *r);
bool source_open(struct rowset *r, struct err *err) MUST_CHECK;
/* The source, and what was wished before it was open. */
bool rowset_open(struct rowset *r, struct err *err) MUST_CHECK;
void source_release(struct rowset *r);
/* Raw SQL is refused for a superuser on production. */
bool source_allows_raw(const struct rowset *r, struct err *err) MUST_CHECK;
/* The snapshot tells more: key, types, relation. */
void source_catalog(struct rowset *r);
/* Another tenant, or none: the column that says whose a row is comes and goes with it. */
void source_scope(struct rowset *r);
/* Where only the reply names the columns. */
void source_name_all(struct rowset *r);
int source_find(const struct rowset *r, const char *name);
/* Index of a column, added (hidden) if the base may have it; -1 with err naming the nearest. */
int source_column(struct rowset *r, const char *name, struct err *err);
bool source_may_have(const struct rowset *r, const char *name);
bool source_unknown_column(const struct rowset *r, const char *name, struct err *err);
/* Bytes of the longest name of a column that the text begins with, one of these or its end behind it; 0: none. */
size_t source_named_at(const struct rowset *r, const char *text, const char *ends);
/* Does the server take each byte for a character? */
bool source_counts_bytes(const struct rowset *r);
/* Characters to fetch of a column, 0: whole. */
int source_cut(const struct rowset *r, size_t col, bool *binary);
bool source_is_key(const struct rowset *r, size_t col);

/* ---- types ---- */
/* The reply that describes the base has come. */
void types_learn(struct rowset *r, const struct reply *reply);
bool types_known(const struct rowset *r);
void types_of(struct rowset *r, size_t col);
void types_refresh(struct rowset *r);
/* Types that neither the catalog nor the table of built-in ones told: ask the server. */
void types_ask(struct rowset *r);
const struct described *types_described(const struct rowset *r, const char *name);
const struct column *types_catalog(const struct rowset *r, const char *name);
/* What is to be known of it to compare it (domain/equal.h), of whatever it is a column. */
struct column types_as_column(const struct rowset *r, const char *name);
/* The relation that a column comes from, or NULL. */
const struct relation *types_relation(const struct rowset *r, const char *name);
int types_mask(const struct rowset *r, size_t col);
/* enum of struct table_column: how JSON writes it. */
int types_cell(const struct rowset *r, size_t col);
/* Row-level security keeps indexes from finding a place in the order: pages cost what lies before them. */
bool types_sort_is_walked(const struct rowset *r);
/* The definition of an index that serves full text search here, or NULL. */
const char *types_fulltext(const struct rowset *r);
/* A filter_column_fn over a rowset. */
bool types_filter_column(void *ctx, const char *name, struct filter_column *out, struct err *err);

/* ---- ask ---- */
void asked_filter_release(struct asked_filter *f);
void question_release(struct question_spec *q);
void question_copy(struct question_spec *to, const struct question_spec *from);
/* The question is about to change: what was answered last is what one goes back to, and what was asked last is
 * asked again if the next one fails. */
void ask_remember(struct rowset *r);
bool ask_default_sort(struct rowset *r, struct err *err) MUST_CHECK;
/* Searches mean what an index serves; false: none does, or they do already. */
bool ask_near(struct rowset *r);
/* … and what people mean again. */
void ask_wide(struct rowset *r);
bool ask_is_near(const struct rowset *r);
/* By what an earlier session kept of the catalog, while this one waits for its own; or end that. */
void question_ahead(struct rowset *r);
/* What was wished before it could be understood. */
bool ask_wanted_sort(struct rowset *r, struct err *err) MUST_CHECK;
bool ask_wanted_filters(struct rowset *r, struct err *err) MUST_CHECK;
bool ask_narrow(struct rowset *r, struct err *err) MUST_CHECK;

/* The parts of a page request that must outlive it; released after composing. */
struct request_parts {
	struct page_column *columns;
	struct sort_key *sort;
	struct filter_sql *filters;
	const char **anchor;
	int *beginnings;
};
/* whole: no column is cut. */
void request_build(const struct rowset *r, struct page_request *req, struct request_parts *parts,
		   bool whole);
void request_parts_release(struct request_parts *parts);
/* The order of the whole: sort columns and then the key. To be freed. */
struct order *effective_order(const struct rowset *r, size_t *n);
void ask_equal(const struct rowset *r, struct asked_filter *f, const char *column, const char *value);
/* What a person wrote behind "where "; NULL: it is no SQL. */
const char *ask_raw_text(const char *text);
struct asked_filter *asked_filter_new(struct asked_filter *f, const char *text);

/* ---- fetch ---- */
/* Ask for a page; a fetch under way for the same purpose is let go. */
void fetch_start(struct rowset *r, enum fetch_kind kind, int limit);
/* Jump to the place of these texts (the first n sort columns; beginnings as in page.h). */
void fetch_goto(struct rowset *r, const char *const *anchor, const int *beginnings, size_t n);
/* The same, walked to from the last row: the page ends there. */
void fetch_goto_back(struct rowset *r, const char *const *anchor, size_t n);
void fetch_patience(void *ctx);
/* The rowset goes: what is under way must not look at it any more. */
void fetch_orphan(struct rowset *r);
/* The lane of its questions. */
enum db_lane rowset_lane(const struct rowset *r);
/* The lane of what may run long and would hold up pages: not behind an export, nor behind another such. */
enum db_lane rowset_aside(const struct rowset *r);
struct txn *rowset_txn(const struct rowset *r, enum scope_use use);
/* The page under way is not wanted any more. */
void fetch_let_go(struct rowset *r);
/* Adds the statement that describes all columns of the base; its index. */
int fetch_add_describe(const struct rowset *r, struct txn *txn, const struct page_request *req);

/* ---- keys ---- */
/* Ask for the page at the row that the cursor stays on; false: it stays on none. */
bool key_here(struct rowset *r);

/* ---- percent ---- */
/* The person agreed to what rowset_cost_text told of a far place. */
void percent_go_on(struct rowset *r);
/* Adds a statement for the bounds of the first sort column; its index, -1: they would tell nothing. */
int percent_add_bounds(const struct rowset *r, struct txn *txn, size_t *col);
/* … and its answer; NULL: none. */
void percent_learn(struct rowset *r, const struct reply *reply, size_t col);
/* A jump to this value of the first sort column was sent: which part of all rows lies before it is known by the
 * bounds, or asked beside. */
void percent_position(struct rowset *r, const char *value);

/* ---- question ---- */
/* The whole question changed: from the first row on, through the gate. */
void fetch_anew(struct rowset *r);
/* … of which the rows that are here are a part: the cursor stays on its row, if that is still there. */
void fetch_anew_here(struct rowset *r);
/* Open, described if the filters want it, filters compiled?  If not, it is on the way and fetch_anew is
 * called when it has come, or rowset_fail. */
bool fetch_prepared(struct rowset *r);
void question_refuse(struct rowset *r);
void question_back(struct rowset *r);
/* The same, while the other one is still under way. */
void question_stay(struct rowset *r);
/* Says so of what a lock kept from being read. */
void rowset_locked(const struct rowset *r, struct err *err);
void question_failed(struct rowset *r, const struct err *why, bool refresh);
/* Of the server's error: in which of the person's texts it is. */
void question_blame(const struct rowset *r, struct err *err);
/* After a page: are all rows there, or should the planner be asked how many there are? */
void question_size(struct rowset *r, enum fetch_kind kind);

/* ---- spool ---- */
/* Run the query anew. */
void spool_start(struct rowset *r);
void spool_fetch(struct rowset *r, enum fetch_kind kind, int limit);
bool spool_percent(struct rowset *r, double part);
/* More of the cells is to be seen: the rows that are held are read again. */
void spool_fit(struct rowset *r);
/* The statement: what was written, or with filters and sort around it. */
void spool_compose(const struct rowset *r, struct buf *sql, struct params *params, int limit);
/* The run under way is not wanted any more. */
void spool_let_go(struct rowset *r);
/* … and must not look at the rowset any more. */
void spool_orphan(struct rowset *r);

/* ---- streams ---- */
/* Send those that waited; or end them all with this error. */
void streams_start(struct rowset *r);
void streams_fail(struct rowset *r, const struct err *err);
void streams_free(struct rowset *r);

/* False: the columns are not known yet. */
bool rowset_has_columns(const struct rowset *r, struct err *err) MUST_CHECK;

/* ---- window ---- */
/* Of a request that is about to be sent; the reply comes later. One share is the caller's. */
struct chunk *chunk_new(const struct rowset *r);
/* Its rows have come. */
void chunk_take(struct chunk *c, const struct reply *rows);
size_t chunk_bytes(const struct chunk *c);
void chunk_whole(struct chunk *c, const struct rowset *r);
void window_append(struct rowset *r, struct chunk *c, size_t n, bool reverse);
void window_prepend(struct rowset *r, struct chunk *c, size_t n, bool reverse);
void window_drop_moved(struct rowset *r, size_t from, size_t to);
void window_clear(struct rowset *r);
void window_drop_head(struct rowset *r, size_t n);
void window_drop_tail(struct rowset *r, size_t n);
/* Replace all rows by the chunk's; marks what differs from rows of the same key. */
void window_replace(struct rowset *r, struct chunk *c, size_t n, bool reverse, bool mark);
/* Row of this key, or -1. */
long window_find(struct rowset *r, const char *key);
/* The raw text of a whole column; NULL for SQL NULL. */
const char *window_text(const struct rowset *r, size_t row, size_t col);
/* May that be only the beginning of the value: how many characters (< 0: bytes) of it at most; 0: it is all of it. */
int window_beginning(const struct rowset *r, size_t row, size_t col);
/* A value of the column is cut where more of it is to be fetched by now. */
bool window_is_short(const struct rowset *r, size_t col);
/* The same of what came of a column that is cut so, as chunk's cuts say. */
int cell_beginning(int cut, const char *text, size_t len);
/* Text of a cell; NULL for SQL NULL or a column that was not fetched. */
const char *chunk_text(const struct chunk *c, size_t row, size_t col, size_t *len);
/* Drops a share. */
void chunk_free(struct chunk *c);

/* ---- jumps ---- */
void jump_begin(struct rowset *r);
/* Its page is in the window, the cursor where it begins. */
void jump_arrive(struct rowset *r);
/* It will not come there. */
void jump_miss(struct rowset *r);
/* No question begins where the cursor is any more. */
void here_forget(struct rowset *r);
/* Its row has come. */
void here_arrive(struct rowset *r);
/* … and why: rowset_fail, but the rows that are here stay as true as they were. */
void jump_fail(struct rowset *r, const struct err *why);

/* ---- travel ---- */
/* The cursor was put somewhere: the view and the window follow. */
void travel_settle(struct rowset *r);
void travel_arrived(struct rowset *r, enum fetch_kind kind);
void travel_clamp(struct rowset *r);
/* Fetch ahead in the direction of travel if little is left there. */
void travel_ahead(struct rowset *r);

#endif
