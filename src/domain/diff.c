/* SPDX-License-Identifier: MIT */
#include "domain/diff.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "base/vec.h"
#include "tokens.h"

struct diff {
	struct tokens a, b;
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

static bool compare(struct diff *d, const char *a, const char *b, enum grain grain)
{
	struct lexicon *lex = lexicon_new();

	tokens_split(&d->a, lex, a, grain);
	tokens_split(&d->b, lex, b, grain);
	lexicon_free(&lex);
	d->match = xreallocarray(d->match, d->a.len + 1, sizeof *d->match);
	return tokens_match(&d->a, &d->b, LCS_ANY, d->match);
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
