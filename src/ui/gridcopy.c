/* SPDX-License-Identifier: MIT */
/*
 * gridcopy.c - marks, copying, and a value or a record shown whole.
 */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/utf8.h"
#include "command/format.h"
#include "grid_priv.h"
#include "ui/viewer.h"

/* ---- marks ---- */

static void toggle(struct grid *g, size_t row)
{
	const char *key = g->ops->key(g->p, row);

	if (!map_remove(g->marks, key))
		map_set(g->marks, key, g);
}

static bool mark(struct grid *g, const char *which, struct err *err)
{
	size_t cursor = g->ops->cursor(g->p), len = g->ops->len(g->p);

	if (g->rows && !rowset_has_key(g->rows))
		return err_set(err, ERR_FAILED, "mark",
			       "these rows have no key to be known by");
	if (which && strcmp(which, "none") == 0) {
		map_clear(g->marks);
	} else if (which && strcmp(which, "invert") == 0) {
		for (size_t i = 0; i < len; i++)
			toggle(g, i);
	} else if (which && strcmp(which, "all") == 0) {
		for (size_t i = 0; i < len; i++)
			map_set(g->marks, g->ops->key(g->p, i), g);
	} else if (cursor < len) {
		toggle(g, cursor);
		g->ops->move(g->p, 1);
	}
	return true;
}

/* ---- copying: rows with a key come whole from the server ---- */

/* The marked rows, wherever they are, or the one under the cursor. */
static const char **picked_keys(const struct grid *g, size_t *n)
{
	const char **keys = xcalloc(map_len(g->marks) + 1, sizeof *keys);

	*n = 0;
	for (size_t it = 0; map_next(g->marks, &it, &keys[*n], NULL);)
		++*n;
	if (!*n)
		keys[(*n)++] = rowset_key(g->rows, rowset_cursor(g->rows));
	return keys;
}

static bool copy_picked(struct screen *s, const struct args *args, struct err *err)
{
	struct grid *g = s->data;
	size_t n;
	const char **keys = picked_keys(g, &n);
	bool ok = copying_rows(&g->copying, s, g->rows, keys, n, args, err);

	free(keys);
	return ok;
}

static int cell_type(enum value_kind kind)
{
	return kind == VALUE_NUMBER ? CELL_NUMBER : kind == VALUE_BOOL ? CELL_BOOL : CELL_TEXT;
}

static void take_whole(void *ctx, struct longtext *owned, const struct err *err)
{
	struct longtext **out = ctx;

	(void)err; /* then what is here of it is copied */
	*out = owned;
}

/* The rest of a cell that was cut is in the file of a result, at once.  Of rows with a key it
 * would come later: those are not copied here. */
static const char *whole_cell(const struct grid *g, size_t row, size_t col,
			      struct longtext **whole)
{
	struct err err = ERR_INIT;
	size_t len;
	bool cut;
	const char *text = g->ops->cell(g->p, row, col, &len, &cut), *all = NULL;

	if (cut && g->rows)
		rowset_whole(g->rows, row, col, take_whole, whole);
	if (*whole)
		all = longtext_data(*whole, &err);
	err_release(&err);
	return all ? all : text;
}

static void add_shown(const struct grid *g, size_t row, struct format *f)
{
	size_t n = 0;
	const char **cells = xcalloc(g->cols.v.len + 1, sizeof *cells);
	struct longtext **wholes = xcalloc(g->cols.v.len + 1, sizeof(struct longtext *));

	for (size_t i = 0; i < g->cols.v.len; i++)
		if (!g->cols.v.v[i].hidden)
			cells[n++] = whole_cell(g, row, g->cols.v.v[i].source, &wholes[i]);
	format_row(f, cells);
	for (size_t i = 0; i < g->cols.v.len; i++)
		longtext_free(&wholes[i]);
	free(wholes);
	free(cells);
}

/* Rows without a key are only what is here of them. */
static bool copy_shown(struct screen *s, const struct args *args, struct err *err)
{
	struct grid *g = s->data;
	struct buf text = BUF_INIT, masked = BUF_INIT;
	const char *name = copying_format(args);
	struct format *f = strcmp(name, "sql") ? format_new(name, copying_add, &text, err) : NULL;
	struct table_column *columns = xcalloc(g->cols.v.len + 1, sizeof *columns);
	size_t n = 0, rows = 0;

	for (size_t i = 0; i < g->cols.v.len; i++) {
		const struct gridcol *c = &g->cols.v.v[i];

		if (c->hidden)
			continue;
		columns[n++] = (struct table_column){
			.name = g->ops->column(g->p, c->source)->name,
			.type = cell_type(g->ops->kind(g->p, c->source)),
		};
		copying_add_masked(&masked, g->rows, c->source);
	}
	if (!f && !err->kind)
		err_set(err, ERR_USAGE, "copy", "INSERTs need rows of a relation with a key");
	if (f)
		format_begin(f, columns, n);
	for (size_t i = 0; f && i < g->ops->len(g->p); i++) {
		bool is = map_len(g->marks) ? map_has(g->marks, g->ops->key(g->p, i))
					    : i == g->ops->cursor(g->p);

		if (is && ++rows)
			add_shown(g, i, f);
	}
	if (f) {
		format_end(f);
		copying_put(s->ui, &text, strcmp(name, "tsv") == 0, rows, masked.data);
	}
	free(columns);
	format_free(&f);
	buf_release(&text);
	buf_release(&masked);
	return rows > 0;
}

