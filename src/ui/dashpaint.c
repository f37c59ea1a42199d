/* SPDX-License-Identifier: MIT */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/timefmt.h"
#include "base/utf8.h"
#include "dashboard_priv.h"
#include "domain/plot.h"
#include "domain/value.h"
#include "ui/panel.h"
#include "ui/widget.h"

/* ---- what a panel has ---- */

const char *panel_name(const struct panel *p)
{
	return p->def->title ? p->def->title : p->def->name;
}

bool panel_is_list(const struct panel *p)
{
	return strcmp(p->def->kind, "bars") == 0 || strcmp(p->def->kind, "table") == 0 ||
	       strcmp(p->def->kind, "text") == 0;
}

bool panel_is_table(const struct panel *p)
{
	return panel_is_list(p) && strcmp(p->def->kind, "bars") != 0;
}

double panel_value(const struct panel *p, size_t row, int col)
{
	const char *text = NULL;
	char *end;
	double v;

	if (col >= 0 && row < reply_rows(p->reply))
		text = reply_text(p->reply, row, (size_t)col);
	if (!text)
		return (double)NAN;
	v = strtod(text, &end);
	return end == text ? (double)NAN : v;
}

int panel_value_column(const struct panel *p)
{
	int col = p->def->value ? reply_column(p->reply, p->def->value) : -1;

	if (col < 0 && reply_columns(p->reply))
		col = p->def->label && reply_columns(p->reply) > 1 ? 1 : 0;
	return col;
}

static int label_column(const struct panel *p)
{
	return p->def->label ? reply_column(p->reply, p->def->label) : -1;
}

/* ---- painting ---- */

void panel_cell(const struct panel *p, size_t row, size_t col, struct buf *out)
{
	const struct reply *r = p->reply;
	struct value_view view = { .kind = value_kind(reply_type(r, col), 0, 0),
				   .now_us = time_now_us() };
	const char *text = reply_text(r, row, col);

	if (view.kind == VALUE_NUMBER && (int)col == panel_value_column(p))
		view.format = FORMAT_NUMBER;
	if (p->def->format && !value_format_find(p->def->format, &view.format))
		view.format = FORMAT_TEXT;
	if (text)
		value_show(out, &view, text, reply_length(r, row, col));
	else
		buf_adds(out, glyph(GLYPH_DASH));
}

/* Of what cannot be added there is a number each: "79.25 USD, 12.00 EUR". */
static void number_text(const struct panel *p, int col, struct buf *text)
{
	int unit = p->def->unit ? reply_column(p->reply, p->def->unit) : -1;
	size_t n = unit >= 0 ? reply_rows(p->reply) : reply_rows(p->reply) > 0;

	for (size_t i = 0; col >= 0 && i < n; i++) {
		buf_adds(text, i ? ", " : "");
		panel_cell(p, i, (size_t)col, text);
		if (unit >= 0 && reply_text(p->reply, i, (size_t)unit)) {
			buf_addc(text, ' ');
			panel_cell(p, i, (size_t)unit, text);
		}
	}
	if (!text->len)
		buf_adds(text, glyph(GLYPH_DASH));
}

static void paint_number(const struct panel *p, struct canvas *c)
{
	int col = panel_value_column(p);
	struct buf text = BUF_INIT;
	struct panel_number n = { .title = panel_name(p) };
	VEC(double) values = VEC_INIT;

	number_text(p, col, &text);
	n.text = text.data;
	n.state =
		panel_judge(panel_value(p, 0, col), p->def->warn, p->def->crit, p->def->below);
	n.history = p->history.v;
	n.n = p->history.len;
	if (strcmp(p->def->kind, "spark") == 0 && reply_rows(p->reply) > 1) {
		for (size_t i = 0; i < reply_rows(p->reply); i++)
			*VEC_PUSH(&values) = panel_value(p, i, col);
		n.history = values.v;
		n.n = values.len;
	}
	panel_paint_number(c, &n);
	VEC_RELEASE(&values);
	buf_release(&text);
}

