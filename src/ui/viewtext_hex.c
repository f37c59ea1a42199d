/* SPDX-License-Identifier: MIT */
/*
 * viewtext_hex.c - a bytea as rows of bytes, and what is looked for in it: bytes or letters.
 */
#include <ctype.h>
#include <string.h>

#include "base/utf8.h"
#include "viewtext.h"
#include "viewtext_priv.h"

/* The bytes of a value, in PostgreSQL's form \x0a1b. */
struct bytes {
	const char *digits;
	size_t len;
};

static struct bytes bytes_of(struct longtext *source)
{
	struct err err = ERR_INIT;
	const char *s = longtext_data(source, &err);

	err_release(&err);
	return (struct bytes){ s ? s + 2 : "", s ? viewtext_hex_bytes(source) : 0 };
}

static int digit(char c)
{
	return c <= '9' ? c - '0' : (c | 32) - 'a' + 10;
}

static char byte_at(const struct bytes *b, size_t i)
{
	return (char)(digit(b->digits[2 * i]) << 4 | digit(b->digits[2 * i + 1]));
}

size_t viewtext_hex_bytes(const struct longtext *source)
{
	return (longtext_len(source) - 2) / 2;
}

size_t viewtext_hex_rows(const struct longtext *source)
{
	return (viewtext_hex_bytes(source) + VIEWTEXT_HEX_ROW - 1) / VIEWTEXT_HEX_ROW;
}

/* 00000010  68 65 6c 6c …  |hello…| */
void viewtext_hex_row(struct longtext *source, size_t row, struct buf *out)
{
	struct bytes b = bytes_of(source);
	size_t from = row * VIEWTEXT_HEX_ROW;
	struct buf ascii = BUF_INIT;

	buf_clear(out);
	buf_addf(out, "%08zx  ", from);
	for (size_t i = from; i < from + VIEWTEXT_HEX_ROW; i++) {
		char byte = i < b.len ? byte_at(&b, i) : 0;

		if (i < b.len)
			buf_addf(out, "%02x ", (unsigned char)byte);
		else
			buf_adds(out, "   ");
		if (i % VIEWTEXT_HEX_ROW == VIEWTEXT_HEX_ROW / 2 - 1)
			buf_addc(out, ' ');
		if (i < b.len)
			buf_addc(&ascii, byte >= 0x20 && byte < 0x7F ? byte : '.');
	}
	buf_addf(out, "|%s|", ascii.data);
	buf_release(&ascii);
}

/* ---- searching ---- */

/* "de ad" is two bytes as well as five letters. */
struct wanted {
	const char *text;
	size_t len;
	struct buf bytes; /* empty: text is no row of bytes */
};

static void wanted_init(struct wanted *w, const char *text)
{
	*w = (struct wanted){ text, strlen(text), BUF_INIT };
	for (const char *s = text; *s; s++) {
		if (*s == ' ')
			continue;
		if (!isxdigit((unsigned char)s[0]) || !isxdigit((unsigned char)s[1])) {
			buf_clear(&w->bytes);
			return;
		}
		buf_addc(&w->bytes, (char)(digit(s[0]) << 4 | digit(s[1])));
		s++;
	}
}

static bool has_bytes(const struct bytes *b, size_t at, const struct buf *bytes)
{
	if (!bytes->len || bytes->len > b->len - at)
		return false;
	for (size_t i = 0; i < bytes->len; i++)
		if (byte_at(b, at + i) != bytes->data[i])
			return false;
	return true;
}

static bool has_text(const struct bytes *b, size_t at, const struct wanted *w)
{
	if (w->len > b->len - at)
		return false;
	for (size_t i = 0; i < w->len; i++) {
		char c = byte_at(b, at + i);

		if (!utf8_begins(&c, 1, w->text + i, 1))
			return false;
	}
	return true;
}

/* How many bytes of what is wanted begin here; 0: none. */
static size_t found_at(const struct bytes *b, size_t at, const struct wanted *w)
{
	return has_bytes(b, at, &w->bytes) ? w->bytes.len : has_text(b, at, w) ? w->len : 0;
}

long viewtext_hex_find(struct longtext *source, const char *text, size_t from, bool backwards)
{
	struct bytes b = bytes_of(source);
	struct wanted w;
	size_t begin = from * VIEWTEXT_HEX_ROW < b.len ? from * VIEWTEXT_HEX_ROW : b.len;
	size_t n = backwards ? begin : b.len - begin;
	long row = -1;

	wanted_init(&w, text);
	for (size_t k = 0; row < 0 && k < n; k++) {
		size_t at = backwards ? begin - 1 - k : begin + k;

		if (found_at(&b, at, &w))
			row = (long)(at / VIEWTEXT_HEX_ROW);
		if (k % VIEWTEXT_WALK == VIEWTEXT_WALK - 1)
			longtext_let_go(source);
	}
	longtext_let_go(source);
	buf_release(&w.bytes);
	return row;
}

unsigned viewtext_hex_hits(struct longtext *source, size_t row, const char *text)
{
	struct bytes b = bytes_of(source);
	struct wanted w;
	size_t from = row * VIEWTEXT_HEX_ROW, to = from + VIEWTEXT_HEX_ROW;
	unsigned hits = 0;

	wanted_init(&w, text);
	for (size_t at = from > w.len ? from - w.len : 0; at < to && at < b.len; at++) {
		size_t n = found_at(&b, at, &w);

		for (size_t i = at > from ? at : from; i < at + n && i < to; i++)
			hits |= 1U << (i - from);
	}
	buf_release(&w.bytes);
	return hits;
}
