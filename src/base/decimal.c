/* SPDX-License-Identifier: MIT */
#include "base/decimal.h"

#include <ctype.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/buf.h"

enum { MAX_DIGITS = 2000 };

/* Exponents beyond this are all the same to us: no number of digits brings them back. */
static const int64_t FAR = (int64_t)1 << 50;

/* 0.DIGITS times ten to the power of point; no zeros at either end; zero has no digits. */
struct decimal {
	bool negative;
	struct buf digits;
	int64_t point;
	int64_t scale; /* digits after the point as written, may be negative (1e3) */
};

static const char *scan_digits(const char *s, struct buf *out)
{
	for (; isdigit((unsigned char)*s); s++)
		buf_addc(out, *s);
	return s;
}

static bool scan_exponent(const char *s, int64_t *exponent)
{
	bool negative = *s == '-';

	*exponent = 0;
	if (*s == '-' || *s == '+')
		s++;
	if (!*s)
		return false;
	for (; isdigit((unsigned char)*s); s++)
		if (*exponent < FAR)
			*exponent = *exponent * 10 + (*s - '0');
	if (negative)
		*exponent = -*exponent;
	return *s == '\0';
}

static void normalise(struct decimal *d)
{
	size_t zeros = strspn(d->digits.data, "0");

	d->point -= (int64_t)zeros;
	buf_splice(&d->digits, 0, zeros, NULL, 0);
	while (d->digits.len && d->digits.data[d->digits.len - 1] == '0')
		buf_truncate(&d->digits, d->digits.len - 1);
	if (!d->digits.len) {
		d->point = 0;
		d->negative = false;
	}
}

/* d is to be released whatever the result. */
static bool parse(struct decimal *d, const char *s)
{
	int64_t exponent = 0;
	size_t before;

	*d = (struct decimal){ .digits = BUF_INIT };
	d->negative = *s == '-';
	if (*s == '-' || *s == '+')
		s++;
	s = scan_digits(s, &d->digits);
	before = d->digits.len;
	if (*s == '.')
		s = scan_digits(s + 1, &d->digits);
	if (!d->digits.len)
		return false;
	if ((*s == 'e' || *s == 'E') && scan_exponent(s + 1, &exponent))
		s = "";
	if (*s)
		return false;
	d->point = (int64_t)before + exponent;
	d->scale = (int64_t)(d->digits.len - before) - exponent;
	normalise(d);
	return true;
}

static const char *skip_digits(const char *s)
{
	while (isdigit((unsigned char)*s))
		s++;
	return s;
}

/* What parse takes, and nothing is kept: each number that is painted is looked at so. */
bool decimal_valid(const char *s)
{
	const char *begin, *point;
	int64_t exponent;

	if (*s == '-' || *s == '+')
		s++;
	begin = s;
	point = s = skip_digits(s);
	if (*s == '.')
		s = skip_digits(s + 1);
	if (point == begin && s <= point + 1)
		return false;
	return !*s || ((*s == 'e' || *s == 'E') && scan_exponent(s + 1, &exponent));
}

/* Most are whole, and fit. */
static bool is_whole(const char *s, int64_t *value)
{
	enum { SURE_DIGITS = 18 };
	bool negative = *s == '-';
	const char *begin = s += negative;

	for (*value = 0; isdigit((unsigned char)*s) && s - begin < SURE_DIGITS; s++)
		*value = *value * 10 + (*s - '0');
	if (negative)
		*value = -*value;
	return s > begin && !*s;
}

/* Without regard to the signs. */
static int compare_size(const struct decimal *a, const struct decimal *b)
{
	if (!a->digits.len || !b->digits.len)
		return (a->digits.len > 0) - (b->digits.len > 0);
	if (a->point != b->point)
		return a->point < b->point ? -1 : 1;
	return strcmp(a->digits.data, b->digits.data);
}

static int compare_any(const char *a, const char *b)
{
	struct decimal x, y;
	bool ok_a = parse(&x, a), ok_b = parse(&y, b);
	int result;

	if (!ok_a || !ok_b)
		BUG("compare \"%s\" with \"%s\"", a, b);
	if (x.negative != y.negative)
		result = x.negative ? -1 : 1;
	else
		result = compare_size(&x, &y) * (x.negative ? -1 : 1);
	buf_release(&x.digits);
	buf_release(&y.digits);
	return (result > 0) - (result < 0);
}

int decimal_compare(const char *a, const char *b)
{
	int64_t x, y;

	if (is_whole(a, &x) && is_whole(b, &y))
		return (x > y) - (x < y);
	return compare_any(a, b);
}

/* The digit of d that counts 10 to the power of place. */
static int digit_at(const struct decimal *d, int64_t place)
{
	int64_t i = d->point - 1 - place;

	return i >= 0 && i < (int64_t)d->digits.len ? d->digits.data[i] - '0' : 0;
}

/* |a| + |b|, or |a| - |b| where |a| >= |b|, digit by digit from place low up to high. */
static void combine(struct buf *out, const struct decimal *a, const struct decimal *b, int sign,
		    const int64_t range[2])
{
	int64_t low = range[0], high = range[1];
	int carry = 0;

	for (int64_t place = low; place < high; place++) {
		int n = digit_at(a, place) + sign * digit_at(b, place) + carry;

		carry = n < 0 ? -1 : n >= 10;
		n -= carry * 10;
		buf_addc(out, (char)('0' + n));
	}
	for (size_t i = 0, j = out->len; i < j--; i++) {
		char c = out->data[i];

		out->data[i] = out->data[j];
		out->data[j] = c;
	}
}

static int64_t max64(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

static char *sum(const struct decimal *a, const struct decimal *b)
{
	int sign = a->negative == b->negative ? 1 : -1;
	int64_t scale = max64(max64(a->scale, b->scale), 0);
	/* One place more than either has: room for the carry. */
	int64_t range[2] = { -scale, max64(max64(a->point, b->point), 0) + 1 };
	struct buf out = BUF_INIT;
	size_t zeros;

	if (range[1] > MAX_DIGITS || scale > MAX_DIGITS || range[1] + scale > MAX_DIGITS)
		return NULL;
	if (sign < 0 && compare_size(a, b) < 0) {
		const struct decimal *swap = a;

		a = b;
		b = swap;
	}
	combine(&out, a, b, sign, range);
	if (scale)
		buf_splice(&out, out.len - (size_t)scale, 0, ".", 1);
	zeros = strspn(out.data, "0");
	if (zeros == out.len || out.data[zeros] == '.')
		zeros--;
	buf_splice(&out, 0, zeros, NULL, 0);
	if (a->negative && strspn(out.data, "0.") < out.len)
		buf_splice(&out, 0, 0, "-", 1);
	return buf_detach(&out);
}

static char *add(const char *a, const char *b, bool negate_b)
{
	struct decimal x, y;
	bool ok_a = parse(&x, a), ok_b = parse(&y, b);
	char *result = NULL;

	if (ok_a && ok_b) {
		y.negative = y.negative != negate_b;
		result = sum(&x, &y);
	}
	buf_release(&x.digits);
	buf_release(&y.digits);
	return result;
}

char *decimal_add(const char *a, const char *b)
{
	return add(a, b, false);
}

char *decimal_subtract(const char *a, const char *b)
{
	return add(a, b, true);
}
