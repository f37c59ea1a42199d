/* SPDX-License-Identifier: MIT */
/*
 * panelgrid.c - charts over two words at once: a heat map and stacked bars.  The shades differ,
 * and numbers stand beside them, so that both can be read without colours.
 */
#include "ui/panel.h"

#include <math.h>
#include <string.h>

#include "base/buf.h"
#include "base/utf8.h"

enum { LABEL_MOST = 24, CELL_LEAST = 5, CELL_MOST = 14, SHADES = 4, PARTS = 7 };

static const char *const shades_utf8[SHADES] = { "░", "▒", "▓", "█" };
static const char *const shades_ascii[SHADES] = { ".", ":", "=", "#" };

static const char *shade(int level)
{
	return utf8_locale() ? shades_utf8[level] : shades_ascii[level];
}

/* The parts of a bar, told apart without colours. */
static const char *part_sign(size_t k)
{
	static const char *const utf8[PARTS] = { "█", "▓", "▒", "░", "▚", "■", "·" };
	static const char *const ascii[PARTS] = { "#", "=", ":", ".", "+", "o", "-" };

	return utf8_locale() ? utf8[k % PARTS] : ascii[k % PARTS];
}

static int width_of(const char *text)
{
	return utf8_width(text, strlen(text));
}

static double value_at(const struct panel_grid *g, size_t row, size_t col)
{
	return g->values[row * g->ncolumns + col];
}

/* A third of what there is at most. */
static int label_width(const struct panel_grid *g, int cols)
{
	int width = 1, most = cols / 3 > LABEL_MOST ? cols / 3 : LABEL_MOST;

	for (size_t i = 0; i < g->nrows; i++)
		if (width_of(g->rows[i]) > width)
			width = width_of(g->rows[i]);
	return width < most ? width : most;
}

static void paint_run(struct canvas *c, int row, int col, int width, const char *sign,
		      enum style style)
{
	for (int i = 0; i < width; i++)
		canvas_text(c, row, col + i, 1, style, sign);
}

/* "Mon: 09 120, 10 80": what there is, a line a row. */
static void paint_words(struct canvas *c, const struct panel_grid *g)
{
	for (size_t i = 0; i < g->nrows && (int)i + 1 < c->rows; i++) {
		struct buf line = BUF_INIT;

		for (size_t k = 0; k < g->ncolumns; k++) {
			const char *text = g->texts ? g->texts[i * g->ncolumns + k] : NULL;

			if (isnan(value_at(g, i, k)))
				continue;
			buf_addf(&line, "%s %s ", line.len ? "," : ":", g->columns[k]);
			if (text)
				buf_adds(&line, text);
			else
				buf_addf(&line, "%.6g", value_at(g, i, k));
		}
		canvas_printf(c, (int)i + 1, 0, c->cols, STYLE_NORMAL, "%s%s", g->rows[i],
			      line.data);
		buf_release(&line);
	}
}

/* ---- heat ---- */

static double most_of_all(const struct panel_grid *g)
{
	double most = 0;

	for (size_t i = 0; i < g->nrows * g->ncolumns; i++)
		if (isfinite(g->values[i]) && g->values[i] > most)
			most = g->values[i];
	return most;
}

static int level_of(double value, double most)
{
	int level = most > 0 ? (int)(value / most * SHADES) : 0;

	return level < 0 ? 0 : level < SHADES ? level : SHADES - 1;
}

/* The hotter, the denser; a state's colours would say that much is bad. */
static void paint_heat_row(struct canvas *c, int row, const struct panel_grid *g, size_t i,
			   int each)
{
	static const enum style hues[SHADES] = { STYLE_AXIS, STYLE_PLOT, STYLE_PLOT,
						 STYLE_PLOT };
	int label = label_width(g, c->cols);
	double most = most_of_all(g);

	canvas_text(c, row, 1, label, STYLE_NORMAL, g->rows[i]);
	for (size_t k = 0; k < g->ncolumns; k++) {
		double v = value_at(g, i, k);
		const char *text = g->texts ? g->texts[i * g->ncolumns + k] : NULL;
		int col = label + 3 + (int)k * each, room = each - 1;
		int number = text ? width_of(text) : 0, level, run;

		if (col + room > c->cols)
			return;
		if (isnan(v))
			continue;
		level = level_of(v, most);
		run = number && number < room ? (room - number < 2 ? 1 : 2) : room;
		if (run < room)
			canvas_field(c, row, col + run, room - run, ALIGN_RIGHT, STYLE_NORMAL,
				     text, strlen(text));
		if (v > 0 || run == room)
			paint_run(c, row, col, run, shade(level), hues[level]);
	}
}

