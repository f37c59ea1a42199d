/* SPDX-License-Identifier: MIT */
#include "base/decimal.h"

#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/attr.h"
#include "support/leak.h"

LEAK_TEST(decimal, valid)
{
	static const char *const good[] = {
		"0", "-0", "+1", "12.50", ".5", "5.", "1e10", "1E-10", "1.5e+3",
		"1234567890123456789012345678901234567890.1234567890", "1e999999999999999999999999",
	};
	static const char *const bad[] = {
		"", "-", ".", "e5", "1e", "1e+", "1x", "NaN", "Infinity", "1 ", " 1", "1e5x",
		"0x10", "--1", "1.2.3",
	};

	for (size_t i = 0; i < ARRAY_SIZE(good); i++)
		cr_assert(decimal_valid(good[i]), "%s", good[i]);
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		cr_assert_not(decimal_valid(bad[i]), "%s", bad[i]);
}

LEAK_TEST(decimal, compare)
{
	/* Each is smaller than the next. */
	static const char *const order[] = {
		"-1e999999999999999999999", "-1000000000000000000", "-999999999999999999", "-20",
		"-3.5", "-3.49", "-0.001", "0", "1e-400", "0.1", "0.11", "1", "9.99", "10", "11",
		"100", "999999999999999999", "1000000000000000000", "9223372036854775808",
		"92233720368547758070", "1e400", "1.1e400",
	};
	static const char *const same[][2] = {
		{ "1.0", "1.00" }, { "10e-1", "1" }, { "-0", "0.000" }, { "0e5", "0" },
		{ "100", "1e2" }, { "007", "7" }, { "-1.50", "-15e-1" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(order); i++)
		for (size_t j = 0; j < ARRAY_SIZE(order); j++)
			cr_assert_eq(decimal_compare(order[i], order[j]), (i > j) - (i < j),
				     "%s and %s", order[i], order[j]);
	for (size_t i = 0; i < ARRAY_SIZE(same); i++)
		cr_assert_eq(decimal_compare(same[i][0], same[i][1]), 0, "%s", same[i][0]);
}

Test(decimal, compare_wants_numbers, .signal = SIGABRT)
{
	decimal_compare("1", "NaN");
}

static void expect(char *got, const char *expected)
{
	cr_assert_not_null(got, "NULL instead of %s", expected);
	cr_assert_str_eq(got, expected);
	free(got);
}

LEAK_TEST(decimal, add_and_subtract)
{
	expect(decimal_add("0.1", "0.2"), "0.3");
	expect(decimal_add("10.00", "0.005"), "10.005");
	expect(decimal_add("-0.5", "0.50"), "0.00");
	expect(decimal_subtract("1", "1.00"), "0.00");
	expect(decimal_subtract("5", "12"), "-7");
	expect(decimal_subtract("-5", "-12"), "7");
	expect(decimal_subtract("0.03", "0.05"), "-0.02");
	expect(decimal_add("99", "1"), "100");
	expect(decimal_add("1e3", "1"), "1001");
	expect(decimal_add("1.5e-3", "0"), "0.0015");
	expect(decimal_add("0", "0"), "0");
	expect(decimal_add("99999999999999999999999999999999999999.99", "0.01"),
	       "100000000000000000000000000000000000000.00");
	cr_assert_null(decimal_add("1e3000", "1"));
	cr_assert_null(decimal_add("1e-3000", "1"));
	cr_assert_null(decimal_add("1e1500", "1e-1500"));
	cr_assert_null(decimal_add("NaN", "1"));
	cr_assert_null(decimal_subtract("1", ""));
}

/* Against the arithmetic of the machine, in cents. */
LEAK_TEST(decimal, agrees_with_integers)
{
	uint64_t seed = 20261002;

	for (int i = 0; i < 2000; i++) {
		char a[32], b[32], *sum;
		int64_t x, y, z;

		seed = seed * 6364136223846793005u + 1442695040888963407u;
		x = (int64_t)(seed >> 33) % 2000000 - 1000000;
		y = (int64_t)(seed >> 13 & 0xFFFFF) - 500000;
		snprintf(a, sizeof a, "%" PRId64 "e-2", x);
		snprintf(b, sizeof b, "%s%lld.%02d", y < 0 ? "-" : "", llabs(y) / 100,
			 (int)(llabs(y) % 100));
		sum = decimal_add(a, b);
		z = x + y;
		snprintf(a, sizeof a, "%s%lld.%02d", z < 0 ? "-" : "", llabs(z) / 100,
			 (int)(llabs(z) % 100));
		cr_assert_str_eq(sum, a, "turn %d", i);
		free(sum);
	}
}
