/* SPDX-License-Identifier: MIT */
#include "ui/panel.h"

#include <locale.h>
#include <math.h>
#include <string.h>

#include "support/leak.h"

static void shows(const struct canvas *c, const char *expected)
{
	struct buf out = BUF_INIT;

	canvas_to_text(c, &out);
	cr_assert_str_eq(out.data, expected);
	buf_release(&out);
}

/* Who listens gets the numbers that a chart draws. */
LEAK_TEST(panel, plain_charts_are_numbers)
{
	static const double values[] = { 3, 120, (double)NAN, 87 };
	static const char *const rows[] = { "Mon", "Tue" }, *const columns[] = { "09", "10" };
	static const struct panel_bar bars[] = { { "< 1 s", "7", 7, 0 },
						 { "older", "0", 0, 0 } };
	struct canvas *c;

	setlocale(LC_ALL, "C.UTF-8");
	c = canvas_new(3, 60);
	canvas_plain(c, true);
	panel_paint_series(
		c, &(struct panel_series){ "LOAD", values, 4, "0", "200", "a", "b",
					   "3 to 120, last 87", NULL });
	shows(c, "LOAD\nfrom a to b: 3 to 120, last 87\n\n");
	canvas_clear(c, STYLE_NORMAL);
	panel_paint_heat(
		c, &(struct panel_grid){ "HEAT", rows, columns, 2, 2, values, NULL, NULL });
	shows(c, "HEAT\nMon: 09 3, 10 120\nTue: 10 87\n");
	canvas_clear(c, STYLE_NORMAL);
	panel_paint_stack(
		c, &(struct panel_grid){ "STACK", rows, columns, 2, 2, values, NULL, NULL });
	shows(c, "STACK\nMon: 09 3, 10 120\nTue: 10 87\n");
	canvas_clear(c, STYLE_NORMAL);
	panel_paint_histogram(c, "AGE", bars, 2);
	shows(c, "AGE\n < 1 s     7\n older     0\n");
	canvas_clear(c, STYLE_NORMAL);
	panel_paint_number(c, &(struct panel_number){ "DUE", "12", PANEL_CRITICAL, values, 4 });
	shows(c, "DUE 12 ● critical\n\n\n");
	canvas_free(&c);
}

/* Names of columns are what one looks for: cells are as wide as they want, where there is
 * room; without colours the shades tell. */
LEAK_TEST(panel, a_heat_map_shows_its_names)
{
	const char *rows[] = { "orders", "a_relation_of_a_long_name" };
	const char *columns[] = { "acme-bakery", "northwind-hardware" };
	const double values[] = { 10, 100, 50, 70 };
	const char *texts[] = { "10 kB", "100 kB", "50 kB", "70 kB" };
	const char *steps[] = { "25 kB", "50 kB", "75 kB" };
	struct panel_grid g = { "HEAT", rows, columns, 2, 2, values, texts, NULL };
	struct canvas *c = canvas_new(4, 80);

	setlocale(LC_ALL, "C");
	panel_paint_heat(c, &g);
	shows(c, "HEAT\n"
		 "                            acme-bakery         northwind-hardware\n"
		 " orders                     ..  10 kB           ## 100 kB\n"
		 " a_relation_of_a_long_name  ==  50 kB           ==  70 kB\n");
	canvas_resize(c, 4, 40);
	panel_paint_heat(c, &g);
	shows(c, "HEAT\n"
		 "                           acme~ north~\n"
		 " orders                    ..... #####\n"
		 " a_relation_of_a_long_na~  ===== =====\n");
	/* Heads in steps, and what the shades mean where no numbers stand. */
	canvas_resize(c, 9, 40);
	g.steps = steps;
	panel_paint_heat(c, &g);
	shows(c, "HEAT\n"
		 "                           acme-bakery\n"
		 "                     northwind-hardware\n"
		 " orders                    ..... #####\n"
		 " a_relation_of_a_long_na~  ===== =====\n"
		 " . below 25 kB  : 25 kB  = 50 kB  # 75 ~\n\n\n\n");
	canvas_free(&c);
}

