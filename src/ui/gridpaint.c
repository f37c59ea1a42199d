/* SPDX-License-Identifier: MIT */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/timefmt.h"
#include "base/utf8.h"
#include "grid_priv.h"
#include "ui/widget.h"

enum {
	LEFT_EDGE = 1, /* where the first column begins */
	AGE_WIDTH = 8, /* "12 m ago": nothing behind an age moves when it gets a second digit */
};

/* ---- one cell ---- */

static enum style show(const struct grid *g, size_t row, const struct gridcol *c, int width,
		       struct buf *out)
{
	struct cell_at at = { .ops = g->ops, .p = g->p, .row = row, .col = c->source };

	return cell_show(&at, width, out);
}

static enum align align_of(const struct grid *g, const struct gridcol *c)
{
	struct cell_at at = { .ops = g->ops, .p = g->p, .col = c->source };

	return cell_align(&at);
}

static int seen_width(const struct screen *s, struct gridcol *c, size_t from, size_t to)
{
	const struct grid *g = s->data;
	const struct screen_column *def = g->ops->column(g->p, c->source);
	const char *title = column_title(def);
	int most = canvas_text_width(title, strlen(title)) + (grid_sorted_by(s, c) ? 1 : 0);
	bool known = c->seen_edition == g->ops->edition(g->p);
	bool ages = def->format && strcmp(def->format, "age") == 0;
	struct buf text = BUF_INIT;

	for (size_t row = from; row < to; row++) {
		struct cell_at at = { .ops = g->ops, .p = g->p, .row = row, .col = c->source };
		enum style style;
		int width;

		if (known && row >= c->seen_from && row < c->seen_to)
			continue;
		width = cell_plain_width(&at);
		if (width >= 0) {
			most = width > most ? width : most;
			continue;
		}
		buf_clear(&text);
		/* What is wider is not asked for: JSON is written shorter instead. */
		style = show(g, row, c, gridcols_widest(c, g->ops, g->p), &text);
		width = canvas_text_width(text.data,
					  text.len < CELL_SEEN_MAX ? text.len : CELL_SEEN_MAX);
		if (ages && style != STYLE_NIL && width < AGE_WIDTH)
			width = AGE_WIDTH;
		most = width > most ? width : most;
	}
	buf_release(&text);
	c->seen_from = from;
	c->seen_to = to;
	c->seen_edition = g->ops->edition(g->p);
	return most;
}

bool grid_see(struct screen *s, size_t from, size_t to)
{
	struct grid *g = s->data;
	bool grew = false;

	for (size_t i = 0; i < g->cols.v.len; i++) {
		struct gridcol *c = &g->cols.v.v[i];
		int width;

		if (!c->width)
			continue; /* there may be hundreds of them */
		if (c->kind != g->ops->kind(g->p, c->source)) {
			c->natural = 0;
			c->seen_to = 0;
		}
		c->kind = g->ops->kind(g->p, c->source);
		width = seen_width(s, c, from, to);
		grew = grew || width > c->natural;
		c->natural = width > c->natural ? width : c->natural;
	}
	return grew;
}

/* ---- the head ---- */

static void paint_head(const struct screen *s, const struct gridcol *col, struct canvas *c)
{
	const struct grid *g = s->data;
	const struct screen_column *def = g->ops->column(g->p, col->source);
	char sort = grid_sorted_by(s, col);
	struct buf title = BUF_INIT;

	buf_adds(&title, column_title(def));
	for (size_t i = 0; i < title.len; i++)
		title.data[i] = (char)toupper((unsigned char)title.data[i]);
	if (sort)
		buf_adds(&title, glyph(sort == '-' ? GLYPH_DOWN : GLYPH_UP));
	canvas_field(c, 0, col->x, col->width, align_of(g, col),
		     sort ? STYLE_COLUMN_SORTED : STYLE_COLUMN, title.data, title.len);
	buf_release(&title);
}

/* ---- rows ---- */

static void paint_cell(const struct grid *g, size_t row, const struct gridcol *col,
		       struct canvas *c, int y)
{
	struct buf text = BUF_INIT;
	enum style style = show(g, row, col, col->width, &text);

	if (g->rows && rowset_stale(g->rows) && style == STYLE_NORMAL)
		style = STYLE_STALE;
	if (g->ops->kind(g->p, col->source) == VALUE_NAME) {
		struct buf cut = BUF_INIT;

		utf8_ellipsis_middle(&cut, text.data, text.len, col->width);
		buf_release(&text);
		text = cut;
	}
	canvas_field(c, y, col->x, col->width, align_of(g, col), style, text.data, text.len);
	buf_release(&text);
}

