/* SPDX-License-Identifier: MIT */
#include "domain/dayinput.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/attr.h"

/* ---- the calendar ---- */

int days_in_month(int year, int month)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	return days[month - 1] + (month == 2 && leap);
}

bool day_valid(const struct day *d)
{
	return d->year >= 1 && d->year <= 9999 && d->month >= 1 && d->month <= 12 &&
	       d->day >= 1 && d->day <= days_in_month(d->year, d->month);
}

/* Years begin in March here, so that the odd day comes last (H. Hinnant, "chrono-compatible
 * low-level date algorithms"). */
int64_t day_number(const struct day *d)
{
	int64_t y = d->month <= 2 ? d->year - 1 : d->year;
	int64_t era = (y >= 0 ? y : y - 399) / 400;
	int64_t yoe = y - era * 400;
	int64_t doy = (153 * (d->month + (d->month > 2 ? -3 : 9)) + 2) / 5 + d->day - 1;

	return era * 146097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719468;
}

struct day day_of_number(int64_t n)
{
	int64_t z = n + 719468;
	int64_t era = (z >= 0 ? z : z - 146096) / 146097;
	int64_t doe = z - era * 146097;
	int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	int64_t mp = (5 * doy + 2) / 153;
	int month = (int)(mp < 10 ? mp + 3 : mp - 9);

	return (struct day){ (int)(yoe + era * 400 + (month <= 2)), month,
			     (int)(doy - (153 * mp + 2) / 5 + 1) };
}

int day_weekday(int64_t n)
{
	int64_t w = (n + 3) % 7; /* day 0 is a Thursday */

	return (int)(w < 0 ? w + 7 : w) + 1;
}

struct day day_add_months(const struct day *d, int months)
{
	int m = d->year * 12 + d->month - 1 + months;
	struct day out = { m / 12, m % 12 + 1, d->day };
	int last;

	if (m < 12)
		return (struct day){ 0 }; /* before year 1: not valid */
	last = days_in_month(out.year, out.month);
	out.day = out.day < last ? out.day : last;
	return out;
}

void day_write(struct buf *out, const struct day *d)
{
	buf_addf(out, "%04d-%02d-%02d", d->year, d->month, d->day);
}

static bool digits(const char **s, int least, int most, int *out)
{
	int n = 0;

	for (*out = 0; n < most && isdigit((unsigned char)**s); n++)
		*out = *out * 10 + *(*s)++ - '0';
	return n >= least;
}

bool day_read(const char *text, struct day *out)
{
	return digits(&text, 4, 4, &out->year) && *text++ == '-' &&
	       digits(&text, 2, 2, &out->month) && *text++ == '-' &&
	       digits(&text, 2, 2, &out->day) && (!*text || *text == ' ' || *text == 'T') &&
	       day_valid(out);
}

/* ---- what people write ---- */

static size_t word_len(const char *s)
{
	size_t n = 0;

	while (isalpha((unsigned char)s[n]))
		n++;
	return n;
}

static bool word_is(const char *s, size_t n, const char *word)
{
	return strlen(word) == n && strncasecmp(s, word, n) == 0;
}

/* 1 to 7, by at least three letters; 0: none. */
static int weekday_named(const char *s, size_t n)
{
	static const char *const names[] = { "monday", "tuesday",  "wednesday", "thursday",
					     "friday", "saturday", "sunday" };

	for (size_t i = 0; n >= 3 && i < ARRAY_SIZE(names); i++)
		if (n <= strlen(names[i]) && strncasecmp(names[i], s, n) == 0)
			return (int)i + 1;
	return 0;
}

static const char *skip(const char *s)
{
	while (*s == ' ')
		s++;
	return s;
}