static bool copy(struct screen *s, const struct args *args, struct err *err)
{
	struct grid *g = s->data;
	const char *what = args_get(args, "what"), *text;
	size_t cursor = g->ops->cursor(g->p), col = gridcols_source(&g->cols), len;
	bool cut;

	if (cursor >= g->ops->len(g->p) || col == SIZE_MAX)
		return err_set(err, ERR_FAILED, "copy", "there is no row under the cursor");
	if (what && strcmp(what, "cell") != 0)
		return g->rows && rowset_has_key(g->rows) ? copy_picked(s, args, err)
							  : copy_shown(s, args, err);
	if (g->rows) {
		copying_cell(s, g->rows, cursor, col);
	} else {
		text = g->ops->cell(g->p, cursor, col, &len, &cut);
		copying_value(s->ui, text, len, NULL);
	}
	return true;
}

/* ---- whole ---- */

/* The column that is looked at; the cursor may have gone on. */
static const char *viewed_title(const struct screen *s)
{
	const struct grid *g = s->data;

	return g->viewed < g->ops->columns(g->p) ? column_title(g->ops->column(g->p, g->viewed))
						 : "value";
}

static enum viewer_as viewed_as(const struct screen *s)
{
	const struct grid *g = s->data;

	return viewer_as_kind(g->viewed < g->ops->columns(g->p) ? g->ops->kind(g->p, g->viewed)
								: VALUE_OTHER);
}

static void show_whole(void *ctx, struct longtext *owned, const struct err *err)
{
	struct screen *s = ctx;

	if (err)
		ui_say_err(s->ui, err);
	else
		viewer_open_long(s->ui, viewed_title(s), owned, viewed_as(s));
}

bool grid_view(struct screen *s, struct err *err)
{
	struct grid *g = s->data;
	size_t cursor = g->ops->cursor(g->p), col = gridcols_source(&g->cols), len;
	bool cut;
	const char *text;

	if (cursor >= g->ops->len(g->p) || col == SIZE_MAX)
		return err_set(err, ERR_FAILED, "view", "there is no cell under the cursor");
	text = g->ops->cell(g->p, cursor, col, &len, &cut);
	g->viewed = col;
	if (cut) {
		rowset_whole(g->rows, cursor, col, show_whole, s);
		return true;
	}
	viewer_open(s->ui, viewed_title(s), text, len, viewed_as(s));
	return true;
}

/* As the form has it, and what was cut says so. */
static void add_described(const struct grid *g, struct table *t, size_t row, size_t col)
{
	size_t len;
	bool cut;
	const char *text = g->ops->cell(g->p, row, col, &len, &cut);
	char *marked = text && cut ? xasprintf("%s%s", text, glyph(GLYPH_ELLIPSIS)) : NULL;
	const char *cells[] = { g->ops->column(g->p, col)->name, marked ? marked : text };

	if (text && g->ops->kind(g->p, col) == VALUE_BOOL)
		cells[1] = *text == 't' ? "true" : "false";
	table_add(t, cells);
	free(marked);
}

/* What people call the row: the column that is searched first; else its key. */
static const char *row_name(const struct screen *s, const struct grid *g, size_t row)
{
	const char *const *search = s->def ? s->def->search : NULL;
	const char *name = NULL;
	size_t len;
	bool cut;

	for (size_t i = 0; search && search[0] && i < g->ops->columns(g->p); i++)
		if (strcmp(g->ops->column(g->p, i)->name, search[0]) == 0)
			name = g->ops->cell(g->p, row, i, &len, &cut);
	return name && *name && strlen(name) < 60 ? name : g->ops->key(g->p, row);
}

/* All columns of the row, one a line. */
bool grid_describe(struct screen *s, struct err *err)
{
	static const struct table_column columns[] = { { .name = "column" },
						       { .name = "value" } };
	struct grid *g = s->data;
	size_t cursor = g->ops->cursor(g->p);
	struct table *t;
	char *name;

	if (cursor >= g->ops->len(g->p))
		return err_set(err, ERR_FAILED, "describe", "there is no row under the cursor");
	t = table_new(NULL, columns, ARRAY_SIZE(columns));
	for (size_t i = 0; i < g->ops->columns(g->p); i++)
		add_described(g, t, cursor, i);
	/* Before: what is described may itself be a table that this one takes the place of. */
	name = xstrdup(row_name(s, g, cursor));
	table_open(s->ui, t);
	screen_title(screen_top(s->ui), name);
	free(name);
	/* Enter, v and y mean the value: its name is there to be read. */
	((struct grid *)screen_top(s->ui)->data)->cols.cursor = 1;
	return true;
}

bool grid_copy(struct screen *s, enum action act, const struct args *args, struct err *err)
{
	screen_changed(s, SCREEN_DATA);
	switch ((int)act) {
	case ACTION_MARK:
		return mark(s->data, args_get(args, "which"), err);
	case ACTION_COPY:
		return copy(s, args, err);
	case ACTION_VIEW:
		return grid_view(s, err);
	default:
		return grid_describe(s, err);
	}
}