static void paint_bars(const struct panel *p, struct canvas *c, bool focus)
{
	size_t n = reply_rows(p->reply);
	struct panel_bar *bars = xcalloc(n + 1, sizeof *bars);
	struct buf *texts = xcalloc(n + 1, sizeof *texts);
	int col = panel_value_column(p), label = label_column(p);
	int mark = reply_column(p->reply, "mark");
	struct panel_bars list = { .title = panel_name(p),
				   .bars = bars,
				   .n = n,
				   .top = (size_t)p->scroll.top,
				   .cursor = focus && n ? p->scroll.cursor : -1 };

	for (size_t i = 0; i < n; i++) {
		const char *name = label >= 0 ? reply_text(p->reply, i, (size_t)label) : "";

		buf_init(&texts[i]);
		if (mark >= 0 && reply_text(p->reply, i, (size_t)mark))
			buf_adds(&texts[i], reply_text(p->reply, i, (size_t)mark));
		if (col >= 0)
			panel_cell(p, i, (size_t)col, &texts[i]);
		bars[i] = (struct panel_bar){ .label = name ? name : glyph(GLYPH_DASH),
					      .text = texts[i].data,
					      .value = panel_value(p, i, col) };
		bars[i].style = panel_style(
			panel_judge(bars[i].value, p->def->warn, p->def->crit, p->def->below));
		if (bars[i].style == STYLE_OK)
			bars[i].style = STYLE_NORMAL;
	}
	if (strcmp(p->def->kind, "histogram") == 0)
		panel_paint_histogram(c, panel_name(p), bars, n);
	else
		panel_paint_bars(c, &list);
	for (size_t i = 0; i < n; i++)
		buf_release(&texts[i]);
	free(texts);
	free(bars);
}

static void axis_text(const struct panel *p, double value, struct buf *out)
{
	struct value_view view = { .kind = VALUE_NUMBER, .format = FORMAT_NUMBER };
	char number[32];

	if (p->def->format && !value_format_find(p->def->format, &view.format))
		view.format = FORMAT_AUTO;
	snprintf(number, sizeof number, "%.10g", value);
	value_show(out, &view, number, strlen(number));
}

/* "6 to 95, last 87" */
static void series_words(const struct panel *p, const double *values, size_t n, struct buf *out)
{
	double low, high;
	size_t known = 0;

	for (size_t i = 0; i < n; i++)
		known += isfinite(values[i]);
	if (!known) {
		buf_adds(out, "unknown");
		return;
	}
	plot_range(values, n, &low, &high);
	if (low == high && n > 1)
		buf_adds(out, "always ");
	axis_text(p, low, out);
	if (low < high) {
		buf_adds(out, " to ");
		axis_text(p, high, out);
	}
	if (n == 1 || (low == high && known == n))
		return;
	buf_adds(out, ", last ");
	if (n && isfinite(values[n - 1]))
		axis_text(p, values[n - 1], out);
	else
		buf_adds(out, "unknown");
}

static void paint_series(const struct panel *p, struct canvas *c)
{
	size_t n = reply_rows(p->reply);
	double *values = xcalloc(n + 1, sizeof *values), low, high;
	struct buf low_text = BUF_INIT, high_text = BUF_INIT, middle = BUF_INIT;
	struct buf words = BUF_INIT;
	int label = label_column(p);
	struct panel_series series = { .title = panel_name(p), .values = values, .n = n };

	for (size_t i = 0; i < n; i++)
		values[i] = panel_value(p, i, panel_value_column(p));
	panel_axis(values, n, &low, &high);
	axis_text(p, low, &low_text);
	axis_text(p, high, &high_text);
	axis_text(p, (low + high) / 2, &middle);
	series.middle = middle.data;
	series.low = low_text.data;
	series.high = high_text.data;
	series_words(p, values, n, &words);
	series.words = words.data;
	if (label >= 0 && n) {
		series.from = reply_text(p->reply, 0, (size_t)label);
		series.to = reply_text(p->reply, n - 1, (size_t)label);
	}
	panel_paint_series(c, &series);
	buf_release(&words);
	buf_release(&low_text);
	buf_release(&middle);
	buf_release(&high_text);
	free(values);
}

/* ---- two words at once ---- */

enum { GRID_ROWS = 60, GRID_COLUMNS = 24 };

struct words_seen {
	const char *v[GRID_ROWS];
	size_t len, most;
};

/* SIZE_MAX: there is no room for more. */
static size_t place_of(struct words_seen *w, const char *text)
{
	for (size_t i = 0; i < w->len; i++)
		if (strcmp(w->v[i], text) == 0)
			return i;
	if (w->len == w->most)
		return SIZE_MAX;
	w->v[w->len] = text;
	return w->len++;
}

static const char *word_at(const struct panel *p, size_t row, const char *column)
{
	int col = column ? reply_column(p->reply, column) : -1;
	const char *text = col >= 0 ? reply_text(p->reply, row, (size_t)col) : NULL;

	return text ? text : glyph(GLYPH_DASH);
}

static void paint_heat(const struct panel *p, struct canvas *c, struct panel_grid *g)
{
	double scale[HEAT_STEPS];
	struct buf shown[HEAT_STEPS] = { { 0 } };
	const char *steps[HEAT_STEPS];

	panel_heat_scale(g->values, g->nrows * g->ncolumns, scale);
	for (int i = 0; i < HEAT_STEPS; i++) {
		buf_init(&shown[i]);
		axis_text(p, scale[i], &shown[i]);
		steps[i] = shown[i].data;
	}
	g->steps = steps;
	panel_paint_heat(c, g);
	for (int i = 0; i < HEAT_STEPS; i++)
		buf_release(&shown[i]);
}

