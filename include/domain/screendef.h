/* SPDX-License-Identifier: MIT */
/*
 * screendef.h - a screen as data: one small text file (screens/NAME.screen), parsed strictly.
 *
 * The format (man souk-screens(5) says the same; make check-docs compares):
 *
 *	[screen]
 *	title   = Products
 *	kind    = grid            grid | detail | dashboard
 *	query   = products        sql/queries/products.sql: a plain query, no ORDER BY or LIMIT
 *	relation = commerce.catalog_products   whose rows these are: edits go there, by the key; the only
 *	                          source when there is no query (then all its sensible columns)
 *	key     = product_id      columns that identify a row (their names in the query)
 *	order   = sku -updated_at default sort; '-' descends
 *	search  = sku name        what / looks at
 *	refresh = 2s              watched: fetched again and again
 *	scope   = tenant          tenant: one must be chosen first | any | none (catalogs)
 *	alias   = stock inv       other names for the command bar
 *	enter   = open product product_id={product_id}      what Enter runs
 *	empty   = No products yet. Press o to add one.
 *	needs   = outbox          outbox | consumers | tenancy: what the profile must have recognised
 *	extension = pg_stat_statements      an extension that must be installed in the database
 *	elsewhere = tenants       where the relation is not in the database: the list of tenants that the
 *	                          profile found there; or migrations: what a known tool keeps of them
 *	group   = Shop            heading in the menu of screens
 *	part    = yes             rows of other screens' records, for their panes: not in the menu
 *	var outbox = …            a variable of the query (:"outbox"); the profile gives the others
 *
 *	[column price]
 *	title  = Price
 *	width  = 10               fixed; min = / max = bound a fitted one
 *	format = money            value.h's formats
 *	align  = right            left | right | center
 *	empty  = –                shown for NULL
 *	hidden = yes              fetched (for keys and {…}), not shown until asked
 *	freeze = yes
 *	alone  = yes              not in a pane
 *	style  = active:ok discontinued:muted <5:warning <=0:critical     first match wins
 *
 *	[key i]
 *	run  = open inventory product_id={product_id}
 *	help = stock of this product
 *
 *	[edit]                    the record may be edited (grid and detail)
 *	columns = name price status description     default: all the role may update
 *	event   = ProductUpdated  enqueued in the same transaction (with enqueue =, see the man page)
 *	reason  = ask             ask | required | no
 *
 *	[action receive]          a function of the database, called for a row; run by "action receive"
 *	title  = Receive goods
 *	call   = commerce.stock_receive(p_balance bigint, p_quantity integer, p_reason text, p_reference text?)
 *	fixed  = p_balance={id}   parameters that the row gives; the others are asked for, '?' may be left out
 *	pick   = p_to_warehouse=commerce.inventory_warehouses     picked from the records of a relation
 *	show   = on_hand reserved available       columns of the relation, read again while the form is open
 *
 *	[pane movements]          detail: related rows, a grid in a pane
 *	screen = movements
 *	where  = product_id={product_id}
 *	height = 8
 *
 *	[panel due]               dashboard
 *	kind   = number           number | spark | bars | histogram | series | table |
 *	                          text | heat | stack | outbox
 *	                          outbox: value = due oldest age in out forecast delayed retrying claimed failed dead
 *	                          processed state history, of the outbox that is looked at, with what marks them
 *	query  = outbox_due
 *	title  = DUE
 *	value  = due              columns of the query
 *	label  = event_type
 *	by     = tenant           heat, stack: the other word
 *	at     = 0 0 1 2          row column rows columns on a 12-column grid
 *	warn   = 1000
 *	crit   = 10000
 *	refresh = 10s             less often than the screen
 *	run    = next             the column whose text is the command line of Enter; it is not shown
 *	                          Panels of one query share its answer; a column "panel" in it says whose a row is,
 *	                          "mark" (~) stands before the number.
 *
 * {column} is replaced by the cell of the current row as ONE argument, never parsed again; "{{" is a brace.
 *
 * Ownership: a screendef and all in it belong to the set that loaded it (struct screenset).
 */
#ifndef DOMAIN_SCREENDEF_H
#define DOMAIN_SCREENDEF_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"
#include "base/buf.h"
#include "base/err.h"

enum screen_kind_name { SCREEN_GRID, SCREEN_DETAIL, SCREEN_DASHBOARD };
enum screen_scope { SCOPE_TENANT, SCOPE_ANY, SCOPE_NONE };
enum screen_needs { SCREEN_NEEDS_NOTHING, SCREEN_NEEDS_OUTBOX, SCREEN_NEEDS_CONSUMERS, SCREEN_NEEDS_TENANCY,
		    SCREEN_NEEDS_SCHEMAS };
enum screen_elsewhere { ELSEWHERE_NOTHING, ELSEWHERE_TENANTS, ELSEWHERE_MIGRATIONS };
enum align { ALIGN_AUTO, ALIGN_LEFT, ALIGN_RIGHT, ALIGN_CENTER };