/* Over the cursor and the marks, with a sign where colours are not to be had. */
static void paint_changes(const struct grid *g, size_t row, struct canvas *c, int y)
{
	for (size_t i = 0; i < g->cols.v.len; i++) {
		const struct gridcol *col = &g->cols.v.v[i];

		if (!col->width || !g->ops->changed(g->p, row, col->source))
			continue;
		canvas_over(c, y, col->x, 1, col->width, STYLE_CHANGED);
		if (col->x > LEFT_EDGE)
			canvas_glyph(c, y, col->x - 1, GLYPH_DOT, STYLE_CHANGED);
	}
}

static void paint_cursor(const struct grid *g, struct canvas *c, int y)
{
	const struct gridcol *cell = g->cols.v.len ? &g->cols.v.v[g->cols.cursor] : NULL;

	canvas_over(c, y, 0, 1, c->cols, STYLE_SELECTED);
	canvas_focus(c, y);
	/* The cell is shown once the person went to one: who walks through rows sees rows. */
	if (cell && cell->width && cell->x > LEFT_EDGE)
		canvas_over(c, y, cell->x, 1, cell->width, STYLE_FOCUS);
}

void grid_paint_cells(const struct grid *g, size_t row, struct canvas *c, int y)
{
	for (size_t i = 0; i < g->cols.v.len; i++)
		if (g->cols.v.v[i].width)
			paint_cell(g, row, &g->cols.v.v[i], c, y);
}

/* What tells a row from others: the mark, the cursor, what changed. */
static void paint_over(const struct screen *s, size_t row, struct canvas *c, int y)
{
	const struct grid *g = s->data;
	bool cursor = row == g->ops->cursor(g->p);
	bool marked = map_len(g->marks) && map_has(g->marks, g->ops->key(g->p, row));

	if (marked) {
		canvas_glyph(c, y, 0, GLYPH_MARK, STYLE_MARKED);
		canvas_over(c, y, 1, 1, c->cols - 1, STYLE_MARKED);
	}
	/* A part that has not the keys shows no cursor. */
	cursor = cursor && (!s->parent || s->parent->kind->focus(s->parent) == s);
	if (cursor && !marked)
		canvas_glyph(c, y, 0, GLYPH_CURSOR, STYLE_NORMAL);
	if (cursor)
		paint_cursor(g, c, y);
	paint_changes(g, row, c, y);
}

/* ---- nothing to show, and why ---- */

static void centered(struct canvas *c, int row, enum style style, const char *text)
{
	struct lines lines;

	lines_wrap(&lines, text, strlen(text), c->cols - 8);
	for (size_t i = 0; i < lines.len; i++)
		canvas_field(c, row + (int)i, 4, c->cols - 8, ALIGN_CENTER, style, lines.v[i],
			     strlen(lines.v[i]));
	lines_release(&lines);
}

/* The line of a statement that is wrong, and signs under the place. */
static void paint_place(const struct err *err, struct canvas *c, int row)
{
	const char *wrong = err->text + err->at, *line = wrong;
	size_t rest = strcspn(wrong, "\n"), len = err->len < rest ? err->len : rest;
	int width, col = 4;

	while (line > err->text && line[-1] != '\n')
		line--;
	/* Of a long line what leads there. */
	while (canvas_text_width(line, (size_t)(wrong - line)) > c->cols / 2)
		line += utf8_skip(line, 1);
	width = canvas_text_width(line, (size_t)(wrong - line) + rest);
	if (width < c->cols - 8)
		col = (c->cols - width) / 2;
	col += canvas_textn(c, row, col, c->cols - col - 4, STYLE_MUTED, line,
			    (size_t)(wrong - line));
	width = canvas_textn(c, row, col, c->cols - col - 4, STYLE_ERROR, wrong, len);
	canvas_textn(c, row, col + width, c->cols - col - width - 4, STYLE_MUTED, wrong + len,
		     rest - len);
	for (int i = 0; i < width || i == 0; i++)
		canvas_text(c, row + 1, col + i, 1, STYLE_ERROR, "^");
}

static void paint_error(const struct err *err, struct canvas *c, int row)
{
	char *text = err_text(err);

	centered(c, row, STYLE_ERROR, text);
	if (err->text)
		paint_place(err, c, row + 2);
	if (err->hint)
		centered(c, row + (err->text ? 5 : 3), STYLE_HINT, err->hint);
	free(text);
}

