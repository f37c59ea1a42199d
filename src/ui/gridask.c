/* SPDX-License-Identifier: MIT */
/*
 * gridask.c - what is asked of the rows, again and again; and what is told of them.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/timefmt.h"
#include "grid_priv.h"
#include "ui/dialog.h"
#include "ui/widget.h"

/* ---- how many rows ---- */

bool grid_share_height(struct screen *s)
{
	struct grid *g = s->data;
	int height = s->rows - 1 - grid_below(s);

	if (g->height == height)
		return false;
	g->height = height;
	g->ops->resize(g->p, height);
	return true;
}

void grid_ask_early(void *ctx)
{
	struct screen *s = ctx;

	if (screen_top(s->ui) == s)
		grid_share_height(s);
}

/* ---- the cost gate ---- */

static void cost_answer(void *ctx, const char *answer)
{
	struct screen *s = ctx;
	struct grid *g = s->data;

	g->asking = false;
	if (answer && strcmp(answer, "yes") == 0)
		rowset_go_on(g->rows);
	else
		rowset_cancel(g->rows);
	screen_changed(s, SCREEN_DATA);
}

void grid_on_cost(struct screen *s)
{
	struct grid *g = s->data;
	struct question q = {
		.title = "This may take long",
		.text = rowset_cost_text(g->rows),
		.kind = ASK_YES_NO,
	};

	if (g->asking)
		return;
	g->asking = true;
	dialog_ask(s->ui, &q, cost_answer, s);
}

/* The line that asked it is there again to be mended; a statement that never ran has no
 * screen. */
static void hand_back(void *ctx)
{
	struct screen *s = ctx;
	struct ui *ui = s->ui;
	const struct grid *g = s->data;
	bool never = rowset_is_statement(g->rows) && !rowset_len(g->rows);
	struct err err = ERR_INIT;

	if (rowset_error(g->rows))
		err_copy(&err, rowset_error(g->rows));
	if (!err.kind)
		return; /* it is asked anew */
	if (!bar_takes(ui->bar, &err)) {
		ui_say_err(ui, &err);
	} else {
		if (never && s == screen_top(ui) && ui->stack.len > 1)
			screen_pop(s);
		bar_refuse(ui->bar, &err);
	}
	err_release(&err);
}

/* Rows that are there stay, so what went wrong is said beside them. */
static void tell_failure(struct screen *s)
{
	struct grid *g = s->data;
	const struct err *err = rowset_error(g->rows);
	char *text = err ? err_text(err) : NULL;
	bool again = text && g->failure && strcmp(g->failure, text) == 0;

	free(g->failure);
	g->failure = text;
	if (err && !again && bar_takes(s->ui->bar, err))
		loop_defer(s->ui->loop, hand_back, s);
	else if (err && !again && rowset_len(g->rows) && err->kind != ERR_CANCELLED &&
	    err->kind != ERR_CONNECTION)
		ui_say_err(s->ui, err);
}

/* In watched screens rows come and go; elsewhere one wants to know that the row is another
 * one. */
static void tell_gone(struct screen *s)
{
	struct grid *g = s->data;
	const char *gone = rowset_gone(g->rows);
	bool again = gone && g->gone && strcmp(g->gone, gone) == 0;

	free(g->gone);
	g->gone = xstrdup_null(gone);
	if (gone && !again && s->def->refresh <= 0 && !s->parent)
		ui_say(s->ui, SAY_INFO,
		       "%s is not here any more: deleted, moved in this order, or not visible",
		       gone);
}

void grid_tell_note(struct screen *s)
{
	struct grid *g = s->data;
	const char *note = rowset_note(g->rows);

	tell_failure(s);
	tell_gone(s);

	if (g->note && note && strcmp(g->note, note) == 0)
		return;
	free(g->note);
	g->note = xstrdup_null(note);
	if (note)
		ui_say(s->ui, SAY_INFO, "%s", note);
}

/* ---- watching ---- */

static void look_again(struct screen *s)
{
	struct grid *g = s->data;

	/* A slow server is not asked twice. */
	if (!rowset_loading(g->rows))
		rowset_refresh(g->rows);
}

void grid_watch(struct screen *s)
{
	struct grid *g = s->data;

	g->watch = watch_new(s, s->def->refresh, look_again);
}

/* ---- columns ---- */

static bool find_column(const struct grid *g, const char *name, size_t *at, struct err *err)
{
	if (!name) {
		*at = g->cols.cursor;
		return g->cols.v.len || err_set(err, ERR_FAILED, "column", "there is none");
	}
	for (size_t i = 0; i < g->cols.v.len; i++) {
		*at = i;
		if (strcmp(g->ops->column(g->p, g->cols.v.v[i].source)->name, name) == 0)
			return true;
	}
	return err_set(err, ERR_USAGE, name, "there is no such column here");
}

static void swap_columns(struct grid *g, size_t at, size_t other)
{
	struct gridcol c = g->cols.v.v[at];

	g->cols.v.v[at] = g->cols.v.v[other];
	g->cols.v.v[other] = c;
	g->cols.cursor = other;
}

