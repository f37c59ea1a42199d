/* SPDX-License-Identifier: MIT */
#include "domain/plot.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/attr.h"
#include "base/num.h"
#include "base/utf8.h"

enum { EIGHTHS = 8 };

void plot_range(const double *values, size_t n, double *low, double *high)
{
	bool any = false;

	*low = *high = 0;
	for (size_t i = 0; i < n; i++) {
		if (!isfinite(values[i]))
			continue;
		if (!any || values[i] < *low)
			*low = values[i];
		if (!any || values[i] > *high)
			*high = values[i];
		any = true;
	}
}

/* Where value lies between low and high: 0 to 1. */
static double place(double value, double low, double high)
{
	double at;

	if (!(high > low))
		return value >= high && value > 0 ? 1 : 0;
	at = (value - low) / (high - low);
	return at < 0 ? 0 : at > 1 ? 1 : at;
}

/* A column eighth/8 high: ' ' to full. */
static void add_level(struct buf *out, int eighth, enum plot_signs signs)
{
	static const char ascii[] = " ..::||##";

	if (signs == PLOT_ASCII)
		buf_addc(out, ascii[eighth]);
	else if (eighth == 0)
		buf_addc(out, ' ');
	else
		utf8_encode(out, 0x2580u + (uint32_t)eighth); /* ▁ to █ */
}

void plot_spark(struct buf *out, const double *values, size_t n, int width, enum plot_signs signs)
{
	size_t skip = width > 0 && n > (size_t)width ? n - (size_t)width : 0;
	double low, high;

	if (width < 1)
		return;
	if (skip) {
		values += skip;
		n -= skip;
	}
	plot_range(values, n, &low, &high);
	if (low > 0)
		low = 0;
	buf_addn(out, ' ', (size_t)width - n);
	for (size_t i = 0; i < n; i++) {
		int level = 0;

		if (!isnan(values[i]))
			level = 1 + (int)num_round(place(values[i], low, high) * (EIGHTHS - 1));
		add_level(out, level, signs);
	}
}

/* value / most of whole steps; anything above nothing is one step at least. */
static int steps(double value, double most, int whole)
{
	double part;

	if (isnan(value) || !(most > 0) || value <= 0)
		return 0;
	part = isinf(value) ? 1 : num_min(value / most, 1);
	return (int)num_max((double)num_round(part * whole), 1);
}

void plot_bar(struct buf *out, double value, double most, int width, enum plot_signs signs)
{
	int filled, unit = signs == PLOT_ASCII ? 1 : EIGHTHS;

	if (width < 1)
		return;
	filled = steps(value, most, width * unit);
	for (int i = 0; i < width; i++) {
		int here = filled - i * unit;

		if (here <= 0)
			buf_addc(out, ' ');
		else if (signs == PLOT_ASCII)
			buf_addc(out, '#');
		else /* █ to ▏ */
			utf8_encode(out, here >= EIGHTHS ? 0x2588u : 0x2590u - (uint32_t)here);
	}
}

void plot_histogram(struct buf *out, const double *values, size_t n, struct plot_size size,
		    enum plot_signs signs)
{
	double low, high;
	int each, bar;

	if (size.width < 1 || size.height < 1)
		return;
	plot_range(values, n, &low, &high);
	each = n && n <= (size_t)size.width ? size.width / (int)n : 1;
	bar = each > 1 ? each - 1 : 1;
	for (int row = size.height - 1; row >= 0; row--) {
		int column = 0;

		for (size_t i = 0; i < n && column + bar <= size.width; i++) {
			int level = steps(values[i], high, size.height * EIGHTHS) - row * EIGHTHS;

			for (int k = 0; k < each && column < size.width; k++, column++)
				add_level(out, k >= bar || level < 0 ? 0 : level > EIGHTHS
					  ? EIGHTHS : level, signs);
		}
		buf_addn(out, ' ', (size_t)(size.width - column));
		if (row)
			buf_addc(out, '\n');
	}
}