/* +3d, -1mo2w: every part carries the sign. */
static bool parse_offset(const char *s, const struct day *today, struct day *out,
			 const char **rest)
{
	int sign = *s++ == '-' ? -1 : 1;
	int64_t days = 0;
	int months = 0, n;

	do {
		size_t len;

		if (!digits(&s, 1, 5, &n))
			return false;
		s = skip(s);
		len = word_len(s);
		if (word_is(s, len, "d") || word_is(s, len, "day") || word_is(s, len, "days"))
			days += n;
		else if (word_is(s, len, "w") || word_is(s, len, "week") ||
			 word_is(s, len, "weeks"))
			days += 7 * n;
		else if (word_is(s, len, "mo") || word_is(s, len, "month") ||
			 word_is(s, len, "months"))
			months += n;
		else if (word_is(s, len, "y") || word_is(s, len, "year") ||
			 word_is(s, len, "years"))
			months += 12 * n;
		else
			return false;
		s += len;
	} while (isdigit((unsigned char)*s));
	if (months > 12 * 9999)
		return false;
	*out = day_add_months(today, sign * months);
	if (!day_valid(out))
		return false;
	*out = day_of_number(day_number(out) + sign * days);
	*rest = s;
	return true;
}

/* "mon", "next mon", "last mon" */
static bool parse_weekday(const char *s, const struct day *today, struct day *out,
			  const char **rest)
{
	int64_t n = day_number(today);
	size_t len = word_len(s);
	bool next = word_is(s, len, "next"), last = word_is(s, len, "last");
	int wanted, ahead;

	if (next || last) {
		s = skip(s + len);
		len = word_len(s);
	}
	wanted = weekday_named(s, len);
	if (!wanted)
		return false;
	ahead = (wanted - day_weekday(n) + 7) % 7;
	if (last)
		ahead = ahead ? ahead - 7 : -7;
	else if (next && !ahead)
		ahead = 7;
	*out = day_of_number(n + ahead);
	*rest = s + len;
	return true;
}

static bool parse_word(const char *s, const struct day *today, struct day *out,
		       const char **rest)
{
	static const struct {
		const char *word;
		int days;
	} near[] = { { "today", 0 }, { "now", 0 }, { "tomorrow", 1 }, { "yesterday", -1 } };
	size_t len = word_len(s);

	for (size_t i = 0; i < ARRAY_SIZE(near); i++)
		if (word_is(s, len, near[i].word)) {
			*out = day_of_number(day_number(today) + near[i].days);
			*rest = s + len;
			return true;
		}
	if (word_is(s, len, "eom") || word_is(s, len, "bom")) {
		*out = *today;
		out->day = (*s | 32) == 'b' ? 1 : days_in_month(today->year, today->month);
		*rest = s + len;
		return true;
	}
	return parse_weekday(s, today, out, rest);
}

/* "12", "24.11.", "24.11.2026" */
static bool parse_dotted(const char *s, const struct day *today, struct day *out,
			 const char **rest)
{
	*out = *today;
	if (!digits(&s, 1, 2, &out->day))
		return false;
	if (*s == '.') {
		s++;
		if (isdigit((unsigned char)*s) &&
		    (!digits(&s, 1, 2, &out->month) || *s++ != '.'))
			return false;
		if (isdigit((unsigned char)*s)) {
			const char *from = s;

			if (!digits(&s, 2, 4, &out->year) || s - from == 3)
				return false;
			out->year += s - from == 2 ? 2000 : 0;
		}
	}
	*rest = s;
	return true;
}

bool day_parse(const char *text, const struct day *today, struct day *out, const char **rest)
{
	const char *s = skip(text);
	bool ok;

	if (*s == '+' || *s == '-')
		ok = parse_offset(s, today, out, rest);
	else if (isdigit((unsigned char)*s))
		ok = parse_dotted(s, today, out, rest);
	else
		ok = parse_word(s, today, out, rest);
	if (!ok || !day_valid(out) || (**rest && **rest != ' '))
		return false;
	*rest = skip(*rest);
	return true;
}