/* Go to a column, shown if it was not. */
static void column_chosen(void *ctx, const char *answer)
{
	struct screen *s = ctx;
	struct grid *g = s->data;
	struct err err = ERR_INIT;
	size_t at;

	g->asking = false;
	if (answer && find_column(g, answer, &at, &err)) {
		g->arranged = g->arranged || g->cols.v.v[at].hidden;
		g->cols.v.v[at].hidden = false;
		g->cols.cursor = at;
	}
	err_release(&err);
	screen_changed(s, SCREEN_DATA);
}

static void choose_column(struct screen *s)
{
	struct grid *g = s->data;
	struct menu_item *items = xcalloc(g->cols.v.len + 1, sizeof *items);

	for (size_t i = 0; i < g->cols.v.len; i++) {
		const struct gridcol *c = &g->cols.v.v[i];

		items[i].text = g->ops->column(g->p, c->source)->name;
		items[i].note = c->hidden ? "hidden" : c->frozen ? "frozen" : NULL;
	}
	g->asking = true;
	dialog_menu(s->ui, "Columns", items, g->cols.v.len, column_chosen, s);
	free(items);
}

static size_t shown_columns(const struct grid *g)
{
	size_t n = 0;

	for (size_t i = 0; i < g->cols.v.len; i++)
		n += !g->cols.v.v[i].hidden;
	return n;
}

static bool column(struct screen *s, const struct args *args, struct err *err)
{
	struct grid *g = s->data;
	const char *how = args_get(args, "how");
	struct gridcol *c;
	size_t at = 0;

	if (!find_column(g, args_get(args, "name"), &at, err))
		return false;
	if (strcmp(how, "choose") == 0) {
		choose_column(s);
		return true;
	}
	c = &g->cols.v.v[at];
	if (strcmp(how, "hide") == 0 && !c->hidden && shown_columns(g) == 1)
		return err_set(err, ERR_FAILED, "column", "the last one stays");
	g->arranged = true;
	if (strcmp(how, "hide") == 0) {
		c->hidden = true;
		gridcols_take(&g->cols, g->ops, g->p);
	} else if (strcmp(how, "show") == 0) {
		c->hidden = false;
	} else if (strcmp(how, "freeze") == 0) {
		c->frozen = !c->frozen;
	} else if (strcmp(how, "wider") == 0 || strcmp(how, "narrower") == 0) {
		c->by_hand = (c->by_hand ? c->by_hand : c->width) + (*how == 'w' ? 4 : -4);
		c->by_hand = c->by_hand < 3 ? 3 : c->by_hand;
	} else if (strcmp(how, "fit") == 0) {
		c->by_hand = c->natural;
	} else if (strcmp(how, "left") == 0 && at > 0) {
		swap_columns(g, at, at - 1);
	} else if (strcmp(how, "right") == 0 && at + 1 < g->cols.v.len) {
		swap_columns(g, at, at + 1);
	} else if (strcmp(how, "reset") == 0) {
		VEC_CLEAR(&g->cols.v);
		g->cols.first = g->cols.cursor = 0;
	}
	return true;
}

/* ---- */

static bool ask_rowset(struct screen *s, enum action act, const struct args *args,
		       struct err *err)
{
	struct grid *g = s->data;

	switch ((int)act) {
	case ACTION_FILTER:
	case ACTION_WHERE:
	case ACTION_FILTER_CELL:
	case ACTION_UNFILTER:
	case ACTION_FILTERS:
	case ACTION_KEEP:
		return grid_filter(s, act, args, err);
	case ACTION_SORT:
		return grid_sort(g, args_rest(args, "columns"), err);
	case ACTION_REFRESH:
		if (args_has(args, "interval"))
			return watch_action(g->watch, act, args, err);
		rowset_look_again(g->rows);
		return true;
	case ACTION_INTERVAL:
	case ACTION_PAUSE:
		return watch_action(g->watch, act, args, err);
	case ACTION_COUNT:
		rowset_count(g->rows);
		return true;
	case ACTION_CANCEL:
		if (!rowset_loading(g->rows))
			return screen_cannot(s, act, err);
		rowset_cancel(g->rows);
		return true;
	default:
		return screen_cannot(s, act, err);
	}
}

bool grid_ask(struct screen *s, enum action act, const struct args *args, struct err *err)
{
	struct grid *g = s->data;

	screen_changed(s, SCREEN_DATA);
	if (act == ACTION_COLUMN)
		return column(s, args, err);
	if (act == ACTION_WRAP) {
		g->wrapped = !g->wrapped;
		return true;
	}
	if (act == ACTION_FIND_NEXT ||
	    ((act == ACTION_FILTER || act == ACTION_UNFILTER) && !g->rows))
		return grid_filter(s, act, args, err);
	if (!g->rows)
		return screen_cannot(s, act, err);
	return ask_rowset(s, act, args, err);
}

/* ---- the header's second line ---- */

