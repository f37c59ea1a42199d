/* SPDX-License-Identifier: MIT */
/*
 * Three-way merge of texts by words.
 *
 * Only what is matched alike in every longest common subsequence counts as unchanged (LCS_SURE),
 * and two changes of different sides are apart only if an unchanged word stands between them: so
 * what another three-way merge sees as one conflict is not split into two clean changes here.
 */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "merge_priv.h"
#include "tokens.h"

enum { BASE, THEIRS, MINE, SIDES };

struct cut {
	size_t from[SIDES], to[SIDES]; /* the same place in all three, as ranges of tokens */
};

struct merger {
	struct three *x;
	struct tokens side[SIDES];
	ptrdiff_t *match[SIDES]; /* of base's tokens, with those of THEIRS and MINE */
	struct buf out;
};

static char *range_text(const struct tokens *t, size_t from, size_t to)
{
	const struct token *last;

	if (from == to)
		return xstrdup("");
	last = &t->v[to - 1];
	return xstrndup(t->v[from].text, (size_t)(last->text + last->len - t->v[from].text));
}

static bool same_range(const struct merger *m, const struct cut *c, int a, int b)
{
	size_t n = c->to[a] - c->from[a];

	if (n != c->to[b] - c->from[b])
		return false;
	for (size_t i = 0; i < n; i++)
		if (m->side[a].v[c->from[a] + i].id != m->side[b].v[c->from[b] + i].id)
			return false;
	return true;
}

/* Who changed it: bit 1 they, bit 2 I. */
static int changed_by(const struct merger *m, const struct cut *c)
{
	return (same_range(m, c, BASE, THEIRS) ? 0 : 1) + (same_range(m, c, BASE, MINE) ? 0 : 2);
}

static void emit(struct merger *m, const struct cut *c)
{
	static const enum merge_choice chosen[SIDES] = { CHOICE_BASE, CHOICE_THEIRS, CHOICE_MINE };
	int by = changed_by(m, c), take = by & 1 ? THEIRS : MINE;
	char *text[SIDES];

	for (int s = 0; s < SIDES; s++)
		text[s] = range_text(&m->side[s], c->from[s], c->to[s]);
	if (by == 3 && !same_range(m, c, THEIRS, MINE)) {
		struct merge_part part = {
			.base = text[BASE], .theirs = text[THEIRS], .mine = text[MINE],
		};
		enum merge_choice choice = three_conflict(m->x, &part);

		for (take = SIDES - 1; take > BASE && chosen[take] != choice;)
			take--;
	}
	buf_adds(&m->out, text[take]);
	for (int s = 0; s < SIDES; s++)
		free(text[s]);
}

/* Unchanged by both for certain. */
static bool is_anchor(const struct merger *m, size_t i)
{
	return m->match[THEIRS][i] >= 0 && m->match[MINE][i] >= 0;
}

/* Is there an unchanged word between the end of one change and the beginning of the next? */
static bool apart(const struct merger *m, const struct cut *a, const struct cut *b)
{
	for (size_t i = a->to[BASE]; i < b->from[BASE]; i++)
		if (m->side[BASE].v[i].word)
			return true;
	return false;
}

/* What stands between two changes is the same in all three. */
static void emit_between(struct merger *m, size_t from, size_t to)
{
	char *text = range_text(&m->side[BASE], from, to);

	buf_adds(&m->out, text);
	free(text);
}

/* The gap that ends before base's token i, an anchor or the end; next: where another begins. */
static struct cut gap_to(const struct merger *m, size_t i, const size_t from[SIDES],
			 size_t next[SIDES])
{
	bool end = i == m->side[BASE].len;
	struct cut gap;

	for (int s = BASE; s < SIDES; s++) {
		gap.from[s] = from[s];
		gap.to[s] = end ? m->side[s].len : s == BASE ? i : (size_t)m->match[s][i];
		next[s] = gap.to[s] + 1;
	}
	return gap;
}

static void walk(struct merger *m)
{
	struct cut open = { 0 }; /* changes that are not yet known to be apart from the next */
	size_t from[SIDES] = { 0 }, next[SIDES];
	int open_by = 0;

	for (size_t i = 0; i <= m->side[BASE].len; i++) {
		struct cut gap;
		int by;

		if (i < m->side[BASE].len && !is_anchor(m, i))
			continue;
		gap = gap_to(m, i, from, next);
		memcpy(from, next, sizeof from);
		by = changed_by(m, &gap);
		if (!by)
			continue;
		if ((open_by | by) == 3 && open_by && !apart(m, &open, &gap)) {
			memcpy(open.to, gap.to, sizeof open.to);
			open_by |= by;
			continue;
		}
		if (open_by)
			emit(m, &open);
		emit_between(m, open_by ? open.to[BASE] : 0, gap.from[BASE]);
		open = gap;
		open_by = by;
	}
	emit(m, &open);
	emit_between(m, open.to[BASE], m->side[BASE].len);
}

static bool compare(struct merger *m, enum grain grain)
{
	const char *texts[SIDES] = { m->x->base, m->x->theirs, m->x->mine };
	struct lexicon *lex = lexicon_new();
	bool fits = true;

	for (int s = BASE; s < SIDES; s++)
		tokens_split(&m->side[s], lex, texts[s], grain);
	lexicon_free(&lex);
	for (int s = THEIRS; s < SIDES && fits; s++) {
		m->match[s] = xreallocarray(m->match[s], m->side[BASE].len + 1, sizeof **m->match);
		fits = tokens_match(&m->side[BASE], &m->side[s], LCS_SURE, m->match[s]);
	}
	return fits;
}

char *merge_text(struct three *x)
{
	struct merger m = { .x = x, .out = BUF_INIT };
	char *result = NULL;

	if (compare(&m, GRAIN_WORDS) || compare(&m, GRAIN_LINES)) {
		walk(&m);
		if (!x->open)
			result = buf_detach(&m.out);
	}
	for (int s = BASE; s < SIDES; s++) {
		tokens_release(&m.side[s]);
		free(m.match[s]);
	}
	buf_release(&m.out);
	return result;
}
