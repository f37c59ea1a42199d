/* SPDX-License-Identifier: MIT */
#include "tokens.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "base/map.h"
#include "base/utf8.h"
#include "base/vec.h"

struct lexicon {
	struct map *ids;  /* text → its struct token with the id; the pointer is the id */
	struct buf scratch;
};

struct lexicon *lexicon_new(void)
{
	struct lexicon *lex = xcalloc(1, sizeof *lex);

	lex->ids = map_new(NULL);
	buf_init(&lex->scratch);
	return lex;
}

void lexicon_free(struct lexicon **lex)
{
	map_free(&(*lex)->ids);
	buf_release(&(*lex)->scratch);
	free(*lex);
	*lex = NULL;
}

static uint32_t id_of(struct lexicon *lex, const char *s, size_t len)
{
	uintptr_t id;

	buf_clear(&lex->scratch);
	buf_add(&lex->scratch, s, len);
	id = (uintptr_t)map_get(lex->ids, lex->scratch.data);
	if (!id) {
		id = map_len(lex->ids) + 1;
		map_set(lex->ids, lex->scratch.data, (void *)id);
	}
	return (uint32_t)id;
}

enum letter { SPACE, PUNCT, ALNUM, ALONE };

/* The letter at s and its bytes; s is not at the end. */
static enum letter letter(const char *s, size_t len, size_t *bytes)
{
	unsigned char c = (unsigned char)*s;
	uint32_t cp;

	*bytes = 1;
	if (c < 0x80) {
		if (c == ' ' || (c >= '\t' && c <= '\r'))
			return SPACE;
		return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') ? ALNUM
											  : PUNCT;
	}
	*bytes = utf8_decode(s, len, &cp);
	if (cp >= 0x2E80) /* CJK, emoji, invalid bytes: no blanks between words there */
		return ALONE;
	return cp >= 0x2000 && cp < 0x2C00 ? PUNCT : ALNUM;
}

/* Bytes of the token at s.  Punctuation between two letters belongs to their word. */
static size_t token_len(const char *s, size_t len, bool *word)
{
	size_t bytes, n, next;
	enum letter first = letter(s, len, &n);

	*word = first == ALNUM || first == ALONE;
	if (first == PUNCT || first == ALONE)
		return n;
	while (n < len) {
		enum letter l = letter(s + n, len - n, &bytes);

		if (l == first)
			n += bytes;
		else if (first == ALNUM && l == PUNCT && n + bytes < len &&
			 letter(s + n + bytes, len - n - bytes, &next) == ALNUM)
			n += bytes;
		else
			break;
	}
	return n;
}

static size_t line_len(const char *s, size_t len, bool *word)
{
	const char *end = memchr(s, '\n', len);
	size_t n = end ? (size_t)(end - s) + 1 : len, bytes;

	*word = false;
	for (size_t i = 0; i < n && !*word; i += bytes) {
		enum letter l = letter(s + i, n - i, &bytes);

		*word = l == ALNUM || l == ALONE;
	}
	return n;
}

void tokens_split(struct tokens *out, struct lexicon *lex, const char *text, enum grain grain)
{
	size_t len = strlen(text);

	VEC_CLEAR(out);
	for (size_t i = 0, n; i < len; i += n) {
		bool word;

		n = grain == GRAIN_WORDS ? token_len(text + i, len - i, &word)
					 : line_len(text + i, len - i, &word);
		*VEC_PUSH(out) = (struct token){ text + i, n, id_of(lex, text + i, n), word };
	}
}

void tokens_release(struct tokens *t)
{
	VEC_RELEASE(t);
}

/* --- longest common subsequences --- */

#ifdef SOUK_TESTING
enum { MAX_CELLS = 20000, MARGIN = 3 };
#else
enum { MAX_CELLS = 4000000, MARGIN = 100 };
#endif

/* Lengths of common subsequences of all pairs of heads, or of tails. */
struct table {
	uint16_t *v;
	size_t width;
};

static uint16_t *cell(const struct table *t, size_t i, size_t j)
{
	return t->v + i * t->width + j;
}

static struct table table_new(const struct tokens *a, const struct tokens *b)
{
	struct table t = { .width = b->len + 1 };

	t.v = xcalloc((a->len + 1) * t.width, sizeof *t.v);
	return t;
}

static uint16_t max16(uint16_t a, uint16_t b)
{
	return a > b ? a : b;
}

/* cell(i, j): of a from i and b from j to their ends. */
static struct table tails(const struct tokens *a, const struct tokens *b)
{
	struct table t = table_new(a, b);

	for (size_t i = a->len; i-- > 0;)
		for (size_t j = b->len; j-- > 0;)
			*cell(&t, i, j) = a->v[i].id == b->v[j].id
				? (uint16_t)(*cell(&t, i + 1, j + 1) + 1)
				: max16(*cell(&t, i + 1, j), *cell(&t, i, j + 1));
	return t;
}

/* cell(i, j): of the first i of a and the first j of b. */
static struct table heads(const struct tokens *a, const struct tokens *b)
{
	struct table t = table_new(a, b);

