/* SPDX-License-Identifier: MIT */
#include "viewtext.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/utf8.h"
#include "base/vec.h"
#include "viewtext_priv.h"

enum { FIRST_STRIDE = 16, NEAR = 2048 };

/* A folded part, by places in what is shown. */
struct fold {
	size_t start; /* of the line that opens it */
	size_t first; /* … of the line after that */
	size_t end;   /* what comes after the line that closes it */
	size_t hidden;
};

struct piece {
	size_t at, len;
	int hang; /* columns that stand before it */
};

struct viewtext {
	struct longtext *source, *shown;
	const char *data; /* of shown */
	size_t len;
	enum viewer_as as;
	bool bytes; /* of a bytea value: it was or can be shown so */
	int width;
	bool wrap, laid_out;
	size_t rows, stride;
	VEC(size_t) marks; /* where every stride-th row begins */
	VEC(struct fold) folds;
	size_t block; /* the mark whose rows these are */
	VEC(struct piece) pieces;
	struct buf hex; /* the row given out last */
};

/* ---- what is shown ---- */

static void show(struct viewtext *v, struct longtext *owned)
{
	struct err err = ERR_INIT;

	longtext_free(&v->shown);
	v->shown = owned;
	v->data = longtext_data(owned, &err);
	v->len = longtext_len(owned);
	if (!v->data) { /* it lies in a file that cannot be read */
		v->data = "";
		v->len = 0;
	}
	err_release(&err);
}

static void lay_out(struct viewtext *v);

bool viewtext_show_as(struct viewtext *v, enum viewer_as as)
{
	struct err err = ERR_INIT;
	const char *s = longtext_data(v->source, &err);
	size_t len = s ? longtext_len(v->source) : 0;
	bool wanted = as != VIEW_AUTO;
	struct longtext *laid;

	err_release(&err);
	s = s ? s : "";
	if (as == VIEW_AUTO)
		as = viewtext_is_json(s, len) ? VIEW_JSON : VIEW_TEXT;
	else if (as == VIEW_HEX && !viewtext_is_hex(v->source, s, len))
		return false;
	laid = as == VIEW_JSON ? viewtext_lay_json(v->source, s, len) : NULL;
	if (as == VIEW_JSON && !laid) {
		if (wanted)
			return false;
		as = VIEW_TEXT;
	}
	if (as != VIEW_JSON && as != VIEW_HEX)
		laid = viewtext_lay_text(v->source, s, len);
	if (laid)
		show(v, laid);
	v->as = as;
	v->bytes |= as == VIEW_HEX;
	VEC_CLEAR(&v->folds);
	longtext_let_go(v->source);
	lay_out(v);
	return true;
}

bool viewtext_bytes(const struct viewtext *v)
{
	return v->bytes;
}

size_t viewtext_length(const struct viewtext *v)
{
	return v->bytes ? viewtext_hex_bytes(v->source) : longtext_len(v->source);
}

unsigned viewtext_hits(const struct viewtext *v, size_t row, const char *text)
{
	return v->as == VIEW_HEX ? viewtext_hex_hits(v->source, row, text) : 0;
}

struct viewtext *viewtext_new(struct longtext *source, enum viewer_as as)
{
	struct viewtext *v = xcalloc(1, sizeof *v);

	v->source = source;
	v->data = "";
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
	longtext_free(&(*v)->source);
	longtext_free(&(*v)->shown);
	buf_release(&(*v)->hex);
	VEC_RELEASE(&(*v)->marks);
	VEC_RELEASE(&(*v)->folds);
	VEC_RELEASE(&(*v)->pieces);
	free(*v);
	*v = NULL;
}

enum viewer_as viewtext_as(const struct viewtext *v)
{
	return v->as;
}

struct longtext *viewtext_source(const struct viewtext *v)
{
	return v->source;
}

/* ---- lines ---- */

/* The newline that ends the line around at, or the end of all; no farther than most. */
static size_t line_end(const struct viewtext *v, size_t at, size_t most)
{
	size_t n = v->len - at < most ? v->len - at : most;
	const char *nl = memchr(v->data + at, '\n', n);

	return nl ? (size_t)(nl - v->data) : at + n;
}

static bool begins_line(const struct viewtext *v, size_t at)
{
	return at == 0 || v->data[at - 1] == '\n';
}

/* SIZE_MAX: it is too far away. */
static size_t line_start(const struct viewtext *v, size_t at)
{
	size_t least = at > VIEWTEXT_LINE ? at - VIEWTEXT_LINE : 0;

	while (at > least && v->data[at - 1] != '\n')
		at--;
	return begins_line(v, at) ? at : SIZE_MAX;
}

static size_t indent(const struct viewtext *v, size_t at)
{
	size_t n = 0;

	while (at + n < v->len && v->data[at + n] == ' ')
		n++;
	return n;
}

/* ---- folding ---- */