/* Rows may be there that the server does not show: then nobody here can say that there are
 * none. A list of all tenants has a sentence of its own. */
static bool rows_may_hide(const struct screen *s)
{
	const struct session *session = screen_session(s);
	const struct catalog *c = session_catalog(session);
	const struct relation *r = NULL;
	struct err ignored = ERR_INIT;

	/* What belongs to a record that is seen is seen as far as it is; a pane has a line for
	 * it. */
	if (s->parent && s->def->empty)
		return false;
	if (c && s->def && s->def->relation &&
	    (s->def->scope == SCOPE_TENANT || !s->def->empty))
		r = catalog_find(c, s->def->relation, &ignored);
	err_release(&ignored);
	return r && (r->rls_active || (r->rls && session_role(session)));
}

static void paint_hidden(const struct screen *s, struct canvas *c, int row)
{
	const struct session *session = screen_session(s);
	const struct tenant_choice *t = session_tenant(session);
	const struct db_session *d = db_session(session_db(session));
	const char *role = session_role(session) ? session_role(session) : d ? d->user : "?";
	struct buf text = BUF_INIT;

	buf_addf(&text, "No row is visible to role %s ", role);
	if (t->kind == TENANT_ONE)
		buf_addf(&text, "in %s.", t->label ? t->label : t->id);
	else
		buf_adds(&text, t->kind == TENANT_ALL ? "in any tenant." : "without a tenant.");
	centered(c, row, STYLE_MUTED, text.data);
	centered(c, row + 2, STYLE_HINT,
		 t->kind == TENANT_NONE
			 ? "Row-level security is on: choose a tenant with :tenant NAME."
			 : "There are none, or row-level security hides them: :tenant NAME "
			   "works in another tenant, :rls shows the policies.");
	buf_release(&text);
}

/* A search looks into some columns only: then those are told. */
static void paint_unmatched(const struct screen *s, const struct grid *g, struct canvas *c,
			    int row)
{
	const char *const *names = s->def ? s->def->search : NULL;
	struct buf text = BUF_INIT, where = BUF_INIT;

	buf_adds(&text, "No row matches ");
	if (g->table)
		buf_addf(&text, "/%s", table_searched(g->table));
	for (size_t i = 0; g->rows && i < rowset_filters(g->rows); i++) {
		const char *filter = rowset_filter_at(g->rows, i);

		buf_addf(&text, "%s%s", i ? " and " : "", filter);
		for (size_t k = 0; *filter == '/' && names && names[k]; k++)
			buf_addf(&where, "%s%s", k ? ", " : "/ looks into ", names[k]);
	}
	buf_adds(&text, ".");
	centered(c, row, STYLE_MUTED, text.data);
	centered(c, row + 2, STYLE_HINT, "Backspace drops the last filter.");
	if (where.len)
		centered(c, row + 4, STYLE_HINT, where.data);
	buf_release(&text);
	buf_release(&where);
}

static void paint_nothing(const struct screen *s, const struct grid *g, struct canvas *c)
{
	int row = c->rows / 3;
	const struct err *err = g->rows ? rowset_error(g->rows) : NULL;

	if (err && err->kind != ERR_NONE && err->kind != ERR_CANCELLED) {
		paint_error(err, c, row);
	} else if (err && err->kind == ERR_CANCELLED) {
		centered(c, row, STYLE_HINT, "cancelled; r fetches again");
	} else if (g->rows && (rowset_loading(g->rows) || !rowset_at_end(g->rows))) {
		/* Most answers are faster than a word can be read. */
		double seconds = rowset_loading_seconds(g->rows);

		if (seconds > 0.3)
			centered(c, row, STYLE_MUTED, "loading…");
		else if (seconds >= 0)
			ui_repaint_in(s->ui, 350);
	} else if (g->rows ? rowset_filters(g->rows) > 0
			   : g->table && table_searched(g->table)) {
		paint_unmatched(s, g, c, row);
	} else if (rows_may_hide(s)) {
		paint_hidden(s, c, row);
	} else {
		centered(c, row, STYLE_MUTED,
			 s->empty		  ? s->empty
			 : s->def && s->def->empty ? s->def->empty
						   : "No rows.");
	}
}

/* ---- the value under the cursor, or a sentence that is cut, in lines below ---- */

