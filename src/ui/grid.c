/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/timefmt.h"
#include "grid_priv.h"
#include "ui/dialog.h"

/* ---- rows of a rowset ---- */

static size_t rs_columns(const void *p)
{
	return rowset_columns(p);
}

static const struct screen_column *rs_column(const void *p, size_t col)
{
	return rowset_column(p, col);
}

static enum value_kind rs_kind(const void *p, size_t col)
{
	return value_kind(rowset_column_oid(p, col), rowset_column_category(p, col), 0);
}

/* Without a clock of the server's (nothing has come yet) ours. */
static int64_t rs_now(const void *p)
{
	int64_t us = rowset_as_of_us(p);

	return us ? us : time_now_us();
}

static size_t rs_len(const void *p)
{
	return rowset_len(p);
}

static unsigned rs_edition(const void *p)
{
	return rowset_edition(p);
}

static const char *rs_cell(const void *p, size_t row, size_t col, size_t *len, bool *cut)
{
	return rowset_cell(p, row, col, len, cut);
}

static bool rs_changed(const void *p, size_t row, size_t col)
{
	return rowset_changed(p, row, col);
}

static const char *rs_key(const void *p, size_t row)
{
	return rowset_key(p, row);
}

static size_t rs_cursor(const void *p)
{
	return rowset_cursor(p);
}

static size_t rs_top(const void *p)
{
	return rowset_top(p);
}

static void rs_resize(void *p, int rows)
{
	rowset_resize(p, rows);
}

static void rs_move(void *p, long rows)
{
	rowset_move(p, rows);
}

static void rs_page(void *p, double pages)
{
	rowset_page(p, pages);
}

static void rs_first(void *p)
{
	rowset_first(p);
}

static void rs_last(void *p)
{
	rowset_last(p);
}

const struct rows_ops rowset_rows = {
	.columns = rs_columns,
	.column = rs_column,
	.kind = rs_kind,
	.now = rs_now,
	.len = rs_len,
	.edition = rs_edition,
	.cell = rs_cell,
	.changed = rs_changed,
	.key = rs_key,
	.cursor = rs_cursor,
	.top = rs_top,
	.resize = rs_resize,
	.move = rs_move,
	.page = rs_page,
	.first = rs_first,
	.last = rs_last,
};

/* ---- life ---- */

void grid_on_rows(void *ctx, enum rowset_event event)
{
	struct screen *s = ctx;

	grid_tell_late(s);
	screen_changed(s, SCREEN_DATA);
	if (event == ROWSET_COST)
		grid_on_cost(s);
	grid_tell_note(s);
	ahead_look(s->ui);
}

static bool open_rowset(struct screen *s, struct grid *g, struct err *err)
{
	const struct place *p = s->place;

	g->rows = rowset_new(screen_session(s), s->def, p->where, grid_on_rows, s, err);
	if (!g->rows)
		return false;
	g->ops = &rowset_rows;
	g->p = g->rows;
	if ((p->filter && !rowset_filter(g->rows, p->filter, err)) ||
	    (p->sort && !rowset_sort(g->rows, p->sort, err))) {
		rowset_free(&g->rows);
		return false;
	}
	return true;
}

static bool open_grid(struct screen *s, struct err *err)
{
	struct grid *g = xcalloc(1, sizeof *g);

	if (s->def) {
		if (!open_rowset(s, g, err)) {
			free(g);
			return false;
		}
	} else {
		g->table = s->data;
		g->ops = &table_rows;
		g->p = g->table;
	}
	g->marks = map_new(NULL);
	g->cols.part = s->parent != NULL;
	s->data = g;
	/* A key that is there already means a cell of it. */
	if (g->table)
		gridcols_take(&g->cols, g->ops, g->p);
	if (g->rows) {
		grid_watch(s);
		session_observe(screen_session(s), grid_on_session, s);
		if (!s->parent)
			loop_defer(s->ui->loop, grid_ask_early, s);
	}
	return true;
}

static void close_grid(struct screen *s)
{
	struct grid *g = s->data;

	session_unobserve(screen_session(s), s);
	if (g->asking)
		dialog_forget(s->ui, s);
	grid_save_layout(s);
	watch_free(&g->watch);
	copying_free(&g->copying);
	rowset_free(&g->rows);
	table_free(&g->table);
	gridcols_release(&g->cols);
	gridsheet_release(&g->sheet);
	map_free(&g->marks);
	buf_release(&g->keys);
	free(g->search);
	free(g->note);
	free(g->failure);
	free(g->gone);
	free(g);
}

