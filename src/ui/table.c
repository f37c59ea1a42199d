/* SPDX-License-Identifier: MIT */
/*
 * table.c - rows that are all there: what a command gave, shown in a grid.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/arena.h"
#include "base/timefmt.h"
#include "base/utf8.h"
#include "grid_priv.h"
#include "ui/widget.h"

struct table {
	struct arena *arena;
	char *title;
	const char *enter; /* command line of a row; NULL */
	bool of_all;
	struct screen_column *columns;
	const struct table_column *types;
	size_t ncolumns;
	VEC(const char **) all;
	VEC(const char **) rows; /* of these the ones that hold what was searched for */
	char *needle;		 /* NULL: all */
	unsigned edition;
	size_t sentence; /* the column that is one; ncolumns: none is */
	int longest;	 /* of its texts, in columns of the screen */
	struct scroll scroll;
};

/* What the words of CELL_STATE mean, whichever command says them. */
static const struct style_rule states[] = {
	{ '=', "blocker", "critical" }, { '=', "high", "critical" },
	{ '=', "medium", "warning" },	{ '=', "low", "info" },
	{ '=', "info", "muted" },	{ '=', "leaks", "critical" },
	{ '=', "proven", "ok" },	{ '=', "refused", "ok" },
	{ '=', "could not probe", "warning" },
	{ '=', "ok", "ok" },		{ '=', "warning", "warning" },
	{ '=', "critical", "critical" }, { '=', "unknown", "muted" },
};

enum { BESIDE_MAX = 20 }; /* what stands before a sentence leaves room for it */

struct table *table_new(const char *title, const struct table_column *columns, size_t n)
{
	struct table *t = xcalloc(1, sizeof *t);
	struct table_column *types;

	t->arena = arena_new();
	t->title = arena_strdup(t->arena, title ? title : "");
	t->title[0] = (char)toupper((unsigned char)t->title[0]);
	t->columns = arena_array(t->arena, n + 1, sizeof *t->columns);
	types = arena_array(t->arena, n + 1, sizeof *types);
	for (t->sentence = 0; t->sentence < n && columns[t->sentence].type != CELL_SENTENCE;)
		t->sentence++;
	for (size_t i = 0; i < n; i++) {
		t->columns[i] = (struct screen_column){
			.name = arena_strdup(t->arena, columns[i].name),
			.format = arena_strdup(t->arena, columns[i].format),
			.max = columns[i].type == CELL_SENTENCE	   ? CELL_SEEN_MAX
			       : i < t->sentence && t->sentence < n ? BESIDE_MAX
								    : 0,
		};
		types[i].type = columns[i].type;
		if (columns[i].type == CELL_STATE) {
			t->columns[i].styles = states;
			t->columns[i].nstyles = ARRAY_SIZE(states);
		}
	}
	t->types = types;
	t->ncolumns = n;
	return t;
}

void table_free(struct table **t)
{
	if (!*t)
		return;
	VEC_RELEASE(&(*t)->all);
	VEC_RELEASE(&(*t)->rows);
	free((*t)->needle);
	arena_free(&(*t)->arena);
	free(*t);
	*t = NULL;
}

void table_add(struct table *t, const char *const *cells)
{
	const char **row = arena_array(t->arena, t->ncolumns, sizeof *row);

	for (size_t i = 0; i < t->ncolumns; i++)
		row[i] = arena_strdup(t->arena, cells[i]);
	if (t->sentence < t->ncolumns && row[t->sentence]) {
		int width = canvas_text_width(row[t->sentence], strlen(row[t->sentence]));

		t->longest = width > t->longest ? width : t->longest;
	}
	*VEC_PUSH(&t->all) = row;
	*VEC_PUSH(&t->rows) = row;
	scroll_set(&t->scroll, (int)t->rows.len, t->scroll.height);
}

size_t table_sentence(const struct table *t, int *longest)
{
	*longest = t->longest;
	return t->sentence < t->ncolumns ? t->sentence : SIZE_MAX;
}

void table_set_enter(struct table *t, const char *command)
{
	t->enter = arena_strdup(t->arena, command);
}

const char *table_enter(const struct table *t)
{
	return t->enter;
}

void table_set_of_all(struct table *t)
{
	t->of_all = true;
}

static bool row_holds(const struct table *t, const char *const *row)
{
	for (size_t i = 0; i < t->ncolumns; i++)
		if (row[i] && utf8_find(row[i], strlen(row[i]), t->needle) != SIZE_MAX)
			return true;
	return false;
}

