/* SPDX-License-Identifier: MIT */
#include "base/timefmt.h"

#include <math.h>
#include <stdlib.h>
#include <time.h>

#include "base/attr.h"
#include "support/leak.h"

static void in_utc(void)
{
	setenv("TZ", "UTC", 1);
	tzset();
}

TestSuite(timefmt, .init = in_utc);

static const int64_t S = 1000000;

LEAK_TEST(timefmt, durations)
{
	static const struct {
		double seconds;
		const char *text;
	} cases[] = {
		{ 0, "0 s" }, { 0.0004, "0.4 ms" }, { 0.00996, "10 ms" }, { 0.25, "250 ms" },
		{ 0.9999, "999 ms" }, { 1, "1 s" }, { 12.9, "12 s" }, { 60, "1 m" },
		{ 252, "4 m 12 s" }, { 11100, "3 h 5 m" }, { 187200, "2 d 4 h" },
		{ 8 * 86400, "8 d" }, { 15 * 86400, "2 w 1 d" }, { 35 * 86400, "5 w" },
		{ -90, "-1 m 30 s" }, { -0.25, "-250 ms" }, { 1e30, "1653439153 w 3 d" },
	};
	struct buf b = BUF_INIT;

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		buf_clear(&b);
		timefmt_duration(&b, cases[i].seconds);
		cr_assert_str_eq(b.data, cases[i].text);
	}
	buf_clear(&b);
	timefmt_duration(&b, (double)NAN);
	timefmt_duration(&b, (double)INFINITY);
	timefmt_duration(&b, -(double)INFINITY);
	cr_assert_str_eq(b.data, "unknowninfinite-infinite");
	buf_release(&b);
}

static void expect_age(int64_t then, int64_t now, const char *expected)
{
	struct buf b = BUF_INIT;

	timefmt_age(&b, then, now);
	cr_assert_str_eq(b.data, expected);
	buf_release(&b);
}

LEAK_TEST(timefmt, ages)
{
	int64_t now = 1790938961 * S; /* 2026-10-02 11:02:41 */

	expect_age(now, now, "just now");
	expect_age(now - S / 2, now, "just now");
	expect_age(now - 12 * S, now, "12 s ago");
	expect_age(now + 250 * S, now, "in 4 m");
	expect_age(now - 7300 * S, now, "2 h ago");
	expect_age(now - 3 * 86400 * S, now, "3 d ago");
	expect_age(now - 20 * 86400 * S, now, "2 w ago");
	expect_age(now - 31 * 86400 * S, now, "2026-09-01");
	expect_age(now + 31 * 86400 * S, now, "2026-11-02");
	expect_age(INT64_MAX, now, "infinity");
	expect_age(INT64_MIN, now, "-infinity");
	expect_age(-63517824000 * S, now, "0044-03-15 BC");
}

LEAK_TEST(timefmt, durations_from_people)
{
	static const struct {
		const char *text;
		double seconds;
	} good[] = {
		{ "250ms", 0.25 }, { "5s", 5 }, { "2m", 120 }, { "1h", 3600 }, { "3d", 259200 },
		{ "1w", 604800 }, { "1m30s", 90 }, { "1 m 30 s", 90 }, { "10", 10 }, { "0.5", 0.5 },
		{ "1.5h", 5400 }, { "0", 0 },
	};
	static const char *const bad[] = {
		"", "s", "5x", "5mins", "-5s", "1m30", "10 20", ".", "5s ago", "1e5s", "..5",
		"1234567890123456",
	};
	double seconds = -1;

	for (size_t i = 0; i < ARRAY_SIZE(good); i++) {
		cr_assert(timefmt_parse_duration(good[i].text, &seconds), "%s", good[i].text);
		cr_assert_float_eq(seconds, good[i].seconds, 1e-9, "%s", good[i].text);
	}
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		cr_assert_not(timefmt_parse_duration(bad[i], &seconds), "%s", bad[i]);
}