/* In a part of a record what its rows are narrowed to is the same in each: that record is
 * above. */
static void hide_same(struct screen *s)
{
	struct grid *g = s->data;
	const char *const *where = s->parent && s->place ? s->place->where : NULL;

	for (; where && *where; where++) {
		size_t len = strcspn(*where, "=");

		for (size_t i = 0; i < g->cols.v.len; i++) {
			const char *name = g->ops->column(g->p, g->cols.v.v[i].source)->name;

			if (strlen(name) == len && strncmp(name, *where, len) == 0)
				g->cols.v.v[i].hidden = true;
		}
	}
	gridcols_take(&g->cols, g->ops, g->p); /* the cursor steps off them */
}

/* What is placed is looked at; what grew then pushes others out, which is the end of it. */
static void place_columns(struct screen *s)
{
	struct grid *g = s->data;
	size_t top = g->ops->top(g->p), end = g->ops->len(g->p);

	if (end > top + (size_t)g->height)
		end = top + (size_t)g->height;
	gridcols_place(&g->cols, g->ops, g->p, s->cols);
	while (grid_see(s, top, end))
		gridcols_place(&g->cols, g->ops, g->p, s->cols);
}

/* Of the values as much is fetched as could be seen of them: a page that was asked for ahead has
 * it when its longer ones widen the column. */
static void fit_values(struct screen *s)
{
	const struct grid *g = s->data;
	int free = gridcols_free(&g->cols, s->cols);

	for (size_t i = 0; i < g->cols.v.len; i++)
		if (g->cols.v.v[i].width)
			rowset_fit(g->rows, g->cols.v.v[i].source,
				   grid_below(s) && i == g->cols.cursor
					   ? grid_below(s) * s->cols
					   : gridcols_most(&g->cols.v.v[i], g->ops, g->p, free,
							   s->cols));
}

static void recalc(struct screen *s)
{
	struct grid *g = s->data;

	grid_share_height(s);
	gridcols_take(&g->cols, g->ops, g->p);
	if (!g->loaded && g->cols.v.len) {
		g->loaded = true;
		hide_same(s);
		grid_load_layout(s);
	}
	place_columns(s);
	/* Whether a sentence has room is known now. */
	if (grid_share_height(s))
		place_columns(s);
	/* The heads alone say nothing of how wide the values are. */
	if (g->rows && rowset_len(g->rows))
		fit_values(s);
}

/* ---- cells by name, for {column} ---- */

/* {marked}: the keys of the marked rows, else of the one under the cursor, a line each. */
static const char *marked_keys(const struct screen *s)
{
	struct grid *g = s->data;
	size_t row = g->ops->cursor(g->p), it = 0;
	const char *key;

	buf_clear(&g->keys);
	while (map_next(g->marks, &it, &key, NULL))
		buf_addf(&g->keys, "%s%s", g->keys.len ? "\n" : "", key);
	if (!g->keys.len && row < g->ops->len(g->p))
		buf_adds(&g->keys, g->ops->key(g->p, row));
	return g->keys.len ? g->keys.data : NULL;
}

static const char *cell(const struct screen *s, const char *column)
{
	const struct grid *g = s->data;
	size_t len, row = g->ops->cursor(g->p);
	bool cut;

	for (size_t i = 0; i < g->ops->columns(g->p) && row < g->ops->len(g->p); i++) {
		const char *text;

		if (strcmp(g->ops->column(g->p, i)->name, column) != 0)
			continue;
		text = g->ops->cell(g->p, row, i, &len, &cut);
		return text ? text : "";
	}
	return strcmp(column, "marked") == 0 ? marked_keys(s) : NULL;
}

static void columns(const struct screen *s, void (*fn)(void *ctx, const char *name), void *ctx)
{
	const struct grid *g = s->data;

	for (size_t i = 0; i < g->ops->columns(g->p); i++)
		fn(ctx, g->ops->column(g->p, i)->name);
}

static const struct rowset *rows(const struct screen *s)
{
	const struct grid *g = s->data;

	return g->rows;
}

static const char *template_cell(void *ctx, const char *column)
{
	return cell(ctx, column);
}

/* ---- moving ---- */