/* The row under the cursor stays there if it holds the text too. */
void table_search(struct table *t, const char *text)
{
	const char *const *at = t->rows.len ? t->rows.v[t->scroll.cursor] : NULL;
	int cursor = 0;

	free(t->needle);
	t->needle = text && *text ? xstrdup(text) : NULL;
	VEC_CLEAR(&t->rows);
	for (size_t i = 0; i < t->all.len; i++) {
		if (t->needle && !row_holds(t, t->all.v[i]))
			continue;
		if (t->all.v[i] == at)
			cursor = (int)t->rows.len;
		*VEC_PUSH(&t->rows) = t->all.v[i];
	}
	t->edition++;
	scroll_set(&t->scroll, (int)t->rows.len, t->scroll.height);
	scroll_to(&t->scroll, cursor);
}

const char *table_searched(const struct table *t)
{
	return t->needle;
}

bool table_take(struct table *shown, struct table **owned)
{
	struct table was = *shown;

	if (strcmp((*owned)->title, was.title) != 0 || (*owned)->ncolumns != was.ncolumns)
		return false;
	*shown = **owned;
	**owned = was;
	shown->edition = was.edition + 1;
	table_search(shown, was.needle);
	shown->scroll = was.scroll;
	scroll_set(&shown->scroll, (int)shown->rows.len, was.scroll.height);
	table_free(owned);
	return true;
}

void table_open(struct ui *ui, struct table *owned)
{
	struct screen_init init = { .kind = &kind_grid,
				    .title = owned->title,
				    .of_all = owned->of_all,
				    .data = owned };
	struct err err = ERR_INIT;

	/* The same table again is the old one, as it is now. */
	if (grid_take_table(screen_top(ui), &owned) || screen_push(ui, &init, &err))
		return;
	ui_say_err(ui, &err);
	err_release(&err);
	table_free(&owned);
}

/* ---- as rows ---- */

static size_t columns(const void *p)
{
	const struct table *t = p;

	return t->ncolumns;
}

static const struct screen_column *column(const void *p, size_t col)
{
	const struct table *t = p;

	return &t->columns[col];
}

static enum value_kind kind(const void *p, size_t col)
{
	static const enum value_kind kinds[] = { [CELL_TEXT] = VALUE_TEXT,
						 [CELL_NUMBER] = VALUE_NUMBER,
						 [CELL_BOOL] = VALUE_BOOL,
						 [CELL_JSON] = VALUE_JSON,
						 [CELL_SENTENCE] = VALUE_TEXT,
						 [CELL_STATE] = VALUE_TEXT };
	const struct table *t = p;

	return kinds[t->types[col].type];
}

static int64_t now(const void *p)
{
	(void)p;
	return time_now_us();
}

static size_t len(const void *p)
{
	const struct table *t = p;

	return t->rows.len;
}

static unsigned edition(const void *p)
{
	const struct table *t = p;

	return t->edition;
}

static const char *cell(const void *p, size_t row, size_t col, size_t *size, bool *cut)
{
	const struct table *t = p;
	const char *text = t->rows.v[row][col];

	*size = text ? strlen(text) : 0;
	*cut = false;
	return text;
}

static bool changed(const void *p, size_t row, size_t col)
{
	(void)p;
	(void)row;
	(void)col;
	return false;
}

/* Its place is its key: the rows never change. */
static const char *key(const void *p, size_t row)
{
	const struct table *t = p;

	return t->rows.v[row][0] ? t->rows.v[row][0] : "";
}

static size_t cursor(const void *p)
{
	const struct table *t = p;

	return (size_t)t->scroll.cursor;
}

static size_t top(const void *p)
{
	const struct table *t = p;

	return (size_t)t->scroll.top;
}

static void resize(void *p, int rows)
{
	struct table *t = p;

	scroll_set(&t->scroll, (int)t->rows.len, rows);
}

static void move(void *p, long rows)
{
	struct table *t = p;

	scroll_move(&t->scroll, (int)rows);
}

static void page(void *p, double pages)
{
	struct table *t = p;

	scroll_page(&t->scroll, pages);
}

static void first(void *p)
{
	struct table *t = p;

	scroll_to(&t->scroll, 0);
}

static void last(void *p)
{
	struct table *t = p;

	scroll_to(&t->scroll, t->scroll.len - 1);
}

const struct rows_ops table_rows = {
	.columns = columns,
	.column = column,
	.kind = kind,
	.now = now,
	.len = len,
	.edition = edition,
	.cell = cell,
	.changed = changed,
	.key = key,
	.cursor = cursor,
	.top = top,
	.resize = resize,
	.move = move,
	.page = page,
	.first = first,
	.last = last,
};
