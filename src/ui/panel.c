/* SPDX-License-Identifier: MIT */
#include "ui/panel.h"

#include <math.h>
#include <string.h>

#include "base/utf8.h"
#include "domain/plot.h"

enum { LABEL_LEAST = 8, BAR_LEAST = 2, SPARK_MAX = 24, MIDDLE_LEAST = 7 };

static enum plot_signs signs(void)
{
	return utf8_locale() ? PLOT_UTF8 : PLOT_ASCII;
}

static int width_of(const char *text)
{
	return canvas_text_width(text, strlen(text));
}

enum panel_state panel_judge(double value, double warn, double crit, bool below)
{
	if (isnan(value))
		return PANEL_UNKNOWN;
	if (isnan(warn) && isnan(crit))
		return PANEL_PLAIN;
	if (!isnan(crit) && (below ? value <= crit : value >= crit))
		return PANEL_CRITICAL;
	if (!isnan(warn) && (below ? value <= warn : value >= warn))
		return PANEL_WARNING;
	return PANEL_OK;
}

enum style panel_style(enum panel_state state)
{
	static const enum style styles[] = { STYLE_NORMAL, STYLE_OK, STYLE_WARNING,
					     STYLE_CRITICAL, STYLE_MUTED };

	return styles[state];
}

const char *panel_word(enum panel_state state)
{
	static const char *const words[] = { "", "", "warning", "critical", "unknown" };

	return words[state];
}

void panel_title(struct canvas *c, const char *title, bool focus)
{
	canvas_text(c, 0, 0, c->cols, focus ? STYLE_TAB_ACTIVE : STYLE_TITLE, title);
}

/* Returns the columns it took. */
static int paint_spark(struct canvas *c, int row, int col, int width,
		       const struct panel_number *p)
{
	struct buf line = BUF_INIT;

	width = width < SPARK_MAX ? width : SPARK_MAX;
	if (!p->history || p->n < 2 || width < 4 || canvas_is_plain(c))
		return 0;
	if ((size_t)width > p->n)
		width = (int)p->n;
	plot_spark(&line, p->history, p->n, width, signs());
	canvas_text(c, row, col, width, STYLE_PLOT, line.data);
	buf_release(&line);
	return width;
}

const char *panel_sign(enum panel_state state)
{
	static const char *const signs[] = { "", "ok", "!", "!!", "?" };

	return signs[state];
}

/* "● critical", or the state's sign where the word does not fit. Returns the columns it took.
 */
static int paint_state(struct canvas *c, int row, int col, enum panel_state state)
{
	const char *word = panel_word(state);
	int width = width_of(word) + 2;

	if (!*word || col >= c->cols)
		return 0;
	if (col + width > c->cols)
		return canvas_text(c, row, col, c->cols - col, panel_style(state),
				   panel_sign(state));
	canvas_glyph(c, row, col, GLYPH_DOT, panel_style(state));
	canvas_text(c, row, col + 2, width - 2, panel_style(state), word);
	return width;
}

/* A second line, if there is one, takes what the first has no room for. */
void panel_paint_number(struct canvas *c, const struct panel_number *p)
{
	int title = width_of(p->title), text = width_of(p->text), row = 0, col;
	int state = *panel_word(p->state) ? width_of(panel_word(p->state)) + 2 : 0;

	col = title ? canvas_text(c, 0, 0, c->cols, STYLE_TITLE, p->title) + 1 : 0;
	if (c->rows > 1 && title + 1 + text > c->cols) {
		row = 1;
		col = 0;
	}
	col += canvas_text(c, row, col, c->cols - col, panel_style(p->state), p->text) + 1;
	if (c->rows > 1 && row == 0 && col + state > c->cols) {
		row = 1;
		col = 0;
	}
	if (state)
		col += paint_state(c, row, col, p->state) + 2;
	if (row == 0 && c->rows > 1 && c->cols - col < SPARK_MAX / 2) {
		row = 1;
		col = 0;
	}
	paint_spark(c, row, col, c->cols - col - 1, p);
}

/* ---- bars ---- */

