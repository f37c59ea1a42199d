/* SPDX-License-Identifier: MIT */
#include "base/num.h"

#include <math.h>

#include "base/attr.h"
#include "support/leak.h"

LEAK_TEST(num, larger_and_smaller)
{
	const double nan = (double)NAN, inf = (double)INFINITY;

	cr_assert_eq(num_max(1, 2), 2);
	cr_assert_eq(num_max(2, -1), 2);
	cr_assert_eq(num_min(1, 2), 1);
	cr_assert_eq(num_min(inf, 2), 2);
	/* NaN never wins, on neither side. */
	cr_assert_eq(num_max(nan, 2), 2);
	cr_assert_eq(num_max(2, nan), 2);
	cr_assert_eq(num_min(nan, 2), 2);
	cr_assert_eq(num_min(2, nan), 2);
	cr_assert(isnan(num_max(nan, nan)));
}

LEAK_TEST(num, rounds_to_the_nearest)
{
	static const struct {
		double v;
		long is;
	} cases[] = {
		{ 0, 0 },     { 0.4, 0 },   { 0.5, 1 },	 { 1.49, 1 },
		{ -0.4, 0 },  { -0.5, -1 }, { -2.6, -3 }, { 1e15, 1000000000000000 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		cr_assert_eq(num_round(cases[i].v), cases[i].is, "%g", cases[i].v);
}

LEAK_TEST(num, rests)
{
	cr_assert_eq(num_rest(0, 60), 0);
	cr_assert_eq(num_rest(59.5, 60), 59.5);
	cr_assert_eq(num_rest(60, 60), 0);
	cr_assert_eq(num_rest(3661, 60), 1);
	cr_assert_eq(num_rest(2821109907455, 36), 35);
}

LEAK_TEST(num, fifth_roots)
{
	for (double v = 1; v > 1e-9; v *= 0.9)
		cr_assert_float_eq(num_root5(v), pow(v, 0.2), 1e-12, "%g", v);
}

LEAK_TEST(num, power_of_ten_that_a_number_begins_with)
{
	static const struct {
		double v, is;
	} cases[] = {
		{ 1, 1 },	 { 9.99, 1 },	  { 10, 10 },	  { 314, 100 },	 { 1e15, 1e15 },
		{ 999999, 1e5 }, { 0.5, 0.1 },	  { 0.1, 0.1 },	  { 0.0314, 0.01 },
		{ 0.001, 0.001 }, { 3e-9, 1e-9 }, { 0, 1 },	  { -5, 1 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		cr_assert_eq(num_magnitude(cases[i].v), cases[i].is, "%g", cases[i].v);
	cr_assert_eq(num_magnitude((double)INFINITY), 1);
	cr_assert_eq(num_magnitude((double)NAN), 1);
	/* The ends of what a double holds end the search too. */
	cr_assert_gt(num_magnitude(1e308), 9e307);
	cr_assert_gt(num_magnitude(5e-324), 0);
}