static bool move_column(struct grid *g, const char *where, long count)
{
	if (strcmp(where, "left") == 0)
		gridcols_move(&g->cols, -(int)count);
	else if (strcmp(where, "right") == 0)
		gridcols_move(&g->cols, (int)count);
	else if (strcmp(where, "firstcolumn") == 0)
		gridcols_to(&g->cols, false);
	else if (strcmp(where, "lastcolumn") == 0)
		gridcols_to(&g->cols, true);
	else
		return false;
	return true;
}

static void move(struct screen *s, const char *where, long count)
{
	static const struct {
		const char *where;
		double pages;
		int rows;
	} moves[] = {
		{ "up", 0, -1 },       { "down", 0, 1 },       { "pageup", -1, 0 },
		{ "pagedown", 1, 0 },  { "halfup", -0.5, 0 },  { "halfdown", 0.5, 0 },
		{ "scrollup", 0, -3 }, { "scrolldown", 0, 3 },
	};
	struct grid *g = s->data;

	screen_changed(s, SCREEN_DATA);
	if (move_column(g, where, count))
		return;
	if (strcmp(where, "first") == 0)
		g->ops->first(g->p);
	else if (strcmp(where, "last") == 0)
		g->ops->last(g->p);
	for (size_t i = 0; i < ARRAY_SIZE(moves); i++) {
		if (strcmp(moves[i].where, where) != 0)
			continue;
		if (moves[i].rows)
			g->ops->move(g->p, moves[i].rows * count);
		else
			g->ops->page(g->p, moves[i].pages * (double)count);
	}
}

static bool go_to(struct screen *s, const char *where, struct err *err)
{
	struct grid *g = s->data;
	char *end;
	double percent = strtod(where, &end);
	long typed = strcmp(where, "%") == 0 ? ui_count(s->ui, -1) : -1;

	if (!g->rows)
		return screen_cannot(s, ACTION_GOTO, err);
	screen_changed(s, SCREEN_DATA);
	if (strcmp(where, "%") == 0)
		return typed >= 0 ? rowset_percent(g->rows, (double)typed, err)
				  : err_set(err, ERR_USAGE, "%",
					    "wants a number before it: 50%% is the middle");
	if (end != where && *end == '%' && !end[1])
		return rowset_percent(g->rows, percent, err);
	return rowset_goto(g->rows, where, err);
}

/* ---- rows ---- */

static bool no_row(struct err *err)
{
	return err_set(err, ERR_FAILED, NULL, "there is no row under the cursor");
}

static bool run_template(struct screen *s, const char *text, struct err *err)
{
	char *line;

	if (!screen_template(text, template_cell, s, &line, err))
		return false;
	ui_command(s->ui, line);
	free(line);
	return true;
}

static bool open_row(struct screen *s, struct err *err)
{
	struct grid *g = s->data;

	/* Enter that came twice: the first opened this list. */
	if (g->ops->cursor(g->p) >= g->ops->len(g->p))
		return (g->rows && rowset_loading(g->rows)) || no_row(err);
	if (s->def && s->def->enter)
		return run_template(s, s->def->enter, err);
	if (s->def)
		return grid_describe(s, err);
	if (g->table && table_enter(g->table))
		return run_template(s, table_enter(g->table), err);
	/* A row of a few cells is all there. */
	return g->ops->columns(g->p) > 2 ? grid_describe(s, err) : grid_view(s, err);
}

bool grid_take_table(struct screen *s, struct table **owned)
{
	struct grid *g = s && s->kind == &kind_grid && !s->def ? s->data : NULL;

	if (!g || !g->table || !table_take(g->table, owned))
		return false;
	screen_changed(s, SCREEN_DATA);
	return true;
}

static bool open_form(struct screen *s, enum action act, struct err *err)
{
	struct grid *g = s->data;
	struct place place = { .screen = s->def ? s->def->name : NULL };

	if (!s->def || !g->rows)
		return screen_cannot(s, act, err);
	if (act == ACTION_NEW)
		return screen_open_kind(s->ui, "form-new", s->def, &place, err);
	if (g->ops->cursor(g->p) >= g->ops->len(g->p))
		return no_row(err);
	if (act == ACTION_EDIT && map_len(g->marks) > 1)
		return together_open(s, map_len(g->marks), err);
	return row_form(s, act == ACTION_EDIT ? "form" : "form-new", err);
}

static bool change_rows(struct screen *s, enum action act, const struct args *args,
			struct err *err)
{
	struct grid *g = s->data;