/* --- a line through values ----------------------------------------------------------------- */

/* Dots, of which each cell has across × down. */
struct dots {
	int across, down;
	int width, height; /* in dots */
	uint8_t *cells;    /* one bit per dot of a cell: across * y + x */
};

static void set_dot(struct dots *d, int x, int y)
{
	int columns = d->width / d->across;
	int cell = y / d->down * columns + x / d->across;

	d->cells[cell] |= (uint8_t)(1u << (y % d->down * d->across + x % d->across));
}

/* A braille cell's bits by row and column, as Unicode orders them. */
static uint32_t braille(uint8_t dots)
{
	static const uint8_t bit[] = { 0x01, 0x08, 0x02, 0x10, 0x04, 0x20, 0x40, 0x80 };
	uint32_t cp = 0x2800;

	for (size_t i = 0; i < ARRAY_SIZE(bit); i++)
		if (dots & 1u << i)
			cp |= bit[i];
	return cp;
}

static void write_dots(struct buf *out, const struct dots *d, enum plot_signs signs)
{
	int columns = d->width / d->across, rows = d->height / d->down;

	for (int row = 0; row < rows; row++) {
		for (int i = 0; i < columns; i++) {
			uint8_t cell = d->cells[row * columns + i];

			if (signs == PLOT_ASCII)
				buf_addc(out, " '.:"[cell]);
			else if (!cell)
				buf_addc(out, ' ');
			else
				utf8_encode(out, braille(cell));
		}
		if (row + 1 < rows)
			buf_addc(out, '\n');
	}
}

/* The value at column x of width: stretched, or (more values than columns) the largest of its
 * share, so that no peak is lost.  NaN if there is none. */
static double sample(const double *values, size_t n, int x, int width)
{
	size_t first, last;
	double most = (double)NAN;

	if (n < 2 || n <= (size_t)width) {
		double at = width > 1 ? (double)x * (double)(n - 1) / (width - 1) : (double)(n - 1);

		return values[(size_t)num_round(at)];
	}
	first = (size_t)x * n / (size_t)width;
	last = ((size_t)x + 1) * n / (size_t)width;
	for (size_t i = first; i < last; i++)
		if (isnan(most) || values[i] > most)
			most = values[i];
	return most;
}

void plot_series(struct buf *out, const double *values, size_t n, struct plot_size size,
		 struct plot_scale scale, enum plot_signs signs)
{
	struct dots d = {
		.across = signs == PLOT_ASCII ? 1 : 2, .down = signs == PLOT_ASCII ? 2 : 4,
	};
	int before = -1;

	if (size.width < 1 || size.height < 1)
		return;
	d.width = size.width * d.across;
	d.height = size.height * d.down;
	d.cells = xcalloc((size_t)size.width * (size_t)size.height, 1);
	for (int x = 0; x < d.width && n; x++) {
		double value = sample(values, n, x, d.width);
		int y, step;

		if (isnan(value)) {
			before = -1;
			continue;
		}
		y = (int)num_round((1 - place(value, scale.low, scale.high)) * (d.height - 1));
		/* Joined to the point before by dots above or below this one. */
		step = before < 0 || before == y ? 0 : before < y ? 1 : -1;
		for (int at = step ? before + step : y; at != y; at += step)
			set_dot(&d, x, at);
		set_dot(&d, x, y);
		before = y;
	}
	write_dots(out, &d, signs);
	free(d.cells);
}

double plot_round_up(double value)
{
	static const double steps_of_ten[] = { 1, 1.5, 2, 2.5, 3, 4, 5, 6, 8 };
	double power;

	if (!(value > 0) || !isfinite(value))
		return 1;
	power = num_magnitude(value);
	for (size_t i = 0; i < ARRAY_SIZE(steps_of_ten); i++)
		if (value <= steps_of_ten[i] * power * (1 + 1e-12))
			return steps_of_ten[i] * power;
	return 10 * power;
}