/* One rule of `style =`: op is '=' for a value, else one of < l(<=) > g(>=) compared as numbers. */
struct style_rule {
	char op;
	const char *value;
	const char *style; /* ui/style.h's name: ok warning critical muted … */
};

struct screen_column {
	const char *name, *title, *format, *empty;
	const char *open; /* command line that a record's field runs on Enter; NULL: its value is shown */
	int width, min, max; /* 0: fitted */
	enum align align;
	bool hidden, freeze;
	bool alone; /* not shown in a pane, where it would be alike in every row */
	bool tenant; /* generated screens: alike in every row while one tenant is chosen, and hidden then */
	const struct style_rule *styles;
	size_t nstyles;
};

struct screen_key {
	const char *key;  /* as written: "i", "Ctrl-R", "F5" */
	const char *run;  /* a command line with {column} */
	const char *help; /* a few words for the hint line and ? */
	/* A column and its values, NULL-terminated: for rows that have one of them; NULL: for any. */
	const char *const *when;
	int line;
};

struct screen_param {
	const char *name, *type, *title;
	const char *value;  /* template: given by the row; NULL: asked for */
	const char *pick;   /* relation whose records it names; NULL */
	bool optional;
};

struct screen_action {
	const char *name, *title, *call;
	const char *function;   /* "schema.name" of call */
	const struct screen_param *params; size_t nparams;
	const char *const *fixed, *const *pick; /* as written */
	const char *const *show;                /* NULL: nothing */
};

struct screen_pane {
	const char *name, *title, *screen, *where;
	const char *empty; /* instead of the screen's; NULL */
	int height;
};

struct screen_panel {
	const char *name, *title, *kind, *query, *value, *label, *by, *format;
	const char *unit;  /* the column of what its number is counted in; NULL */
	const char *empty; /* a sentence instead of no rows; NULL: "none" */
	const char *run;   /* the column whose command line Enter runs; NULL: the screen's enter */
	double refresh;    /* seconds, 0: as often as the screen */
	int row, col, rows, cols;
	double warn, crit; /* NaN: none */
	bool below;        /* thresholds are reached from above (lower is worse) */
};

struct screen_var {
	const char *name, *value;
};

struct screen_edit {
	bool allowed;
	const char *why; /* generated screens: why not, in a sentence; or NULL */
	const char *const *columns; /* NULL-terminated; NULL: all */
	const char *event, *aggregate;
	bool fixed; /* rows are neither added nor deleted here */
	enum { REASON_NO, REASON_ASK, REASON_REQUIRED } reason;
};

struct screendef {
	const char *name, *title, *group, *query, *relation, *enter, *empty, *order;
	const char *extension; /* that must be installed; NULL: none */
	const char *file; /* where it comes from; "(generated)" */
	enum screen_kind_name kind;
	enum screen_scope scope;
	enum screen_needs needs;
	enum screen_elsewhere elsewhere;
	bool part; /* of other screens: in no menu */
	bool generated; /* for a relation of one database */
	bool stands_in; /* generated, in the place of a screen of this name */
	const char *const *key;     /* NULL-terminated, may be empty */
	const char *const *search;
	const char *const *alias;
	double refresh;             /* seconds, 0: only when asked */
	const struct screen_column *columns; size_t ncolumns;
	const struct screen_key *keys;       size_t nkeys;
	const struct screen_pane *panes;     size_t npanes;
	const struct screen_panel *panels;   size_t npanels;
	const struct screen_var *vars;       size_t nvars;
	const struct screen_action *actions; size_t nactions;
	struct screen_edit edit;
};

struct screenset;

/* Shipped (embedded) screens, then installed, then the person's folder, then dir (--screens): first match per
 * name wins from the last.  A broken file of the person's or of dir is reported through
 * problems (one sentence each) and skipped; a broken shipped file is an error. */
struct screenset *screenset_load(const char *dir, struct err *err) MUST_CHECK;
void screenset_free(struct screenset **s);
size_t screenset_len(const struct screenset *s);
const struct screendef *screenset_at(const struct screenset *s, size_t i);
/* By name, alias, singular/plural; NULL if none. */
const struct screendef *screenset_find(const struct screenset *s, const char *name);
const char *const *screenset_problems(const struct screenset *s); /* NULL-terminated */
/* Parse one file's text into the set (tests, generated screens). */
const struct screendef *screenset_add(struct screenset *s, const char *file, const char *name,
				      const char *text, size_t len, struct err *err) MUST_CHECK;
/* {column} in a template replaced through get(ctx, column); each value is quoted as one word of a
 * command line (command/parse.h's quoting).  False: names the column that is not there. */
bool screen_template(const char *text, const char *(*get)(void *ctx, const char *column), void *ctx,
		     char **out, struct err *err) MUST_CHECK;
/* A column's name as people say it: "order_number" is "Order number"; a time is said without its "at". */
void column_words(struct buf *out, const char *name);

#endif
