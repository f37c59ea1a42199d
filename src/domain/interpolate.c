/* SPDX-License-Identifier: MIT */
#include "domain/interpolate.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/num.h"
#include "base/timefmt.h"
#include "domain/pgtype.h"

static bool between_numbers(struct buf *out, uint32_t type, const char *low, const char *high,
			    double part)
{
	char *end_low, *end_high;
	double a = strtod(low, &end_low), b = strtod(high, &end_high);
	double v = a + (b - a) * part;

	if (*end_low || *end_high || !isfinite(v))
		return false;
	if (type == PGTYPE_INT8 || type == PGTYPE_INT4 || type == PGTYPE_INT2)
		buf_addf(out, "%.0f", v);
	else
		buf_addf(out, "%.15g", v);
	return true;
}

static bool between_times(struct buf *out, uint32_t type, const char *low, const char *high,
			  double part)
{
	int64_t a, b;
	struct tm tm;
	char text[40];

	if (!timefmt_parse_timestamp(low, &a) || !timefmt_parse_timestamp(high, &b) ||
	    a == INT64_MIN || b == INT64_MAX)
		return false;
	double seconds = (double)a / 1e6 + ((double)b - (double)a) / 1e6 * part;
	time_t t = (time_t)seconds;
	if (!gmtime_r(&t, &tm) || tm.tm_year < -1899 || tm.tm_year > 8099)
		return false;
	strftime(text, sizeof text, type == PGTYPE_DATE ? "%Y-%m-%d" : "%Y-%m-%d %H:%M:%S",
		 &tm);
	buf_adds(out, text);
	if (type == PGTYPE_TIMESTAMPTZ)
		buf_adds(out, "+00");
	return true;
}

/* The first 60 bits decide; the rest is zero. */
static bool uuid_head(const char *s, uint64_t *head)
{
	int digits = 0;

	*head = 0;
	for (; *s && digits < 15; s++) {
		if (*s == '-')
			continue;
		if (!isxdigit((unsigned char)*s))
			return false;
		char digit[2] = { *s, '\0' };
		*head = *head << 4 | strtoul(digit, NULL, 16);
		digits++;
	}
	return digits == 15;
}

static bool between_uuids(struct buf *out, const char *low, const char *high, double part)
{
	uint64_t a, b;

	if (!uuid_head(low, &a) || !uuid_head(high, &b) || b < a)
		return false;
	uint64_t v = a + (uint64_t)((double)(b - a) * part);
	buf_addf(out, "%08x-%04x-%03x0-0000-000000000000", (unsigned)(v >> 28),
		 (unsigned)(v >> 12 & 0xffff), (unsigned)(v & 0xfff));
	return true;
}

/* The digits that a character may be one of, judged by both ends. */
struct digits {
	char first;
	int n;
};

static struct digits digits_of(char a, char b)
{
	if (isdigit((unsigned char)a) && isdigit((unsigned char)b))
		return (struct digits){ '0', 10 };
	if (isupper((unsigned char)a) && isupper((unsigned char)b))
		return (struct digits){ 'A', 26 };
	if (islower((unsigned char)a) && islower((unsigned char)b))
		return (struct digits){ 'a', 26 };
	return (struct digits){ ' ', 95 };
}

static int digit(struct digits d, char c)
{
	int v = c - d.first;

	return v < 0 ? 0 : v >= d.n ? d.n - 1 : v;
}

static bool between_texts(struct buf *out, const char *low, const char *high, double part)
{
	struct digits kinds[8];
	double a = 0, b = 0;
	size_t same = 0, n = 0;

	while (low[same] && low[same] == high[same] && !((unsigned char)low[same] & 0x80))
		same++;
	const char *l = low + same, *h = high + same;
	for (;
	     n < 8 && (*l || *h) && !((unsigned char)*l & 0x80) && !((unsigned char)*h & 0x80);
	     n++) {
		kinds[n] = digits_of(*l ? *l : *h, *h ? *h : *l);
		a = a * kinds[n].n + (*l ? digit(kinds[n], *l) : 0);
		b = b * kinds[n].n + (*h ? digit(kinds[n], *h) : 0);
		l += *l != '\0';
		h += *h != '\0';
	}
	if (n == 0 || b < a)
		return false;
	double v = floor(a + (b - a) * part);
	char tail[9] = "";
	for (size_t i = n; i-- > 0;) {
		tail[i] = (char)(kinds[i].first + (int)num_rest(v, kinds[i].n));
		v = floor(v / kinds[i].n);
	}
	buf_add(out, low, same);
	buf_add(out, tail, n);
	return true;
}

bool interpolate_has_line(uint32_t type, char category)
{
	return type == PGTYPE_UUID || category == 'N' || category == 'D';
}

bool interpolate_place(uint32_t type, char category, const char *value, double *place)
{
	uint64_t head;
	int64_t us;
	char *end;

	if (type == PGTYPE_UUID) {
		if (!uuid_head(value, &head))
			return false;
		*place = (double)head;
		return true;
	}
	if (category == 'D') {
		if (!timefmt_parse_timestamp(value, &us) || us == INT64_MIN || us == INT64_MAX)
			return false;
		*place = (double)us;
		return true;
	}
	if (category != 'N')
		return false;
	*place = strtod(value, &end);
	return end != value && !*end && isfinite(*place);
}

bool interpolate(struct buf *out, uint32_t type, char category, const char *low,
		 const char *high, double part)
{
	if (type == PGTYPE_UUID)
		return between_uuids(out, low, high, part);
	switch (category) {
	case 'N':
		return between_numbers(out, type, low, high, part);
	case 'D':
		return between_times(out, type, low, high, part);
	case 'S':
		return between_texts(out, low, high, part);
	default:
		return false;
	}
}