/* Whatever the data is, something that can be read comes of it, at any width. */
LEAK_TEST(panel, odd_data_can_be_read)
{
	static const double sets[][3] = {
		{ 7, 7, 7 },
		{ 0, 0, 0 },
		{ (double)NAN, 5, 5 },
		{ (double)NAN, (double)NAN, (double)NAN },
		{ -5, 0, 5 },
		{ 1e300, 1, (double)INFINITY },
		{ -1e18, -1e17, -1e18 },
	};
	static const char *const rows[] = { "one" }, *const columns[] = { "a", "b", "c" };
	const char *const locales[] = { "C", "C.UTF-8" };

	for (size_t l = 0; l < ARRAY_SIZE(locales); l++) {
		setlocale(LC_ALL, locales[l]);
		for (size_t i = 0; i < ARRAY_SIZE(sets); i++)
			for (int cols = 1; cols < 60; cols += 7)
				for (size_t n = 0; n <= 3; n++) {
					struct canvas *c = canvas_new(6, cols);
					struct panel_bar bars[3] = {
						{ "a", "1", sets[i][0], 0 },
						{ "b", "2", sets[i][1], 0 },
						{ "c", "3", sets[i][2], 0 },
					};
					struct panel_grid g = { "G",	   rows, columns,
								n ? 1 : 0, n,	 sets[i],
								NULL,	   NULL };

					panel_paint_series(c, &(struct panel_series){
								      "S", sets[i], n, "0", "9",
								      "a", "b", "0 to 9", "4" });
					panel_paint_histogram(c, "H", bars, n);
					panel_paint_bars(
						c, &(struct panel_bars){ "B", bars, n, 0, -1 });
					panel_paint_heat(c, &g);
					panel_paint_stack(c, &g);
					panel_paint_number(
						c, &(struct panel_number){ "N", "1", PANEL_OK,
									   sets[i], n });
					canvas_free(&c);
				}
	}
}

/* What a chart says is beside its title in words; equal values are a line, none are none. */
LEAK_TEST(panel, a_series_says_its_numbers)
{
	const double flat[] = { 5, 5, 5, 5 }, none[] = { (double)NAN, (double)NAN };
	struct canvas *c = canvas_new(5, 24);

	setlocale(LC_ALL, "C");
	panel_paint_series(c, &(struct panel_series){ "LOAD", flat, 4, "0", "5", "9:00",
						      "10:00", "always 5", NULL });
	shows(c, "LOAD  always 5\n"
		 "5|'''''''''''''''''''''\n"
		 " |\n"
		 "0|\n"
		 "  9:00            10:00\n");
	canvas_clear(c, STYLE_NORMAL);
	panel_paint_series(
		c, &(struct panel_series){ "LOAD", none, 2, "0", "1", NULL, NULL, "unknown",
					   NULL });
	shows(c, "LOAD  unknown\n1|\n |\n0|\n\n");
	canvas_free(&c);
}

/* 0 is on the axis wherever it lies; half-way stands where there is a row for it; one value is at
 * one place. */
LEAK_TEST(panel, an_axis_has_its_numbers)
{
	const double both[] = { -3, 3 }, below[] = { -5, -2 }, one[] = { 4 };
	struct canvas *c = canvas_new(9, 16);
	double low, high;

	setlocale(LC_ALL, "C");
	panel_paint_series(c, &(struct panel_series){ "N", both, 2, "-3", "3", "a", "b",
						      "-3 to 3", "half" });
	shows(c, "N  -3 to 3\n"
		 "   3|     :''''\n"
		 "    |     :\n"
		 "    |     :\n"
		 "   0|     :\n"
		 "    |     :\n"
		 "    |     :\n"
		 "  -3|.....'\n"
		 "     a        b\n");
	canvas_clear(c, STYLE_NORMAL);
	panel_paint_series(
		c, &(struct panel_series){ "N", one, 1, "0", "4", "a", "a", "4", "2" });
	shows(c, "N  4\n"
		 "4|'''''''''''''\n"
		 " |\n"
		 " |\n"
		 "2|\n"
		 " |\n"
		 " |\n"
		 "0|\n"
		 "  a\n");
	panel_axis(below, 2, &low, &high);
	cr_assert_float_eq(low, -5, 1e-9);
	cr_assert_float_eq(high, 0, 1e-9);
	canvas_free(&c);
}

/* A few large ones do not make all others alike. */
LEAK_TEST(panel, a_heat_map_grades_what_differs)
{
	double steps[HEAT_STEPS];

	panel_heat_scale((const double[]){ 10, 100, (double)NAN, 0 }, 4, steps);
	cr_assert_float_eq(steps[0], 25, 1e-9);
	cr_assert_float_eq(steps[2], 75, 1e-9);
	panel_heat_scale((const double[]){ 1, 6400, 3 }, 3, steps);
	cr_assert_float_eq(steps[0], 100, 1e-9);
	cr_assert_float_eq(steps[1], 400, 1e-9);
	cr_assert_float_eq(steps[2], 1600, 1e-9);
}

/* A state is a word and a sign, whatever its colour is. */
LEAK_TEST(panel, a_state_is_a_word)
{
	struct canvas *c = canvas_new(1, 40);

	setlocale(LC_ALL, "C.UTF-8");
	panel_paint_number(c, &(struct panel_number){ "DUE", "12", PANEL_WARNING, NULL, 0 });
	shows(c, "DUE 12 ● warning\n");
	canvas_free(&c);
}
