/* SPDX-License-Identifier: MIT */
/*
 * panel.h - the pieces of a dashboard on a canvas: numbers with their state, bars, histograms, series.
 *
 * Each paints its title in the first line and itself in the rest of c, however small c is.  Values are doubles for
 * drawing and texts for reading, which the caller has formatted; NaN is a gap.  A state is always a word too.
 */
#ifndef UI_PANEL_H
#define UI_PANEL_H

#include <stdbool.h>
#include <stddef.h>

#include "ui/canvas.h"

enum panel_state { PANEL_PLAIN, PANEL_OK, PANEL_WARNING, PANEL_CRITICAL, PANEL_UNKNOWN };

/* By thresholds; NaN: none.  below: lower is worse. */
enum panel_state panel_judge(double value, double warn, double crit, bool below);
enum style panel_style(enum panel_state state);
/* "", "warning", "critical", "unknown" */
const char *panel_word(enum panel_state state);
/* The same where there is no room for a word: "", "ok", "!", "!!", "?" */
const char *panel_sign(enum panel_state state);

/* "DUE 12 431 ▁▂▃▅ ● warning" in one line. */
struct panel_number {
	const char *title, *text;
	enum panel_state state;
	const double *history; /* oldest first; may be NULL */
	size_t n;
};
void panel_paint_number(struct canvas *c, const struct panel_number *p);

struct panel_bar {
	const char *label, *text;
	double value;
	enum style style; /* STYLE_NORMAL: the plot's own */
};
/* Label, number, bar; from top on, cursor ≥ 0 marks one. */
struct panel_bars {
	const char *title;
	const struct panel_bar *bars;
	size_t n, top;
	int cursor;
};
void panel_paint_bars(struct canvas *c, const struct panel_bars *p);

/* Columns side by side, labels below where they fit. */
void panel_paint_histogram(struct canvas *c, const char *title, const struct panel_bar *bars, size_t n);

/* A line over time with its axis. from and to label the ends. */
struct panel_series {
	const char *title;
	const double *values;
	size_t n;
	const char *low, *high; /* texts of the axis' ends (panel_axis) */
	const char *from, *to;
	const char *words;  /* beside the title: what it says in numbers */
	const char *middle; /* text of what is half-way up the axis, where there are rows enough; may be NULL */
};
void panel_paint_series(struct canvas *c, const struct panel_series *p);
/* The ends of the axis that panel_paint_series draws, to be formatted as its low and high: round numbers, 0 among
 * them or between. */
void panel_axis(const double *values, size_t n, double *low, double *high);

/* Values over two words: nrows × ncolumns, row by row; NaN: there is none. */
struct panel_grid {
	const char *title;
	const char *const *rows, *const *columns;
	size_t nrows, ncolumns;
	const double *values;
	const char *const *texts; /* for reading, as values; may be NULL */
	const char *const *steps; /* HEAT_STEPS texts of panel_heat_scale, for the legend; NULL: none is shown */
};
enum { HEAT_STEPS = 3 };
/* From where on the second, third and last shade are used: even steps, or, where values differ a hundredfold, four
 * times as much from step to step. */
void panel_heat_scale(const double *values, size_t n, double steps[HEAT_STEPS]);
/* The denser, the more; with its number where there is room, else with a legend below. */
void panel_paint_heat(struct canvas *c, const struct panel_grid *g);
/* A bar a row, of a part per column; the sum before it and what the shades mean below. */
void panel_paint_stack(struct canvas *c, const struct panel_grid *g);

void panel_title(struct canvas *c, const char *title, bool focus);
/* With which rows of how many are seen, where that is not all of them: "WHY  1-2 of 3". */
struct panel_seen {
	size_t top, rows, of;
};
void panel_list_title(struct canvas *c, const char *title, bool focus, struct panel_seen seen);

#endif
