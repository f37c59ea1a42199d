/* SPDX-License-Identifier: MIT */
/*
 * plot.h - charts as text: no canvas, no colours, only cells.
 *
 * With PLOT_UTF8 in eighth blocks and braille dots, with PLOT_ASCII in characters that every terminal
 * has.  Each line that is appended is exactly width columns wide; lines of one chart are separated by '\n'
 * (none after the last).  A value that is NaN is a gap; infinities are clipped to the edge.  A
 * width or height below 1 appends nothing.
 */
#ifndef DOMAIN_PLOT_H
#define DOMAIN_PLOT_H

#include <stddef.h>

#include "base/buf.h"

enum plot_signs { PLOT_UTF8, PLOT_ASCII };

/* The least and the largest finite value; 0 and 0 if there is none. */
void plot_range(const double *values, size_t n, double *low, double *high);

/* One line, one value per column, the newest at the right: ▁▂▃▅▇; of more values than columns the last
 * ones.  From 0 (or the least value, if it is below) to the largest.  Zero is the lowest sign. */
void plot_spark(struct buf *out, const double *values, size_t n, int width, enum plot_signs signs);

/* One line: value / most of width filled from the left, in eighths; what is more than 0 shows at
 * least as ▏.  most <= 0: empty. */
void plot_bar(struct buf *out, double value, double most, int width, enum plot_signs signs);

struct plot_size {
	int width, height;
};

/* Columns side by side, each as wide as fits and apart by one if there is room; the largest reaches
 * the top, what is more than 0 shows. */
void plot_histogram(struct buf *out, const double *values, size_t n, struct plot_size size,
		    enum plot_signs signs);

/* A line through values over time, oldest left, stretched to the whole width; low at the bottom, high at
 * the top.  2 × 4 dots a cell in braille, 1 × 2 in ASCII (' . :). */
struct plot_scale {
	double low, high;
};
void plot_series(struct buf *out, const double *values, size_t n, struct plot_size size,
		 struct plot_scale scale, enum plot_signs signs);

/* The next round number that is not below value (1 to 3 by halves, 4, 5, 6, 8 times a power of ten): where an axis
 * ends. */
double plot_round_up(double value);

#endif