/* In the order in which the query gives them: it knows weekdays from days. */
static void paint_grid(const struct panel *p, struct canvas *c)
{
	struct words_seen rows = { .most = GRID_ROWS }, columns = { .most = GRID_COLUMNS };
	double values[GRID_ROWS * GRID_COLUMNS];
	struct buf shown[GRID_ROWS * GRID_COLUMNS] = { { 0 } };
	const char *texts[GRID_ROWS * GRID_COLUMNS] = { NULL };
	size_t n = reply_rows(p->reply);
	struct panel_grid g = { .title = panel_name(p),
				.rows = rows.v,
				.columns = columns.v,
				.values = values,
				.texts = texts };

	for (size_t i = 0; i < n; i++) {
		place_of(&rows, word_at(p, i, p->def->label));
		place_of(&columns, word_at(p, i, p->def->by));
	}
	g.nrows = rows.len;
	g.ncolumns = columns.len;
	for (size_t i = 0; i < rows.len * columns.len; i++)
		values[i] = (double)NAN;
	for (size_t i = 0; i < n; i++) {
		size_t r = place_of(&rows, word_at(p, i, p->def->label));
		size_t k = place_of(&columns, word_at(p, i, p->def->by));
		size_t at = r * columns.len + k;

		if (r == SIZE_MAX || k == SIZE_MAX || shown[at].data)
			continue;
		buf_init(&shown[at]);
		values[at] = panel_value(p, i, panel_value_column(p));
		panel_cell(p, i, (size_t)panel_value_column(p), &shown[at]);
		texts[at] = shown[at].data;
	}
	if (strcmp(p->def->kind, "heat") == 0)
		paint_heat(p, c, &g);
	else
		panel_paint_stack(c, &g);
	for (size_t i = 0; i < rows.len * columns.len; i++)
		if (shown[i].data)
			buf_release(&shown[i]);
}

/* Instead of what is not here, or not yet. */
static void paint_sentence(const struct panel *p, struct canvas *c, bool focus,
			   const char *text)
{
	struct lines lines;

	panel_title(c, panel_name(p), focus);
	lines_wrap(&lines, text, strlen(text), c->cols - 2);
	for (size_t i = 0; i < lines.len; i++)
		canvas_text(c, (int)i + 1, 1, c->cols - 2, STYLE_MUTED, lines.v[i]);
	lines_release(&lines);
}

static void paint_panel(const struct panel *p, struct canvas *c, bool focus, bool refused)
{
	const char *kind = p->def->kind;

	if (!p->reply)
		paint_sentence(p, c, focus, glyph(refused ? GLYPH_DASH : GLYPH_ELLIPSIS));
	else if (strcmp(kind, "number") == 0 || strcmp(kind, "spark") == 0)
		paint_number(p, c);
	else if (!reply_rows(p->reply))
		paint_sentence(p, c, focus, p->def->empty ? p->def->empty : "none");
	else if (strcmp(kind, "bars") == 0 || strcmp(kind, "histogram") == 0)
		paint_bars(p, c, focus);
	else if (strcmp(kind, "series") == 0)
		paint_series(p, c);
	else if (strcmp(kind, "heat") == 0 || strcmp(kind, "stack") == 0)
		paint_grid(p, c);
	else
		panel_table_paint(p, c, focus);
}

void dashboard_tell(const struct screen *s, struct buf *out)
{
	const struct dashboard *d = s->data;
	const struct panel *p = d->n ? &d->panels[d->focus] : NULL;

	if (!p || !p->reply || !panel_is_list(p) || p->scroll.cursor >= p->scroll.len)
		return;
	buf_adds(out, panel_name(p));
	for (size_t col = 0; col < reply_columns(p->reply); col++) {
		if (!panel_shows(p, col))
			continue;
		buf_adds(out, ", ");
		panel_cell(p, (size_t)p->scroll.cursor, col, out);
	}
	buf_addf(out, ", %d of %d", p->scroll.cursor + 1, p->scroll.len);
}

void dashboard_paint(const struct screen *s, struct canvas *c)
{
	const struct dashboard *d = s->data;

	for (size_t i = 0; i < d->n; i++) {
		const struct panel *p = &d->panels[i];
		struct canvas w = canvas_sub(c, p->row, p->col, p->rows, p->cols);

		if (p->row >= 0 && panel_is_outbox(p))
			dash_outbox_paint(s, p, &w);
		else if (p->row >= 0)
			paint_panel(p, &w, i == d->focus && panel_is_list(p), d->err.kind);
	}
	if (d->err.kind) {
		char *text = err_text(&d->err);

		canvas_fill(c, c->rows - 1, 0, 1, c->cols, STYLE_ERROR);
		canvas_printf(c, c->rows - 1, 1, c->cols - 2, STYLE_ERROR, "error: %s", text);
		free(text);
	}
}
