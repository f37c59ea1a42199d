/* SPDX-License-Identifier: MIT */
#include "domain/plot.h"

#include <locale.h>
#include <math.h>
#include <string.h>

#include "base/attr.h"
#include "base/utf8.h"
#include "support/leak.h"

static void in_utf8(void)
{
	setlocale(LC_ALL, "C.UTF-8");
}

TestSuite(plot, .init = in_utf8);

static void expect(struct buf *b, int width, const char *expected)
{
	cr_assert_str_eq(b->data, expected, "\n%s\ninstead of\n%s", b->data, expected);
	for (const char *s = b->data; *s; s += strcspn(s, "\n"), s += *s == '\n')
		cr_assert_eq(utf8_width(s, strcspn(s, "\n")), width);
	buf_release(b);
}

LEAK_TEST(plot, ranges)
{
	static const double values[] = { (double)NAN,	   3, -1,
					 (double)INFINITY, 7, -(double)INFINITY };
	double low, high;

	plot_range(values, ARRAY_SIZE(values), &low, &high);
	cr_assert(low == -1 && high == 7);
	plot_range(values, 1, &low, &high);
	cr_assert(low == 0 && high == 0);
	plot_range(NULL, 0, &low, &high);
	cr_assert(low == 0 && high == 0);
}

LEAK_TEST(plot, spark)
{
	static const double values[] = { 0, 1, 2, 3, 4, 5, 6, 7 };
	static const double odd[] = { (double)NAN, (double)INFINITY, 5, -(double)INFINITY },
			    below[] = { -2, 0, 2 };
	static const double flat[] = { 0, 0 };
	struct buf b = BUF_INIT;

	plot_spark(&b, values, 8, 8, PLOT_UTF8);
	expect(&b, 8, "▁▂▃▄▅▆▇█");
	plot_spark(&b, values, 8, 10, PLOT_UTF8);
	expect(&b, 10, "  ▁▂▃▄▅▆▇█");
	plot_spark(&b, values, 8, 3, PLOT_UTF8);
	expect(&b, 3, "▆▇█");
	plot_spark(&b, odd, 4, 4, PLOT_UTF8);
	expect(&b, 4, " ██▁");
	plot_spark(&b, below, 3, 3, PLOT_UTF8);
	expect(&b, 3, "▁▅█");
	plot_spark(&b, flat, 2, 2, PLOT_UTF8);
	expect(&b, 2, "▁▁");
	plot_spark(&b, values, 8, 8, PLOT_ASCII);
	expect(&b, 8, "..::||##");
	plot_spark(&b, NULL, 0, 3, PLOT_ASCII);
	expect(&b, 3, "   ");
	plot_spark(&b, values, 8, 0, PLOT_ASCII);
	expect(&b, 0, "");
}

static void expect_bar(double value, double most, int width, enum plot_signs signs,
		       const char *expected)
{
	struct buf b = BUF_INIT;

	plot_bar(&b, value, most, width, signs);
	expect(&b, width > 0 ? width : 0, expected);
}

LEAK_TEST(plot, bar)
{
	expect_bar(8, 8, 4, PLOT_UTF8, "████");
	expect_bar(4, 8, 4, PLOT_UTF8, "██  ");
	expect_bar(4.25, 8, 4, PLOT_UTF8, "██▏ ");
	expect_bar(0.001, 8, 4, PLOT_UTF8, "▏   ");
	expect_bar(3.75, 4, 2, PLOT_UTF8, "█▉");
	expect_bar(0, 8, 4, PLOT_UTF8, "    ");
	expect_bar(-1, 8, 4, PLOT_UTF8, "    ");
	expect_bar((double)NAN, 8, 2, PLOT_UTF8, "  ");
	expect_bar((double)INFINITY, 8, 2, PLOT_UTF8, "██");
	expect_bar(99, 8, 2, PLOT_UTF8, "██");
	expect_bar(1, 0, 2, PLOT_UTF8, "  ");
	expect_bar(4, 8, 4, PLOT_ASCII, "##  ");
	expect_bar(0.1, 8, 4, PLOT_ASCII, "#   ");
	expect_bar(1, 8, 0, PLOT_UTF8, "");
}

