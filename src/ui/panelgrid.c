/* SPDX-License-Identifier: MIT */
/*
 * panelgrid.c - charts over two words at once: a heat map and stacked bars.  The shades differ,
 * and numbers stand beside them, so that both can be read without colours.
 */
#include "ui/panel.h"

#include <math.h>
#include <string.h>

#include "base/buf.h"
#include "base/num.h"
#include "base/utf8.h"

enum {
	LABEL_MOST = 24,
	CELL_LEAST = 5,
	SHADE_LEAST = 3, /* all columns are seen, and without numbers */
	COLUMNS_ENOUGH = 12,
	CELL_MOST = 14,
	RUN = 2, /* columns of shade beside a number */
	SHADES = HEAT_STEPS + 1,
	PARTS = 7,
	HEAD_LINES = 4
};

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
	return canvas_text_width(text, strlen(text));
}

static double value_at(const struct panel_grid *g, size_t row, size_t col)
{
	return g->values[row * g->ncolumns + col];
}

/* As wide as the names, up to this or a third of what there is. */
static int label_width(const struct panel_grid *g, int cols, int most)
{
	int width = 1;

	most = most > LABEL_MOST ? most : LABEL_MOST;
	most = most > cols / 3 ? most : cols / 3;
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

/* "TITLE  +2 more": what there is no room for. */
static void paint_title(struct canvas *c, const struct panel_grid *g, int rows)
{
	int more = rows >= 0 ? (int)g->nrows - rows : (int)g->nrows;

	panel_title(c, g->title, false);
	if (more > 0)
		canvas_printf(c, 0, width_of(g->title) + 2, c->cols, STYLE_AXIS, "+%d more",
			      more);
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

/* 48.25 → 48, 0.0131 → 0.013: what a legend says can be read. */
static double two_digits(double value)
{
	double power = value > 0 ? num_magnitude(value) / 10 : 1;

	return value > 0 ? (double)num_round(value / power) * power : 0;
}

void panel_heat_scale(const double *values, size_t n, double steps[HEAT_STEPS])
{
	double most = 0, least = (double)INFINITY;

	for (size_t i = 0; i < n; i++) {
		if (!isfinite(values[i]) || values[i] <= 0)
			continue;
		most = num_max(most, values[i]);
		least = num_min(least, values[i]);
	}
	for (int i = 0; i < HEAT_STEPS; i++)
		steps[i] = two_digits(most > 100 * least ? most / (1 << 2 * (HEAT_STEPS - i))
							 : most * (i + 1) / SHADES);
}

static int level_of(double value, const double steps[HEAT_STEPS])
{
	int level = 0;

	while (level < HEAT_STEPS && value > 0 && value >= steps[level])
		level++;
	return level;
}

/* Columns that the longest number needs; 0: there are none. */
static int number_width(const struct panel_grid *g)
{
	int width = 0;

	for (size_t i = 0; g->texts && i < g->nrows * g->ncolumns; i++)
		if (g->texts[i] && width_of(g->texts[i]) > width)
			width = width_of(g->texts[i]);
	return width;
}

/* The names may take what no cell needs: partitions of one table differ at the end. */
static int heat_label(const struct panel_grid *g, int cols)
{
	int number = number_width(g), each = number ? number + RUN + 2 : CELL_LEAST;

	return label_width(g, cols, cols - 4 - (int)g->ncolumns * each);
}

/* Do the numbers stand in the cells? */
static bool numbers_fit(const struct panel_grid *g, int each)
{
	return number_width(g) > 0 && number_width(g) < each - 1;
}

/* Columns of shade in a cell that is so wide. */
static int run_width(const struct panel_grid *g, int each)
{
	int room = each - 1, longest = number_width(g);

	if (!longest || !numbers_fit(g, each))
		return room;
	return room - longest > RUN ? RUN : 1;
}

/* The hotter, the denser; a state's colours would say that much is bad. */
static void paint_heat_row(struct canvas *c, int row, const struct panel_grid *g, size_t i,
			   int each)
{
	double steps[HEAT_STEPS];
	static const enum style hues[SHADES] = { STYLE_AXIS, STYLE_PLOT, STYLE_PLOT,
						 STYLE_PLOT };
	int label = heat_label(g, c->cols), longest = number_width(g);
	int run = run_width(g, each);
	bool numbers = numbers_fit(g, each);

	panel_heat_scale(g->values, g->nrows * g->ncolumns, steps);
	canvas_text(c, row, 1, label, STYLE_NORMAL, g->rows[i]);
	for (size_t k = 0; k < g->ncolumns; k++) {
		double v = value_at(g, i, k);
		const char *text = g->texts ? g->texts[i * g->ncolumns + k] : NULL;
		int col = label + 3 + (int)k * each, room = each - 1;
		int level;

		if (col + room > c->cols)
			return;
		if (isnan(v))
			continue;
		level = level_of(v, steps);
		if (run < room && text) /* beside its shade */
			canvas_field(c, row, col + run,
				     longest + 1 < room - run ? longest + 1 : room - run,
				     ALIGN_RIGHT, STYLE_NORMAL, text, strlen(text));
		if (v > 0 || !numbers)
			paint_run(c, row, col, run, shade(level), hues[level]);
	}
}

/* Each on one of the lines of the heads? */
static bool heads_fit(const struct panel_grid *g, int each)
{
	for (size_t k = 0; k < g->ncolumns; k++)
		if (width_of(g->columns[k]) >= HEAD_LINES * each)
			return false;
	return true;
}

/* As wide as the names of the columns and the numbers want, where there is room.  The numbers
 * are worth it while enough columns are seen beside them; else all columns are, while that is
 * possible. */
static int cell_width(const struct panel_grid *g, int cols)
{
	int n = (int)g->ncolumns, each = cols / n, number = number_width(g);
	int least = number ? number + 3 : CELL_LEAST,
	    want = number ? number + RUN + 2 : CELL_MOST;

	if (number && cols / least >= (n < COLUMNS_ENOUGH ? n : COLUMNS_ENOUGH))
		each = each < least ? least : each;
	else if (each < CELL_LEAST && (each < SHADE_LEAST || !heads_fit(g, each)))
		each = CELL_LEAST;
	for (size_t k = 0; k < g->ncolumns; k++)
		if (width_of(g->columns[k]) + 2 > want)
			want = width_of(g->columns[k]) + 2;
	want = want < LABEL_MOST ? want : LABEL_MOST;
	return each > want ? want : each;
}

/* Lines for the heads: on so many each has as much room as all of them leave to it. */
static int head_lines(const struct panel_grid *g, int each)
{
	int widest = 0, lines;

	for (size_t k = 0; k < g->ncolumns; k++)
		if (width_of(g->columns[k]) > widest)
			widest = width_of(g->columns[k]);
	lines = (widest + each) / each;
	if ((size_t)lines > g->ncolumns)
		lines = (int)g->ncolumns;
	return lines > HEAD_LINES ? HEAD_LINES : lines;
}

/* Where the numbers end, counted from the first column of their cell; 0: heads begin with it,
 * as they are longer than what stands in the cells, or no numbers stand there. */
static int heads_end(const struct panel_grid *g, int each)
{
	int run = run_width(g, each), longest = number_width(g), end;

	if (!numbers_fit(g, each))
		return 0;
	end = longest + 1 < each - 1 - run ? run + longest + 1 : each - 1;
	for (size_t k = 0; k < g->ncolumns; k++)
		if (width_of(g->columns[k]) > end + 2)
			return 0;
	return end;
}

/* In steps where they are long: each begins above its column, or ends with its numbers; those
 * at the end of the line before it. */
static void paint_heads(struct canvas *c, const struct panel_grid *g, int left, int each,
			int lines)
{
	int free_from[HEAD_LINES] = { 0 }, end = heads_end(g, each);

	for (size_t k = 0; k < g->ncolumns; k++) {
		int col = left + (int)k * each, line = (int)k % lines,
		    width = width_of(g->columns[k]), room = lines * each - 1;

		if (col + each - 1 > c->cols) {
			canvas_glyph(c, lines, c->cols - 1, GLYPH_RIGHT, STYLE_AXIS);
			return;
		}
		if (end)
			col = col + end - width > free_from[line] ? col + end - width
								  : free_from[line];
		else if (col + width > c->cols - 1)
			col = c->cols - 1 - width > free_from[line] ? c->cols - 1 - width
								    : free_from[line];
		if (k + (size_t)lines >= g->ncolumns || col + room >= c->cols - 1)
			room = c->cols - 1 - col;
		canvas_text(c, 1 + line, col, room, STYLE_AXIS, g->columns[k]);
		free_from[line] = col + (width < room ? width : room) + 1;
	}
}

/* "░ below 1.2 MB  ▒ 1.2 MB  ▓ 2.3 MB  █ 3.5 MB and more" */
static void paint_scale(struct canvas *c, int row, const struct panel_grid *g)
{
	static const char more[] = " and more";
	int col = 1;

	for (int i = 0; i < SHADES; i++) {
		int last = i == SHADES - 1 ? 2 + width_of(g->steps[i - 1]) + width_of(more) : 0;

		col += canvas_text(c, row, col, c->cols - col, i ? STYLE_PLOT : STYLE_AXIS,
				   shade(i)) +
		       1;
		col += canvas_printf(c, row, col, c->cols - col, STYLE_AXIS, "%s%s%s",
				     i ? "" : "below ", g->steps[i ? i - 1 : 0],
				     last && col + last <= c->cols + 2 ? more : "") +
		       2;
	}
}

void panel_paint_heat(struct canvas *c, const struct panel_grid *g)
{
	int left = heat_label(g, c->cols) + 3, each, heads, rows;
	bool legend;

	if (canvas_is_plain(c))
		paint_words(c, g);
	if (!g->nrows || !g->ncolumns || canvas_is_plain(c)) {
		paint_title(c, g, c->rows - 1);
		return;
	}
	each = cell_width(g, c->cols - left - 1);
	legend = g->steps && !numbers_fit(g, each) && c->rows > 4;
	heads = head_lines(g, each);
	while (heads > 1 && c->rows - 1 - heads - legend < (int)g->nrows && c->rows < 3 * heads)
		heads--;
	rows = c->rows - 1 - heads - legend;
	if (rows > (int)g->nrows)
		rows = (int)g->nrows;
	paint_title(c, g, rows);
	paint_heads(c, g, left, each, heads);
	for (int i = 0; i < rows; i++)
		paint_heat_row(c, 1 + heads + i, g, (size_t)i, each);
	if (legend)
		paint_scale(c, 1 + heads + rows, g);
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
	int label = label_width(g, c->cols, 0), col = label + 10, width = c->cols - col - 1,
	    from = 0;
	double sum = sum_of(g, i), till = 0;

	canvas_text(c, row, 1, label, STYLE_NORMAL, g->rows[i]);
	canvas_printf(c, row, label + 2, 7, STYLE_NORMAL, "%7.6g", sum);
	for (size_t k = 0; k < g->ncolumns && most > 0 && width > 0; k++) {
		double v = value_at(g, i, k);
		int to;

		if (!isfinite(v) || v <= 0)
			continue;
		till += v;
		to = (int)num_round(till / most * width);
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

	paint_title(c, g, canvas_is_plain(c) ? c->rows - 1 : bars);
	if (canvas_is_plain(c))
		paint_words(c, g);
	if (!g->nrows || !g->ncolumns || bars < 1 || canvas_is_plain(c))
		return;
	if (bars > (int)g->nrows)
		bars = (int)g->nrows;
	for (size_t i = 0; i < g->nrows; i++)
		most = num_max(most, sum_of(g, i));
	for (int row = 1; row <= bars; row++)
		paint_stack_row(c, row, g, (size_t)(row - 1), most);
	paint_legend(c, bars + 1, g);
}
