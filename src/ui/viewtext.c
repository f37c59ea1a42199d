/* SPDX-License-Identifier: MIT */
#include "viewtext.h"

#include <ctype.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/json.h"
#include "base/utf8.h"
#include "base/vec.h"
#include "ui/widget.h"

enum { TAB = 8, HEX_ROW = 16, JSON_MAX = 8 << 20 };

struct line {
	size_t start;
	uint32_t len;
	uint16_t indent; /* of JSON */
	bool folded;
};

struct row {
	size_t line;
	uint32_t offset, len;
};

struct viewtext {
	char *source;
	size_t source_len;
	struct buf shown;
	enum viewer_as as;
	VEC(struct line) lines;
	VEC(struct row) rows;
	struct buf hex; /* the row given out last */
	int width;
	bool wrap;
};

/* ---- making it fit to be shown ---- */

static void add_expanded(struct buf *out, const char *s, size_t len)
{
	int col = 0, w;

	for (size_t i = 0, n; i < len; i += n) {
		if (s[i] == '\t') {
			n = 1;
			w = TAB - col % TAB;
			buf_addn(out, ' ', (size_t)w);
		} else {
			n = utf8_cluster(s + i, len - i, &w);
			buf_add(out, s + i, n);
		}
		col = s[i] == '\n' ? 0 : col + w;
	}
}

static void make_shown(struct viewtext *v, const char *text, size_t len)
{
	struct buf safe = BUF_INIT;

	buf_clear(&v->shown);
	utf8_sanitize(&safe, text, len, SANITIZE_KEEP_NEWLINES);
	if (memchr(safe.data, '\t', safe.len)) {
		add_expanded(&v->shown, safe.data, safe.len);
		buf_release(&safe);
	} else {
		buf_release(&v->shown);
		v->shown = safe;
	}
}

static bool make_json(struct viewtext *v, bool containers_only)
{
	struct err ignored = ERR_INIT;
	struct buf pretty = BUF_INIT;
	struct json *j;
	enum json_type type;

	if (v->source_len > JSON_MAX)
		return false;
	j = json_parse(v->source, v->source_len, &ignored);
	err_release(&ignored);
	if (!j)
		return false;
	type = json_type(j);
	if (!containers_only || type == JSON_OBJECT || type == JSON_ARRAY) {
		json_write(&pretty, j, JSON_PRETTY);
		make_shown(v, pretty.data, pretty.len);
	}
	json_free(&j);
	buf_release(&pretty);
	return !containers_only || type == JSON_OBJECT || type == JSON_ARRAY;
}

static bool is_hex(const struct viewtext *v)
{
	if (v->source_len < 2 || v->source_len % 2 || memcmp(v->source, "\\x", 2) != 0)
		return false;
	for (size_t i = 2; i < v->source_len; i++)
		if (!isxdigit((unsigned char)v->source[i]))
			return false;
	return true;
}

static void find_lines(struct viewtext *v)
{
	const char *s = v->shown.data;
	size_t len = v->shown.len;

	VEC_CLEAR(&v->lines);
	for (size_t pos = 0; pos < len;) {
		const char *nl = memchr(s + pos, '\n', len - pos);
		size_t n = nl ? (size_t)(nl - s) - pos : len - pos;
		struct line l = { .start = pos, .len = (uint32_t)n };

		while (l.indent < n && l.indent < UINT16_MAX && s[pos + l.indent] == ' ')
			l.indent++;
		*VEC_PUSH(&v->lines) = l;
		pos += n + 1;
	}
}

bool viewtext_show_as(struct viewtext *v, enum viewer_as as)
{
	if (as == VIEW_HEX && !is_hex(v))
		return false;
	if (as == VIEW_JSON && !make_json(v, false))
		return false;
	if (as == VIEW_AUTO)
		as = is_hex(v) && v->source_len > 2 ? VIEW_HEX
		     : make_json(v, true)	    ? VIEW_JSON
						    : VIEW_TEXT;
	v->as = as;
	if (as != VIEW_JSON && as != VIEW_HEX)
		make_shown(v, v->source, v->source_len);
	if (as == VIEW_HEX)
		VEC_CLEAR(&v->lines);
	else
		find_lines(v);
	viewtext_layout(v, v->width, v->wrap);
	return true;
}

struct viewtext *viewtext_new(const char *text, size_t len, enum viewer_as as)
{
	struct viewtext *v = xcalloc(1, sizeof *v);

	v->source = xmalloc(len + 1);
	memcpy(v->source, text, len);
	v->source[len] = '\0';
	v->source_len = len;
	buf_init(&v->shown);
	buf_init(&v->hex);
	v->width = 80;
	v->wrap = true;
	if (!viewtext_show_as(v, as))
		viewtext_show_as(v, VIEW_TEXT);
	return v;
}

void viewtext_free(struct viewtext **v)
{
	if (!*v)
		return;
	free((*v)->source);
	buf_release(&(*v)->shown);
	buf_release(&(*v)->hex);
	VEC_RELEASE(&(*v)->lines);
	VEC_RELEASE(&(*v)->rows);
	free(*v);
	*v = NULL;
}

enum viewer_as viewtext_as(const struct viewtext *v)
{
	return v->as;
}

const char *viewtext_source(const struct viewtext *v, size_t *len)
{
	*len = v->source_len;
	return v->source;
}

/* ---- folding ---- */

static bool opens(const struct viewtext *v, size_t i)
{
	const struct line *l = &v->lines.v[i];
	char last = l->len ? v->shown.data[l->start + l->len - 1] : ' ';

	return v->as == VIEW_JSON && (last == '{' || last == '[') && i + 1 < v->lines.len;
}