enum { SENTENCE = 4 }; /* lines that "there are none" takes */

static void add_count(struct buf *out, double n, bool exact)
{
	if (!exact)
		buf_addc(out, '~');
	if (exact || n < 10000)
		buf_addf(out, "%.0f", n);
	else if (n < 1e6)
		buf_addf(out, "%.0f k", n / 1e3);
	else if (n < 1e9)
		buf_addf(out, "%.1f M", n / 1e6);
	else
		buf_addf(out, "%.1f G", n / 1e9);
}

/* "1–28 of 412", "of ~1.0 M", "last 28 of ~1.0 M": what is not known is not said. */
static void add_position(const struct grid *g, struct buf *out)
{
	size_t top = g->ops->top(g->p), len = g->ops->len(g->p), end = top + (size_t)g->height;
	long before = g->rows ? rowset_before(g->rows) : 0;
	bool at_end = !g->rows || rowset_at_end(g->rows), exact = false, last = false;
	double all = g->rows ? rowset_estimate(g->rows, &exact) : -1;

	if (!len)
		return;
	if (before >= 0)
		buf_addf(out, "%ld%s%ld", before + (long)top + 1, glyph(GLYPH_DASH),
			 before + (long)(end < len ? end : len));
	else if (at_end && end >= len && (last = true))
		buf_addf(out, "last %zu", len - top);
	else if (g->rows && rowset_part(g->rows) >= 0)
		buf_addf(out, "~%.0f %% ", floor(rowset_part(g->rows) * 100));
	if (g->rows && rowset_cut(g->rows) && all >= 0) {
		buf_adds(out, " of more than ");
		add_count(out, all, true);
	} else if (before >= 0 && at_end) {
		buf_addf(out, " of %ld", before + (long)len);
	} else if (all >= 0 && all < (double)before + (double)len) {
		/* The planner guessed too low. */
		buf_addf(out, " of more than %ld", (before > 0 ? before : 0) + (long)len);
	} else if (all >= 0) {
		buf_adds(out, before >= 0 || last ? " of " : "of ");
		add_count(out, all, exact);
	}
}

static bool all_there(const struct grid *g)
{
	return !g->rows || (rowset_at_end(g->rows) && rowset_before(g->rows) == 0);
}

int grid_lines(const struct screen *s)
{
	const struct grid *g = s->data;
	size_t len = g->ops->len(g->p);
	bool all = all_there(g);
	const struct err *err = g->rows ? rowset_error(g->rows) : NULL;

	if (g->wrapped || (!len && (!all || (err && err->kind))))
		return -1;
	return 1 + (len ? (int)len : SENTENCE) + (all ? 0 : g->height);
}

void grid_more(const struct screen *s, struct buf *out)
{
	const struct grid *g = s->data;

	if (g->ops->len(g->p) > (size_t)(g->height > 0 ? g->height : 0) || !all_there(g))
		add_position(g, out);
}

void grid_status(const struct screen *s, struct screen_status *out)
{
	const struct grid *g = s->data;

	add_position(g, &out->position);
	if (g->rows && rowset_marks_ms(g->rows))
		ui_repaint_in(s->ui, rowset_marks_ms(g->rows));
	if (map_len(g->marks))
		buf_addf(&out->note, "%zu marked", map_len(g->marks));
	if (g->table && table_searched(g->table))
		buf_addf(&out->filters, "/%s", table_searched(g->table));
	if (!g->rows)
		return;
	for (size_t i = 0; i < rowset_filters(g->rows); i++)
		buf_addf(&out->filters, "%s%s", i ? "  " : "", rowset_filter_at(g->rows, i));
	grid_tell_sort(s, &out->sort);
	if (ahead_count(s->ui)) {
		buf_clear(&out->note);
		buf_addf(&out->note,
			 ahead_count(s->ui) == 1 ? "1 key waits for its row, Esc drops it"
						 : "%zu keys wait for their row, Esc drops them",
			 ahead_count(s->ui));
	} else if (rowset_stale(g->rows)) {
		buf_clear(&out->note);
		buf_adds(&out->note, "STALE");
		out->note_style = STYLE_WARNING;
		if (rowset_as_of_us(g->rows)) {
			buf_adds(&out->note, " since ");
			timefmt_instant(&out->note, rowset_as_of_us(g->rows));
		}
	} else if (rowset_slow(g->rows)) {
		buf_clear(&out->note);
		buf_addf(&out->note, "running %.0f s, Ctrl-C cancels",
			 floor(rowset_loading_seconds(g->rows)));
		ui_repaint_in(s->ui, 1000);
	} else if (!out->note.len && rowset_scope_note(g->rows)) {
		buf_adds(&out->note, "EVERY TENANT'S ROWS");
		out->note_style = STYLE_WARNING;
	} else {
		watch_note(g->watch, &out->note);
	}
	if (rowset_loading(g->rows) && rowset_loading_seconds(g->rows) <= 1)
		ui_repaint_in(s->ui, 1000);
}
