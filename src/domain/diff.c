/* SPDX-License-Identifier: MIT */
#include "domain/diff.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "base/vec.h"
#include "tokens.h"

struct diff {
	struct tokens a, b;
	size_t head, tail; /* tokens that both have in common at the ends */
	ptrdiff_t *match;  /* for the tokens of a */
	VEC(struct diff_run) runs;
};

static void run(struct diff *d, enum diff_kind kind, const struct tokens *t, size_t range[2])
{
	const struct token *first, *last;

	if (range[0] == range[1])
		return;
	first = &t->v[range[0]];
	last = &t->v[range[1] - 1];
	*VEC_PUSH(&d->runs) = (struct diff_run){
		kind, first->text, (size_t)(last->text + last->len - first->text),
	};
	range[0] = range[1];
}

/* Matches in the middle, between the common ends. */
static bool match_middle(struct diff *d)
{
	struct tokens a = { .v = d->a.v + d->head, .len = d->a.len - d->head - d->tail };
	struct tokens b = { .v = d->b.v + d->head, .len = d->b.len - d->head - d->tail };
	ptrdiff_t *match = d->match + d->head;

	if (!tokens_match(&a, &b, LCS_ANY, match)) {
		for (size_t i = 0; i < a.len; i++)
			match[i] = -1;
		return false;
	}
	for (size_t i = 0; i < a.len; i++)
		if (match[i] >= 0)
			match[i] += (ptrdiff_t)d->head;
	return true;
}

static bool compare(struct diff *d, const char *a, const char *b, enum grain grain)
{
	struct lexicon *lex = lexicon_new();
	size_t most;

	tokens_split(&d->a, lex, a, grain);
	tokens_split(&d->b, lex, b, grain);
	lexicon_free(&lex);
	most = d->a.len < d->b.len ? d->a.len : d->b.len;
	d->head = d->tail = 0;
	while (d->head < most && d->a.v[d->head].id == d->b.v[d->head].id)
		d->head++;
	while (d->tail < most - d->head &&
	       d->a.v[d->a.len - 1 - d->tail].id == d->b.v[d->b.len - 1 - d->tail].id)
		d->tail++;
	d->match = xreallocarray(d->match, d->a.len + 1, sizeof *d->match);
	for (size_t i = 0; i < d->head; i++)
		d->match[i] = (ptrdiff_t)i;
	for (size_t i = 1; i <= d->tail; i++)
		d->match[d->a.len - i] = (ptrdiff_t)(d->b.len - i);
	return match_middle(d);
}

/* From a[i] on: how many tokens are matched one after the other, and is there a word in them? */
static size_t equal_run(const struct diff *d, size_t i, bool *word)
{
	size_t n = 0;

	*word = false;
	while (i + n < d->a.len && d->match[i + n] == d->match[i] + (ptrdiff_t)n) {
		*word = *word || d->a.v[i + n].word;
		n++;
	}
	return n;
}

static void collect(struct diff *d)
{
	size_t deleted[2] = { 0, 0 }, inserted[2] = { 0, 0 };

	while (deleted[1] < d->a.len) {
		size_t n, equal[2], i = deleted[1], j;
		bool word;

		if (d->match[i] < 0) {
			deleted[1]++;
			continue;
		}
		j = (size_t)d->match[i];
		n = equal_run(d, i, &word);
		inserted[1] = j;
		/* White space between two changes reads better as changed. */
		if (!word && (deleted[0] < i || inserted[0] < j) &&
		    (i + n < d->a.len || j + n < d->b.len)) {
			deleted[1] = i + n;
			inserted[1] = j + n;
			continue;
		}
		run(d, DIFF_DELETED, &d->a, deleted);
		run(d, DIFF_INSERTED, &d->b, inserted);
		equal[0] = i;
		equal[1] = i + n;
		run(d, DIFF_EQUAL, &d->a, equal);
		deleted[0] = deleted[1] = i + n;
		inserted[0] = inserted[1] = j + n;
	}
	inserted[1] = d->b.len;
	run(d, DIFF_DELETED, &d->a, deleted);
	run(d, DIFF_INSERTED, &d->b, inserted);
}

size_t diff_words(const char *a, const char *b, struct diff_run **runs)
{
	struct diff d = { .match = NULL };

	if (!compare(&d, a, b, GRAIN_WORDS))
		(void)compare(&d, a, b, GRAIN_LINES);
	collect(&d);
	tokens_release(&d.a);
	tokens_release(&d.b);
	free(d.match);
	*runs = d.runs.v;
	return d.runs.len;
}