static const struct fold *fold_at(const struct viewtext *v, size_t at)
{
	for (size_t i = 0; i < v->folds.len; i++)
		if (v->folds.v[i].start <= at && at < v->folds.v[i].first)
			return &v->folds.v[i];
	return NULL;
}

/* Does this line, which ends there, open a part? */
static bool opens(const struct viewtext *v, size_t start, size_t end)
{
	return v->as == VIEW_JSON && end > start && end + 1 < v->len &&
	       (v->data[end - 1] == '{' || v->data[end - 1] == '[');
}

static struct fold fold_from(const struct viewtext *v, size_t start, size_t end)
{
	size_t own = indent(v, start), at = end + 1, walked = 0;
	struct fold f = { .start = start, .first = at };

	while (at < v->len) {
		size_t next = line_end(v, at, v->len) + 1;

		walked += next - at;
		if (walked > VIEWTEXT_WALK) {
			longtext_let_go(v->shown);
			walked = 0;
		}
		if (indent(v, at) <= own) {
			at = next;
			break;
		}
		f.hidden++;
		at = next;
	}
	f.end = at < v->len ? at : v->len;
	return f;
}

static const struct piece *piece_at(struct viewtext *v, size_t row);

bool viewtext_fold(struct viewtext *v, size_t row)
{
	const struct fold *there;
	size_t start, end;

	if (row >= v->rows || v->as == VIEW_HEX)
		return false;
	start = line_start(v, piece_at(v, row)->at);
	if (start == SIZE_MAX)
		return false;
	end = line_end(v, start, VIEWTEXT_LINE);
	if (!opens(v, start, end))
		return false;
	there = fold_at(v, start);
	if (there)
		VEC_REMOVE(&v->folds, (size_t)(there - v->folds.v));
	else
		*VEC_PUSH(&v->folds) = fold_from(v, start, end);
	lay_out(v);
	return true;
}

/* ---- rows ---- */

/* Bytes of a line's piece of at most width columns, at a blank if there is one. */
static size_t fit(const char *s, size_t len, int width)
{
	size_t fits = utf8_fit(s, len, width, NULL), cut = fits;
	int w;

	if (fits == len)
		return len;
	while (cut > 0 && s[cut] != ' ')
		cut--;
	if (cut > fits / 2)
		return cut + 1;
	return fits ? fits : utf8_cluster(s, len, &w);
}

/* Where the second part of a line of a list begins, behind two blanks and more; 0: it has one.
 */
static int second_part(const char *s, size_t len, size_t from)
{
	for (size_t i = from; i + 1 < len; i++) {
		if (s[i] != ' ' || s[i + 1] != ' ')
			continue;
		while (i < len && s[i] == ' ')
			i++;
		return i < len ? utf8_width(s, i) : 0;
	}
	return 0;
}

/* What continues a line stands below where it began; in a list below its second part. */
static int hang_at(const struct viewtext *v, size_t at)
{
	size_t start = at, first;
	int hang, second = 0;

	while (start > 0 && at - start < NEAR && v->data[start - 1] != '\n')
		start--;
	if (start == at || !begins_line(v, start))
		return 0;
	first = indent(v, start);
	hang = (int)(first < NEAR ? first : 0);
	if (v->as == VIEW_HELP || v->as == VIEW_LIST)
		second = second_part(v->data + start, at - start, first);
	while (second && utf8_width(v->data + start, at - start) > second) {
		int next = second_part(v->data + start, at - start,
				       utf8_fit(v->data + start, at - start, second, NULL));

		if (!next || next * 2 > v->width)
			break;
		second = next;
	}
	hang = second ? second : hang;
	return hang * 2 > v->width ? 0 : hang;
}

/* The row that begins at a place, and where the next one does. */
static size_t take_row(const struct viewtext *v, size_t at, struct piece *out)
{
	/* Of a line without end only what can matter: a row, however many marks its letters
	 * bear. */
	size_t most = v->wrap ? ((size_t)v->width + 1) * 64 : v->len;
	size_t end = line_end(v, at, most), n = end - at;
	int hang = v->wrap ? hang_at(v, at) : 0;
	const struct fold *f;

	if (v->wrap)
		n = fit(v->data + at, n, v->width - hang);
	*out = (struct piece){ at, n, hang };
	at += n;
	if (at >= v->len || v->data[at] != '\n')
		return at;
	f = fold_at(v, at);
	return f ? f->end : at + 1;
}

/* Every second mark goes. */
static void thin(struct viewtext *v)
{
	for (size_t i = 0; 2 * i < v->marks.len; i++)
		v->marks.v[i] = v->marks.v[2 * i];
	v->marks.len = (v->marks.len + 1) / 2;
	v->stride *= 2;
}