LEAK_TEST(plot, histogram)
{
	static const double values[] = { 1, 4, 2, 0 },
			    odd[] = { (double)NAN, (double)INFINITY, 1 };
	struct buf b = BUF_INIT;

	plot_histogram(&b, values, 4, (struct plot_size){ 4, 2 }, PLOT_UTF8);
	expect(&b, 4, " █  \n▄██ ");
	plot_histogram(&b, values, 4, (struct plot_size){ 13, 1 }, PLOT_UTF8);
	expect(&b, 13, "▂▂ ██ ▄▄     ");
	plot_histogram(&b, values, 4, (struct plot_size){ 8, 2 }, PLOT_ASCII);
	expect(&b, 8, "  #     \n: # #   ");
	plot_histogram(&b, values, 4, (struct plot_size){ 2, 1 },
		       PLOT_UTF8); /* no room for all */
	expect(&b, 2, "▂█");
	plot_histogram(&b, odd, 3, (struct plot_size){ 3, 1 }, PLOT_UTF8);
	expect(&b, 3, " ██");
	plot_histogram(&b, NULL, 0, (struct plot_size){ 3, 2 }, PLOT_UTF8);
	expect(&b, 3, "   \n   ");
	plot_histogram(&b, values, 4, (struct plot_size){ 0, 2 }, PLOT_UTF8);
	expect(&b, 0, "");
	plot_histogram(&b, values, 4, (struct plot_size){ 2, 0 }, PLOT_UTF8);
	expect(&b, 0, "");
}

static const struct plot_scale to_7 = { 0, 7 };

LEAK_TEST(plot, series)
{
	static const double up[] = { 0, 1, 2, 3, 4, 5, 6, 7 }, gap[] = { 7, (double)NAN, 7, 0 };
	static const double one[] = { 7 },
			    beyond[] = { -99, 99, (double)INFINITY, -(double)INFINITY };
	struct buf b = BUF_INIT;

	plot_series(&b, up, 8, (struct plot_size){ 4, 2 }, to_7, PLOT_UTF8);
	expect(&b, 4, "  ⡠⠊\n⡠⠊  ");
	plot_series(&b, up, 8, (struct plot_size){ 8, 4 }, to_7, PLOT_ASCII);
	expect(&b, 8, "      .'\n    .'  \n  .'    \n.'      ");
	plot_series(&b, gap, 4, (struct plot_size){ 2, 1 }, to_7, PLOT_UTF8);
	expect(&b, 2, "⠁⢱");
	plot_series(&b, gap, 4, (struct plot_size){ 4, 1 }, to_7, PLOT_ASCII);
	expect(&b, 4, "' '.");
	plot_series(&b, one, 1, (struct plot_size){ 2, 1 }, to_7, PLOT_UTF8);
	expect(&b, 2, "⠉⠉");
	plot_series(&b, one, 1, (struct plot_size){ 1, 1 }, to_7, PLOT_ASCII);
	expect(&b, 1, "'");
	plot_series(&b, beyond, 4, (struct plot_size){ 4, 1 }, to_7, PLOT_ASCII);
	expect(&b, 4, ".''.");
	plot_series(&b, up, 8, (struct plot_size){ 1, 1 }, (struct plot_scale){ 3, 3 },
		    PLOT_ASCII);
	expect(&b, 1, "'");
	plot_series(&b, NULL, 0, (struct plot_size){ 2, 2 }, to_7, PLOT_UTF8);
	expect(&b, 2, "  \n  ");
	plot_series(&b, up, 8, (struct plot_size){ 0, 2 }, to_7, PLOT_UTF8);
	plot_series(&b, up, 8, (struct plot_size){ 2, 0 }, to_7, PLOT_UTF8);
	expect(&b, 0, "");
}

LEAK_TEST(plot, no_peak_is_lost)
{
	double values[1000] = { 0 };
	struct buf b = BUF_INIT;

	values[700] = 7;
	values[100] = (double)NAN;
	plot_series(&b, values, 1000, (struct plot_size){ 10, 1 }, to_7, PLOT_ASCII);
	expect(&b, 10, ".......'..");
}

LEAK_TEST(plot, round_numbers)
{
	static const double cases[][2] = {
		{ 1, 1 },  { 1.1, 1.5 },     { 2.1, 2.5 },	 { 2.6, 3 },
		{ 9, 10 }, { 12431, 15000 }, { 0.03, 0.03 },	 { 1000, 1000 },
		{ 0, 1 },  { -5, 1 },	     { (double)NAN, 1 }, { (double)INFINITY, 1 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		cr_assert_float_eq(plot_round_up(cases[i][0]), cases[i][1], cases[i][1] * 1e-9,
				   "%g: %g", cases[i][0], plot_round_up(cases[i][0]));
}
