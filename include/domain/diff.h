/* SPDX-License-Identifier: MIT */
/*
 * diff.h - two texts compared word by word, for display and (inside the layer) for the merge.
 *
 * A *word* is what stands between white space, punctuation at its ends taken off ("oven-fresh",
 * "4.90" and "a@b.c" are one word, the comma after them is not part of it); each CJK character is
 * one of its own.  Texts whose differing middle is too large for words are compared by lines, and
 * still larger ones only by what they have in common at both ends.
 */
#ifndef DOMAIN_DIFF_H
#define DOMAIN_DIFF_H

#include <stddef.h>

enum diff_kind { DIFF_EQUAL, DIFF_DELETED, DIFF_INSERTED };

struct diff_run {
	enum diff_kind kind;
	const char *text; /* borrowed from a (equal, deleted) or b (inserted); not terminated */
	size_t len;
};

/*
 * What turns a into b: equal and deleted runs together are a, equal and inserted ones are b.
 * Before an inserted run stands the deleted one that it replaces, if any.  White space between
 * two changes counts as changed.  Returns the number of runs; the caller frees *runs (free()).
 */
size_t diff_words(const char *a, const char *b, struct diff_run **runs);

#endif