/* The line that closes what line i opens. */
static size_t closing(const struct viewtext *v, size_t i)
{
	size_t end = i + 1;

	while (end + 1 < v->lines.len && v->lines.v[end].indent > v->lines.v[i].indent)
		end++;
	return end;
}

bool viewtext_fold(struct viewtext *v, size_t row)
{
	size_t i;

	if (row >= v->rows.len || v->as == VIEW_HEX)
		return false;
	i = v->rows.v[row].line;
	if (!opens(v, i))
		return false;
	v->lines.v[i].folded = !v->lines.v[i].folded;
	viewtext_layout(v, v->width, v->wrap);
	return true;
}

/* ---- rows ---- */

/* Bytes of a line's piece of at most width columns, at a blank if there is one. */
static size_t piece(const char *s, size_t len, int width)
{
	size_t fit = utf8_fit(s, len, width, NULL), cut = fit;
	int w;

	if (fit == len)
		return len;
	while (cut > 0 && s[cut] != ' ')
		cut--;
	if (cut > fit / 2)
		return cut + 1;
	return fit ? fit : utf8_cluster(s, len, &w);
}

static void add_rows(struct viewtext *v, size_t i)
{
	const struct line *l = &v->lines.v[i];
	const char *s = v->shown.data + l->start;
	uint32_t pos = 0;

	do {
		uint32_t n =
			v->wrap ? (uint32_t)piece(s + pos, l->len - pos, v->width) : l->len;

		*VEC_PUSH(&v->rows) = (struct row){ .line = i, .offset = pos, .len = n };
		pos += n;
	} while (pos < l->len);
}

void viewtext_layout(struct viewtext *v, int width, bool wrap)
{
	v->width = width > 1 ? width : 1;
	v->wrap = wrap;
	VEC_CLEAR(&v->rows);
	for (size_t i = 0; i < v->lines.len; i++) {
		add_rows(v, i);
		if (v->lines.v[i].folded)
			i = closing(v, i);
	}
}

size_t viewtext_rows(const struct viewtext *v)
{
	if (v->as == VIEW_HEX)
		return ((v->source_len - 2) / 2 + HEX_ROW - 1) / HEX_ROW;
	return v->rows.len;
}

size_t viewtext_lines(const struct viewtext *v)
{
	return v->as == VIEW_HEX ? viewtext_rows(v) : v->lines.len;
}

static int digit(char c)
{
	return c <= '9' ? c - '0' : (c | 32) - 'a' + 10;
}

/* 00000010  68 65 6c 6c …  |hello…| */
static void hex_row(struct viewtext *v, size_t row)
{
	const char *s = v->source + 2;
	size_t len = (v->source_len - 2) / 2, from = row * HEX_ROW;
	struct buf ascii = BUF_INIT;

	buf_clear(&v->hex);
	buf_addf(&v->hex, "%08zx  ", from);
	for (size_t i = from; i < from + HEX_ROW; i++) {
		int byte = i < len ? digit(s[2 * i]) << 4 | digit(s[2 * i + 1]) : -1;

		if (byte < 0)
			buf_adds(&v->hex, "   ");
		else
			buf_addf(&v->hex, "%02x ", (unsigned)byte);
		if (i % 8 == 7)
			buf_addc(&v->hex, ' ');
		if (byte >= 0)
			buf_addc(&ascii, byte >= 0x20 && byte < 0x7F ? (char)byte : '.');
	}
	buf_addf(&v->hex, "|%s|", ascii.data);
	buf_release(&ascii);
}

void viewtext_row(struct viewtext *v, size_t row, struct viewrow *out)
{
	const struct row *r;
	const struct line *l;

	*out = (struct viewrow){ .line = row };
	if (v->as == VIEW_HEX) {
		hex_row(v, row);
		out->text = v->hex.data;
		out->len = v->hex.len;
		return;
	}
	r = &v->rows.v[row];
	l = &v->lines.v[r->line];
	out->text = v->shown.data + l->start + r->offset;
	out->len = r->len;
	out->line = r->line;
	out->offset = r->offset;
	out->foldable = r->offset == 0 && opens(v, r->line);
	out->folded = out->foldable && l->folded;
	out->hidden = out->folded ? closing(v, r->line) - r->line - 1 : 0;
}

void viewtext_line(struct viewtext *v, size_t line, const char **text, size_t *len)
{
	struct viewrow row;

	if (v->as == VIEW_HEX) {
		viewtext_row(v, line, &row);
		*text = row.text;
		*len = row.len;
		return;
	}
	*text = v->shown.data + v->lines.v[line].start;
	*len = v->lines.v[line].len;
}

/* ---- searching ---- */

static bool any_folded(const struct viewtext *v)
{
	for (size_t i = 0; i < v->lines.len; i++)
		if (v->lines.v[i].folded)
			return true;
	return false;
}

long viewtext_find(struct viewtext *v, const char *text, size_t from, bool backwards)
{
	size_t rows = viewtext_rows(v);

	if (!*text || !rows)
		return -1;
	if (any_folded(v)) { /* what is hidden is searched too */
		size_t line = from < rows ? v->rows.v[from].line : 0;

		for (size_t i = 0; i < v->lines.len; i++)
			v->lines.v[i].folded = false;
		viewtext_layout(v, v->width, v->wrap);
		for (from = 0; from < v->rows.len && v->rows.v[from].line < line;)
			from++;
		rows = viewtext_rows(v);
	}
	for (size_t k = 0; k < rows; k++) {
		size_t row = backwards ? from - k - 1 : from + k;
		struct viewrow r;

		if (row >= rows) /* wrapped below zero, or behind the end */
			return -1;
		viewtext_row(v, row, &r);
		if (text_find(r.text, r.len, text) != SIZE_MAX)
			return (long)row;
	}
	return -1;
}
