/* SPDX-License-Identifier: MIT */
#include "base/buf.h"

#include <ctype.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"

/* Never written: every function that writes makes room first, which leaves cap > 0. */
char buf_empty[1];

#ifdef SOUK_TESTING
enum { FIRST_CAP = 1 };
#else
enum { FIRST_CAP = 32 };
#endif

void buf_init(struct buf *b)
{
	*b = (struct buf)BUF_INIT;
}

void buf_release(struct buf *b)
{
	if (b->cap)
		free(b->data);
	buf_init(b);
}

void buf_clear(struct buf *b)
{
	b->len = 0;
	if (b->cap)
		b->data[0] = '\0';
}

void buf_reserve(struct buf *b, size_t extra)
{
	size_t need, cap = b->cap ? b->cap : FIRST_CAP;

	if (extra > SIZE_MAX / 4 || b->len > SIZE_MAX / 4)
		BUG("a buf of %zu + %zu bytes", b->len, extra);
	need = b->len + extra + 1;
	if (need <= b->cap)
		return;
	while (cap < need)
		cap *= 2;
	if (b->cap) {
		b->data = xrealloc(b->data, cap);
	} else {
		b->data = xmalloc(cap);
		b->data[0] = '\0';
	}
	b->cap = cap;
}

void buf_add(struct buf *b, const void *data, size_t len)
{
	if (!len)
		return;
	buf_reserve(b, len);
	memcpy(b->data + b->len, data, len);
	b->len += len;
	b->data[b->len] = '\0';
}

void buf_adds(struct buf *b, const char *s)
{
	buf_add(b, s, strlen(s));
}

void buf_addc(struct buf *b, char c)
{
	buf_add(b, &c, 1);
}

void buf_addn(struct buf *b, char c, size_t n)
{
	buf_reserve(b, n);
	memset(b->data + b->len, c, n);
	b->len += n;
	b->data[b->len] = '\0';
}

void buf_add_quoted(struct buf *b, const char *s, char quote)
{
	buf_addc(b, quote);
	for (; *s; s++)
		buf_addn(b, *s, *s == quote ? 2 : 1);
	buf_addc(b, quote);
}

void buf_add_word(struct buf *b, const char *s)
{
	if (*s && !strpbrk(s, " \t\n\v\f\r'\""))
		buf_adds(b, s);
	else
		buf_add_quoted(b, s, '\'');
}

void buf_addf(struct buf *b, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	buf_vaddf(b, fmt, ap);
	va_end(ap);
}

void buf_vaddf(struct buf *b, const char *fmt, va_list ap)
{
	va_list again;
	int len;

	va_copy(again, ap);
	len = vsnprintf(NULL, 0, fmt, again);
	va_end(again);
	if (len < 0)
		BUG("bad format: %s", fmt);
	buf_reserve(b, (size_t)len);
	vsnprintf(b->data + b->len, (size_t)len + 1, fmt, ap);
	b->len += (size_t)len;
}

void buf_addbuf(struct buf *b, const struct buf *other)
{
	size_t len = other->len;

	/* Room first: other may be b itself, whose data moves. */
	buf_reserve(b, len);
	buf_add(b, other->data, len);
}

void buf_truncate(struct buf *b, size_t len)
{
	if (len > b->len)
		BUG("truncate %zu bytes to %zu", b->len, len);
	b->len = len;
	if (b->cap)
		b->data[len] = '\0';
}

void buf_splice(struct buf *b, size_t pos, size_t del, const void *ins, size_t ins_len)
{
	if (pos > b->len || del > b->len - pos)
		BUG("splice [%zu, +%zu) of %zu bytes", pos, del, b->len);
	if (ins_len > del)
		buf_reserve(b, ins_len - del);
	else if (!b->cap)
		return;
	memmove(b->data + pos + ins_len, b->data + pos + del, b->len - pos - del);
	if (ins_len)
		memcpy(b->data + pos, ins, ins_len);
	b->len = b->len - del + ins_len;
	b->data[b->len] = '\0';
}

void buf_trim(struct buf *b)
{
	size_t start = 0;

	while (b->len && isspace((unsigned char)b->data[b->len - 1]))
		buf_truncate(b, b->len - 1);
	while (start < b->len && isspace((unsigned char)b->data[start]))
		start++;
	buf_splice(b, 0, start, NULL, 0);
}

char *buf_detach(struct buf *b)
{
	char *s;

	buf_reserve(b, 0);
	s = b->data;
	buf_init(b);
	return s;
}