LEAK_TEST(timefmt, timestamps)
{
	static const struct {
		const char *text;
		int64_t us;
	} good[] = {
		{ "1970-01-01 00:00:00+00", 0 },
		{ "2026-10-02 11:02:41.123456+00", 1790938961123456 },
		{ "2026-10-02 11:02:41.5", 1790938961500000 },
		{ "2026-10-02T11:02:41Z", 1790938961000000 },
		{ "2026-10-02 13:02:41+02", 1790938961000000 },
		{ "2026-10-02 05:32:41-05:30", 1790938961000000 },
		{ "2026-10-02 11:02:56+00:00:15", 1790938961000000 },
		{ "2026-10-02 11:02", 1790938920000000 },
		{ "2026-10-02", 1790899200000000 },
		{ "1969-12-31 23:59:59.999999+00", -1 },
		{ "2000-02-29 24:00:00+00", 951868800000000 },
		{ "0044-03-15 00:00:00+00 BC", -63517824000000000 },
		{ "0044-03-15 BC", -63517824000000000 },
		{ "0001-01-01 00:00:00+00", -62135596800000000 },
		{ "294276-12-31 23:59:59+00", INT64_MAX - 1 },
		{ "294247-01-10 23:59:59+00", INT64_MAX - 1 },
		{ "294246-01-01 00:00:00+00", 9223339708800000000 },
		{ "infinity", INT64_MAX }, { "-infinity", INT64_MIN },
	};
	static const char *const bad[] = {
		"", "x", "2026", "2026-10", "2026-10-", "2026-13-01", "2026-00-10", "2026-10-32",
		"2026-10-00", "2026-10-02 ", "2026-10-02 11", "2026-10-02 11:", "2026-10-02 11:02:",
		"2026-10-02 11:02:41.", "2026-10-02 11:62:41", "2026-10-02 25:00", "2026-10-02 x",
		"2026-10-02 11:02:41+", "2026-10-02 11:02:41+00:", "2026-10-02 11:02:41 AD",
		"999999-01-01", "300000-01-01 BC", "2026-10-02 11:02:41+00:00:", "2026-10-02T",
	};
	int64_t us;

	for (size_t i = 0; i < ARRAY_SIZE(good); i++) {
		us = 99;
		cr_assert(timefmt_parse_timestamp(good[i].text, &us), "%s", good[i].text);
		cr_assert_eq(us, good[i].us, "%s: %lld", good[i].text, (long long)us);
	}
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		cr_assert_not(timefmt_parse_timestamp(bad[i], &us), "%s", bad[i]);
}

LEAK_TEST(timefmt, instants_and_back)
{
	static const char *const texts[] = {
		"2026-10-02 11:02:41", "1969-12-31 23:59:59", "0001-01-01 00:00:00",
		"0044-03-15 12:00:00 BC", "1900-03-01 00:00:00", "12026-02-28 06:07:08",
		"infinity", "-infinity",
	};
	struct buf b = BUF_INIT;
	int64_t us;

	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		buf_clear(&b);
		cr_assert(timefmt_parse_timestamp(texts[i], &us), "%s", texts[i]);
		timefmt_instant(&b, us);
		cr_assert_str_eq(b.data, texts[i]);
	}
	buf_release(&b);
}

LEAK_TEST(timefmt, local_zone)
{
	struct buf b = BUF_INIT;

	setenv("TZ", "XYZ-2", 1); /* two hours east */
	tzset();
	timefmt_instant(&b, 0);
	cr_assert_str_eq(b.data, "1970-01-01 02:00:00");
	buf_release(&b);
}

LEAK_TEST(timefmt, clocks)
{
	int64_t before = time_monotonic_us();

	cr_assert_gt(time_now_us(), 1700000000 * S);
	cr_assert_geq(time_monotonic_us(), before);
}