/* As wide as the names of the columns want, where there is room; the numbers want CELL_MOST. */
static int cell_width(const struct panel_grid *g, int cols)
{
	int each = cols / (int)g->ncolumns, want = CELL_MOST;

	for (size_t k = 0; k < g->ncolumns; k++)
		if (width_of(g->columns[k]) + 2 > want)
			want = width_of(g->columns[k]) + 2;
	want = want < LABEL_MOST ? want : LABEL_MOST;
	return each < CELL_LEAST ? CELL_LEAST : each > want ? want : each;
}

void panel_paint_heat(struct canvas *c, const struct panel_grid *g)
{
	int label = label_width(g, c->cols), each;

	panel_title(c, g->title, false);
	if (canvas_is_plain(c))
		paint_words(c, g);
	if (!g->nrows || !g->ncolumns || canvas_is_plain(c))
		return;
	each = cell_width(g, c->cols - label - 4);
	for (size_t k = 0; k < g->ncolumns; k++) {
		int col = label + 3 + (int)k * each;

		if (col + each - 1 > c->cols) {
			canvas_glyph(c, 1, c->cols - 1, GLYPH_RIGHT, STYLE_AXIS);
			break;
		}
		canvas_text(c, 1, col, each - 1, STYLE_AXIS, g->columns[k]);
	}
	for (int row = 2; row < c->rows && (size_t)(row - 2) < g->nrows; row++)
		paint_heat_row(c, row, g, (size_t)(row - 2), each);
}

/* ---- stacked bars ---- */

static double sum_of(const struct panel_grid *g, size_t row)
{
	double sum = 0;

	for (size_t k = 0; k < g->ncolumns; k++)
		if (isfinite(value_at(g, row, k)) && value_at(g, row, k) > 0)
			sum += value_at(g, row, k);
	return sum;
}

static enum style part_style(size_t k)
{
	static const enum style hues[] = { STYLE_PLOT, STYLE_PLOT_2, STYLE_PLOT_3,
					   STYLE_PLOT_4 };

	return hues[k % 4];
}

/* From where the last part ended to where this one does: what is rounded is not lost. */
static void paint_stack_row(struct canvas *c, int row, const struct panel_grid *g, size_t i,
			    double most)
{
	int label = label_width(g, c->cols), col = label + 10, width = c->cols - col - 1, from = 0;
	double sum = sum_of(g, i), till = 0;

	canvas_text(c, row, 1, label, STYLE_NORMAL, g->rows[i]);
	canvas_printf(c, row, label + 2, 7, STYLE_NORMAL, "%7.6g", sum);
	for (size_t k = 0; k < g->ncolumns && most > 0 && width > 0; k++) {
		double v = value_at(g, i, k);
		int to;

		if (!isfinite(v) || v <= 0)
			continue;
		till += v;
		to = (int)lround(till / most * width);
		paint_run(c, row, col + from, to - from, part_sign(k), part_style(k));
		from = to;
	}
}

/* "█ delivered  ▓ shipped", on as many lines as there are. */
static void paint_legend(struct canvas *c, int row, const struct panel_grid *g)
{
	int col = 1;

	for (size_t k = 0; k < g->ncolumns; k++) {
		int width = width_of(g->columns[k]) + 2;

		if (col > 1 && col + width > c->cols) {
			col = 1;
			row++;
		}
		if (row >= c->rows)
			return;
		canvas_text(c, row, col, 1, part_style(k), part_sign(k));
		canvas_text(c, row, col + 2, width - 2, STYLE_AXIS, g->columns[k]);
		col += width + 2;
	}
}

static int legend_rows(const struct panel_grid *g, int cols)
{
	int col = 1, rows = 1;

	for (size_t k = 0; k < g->ncolumns; k++) {
		int width = width_of(g->columns[k]) + 2;

		if (col > 1 && col + width > cols) {
			col = 1;
			rows++;
		}
		col += width + 2;
	}
	return rows;
}

void panel_paint_stack(struct canvas *c, const struct panel_grid *g)
{
	int bars = c->rows - 1 - legend_rows(g, c->cols);
	double most = 0;

	panel_title(c, g->title, false);
	if (canvas_is_plain(c))
		paint_words(c, g);
	if (!g->nrows || !g->ncolumns || bars < 1 || canvas_is_plain(c))
		return;
	if (bars > (int)g->nrows)
		bars = (int)g->nrows;
	for (size_t i = 0; i < g->nrows; i++)
		most = fmax(most, sum_of(g, i));
	for (int row = 1; row <= bars; row++)
		paint_stack_row(c, row, g, (size_t)(row - 1), most);
	paint_legend(c, bars + 1, g);
}