static const struct gridcol *column_of(const struct grid *g, size_t source)
{
	for (size_t i = 0; i < g->cols.v.len; i++)
		if (g->cols.v.v[i].source == source)
			return &g->cols.v.v[i];
	return NULL;
}

/* What the longest sentence takes; words go to the next line whole. */
static int sentence_lines(const struct screen *s)
{
	const struct grid *g = s->data;
	int longest = 0, width = s->cols - 2, lines;
	size_t source = g->table ? table_sentence(g->table, &longest) : SIZE_MAX;
	const struct gridcol *col = source == SIZE_MAX ? NULL : column_of(g, source);

	if (!col || ui_plain(s->ui) || longest <= col->width || !g->ops->len(g->p))
		return 0;
	lines = (longest + width - 1) / width;
	lines += lines > 1;
	return 1 + (lines < s->rows / 3 ? lines : s->rows / 3 - 1);
}

int grid_below(const struct screen *s)
{
	const struct grid *g = s->data;

	/* A pane of a few rows has no room for it. */
	return s->rows < 8 ? 0 : g->wrapped ? s->rows / 3 : sentence_lines(s);
}

/* "R21-insert-open  blocker  public.orders": of a sentence what stands before it. */
static void add_heading(const struct grid *g, size_t row, size_t col, struct buf *out)
{
	size_t len;
	bool cut;

	if (g->wrapped) {
		buf_adds(out, g->ops->column(g->p, col)->name);
		return;
	}
	for (size_t i = 0; i < col; i++) {
		const char *text = g->ops->cell(g->p, row, i, &len, &cut);

		if (!text || !*text)
			continue;
		buf_adds(out, out->len ? "  " : "");
		utf8_sanitize(out, text, len, SANITIZE_LINE);
	}
}

static void paint_below(const struct grid *g, struct canvas *c)
{
	int longest;
	size_t row = g->ops->cursor(g->p), len;
	size_t col = g->wrapped ? gridcols_source(&g->cols) : table_sentence(g->table, &longest);
	struct buf safe = BUF_INIT, heading = BUF_INIT;
	struct lines lines;
	const char *text;
	bool cut;

	if (row >= g->ops->len(g->p) || col == SIZE_MAX)
		return;
	text = g->ops->cell(g->p, row, col, &len, &cut);
	if (text)
		utf8_sanitize(&safe, text, len, SANITIZE_KEEP_NEWLINES);
	else if (g->wrapped) /* a sentence there is not */
		buf_adds(&safe, "NULL");
	lines_wrap(&lines, safe.data, safe.len, c->cols - 2);
	add_heading(g, row, col, &heading);
	canvas_hline(c, 0, 0, c->cols, STYLE_BORDER);
	canvas_printf(c, 0, 2, c->cols - 2, STYLE_TITLE, " %s ", heading.data);
	for (size_t i = 0; i < lines.len && (int)i + 1 < c->rows; i++)
		canvas_text(c, (int)i + 1, 1, c->cols - 2, text ? STYLE_NORMAL : STYLE_NIL,
			    lines.v[i]);
	if (cut || (int)lines.len >= c->rows)
		canvas_text(c, 0, c->cols - 12, 12, STYLE_HINT, " v shows all");
	lines_release(&lines);
	buf_release(&heading);
	buf_release(&safe);
}

void grid_paint(const struct screen *s, struct canvas *c)
{
	struct grid *g = s->data;
	size_t top = g->ops->top(g->p), len = g->ops->len(g->p);
	size_t end = len < top + (size_t)g->height ? len : top + (size_t)g->height;
	struct canvas below = canvas_sub(c, c->rows - grid_below(s), 0, grid_below(s), c->cols);

	for (size_t i = 0; i < g->cols.v.len; i++)
		if (g->cols.v.v[i].width)
			paint_head(s, &g->cols.v.v[i], c);
	if (g->cols.more_left)
		canvas_glyph(c, 0, 0, GLYPH_LEFT, STYLE_COLUMN);
	if (g->cols.more_right)
		canvas_glyph(c, 0, c->cols - 1, GLYPH_RIGHT, STYLE_COLUMN);
	gridsheet_paint(g, top, end, c, 1);
	for (size_t row = top; row < end; row++)
		paint_over(s, row, c, (int)(row - top) + 1);
	if (grid_below(s))
		paint_below(g, &below);
	if (!len) {
		struct canvas body = canvas_sub(c, 1, 0, c->rows - 1, c->cols);

		paint_nothing(s, g, &body);
	}
}
