/* SPDX-License-Identifier: MIT */
#include "base/jsonlay.h"

#include <ctype.h>
#include <string.h>

#include "base/buf.h"
#include "base/longtext.h"

struct lay {
	const char *s;
	size_t len, at;
	char open[JSONLAY_DEEPEST]; /* the closing signs of what is open */
	size_t depth;
	struct buf out;
	jsonlay_fn *put;
	void *ctx;
};

static bool flush(struct lay *l)
{
	bool ok = l->put(l->ctx, l->out.data, l->out.len);

	buf_clear(&l->out);
	return ok;
}

/* A run of the text as it stands. */
static bool add(struct lay *l, size_t from, size_t to)
{
	while (l->out.len + (to - from) > LONGTEXT_PIECE) {
		size_t n = longtext_piece(l->s + from, to - from);

		if (l->out.len > 0 && !flush(l))
			return false;
		buf_add(&l->out, l->s + from, n);
		from += n;
		if (!flush(l))
			return false;
	}
	buf_add(&l->out, l->s + from, to - from);
	return true;
}

static void new_line(struct lay *l)
{
	buf_addc(&l->out, '\n');
	buf_addn(&l->out, ' ', 2 * l->depth);
}

/* The next sign that is no blank; '\0' at the end. */
static char next(struct lay *l)
{
	while (l->at < l->len && strchr(" \t\r\n", l->s[l->at]) && l->s[l->at])
		l->at++;
	return (char)(l->at < l->len ? l->s[l->at] : '\0');
}

/* ---- what has no parts ---- */

static bool escape(const char *s, size_t len, size_t *i)
{
	if (*i + 1 >= len)
		return false;
	if (s[*i + 1] != 'u') {
		*i += 2;
		return s[*i - 1] && strchr("\"\\/bfnrt", s[*i - 1]);
	}
	for (size_t k = 2; k < 6; k++)
		if (*i + k >= len || !isxdigit((unsigned char)s[*i + k]))
			return false;
	*i += 6;
	return true;
}

static bool string(struct lay *l)
{
	size_t i, start;

	if (next(l) != '"')
		return false;
	start = l->at;
	i = start + 1;
	while (i < l->len && l->s[i] != '"') {
		if ((unsigned char)l->s[i] < 0x20)
			return false;
		if (l->s[i] != '\\')
			i++;
		else if (!escape(l->s, l->len, &i))
			return false;
	}
	if (i >= l->len)
		return false;
	l->at = i + 1;
	return add(l, start, l->at);
}

static size_t digits(const struct lay *l, size_t i)
{
	while (i < l->len && isdigit((unsigned char)l->s[i]))
		i++;
	return i;
}

static bool number(struct lay *l)
{
	size_t start = l->at, i = start + (l->s[start] == '-'), end = digits(l, i);

	if (end == i || (l->s[i] == '0' && end > i + 1))
		return false;
	if (end < l->len && l->s[end] == '.') {
		i = end + 1;
		end = digits(l, i);
		if (end == i)
			return false;
	}
	if (end < l->len && (l->s[end] | 32) == 'e') {
		i = end + 1;
		i += i < l->len && (l->s[i] == '+' || l->s[i] == '-');
		end = digits(l, i);
		if (end == i)
			return false;
	}
	l->at = end;
	return add(l, start, end);
}

static bool word(struct lay *l)
{
	static const char *const words[] = { "true", "false", "null" };

	for (size_t i = 0; i < 3; i++) {
		size_t n = strlen(words[i]), start = l->at;

		if (l->len - start >= n && memcmp(l->s + start, words[i], n) == 0) {
			l->at += n;
			return add(l, start, l->at);
		}
	}
	return false;
}

/* ---- what has ---- */

static bool key(struct lay *l)
{
	next(l);
	if (!string(l) || next(l) != ':')
		return false;
	l->at++;
	buf_adds(&l->out, ": ");
	return true;
}

/* Its first part is next; *whole: it has none. */
static bool open(struct lay *l, bool *whole)
{
	char sign = l->s[l->at++], closing = sign == '{' ? '}' : ']';

	buf_addc(&l->out, sign);
	*whole = next(l) == closing;
	if (*whole) {
		l->at++;
		buf_addc(&l->out, closing);
		return true;
	}
	if (l->depth == JSONLAY_DEEPEST)
		return false;
	l->open[l->depth++] = closing;
	new_line(l);
	return sign == '[' || key(l);
}

/* After a value: a sibling is next, or what is open ends; *whole: nothing is open any more. */
static bool after(struct lay *l, bool *whole)
{
	while (l->depth > 0 && next(l) == l->open[l->depth - 1]) {
		l->depth--;
		new_line(l);
		buf_addc(&l->out, l->s[l->at++]);
	}
	*whole = l->depth == 0;
	if (*whole)
		return true;
	if (next(l) != ',')
		return false;
	l->at++;
	buf_addc(&l->out, ',');
	new_line(l);
	return l->open[l->depth - 1] == ']' || key(l);
}

static bool value(struct lay *l, bool *opened)
{
	bool whole;
	char sign = next(l);

	*opened = false;
	if (sign == '{' || sign == '[') {
		if (!open(l, &whole))
			return false;
		*opened = !whole;
		return true;
	}
	if (sign == '"')
		return string(l);
	return sign == '-' || isdigit((unsigned char)sign) ? number(l) : word(l);
}

bool jsonlay(const char *text, size_t len, jsonlay_fn *put, void *ctx)
{
	struct lay l = { .s = text, .len = len, .put = put, .ctx = ctx };
	bool whole = false, opened, ok = true;

	buf_init(&l.out);
	while (ok && !whole) {
		ok = value(&l, &opened) && (opened || after(&l, &whole));
		if (ok && l.out.len > LONGTEXT_PIECE)
			ok = flush(&l);
	}
	ok = ok && next(&l) == '\0' && l.at == len && flush(&l);
	buf_release(&l.out);
	return ok;
}