static void bar_widths(const struct panel_bars *p, int cols, int *label, int *text,
		       double *most)
{
	*label = LABEL_LEAST;
	*text = 1;
	*most = 0;
	for (size_t i = 0; i < p->n; i++) {
		int l = width_of(p->bars[i].label), t = width_of(p->bars[i].text);

		*label = l > *label ? l : *label;
		*text = t > *text ? t : *text;
		if (p->bars[i].value > *most)
			*most = p->bars[i].value;
	}
	if (*label > cols - *text - BAR_LEAST - 5)
		*label = cols - *text - BAR_LEAST - 5;
	if (*label < LABEL_LEAST)
		*label = LABEL_LEAST;
}

void panel_list_title(struct canvas *c, const char *title, bool focus, struct panel_seen seen)
{
	struct buf text = BUF_INIT;

	buf_adds(&text, title);
	if (seen.rows && seen.rows < seen.of)
		buf_addf(&text, "  %zu", seen.top + 1);
	if (seen.rows > 1 && seen.rows < seen.of)
		buf_addf(&text, "%s%zu", glyph(GLYPH_DASH), seen.top + seen.rows);
	if (seen.rows && seen.rows < seen.of)
		buf_addf(&text, " of %zu", seen.of);
	/* Half a range tells nothing. */
	panel_title(c, width_of(text.data) > c->cols ? title : text.data, focus);
	buf_release(&text);
}

/* Those that there is room for under the title. */
static struct panel_seen bars_seen(const struct canvas *c, const struct panel_bars *p)
{
	size_t room = c->rows > 1 ? (size_t)c->rows - 1 : 0, left = p->n - p->top;

	return (struct panel_seen){ p->top, left < room ? left : room, p->n };
}

void panel_paint_bars(struct canvas *c, const struct panel_bars *p)
{
	/* Two blanks: "Order 1" and 1 are not read as one, nor by --plain. */
	int label, text, col, gap = 3;
	double most;

	panel_list_title(c, p->title, p->cursor >= 0, bars_seen(c, p));
	bar_widths(p, c->cols, &label, &text, &most);
	for (int row = 1; row < c->rows && p->top + (size_t)row - 1 < p->n; row++) {
		const struct panel_bar *b = &p->bars[p->top + (size_t)row - 1];

		canvas_text(c, row, 1, label, STYLE_NORMAL, b->label);
		canvas_field(c, row, label + gap, text, ALIGN_RIGHT, b->style, b->text,
			     strlen(b->text));
		col = label + text + gap + 1;
		if (most > 0)
			canvas_bar(c, row, col, c->cols - col - 1,
				   b->style ? b->style : STYLE_PLOT, b->value / most);
		if (p->cursor >= 0 && (size_t)p->cursor == p->top + (size_t)row - 1)
			canvas_over(c, row, 0, 1, c->cols, STYLE_SELECTED);
	}
}

/* ---- charts of several lines ---- */

/* Lines of a chart, one a row. */
static void paint_lines(struct canvas *c, int row, int col, const struct buf *chart,
			enum style style)
{
	const char *line = chart->data;

	while (*line) {
		size_t n = strcspn(line, "\n");

		canvas_textn(c, row++, col, c->cols - col, style, line, n);
		line += n + (line[n] == '\n');
	}
}

/* All of them where they fit, else the first and the last. */
static void paint_labels(struct canvas *c, const struct panel_bar *bars, size_t n, int step)
{
	int row = c->rows - 1, half = step * (int)n / 2, longest = 0;

	for (size_t i = 0; i < n; i++) {
		int w = width_of(bars[i].label);

		longest = w > longest ? w : longest;
	}
	for (size_t i = 0; i < n && longest < step; i++)
		canvas_text(c, row, 1 + (int)i * step, step, STYLE_AXIS, bars[i].label);
	if (longest < step)
		return;
	canvas_text(c, row, 1, half - 1, STYLE_AXIS, bars[0].label);
	canvas_field(c, row, 1 + half, step * (int)n - half, ALIGN_RIGHT, STYLE_AXIS,
		     bars[n - 1].label, strlen(bars[n - 1].label));
}