static void lay_out(struct viewtext *v)
{
	struct piece piece;
	size_t walked = 0, len = v->as == VIEW_HEX ? 0 : v->len;

	VEC_CLEAR(&v->marks);
	VEC_CLEAR(&v->pieces);
	v->rows = 0;
	v->stride = FIRST_STRIDE;
	for (size_t at = 0, next; at < len; at = next) {
		if (v->rows % v->stride == 0 && v->marks.len == VIEWTEXT_MARKS)
			thin(v);
		if (v->rows % v->stride == 0)
			*VEC_PUSH(&v->marks) = at;
		next = take_row(v, at, &piece);
		v->rows++;
		walked += next - at;
		if (walked > VIEWTEXT_WALK) {
			longtext_let_go(v->shown);
			walked = 0;
		}
	}
	if (v->shown)
		longtext_let_go(v->shown);
}

void viewtext_layout(struct viewtext *v, int width, bool wrap)
{
	width = width > 1 ? width : 1;
	if (v->laid_out && v->width == width && v->wrap == wrap)
		return;
	v->laid_out = true;
	v->width = width;
	v->wrap = wrap;
	lay_out(v);
}

/* The rows of one mark are found together: one looks at neighbours. */
static void fill_block(struct viewtext *v, size_t block)
{
	size_t at = v->marks.v[block];

	v->block = block;
	VEC_CLEAR(&v->pieces);
	for (size_t i = 0; i < v->stride && at < v->len; i++) {
		struct piece p;

		at = take_row(v, at, &p);
		*VEC_PUSH(&v->pieces) = p;
	}
}

static const struct piece *piece_at(struct viewtext *v, size_t row)
{
	if (v->pieces.len == 0 || v->block != row / v->stride)
		fill_block(v, row / v->stride);
	return &v->pieces.v[row % v->stride];
}

/* The row that this place lies in. */
static size_t row_of(struct viewtext *v, size_t at)
{
	size_t low = 0, high = v->marks.len, i = 0;

	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;

		if (v->marks.v[middle] <= at)
			low = middle;
		else
			high = middle;
	}
	fill_block(v, low);
	while (i + 1 < v->pieces.len && v->pieces.v[i + 1].at <= at)
		i++;
	return low * v->stride + i;
}

size_t viewtext_rows(const struct viewtext *v)
{
	if (v->as == VIEW_HEX)
		return viewtext_hex_rows(v->source);
	return v->rows;
}

void viewtext_row(struct viewtext *v, size_t row, struct viewrow *out)
{
	const struct fold *f;
	struct piece p;
	size_t start, end;

	*out = (struct viewrow){ 0 };
	if (v->as == VIEW_HEX) {
		viewtext_hex_row(v->source, row, &v->hex);
		out->text = out->line = v->hex.data;
		out->len = out->line_len = v->hex.len;
		return;
	}
	p = *piece_at(v, row);
	start = line_start(v, p.at);
	end = start == SIZE_MAX ? 0 : line_end(v, start, VIEWTEXT_LINE);
	out->text = v->data + p.at;
	out->len = p.len;
	out->hang = p.hang;
	out->long_line =
		start == SIZE_MAX || p.at + p.len > end || end - start == VIEWTEXT_LINE;
	out->line = out->long_line ? out->text : v->data + start;
	out->line_len = out->long_line ? p.len : end - start;
	if (out->long_line || start != p.at)
		return;
	f = fold_at(v, start);
	out->foldable = f || opens(v, start, end);
	out->folded = f != NULL;
	out->hidden = f ? f->hidden : 0;
}

/* ---- searching ---- */

/* Where text begins in [from, to): the first place, or the last one. */
static size_t find_between(const struct viewtext *v, const char *text, size_t from, size_t to,
			   bool backwards)
{
	size_t n = strlen(text), last = v->len >= n ? v->len - n + 1 : 0;

	to = to < last ? to : last;
	for (size_t k = 0; from + k < to; k++) {
		size_t i = backwards ? to - 1 - k : from + k;

		if (k % VIEWTEXT_WALK == VIEWTEXT_WALK - 1)
			longtext_let_go(v->shown);
		if (utf8_begins(v->data + i, v->len - i, text, n))
			return i;
	}
	return SIZE_MAX;
}

long viewtext_find(struct viewtext *v, const char *text, size_t from, bool backwards)
{
	size_t at;

	if (!*text || !viewtext_rows(v))
		return -1;
	if (v->as == VIEW_HEX)
		return viewtext_hex_find(v->source, text, from, backwards);
	at = from < v->rows ? piece_at(v, from)->at : v->len;
	if (v->folds.len > 0) { /* what is hidden is searched too */
		VEC_CLEAR(&v->folds);
		lay_out(v);
	}
	at = backwards ? find_between(v, text, 0, at, true)
		       : find_between(v, text, at, v->len, false);
	longtext_let_go(v->shown);
	return at == SIZE_MAX ? -1 : (long)row_of(v, at);
}
