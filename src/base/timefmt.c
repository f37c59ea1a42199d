/* SPDX-License-Identifier: MIT */
#include "base/timefmt.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/attr.h"

enum { SECOND_US = 1000000 };

static const struct unit {
	const char *name;
	int64_t seconds;
} units[] = {
	{ "w", 604800 }, { "d", 86400 }, { "h", 3600 }, { "m", 60 }, { "s", 1 },
};

/* The largest unit that is worth it: weeks begin at two, below that days are clearer. */
static size_t leading_unit(int64_t seconds)
{
	size_t u = seconds >= 2 * units[0].seconds ? 0 : 1;

	while (u + 1 < ARRAY_SIZE(units) && seconds < units[u].seconds)
		u++;
	return u;
}

void timefmt_duration(struct buf *out, double seconds)
{
	int64_t whole, rest;
	size_t u;

	if (isnan(seconds) || isinf(seconds)) {
		buf_adds(out, isnan(seconds) ? "unknown" : seconds < 0 ? "-infinite" : "infinite");
		return;
	}
	if (seconds < 0)
		buf_addc(out, '-');
	seconds = fabs(seconds);
	if (seconds > 1e15)
		seconds = 1e15;
	if (seconds > 0 && seconds < 1) {
		double ms = seconds * 1000;

		buf_addf(out, ms < 9.95 ? "%.1f ms" : "%.0f ms", ms > 999 ? 999 : ms);
		return;
	}
	whole = (int64_t)seconds;
	u = leading_unit(whole);
	buf_addf(out, "%lld %s", (long long)(whole / units[u].seconds), units[u].name);
	if (u + 1 == ARRAY_SIZE(units))
		return;
	rest = whole % units[u].seconds / units[u + 1].seconds;
	if (rest)
		buf_addf(out, " %lld %s", (long long)rest, units[u + 1].name);
}

/* Broken-down local time; false if it cannot be expressed. */
static bool local_time(int64_t us, struct tm *tm)
{
	int64_t s = us / SECOND_US - (us % SECOND_US < 0);
	time_t t = (time_t)s;

	return localtime_r(&t, tm) != NULL;
}

static void add_date(struct buf *out, const struct tm *tm)
{
	int year = tm->tm_year + 1900;

	buf_addf(out, "%04d-%02d-%02d", year > 0 ? year : 1 - year, tm->tm_mon + 1, tm->tm_mday);
}

/* A column of ages is as many of these as there are rows, each time the screen turns a page. */
static void add_number(struct buf *out, int64_t n)
{
	char text[24], *s = text + sizeof text;

	do
		*--s = (char)('0' + n % 10);
	while ((n /= 10) > 0);
	buf_add(out, s, (size_t)(text + sizeof text - s));
}

void timefmt_age(struct buf *out, int64_t then_us, int64_t now_us)
{
	bool future = then_us > now_us;
	uint64_t span = future ? (uint64_t)then_us - (uint64_t)now_us
			       : (uint64_t)now_us - (uint64_t)then_us;
	int64_t s = (int64_t)(span / SECOND_US);
	struct tm tm;
	size_t u;

	if (then_us == INT64_MAX || then_us == INT64_MIN) {
		buf_adds(out, future ? "infinity" : "-infinity");
	} else if (s == 0) {
		buf_adds(out, "just now");
	} else if (s > 30 * 86400 && local_time(then_us, &tm)) {
		add_date(out, &tm);
		if (tm.tm_year + 1900 <= 0)
			buf_adds(out, " BC");
	} else {
		u = leading_unit(s);
		buf_adds(out, future ? "in " : "");
		add_number(out, s / units[u].seconds);
		buf_addc(out, ' ');
		buf_adds(out, units[u].name);
		buf_adds(out, future ? "" : " ago");
	}
}

void timefmt_instant(struct buf *out, int64_t us)
{
	struct tm tm;

	if (us == INT64_MAX || us == INT64_MIN || !local_time(us, &tm)) {
		buf_adds(out, us < 0 ? "-infinity" : "infinity");
		return;
	}
	add_date(out, &tm);
	buf_addf(out, " %02d:%02d:%02d", tm.tm_hour, tm.tm_min, tm.tm_sec);
	if (tm.tm_year + 1900 <= 0)
		buf_adds(out, " BC");
}

static double unit_seconds(const char *name, size_t len)
{
	if (len == 2 && !strncmp(name, "ms", 2))
		return 0.001;
	for (size_t i = 0; i < ARRAY_SIZE(units); i++)
		if (len == 1 && name[0] == units[i].name[0])
			return (double)units[i].seconds;
	return 0;
}