void panel_paint_histogram(struct canvas *c, const char *title, const struct panel_bar *bars,
			   size_t n)
{
	struct plot_size size = { .width = c->cols - 2, .height = c->rows - 2 };
	double values[64];
	struct buf chart = BUF_INIT;
	int step;

	if (canvas_is_plain(c)) {
		panel_paint_bars(c, &(struct panel_bars){ title, bars, n, 0, -1 });
		return;
	}
	panel_title(c, title, false);
	if (n > ARRAY_SIZE(values))
		n = ARRAY_SIZE(values);
	if (!n || size.height < 1 || size.width < (int)n)
		return;
	for (size_t i = 0; i < n; i++)
		values[i] = bars[i].value;
	plot_histogram(&chart, values, n, size, signs());
	paint_lines(c, 1, 1, &chart, STYLE_PLOT);
	buf_release(&chart);
	step = size.width / (int)n;
	paint_labels(c, bars, n, step);
}

void panel_axis(const double *values, size_t n, double *low, double *high)
{
	plot_range(values, n, low, high);
	*high = *high > 0 || *low >= 0 ? plot_round_up(*high) : 0;
	*low = *low < 0 ? -plot_round_up(-*low) : 0;
}

/* "from 09:00 to 10:00: 3 to 120, last 87" */
static void paint_series_words(struct canvas *c, const struct panel_series *p)
{
	const char *from = p->from ? p->from : "the first", *to = p->to ? p->to : "the last";

	panel_title(c, p->title, false);
	if (p->n > 1)
		canvas_printf(c, 1, 0, c->cols, STYLE_NORMAL, "from %s to %s: %s", from, to,
			      p->words);
	else if (p->n)
		canvas_printf(c, 1, 0, c->cols, STYLE_NORMAL, "%s: %s", from, p->words);
}

/* Numbers at the axis: both ends, 0 between them, and half-way where there is room. */
static void paint_axis(struct canvas *c, const struct panel_series *p, int axis, int height,
		       struct plot_scale scale)
{
	double part = scale.high > 0 ? scale.high / (scale.high - scale.low) : 0;
	int zero = 1 + (int)(part * (height - 1) + 0.5);

	canvas_vline(c, 1, axis, height, STYLE_AXIS);
	if (scale.low < 0 && scale.high > 0)
		canvas_field(c, zero, 0, axis, ALIGN_RIGHT, STYLE_AXIS, "0", 1);
	else if (p->middle && height >= MIDDLE_LEAST && height % 2)
		canvas_field(c, 1 + height / 2, 0, axis, ALIGN_RIGHT, STYLE_AXIS, p->middle,
			     strlen(p->middle));
	canvas_field(c, 1, 0, axis, ALIGN_RIGHT, STYLE_AXIS, p->high, strlen(p->high));
	canvas_field(c, height, 0, axis, ALIGN_RIGHT, STYLE_AXIS, p->low, strlen(p->low));
}

void panel_paint_series(struct canvas *c, const struct panel_series *p)
{
	int axis = width_of(p->high) > width_of(p->low) ? width_of(p->high) : width_of(p->low);
	int middle = p->middle ? width_of(p->middle) : 0;
	struct plot_size size = { .height = c->rows - 2 };
	struct plot_scale scale;
	struct buf chart = BUF_INIT;

	axis = middle > axis ? middle : axis;
	size.width = c->cols - axis - 2;
	if (canvas_is_plain(c)) {
		paint_series_words(c, p);
		return;
	}
	panel_title(c, p->title, false);
	canvas_text(c, 0, width_of(p->title) + 2, c->cols, STYLE_AXIS, p->words);
	if (size.height < 1 || size.width < 4)
		return;
	panel_axis(p->values, p->n, &scale.low, &scale.high);
	plot_series(&chart, p->values, p->n, size, scale, signs());
	paint_axis(c, p, axis, size.height, scale);
	paint_lines(c, 1, axis + 1, &chart, STYLE_PLOT);
	buf_release(&chart);
	canvas_text(c, c->rows - 1, axis + 1, size.width / 2, STYLE_AXIS,
		    p->from ? p->from : "");
	if (p->to && p->n > 1)
		canvas_field(c, c->rows - 1, axis + 1 + size.width / 2,
			     size.width - size.width / 2, ALIGN_RIGHT, STYLE_AXIS, p->to,
			     strlen(p->to));
}
