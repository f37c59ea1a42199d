/* SPDX-License-Identifier: MIT */
/*
 * gridask.c - what is asked of the rows: filter, sort, again and again; and what is told of
 * them.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/timefmt.h"
#include "domain/filter.h"
#include "grid_priv.h"
#include "ui/dialog.h"
#include "ui/widget.h"

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

/* Rows that are there stay, so what went wrong is said beside them. */
static void tell_failure(struct screen *s)
{
	struct grid *g = s->data;
	const struct err *err = rowset_error(g->rows);
	char *text = err ? err_text(err) : NULL;
	bool again = text && g->failure && strcmp(g->failure, text) == 0;

	free(g->failure);
	g->failure = text;
	if (err && !again && rowset_len(g->rows) && err->kind != ERR_CANCELLED &&
	    err->kind != ERR_CONNECTION)
		ui_say_err(s->ui, err);
}

void grid_tell_note(struct screen *s)
{
	struct grid *g = s->data;
	const char *note = rowset_note(g->rows);

	tell_failure(s);

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

/* ---- filters ---- */

static bool filter(struct screen *s, const char *prefix, const char *text, struct err *err)
{
	struct grid *g = s->data;
	char *whole = xasprintf("%s%s", prefix, text);
	bool ok = rowset_filter(g->rows, whole, err);

	free(whole);
	return ok;
}

static bool search(struct grid *g, const char *text, struct err *err)
{
	free(g->search);
	g->search = xstrdup(text);
	return rowset_search(g->rows, text, err);
}

/* Does a shown cell of the row hold what was searched for? */
static bool row_holds(const struct grid *g, size_t row)
{
	for (size_t i = 0; i < g->cols.v.len; i++) {
		size_t len;
		bool cut;
		const char *text =
			g->cols.v.v[i].hidden
				? NULL
				: g->ops->cell(g->p, row, g->cols.v.v[i].source, &len, &cut);

		if (text && text_find(text, len, g->search) != SIZE_MAX)
			return true;
	}
	return false;
}

/* Under a search every row holds it; without (it was dropped, a table) the next one that does.
 */
static bool find_next(struct screen *s, bool backwards)
{
	struct grid *g = s->data;
	size_t at = g->ops->cursor(g->p), len = g->ops->len(g->p);

	struct err err = ERR_INIT;

	/* The same search again goes on inside, where it was narrowed to what an index serves.
	 */
	if (g->rows && rowset_note(g->rows) && g->search &&
	    !rowset_search(g->rows, g->search, &err))
		ui_say_err(s->ui, &err);
	err_release(&err);
	if (!g->search || !*g->search) {
		ui_say(s->ui, SAY_INFO, "nothing was searched for yet: / searches");
		return true;
	}
	for (size_t i = backwards ? at - 1 : at + 1; i < len; i += backwards ? (size_t)-1 : 1) {
		if (!row_holds(g, i))
			continue;
		g->ops->move(g->p, (long)i - (long)at);
		return true;
	}
	ui_say(s->ui, SAY_INFO, "no other row here holds \"%s\"", g->search);
	return true;
}

static bool by_cell(struct screen *s, bool not, struct err *err)
{
	struct grid *g = s->data;
	size_t col = gridcols_source(&g->cols), row = g->ops->cursor(g->p), len;
	struct buf text = BUF_INIT;
	const char *value;
	bool cut, ok;

	if (col == SIZE_MAX || row >= g->ops->len(g->p))
		return err_set(err, ERR_FAILED, NULL, "there is no cell under the cursor");
	value = g->ops->cell(g->p, row, col, &len, &cut);
	if (cut)
		return err_set(err, ERR_FAILED, g->ops->column(g->p, col)->name,
			       "the value is too long to filter by");
	filter_cell(&text, g->ops->column(g->p, col)->name, value, not );
	ok = rowset_filter(g->rows, text.data, err);
	buf_release(&text);
	return ok;
}

static bool unfilter(struct grid *g, const char *which, struct err *err)
{
	size_t n = rowset_filters(g->rows);

	if (!n)
		return true;
	if (which && strcmp(which, "all") == 0)
		return rowset_filter(g->rows, NULL, err);
	rowset_unfilter(g->rows, n - 1);
	return true;
}

/* ---- sorting ---- */

/* The first column of the sort in force, its index of display; -1: none of the shown ones. */
static int sorted_column(const struct grid *g, bool *down)
{
	const char *text = rowset_sort_text(g->rows);
	size_t n;

	*down = text && *text == '-';
	if (!text || !*text)
		return -1;
	text += *down;
	n = strcspn(text, " ");
	for (size_t i = 0; i < g->cols.v.len; i++) {
		const char *name = g->ops->column(g->p, g->cols.v.v[i].source)->name;

		if (strlen(name) == n && strncmp(name, text, n) == 0)
			return (int)i;
	}
	return -1;
}

static bool sort_by(struct grid *g, int at, bool down, struct err *err)
{
	const char *name = g->ops->column(g->p, g->cols.v.v[at].source)->name;
	char *spec = xasprintf("%s%s", down ? "-" : "", name);
	bool ok = rowset_sort(g->rows, spec, err);

	free(spec);
	return ok;
}

static int step_column(const struct grid *g, int from, int by)
{
	int n = (int)g->cols.v.len;

	for (int at = from + by; at >= 0 && at < n; at += by)
		if (!g->cols.v.v[at].hidden)
			return at;
	return from;
}

static bool sort(struct grid *g, const char *const *words, struct err *err)
{
	struct buf spec = BUF_INIT;
	bool down, ok;
	int at = sorted_column(g, &down);

	if (!words || !words[0])
		return rowset_sort(g->rows, "", err);
	if (!words[1] && strcmp(words[0], "invert") == 0)
		return at < 0 || sort_by(g, at, !down, err);
	if (!words[1] && strcmp(words[0], "next") == 0)
		return sort_by(g, at < 0 ? 0 : step_column(g, at, 1), false, err);
	if (!words[1] && strcmp(words[0], "previous") == 0)
		return sort_by(g, at < 0 ? 0 : step_column(g, at, -1), false, err);
	if (!words[1] && strcmp(words[0], "this") == 0)
		return sort_by(g, (int)g->cols.cursor, at == (int)g->cols.cursor && !down, err);
	for (size_t i = 0; words[i]; i++)
		buf_addf(&spec, "%s%s", i ? " " : "", words[i]);
	ok = rowset_sort(g->rows, spec.data, err);
	buf_release(&spec);
	return ok;
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

static bool column(struct grid *g, const struct args *args, struct err *err)
{
	const char *how = args_get(args, "how");
	struct gridcol *c;
	size_t at = 0;

	if (!find_column(g, args_get(args, "name"), &at, err))
		return false;
	c = &g->cols.v.v[at];
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
	const char *text;

	switch ((int)act) {
	case ACTION_FILTER:
		text = args_get(args, "text");
		if (text)
			return search(g, text, err);
		text = args_get(args, "filter");
		return text ? filter(s, "", text, err) : unfilter(g, "all", err);
	case ACTION_WHERE:
		return filter(s, "where ", args_get(args, "condition"), err);
	case ACTION_FILTER_CELL:
		text = args_get(args, "how");
		return by_cell(s, text && strcmp(text, "not") == 0, err);
	case ACTION_UNFILTER:
		return unfilter(g, args_get(args, "which"), err);
	case ACTION_SORT:
		return sort(g, args_rest(args, "columns"), err);
	case ACTION_REFRESH:
		if (args_has(args, "interval"))
			return watch_action(g->watch, act, args, err);
		rowset_refresh(g->rows);
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

/* Rows that are all there are not narrowed: the cursor goes to the first one that holds it. */
static bool search_table(struct screen *s, const char *text)
{
	struct grid *g = s->data;

	free(g->search);
	g->search = xstrdup(text);
	for (size_t i = 0; *text && i < g->ops->len(g->p); i++) {
		if (!row_holds(g, i))
			continue;
		g->ops->move(g->p, (long)i - (long)g->ops->cursor(g->p));
		return true;
	}
	if (*text)
		ui_say(s->ui, SAY_INFO, "no row holds \"%s\"", text);
	return true;
}

bool grid_ask(struct screen *s, enum action act, const struct args *args, struct err *err)
{
	struct grid *g = s->data;

	screen_changed(s, SCREEN_DATA);
	if (act == ACTION_COLUMN)
		return column(g, args, err);
	if (act == ACTION_FIND_NEXT) {
		const char *where = args_get(args, "where");

		return find_next(s, where && strcmp(where, "previous") == 0);
	}
	if (act == ACTION_FILTER && !g->rows && args_get(args, "text"))
		return search_table(s, args_get(args, "text"));
	if (!g->rows)
		return screen_cannot(s, act, err);
	return ask_rowset(s, act, args, err);
}

/* ---- the header's second line ---- */

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

/* "1–28 of 412", "of ~1.0 M": what is not known is not said. */
static void add_position(const struct grid *g, struct buf *out)
{
	size_t top = g->ops->top(g->p), len = g->ops->len(g->p), end = top + (size_t)g->height;
	long before = g->rows ? rowset_before(g->rows) : 0;
	bool at_end = !g->rows || rowset_at_end(g->rows), exact = false;
	double all = g->rows ? rowset_estimate(g->rows, &exact) : -1;

	if (!len)
		return;
	if (before >= 0)
		buf_addf(out, "%ld%s%ld", before + (long)top + 1, glyph(GLYPH_DASH),
			 before + (long)(end < len ? end : len));
	if (before >= 0 && at_end) {
		buf_addf(out, " of %ld", before + (long)len);
	} else if (all >= 0 && all < (double)before + (double)len) {
		/* The planner guessed too low. */
		buf_addf(out, " of more than %ld", (before > 0 ? before : 0) + (long)len);
	} else if (all >= 0) {
		buf_adds(out, before >= 0 ? " of " : "of ");
		add_count(out, all, exact);
	}
}

void grid_status(const struct screen *s, struct screen_status *out)
{
	const struct grid *g = s->data;

	add_position(g, &out->position);
	if (map_len(g->marks))
		buf_addf(&out->note, "%zu marked", map_len(g->marks));
	if (!g->rows)
		return;
	for (size_t i = 0; i < rowset_filters(g->rows); i++)
		buf_addf(&out->filters, "%s%s", i ? "  " : "", rowset_filter_at(g->rows, i));
	if (rowset_sort_text(g->rows) && *rowset_sort_text(g->rows))
		buf_addf(&out->sort, "sort %s", rowset_sort_text(g->rows));
	if (rowset_stale(g->rows)) {
		buf_clear(&out->note);
		buf_adds(&out->note, "STALE");
		out->note_style = STYLE_WARNING;
		if (rowset_as_of_us(g->rows)) {
			buf_adds(&out->note, " since ");
			timefmt_instant(&out->note, rowset_as_of_us(g->rows));
		}
	} else if (rowset_loading(g->rows) && rowset_loading_seconds(g->rows) > 1) {
		buf_clear(&out->note);
		buf_addf(&out->note, "running %.0f s, Ctrl-C cancels",
			 floor(rowset_loading_seconds(g->rows)));
		ui_repaint_in(s->ui, 1000);
	} else if (!out->note.len) {
		watch_note(g->watch, &out->note);
	}
	if (rowset_loading(g->rows) && rowset_loading_seconds(g->rows) <= 1)
		ui_repaint_in(s->ui, 1000);
}