	if (!g->rows)
		return screen_cannot(s, act, err);
	if (!map_len(g->marks) && g->ops->cursor(g->p) >= g->ops->len(g->p))
		return no_row(err);
	return row_change(s, g, act, args, err);
}

static bool action(struct screen *s, enum action act, const struct args *args, struct err *err)
{
	struct grid *g = s->data;

	switch ((int)act) {
	case ACTION_MOVE:
		move(s, args_get(args, "where"), args_int(args, "count", ui_count(s->ui, 1)));
		return true;
	case ACTION_GOTO:
		return go_to(s, args_get(args, "record"), err);
	case ACTION_OPEN_ROW:
		return open_row(s, err);
	case ACTION_EDIT:
	case ACTION_NEW:
	case ACTION_DUPLICATE:
		return open_form(s, act, err);
	case ACTION_DELETE:
	case ACTION_SET:
		return change_rows(s, act, args, err);
	case ACTION_SHOW_SQL:
		return g->rows ? row_sql(s, g->rows, err) : screen_cannot(s, act, err);
	case ACTION_MARK:
	case ACTION_COPY:
	case ACTION_VIEW:
	case ACTION_DESCRIBE:
		return grid_copy(s, act, args, err);
	default:
		return grid_ask(s, act, args, err);
	}
}

/* Nothing is there, and no filter hides it: there is nothing to look for either. */
static bool is_bare(const struct grid *g)
{
	if (g->ops->len(g->p) > 0)
		return false;
	return g->table ? !table_searched(g->table)
			: rowset_at_end(g->rows) && !rowset_loading(g->rows) &&
				  !rowset_filters(g->rows);
}

static bool offers(const struct screen *s, enum action act, const char *words)
{
	const struct grid *g = s->data;
	bool rows = g->ops->len(g->p) > 0 || (g->rows && rowset_loading(g->rows));

	switch ((int)act) {
	case ACTION_OPEN_ROW:
	case ACTION_VIEW:
	case ACTION_ACT:
		return rows;
	case ACTION_EDIT:
		return rows && g->rows && row_editable(s);
	case ACTION_NEW:
		return g->rows && row_addable(s);
	case ACTION_DUPLICATE:
		return rows && g->rows && row_addable(s);
	case ACTION_SORT:
		return g->rows && rows;
	case ACTION_BAR:
		return strcmp(words, "/") != 0 || !is_bare(g);
	default:
		return true;
	}
}

/* What the place asks for takes the place of what was asked for here. */
static bool again(struct screen *s, const struct place *place, struct err *err)
{
	struct grid *g = s->data;
	bool ok = true;

	screen_changed(s, SCREEN_DATA);
	if (rowset_filters(g->rows))
		ok = rowset_filter(g->rows, NULL, err);
	if (ok && place->filter)
		ok = rowset_filter(g->rows, place->filter, err);
	return ok && (!place->sort || rowset_sort(g->rows, place->sort, err));
}

/* ---- mouse ---- */

static bool key(struct screen *s, const struct key *k)
{
	struct grid *g = s->data;
	int col;

	if (!key_points(k))
		return false;
	screen_changed(s, SCREEN_DATA);
	col = gridcols_at(&g->cols, k->col);
	if (col >= 0)
		g->cols.cursor = (size_t)col;
	if (k->row == 0 && k->code == K_RIGHT_CLICK)
		return false;
	if (k->row == 0) {
		ui_command(s->ui, col >= 0 ? "sort this" : "sort");
		return true;
	}
	if (g->ops->top(g->p) + (size_t)k->row > g->ops->len(g->p))
		return k->code != K_RIGHT_CLICK; /* below the last row is nothing */
	if (g->rows)
		rowset_stay(g->rows); /* it is this row, not one on its way */
	g->ops->move(g->p, (long)g->ops->top(g->p) + k->row - 1 - (long)g->ops->cursor(g->p));
	return k->code == K_CLICK; /* a double click goes on to its binding */
}

const struct screen_kind kind_grid = {
	.name = "grid",
	.open = open_grid,
	.again = again,
	.recalc = recalc,
	.repaint = grid_paint,
	.key = key,
	.action = action,
	.offers = offers,
	.cell = cell,
	.columns = columns,
	.rows = rows,
	.status = grid_status,
	.tell = grid_tell,
	.close = close_grid,
};