bool timefmt_parse_duration(const char *s, double *seconds)
{
	double sum = 0;
	bool any = false;

	while (*s) {
		const char *number = s;
		size_t len;
		double n, unit;

		while (isdigit((unsigned char)*s) || *s == '.')
			s++;
		if (s == number || strspn(number, ".") || (size_t)(s - number) > 15)
			return false;
		n = strtod(number, NULL);
		while (*s == ' ')
			s++;
		for (len = 0; isalpha((unsigned char)s[len]); len++)
			;
		if (!len && any)
			return false;
		unit = len ? unit_seconds(s, len) : 1;
		if (unit <= 0)
			return false;
		sum += n * unit;
		s += len;
		if (!len && *s)
			return false;
		while (*s == ' ')
			s++;
		any = true;
	}
	*seconds = sum;
	return any;
}

/* Up to max digits; false if there is none. */
static bool digits(const char **s, int max, int64_t *n)
{
	const char *start = *s;

	for (*n = 0; *s - start < max && isdigit((unsigned char)**s); ++*s)
		*n = *n * 10 + (**s - '0');
	return *s > start;
}

static bool skip(const char **s, char c)
{
	if (**s != c)
		return false;
	++*s;
	return true;
}

/* Days since 1970-01-01 of a date in the proleptic Gregorian calendar (year 0 is 1 BC). */
static int64_t days_from_civil(int64_t y, int64_t m, int64_t d)
{
	int64_t era, yoe, doy;

	y -= m <= 2;
	era = (y >= 0 ? y : y - 399) / 400;
	yoe = y - era * 400;
	doy = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1;
	return era * 146097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719468;
}

/* "11:02:41.123456" as microseconds. */
static bool parse_clock(const char **s, int64_t *us)
{
	int64_t h, m, sec = 0, frac = 0;

	if (!digits(s, 2, &h) || !skip(s, ':') || !digits(s, 2, &m))
		return false;
	if (skip(s, ':') && !digits(s, 2, &sec))
		return false;
	if (skip(s, '.')) {
		const char *start = *s;

		if (!digits(s, 6, &frac))
			return false;
		for (ptrdiff_t n = *s - start; n < 6; n++)
			frac *= 10;
	}
	*us = ((h * 60 + m) * 60 + sec) * SECOND_US + frac;
	return h <= 24 && m < 60 && sec <= 60;
}

/* "+00", "-04:30", "+05:30:15", or nothing, which is UTC. */
static bool parse_offset(const char **s, int64_t *us)
{
	int64_t h, m = 0, sec = 0;
	bool minus = **s == '-';

	*us = 0;
	if (skip(s, 'Z') || (**s != '-' && **s != '+'))
		return true;
	++*s;
	if (!digits(s, 2, &h) || (skip(s, ':') && !digits(s, 2, &m)) ||
	    (skip(s, ':') && !digits(s, 2, &sec)))
		return false;
	*us = ((h * 60 + m) * 60 + sec) * SECOND_US;
	if (minus)
		*us = -*us;
	return true;
}

bool timefmt_parse_timestamp(const char *s, int64_t *us)
{
	int64_t year, month, day, clock = 0, offset = 0;

	if (!strcmp(s, "infinity") || !strcmp(s, "-infinity")) {
		*us = s[0] == '-' ? INT64_MIN : INT64_MAX;
		return true;
	}
	if (!digits(&s, 6, &year) || !skip(&s, '-') || !digits(&s, 2, &month) || !skip(&s, '-') ||
	    !digits(&s, 2, &day))
		return false;
	if (month < 1 || month > 12 || day < 1 || day > 31)
		return false;
	if ((skip(&s, 'T') || (s[0] == ' ' && isdigit((unsigned char)s[1]) && skip(&s, ' '))) &&
	    (!parse_clock(&s, &clock) || !parse_offset(&s, &offset)))
		return false;
	if (!strcmp(s, " BC"))
		year = 1 - year;
	else if (*s)
		return false;
	if (year > 294276 || year < -290000)
		return false;
	/* PostgreSQL counts from 2000: its last years are beyond ours, yet finite. */
	if (__builtin_mul_overflow(days_from_civil(year, month, day), 86400LL * SECOND_US, us) ||
	    __builtin_add_overflow(*us, clock - offset, us))
		*us = INT64_MAX - 1;
	return true;
}

static int64_t clock_us(clockid_t id)
{
	struct timespec ts;

	clock_gettime(id, &ts);
	return (int64_t)ts.tv_sec * SECOND_US + ts.tv_nsec / 1000;
}

int64_t time_now_us(void)
{
	return clock_us(CLOCK_REALTIME);
}

int64_t time_monotonic_us(void)
{
	return clock_us(CLOCK_MONOTONIC);
}