	for (size_t i = 0; i < a->len; i++)
		for (size_t j = 0; j < b->len; j++)
			*cell(&t, i + 1, j + 1) = a->v[i].id == b->v[j].id
				? (uint16_t)(*cell(&t, i, j) + 1)
				: max16(*cell(&t, i, j + 1), *cell(&t, i + 1, j));
	return t;
}

static void match_any(const struct tokens *a, const struct tokens *b, const struct table *t,
		      ptrdiff_t *match)
{
	size_t i = 0, j = 0;

	while (i < a->len && j < b->len) {
		if (a->v[i].id == b->v[j].id)
			match[i++] = (ptrdiff_t)j++;
		else if (*cell(t, i + 1, j) >= *cell(t, i, j + 1))
			i++;
		else
			j++;
	}
}

/*
 * A pair is in some longest subsequence if what is best before it and after it adds up to the
 * best; it is in all of them if it is the only such pair with so many before it.
 */
static void match_sure(const struct tokens *a, const struct tokens *b, const struct table *tail,
		       ptrdiff_t *match)
{
	struct table head = heads(a, b);
	uint16_t best = *cell(tail, 0, 0);
	struct rank {
		size_t pairs, i, j;
	} *ranks = xcalloc(best, sizeof *ranks);

	for (size_t i = 0; i < a->len; i++)
		for (size_t j = 0; j < b->len; j++) {
			uint16_t before = *cell(&head, i, j);

			if (a->v[i].id != b->v[j].id ||
			    before + 1 + *cell(tail, i + 1, j + 1) != best)
				continue;
			ranks[before].pairs++;
			ranks[before].i = i;
			ranks[before].j = j;
		}
	for (size_t k = 0; k < best; k++)
		if (ranks[k].pairs == 1)
			match[ranks[k].i] = (ptrdiff_t)ranks[k].j;
	free(ranks);
	free(head.v);
}

static bool match_window(const struct tokens *a, const struct tokens *b, enum lcs which,
			 ptrdiff_t *match)
{
	struct table t;

	/* So the shorter one has less than 2^16 tokens, as the cells need. */
	if ((a->len + 1) * (b->len + 1) > MAX_CELLS)
		return false;
	t = tails(a, b);
	if (which == LCS_SURE)
		match_sure(a, b, &t, match);
	else
		match_any(a, b, &t, match);
	free(t.v);
	return true;
}

/* What a and b have in common at their ends, and the window in a that is compared. */
struct ends {
	size_t head, tail;
	size_t from, to;
	ptrdiff_t shift; /* what an index in a's tail is off from the one in b */
};

static struct ends common_ends(const struct tokens *a, const struct tokens *b, size_t margin)
{
	size_t least = a->len < b->len ? a->len : b->len;
	struct ends e = { .shift = (ptrdiff_t)b->len - (ptrdiff_t)a->len };

	while (e.head < least && a->v[e.head].id == b->v[e.head].id)
		e.head++;
	while (e.tail < least - e.head &&
	       a->v[a->len - 1 - e.tail].id == b->v[b->len - 1 - e.tail].id)
		e.tail++;
	e.from = e.head > margin ? e.head - margin : 0;
	e.to = a->len - (e.tail > margin ? e.tail - margin : 0);
	return e;
}

/* Is one token of [from, to) matched with its like at the same place? */
static bool is_moored(const ptrdiff_t *match, size_t from, size_t to, ptrdiff_t shift)
{
	for (size_t i = from; i < to; i++)
		if (match[i] == (ptrdiff_t)i + shift)
			return true;
	return false;
}

/*
 * Only the middle is compared, with a margin of what is common at the ends.  What is sure there
 * is sure in the whole: of a longest subsequence at most as many pairs as the head is long touch
 * the head, so the others are longest in the rest.  And before a token of the head that is surely
 * matched with its like there is only one way to match all.  The same holds at the tail.
 */
bool tokens_match(const struct tokens *a, const struct tokens *b, enum lcs which, ptrdiff_t *match)
{
	struct ends e = common_ends(a, b, which == LCS_SURE ? MARGIN : 0);
	struct tokens x = { .len = e.to - e.from }, y = { .len = b->len - (a->len - x.len) };
	bool fits;

	for (size_t i = 0; i < a->len; i++)
		match[i] = -1;
	if (!a->len || !b->len)
		return true;
	x.v = a->v + e.from;
	y.v = b->v + e.from;
	fits = match_window(&x, &y, which, match + e.from);
	for (size_t i = e.from; i < e.to; i++)
		match[i] += match[i] < 0 ? 0 : (ptrdiff_t)e.from;
	if (which == LCS_ANY || is_moored(match, e.from, e.head, 0))
		for (size_t i = 0; i < e.from; i++)
			match[i] = (ptrdiff_t)i;
	if (which == LCS_ANY || is_moored(match, a->len - e.tail, e.to, e.shift))
		for (size_t i = e.to; i < a->len; i++)
			match[i] = (ptrdiff_t)i + e.shift;
	return fits;
}
